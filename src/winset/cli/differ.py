"""`winset differ`: the few claims that account for the difference between two worldviews."""

import json as plain
from pathlib import Path
from typing import Annotated

import typer

from winset.cli import DEFAULT_SCENARIO
from winset.cli._options import AsOf, Draws, Json, Months, Paths, ScenarioName, Seed, Sets, Workers

__all__ = ["command"]


def command(
    a: Annotated[str, typer.Argument(help="A worldview.")],
    b: Annotated[str, typer.Argument(help="Another worldview.")],
    scenario: ScenarioName = DEFAULT_SCENARIO,
    orders: Annotated[
        int | None,
        typer.Option(min=2, max=10_000, help="Orders sampled, in pairs (32; quick 16)."),
    ] = None,
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
    quick: Annotated[bool, typer.Option("--quick", help="32 draws x 64 paths, 16 orders.")] = False,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Say which claims account for the difference between two worldviews.

    The numbers on which they differ are swapped, claim by claim, in many orders; each claim's part
    of the difference in the headline strategy's chance of a durable settlement is its average over
    the orders, and the parts add up to the whole. Kept in a folder like `winset claims`, and shared
    with it: Ctrl-C stops, the same command goes on.
    """
    from winset.api import differ, load
    from winset.study import plan
    from winset.study.variants import variants_folder
    from winset.views import console
    from winset.views.differ import differ_lines

    loaded = load(scenario, sets=sets or (), as_of=as_of)
    folder = out or variants_folder(plan(loaded, seed=seed, quick=quick), "claims")
    found = differ(
        loaded,
        a,
        b,
        permutations=orders,
        draws=draws,
        paths=paths,
        months=months,
        quick=quick,
        seed=seed,
        workers=workers,
        out=folder,
        report=console.on_stderr(),
    )
    if json:
        typer.echo(plain.dumps(found.json(), indent=1, ensure_ascii=False, allow_nan=False))
        return
    console.say(differ_lines(found, console.terminal_width()))
