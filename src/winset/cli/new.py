"""`winset new`: a small scenario with comments, to start one's own from."""

from pathlib import Path
from typing import Annotated

import typer


def command(
    folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet, or is empty.")],
) -> None:
    """Write a small invented scenario with comments into a folder: two parties, three issues, a war
    of two stocks, strategies and worldviews. It runs as it is; change it piece by piece.
    """
    from importlib import resources

    from winset.errors import StudyError

    if folder.exists() and not folder.is_dir():
        raise StudyError(f"{folder} is a file; name a folder that is empty or does not exist yet")
    if folder.is_dir() and any(folder.iterdir()):
        raise StudyError(
            f"{folder} is not empty; name a folder that is empty or does not exist yet"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        template = resources.files("winset.cli") / "template"
        for file in sorted(template.iterdir(), key=lambda f: f.name):
            if file.name.endswith(".yaml"):
                text = file.read_text(encoding="utf-8")
                (folder / file.name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise StudyError(f"{folder} cannot be written: {error.strerror or error}") from None
    typer.echo(str(folder))
    typer.echo(
        f"winset check {folder}        lists every problem\n"
        f"winset show {folder}         prints it as an analyst reads it\n"
        f"winset run {folder} --quick  compares its strategies",
        err=True,
    )
