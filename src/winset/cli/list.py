"""`winset list`: the scenarios that come with winset."""

import json

import typer

from winset.cli._options import Json


def command(
    as_json: Json = False,
) -> None:
    """List the scenarios that come with winset, by the name that other commands take."""
    from winset.scenario.reading import bundled, headline

    found = {name: headline(place) for name, place in bundled().items()}
    if as_json:
        rows = [{"name": name, **about} for name, about in found.items()]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    wide = max((len(name) for name in found), default=0)
    for name, about in found.items():
        as_of = f"  (as of {about['as_of']})" if about.get("as_of") else ""
        typer.echo(f"{name:<{wide}}  {about.get('title', '')}{as_of}")
