"""What the answer of a study hangs on, worldview by worldview, and what that means for the choice.

From the draws a study already holds: which uncertain quantities one measure of one strategy hangs
on (`given_data`), under which conditions it does well (`discovery`), where another strategy
overtakes (`flips`), what it would be worth to know a quantity before choosing (`information`), and
what each strategy gives away (`regret`). Worldviews are never pooled: they share the probabilities
and the luck of a draw, so that pooling them would count the same draws several times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from winset.insight.discovery import Found, box_search, discover, tree_search
from winset.insight.flips import Flip, Pairs, find_flips
from winset.insight.given_data import curve, find_hinges
from winset.insight.information import Worth, worth_of_each, worth_of_view
from winset.insight.measures import about, objectives
from winset.insight.regret_table import RegretTable, regret_table
from winset.study.design import CellKey, DesignError
from winset.study.report import SILENT, Reporter
from winset.study.results import Results

if TYPE_CHECKING:
    from winset.scenario import Scenario

__all__ = ["Leaning", "StudyHinges", "ViewHinges", "direction", "looked_at", "study_hinges"]

Floats = NDArray[np.float64]

#: fewer draws than these say nothing of single quantities
LEAST: Final = 24
#: measures that are no objectives and yet have a better end
_MORE: Final = ("ceasefire", "signed", "signed_24", "signed_term", "durable_term")


@dataclass(frozen=True)
class Leaning:
    """One quantity that the measure hangs on in one worldview.

    index, error: share of the variance over draws it explains by itself. p: family-wise. low, high:
    its 10th and 90th percentile; at_low, at_high: the measure's mean there, with standard errors.
    pawn: the median Kolmogorov-Smirnov distance between the measure's distribution and those with
    the quantity held in one part of its range (Pianosi and Wagener 2018, by SALib), and the largest
    of 20 shuffled quantities; None where SALib is not installed.
    """

    id: str
    index: float
    error: float
    p: float
    low: float
    high: float
    at_low: tuple[float, float]
    at_high: tuple[float, float]
    pawn: tuple[float, float] | None


@dataclass(frozen=True)
class ViewHinges:
    """What hangs on what in one worldview.

    ids: the quantities looked at, in the order of the rows of boxes, flips and worths. mean, p10,
    p90: of the measure over draws. luck: at most this share of its variance over draws is the luck
    of finite paths. together: explained by the hinges jointly on draws not seen. chance: index
    reached somewhere by chance in one of twenty. above: a draw is a success beyond this; wins:
    share of draws that are; best_quarter: whether `above` is where the best quarter begins. box,
    tree: what was found on conditions of success, None where there are too few of either kind.
    pairs: flips. worths: what knowing a quantity is worth for the choice; everything: at most.
    """

    worldview: str
    ids: tuple[str, ...]
    draws: int
    mean: float
    p10: float
    p90: float
    luck: float | None
    hinges: tuple[Leaning, ...]
    together: float
    chance: float
    above: float
    wins: float
    best_quarter: bool
    box: Found | None
    tree: Found | None
    pairs: Pairs
    worths: tuple[Worth, ...]
    everything: float
    leader: str


@dataclass(frozen=True)
class StudyHinges:
    """What a study's answer hangs on: `measure` under `strategy`, by worldview, and over all.

    way: 1 where more of the measure is better, -1 where less is, 0 where neither. view_worth: what
    it is worth to know which worldview is right, counting each alike, and the strategy chosen
    without (None with one worldview or strategy).
    """

    results: Results
    measure: str
    strategy: str
    way: int
    views: Mapping[str, ViewHinges]
    regrets: RegretTable
    view_worth: tuple[float, str] | None

    @property
    def scenario(self) -> Scenario:
        """The study's scenario."""
        return self.results.scenario

    def flips(self) -> list[tuple[str, Flip]]:
        """Every flip with its worldview."""
        return [(w, flip) for w, view in self.views.items() for flip in view.pairs.flips]


def direction(results: Results, measure: str) -> int:
    """Return 1 where more of a measure is better, -1 where less is, 0 where nobody says."""
    known = objectives([measure])
    if known:
        return known[measure]
    if measure in _MORE:
        return 1
    return -1 if about(results.scenario.spec, measure).human_cost else 0


