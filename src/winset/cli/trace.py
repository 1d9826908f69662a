"""`winset trace`: one path of a study, month by month, with the reasons."""

from pathlib import Path
from typing import Annotated

import typer

from winset.cli._options import Json

__all__ = ["command"]


def command(
    folder: Annotated[Path, typer.Argument(help="A study's folder.")],
    worldview: Annotated[
        str | None, typer.Option(help="Under which worldview (the first one).")
    ] = None,
    strategy: Annotated[
        str | None, typer.Option(help="Under which strategy (the one the scenario is about).")
    ] = None,
    draw: Annotated[
        int | None, typer.Option(help="Which draw (one that signs as often as most).")
    ] = None,
    path: Annotated[int | None, typer.Option(help="Which path (the first that signs).")] = None,
    json: Json = False,
) -> None:
    """Follow one path of a study: what was, who was asked what, who gained, who refused and why.

    The path is the very one the study counted. Gains are in each side's own stakes, its best
    package against its worst.
    """
    from winset.api import trace
    from winset.views import console

    found = trace(folder, worldview, strategy, draw, path)
    if json:
        import json as plain

        document = {
            "scenario": {"id": found.results.scenario.id, "sha256": found.results.scenario.sha256},
            "worldview": found.worldview,
            "strategy": found.strategy,
            "draw": found.draw,
            "path": found.path,
            "months": console.trace_json(found.months),
        }
        typer.echo(plain.dumps(document, indent=1, ensure_ascii=False, allow_nan=False))
        return
    title = (
        f"{found.strategy} under {found.worldview}, draw {found.draw}, path {found.path} "
        f"({found.chosen}). Gains and values in each side's own stakes."
    )
    console.say(
        console.trace_lines(
            found.results.scenario.spec, title, found.months, console.terminal_width()
        )
    )
