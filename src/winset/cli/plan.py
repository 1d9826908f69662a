"""`winset plan`: one plan, scored."""

from typing import Annotated

import typer

from winset.cli._options import DealScenario, DealSets, FightingOn, Json, Offers, Seed, Worldviews


def command(
    scenario: DealScenario,
    plan: Annotated[
        str, typer.Argument(help="A plan the scenario names, or a YAML file of issue: option.")
    ],
    worldview: Worldviews = None,
    strategy: Offers = None,
    fighting_on: FightingOn = None,
    sets: DealSets = None,
    draws: Annotated[int, typer.Option(min=1, help="Draws of the uncertain numbers.")] = 32,
    seed: Seed = 1,
    json: Json = False,
) -> None:
    """Score one plan: its value to every party and group at home, the chance of acceptance and
    ratification, how long it would hold, who blocks and by how much, the cheapest changes that
    bring a blocker over, and the best improvement that leaves nobody worse off.
    """
    import json as _json

    from winset.insight.plan_report import plan_document
    from winset.insight.stated import stated_values
    from winset.scenario import load
    from winset.views.plans import plan_lines
    from winset.views.progress import note
    from winset.views.text import say

    loaded = load(scenario, overrides=sets or ())
    stated = stated_values(loaded, fighting_on or ())
    found = plan_document(loaded, plan, worldview, strategy, stated, draws, seed, note)
    if json:
        typer.echo(_json.dumps(found, ensure_ascii=False, indent=1))
    else:
        say(plan_lines(loaded, found))
