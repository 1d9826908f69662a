"""`winset show`: a scenario as an analyst reads it, and everything in it that can be set."""

import json
from typing import Annotated

import typer

from winset.cli._options import Json


def command(
    name: Annotated[
        str, typer.Argument(help="A bundled scenario, a folder of YAML files, or one file.")
    ],
    section: Annotated[
        list[str] | None,
        typer.Option(
            "--section",
            help="Only this section, repeatable: question, parties, issues, plans, beliefs, war,"
            " levers, strategies, worldviews, endings, evidence.",
        ),
    ] = None,
    paths: Annotated[
        bool,
        typer.Option("--paths", help="List every id that --set takes, with its value and source."),
    ] = False,
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="ID=VALUE", help="Show with a value set. Repeatable."),
    ] = None,
    claims: Annotated[
        list[str] | None,
        typer.Option(
            "--claim",
            metavar="CLAIM=STATE",
            help="Switch a claim of the argument, or a set of them: off, rival, on, or a "
            "worldview's name. `winset claims` lists them. Can be repeated.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show what a scenario says: the question, who the parties are and what they want, what nobody
    is sure of, what the outside power can do, and where the worldviews differ.
    """
    from winset.cli import _paths, _show
    from winset.errors import OverrideError
    from winset.scenario import load

    known = list(_show.SECTIONS)
    for wanted in section or ():
        if wanted not in known:
            raise OverrideError(
                f"--section {wanted}: there is none such; known: {', '.join(known)}"
            )
    scenario = load(name, overrides=overrides or (), claims=claims or ())
    if paths:
        rows = _paths.rows(scenario)
        typer.echo(
            json.dumps(rows, ensure_ascii=False, indent=1) if as_json else _paths.table(rows)
        )
    elif as_json:
        document = {"id": scenario.id, "sha256": scenario.sha256, "scenario": scenario.resolved()}
        typer.echo(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        typer.echo(_show.text(scenario, section or known))
