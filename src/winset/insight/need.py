"""The least that must change for a wanted chance of a durable settlement by a wanted month.

Searched separately among the levers of the strategy and among the beliefs that are disputed:
every single move to its end; then, for each that reaches the wanted chance, how little of it does;
where none does, the moves that help, one more at a time, the best first; what reaches it is then
thinned out, scaled down and trimmed step by step while it still does. All on light cells that
share draws and luck with the scenario as it is. What is found is then run on other draws, so that
it is not the luck of the search that is reported. The search is greedy: what it finds reaches the
chance, but something smaller may. Where not even all moves that help, made to their ends together,
reach it, that is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from winset.insight.compare import Difference, difference
from winset.insight.moves import (
    Change,
    Kind,
    Move,
    Step,
    beliefs_of,
    levers_of,
    with_changes,
    with_term,
)
from winset.study.design import CellKey, Design, DesignError
from winset.study.makers import Makers
from winset.study.report import SILENT, Reporter, Silent
from winset.study.summary import Estimate, estimate
from winset.study.variants import Lab, Variant
from winset.talks.cell import Settings

if TYPE_CHECKING:
    from winset.scenario import Scenario
    from winset.talks.cell import Cell

__all__ = ["Need", "Single", "Way", "search_need"]

KINDS: Final[tuple[Kind, ...]] = ("levers", "beliefs")
#: parts of the way tried when a change is made smaller
PARTS: Final = (0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875)
#: moves made together at most
TOGETHER: Final = 8
#: the seed of the draws on which what was found is run again is that of the search plus this
FRESH: Final = 1_000_003
#: searches at most, each aiming higher by what fresh draws fell short
AIMS: Final = 3


@dataclass(frozen=True)
class Single:
    """One move to its end and what it does to the chance, paired."""

    move: Move
    effect: Difference


@dataclass(frozen=True)
class Way:
    """What was found among the levers or among the beliefs.

    change: the least found that reaches the wanted chance on the draws of the search; None where
    none does. chance: with it, on fresh draws, where it may fall short (`reaches`). best: the most
    that any change tried reaches, on fresh draws, and the change. singles: single moves to their
    ends, those that help most first.
    """

    kind: Kind
    change: Change | None
    chance: Estimate | None
    best: Estimate
    best_change: Change
    singles: tuple[Single, ...]
    tried: int

    def reaches(self, wanted: float) -> bool:
        """Whether the change found reaches the wanted chance on fresh draws."""
        return self.chance is not None and (self.chance.mean or 0.0) >= wanted


@dataclass(frozen=True)
class Need:
    """One worldview: the chance as it is, on fresh draws, and the ways to the wanted one; no ways
    where it is reached already.
    """

    worldview: str
    now: Estimate
    ways: tuple[Way, ...]


def search_need(
    design: Design,
    strategy: str,
    worldview: str,
    *,
    durable: float,
    by: int,
    kinds: Sequence[Kind] = KINDS,
    folder: Path | None = None,
    workers: int | None = None,
    report: Reporter = SILENT,
    makers: Makers | None = None,
) -> Need:
    """Look for the least change of `strategy`, and of what `worldview` holds, that gives a chance
    `durable` (0 to 1) of a settlement signed by month `by` after which war does not come back
    within five years. folder: where cells are kept.
    """
    bench = _Bench(design, strategy, worldview, by, folder, workers, report, makers)
    (now,) = bench.try_all([Change()], fresh=True)
    as_is = _estimate(now)
    if (as_is.mean or 0.0) >= durable:
        return Need(worldview, as_is, ())
    return Need(worldview, as_is, tuple(_way(bench, kind, durable) for kind in kinds))


class _Bench:
    """Tries changes of one scenario, one strategy and one worldview."""

    def __init__(
        self,
        design: Design,
        strategy: str,
        worldview: str,
        by: int,
        folder: Path | None,
        workers: int | None,
        report: Reporter,
        makers: Makers | None,
    ) -> None:
        self.design, self.strategy, self.worldview = design, strategy, worldview
        self.scenario: Scenario = with_term(design.scenario, by)
        self._rest: dict[str, Any] = {
            "folder": folder,
            "workers": workers,
            "report": _Uncounted(report),
            "makers": makers,
        }
        self.tried = 0

    def moves(self, kind: Kind) -> list[Move]:
        """What can be changed."""
        if kind == "levers":
            return levers_of(self.scenario, self.strategy)
        return beliefs_of(self.scenario, self.worldview)

    def try_all(self, changes: Sequence[Change], *, fresh: bool = False) -> list[Cell]:
        """The cell of each change; with `fresh`, on draws that the search does not see."""
        scenario, keys = with_changes(self.scenario, self.worldview, self.strategy, changes)
        settings: Settings = self.design.settings
        if fresh:
            settings = replace(settings, seed=settings.seed + FRESH)
        # No worldviews: the lab need not name every strategy under each beforehand.
        design = Design(scenario, (), (), settings)
        wanted = [Variant((), *key) for key in keys]
        with Lab(design, **self._rest) as lab:
            for _ in lab.run(wanted, "need"):
                pass
            cells = [lab.get(one) for one in wanted]
        self.tried += len(changes)
        found = [cell for cell in cells if cell is not None]
        if len(found) < len(wanted):
            raise DesignError(["a cell that was computed cannot be read back"])
        return found


class _Uncounted(Silent):
    """Says how many changes are still to be tried; not that some cells were kept from before."""

    def __init__(self, report: Reporter) -> None:
        self._report = report

    def begin(self, stage: str, cells: int, done: int) -> None:
        """A round of changes starts."""
        self._report.begin(stage, cells - done, 0)

    def cell(self, key: CellKey) -> None:
        """One is tried."""
        self._report.cell(key)

    def end(self) -> None:
        """The round is over."""
        self._report.end()


def _way(bench: _Bench, kind: Kind, durable: float) -> Way:
    began = bench.tried
    moves = bench.moves(kind)
    as_is, *cells = bench.try_all([Change(), *(Change((Step(move),)) for move in moves)])
    singles = [
        Single(move, gap)
        for move, cell in zip(moves, cells, strict=True)
        if (gap := difference(_chance(cell), _chance(as_is), as_is.replicate)) is not None
    ]
    singles.sort(key=lambda one: -one.effect.diff)
    aim, best = durable, Change()
    change: Change | None = None
    chance: Estimate | None = None
    for _ in range(AIMS):
        least, best = _least(bench, singles, _mean(as_is), aim)
        if least is None:
            break
        change = least
        chance = _estimate(bench.try_all([change], fresh=True)[0])
        if (chance.mean or 0.0) >= durable:
            break
        # By how much the draws of the search are kinder to this change than others.
        kinder = _mean(bench.try_all([change])[0]) - (chance.mean or 0.0)
        aim = max(durable + kinder, aim + 0.0025)
    (most,) = bench.try_all([best], fresh=True)
    return Way(
        kind=kind,
        change=change,
        chance=chance,
        best=_estimate(most),
        best_change=best,
        singles=tuple(singles),
        tried=bench.tried - began,
    )


def _least(
    bench: _Bench, singles: Sequence[Single], now: float, aim: float
) -> tuple[Change | None, Change]:
    """The smallest change found whose chance is at least `aim`, None where there is none; and the
    change that reached most.
    """
    reaching = [one for one in singles if now + one.effect.diff >= aim]
    if reaching:
        least = _smaller(bench, [Change((Step(one.move),)) for one in reaching[:6]], aim)
        return min(least, key=lambda change: change.size), Change((Step(reaching[0].move),))
    helping: list[Single] = []
    for one in singles:
        # The other way of the same thing does not help as well.
        if one.effect.sign > 0 and all(one.move.id != other.move.id for other in helping):
            helping.append(one)
    helping = helping[:TOGETHER]
    if not helping:
        return None, Change(tuple(Step(one.move) for one in singles[:1] if one.effect.diff > 0))
    more = [
        Change(tuple(Step(one.move) for one in helping[: count + 1]))
        for count in range(len(helping))
    ]
    means = [_mean(cell) for cell in bench.try_all(more)]
    best = more[int(np.argmax(means))]
    enough = [change for change, mean in zip(more, means, strict=True) if mean >= aim]
    if not enough:
        return None, best
    thin = _thinner(bench, enough[0], aim)
    (even,) = _smaller(bench, [thin], aim)
    return _trimmed(bench, even, aim), best


def _smaller(bench: _Bench, changes: Sequence[Change], aim: float) -> list[Change]:
    """Each change by the smallest part of its way that still reaches `aim`."""
    tried = [change.scaled(part) for change in changes for part in PARTS]
    means = [_mean(cell) for cell in bench.try_all(tried)]
    found = []
    for number, change in enumerate(changes):
        mine = range(number * len(PARTS), (number + 1) * len(PARTS))
        # From the end back, as long as it still reaches: a lucky part far below is not taken.
        kept = change
        for at in reversed(mine):
            if means[at] < aim:
                break
            kept = tried[at]
        found.append(kept)
    return found


def _thinner(bench: _Bench, change: Change, aim: float) -> Change:
    """The change less every step it can do without."""
    while len(change.steps) > 1:
        fewer = [change.without(at) for at in range(len(change.steps))]
        means = [_mean(cell) for cell in bench.try_all(fewer)]
        enough = [one for one, mean in zip(fewer, means, strict=True) if mean >= aim]
        if not enough:
            break
        change = min(enough, key=lambda one: one.size)
    return change


def _trimmed(bench: _Bench, change: Change, aim: float) -> Change:
    """The change with its steps made smaller one by one, the largest saving first."""
    for _ in range(len(change.steps)):
        fewer = [
            Change((*change.steps[:at], Step(step.move, part), *change.steps[at + 1 :]))
            for at, step in enumerate(change.steps)
            for part in PARTS
            if part < step.part
        ]
        if not fewer:
            break
        means = [_mean(cell) for cell in bench.try_all(fewer)]
        enough = [one for one, mean in zip(fewer, means, strict=True) if mean >= aim]
        if not enough:
            break
        change = min(enough, key=lambda one: one.size)
    return change


def _chance(cell: Cell) -> NDArray[np.float64]:
    return cell.measures["durable_term"]


def _mean(cell: Cell) -> float:
    return float(np.mean(_chance(cell)))


def _estimate(cell: Cell) -> Estimate:
    return estimate(_chance(cell), cell.replicate)


def check_wish(durable: float, by: int, months: int) -> None:
    """Raise DesignError where the chance or the month wanted cannot be."""
    problems = []
    if not 0 < durable < 1:
        problems.append(f"--durable: found {durable:g}, allowed between 0 and 1 (0.5 is 50%)")
    if not 1 <= by <= months:
        problems.append(f"--by: found month {by}, allowed 1 to {months}, the horizon")
    if problems:
        raise DesignError(problems)
