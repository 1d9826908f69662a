"""`winset convert`: a scenario's preferences as other programs' files."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from winset.cli._options import DealScenario


class Format(StrEnum):
    """What can be written."""

    genius = "genius"
    geniusweb = "geniusweb"


def command(
    scenario: DealScenario,
    out: Annotated[Path, typer.Option("--out", help="Folder to write to.")],
    to: Annotated[Format, typer.Option("--to", help="Format.")] = Format.genius,
    worldview: Annotated[str | None, typer.Option(help="Whose numbers (the first).")] = None,
) -> None:
    """Write the signatories' preferences, at the middle of every number, as a Genius domain or as
    GeniusWeb profiles. Incompatible pairs cannot be said there and are left out: you are told.
    """
    from winset.interop import domain_of, write_genius, write_geniusweb
    from winset.scenario import load

    loaded = load(scenario)
    domain = domain_of(loaded, worldview)
    write = write_genius if to is Format.genius else write_geniusweb
    for file in write(domain, out):
        typer.echo(str(file))
    hard = sum(pair.strength == "hard" for pair in loaded.spec.incompatible)
    if hard:
        typer.echo(f"note: {hard} hard incompatible pairs are not in these files", err=True)
