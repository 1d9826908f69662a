"""`winset export`: a study's tables for other programs."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["command"]


def command(
    folder: Annotated[Path, typer.Argument(help="A finished study.")],
    csv: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write every table as CSV into this folder.")
    ] = None,
    xlsx: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a workbook, one sheet a table.")
    ] = None,
) -> None:
    """Write a study's tables as CSV files or as one workbook."""
    from winset.study.design import DesignError
    from winset.study.export import export_csv, export_xlsx
    from winset.views import console

    if csv is None and xlsx is None:
        raise DesignError(["say where to: --csv DIR, --xlsx FILE, or both"])
    written = []
    if csv is not None:
        written += export_csv(folder, csv)
    if xlsx is not None:
        written += export_xlsx(folder, xlsx)
    console.say(str(path) for path in written)
