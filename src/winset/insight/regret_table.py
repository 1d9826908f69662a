"""Regret by every objective of a study: the most and the mean of each strategy, who is never best,
who is never far behind.

Each objective stands alone and keeps its unit. The mean over worldviews counts each alike, which is
a convention, not a belief.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from winset.insight.compare import Difference
from winset.insight.measures import objectives
from winset.insight.regret import Regret, regrets
from winset.study.results import Results

__all__ = ["RegretRow", "RegretTable", "regret_table"]


@dataclass(frozen=True)
class RegretRow:
    """A strategy by one objective: what it gives up in `each` worldview; the most, and where; the
    mean over worldviews.
    """

    strategy: str
    each: Mapping[str, Difference]
    most: Difference
    where: str
    mean: float


@dataclass(frozen=True)
class RegretTable:
    """objective -> its rows, the least `most` first; best: objective -> worldview -> strategy.

    never_best: strategies clearly (two standard errors) behind the best in every worldview by
    every objective. near: objective -> what counts as near; close: objective -> strategies that
    near the best in every worldview.
    """

    rows: Mapping[str, tuple[RegretRow, ...]]
    best: Mapping[str, Mapping[str, str]]
    never_best: tuple[str, ...]
    near: Mapping[str, float]
    close: Mapping[str, tuple[str, ...]]

    def json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "objectives": {
                aim: [
                    {
                        "strategy": row.strategy,
                        "max": row.most.json(),
                        "where": row.where,
                        "mean": row.mean,
                        "each": {w: gap.json() for w, gap in row.each.items()},
                    }
                    for row in rows
                ]
                for aim, rows in self.rows.items()
            },
            "best": {aim: dict(best) for aim, best in self.best.items()},
            "never_best": list(self.never_best),
            "close_everywhere": {
                aim: {"within": self.near[aim], "strategies": list(names)}
                for aim, names in self.close.items()
            },
        }


def regret_table(results: Results, worldviews: Sequence[str]) -> RegretTable:
    """Return the regrets by each objective over `worldviews`.

    Near is 5 points of a chance or value, and of a count a twentieth of the distance between the
    best cell and the worst.
    """
    rows: dict[str, tuple[RegretRow, ...]] = {}
    best: dict[str, dict[str, str]] = {}
    near: dict[str, float] = {}
    for aim in objectives(results.measures):
        found = regrets(results, aim)
        of = {w: gaps for w, gaps in found.of.items() if w in worldviews}
        if not of:
            continue
        best[aim] = {w: found.best[w] for w in of}
        means = [results.estimate(w, s, aim).mean or 0.0 for w, gaps in of.items() for s in gaps]
        bounded = all(abs(mean) <= 1.0 for mean in means)
        near[aim] = 0.05 * (1.0 if bounded else max(means) - min(means))
        rows[aim] = _rows(Regret(aim, best[aim], of), results.strategies)
    behind = {
        s: all(gap.sign > 0 for row in _of(rows, s) for gap in row.each.values())
        for s in results.strategies
        if _of(rows, s)
    }
    return RegretTable(
        rows=rows,
        best=best,
        never_best=tuple(s for s, always in behind.items() if always),
        near=near,
        close={
            aim: tuple(row.strategy for row in table if row.most.diff <= near[aim])
            for aim, table in rows.items()
        },
    )


def _rows(regret: Regret, strategies: Sequence[str]) -> tuple[RegretRow, ...]:
    made = []
    for strategy in strategies:
        each = {w: gaps[strategy] for w, gaps in regret.of.items() if strategy in gaps}
        largest = regret.largest(strategy)
        if largest is not None:
            mean = sum(gap.diff for gap in each.values()) / len(each)
            made.append(RegretRow(strategy, each, largest[1], largest[0], mean))
    return tuple(sorted(made, key=lambda row: row.most.diff))


def _of(rows: Mapping[str, tuple[RegretRow, ...]], strategy: str) -> list[RegretRow]:
    return [row for table in rows.values() for row in table if row.strategy == strategy]
