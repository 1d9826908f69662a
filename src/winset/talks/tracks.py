"""Tracks: which sets of closed tracks talks can be in, what one session moves, and, without a war,
how long closing takes.

A session tables a text of the whole, which all accept with chance s. The tracks at the table close
with chance p each (in parallel each on its own):

    odds p = f odds s,     f = (M / n)^complexity momentum^k

M issues in all, n at the table, k tracks closed. One track holding all issues is the package: f = 1
and p = s. Signed where the last track closes and the whole is ratified (chance r); where that
fails, what the session closed is open again.

Closed forms, sessions until signing at one s and r:

    package      E N = 1 / (s r)
    sequence     E N = sum_{k<K-1} 1/p_k + 1/(p_{K-1} r),   1/p_k = 1 + (1/f_k) (1 - s)/s

so that with r = 1 a sequence is expected to close first exactly where
sum_k 1/f_k < 1 - (K - 1) s / (1 - s): for rare acceptance where sum_k 1/f_k < 1, and nowhere
where s >= 1/K. Without friction (f = 1) p <= s in every set of closed tracks, so no month's chance
of signing is above the package's: the package closes first in the sense of first-order stochastic
dominance, and is worth at least as much to whoever gains by signing. The best order has the track
of most issues last where momentum is above 1 and first where it is below (rearrangement inequality:
Hardy, Littlewood and Polya 1934, section 10.2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal, NamedTuple

import numpy as np

from winset.scenario.schema.root import ScenarioSpec
from winset.scenario.schema.talks import Strategy

Floats = np.ndarray[Any, np.dtype[np.float64]]
Mode = Literal["package", "parallel", "sequence"]

__all__ = [
    "Closing",
    "Steps",
    "acting",
    "best_order",
    "closed_in_one",
    "closing",
    "factors",
    "scaled",
    "sequence_first",
    "steps",
]


@dataclass(frozen=True)
class Steps:
    """The sets of closed tracks that talks can be in (`regimes`, number 0: none), and what a
    session can move.

    names, sizes [K]: tracks (in their order, in sequence) and their numbers of issues. closed
    [U,K] bool: regimes. tries [U]: tracks at the table. Step x of regime u, x in first[u] to
    first[u+1]: count[x] of the tracks at the table close and the rest do not, leading to regime
    to[x] (-1: all closed); gained [X,K] bool: which.
    """

    mode: Mode
    names: tuple[str, ...]
    sizes: tuple[int, ...]
    closed: np.ndarray
    tries: np.ndarray
    first: np.ndarray
    count: np.ndarray
    to: np.ndarray
    gained: np.ndarray

    @property
    def regimes(self) -> int:
        """How many sets of closed tracks there are, all of them closed left out."""
        return len(self.closed)


def acting(spec: ScenarioSpec, strategy: Strategy) -> tuple[Mode, tuple[str, ...]]:
    """How a strategy negotiates: the mode, and the tracks in their order; `package` where there
    are fewer than two tracks."""
    tracks = spec.tracks
    names = strategy.track_order or tracks.order or tuple(tracks.groups)
    mode: Mode = strategy.tracks or tracks.mode
    return ("package", ()) if mode == "package" or len(names) < 2 else (mode, names)


def steps(mode: Mode, sizes: Mapping[str, int]) -> Steps:
    """The regimes of tracks (name -> number of issues, in order) under a mode; for the package one
    track that holds all issues."""
    if mode == "package":
        sizes = {"package": sum(sizes.values())}
    names = tuple(sizes)
    count = len(names)
    if mode == "parallel":
        sets = [set(c) for n in range(count) for c in combinations(range(count), n)]
    else:
        sets = [set(range(n)) for n in range(count)]
    number = {frozenset(s): u for u, s in enumerate(sets)}
    first, closing_, to, gained, tries = [0], [], [], [], []
    for held in sets:
        left = [k for k in range(count) if k not in held]
        table = left if mode == "parallel" else left[:1]
        tries.append(len(table))
        for size in range(1, len(table) + 1):
            for new in combinations(table, size):
                closing_.append(size)
                to.append(number.get(frozenset(held | set(new)), -1))
                gained.append([k in new for k in range(count)])
        first.append(len(to))
    return Steps(
        mode,
        names,
        tuple(sizes.values()),
        np.array([[k in s for k in range(count)] for s in sets], dtype=bool),
        np.array(tries, dtype=np.int64),
        np.array(first, dtype=np.int64),
        np.array(closing_, dtype=np.int64),
        np.array(to, dtype=np.int64),
        np.array(gained, dtype=bool),
    )


def factors(found: Steps, momentum: Any = 1.0, complexity: Any = 0.0) -> Floats:
    """[..., U] factor on the odds of closing in each regime, for momentum (> 0) and complexity
    numbers or arrays [...]."""
    sizes = np.array(found.sizes, dtype=float)
    out = []
    for u in range(found.regimes):
        open_ = np.flatnonzero(~found.closed[u])
        table = sizes[open_].sum() if found.mode == "parallel" else sizes[open_[0]]
        k = int(found.closed[u].sum())
        out.append(
            (sizes.sum() / table) ** np.asarray(complexity, dtype=float)
            * np.asarray(momentum, dtype=float) ** k
        )
    return np.asarray(np.stack(np.broadcast_arrays(*out), axis=-1), dtype=float)


def scaled(chance: Any, factor: Any) -> Any:
    """The chance whose odds are `factor` times those of `chance` (0..1)."""
    return factor * chance / (1.0 - chance + factor * chance)


def closed_in_one(found: Steps, regime: int, p: Any) -> list[tuple[int, Any]]:
    """Where one session leads from a regime, each with its chance: (regime, or -1 all closed;
    p^n (1-p)^(tracks at the table - n)). Nothing closed is left out."""
    at = range(int(found.first[regime]), int(found.first[regime + 1]))
    tries = int(found.tries[regime])
    return [
        (int(found.to[x]), p ** int(found.count[x]) * (1.0 - p) ** (tries - int(found.count[x])))
        for x in at
    ]


class Closing(NamedTuple):
    """How talks close when every session is alike. signed, ended: chance of either; months: mean
    months until signing, where signed (the month of signing counted); by [T]: chance of having
    signed within 1..T months; discounted: E[d^T if signed], lost: E[d^(T+1) if ended so], waited:
    E[sum of d^t over months that passed unsigned]: value = discounted G + lost W - waited c.
    half: chance that the war ends with some tracks closed."""

    signed: float
    ended: float
    months: float
    by: Floats
    discounted: float
    lost: float
    waited: float
    half: float


def closing(
    found: Steps,
    accept: float,
    *,
    momentum: float = 1.0,
    complexity: float = 0.0,
    ratified: float = 1.0,
    meeting: float = 1.0,
    ends: float = 0.0,
    discount: float = 1.0,
    months: int = 60,
) -> Closing:
    """Closing as an absorbing Markov chain, exactly: talks first (they meet with chance `meeting`,
    a text of the whole is accepted with `accept`), then the month's war, which ends with chance
    `ends`. The chain only moves forward, so it is solved from the last regime back.

    accept, ratified, meeting in (0, 1]; ends, discount in [0, 1]; with ends = 0 and discount = 1
    `waited` is the mean number of months without a settlement.
    """
    factor, many = factors(found, momentum, complexity), found.regimes
    alive, d = 1.0 - ends, discount
    step = np.zeros((many, many + 1))  # this month's talks; last column: signed
    for u in range(many):
        p = scaled(accept, factor[u])
        for to, chance in closed_in_one(found, u, p):
            step[u, to] += meeting * chance * (ratified if to < 0 else 1.0)
        step[u, u] += 1.0 - step[u].sum()
    sign, stay = step[:, -1], step[:, :-1]
    eye = np.eye(many)

    def solved(gain: Floats, weight: float) -> Floats:
        return np.asarray(np.linalg.solve(eye - weight * stay, gain), dtype=float)

    signed = solved(sign, alive)
    # E[T; signed], T the month of signing counted from 1: T = 1 + T' where the month passes
    later = solved(signed, alive)
    unsigned = stay.sum(axis=1)
    ended = solved(ends * unsigned, alive)
    some = np.array([0.0] + [1.0] * (many - 1))
    by, here = np.zeros(months), eye[0]
    total = 0.0
    for t in range(months):
        total += float(here @ sign)
        by[t] = total
        here = here @ stay * alive
    return Closing(
        float(signed[0]),
        float(ended[0]),
        float(later[0] / signed[0]) if signed[0] > 0 else float("nan"),
        by,
        float(solved(sign, d * alive)[0]),
        float(solved(d * ends * unsigned, d * alive)[0]),
        float(solved(unsigned, d * alive)[0]),
        float(solved(ends * (stay @ some), alive)[0]),
    )


def sequence_first(factor: Sequence[float] | Floats, accept: float) -> bool:
    """Whether a sequence with these factors [K] is expected to close before the package, where all
    is ratified: sum 1/f < 1 - (K - 1) s / (1 - s)."""
    rest = len(factor) - 1
    if accept >= 1.0:
        return False
    return bool((1.0 / np.asarray(factor)).sum() < 1.0 - rest * accept / (1.0 - accept))


def best_order(sizes: Mapping[str, int], momentum: float, complexity: float) -> tuple[str, ...]:
    """The order in which a sequence is expected to close first, where all is ratified: by size
    rising where momentum is above 1, falling where below (and complexity above 0; else any)."""
    falling = (momentum < 1.0) != (complexity < 0.0)
    return tuple(sorted(sizes, key=lambda name: -sizes[name] if falling else sizes[name]))