def study_hinges(
    results: Results,
    *,
    measure: str = "durable",
    strategy: str | None = None,
    worldviews: Sequence[str] | None = None,
    above: float | None = None,
    seed: int = 0,
    report: Reporter = SILENT,
) -> StudyHinges:
    """Work out what a measure of a strategy (default the one the scenario is about) hangs on.

    above: what makes a draw a success, default more likely than not, or the best quarter of the
    draws where fewer than a tenth or more than nine tenths are. Raises DesignError for a measure,
    strategy or worldview the study does not have, and where it has fewer than 24 draws.
    """
    chosen = strategy or results.scenario.spec.headline or results.strategies[0]
    views = checked(results, measure, chosen, worldviews)
    way = direction(results, measure)
    found = {}
    report.begin("hinges", len(views), 0)
    try:
        for worldview in views:
            found[worldview] = _view(results, worldview, measure, chosen, way, above, seed)
            report.cell(CellKey(worldview, chosen))
    finally:
        report.end()
    return StudyHinges(
        results=results,
        measure=measure,
        strategy=chosen,
        way=way,
        views=found,
        regrets=regret_table(results, tuple(views)),
        view_worth=_view_worth(results, views, measure, way),
    )


def checked(
    results: Results, measure: str, strategy: str, worldviews: Sequence[str] | None
) -> tuple[str, ...]:
    """The worldviews asked for that have a cell of the strategy. Raises DesignError for a measure,
    strategy or worldview the study does not have, and for too few draws.
    """
    from winset.scenario.overrides import nearest

    problems = []
    asked = [("--measure", measure, results.measures), ("--strategy", strategy, results.strategies)]
    asked += [("--worldview", w, results.worldviews) for w in worldviews or ()]
    for option, name, known in asked:
        if name not in known:
            near = nearest(name, known)
            hint = f" Did you mean {near}?" if near else ""
            has = ", ".join(known) or "no cell is done yet"
            problems.append(f"{option}: the study has none called {name!r}.{hint} It has: {has}")
    if results.settings.draws < LEAST:
        problems.append(
            f"the study has {results.settings.draws} draws; at least {LEAST} are needed to tell "
            "one uncertain quantity from another: run it again with more --draws"
        )
    if problems:
        raise DesignError(problems)
    views = tuple(
        w
        for w in results.worldviews
        if (not worldviews or w in worldviews) and CellKey(w, strategy) in results.cells
    )
    if not views:
        raise DesignError([f"no cell of {strategy} is done yet in the worldviews asked for"])
    return views


def looked_at(results: Results, key: CellKey) -> tuple[tuple[str, ...], Floats]:
    """The uncertain quantities of a cell [quantities, draws]: those that vary by themselves."""
    scenario, cell = results.scenario, results.cells[key]
    ids, rows = [], []
    for id_, values in cell.sampled.items():
        quantity = scenario.quantities.get(id_)
        if quantity is None or np.ptp(values) == 0:
            continue
        if scenario.quantity(id_, key.worldview).formula is not None:
            continue  # it moves only as what it is made from moves
        ids.append(id_)
        rows.append(np.asarray(values, np.float64))
    shape = (0, len(cell.replicate))
    return tuple(ids), np.stack(rows) if rows else np.empty(shape)


def _view(
    results: Results,
    worldview: str,
    measure: str,
    strategy: str,
    way: int,
    above: float | None,
    seed: int,
) -> ViewHinges:
    key = CellKey(worldview, strategy)
    y = np.asarray(results.cells[key].measures[measure], np.float64)
    ids, x = looked_at(results, key)
    use = np.isfinite(y)
    if int(use.sum()) < LEAST or not ids:
        why = "no quantity varies" if not ids else f"{measure} is defined in {use.sum()} draws"
        raise DesignError([f"{worldview}: {why}: nothing to tell apart"])
    known, told = x[:, use], y[use]
    hung = find_hinges(known, told, seed=seed)
    limit, quarter = _limit(results, measure, told, way or 1, above)
    success = told > limit if (way or 1) > 0 else told < limit
    values = _values(results, worldview, measure, way)
    leader = max(values, key=lambda s: float(values[s].mean())) if values else strategy
    gains = (
        worth_of_each(x, np.stack(list(values.values())), seed=seed) if len(values) > 1 else None
    )
    return ViewHinges(
        worldview=worldview,
        ids=ids,
        draws=int(use.sum()),
        mean=float(told.mean()),
        p10=float(np.quantile(told, 0.1)),
        p90=float(np.quantile(told, 0.9)),
        luck=_luck(results, measure, told),
        hinges=_leanings(ids, known, told, hung.hinges, seed),
        together=hung.together,
        chance=hung.chance,
        above=limit,
        wins=float(success.mean()),
        best_quarter=quarter,
        box=discover(box_search, known, success, seed=seed),
        tree=_tree(known, success, seed),
        pairs=find_flips(x, values, _pairs(results, values, strategy, leader), seed=seed),
        worths=gains.each if gains else (),
        everything=gains.everything if gains else 0.0,
        leader=leader,
    )


