"""How many feasible packages give every party at least so much: exact, or an estimate that says so.

Issue by issue, depth first, with bounds: where what is still to come cannot lift a party to its
threshold the branch counts nothing, and where it cannot pull one below and holds no forbidden pair
the branch counts whole. Exact within a budget of nodes; beyond it a uniform sample of the feasible
packages estimates the share, with its standard error (binomial). The number of feasible packages
themselves comes from bucket elimination, with whole numbers of any size.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numba import njit

from ._arrays import Floats, Ints
from .elimination import elimination_order
from .errors import TooEntangled
from .extremes import maximum
from .frontier import span
from .payoff import Payoff, value
from .space import Allowed, Space

_NODES: Final = 400_000_000
_SAMPLE: Final = 200_000


@dataclass(frozen=True)
class Count:
    """packages: how many (None where only estimated); share of the feasible ones; error: standard
    error of the share, 0 where it is exact.
    """

    packages: int | None
    share: float
    error: float


def feasible_packages(space: Space, allowed: Allowed | None = None) -> int:
    """How many packages hold no forbidden pair, exactly, however many there are."""
    masks = space.everything() if allowed is None else allowed
    tables: list[tuple[tuple[int, ...], Any]] = [
        ((k,), mask.astype(object)) for k, mask in enumerate(masks)
    ]
    tables += [(edge, (~bad).astype(object)) for edge, bad in space.conflicts().items()]
    total: int = 1
    for x, separator in elimination_order(space.sizes, space.edges):
        scope = (*separator, x)
        joined: Any = 1
        for issues, table in [t for t in tables if x in t[0]]:
            order = [issues.index(y) for y in scope if y in issues]
            shape = [table.shape[issues.index(y)] if y in issues else 1 for y in scope]
            joined = joined * table.transpose(order).reshape(shape)
        tables = [t for t in tables if x not in t[0]]
        summed = joined.sum(axis=-1)
        if separator:
            tables.append((separator, summed))
        else:
            total *= int(summed)
    return total


def count_at_least(
    space: Space,
    payoffs: Sequence[Payoff],
    least: Floats,
    allowed: Allowed | None = None,
    nodes: int = _NODES,
    seed: int = 1,
) -> Count:
    """Feasible packages with u_i >= least_i for every party.

    Args:
        payoffs: of one draw each.
        least: [parties]; -inf asks nothing. A value within 1e-9 of the party's range below
            counts as at least.
    """
    feasible = feasible_packages(space, allowed)
    if not feasible:
        return Count(0, 0.0, 0.0)
    asked = [
        i for i, t in enumerate(least) if t > -np.inf and _lowest(space, payoffs[i], allowed) < t
    ]
    if not asked:
        return Count(feasible, 1.0, 0.0)
    chosen = [payoffs[i] for i in asked]
    wanted = np.array([least[i] for i in asked])
    if not any(p.boxes for p in chosen):
        found = _walk(space, chosen, wanted, allowed, nodes)
        if found is not None:
            return Count(found, found / feasible, 0.0)
    elif space.size <= 3_000_000:
        packages = np.indices(space.sizes).reshape(len(space.sizes), -1).T.astype(np.int64)
        packages = packages[space.feasible(packages, allowed)]
        inside = _inside(chosen, wanted, packages)
        return Count(int(inside.sum()), float(inside.mean()), 0.0)
    packages = _sampled(space, allowed, seed)
    share = float(_inside(chosen, wanted, packages).mean())
    return Count(None, share, math.sqrt(share * (1 - share) / len(packages)))


def _lowest(space: Space, payoff: Payoff, allowed: Allowed | None) -> float:
    """The worst feasible value, or -inf where it cannot be had from tables."""
    try:
        return float(-maximum(space, payoff.negated(), allowed)[0][0])
    except TooEntangled:
        return -np.inf


def _inside(payoffs: Sequence[Payoff], least: Floats, packages: Ints) -> Any:
    good = np.ones(len(packages), dtype=np.bool_)
    for payoff, t in zip(payoffs, least, strict=True):
        good &= value(payoff, packages)[0] >= t - _slack(payoff)
    return good


def _slack(payoff: Payoff) -> float:
    return 1e-9 * max(span(payoff), 1e-300)


def _sampled(space: Space, allowed: Allowed | None, seed: int) -> Ints:
    """Feasible packages, uniform, by drawing and rejecting."""
    rng = np.random.default_rng(seed)
    masks = space.everything() if allowed is None else allowed
    options = [np.flatnonzero(m) for m in masks]
    kept: list[Ints] = []
    total = 0
    for _ in range(1000):
        drawn = np.stack([o[rng.integers(o.size, size=_SAMPLE)] for o in options], axis=1)
        good = drawn[space.feasible(drawn, allowed)]
        kept.append(good)
        total += len(good)
        if total >= _SAMPLE:
            break
    return np.concatenate(kept)[:_SAMPLE]


def _walk(
    space: Space, payoffs: Sequence[Payoff], least: Floats, allowed: Allowed | None, nodes: int
) -> int | None:
    """The count by depth-first search, None where `nodes` do not suffice."""
    linked = {e for p in payoffs for e in p.edges} | set(space.edges)
    degree = [sum(k in e for e in linked) for k in range(len(space.sizes))]
    spread = [max(float(np.ptp(p.scores[k])) for p in payoffs) for k in range(len(space.sizes))]
    # Entangled issues first, so that the tail is free; then those that decide most.
    order = sorted(range(len(space.sizes)), key=lambda k: (-degree[k], -spread[k]))
    first = np.concatenate([[0], np.cumsum([space.sizes[k] for k in order])]).astype(np.int64)
    place = {k: n for n, k in enumerate(order)}
    size = int(first[-1])
    own = np.stack([np.concatenate([p.scores[k][0] for k in order]) for p in payoffs])
    mask = np.concatenate(
        [(allowed[k] if allowed else np.ones(space.sizes[k], bool)) for k in order]
    )
    pair = np.zeros((len(payoffs), size, size))
    bad = np.zeros((size, size), dtype=np.bool_)
    for i, payoff in enumerate(payoffs):
        for a, b, table in payoff.pairs:
            at, to = first[place[a]], first[place[b]]
            na, nb = space.sizes[a], space.sizes[b]
            pair[i, at : at + na, to : to + nb] += table[0]
            pair[i, to : to + nb, at : at + na] += table[0].T
    for (a, b), clash in space.conflicts().items():
        at, to = first[place[a]], first[place[b]]
        bad[at : at + space.sizes[a], to : to + space.sizes[b]] = clash
        bad[to : to + space.sizes[b], at : at + space.sizes[a]] = clash.T
    low, high, free, tail = _bounds(own, pair, bad, mask, first)
    slack = np.array([_slack(p) for p in payoffs])
    # The compiled counter holds 63 bits.
    if float(tail[0]) > 2.0**62:
        return None
    found = int(
        _count(
            own,
            pair,
            bad,
            mask,
            first,
            low,
            high,
            free,
            tail.astype(np.int64),
            least - slack,
            nodes,
        )
    )
    return None if found < 0 else found


def _bounds(
    own: Floats, pair: Floats, bad: Any, mask: Any, first: Ints
) -> tuple[Floats, Floats, Any, Floats]:
    """From each depth on: least and most that can still come, whether nothing can clash or
    interact, and how many completions there are.
    """
    issues = first.size - 1
    low, high = np.zeros((len(own), issues + 1)), np.zeros((len(own), issues + 1))
    free, tail = np.ones(issues + 1, dtype=np.bool_), np.ones(issues + 1)
    for k in range(issues - 1, -1, -1):
        at = slice(first[k], first[k + 1])
        inside = np.flatnonzero(mask[at])
        worth_low, worth_high = own[:, at].copy(), own[:, at].copy()
        for j in range(k):  # interactions with issues chosen before
            table = pair[:, at, first[j] : first[j + 1]]
            worth_low += table.min(axis=2)
            worth_high += table.max(axis=2)
        low[:, k] = low[:, k + 1] + worth_low[:, inside].min(axis=1)
        high[:, k] = high[:, k + 1] + worth_high[:, inside].max(axis=1)
        clash = bad[at, : first[k]].any()
        free[k] = free[k + 1] and not clash
        tail[k] = tail[k + 1] * len(inside)
    return low, high, free, tail


@njit(cache=True)
def _count(
    own: Floats, pair: Floats, bad: Any, mask: Any, first: Ints, low: Floats, high: Floats,
    free: Any, tail: Ints, least: Floats, nodes: int,
) -> int:  # fmt: skip
    """Depth-first count; -1 once `nodes` are used up."""
    issues, parties = first.size - 1, own.shape[0]
    option = np.full(issues, -1, dtype=np.int64)
    total = np.zeros((issues + 1, parties))
    depth, count, used = 0, 0, 0
    while depth >= 0:
        option[depth] += 1
        o = first[depth] + option[depth]
        if o >= first[depth + 1]:
            option[depth] = -1
            depth -= 1
            continue
        used += 1
        if used > nodes:
            return -1
        if not mask[o]:
            continue
        clash = False
        for j in range(depth):
            if bad[o, first[j] + option[j]]:
                clash = True
                break
        if clash:
            continue
        hopeless, sure = False, free[depth + 1]
        for i in range(parties):
            u = total[depth, i] + own[i, o]
            for j in range(depth):
                u += pair[i, o, first[j] + option[j]]
            total[depth + 1, i] = u
            if u + high[i, depth + 1] < least[i]:
                hopeless = True
                break
            if u + low[i, depth + 1] < least[i]:
                sure = False
        if hopeless:
            continue
        if sure:
            count += tail[depth + 1]
        elif depth + 1 < issues:
            depth += 1
    return count
