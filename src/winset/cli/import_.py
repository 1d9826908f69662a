"""`winset import`: other programs' negotiation domains as scenarios."""

from pathlib import Path
from typing import Annotated

import typer

_OUT = Annotated[Path, typer.Option("--out", help="File to write, such as laptop.yaml.")]
_FORCE = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]

command = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="Read another program's negotiation domain and write it as a scenario without a war,"
    " which `winset deals` and `winset plan` read.",
)


@command.command("genius")
def genius(
    folder: Annotated[Path, typer.Argument(help="Folder with a Genius domain and its profiles.")],
    out: _OUT,
    force: _FORCE = False,
) -> None:
    """Read Genius XML: linear profiles on Genius's own scale (each evaluation over the largest of
    its issue, times the weight) or hyper-rectangles over their `maxutility`. Reservation values are
    kept; discounting is not modelled.
    """
    from winset.interop import read_genius

    _write(read_genius(folder), out, force)


@command.command("json")
def json_profiles(
    folder: Annotated[Path, typer.Argument(help="Folder with JSON profiles, one a party.")],
    out: _OUT,
    force: _FORCE = False,
) -> None:
    """Read JSON profiles of GeniusWeb, NegMAS or NegoLog, one file a party."""
    from winset.interop import read_json

    _write(read_json(folder), out, force)


def _write(domain: object, out: Path, force: bool) -> None:
    from winset.errors import StudyError
    from winset.interop import Domain, scenario_of
    from winset.scenario import load
    from winset.study.files import replace_file

    assert isinstance(domain, Domain)
    target = out / "scenario.yaml" if out.is_dir() or not out.suffix else out
    if target.exists() and not force:
        raise StudyError(f"{target} is there already; --force writes over it")
    try:
        text = scenario_of(domain)
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, text.encode())
    except OSError as error:
        raise StudyError(f"{target} cannot be written: {error.strerror or error}") from None
    load(out)  # what is written must be readable
    typer.echo(str(out))
    for profile in domain.profiles:
        for note in profile.notes:
            typer.echo(f"note: {profile.name}: {note}", err=True)
    typer.echo(f"winset deals {out}   what could be signed", err=True)
