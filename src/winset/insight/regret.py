"""Regret: what a strategy gives up, in each worldview, against the one that does best there.

    R(s, w) = d * (m(b_w, w) - m(s, w))     b_w = argmax_s d m(s, w), d = 1 where more is better, -1
                                            where less is
    max regret of s = max_w R(s, w)         (Savage 1951; Lempert, Popper and Bankes 2003)

Differences are paired on draws and luck. b_w is the best of many noisy means, so a regret is a
little too large on average; where its error covers it, nothing is known to be given up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from winset.insight.compare import Difference, paired
from winset.insight.measures import objectives
from winset.study.design import DesignError
from winset.study.results import Results

__all__ = ["Regret", "regrets"]


@dataclass(frozen=True)
class Regret:
    """Regret by one objective.

    best: worldview -> the strategy that does best there. of: worldview -> strategy -> what it gives
    up (at least 0), with its error.
    """

    measure: str
    best: Mapping[str, str]
    of: Mapping[str, Mapping[str, Difference]]

    def largest(self, strategy: str) -> tuple[str, Difference] | None:
        """Return the worldview in which a strategy gives up most, and how much; None where it has
        no cell.
        """
        found = {w: gaps[strategy] for w, gaps in self.of.items() if strategy in gaps}
        if not found:
            return None
        worldview = max(found, key=lambda w: found[w].diff)
        return worldview, found[worldview]


def regrets(results: Results, measure: str = "durable") -> Regret:
    """Return the regret of every strategy in every worldview by one objective.

    Raises DesignError where the measure is no objective of the study: it has no better side.
    """
    aims = objectives(results.measures)
    if measure not in aims:
        raise DesignError(
            [f"no objective {measure!r}; those with a better side are: {', '.join(aims)}"]
        )
    way = aims[measure]
    best: dict[str, str] = {}
    of: dict[str, dict[str, Difference]] = {}
    for worldview in results.worldviews:
        means = {
            s: way * m
            for s in results.strategies
            if (m := results.estimate(worldview, s, measure).mean) is not None
        }
        if not means:
            continue
        top = max(means, key=lambda s: means[s])
        best[worldview] = top
        gaps = {s: paired(results, worldview, top, s, measure) for s in means}
        of[worldview] = {
            s: Difference(max(way * gap.diff, 0.0), gap.se, gap.draws)
            for s, gap in gaps.items()
            if gap is not None
        }
    return Regret(measure, best, of)
