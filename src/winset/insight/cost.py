"""The human cost: what each strategy costs in lives, homes and people under occupation, over the
worldviews.
"""

from __future__ import annotations

from dataclasses import dataclass

from winset.insight.measures import About, about
from winset.study.results import Results

__all__ = ["Cost", "human_cost"]


@dataclass(frozen=True)
class Cost:
    """A human cost: the least and the greatest cell mean over all strategies and worldviews."""

    about: About
    least: float
    most: float


def human_cost(results: Results) -> tuple[Cost, ...]:
    """Return the measures that the scenario marks as human cost, in its order."""
    spec = results.scenario.spec
    found = []
    for name, measure in spec.measures.items():
        if not measure.human_cost or name not in results.measures:
            continue
        means = [m for key in results.keys if (m := results.estimate(*key, name).mean) is not None]
        if means:
            found.append(Cost(about(spec, name), min(means), max(means)))
    return tuple(found)
