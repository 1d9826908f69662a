"""`winset verdict`: what a study found, in plain words, one worldview after another."""

import json as plain
from pathlib import Path
from typing import Annotated

import typer

from winset.cli._options import Json

__all__ = ["command"]


def command(
    folder: Annotated[Path, typer.Argument(help="A study's folder.")],
    claims: Annotated[
        Path | None,
        typer.Option(help="Folder of a claims study (one of the same scenario beside it)."),
    ] = None,
    json: Json = False,
) -> None:
    """Say for each worldview: does the strategy the scenario is about make a durable settlement
    more likely than not, by when, on what terms, at what cost; does it do better than each version
    of itself with a leg less, and than each other strategy.

    Where `winset claims` was run on the same scenario: the five claims it leans on most, and what
    would have to be true for it to work where it does not.
    """
    from winset.api import open_study
    from winset.errors import StudyError
    from winset.insight.page import argument_beside, pages
    from winset.views import console
    from winset.views.verdict import verdict_lines

    results = open_study(folder)
    if not results.cells:
        raise StudyError(f"{folder}: no cell of this study is done yet")
    argument = argument_beside(results, claims)
    if json:
        verdict, found = pages(results, argument)
        document = {
            "scenario": {"id": results.scenario.id, "sha256": results.scenario.sha256},
            "strategy": verdict.headline,
            "by": {date.measure: date.when for date in verdict.by},
            "worldviews": [page.json() for page in found],
            "differ": [] if argument is None else [dict(split) for split in argument.differ],
        }
        typer.echo(plain.dumps(document, indent=1, ensure_ascii=False, allow_nan=False))
        return
    console.say(verdict_lines(results, argument, console.terminal_width()))
