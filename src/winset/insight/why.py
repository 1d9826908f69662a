"""Why not where not: who blocks, over what, by how much; whose vote makes ratification unlikely;
and what binds in cells that are all but certain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from winset.insight.verdict import conquest
from winset.study.design import CellKey
from winset.study.results import Results
from winset.talks.cell import Cell

if TYPE_CHECKING:
    from winset.scenario.schema.root import ScenarioSpec

__all__ = ["Edge", "WhyNot", "at_home_words", "at_the_edges", "why_not"]

#: a chance nearer than this to 0 or 1 is listed with what binds it
EDGE: Final = 0.005
#: from this share of the blame on, one vote or consent stands for a failed ratification; an issue
#: is named where changing it would have raised the chance most in this share of the failed votes
CHIEFLY: Final = 0.5
#: a second blocker is named where it blocks at least this much of what the first one does
NEARLY: Final = 0.8


@dataclass(frozen=True)
class WhyNot:
    """A main blocker of a cell.

    name: the party's; for ratification also whose vote or consent bears most of how low its chance
    is, where that is half or more. share: of the meeting-months without a signing that it blocked.
    issue: the one a party falls short on most; for ratification the one whose change would have
    raised its chance most (by .05 or more) in half of the failed votes; None for a second blocker.
    shortfall: how far the best text the others accept lies below fighting on, in its own
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
    """Return the main blocker in each worldview where the measure is no more likely than not, and a
    second one that blocks nearly as much.
    """
    found = []
    for worldview in results.worldviews:
        cell = results.cells.get(CellKey(worldview, strategy))
        chance = results.estimate(worldview, strategy, measure).mean
        if cell is not None and (chance is None or chance <= 0.5):
            found += _blockers(results.scenario.spec, cell)
    return tuple(found)


def main_blocker(spec: ScenarioSpec, cell: Cell) -> WhyNot | None:
    """Return who blocked the most meeting-months of a cell; None where no meeting failed."""
    return next(iter(_blockers(spec, cell)), None)


def _blockers(spec: ScenarioSpec, cell: Cell) -> list[WhyNot]:
    """The main blocker, and the second one where it comes near; none where no meeting failed."""
    order = sorted(cell.blocked_by, key=lambda b: -cell.blocked_by[b])
    found: list[WhyNot] = []
    for blocker in order[:2]:
        share = cell.blocked_by[blocker]
        if share <= 0 or (found and share < NEARLY * found[0].share):
            break
        party = spec.parties.get(blocker)
        issue = None if found else _issue(cell, 0.0 if party else CHIEFLY)
        named = spec.issues[issue].name if issue in spec.issues else ""
        found.append(
            WhyNot(
                worldview=cell.worldview,
                strategy=cell.strategy,
                blocker=blocker,
                name=party.name if party else blocker + _chiefly(spec, cell),
                share=share,
                issue=named or issue,
                shortfall=cell.shortfall.get(blocker),
            )
        )
    return found


def _issue(cell: Cell, least: float) -> str | None:
    issues = {i: v for i, v in cell.blocked_issue.items() if v > 0 and v >= least}
    return max(issues, key=lambda i: issues[i]) if issues else None


def _chiefly(spec: ScenarioSpec, cell: Cell) -> str:
    for factor, share in cell.blocked_at_home.items():
        if share >= CHIEFLY:
            return f", chiefly {at_home_words(spec, factor)}"
    return ""


def at_home_words(spec: ScenarioSpec, factor: str) -> str:
    """Return `vote.PARTY`, `gate.PARTY.N` or `consent.ID` in words: `X's vote`, the gate's label,
    whose consent it is (both up to a comma or bracket).
    """
    kind, _, rest = factor.partition(".")
    party, _, number = rest.partition(".")
    name = spec.parties[party].name if party in spec.parties else party
    if kind == "vote":
        return f"{name}'s vote"
    if kind == "consent":
        return f"consent of {_head(spec.consents[rest].of) or rest}"
    label = spec.ratification[party].gates[int(number) - 1].label
    return _head(label) or f"further vote {number} in {name}"


def _head(text: str) -> str:
    return re.split(r" \(|, ", text)[0]


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
