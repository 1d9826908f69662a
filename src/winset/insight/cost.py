"""The human cost: what each strategy costs in lives, homes and people under occupation, over the
worldviews.
"""

from __future__ import annotations

from dataclasses import dataclass

from winset.insight.measures import About, about
from winset.insight.verdict import conquest
from winset.study.design import CellKey
from winset.study.results import Results

__all__ = ["Cost", "cut_short", "human_cost"]


@dataclass(frozen=True)
class Cost:
    """A human cost: the least and the greatest cell mean over all strategies and worldviews, and
    the cell of the least.
    """

    about: About
    least: float
    most: float
    least_at: CellKey


def human_cost(results: Results) -> tuple[Cost, ...]:
    """Return the measures that the scenario marks as human cost, in its order."""
    spec = results.scenario.spec
    found = []
    for name, measure in spec.measures.items():
        if not measure.human_cost or name not in results.measures:
            continue
        means = {
            key: m for key in results.keys if (m := results.estimate(*key, name).mean) is not None
        }
        if means:
            least = min(means, key=lambda key: means[key])
            found.append(Cost(about(spec, name), means[least], max(means.values()), least))
    return tuple(found)


def cut_short(results: Results) -> float | None:
    """Return the greatest chance over the grid that a war ends by conquest or capitulation, from
    where on human costs are no longer counted; None where no outcome has a victor.
    """
    spec = results.scenario.spec
    chances = [conquest(spec, cell).mean for cell in results.cells.values()]
    return max((c for c in chances if c is not None), default=None)
