"""Why not where not: who blocks, over what, by how much; and what binds in cells that are all but
certain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from winset.insight.verdict import conquest
from winset.study.design import CellKey
from winset.study.results import Results
from winset.talks.cell import Cell

if TYPE_CHECKING:
    from winset.scenario.schema.root import ScenarioSpec

__all__ = ["Edge", "WhyNot", "at_the_edges", "why_not"]

#: a chance nearer than this to 0 or 1 is listed with what binds it
EDGE: Final = 0.005


@dataclass(frozen=True)
class WhyNot:
    """The main blocker of a cell.

    share: of the meeting-months without a signing that it blocked. issue: the one it falls short on
    most. shortfall: how far the best text the others accept lies below fighting on, in its own
    stakes.
    """

    worldview: str
    strategy: str
    blocker: str
    name: str
    share: float
    issue: str | None
    shortfall: float | None


@dataclass(frozen=True)
class Edge:
    """A cell whose measure is all but 0 or 1, and what binds it."""

    worldview: str
    strategy: str
    mean: float
    cause: str


def why_not(results: Results, strategy: str, measure: str = "durable") -> tuple[WhyNot, ...]:
    """Return the main blocker in each worldview where the measure is no more likely than not."""
    found = []
    for worldview in results.worldviews:
        cell = results.cells.get(CellKey(worldview, strategy))
        chance = results.estimate(worldview, strategy, measure).mean
        if cell is not None and (chance is None or chance <= 0.5):
            blocker = main_blocker(results.scenario.spec, cell)
            if blocker is not None:
                found.append(blocker)
    return tuple(found)


def main_blocker(spec: ScenarioSpec, cell: Cell) -> WhyNot | None:
    """Return who blocked the most meeting-months of a cell; None where no meeting failed."""
    if not cell.blocked_by or max(cell.blocked_by.values()) <= 0:
        return None
    blocker = max(cell.blocked_by, key=lambda b: cell.blocked_by[b])
    party = spec.parties.get(blocker)
    issues = {i: v for i, v in cell.blocked_issue.items() if v > 0}
    issue = max(issues, key=lambda i: issues[i]) if issues else None
    named = spec.issues[issue].name if issue in spec.issues else ""
    return WhyNot(
        worldview=cell.worldview,
        strategy=cell.strategy,
        blocker=blocker,
        name=party.name if party else blocker,
        share=cell.blocked_by[blocker],
        issue=named or issue,
        shortfall=cell.shortfall.get(blocker),
    )


def at_the_edges(results: Results, measure: str = "durable") -> tuple[Edge, ...]:
    """Return the cells whose measure lies within .005 of 0 or 1, each with what binds it."""
    found = []
    for worldview, strategy in results.keys:
        mean = results.estimate(worldview, strategy, measure).mean
        if mean is not None and not EDGE <= mean <= 1 - EDGE:
            cause = _cause(results, CellKey(worldview, strategy), mean)
            found.append(Edge(worldview, strategy, mean, cause))
    return tuple(found)


def _cause(results: Results, key: CellKey, mean: float) -> str:
    spec, cell = results.scenario.spec, results.cells[key]
    if mean > 0.5:
        return "every path but a few signs, and what is signed holds"
    signed = results.estimate(*key, "signed").mean or 0.0
    if signed > 2 * EDGE:
        return f"signed in {100 * signed:.1f}% of paths, but what is signed does not hold"
    ended = conquest(spec, cell).mean
    if ended is not None and ended > 0.5:
        return f"the war ends by conquest or capitulation in {100 * ended:.0f}% of paths"
    blocker = main_blocker(spec, cell)
    if blocker is None:
        return "talks never meet, or no text is on the table"
    over = f" over {blocker.issue}" if blocker.issue else ""
    overlap = results.estimate(*key, "overlap_at_start").mean
    start = (
        f"; overlap at the start in {100 * overlap:.0f}% of draws" if overlap is not None else ""
    )
    return f"{blocker.name} blocks {100 * blocker.share:.0f}% of meetings{over}{start}"
