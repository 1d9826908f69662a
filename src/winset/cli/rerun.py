"""`winset rerun`: make a study again from its record, and say whether it came out the same."""

from pathlib import Path
from typing import Annotated

import typer

from winset.cli._options import Workers

__all__ = ["command"]


def command(
    folder: Annotated[Path, typer.Argument(help="A finished study.")],
    out: Annotated[Path | None, typer.Option(help="Where to (FOLDER-rerun).")] = None,
    workers: Workers = None,
) -> None:
    """Make a study again from its record, and compare the tables bit for bit.

    Exit status 0 where every table is the same to the last bit, else 1, with the largest difference
    and whatever versions, code or CPU differ.
    """
    from winset.api import rerun
    from winset.views import console

    again = rerun(folder, out, workers=workers, report=console.on_stderr())
    place = again.results.folder
    if not again.differences:
        console.say([f"{folder}: reproduced bit for bit, every table ({place})"])
        return
    lines = [f"{folder}: not reproduced; {place} differs:"]
    lines += [f"  {text}" for text in again.differences]
    if again.other_makers:
        lines += ["Made by something else:", *(f"  {text}" for text in again.other_makers)]
    else:
        lines.append("Made by the same code, libraries and kind of CPU: please report this.")
    console.say(lines)
    raise typer.Exit(1)
