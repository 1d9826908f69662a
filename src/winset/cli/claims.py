"""`winset claims`: the argument claim by claim, and what switching each does to the answer."""

import json as plain
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from winset.cli import DEFAULT_SCENARIO
from winset.cli._options import (
    AsOf,
    Draws,
    Json,
    Months,
    Paths,
    ScenarioName,
    Seed,
    Sets,
    Workers,
    Worldviews,
)

if TYPE_CHECKING:
    from winset.insight.claims import Baseline, ClaimEffect
    from winset.study import Design

__all__ = ["Shown", "command"]


class Shown(StrEnum):
    """The measure of the table."""

    durable = "durable"
    lead = "lead"
    deaths = "deaths"


def command(
    scenario: ScenarioName = DEFAULT_SCENARIO,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="CLAIM", help="This claim or set of claims only. Can be repeated."),
    ] = None,
    listing: Annotated[
        bool, typer.Option("--list", help="Only say what the claims are; run nothing.")
    ] = False,
    worldview: Worldviews = None,
    sets: Sets = None,
    draws: Draws = None,
    paths: Paths = None,
    months: Months = None,
    seed: Seed = 1,
    workers: Workers = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder to keep it in (./studies/SCENARIO-HASH-sSEED-claims)."),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="32 draws x 64 paths.")] = False,
    measure: Annotated[
        Shown, typer.Option(help="What the table shows: durable, lead over the best rival, deaths.")
    ] = Shown.durable,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """List the claims of the argument and measure what hangs on each.

    Every claim is switched off, and to its rival, under every worldview; the headline strategy and
    the two best rivals of the base run are run with and without, on the same draws and luck. What
    is done is kept in a folder: Ctrl-C stops, the same command goes on, and a second look (with
    another --measure, or --json) costs nothing.
    """
    from winset.api import claims, load
    from winset.insight.claim_study import chosen_claims
    from winset.insight.claims import claims_json
    from winset.study import plan
    from winset.study.variants import variants_folder
    from winset.views import claims as view
    from winset.views import console

    loaded = load(scenario, sets=sets or (), as_of=as_of)
    width = console.terminal_width()
    if listing:
        wanted = chosen_claims(loaded, only or ())
        if json:
            rows = [row for row in claims_json(loaded, ()) if row["id"] in wanted]
            typer.echo(plain.dumps(rows, indent=1, ensure_ascii=False))
        else:
            console.say(view.claim_cards(loaded, wanted, width))
        return

    class Show:
        """Prints each part as it comes."""

        baseline: Any = None

        def base(self, design: "Design", found: "Baseline") -> None:
            """The head of the table."""
            self.baseline = found
            console.say(view.claims_head(loaded, design.settings, found, measure.value, width))

        def claim(self, found: "ClaimEffect") -> None:
            """The rows of a claim."""
            console.say(view.claim_block(loaded, self.baseline, found, measure.value, width))

    folder = out or variants_folder(plan(loaded, seed=seed, quick=quick), "claims")
    study = claims(
        loaded,
        only or (),
        worldview or None,
        draws=draws,
        paths=paths,
        months=months,
        quick=quick,
        seed=seed,
        workers=workers,
        out=folder,
        report=console.on_stderr(),
        show=None if json else Show(),
    )
    if json:
        typer.echo(plain.dumps(study.json(), indent=1, ensure_ascii=False, allow_nan=False))
        return
    console.say(view.claims_end(loaded, study.base, study.effects, width))
    console.say(["", f"Kept in {folder}."])