def _tree(x: Floats, success: NDArray[np.bool_], seed: int) -> Found | None:
    try:
        import sklearn  # noqa: F401
    except ImportError:
        return None
    return discover(tree_search, x, success, seed=seed)


def _limit(
    results: Results, measure: str, y: Floats, way: int, above: float | None
) -> tuple[float, bool]:
    if above is not None:
        return above, False
    if about(results.scenario.spec, measure).reads == "share" and 0.1 <= (y > 0.5).mean() <= 0.9:
        return 0.5, False
    return float(np.quantile(y, 0.75 if way > 0 else 0.25)), True


def _luck(results: Results, measure: str, y: Floats) -> float | None:
    """At most this share of a chance's variance over draws comes from finite paths: the variance
    of a mean of P numbers within 0..1 is at most m (1 - m) / P.
    """
    if about(results.scenario.spec, measure).reads != "share" or np.ptp(y) == 0:
        return None
    most = float(np.mean(y * (1.0 - y))) / results.settings.paths
    return min(1.0, most / float(np.var(y)))


def _leanings(
    ids: tuple[str, ...], x: Floats, y: Floats, hinges: Sequence[Any], seed: int
) -> tuple[Leaning, ...]:
    pawns = _pawns(x[[one.row for one in hinges]], y, seed) if hinges else {}
    found = []
    for at, one in enumerate(hinges):
        value, error = curve(x[one.row], y, one.degree).at(np.array([0.1, 0.9]))
        low, high = np.quantile(x[one.row], [0.1, 0.9])
        found.append(
            Leaning(
                id=ids[one.row],
                index=one.index,
                error=one.error,
                p=one.p,
                low=float(low),
                high=float(high),
                at_low=(float(value[0]), float(error[0])),
                at_high=(float(value[1]), float(error[1])),
                pawn=pawns.get(at),
            )
        )
    return tuple(found)


def _pawns(x: Floats, y: Floats, seed: int) -> dict[int, tuple[float, float]]:
    """PAWN of each row of x, with the largest that 20 shuffled rows give."""
    try:
        from SALib.analyze import pawn
    except ImportError:
        return {}
    rng = np.random.default_rng([seed, len(y), 29])
    shuffled = np.stack([x[0][rng.permutation(len(y))] for _ in range(20)])
    rows = np.vstack([x, shuffled])
    problem = {
        "num_vars": len(rows),
        "names": [f"x{i}" for i in range(len(rows))],
        "bounds": [[float(row.min()), float(row.max())] for row in rows],
    }
    parts = int(np.clip(len(y) // 32, 4, 10))
    said = np.asarray(pawn.analyze(problem, rows.T, y, S=parts)["median"], np.float64)
    most = float(said[len(x) :].max())
    return {i: (float(said[i]), most) for i in range(len(x))}


def _values(results: Results, worldview: str, measure: str, way: int) -> dict[str, Floats]:
    """Strategy -> the measure, more being better, where every draw defines it."""
    found = {}
    for strategy in results.strategies:
        cell = results.cells.get(CellKey(worldview, strategy))
        if way and cell is not None and measure in cell.measures:
            values = way * np.asarray(cell.measures[measure], np.float64)
            if np.isfinite(values).all():
                found[strategy] = values
    return found


def _pairs(
    results: Results, values: Mapping[str, Floats], strategy: str, leader: str
) -> list[tuple[str, str]]:
    """The leader against each other strategy, and the strategy asked about against the baseline."""
    if not values:
        return []
    pairs = [(leader, other) for other in values if other != leader]
    baseline = results.scenario.spec.baseline
    own = (strategy, baseline or "")
    if strategy in values and baseline in values and strategy != baseline and leader not in own:
        pairs.append(own)
    return pairs


def _view_worth(
    results: Results, views: Sequence[str], measure: str, way: int
) -> tuple[float, str] | None:
    names = [
        s
        for s in results.strategies
        if all(results.estimate(w, s, measure).mean is not None for w in views)
    ]
    if not way or len(views) < 2 or len(names) < 2:
        return None
    means = np.array(
        [[way * (results.estimate(w, s, measure).mean or 0.0) for s in names] for w in views]
    )
    gain, best = worth_of_view(means)
    return gain, names[best]
