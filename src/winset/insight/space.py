"""The settlement space of a study: what each package is worth to two signatories over fighting on,
and how what fighting on is worth moves with the months.

A deal's surplus to party i is measured where it compares with fighting on directly: with
gain_i = A (v_i - C_i) + (1 - A) shift_i - penalty_i  (`opening`), the surplus is

    s_i = gain_i / A = v_i + ((1 - A) shift_i - penalty_i) / A - C_i

so that a package is worth signing exactly where s_i >= 0, and a month later, when fighting on is
worth C_i + d, where s_i >= d. Packages are valued at the start and at the middle of every number,
with the likeliest types; the values of fighting on are the study's own medians over paths that are
neither settled nor ended.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from winset.deals.frontier import undominated_points
from winset.errors import StudyError
from winset.insight.named import named_plans
from winset.insight.opening import Opening, deal_terms, gains, open_up, ratification
from winset.insight.winsets import Laid, lay_out, outline
from winset.scenario.sampling import middles
from winset.study.design import CellKey, DesignError
from winset.study.results import Results
from winset.talks.cell import LIGHT, Cell, Settings, Worth
from winset.talks.menu import Floats
from winset.talks.problem import prepare
from winset.talks.terms import type_combos

__all__ = ["PlanPoint", "Space", "space_of", "worths_of"]

#: packages as far as this below fighting on are still on the frontier drawn
BELOW: Final = 0.45
_STEP: Final = 0.002
#: a month is shown while at least this share of the paths is still open
LEAST: Final = 0.05


@dataclass(frozen=True)
class PlanPoint:
    """A named plan: surplus to each of the two [2], chance that it passes at home and abroad, and
    whether it holds an option that the strategy does not put on the table.
    """

    id: str
    title: str
    surplus: tuple[float, float]
    passes: float
    off_table: bool


@dataclass(frozen=True)
class Space:
    """One worldview under one strategy. parties: the two signatories, x first. types: their
    likeliest types, as `HYPOTHESIS.VALUE` or empty. frontier: [n, 2] surpluses of the undominated
    packages, x rising. months: of `moves` [m, 2, 3], the 10th, 50th and 90th percentile of fighting
    on less its median at the start; open: [m] share of paths still open.
    """

    worldview: str
    parties: tuple[str, str]
    types: tuple[str, str]
    frontier: Floats
    plans: tuple[PlanPoint, ...]
    months: tuple[int, ...]
    moves: Floats
    open: Floats

    @property
    def overlap(self) -> bool:
        """Whether some package at the start is worth more than fighting on to both."""
        return bool((self.frontier >= 0).all(axis=1).any())


def worths_of(results: Results, worldview: str, strategy: str) -> tuple[Worth, ...]:
    """Return what fighting on is worth by month. Raises StudyError where the study has none at all,
    DesignError where the cell is not done.
    """
    if not any(cell.worths for cell in results.cells.values()):
        raise StudyError(
            "this study holds no value of fighting on by month: it was made by an older winset, or "
            "solved exactly. `winset run` it again to another --out"
        )
    cell = results.cells.get(CellKey(worldview, strategy))
    if cell is None or not cell.worths:
        raise DesignError([f"the cell of {strategy} under {worldview} is not done"])
    return cell.worths


def space_of(results: Results, worldview: str, strategy: str) -> Space:
    """Work the space out.

    Raises:
        StudyError: the study holds no value of fighting on by month.
        DesignError: the cell is not done, or not two parties sign.
        DealError: too many packages to go through.
    """
    scenario = results.scenario
    worths = worths_of(results, worldview, strategy)
    if len(scenario.signatories) != 2:
        raise DesignError(
            [f"the settlement space has two axes; here sign {', '.join(scenario.signatories)}"]
        )
    light: dict[str, Any] = dict(LIGHT)
    one = Settings(
        draws=1, paths=1, months=results.settings.months, seed=results.settings.seed, replicates=1,
        **light,
    )  # fmt: skip
    problem = prepare(scenario, worldview, strategy, one, middles(scenario, worldview))
    middle = np.array([[w.values[0, w.quantiles.index(0.5)] for w in worths]])
    opening = open_up(problem, np.nan_to_num(middle))
    combo = int(problem.priors.world_types[0].argmax())
    kept = [_worth_of(opening, combo, s, worths) for s in (0, 1)]
    months, moves, still = _moves(results.cells[CellKey(worldview, strategy)], kept)
    return Space(
        worldview,
        (problem.parties[0], problem.parties[1]),
        (kept[0].type, kept[1].type),
        _frontier(opening, combo),
        _plans(results, opening, combo),
        months,
        moves,
        still,
    )


def _worth_of(opening: Opening, combo: int, s: int, worths: tuple[Worth, ...]) -> Worth:
    """The worth of the row that a signatory has in a type combination."""
    combos, _ = type_combos(opening.deals)
    mine = [w for w in worths if w.party == opening.problem.parties[s]]
    return mine[int(combos[combo][s])]


def _moves(cell: Cell, kept: list[Worth]) -> tuple[tuple[int, ...], Floats, Floats]:
    share = sum((w.share for w in cell.worths if w.party == kept[0].party), np.zeros(1))
    months = [
        t
        for t in range(len(kept[0].share))
        if share[t] >= LEAST and all(np.isfinite(w.values[t]).all() for w in kept)
    ]
    at = [[w.quantiles.index(q) for q in (0.1, 0.5, 0.9)] for w in kept]
    moves = np.array(
        [
            [w.values[t, q] - w.values[0, q[1]] for w, q in zip(kept, at, strict=True)]
            for t in months
        ]
    )  # fmt: skip
    return tuple(months), moves, np.asarray(share)[months]


def _surplus(opening: Opening, combo: int, packages: np.ndarray) -> Floats:
    """s [B,2]; -inf beyond a red line."""
    lasts = np.maximum(deal_terms(opening, 0, combo, packages).lasts, 1e-12)
    return np.asarray(gains(opening, 0, combo, packages) / lasts)


def _frontier(opening: Opening, combo: int) -> Floats:
    """Undominated surpluses [n,2] of all packages no worse than `BELOW` to either."""
    lower = replace(opening, fighting=opening.fighting - BELOW)  # an outline holds no losses
    packages = outline(lower, 0, combo, _by_surplus(lower, combo, lay_out(lower, 0, combo)), _STEP)
    if not len(packages):
        return np.zeros((0, 2))
    found = _surplus(opening, combo, packages)
    points = undominated_points(found, packages, [1e-12, 1e-12]).values
    return np.asarray(points[np.argsort(points[:, 0])])


def _by_surplus(opening: Opening, combo: int, laid: Laid) -> Laid:
    """The layout with gains read as surpluses: all last, the rest of what holds is a penalty."""
    held, rows = laid.held, opening.rows(combo)
    safe = np.maximum(held.lasts, 1e-12)
    penalty = (held.penalty - (1 - held.lasts) * held.shift) / safe
    least = opening.fighting[0, rows] + penalty
    power = opening.deals.power[0, rows]
    bent = np.maximum(least, 0.0) ** (1.0 / power)
    need = np.where(least > 1.0, np.inf, np.where(least <= 0.0, -np.inf, bent))
    as_surplus = replace(
        held, lasts=np.ones_like(held.lasts), shift=np.zeros_like(held.shift), penalty=penalty
    )
    return replace(laid, need=need, held=as_surplus)


def _plans(results: Results, opening: Opening, combo: int) -> tuple[PlanPoint, ...]:
    """Named plans that settle the war; an armistice settles nothing and has no place in the space
    of settlements."""
    menu = opening.deals.menu
    plans = [plan for plan in named_plans(results.scenario, menu) if not plan.armistice]
    if not plans:
        return ()
    packages = np.array([plan.package for plan in plans])
    surplus, passes = _surplus(opening, combo, packages), ratification(opening, 0, packages)
    first = menu.first
    there = [
        all(opening.allowed[0, int(f) + int(o)] for f, o in zip(first, p, strict=True))
        for p in packages
    ]
    return tuple(
        PlanPoint(plan.id, plan.title, (float(s[0]), float(s[1])), float(r), not on)
        for plan, s, r, on in zip(plans, surplus, passes, there, strict=True)
    )
