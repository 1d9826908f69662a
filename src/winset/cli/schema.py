"""`winset schema`: what a scenario file may hold, as JSON Schema."""

import json
from typing import Annotated

import typer


def command(
    whole: Annotated[
        bool,
        typer.Option("--whole", help="Demand what a whole scenario must say, not one file of it."),
    ] = False,
) -> None:
    """Print the JSON Schema of scenario files, which editors can use to complete and to check.

    A scenario may be split over files, so a file need not hold every section; --whole demands the
    sections that a scenario cannot do without.
    """
    from winset.scenario.language import json_schema

    typer.echo(json.dumps(json_schema(whole=whole), ensure_ascii=False, indent=1))
