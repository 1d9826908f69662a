"""`winset war`: the war alone, with no talks, month by month."""

from typing import Annotated

import typer

from winset.cli import DEFAULT_SCENARIO
from winset.cli._options import AsOf, Json, ScenarioName, Seed, Worldviews

__all__ = ["command"]


def command(
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
    worldview: Worldviews = None,
    strategy: Annotated[
        str,
        typer.Option(
            help="Levers at this strategy's levels, moved by those of its rules that need no talks "
            "(default: at today's)."
        ),
    ] = "today",
    draws: Annotated[
        int | None,
        typer.Option(min=1, max=1_000_000, help="Draws of the uncertain quantities."),
    ] = None,
    paths: Annotated[int | None, typer.Option(min=1, max=1_000_000, help="Paths a draw.")] = None,
    months: Annotated[
        int | None,
        typer.Option(
            min=1, max=100_000, help="Horizon (the scenario's own; without one: until all end)."
        ),
    ] = None,
    seed: Seed = 1,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Threads at once (one a core). Changes no result.")
    ] = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Play the war with no talks: how it ends, how long it takes, its course, each side's value.

    Levers stand at today's levels, or at a strategy's. A value is in the party's own stakes, its
    best package against its worst: the worth of the ending less the cost of the months fought. For
    a small scenario with neither --draws nor --paths, 131,072 paths and more until the errors are
    small.
    """
    import os

    from winset.scenario import load
    from winset.study.war_report import plan_war, report_wars
    from winset.views import console
    from winset.views.war import war_document, war_screen

    loaded = load(scenario, overrides=tuple(sets or ()), claims=tuple(claims or ()), as_of=as_of)
    plan = plan_war(
        loaded,
        draws=draws,
        paths=paths,
        months=months,
        seed=seed,
        workers=workers or os.cpu_count() or 1,
    )
    reports = report_wars(loaded, plan, worldview or (), strategy)
    if json:
        import json as plain

        document = war_document(loaded, reports, seed)
        typer.echo(plain.dumps(document, indent=1, ensure_ascii=False, allow_nan=False))
        return
    console.say(war_screen(loaded, reports, console.terminal_width()))
