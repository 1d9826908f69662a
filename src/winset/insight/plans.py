"""One named text, judged: what it is worth to whom, who blocks, what it lacks, how to mend it.

- *Acceptance*: a_i = logistic((gain_i - f_i (1 - r)/r) / tau_i) (quantal response: McKelvey and
  Palfrey 1995), chances averaged over draws and over the other side's types by the world's prior.
- *Durability*: (1 - h)^window, no renewed war within the window.
- An *armistice* is valued as in the talks: it needs no vote at home, holds by the scenario's own
  `ceasefire` hazard for ever, shifts nothing of a renewed war, and what may be settled under it
  counts for nothing.
- *Cheapest changes*: all packages one, two and three options away; the fewest options that bring a
  blocker over while everybody else who would sign still does, those that cost the others least
  first.
- *Best improvement*: nobody worse off, the smallest gain as large as possible (the single
  negotiating text's yes-able improvement: Raiffa 1982, "The Art and Science of Negotiation", ch.
  17), exact over every package for two signatories, and among packages within three changes that
  are no harder to ratify.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, product
from typing import Any, Final

import numpy as np

from winset.deals import DealError, Space, value
from winset.insight.bargain import Bargain, middle_payoffs
from winset.insight.hurdles import groups, hurdles
from winset.insight.named import Named
from winset.insight.opening import (
    Opening,
    every_deal_terms,
    gains,
    gains_of,
    ratification,
    values,
)
from winset.insight.readied import Readied
from winset.insight.winsets import lay_out, outline
from winset.scenario import Scenario
from winset.talks.menu import Floats, Menu
from winset.talks.packages import fill_scores
from winset.talks.problem import start_readings

FEW: Final = 3  # options changed at most
_SHOWN: Final = 3
_STEP: Final = 0.0005


@dataclass(frozen=True, eq=False)
class Judge:
    """What a search needs to know: gains over no agreement [B,S] and chance of passing [B] of
    packages, and which options are on the table [options of each issue].
    """

    space: Space
    menu: Menu
    parties: tuple[str, ...]
    gains: Callable[[np.ndarray], Floats]
    passing: Callable[[np.ndarray], Floats]
    allowed: tuple[np.ndarray, ...]


def judge_of(readied: Readied) -> Judge:
    """The middle of a worldview, with the likeliest type of everybody."""
    opening = readied.middle
    first, space = opening.deals.menu.first, opening.deals.menu.space
    return Judge(
        space,
        opening.deals.menu,
        opening.problem.parties,
        partial(gains, opening, 0, readied.main),
        partial(ratification, opening, 0),
        tuple(
            opening.allowed[0, int(f) : int(f) + n] for f, n in zip(first, space.sizes, strict=True)
        ),
    )


def judge_without_war(scenario: Scenario, stated: Mapping[str, float]) -> tuple[Judge, Bargain]:
    """The middle of a scenario without a war: gains over reservation values, nothing to pass."""
    bargain = middle_payoffs(scenario, None, stated)

    def gain(packages: np.ndarray) -> Floats:
        found = np.stack([value(p, packages)[0] for p in bargain.payoffs], axis=1)
        return np.asarray(bargain.bent(found) - bargain.reservation)

    return (
        Judge(
            bargain.space,
            bargain.menu,
            bargain.parties,
            gain,
            lambda packages: np.ones(len(packages)),
            bargain.space.everything(),
        ),
        bargain,
    )


def neighbours(judge: Judge, package: np.ndarray, most: int = FEW) -> tuple[np.ndarray, np.ndarray]:
    """Feasible packages on the table that differ in 1 to `most` issues, and in how many [B]."""
    found, counts = [], []
    for count in range(1, most + 1):
        for issues in combinations(range(len(judge.space.issues)), count):
            others = [
                [o for o in np.flatnonzero(judge.allowed[m]) if o != package[m]] for m in issues
            ]
            changes = np.array(list(product(*others)), dtype=np.int64)
            if changes.size:
                block = np.tile(package, (len(changes), 1))
                block[:, issues] = changes
                found.append(block)
                counts.append(np.full(len(block), count))
        if sum(map(len, found)) > 400_000:
            break
    if not found:
        return np.zeros((0, len(package)), dtype=np.int64), np.zeros(0, dtype=np.int64)
    packages, number = np.concatenate(found), np.concatenate(counts)
    good = judge.space.feasible(packages, judge.allowed)
    return packages[good], number[good]


def mend(
    judge: Judge, package: np.ndarray, standing: tuple[Floats, float] | None = None
) -> dict[str, Any]:
    """The cheapest changes for every blocker and for all together, and the best improvement within
    three changes. standing: gains [S] and chance of passing of the text as it stands, where it is
    an armistice; what it is changed to is a settlement.
    """
    around, count = neighbours(judge, package)
    now, passes = standing or (
        judge.gains(package[None])[0],
        float(judge.passing(package[None])[0]),
    )
    if not len(around):
        return {"changes": {}, "improvement": None}
    then, odds = judge.gains(around), judge.passing(around)
    signing = now >= 0
    keeps = (then[:, signing] >= 0).all(axis=1)
    changes: dict[str, Any] = {}
    blockers = [s for s in range(len(now)) if not signing[s]]
    for s in blockers:
        others = [k for k in range(len(now)) if k != s]
        good = keeps & (then[:, s] >= 0)
        cost = np.maximum(now[others] - then[:, others], 0.0).sum(axis=1)
        changes[judge.parties[s]] = _cheapest(judge, package, around, count, then, odds, good, cost)
    if passes < 0.5:
        cost = np.maximum(now - then, 0.0).sum(axis=1)
        changes["ratification"] = _cheapest(
            judge, package, around, count, then, odds, keeps & (odds >= 0.5), cost
        )
    if len(changes) > 1:
        good = (then >= 0).all(axis=1) & (odds >= min(0.5, max(passes, 0.5)))
        cost = np.maximum(now - then, 0.0).sum(axis=1)
        changes["all"] = _cheapest(judge, package, around, count, then, odds, good, cost)
    better = (then >= now - 1e-12).all(axis=1) & (odds >= passes - 1e-9)
    smallest = np.where(better, (then - now).min(axis=1), -np.inf)
    best = int(smallest.argmax())
    improvement = None
    if smallest[best] > 1e-9:
        improvement = _change(judge, package, around[best], then[best], odds[best])
        improvement["smallest_gain"] = float(smallest[best])
    return {"changes": changes, "improvement": improvement}


def _cheapest(
    judge: Judge, package: np.ndarray, around: np.ndarray, count: np.ndarray,
    then: Floats, odds: Floats, good: np.ndarray, cost: Floats,
) -> list[dict[str, Any]]:  # fmt: skip
    """The fewest changes that do it, those that cost the others least first."""
    places = np.flatnonzero(good)
    order = places[np.lexsort((-odds[places], cost[places], count[places]))]
    order = order[count[order] == count[order[0]]][:_SHOWN] if len(order) else order
    return [
        {**_change(judge, package, around[n], then[n], odds[n]), "cost_to_others": float(cost[n])}
        for n in order
    ]


def _change(
    judge: Judge, package: np.ndarray, other: np.ndarray, gain: Floats, odds: float
) -> dict[str, Any]:
    old, new = judge.menu.describe(package), judge.menu.describe(other)
    return {
        "change": {i: [old[i], new[i]] for i in old if old[i] != new[i]},
        "gains": dict(zip(judge.parties, gain.tolist(), strict=True)),
        "ratification": float(odds),
    }


def exact_improvement(
    readied: Readied, package: np.ndarray, standing: Floats | None = None
) -> dict[str, Any] | None:
    """The package of all that makes the smaller of two signatories' further gains largest, by
    their leaderships' values alone; None where the text cannot be improved, or for another number
    of signatories.
    """
    opening, judge = readied.middle, judge_of(readied)
    if len(judge.parties) != 2:
        return None
    now = judge.gains(package[None])[0] if standing is None else standing
    if not np.isfinite(now).all():
        return None
    try:
        laid = lay_out(opening, 0, readied.main, (), now)
    except DealError:  # more than can be gone through: the packages nearby are what there is
        return None
    found = outline(opening, 0, readied.main, laid, _STEP)
    if not len(found):
        return None
    then = judge.gains(found)
    smallest = (then - now).min(axis=1)
    best = int(smallest.argmax())
    if smallest[best] <= _STEP:
        return None
    out = _change(
        judge, package, found[best], then[best], float(judge.passing(found[best][None])[0])
    )
    return {**out, "smallest_gain": float(smallest[best])}


def judged(readied: Readied, texts: Sequence[Named]) -> list[dict[str, Any]]:
    """What each text is under one worldview, over its draws and at the middle."""
    drawn = readied.drawn
    rows = np.array([text.package for text in texts])
    truce = np.array([text.armistice for text in texts])
    draws, kinds = drawn.deals.draws, drawn.problem.priors.world_types.shape[1]
    parties = drawn.problem.parties
    gain = np.zeros((draws, kinds, len(rows), len(parties)))
    worth = np.zeros((draws, len(rows), len(drawn.deals.rows)))
    accept = np.zeros_like(gain)
    lasting = np.zeros((draws, kinds, len(rows)))
    passing = np.zeros((draws, len(rows)))
    window = drawn.problem.table.window
    for d in range(draws):
        passing[d] = np.where(truce, 1.0, ratification(drawn, d, rows))
        worth[d] = values(drawn, d, rows)
        tau = np.maximum(drawn.problem.table.tau[d], 1e-9)
        failed = drawn.problem.table.failed[d]
        odds = np.maximum(passing[d], 1e-9)[:, None]
        for t, found in enumerate(every_deal_terms(drawn, d, rows, truce)):
            gain[d, t] = gains_of(drawn, d, t, worth[d], found)
            z = (gain[d, t] - failed * (1 - odds) / odds) / tau
            accept[d, t] = 1.0 / (1.0 + np.exp(-np.clip(z, -500, 500)))
            lasting[d, t] = (1.0 - found.hazard) ** window
    prior = drawn.problem.priors.world_types
    every = (prior / draws)[:, :, None]
    signed = (accept.prod(axis=3) * every).sum(axis=1) * passing
    return [
        {
            "value": _outsiders(drawn, worth, n),
            "gain": {p: _spread(gain[:, :, n, s], prior) for s, p in enumerate(parties)},
            "accepts": {
                p: float((accept[:, :, n, s] * every[:, :, 0]).sum()) for s, p in enumerate(parties)
            },
            "ratification": _quantiles(passing[:, n]),
            "signed_if_tabled": float(signed[:, n].sum()),
            "durable": float((lasting[:, :, n] * every[:, :, 0]).sum()),
            **_blocks(readied, rows[n], bool(truce[n])),
            "off_table": _off_table(drawn, rows[n]),
        }
        for n in range(len(rows))
    ]


def _blocks(readied: Readied, package: np.ndarray, armistice: bool) -> dict[str, Any]:
    """Who blocks at the middle and by how much, with the hurdles and the groups at home."""
    opening, one = readied.middle, package[None]
    now = gains(opening, 0, readied.main, one, np.array([armistice]))[0]
    parties = opening.problem.parties
    odds = 1.0 if armistice else float(ratification(opening, 0, one)[0])
    found = [
        {"who": p, "by": None if not np.isfinite(g) else float(-g)}
        for p, g in zip(parties, now, strict=True)
        if g < 0
    ]
    if odds < 0.5:
        found.append({"who": "ratification", "by": 0.5 - odds})
    found_at_home = [] if armistice else hurdles(opening, 0, one)
    listed = sorted(found_at_home, key=lambda h: float(h.chance[0]))
    return {
        "armistice": armistice,
        "middle": {
            "gain": {
                p: float(g) if np.isfinite(g) else None for p, g in zip(parties, now, strict=True)
            },
            "ratification": odds,
        },
        "blocks": found,
        "hurdles": [
            {"who": h.who, "what": h.label, "chance": float(h.chance[0])}
            for h in listed
            if h.chance[0] < 0.9
        ],
        "groups": groups(opening, 0, package),
    }


def _off_table(opening: Opening, package: np.ndarray) -> list[str]:
    space, first = opening.deals.menu.space, opening.deals.menu.first
    return [
        f"{issue}.{space.options[m][package[m]]}"
        for m, issue in enumerate(space.issues)
        if not opening.allowed[0, int(first[m]) + int(package[m])]
    ]


def _outsiders(opening: Opening, worth: Floats, n: int) -> dict[str, Any]:
    """party -> value of the deal, 10th, 50th, 90th percentile; types averaged by the world."""
    prior = opening.problem.priors.world_types
    out: dict[str, Any] = {}
    parties = dict.fromkeys(row.party for row in opening.deals.rows)
    for party in parties:
        rows = [r for r, row in enumerate(opening.deals.rows) if row.party == party]
        if party in opening.problem.parties and len(rows) > 1:
            s = opening.problem.parties.index(party)
            mixed = sum(prior[:, t] * worth[:, n, opening.row(s, t)] for t in range(prior.shape[1]))
            out[party] = _quantiles(np.asarray(mixed))
        else:
            out[party] = _quantiles(worth[:, n, rows[0]])
    return out


def _quantiles(numbers: Floats) -> dict[str, float]:
    low, middle, high = np.quantile(numbers, [0.1, 0.5, 0.9])
    return {"low": float(low), "middle": float(middle), "high": float(high)}


def _spread(gain: Floats, prior: Floats) -> dict[str, float]:
    """Weighted quantiles of gains [D,T] and the chance that the deal is worth signing."""
    flat, weight = gain.ravel(), (prior / len(prior)).ravel()
    order = np.argsort(flat)
    flat, total = np.maximum(flat[order], -10.0), np.cumsum(weight[order])
    total = total / total[-1]
    low, middle, high = (
        float(flat[min(int(np.searchsorted(total, q)), len(flat) - 1)]) for q in (0.1, 0.5, 0.9)
    )
    better = float((weight * (gain.ravel() >= 0)).sum() / weight.sum())
    return {"low": low, "middle": middle, "high": high, "better_than_fighting": better}


def as_scored(readied: Readied, package: np.ndarray) -> dict[str, float]:
    """party -> sum of weight x score over the sum of weights, 0..100, at the middle: what the
    plain tables say, before interactions, types, belief in delivery and aspiration.
    """
    opening = readied.middle
    deals = opening.deals
    flat = deals.menu.flat(package)
    problem = opening.problem
    z = start_readings(problem.war, problem.params, problem.target, problem.hidden, deals.draws)
    score = fill_scores(deals, {name: z[:, i] for name, i in problem.key.items()})
    out = {}
    for r, row in enumerate(deals.rows):
        if row.party in out:
            continue
        weight = np.array(
            [
                float(deals.values.get(f"{row.party}.weight.{i}", deals.weight[:, r, m])[0])
                for m, i in enumerate(deals.menu.space.issues)
            ]
        )
        out[row.party] = float(100.0 * (weight * score[0, r, flat]).sum() / weight.sum())
    return out
