"""`winset improve`: strategies that do better than a named one by several objectives at once."""

import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from winset.cli import DEFAULT_SCENARIO
from winset.cli._options import AsOf, Json, Months, ScenarioName, Seed, Sets, Workers, Worldviews

if TYPE_CHECKING:
    from winset.insight.improve import Budget

__all__ = ["command"]


class Across(StrEnum):
    """In how many worldviews a gain must be reached."""

    most = "most"
    all = "all"


def command(
    scenario: ScenarioName = DEFAULT_SCENARIO,
    strategy: Annotated[
        str | None, typer.Option(help="Start from this strategy (the scenario's headline).")
    ] = None,
    worldview: Worldviews = None,
    objective: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Search for this; the first two should be better at once. Can be repeated "
            "(durable, deaths, and all others there are).",
        ),
    ] = None,
    budget: Annotated[
        str,
        typer.Option(metavar="SIZE", help="Strategies to try, or a time: 300, 10min, 90s."),
    ] = "300",
    across: Annotated[
        Across,
        typer.Option(help="Gains as reached in at least two thirds of the worldviews, or in all."),
    ] = Across.most,
    hold: Annotated[
        list[str] | None,
        typer.Option(metavar="LEVER", help="Leave this lever alone. Can be repeated."),
    ] = None,
    no_rules: Annotated[
        bool, typer.Option("--no-rules", help="Levels only: no turn by date or condition.")
    ] = False,
    keep: Annotated[int, typer.Option(min=1, max=40, help="Strategies to score and show.")] = 6,
    sets: Sets = None,
    draws: Annotated[int | None, typer.Option(help="Draws of the search (32).")] = None,
    paths: Annotated[int | None, typer.Option(help="Paths a draw of the search (16).")] = None,
    score_draws: Annotated[int | None, typer.Option(help="Draws of the scoring (64).")] = None,
    score_paths: Annotated[int | None, typer.Option(help="Paths a draw of it (64).")] = None,
    months: Months = None,
    seed: Seed = 1,
    workers: Workers = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder to keep it in (./studies/SCENARIO-HASH-sSEED-improve)."),
    ] = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Search for strategies that beat a named one by several objectives at once.

    Lever levels, one turn by date and one by condition, under the scenario's stocks and costs
    (needs the extra `insight`). What is found is thinned to what matters, run on draws the search
    has not seen, and written as strategies to be pasted into the scenario. What is done is kept:
    Ctrl-C stops, the same command goes on.
    """
    from winset.api import improve, load
    from winset.insight.improve_study import improve_design, improve_json
    from winset.study.variants import variants_folder
    from winset.views import console
    from winset.views.improve import improve_head, improve_lines

    asked_budget = _budget(budget)
    loaded = load(scenario, sets=sets or (), as_of=as_of)
    asked = {
        "strategy": strategy,
        "worldviews": worldview or None,
        "hold": tuple(hold or ()),
        "draws": draws,
        "paths": paths,
        "months": months,
        "seed": seed,
    }
    design = improve_design(loaded, **asked)  # type: ignore[arg-type]
    folder = out or variants_folder(design, "improve")
    width = console.terminal_width()
    if not json:
        console.say(improve_head(design, budget, width))
    found = improve(
        loaded,
        **asked,
        objectives=tuple(objective or ()),
        budget=asked_budget,
        across=across.value,
        turns=not no_rules,
        keep=keep,
        score_draws=score_draws,
        score_paths=score_paths,
        workers=workers,
        out=folder,
        report=console.on_stderr(),
    )
    if json:
        import json as plain

        typer.echo(plain.dumps(improve_json(found), indent=1, ensure_ascii=False, allow_nan=False))
        return
    console.say(improve_lines(found, width, folder))
    _picture(found, folder)


def _budget(text: str) -> "Budget":
    from winset.insight.improve import Budget
    from winset.study import DesignError

    read = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(|s|sec|m|min|h)", text.strip())
    if read is None or float(read[1]) <= 0 or (not read[2] and "." in read[1]):
        raise DesignError(
            [f"--budget: found {text!r}; a number of strategies (300) or a time (10min, 90s, 1h)"]
        )
    if not read[2]:
        return Budget(strategies=int(read[1]))
    seconds = float(read[1]) * {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600}[read[2]]
    return Budget(strategies=None, seconds=seconds)


def _picture(found: object, folder: Path) -> None:
    """Draw the trade-off beside the rest, where the charts' libraries are there."""
    import sys
    from importlib.util import find_spec

    if find_spec("altair") is None or find_spec("vl_convert") is None:
        print("No picture: pip install 'winset[charts]'", file=sys.stderr)
        return
    from winset.views import console
    from winset.views.charts.files import save
    from winset.views.charts.improve import improve_figure

    console.say([f"Picture: {save(improve_figure(found), folder / 'tradeoff.svg')}"])  # type: ignore[arg-type]
