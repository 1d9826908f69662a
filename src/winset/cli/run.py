"""`winset run`: every strategy under every worldview; the first screen, or the JSON document."""

import os
import shlex
import sys
from enum import StrEnum
from pathlib import Path
from subprocess import list2cmdline
from typing import TYPE_CHECKING, Annotated

import typer

from winset.cli import DEFAULT_SCENARIO
from winset.cli._options import AsOf, Draws, Json, Months, Paths, ScenarioName, Seed, Workers

if TYPE_CHECKING:
    from winset.scenario import Scenario
    from winset.study import Results

__all__ = ["Solver", "command"]


class Solver(StrEnum):
    """How the value of fighting on is found."""

    auto = "auto"
    exact = "exact"
    lsmc = "lsmc"


class Engine(StrEnum):
    """What computes the cells."""

    local = "local"
    dask = "dask"


def command(
    context: typer.Context,
    scenario: ScenarioName = DEFAULT_SCENARIO,
    sets: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="ID=VALUE",
            help="Fix a quantity (ID=NUMBER), respread it (ID=LOW,MID,HIGH), or do so in one "
            "worldview (WORLDVIEW/ID=...). Can be repeated.",
        ),
    ] = None,
    claims: Annotated[
        list[str] | None,
        typer.Option(
            "--claim",
            metavar="CLAIM=STATE",
            help="Switch a claim of the argument, or a set of them: off, rival, on, or a "
            "worldview's name. `winset claims` lists them. Can be repeated.",
        ),
    ] = None,
    strategy: Annotated[
        list[str] | None, typer.Option(help="Run this strategy only. Can be repeated.")
    ] = None,
    worldview: Annotated[
        list[str] | None, typer.Option(help="Run under this worldview only. Can be repeated.")
    ] = None,
    draws: Draws = None,
    paths: Paths = None,
    months: Months = None,
    seed: Seed = 1,
    workers: Workers = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the study; one begun before is resumed (./studies/SCENARIO-HASH-sSEED)."
        ),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="32 draws x 64 paths.")] = False,
    solver: Annotated[
        Solver, typer.Option(help="Value of fighting on: exact, regression, or as suits the game.")
    ] = Solver.auto,
    as_of: AsOf = None,
    json: Json = False,
    engine: Annotated[
        Engine,
        typer.Option(
            help="Cells on this machine's cores, or on a dask cluster. Changes no result."
        ),
    ] = Engine.local,
    address: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="The dask scheduler, such as tcp://host:8786 (without it, one is started here).",
        ),
    ] = None,
    no_coarse: Annotated[
        bool, typer.Option("--no-coarse", help="Skip the first coarse grid. Changes no result.")
    ] = False,
    measure: Annotated[
        str, typer.Option(metavar="NAME", help="The measure of the grid shown.")
    ] = "durable",
    detail: Annotated[
        bool, typer.Option("--detail", help="Print everything else the study says, too.")
    ] = False,
    report: Annotated[
        bool,
        typer.Option("--report", help="Write the study's report.html as well (some ten seconds)."),
    ] = False,
) -> None:
    """The main job: run every strategy under every worldview and say what follows.

    Every cell is run over draws of the uncertain quantities and paths of luck; strategies share
    both. A study folder keeps what is done: Ctrl-C stops, the same command goes on. A second run of
    a finished study only prints it, so --measure and --detail cost nothing then.
    """
    from winset.api import load, run
    from winset.errors import Interrupted
    from winset.study.pool import start_ahead
    from winset.views.console import on_stderr

    if address is not None and engine is not Engine.dask:
        from winset.study import DesignError

        raise DesignError(["--address: names a dask cluster: give --engine dask with it"])
    if engine is Engine.local and not (len(strategy or ()) == len(worldview or ()) == 1):
        start_ahead(workers)
    loaded = load(scenario, sets=sets or (), claims=claims or (), as_of=as_of)
    _check_measure(loaded, measure)
    try:
        results = run(
            loaded,
            strategy or None,
            worldview or None,
            draws=draws,
            paths=paths,
            months=months,
            quick=quick,
            seed=seed,
            workers=workers,
            out=out,
            solver=solver.value,
            coarse=not (no_coarse or json),
            report=on_stderr(),
            default_out=True,
            engine=engine.value,
            address=address,
        )
    except Interrupted as stop:
        raise Interrupted(f"{stop}\nTo go on: {_again(context)}") from None
    _show(results, json, measure, detail, _next(scenario, results, quick))
    if report:
        _report(results)


def _check_measure(scenario: "Scenario", name: str) -> None:
    """Refuse an unknown measure before the run rather than after it."""
    from difflib import get_close_matches

    from winset.insight import known_measures
    from winset.study import DesignError

    known = known_measures(scenario.spec)
    if name not in known:
        near = get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise DesignError([f"--measure: none called {name!r}.{hint} There are: {', '.join(known)}"])


def _show(results: "Results", json: bool, measure: str, detail: bool, next_command: str) -> None:
    from winset.study.store import document
    from winset.views import console

    if json:
        typer.echo(document(results).decode(), nl=False)
        return
    width = console.terminal_width()
    console.say(
        console.first_screen(results, measure=measure, width=width, next_command=next_command)
    )
    if detail:
        from winset.insight.page import argument_beside
        from winset.views.verdict import verdict_lines

        console.say(["", *verdict_lines(results, argument_beside(results), width)])
        console.say(["", *console.detail(results, width)])


def _report(results: "Results") -> None:
    """Write the page and say on stderr where; a study shown is not lost where a library is."""
    from winset.errors import WinsetError
    from winset.views.report import write_report

    assert results.folder is not None
    try:
        print(f"Report: {write_report(results, results.folder / 'report.html')}", file=sys.stderr)
    except WinsetError as error:
        print(f"No report: {error}", file=sys.stderr)


def _next(scenario: str, results: "Results", quick: bool) -> str:
    """Return the command an analyst would type next."""
    if quick:
        return f"winset run {_quoted(scenario)}   (without --quick: smaller errors)"
    folder = _quoted(str(results.folder))
    return f"winset report {folder}   (one HTML page; winset trace: one path, with reasons)"


def _again(context: typer.Context) -> str:
    """Return the command as it was given, so that it can be typed again."""
    parts = ["winset", "run"]
    for option in context.command.params:
        name = option.name or ""
        source = context.get_parameter_source(name)
        if source is None or source.name != "COMMANDLINE":
            continue
        value = context.params[name]
        for one in value if isinstance(value, list | tuple) else [value]:
            if option.param_type_name == "argument":
                parts.append(str(one))
            else:
                parts += [option.opts[0]] if one is True else [option.opts[0], str(one)]
    return list2cmdline(parts) if os.name == "nt" else shlex.join(parts)


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text
