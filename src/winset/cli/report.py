"""`winset report`: a study as one HTML page."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["command"]


def command(
    folder: Annotated[Path, typer.Argument(help="A study's folder.")],
    out: Annotated[
        Path | None, typer.Option(help="File to write (report.html in the study's folder).")
    ] = None,
) -> None:
    """Write a study as one HTML page that opens without a network and can be printed.

    Verdict, tables, terms, the war, the human cost, every input with its source, the method, and
    what it is not. Prints the file's name.
    """
    from winset.api import open_study
    from winset.views import console
    from winset.views.report import write_report

    results = open_study(folder)
    console.say([str(write_report(results, out or folder / "report.html"))])
