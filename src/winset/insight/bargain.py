"""What could be signed where no war stands behind the talks: packages, reservation values, the
exact frontier and its solution points.

A party's value is its preference's (own stake 0..1, or points as written); no agreement is worth
its `reservation`. Frontier and points are exact for two and three signatories (`winset.deals`); for
more, or where issues hang together too closely, the points are integer programmes with a proved
bound, and the frontier has a stated error or is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from winset.deals import (
    SOLUTIONS,
    Box,
    DealError,
    Frontier,
    Payoff,
    Solution,
    Space,
    TooEntangled,
    TooManyPoints,
    increments,
    near_frontier,
)
from winset.deals.counting import Count, count_at_least
from winset.deals.frontier import frontier_of
from winset.deals.programme import Programme
from winset.scenario import Scenario
from winset.scenario.expr import evaluate
from winset.scenario.sampling import Sample, middles, sample
from winset.talks.menu import Floats, Menu
from winset.talks.packages import Deals, _pair_tables, build, payoff_boxes

#: issues x draws beyond which the frontier of every draw is not worth its time
_DRAWS = 64


@dataclass(frozen=True, eq=False)
class Bargain:
    """Signatories' payoffs at the middle of every number.

    payoffs: on the party's own scale before its aspiration; power [parties]: that aspiration (1:
    the value is the payoff). reservation [parties]: value of no agreement, aspiration included.
    """

    space: Space
    menu: Menu
    parties: tuple[str, ...]
    payoffs: tuple[Payoff, ...]
    power: Floats
    reservation: Floats

    def bent(self, values: Floats) -> Floats:
        """Values [..., parties] with the aspirations put on."""
        if (self.power == 1.0).all():
            return values
        return np.clip(values, 0.0, 1.0) ** self.power

    def straight(self, values: Floats) -> Floats:
        """The inverse of `bent`."""
        if (self.power == 1.0).all():
            return values
        return np.asarray(np.maximum(values, 0.0) ** (1.0 / self.power))


@dataclass(frozen=True, eq=False)
class Found:
    """What `explore` found.

    points: undominated packages, values with aspirations. error [parties]: how far a package can
    lie above the points (0: exact). solutions: name -> point, and bounds: name -> (measure, proved
    bound) where it comes from an integer programme. count: packages at or above every reservation
    value. chance: share of draws of the uncertain numbers in which there is any; None with one
    draw.
    """

    bargain: Bargain
    points: Frontier | None
    error: Floats
    method: str
    solutions: Mapping[str, Solution]
    bounds: Mapping[str, tuple[float, float]]
    raiffa_steps: Floats
    packages: Count
    count: Count
    chance: float | None


def middle_payoffs(
    scenario: Scenario, worldview: str | None = None, stated: Mapping[str, float] | None = None
) -> Bargain:
    """The signatories' payoffs and reservation values at the middle of every number.

    stated: party -> reservation value that replaces the scenario's.

    Raises:
        DealError: no issues, a signatory with several types, or scores that read the state of a
            war.
    """
    return _bargains(scenario, worldview, stated, None)[0]


def _bargains(
    scenario: Scenario,
    worldview: str | None,
    stated: Mapping[str, float] | None,
    drawn: Sample | None,
) -> list[Bargain]:
    view = worldview or scenario.worldviews[0]
    if not scenario.spec.issues:
        raise DealError(f"scenario {scenario.id} has no issues: nothing could be signed")
    drawn = drawn or middles(scenario, view)
    deals = build(scenario, scenario.strategies[0], drawn, {})
    _readable(deals)
    return [_one(scenario, deals, d, stated or {}) for d in range(deals.draws)]


def _readable(deals: Deals) -> None:
    rows = [row for row in deals.rows if row.signatory]
    for party in deals.scenario.signatories:
        types = sum(row.party == party for row in rows)
        if types > 1:
            raise DealError(
                f"{party} has {types} types; without a war this analysis takes parties of one type."
                " Fix the hypothesis, or give the scenario a war."
            )
    at = np.argwhere(np.isnan(deals.score[0]))
    if len(at):
        r, o = at[0]
        m = int(np.searchsorted(deals.menu.first, o, side="right")) - 1
        raise DealError(
            f"{deals.rows[r].party}'s score on {deals.menu.space.issues[m]} reads the state of a"
            " war, and this scenario has none"
        )


def _one(scenario: Scenario, deals: Deals, draw: int, stated: Mapping[str, float]) -> Bargain:
    """The bargain of one draw; believed delivery counts where it needs no state."""
    believed = np.nan_to_num(deals.believed, nan=1.0)
    no_deal = np.broadcast_to(np.nan_to_num(deals.no_deal), believed.shape)
    table = deals.contribution(deals.score, believed, no_deal)
    payoffs, power, reservation = [], [], []
    for r, row in enumerate(deals.rows):
        if not row.signatory:
            continue
        low, high = float(deals.low[draw, r]), float(deals.high[draw, r])
        scores = [
            table[draw, r, int(f) : int(f) + n] / (high - low)
            for f, n in zip(deals.menu.first, deals.menu.space.sizes, strict=True)
        ]
        scores[0] = scores[0] - low / (high - low)
        pairs = tuple((a, b, t[draw] / (high - low)) for a, b, t in _pair_tables(deals, r))
        boxes = tuple(
            Box(b.issues, b.masks, b.points / (high - low)) for b in payoff_boxes(deals, r)
        )
        payoffs.append(Payoff(tuple(scores), pairs, boxes))
        power.append(float(deals.power[draw, r]))
        said = scenario.spec.preferences[row.party].reservation
        if row.party in stated:
            reservation.append(stated[row.party])
        elif said is not None:
            reservation.append(float((evaluate(said, deals.number) + np.zeros(deals.draws))[draw]))
        else:
            reservation.append(0.0)
    return Bargain(
        deals.menu.space,
        deals.menu,
        scenario.signatories,
        tuple(payoffs),
        np.array(power),
        np.array(reservation),
    )


def explore(
    scenario: Scenario,
    worldview: str | None = None,
    stated: Mapping[str, float] | None = None,
    draws: int = _DRAWS,
    seed: int = 1,
) -> Found:
    """Frontier, solution points and overlap of a scenario without a war.

    Raises:
        DealError: as `middle_payoffs`, or nothing is feasible.
    """
    bargain = middle_payoffs(scenario, worldview, stated)
    points, error, method = _frontier(bargain)
    solutions: dict[str, Solution] = {}
    bounds: dict[str, tuple[float, float]] = {}
    steps = np.zeros((0, len(bargain.parties)))
    if points is not None and not error.any():
        bent = Frontier(bargain.bent(points.values), points.packages)
        for name, solution in SOLUTIONS.items():
            point = solution(bent, bargain.reservation)
            if point is not None:
                solutions[name] = point
        steps = increments(bent, bargain.reservation)
        points = bent
    else:
        solutions, bounds = _programmes(bargain)
    within = bargain.straight(bargain.reservation)
    everything = np.full(len(bargain.parties), -np.inf)
    view = worldview or scenario.worldviews[0]
    chance = _chance(scenario, view, stated, draws, seed)
    return Found(
        bargain,
        points,
        error,
        method,
        solutions,
        bounds,
        steps,
        count_at_least(bargain.space, bargain.payoffs, everything),
        count_at_least(bargain.space, bargain.payoffs, within),
        chance,
    )


def _frontier(bargain: Bargain) -> tuple[Frontier | None, Floats, str]:
    parties = len(bargain.parties)
    try:
        near = near_frontier(bargain.space, bargain.payoffs)
        how = "exact, by elimination of issues" if near.exact else "within the error stated"
        return near.points, near.error, how
    except TooEntangled:
        if parties == 2:
            asked = Programme(bargain.space, bargain.payoffs)
            return asked.frontier(), np.zeros(2), "exact, by integer programmes"
        return None, np.zeros(parties), "not listed: too many issues hang together"
    except TooManyPoints:
        return None, np.zeros(parties), "not listed: too many points"


def _programmes(
    bargain: Bargain,
) -> tuple[dict[str, Solution], dict[str, tuple[float, float]]]:
    if (bargain.power != 1.0).any():
        raise DealError(
            "with aspirations other than 1 the points of so large a space cannot be proved; lower"
            " the number of issues or signatories"
        )
    asked = Programme(bargain.space, bargain.payoffs)
    solutions, bounds = {}, {}
    for name in ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian"):
        found = getattr(asked, name)(bargain.reservation)
        if found is not None:
            solutions[name] = found.solution
            bounds[name] = (found.measure, found.bound)
    return solutions, bounds


def _chance(
    scenario: Scenario,
    view: str,
    stated: Mapping[str, float] | None,
    draws: int,
    seed: int,
) -> float | None:
    """Share of draws in which some package is at or above every reservation value."""
    spread = any(q.value is None and q.formula is None for q in scenario.quantities.values())
    if not spread or draws < 2:
        return None
    drawn = sample(scenario, view, draws, min(8, draws), seed)
    met = 0
    for bargain in _bargains(scenario, view, stated, drawn):
        try:
            values = frontier_of(bargain.space, bargain.payoffs).values
        except (TooEntangled, TooManyPoints):
            return None
        met += bool((bargain.bent(values) >= bargain.reservation).all(axis=1).any())
    return met / draws
