"""`winset plan` and `winset plans` as JSON documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from winset.deals import Space, value
from winset.insight.named import named_plans, package_named
from winset.insight.plans import (
    Judge,
    as_scored,
    exact_improvement,
    judge_of,
    judge_without_war,
    judged,
    mend,
)
from winset.insight.readied import Readied, Say, ready, strategy_of
from winset.insight.stated import has_war, known_one
from winset.scenario import Scenario
from winset.talks.menu import menu


def plan_document(
    scenario: Scenario,
    plan: str,
    worldviews: Sequence[str] | None = None,
    strategy: str | None = None,
    stated: Mapping[str, float] | None = None,
    draws: int = 32,
    seed: int = 1,
    say: Say | None = None,
) -> dict[str, Any]:
    """One plan, under every worldview asked for.

    Raises:
        OverrideError: no such plan, worldview or strategy, or a file that does not fit.
    """
    layout = menu(scenario)
    text = package_named(scenario, layout, plan)
    package = text.package
    document: dict[str, Any] = {
        "scenario": scenario.id,
        "plan": text.id,
        "title": text.title,
        "armistice": text.armistice,
        "parties": {p: scenario.spec.parties[p].name for p in scenario.spec.parties},
        "package": layout.describe(package),
        "incompatible": broken(layout.space, package),
    }
    if not has_war(scenario):
        return document | _without_war(scenario, package, stated or {})
    document["strategy"] = strategy_of(scenario, strategy)
    document["draws"], document["seed"] = draws, seed
    document["worldviews"] = []
    for readied in _ready(scenario, worldviews, document["strategy"], stated, draws, seed, say):
        found = judged(readied, [text])[0]
        standing = None
        if text.armistice:
            now = found["middle"]["gain"]
            standing = np.array([-np.inf if g is None else g for g in now.values()]), 1.0
        changes = mend(judge_of(readied), package, standing)
        document["worldviews"].append(
            {
                "id": readied.worldview,
                **found,
                "as_scored": as_scored(readied, package),
                "changes": changes["changes"],
                "improvement": {
                    "within_three_changes": changes["improvement"],
                    "any_package": exact_improvement(
                        readied, package, standing[0] if standing else None
                    ),
                },
            }
        )
    return document


def plans_document(
    scenario: Scenario,
    worldviews: Sequence[str] | None = None,
    strategy: str | None = None,
    stated: Mapping[str, float] | None = None,
    draws: int = 32,
    seed: int = 1,
    say: Say | None = None,
) -> dict[str, Any]:
    """All named plans beside one another.

    Raises:
        OverrideError: no plans, or no such worldview or strategy.
    """
    layout = menu(scenario)
    plans = named_plans(scenario, layout)
    document: dict[str, Any] = {
        "scenario": scenario.id,
        "parties": {p: scenario.spec.parties[p].name for p in scenario.spec.parties},
        "plans": {text.id: text.title for text in plans},
        "armistices": [text.id for text in plans if text.armistice],
    }
    if not plans:
        return document | {"worldviews": []}
    rows = [text.package for text in plans]
    if not has_war(scenario):
        judge, bargain = judge_without_war(scenario, stated or {})
        gains = judge.gains(np.array(rows))
        worth = gains + bargain.reservation
        document["values"] = {
            text.id: dict(zip(bargain.parties, worth[n].tolist(), strict=True))
            for n, text in enumerate(plans)
        }
        document["reservation"] = dict(
            zip(bargain.parties, bargain.reservation.tolist(), strict=True)
        )
        return document | {"worldviews": []}
    document["strategy"] = strategy_of(scenario, strategy)
    document["draws"], document["seed"] = draws, seed
    document["worldviews"] = []
    for readied in _ready(scenario, worldviews, document["strategy"], stated, draws, seed, say):
        if "as_scored" not in document:
            document["as_scored"] = {text.id: as_scored(readied, text.package) for text in plans}
        found = judged(readied, plans)
        document["worldviews"].append(
            {
                "id": readied.worldview,
                "plans": {text.id: one for text, one in zip(plans, found, strict=True)},
            }
        )
    return document


def _ready(
    scenario: Scenario,
    worldviews: Sequence[str] | None,
    strategy: str,
    stated: Mapping[str, float] | None,
    draws: int,
    seed: int,
    say: Say | None,
) -> list[Readied]:
    views = [known_one("worldview", v, scenario.worldviews) for v in worldviews or ()]
    return [
        ready(scenario, view, strategy, stated or {}, draws, seed, say)
        for view in views or scenario.worldviews
    ]


def broken(space: Space, package: np.ndarray) -> list[str]:
    """Hard incompatible pairs that a package holds."""
    return [
        f"{space.issues[a]}.{space.options[a][i]} with {space.issues[b]}.{space.options[b][j]}"
        for a, i, b, j in space.forbidden
        if package[a] == i and package[b] == j
    ]


def _without_war(
    scenario: Scenario, package: np.ndarray, stated: Mapping[str, float]
) -> dict[str, Any]:
    judge, bargain = judge_without_war(scenario, stated)
    gain = judge.gains(package[None])[0]
    worth = gain + bargain.reservation
    changes = mend(judge, package)
    return {
        "values": dict(zip(judge.parties, worth.tolist(), strict=True)),
        "reservation": dict(zip(judge.parties, bargain.reservation.tolist(), strict=True)),
        "blocks": [
            {"who": p, "by": float(-g)} for p, g in zip(judge.parties, gain, strict=True) if g < 0
        ],
        "changes": changes["changes"],
        "improvement": {
            "within_three_changes": changes["improvement"],
            "any_package": _best_of_frontier(judge, bargain.payoffs, bargain.bent, worth),
        },
    }


def _best_of_frontier(
    judge: Judge, payoffs: Any, bent: Any, worth: np.ndarray
) -> dict[str, Any] | None:
    """The frontier point that makes the smallest gain over the text largest, nobody worse off."""
    from winset.deals import TooEntangled, TooManyPoints, frontier_of

    try:
        points = frontier_of(judge.space, payoffs)
    except (TooEntangled, TooManyPoints):
        return None
    values = bent(np.stack([value(p, points.packages)[0] for p in payoffs], axis=1))
    smallest = (values - worth).min(axis=1)
    best = int(smallest.argmax())
    if smallest[best] <= 1e-9:
        return None
    return {
        "package": judge.menu.describe(points.packages[best]),
        "values": dict(zip(judge.parties, values[best].tolist(), strict=True)),
        "smallest_gain": float(smallest[best]),
    }
