"""A package composed option by option, and what becomes of it: who would sign, who blocks, who
carries it at home, how long it would hold, and where it lies among all that could be signed.

What fighting on is worth is solved once for a scenario, worldview and strategy, and kept; a click
only values one package more. Other weights are read in by `winset.insight.reweigh`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from winset.app.once import Once
from winset.deals.frontier import undominated_points
from winset.errors import WinsetError
from winset.insight.bargain import Bargain
from winset.insight.named import Named, named_plans, package_from
from winset.insight.opening import gains
from winset.insight.plan_report import broken
from winset.insight.plans import (
    Judge,
    judge_of,
    judge_without_war,
    judged,
    mend,
    neighbours,
)
from winset.insight.readied import Readied, ready, strategy_of
from winset.insight.reweigh import only_preferences, reweighed
from winset.insight.stated import has_war, known_one
from winset.insight.winsets import lay_out, outline
from winset.talks.menu import Menu, menu

__all__ = ["Bench", "Choice", "bench", "chosen", "elsewhere", "is_ready", "verdict"]

#: draws of the uncertain numbers behind a verdict
DRAWS: Final = 16
#: how far beyond fighting on the frontier is followed, in stakes
_BEYOND: Final = -0.3
_STEP: Final = 0.0005
#: frontier packages whose neighbours are valued too where preferences moved
_SEEDS: Final = 60


@dataclass(frozen=True)
class Choice:
    """What stands on the bench: worldview and strategy, the plan begun with, one option of every
    issue, values of fighting on that were stated.
    """

    worldview: str
    strategy: str
    plan: str
    options: Mapping[str, Any]
    fighting: Mapping[str, float]

    def pairs(self, **changed: Any) -> list[tuple[str, str]]:
        """The choice as pairs of an address, with other options."""
        pairs = [("view", self.worldview), ("under", self.strategy), ("start", self.plan)]
        pairs += [(f"fight.{p}", f"{v:g}") for p, v in self.fighting.items()]
        told = {**self.options, **changed}
        return pairs + [(f"o.{issue}", str(option)) for issue, option in told.items()]


@dataclass(frozen=True, eq=False)
class Bench:
    """A worldview ready to judge packages. plans: the named ones; known
    [P,S], odds [P]: their gains and chances of passing. frontier [F,S], passing [F]: the same of
    undominated packages. pool: packages from which a frontier is read where preferences moved.
    exact: whether the frontier is of all packages.
    """

    readied: Readied | None
    bargain: Bargain | None
    judge: Judge
    plans: tuple[Named, ...]
    known: np.ndarray
    odds: np.ndarray
    frontier: np.ndarray
    passing: np.ndarray
    pool: np.ndarray
    exact: bool

    @property
    def fighting(self) -> dict[str, float]:
        """Signatory -> what no agreement is worth to it at the middle of the numbers."""
        if self.readied is None:
            assert self.bargain is not None
            values = self.bargain.reservation
        else:
            opening = self.readied.middle
            values = opening.fighting[0, opening.rows(self.readied.main)]
        return dict(zip(self.judge.parties, map(float, values), strict=True))


_READY: Once[Readied] = Once(24)
_BENCHES: Once[Bench] = Once(24)


def chosen(scenario: Any, given: Mapping[str, Any], worldviews: tuple[str, ...] = ()) -> Choice:
    """Read a choice from an address: what is not said comes from the plan begun with, and where
    there is none, from the first option of each issue.

    Raises:
        OverrideError: a worldview, strategy, plan, issue or option that is not there, or a value of
            fighting on that is no number from 0 to 1.
    """
    layout = menu(scenario)
    view = given.get("view") or (worldviews or scenario.worldviews)[0]
    known_one("worldview", view, scenario.worldviews)
    strategy = strategy_of(scenario, given.get("under") or None)
    plans = scenario.spec.plans
    start = given.get("start") or next(iter(plans), "")
    if start:
        known_one("plan", start, plans)
    space = layout.space
    options: dict[str, Any] = {i: n[0] for i, n in zip(space.issues, space.options, strict=True)}
    if start:
        options = layout.describe(package_from(layout, start, plans[start].options))
    for key, value in given.items():
        if key.startswith("o."):
            options[key[2:]] = _share(value)
    package = package_from(layout, "the plan", options)
    fighting = {}
    for party in scenario.signatories:
        text = str(given.get(f"fight.{party}") or "")
        if text:
            fighting[party] = _stake(party, text)
    return Choice(view, strategy, start, layout.describe(package), fighting)


def _share(text: Any) -> Any:
    try:
        return float(text)
    except ValueError:
        return str(text)


def _stake(party: str, text: str) -> float:
    from winset.errors import OverrideError

    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not 0.0 <= value <= 1.0:
        raise OverrideError(f"value of fighting on of {party}: found {text!r}, 0 to 1 is due")
    return value


def is_ready(base: Any, choice: Choice) -> bool:
    """Whether nothing need be solved before a verdict."""
    return not has_war(base) or (base, choice.worldview, choice.strategy) in _READY


def bench(base: Any, scenario: Any, choice: Choice, moved: tuple[str, ...], whole: bool) -> Bench:
    """The bench of a choice. `scenario` is `base` with the quantities `moved` set anew; whole:
    follow the frontier over all packages also where preferences moved (slower).

    Where they are preferences only, fighting on keeps the value it has in `base`.
    """
    if not has_war(scenario):
        alone = (scenario, tuple(choice.fighting.items()))
        return _BENCHES.get(alone, lambda: _without_war(scenario, choice))
    held = only_preferences(base, moved)
    first = base if held else scenario
    key = (first, choice.worldview, choice.strategy)
    readied = _ready(first, choice)
    start = _BENCHES.get(key, lambda: _with_war(first, readied, None))
    if (not moved or not held) and not choice.fighting:
        return start
    again = (scenario, *key, tuple(choice.fighting.items()), whole)
    pool = None if whole else start.pool
    return _BENCHES.get(
        again, lambda: _with_war(scenario, reweighed(readied, scenario, choice.fighting), pool)
    )


def _with_war(scenario: Any, readied: Readied, pool: np.ndarray | None) -> Bench:
    judge = judge_of(readied)
    plans = tuple(named_plans(scenario, judge.menu))
    exact = pool is None
    if pool is None:
        pool = _pool(readied, judge, plans)
    points = judge.gains(pool)
    good = np.isfinite(points).all(axis=1) & (points >= _BEYOND).all(axis=1)
    packages, points = pool[good], points[good]
    if len(packages):
        edge = undominated_points(points, packages, [1e-12] * points.shape[1])
        packages, points = edge.packages, edge.values
    passing = judge.passing(packages) if len(packages) else np.zeros(0)
    return Bench(
        readied, None, judge, plans, *_known(readied, judge, plans), points, passing, pool, exact
    )


def _known(readied: Readied | None, judge: Judge, plans: Sequence[Named]) -> tuple[Any, Any]:
    """Gains and chances of passing of named plans; an armistice is held by its own hazard and
    needs no vote.
    """
    if not plans:
        return np.zeros((0, len(judge.parties))), np.zeros(0)
    packages = np.array([plan.package for plan in plans])
    truce = np.array([plan.armistice for plan in plans])
    odds = np.where(truce, 1.0, judge.passing(packages))
    if readied is None:
        return judge.gains(packages), odds
    return gains(readied.middle, 0, readied.main, packages, truce), odds


def _text(scenario: Any, layout: Menu, choice: Choice) -> Named:
    """The chosen package, which is an armistice where it is still the plan begun with, and that is
    one.
    """
    package = package_from(layout, "the plan", choice.options)
    for plan in named_plans(scenario, layout):
        if plan.id == choice.plan and (plan.package == package).all():
            return plan
    return Named("", "", package, False)


def _pool(readied: Readied, judge: Judge, plans: Any) -> np.ndarray:
    """The exact frontier of two signatories and the packages one option away from it; for another
    number of them, what is one or two options away from the named plans.
    """
    found = [plan.package[None] for plan in plans]
    if len(judge.parties) == 2:
        least = np.full(2, _BEYOND)
        laid = lay_out(readied.middle, 0, readied.main, (), least)
        edge = outline(readied.middle, 0, readied.main, laid, _STEP)
        found.append(edge)
        for package in edge[:: max(1, len(edge) // _SEEDS)]:
            found.append(neighbours(judge, package, 1)[0])
    else:
        for plan in plans:
            found.append(neighbours(judge, plan.package, 2)[0])
    issues = len(judge.space.issues)
    whole = np.concatenate([np.zeros((0, issues), dtype=np.int64), *found])
    return np.unique(whole[judge.space.feasible(whole, judge.allowed)], axis=0)


def _without_war(scenario: Any, choice: Choice) -> Bench:
    judge, bargain = judge_without_war(scenario, choice.fighting)
    plans = tuple(named_plans(scenario, judge.menu))
    points: Any = np.zeros((0, len(judge.parties)))
    packages: Any = np.zeros((0, len(judge.space.issues)), dtype=np.int64)
    try:
        from winset.deals import frontier_of

        packages = frontier_of(judge.space, bargain.payoffs).packages
        points = judge.gains(packages)
    except WinsetError:
        pass  # too large to follow: plans alone are drawn
    passing = np.ones(len(points))
    known = _known(None, judge, plans)
    return Bench(None, bargain, judge, plans, *known, points, passing, packages, True)


def verdict(scenario: Any, on: Bench, choice: Choice) -> dict[str, Any]:
    """What becomes of the chosen package: the document of `winset plan` for one worldview, less
    what only a search of all packages says, and how the plan begun with stood.
    """
    text = _text(scenario, on.judge.menu, choice)
    found = outcome(on.readied, on.judge, text)
    found["armistice"] = text.armistice
    found["incompatible"] = broken(on.judge.space, text.package)
    for plan, gain, odds in zip(on.plans, on.known, on.odds, strict=True):
        if plan.id == choice.plan and (plan.package != text.package).any():
            told = dict(zip(on.judge.parties, map(_finite, gain), strict=True))
            found["from_start"] = {"gains": told, "passes": float(odds)}
    standing = None
    if text.armistice:
        now = found["gain_now"].values()
        standing = np.array([-np.inf if g is None else g for g in now]), 1.0
    return found | mend(on.judge, text.package, standing)


def outcome(readied: Readied | None, judge: Judge, text: Named) -> dict[str, Any]:
    """Who would sign a package, by how much, and its chance at home; over the draws where there is
    a war.
    """
    known, odds = _known(readied, judge, [text])
    pairs = list(zip(judge.parties, known[0], strict=True))
    found: dict[str, Any] = {
        "gain_now": {party: _finite(gain) for party, gain in pairs},
        "passes_now": float(odds[0]),
    }
    if readied is not None:
        return found | judged(readied, [text])[0]
    found["blocks"] = [{"who": p, "by": float(-g)} for p, g in pairs if g < 0]
    return found | {"off_table": [], "hurdles": [], "groups": {}}


def elsewhere(base: Any, scenario: Any, choice: Choice, moved: tuple[str, ...]) -> dict[str, Any]:
    """The chosen package's outcome, and nothing that takes longer."""
    readied = None
    if has_war(scenario):
        held = only_preferences(base, moved)
        readied = _ready(base if held else scenario, choice)
        if (moved and held) or choice.fighting:
            readied = reweighed(readied, scenario, choice.fighting)
        judge = judge_of(readied)
    else:
        judge, _ = judge_without_war(scenario, choice.fighting)
    return outcome(readied, judge, _text(scenario, judge.menu, choice))


def _ready(scenario: Any, choice: Choice) -> Readied:
    view, strategy = choice.worldview, choice.strategy
    return _READY.get(
        (scenario, view, strategy), lambda: ready(scenario, view, strategy, {}, DRAWS, 1)
    )


def _finite(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None
