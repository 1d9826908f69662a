"""`winset plans`: all named plans beside one another."""

from pathlib import Path
from typing import Annotated

import typer

from winset.cli._options import DealScenario, DealSets, FightingOn, Json, Offers, Seed, Worldviews


def command(
    scenario: DealScenario,
    worldview: Worldviews = None,
    strategy: Offers = None,
    fighting_on: FightingOn = None,
    sets: DealSets = None,
    draws: Annotated[int, typer.Option(min=1, help="Draws of the uncertain numbers.")] = 32,
    seed: Seed = 1,
    picture: Annotated[
        Path | None,
        typer.Option(help="Also draw it: FILE.svg, .png or .json (needs the charts extra)."),
    ] = None,
    json: Json = False,
) -> None:
    """Compare all named plans: value as scored, gain over fighting on with its uncertainty, who
    accepts, ratification, chance of being signed if tabled today, durability. No ranking.
    """
    import json as _json

    from winset.errors import OverrideError
    from winset.insight.plan_report import plans_document
    from winset.insight.stated import stated_values
    from winset.scenario import load
    from winset.views.plans import plans_lines
    from winset.views.progress import note
    from winset.views.text import say

    loaded = load(scenario, overrides=sets or ())
    stated = stated_values(loaded, fighting_on or ())
    if picture is not None and picture.suffix.lower() not in (".svg", ".png", ".json"):
        raise OverrideError(f"--picture {picture}: a name ending in .svg, .png or .json is due")
    found = plans_document(loaded, worldview, strategy, stated, draws, seed, note)
    if picture is not None:
        from winset.views.charts import save
        from winset.views.charts.plans import plans_figure

        save(plans_figure(loaded, found), picture)
        note(f"picture: {picture}")
    if json:
        typer.echo(_json.dumps(found, ensure_ascii=False, indent=1))
    else:
        say(plans_lines(loaded, found))
