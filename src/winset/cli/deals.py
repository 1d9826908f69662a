"""`winset deals`: what could be signed."""

from typing import Annotated

import typer

from winset.cli._options import DealSets, Json, Seed, Worldviews


def command(
    scenario: Annotated[
        str, typer.Argument(help="A scenario's name, folder or file; `winset list` names them.")
    ],
    worldview: Worldviews = None,
    strategy: Annotated[
        str | None,
        typer.Option(help="Whose offers are on the table (the scenario's baseline)."),
    ] = None,
    fighting_on: Annotated[
        list[str] | None,
        typer.Option(
            "--fighting-on",
            metavar="PARTY=VALUE",
            help="State what no agreement is worth to a party, in its own stake (0 worst package, 1"
            " best), instead of working it out. Can be repeated.",
        ),
    ] = None,
    sets: DealSets = None,
    draws: Annotated[int, typer.Option(min=1, help="Draws of the uncertain numbers.")] = 16,
    seed: Seed = 1,
    json: Json = False,
) -> None:
    """What could be signed: each side's win-set, their overlap, the exact frontier, solution points
    with their definitions, who cares more about what, which trades create value, and what keeps the
    win-sets apart.

    With a war in the scenario, no agreement is worth what the solver says fighting on is worth,
    under each worldview; without one, the reservation values that the scenario states.
    """
    import json as _json

    from winset.insight.stated import has_war, stated_values
    from winset.scenario import load

    loaded = load(scenario, overrides=sets or ())
    stated = stated_values(loaded, fighting_on or ())
    if not has_war(loaded):
        from winset.insight.bargain import explore
        from winset.insight.deal_report import document
        from winset.views.deals import bargain_lines

        found = document(loaded, explore(loaded, None, stated, draws, seed))
        lines = bargain_lines
    else:
        from winset.insight.settlement import settlement
        from winset.views.progress import note
        from winset.views.settlement import settlement_lines

        found = settlement(loaded, worldview, strategy, stated, draws, seed, note)
        lines = settlement_lines
    if json:
        typer.echo(_json.dumps(found, ensure_ascii=False, indent=1))
    else:
        from winset.views.text import say

        say(lines(loaded, found))
