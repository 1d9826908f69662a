"""What would have to change, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from winset.insight.labels import quantity_words
from winset.insight.moves import Change
from winset.insight.need import Need, Way

if TYPE_CHECKING:
    from winset.scenario import Scenario
    from winset.talks.cell import Settings

__all__ = ["need_json"]


def need_json(
    scenario: Scenario,
    settings: Settings,
    strategy: str,
    durable: float,
    by: int,
    found: Sequence[Need],
) -> dict[str, Any]:
    """Return the whole as one JSON document; no NaN."""
    return {
        "scenario": {"id": scenario.id, "sha256": scenario.sha256, "as_of": scenario.spec.as_of},
        "seed": settings.seed,
        "draws": settings.draws,
        "paths": settings.paths,
        "months": settings.months,
        "strategy": strategy,
        "durable": durable,
        "by": by,
        "worldviews": [
            {
                "worldview": one.worldview,
                "now": one.now.json(),
                "reached_already": not one.ways,
                "ways": [_way(scenario, way, durable) for way in one.ways],
            }
            for one in found
        ],
    }


def _way(scenario: Scenario, way: Way, durable: float) -> dict[str, Any]:
    return {
        "kind": way.kind,
        "reached": way.reaches(durable),
        "change": None if way.change is None else _change(scenario, way.change),
        "size": None if way.change is None else way.change.size,
        "chance": None if way.chance is None else way.chance.json(),
        "most": {"change": _change(scenario, way.best_change), "chance": way.best.json()},
        "singles": [
            {
                "id": one.move.id,
                "from": one.move.start,
                "to": one.move.end,
                **one.effect.json(),
            }
            for one in way.singles
        ],
        "tried": way.tried,
    }


def _change(scenario: Scenario, change: Change) -> list[dict[str, Any]]:
    return [
        {
            "id": step.move.id,
            "label": _label(scenario, step.move.id),
            "from": step.move.start,
            "to": step.value,
        }
        for step in change.steps
    ]


def _label(scenario: Scenario, id_: str) -> str:
    lever = scenario.spec.levers.get(id_)
    return lever.name if lever is not None else quantity_words(scenario, id_)
