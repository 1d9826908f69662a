"""`winset invent`: options that are not on the table yet."""

from typing import Annotated

import typer


def command(
    scenario: Annotated[str, typer.Argument(help="A scenario's name, folder or file.")],
    issue: Annotated[str, typer.Option("--issue", help="The issue to find options on.")],
    worldview: Annotated[
        list[str] | None, typer.Option(help="Under this worldview only. Can be repeated.")
    ] = None,
    strategy: Annotated[
        str | None, typer.Option(help="Whose offers are on the table (the scenario's baseline).")
    ] = None,
    fighting_on: Annotated[
        list[str] | None,
        typer.Option(
            "--fighting-on",
            metavar="PARTY=VALUE",
            help="State what no agreement is worth to a party. Can be repeated.",
        ),
    ] = None,
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="ID=VALUE", help="Set a quantity. Can be repeated."),
    ] = None,
    draws: Annotated[int, typer.Option(min=1, help="Draws of the uncertain numbers.")] = 16,
    seed: Annotated[int, typer.Option(help="Same seed, same results.")] = 1,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Search an issue for mixtures of its options, with the rest of the package chosen to go with
    them, that every signatory prefers to what it could otherwise get; and say why.
    """
    import json as _json

    from winset.insight.invent import invent
    from winset.insight.stated import stated_values
    from winset.scenario import load
    from winset.views.invent import invent_lines
    from winset.views.progress import note
    from winset.views.text import say

    loaded = load(scenario, overrides=sets or ())
    stated = stated_values(loaded, fighting_on or ())
    found = invent(loaded, issue, worldview, strategy, stated, draws, seed, note)
    if json:
        typer.echo(_json.dumps(found, ensure_ascii=False, indent=1))
    else:
        say(invent_lines(loaded, found))
