"""`winset invent`: options that are not on the table yet."""

from typing import Annotated

import typer

from winset.cli._options import DealScenario, DealSets, FightingOn, Json, Offers, Seed, Worldviews


def command(
    scenario: DealScenario,
    issue: Annotated[str, typer.Option("--issue", help="The issue to find options on.")],
    worldview: Worldviews = None,
    strategy: Offers = None,
    fighting_on: FightingOn = None,
    sets: DealSets = None,
    draws: Annotated[int, typer.Option(min=1, help="Draws of the uncertain numbers.")] = 16,
    seed: Seed = 1,
    json: Json = False,
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
