"""`winset need`: the least that must change to reach a wanted chance by a wanted month."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from winset.cli import DEFAULT_SCENARIO
from winset.cli._options import AsOf, Json, Months, ScenarioName, Seed, Sets, Workers, Worldviews

if TYPE_CHECKING:
    from winset.insight.need import Need

__all__ = ["Changed", "command"]


class Changed(StrEnum):
    """What may change."""

    levers = "levers"
    beliefs = "beliefs"
    either = "either"


def command(
    scenario: ScenarioName = DEFAULT_SCENARIO,
    durable: Annotated[
        float, typer.Option(metavar="CHANCE", help="The chance wanted, between 0 and 1.")
    ] = 0.5,
    by: Annotated[
        int, typer.Option(metavar="MONTH", help="Signed by this month, 1 the first.")
    ] = 24,
    worldview: Worldviews = None,
    strategy: Annotated[
        str | None, typer.Option(help="Starting from this strategy (the scenario's headline).")
    ] = None,
    change: Annotated[Changed, typer.Option(help="What may change.")] = Changed.either,
    sets: Sets = None,
    draws: Annotated[
        int | None, typer.Option(help="Draws of the uncertain quantities (32).")
    ] = None,
    paths: Annotated[int | None, typer.Option(help="Paths a draw (64).")] = None,
    months: Months = None,
    seed: Seed = 1,
    workers: Workers = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder to keep it in (./studies/SCENARIO-HASH-sSEED-need)."),
    ] = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Look for the least change that reaches a wanted chance of a durable settlement in time.

    Searched apart among the levers of one strategy (0 to 1) and among the numbers that worldviews
    dispute (within what they span). Says so where nothing within these limits does it. Light cells
    on shared draws and luck; what is found is run again on other draws. What is done is kept:
    Ctrl-C stops, the same command goes on.
    """
    from winset.api import load, need
    from winset.insight.need_study import need_design
    from winset.insight.need_words import need_json
    from winset.study.variants import variants_folder
    from winset.views import console
    from winset.views.need import need_closing, need_head, need_lines

    loaded = load(scenario, sets=sets or (), as_of=as_of)
    width = console.terminal_width()
    asked = {
        "durable": durable,
        "by": by,
        "strategy": strategy,
        "worldviews": worldview or None,
        "draws": draws,
        "paths": paths,
        "months": months,
        "seed": seed,
    }
    design = need_design(loaded, **asked)  # type: ignore[arg-type]
    folder = out or variants_folder(design, "need")
    (chosen,) = design.strategies

    def show(found: "Need") -> None:
        if not json:
            console.say(need_lines(loaded, found, durable, width))

    if not json:
        console.say(need_head(loaded, design.settings, chosen, durable, by, width))
    found = need(
        loaded,
        **asked,  # type: ignore[arg-type]
        change=change.value,
        workers=workers,
        out=folder,
        report=console.on_stderr(),
        show=show,
    )
    if json:
        import json as plain

        document = need_json(loaded, design.settings, chosen, durable, by, found)
        typer.echo(plain.dumps(document, indent=1, ensure_ascii=False, allow_nan=False))
        return
    console.say(need_closing(width))
    console.say(["", f"Kept in {folder}."])
