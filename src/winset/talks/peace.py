"""`durability: endogenous`: how long a deal holds, from each side's choice to attack again.

With W_i,k the worth of war from the state of the peace at review k (`winset.talks.renewed`, the
mean over its luck), v_i the deal, a_i what breaking the peace costs, d the discount from one review
to the next, and after the last review K_i = v_i (or, with a late hazard, its share of it):

    x_i,k = logistic((W_i,k - a_i - K_i,k) / tau_i)        i attacks (tau -> 0: iff better)
    p_k   = 1 - prod_i (1 - x_i,k)
    U_i,k = (1 - p_k) K_i,k + p_k W_i,k - x_i,k a_i
    K_i,k-1 = (1 - d) v_i + d U_i,k                            K_i,0 is what signing is worth

The types of the others are known by then. For the talks this becomes a monthly hazard h with the
same chance of no renewed war in the window, and a shift of renewed war for which

    A(h) v_i + (1 - A(h)) (W_i,0 + shift_i) = K_i,0

so that signing is worth exactly K_i,0 where fighting on is worth the war without talks. This is
done for deals signed at the start of the war and half-way to the horizon (the mean hazard of two
paths of the war without talks); between the two the hazard runs straight, and the shift is that of
the start.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from winset.scenario.expr import evaluate
from winset.scenario.schema.deals import PlayedPeace
from winset.talks.kinds import Kinds, kinds_of
from winset.talks.menu import Floats
from winset.talks.packages import Deals
from winset.talks.renewed import Ground, PeaceMonths, compiled_peace, repeated
from winset.talks.terms import lasting, type_combos

#: paths of peace and war a draw and kind of peace
PATHS: Final = 4
#: reviews at which wars are played; between them their worth is taken to run straight
PLAYED: Final = 5
#: a peace less likely than this to last its window counts as one that will not
GONE: Final = 0.01


@dataclass(frozen=True, eq=False)
class Peace:
    """Wars that might follow each kind of peace: D draws, G kinds, K reviews, R signatory rows.

    reviews [K]: months; war [D,G,K,R]: worth of war at each; start [D,R]: at signing; error: the
    largest mean standard error over paths; misfit: root mean square error of kinds that were not
    played (left out one by one), 0 where all were; kind [...]: number of the kind by options of
    `issues`.
    """

    played: PlayedPeace
    issues: tuple[int, ...]
    kind: np.ndarray
    reviews: np.ndarray
    war: Floats
    start: Floats
    error: float
    misfit: float
    contribution: Floats  # [D, all rows, O]
    rows: np.ndarray  # signatory rows among all rows
    row_of: np.ndarray  # [S,T] position of a row
    discount: Floats  # [D,S]
    tau: Floats  # [D,S]
    late: Floats  # [D]
    window: int
    prior: Floats  # [D,T] the world's, over types
    later: tuple[Peace, ...] = ()  # of deals signed in month `settled`, on some paths of the war
    settled: int = 0

    def hold(
        self, deals: Deals, draw: np.ndarray, packages: np.ndarray, known: dict[str, Any]
    ) -> tuple[Floats, Floats]:
        """Hazard [...,T] and shift [...,S] of packages [..., issues] at draws [...]."""
        shape = np.broadcast_shapes(draw.shape, packages.shape[:-1])
        d = np.broadcast_to(draw, shape)
        value = deals.utility(deals.raw(self.contribution, d, packages), d)[..., self.rows]
        kind = self.kind[tuple(packages[..., m] for m in self.issues)]  # one of no issues: 0
        war = self.war[d, np.broadcast_to(kind, shape)]  # [...,K,R]
        parties = deals.scenario.signatories
        cost = np.zeros((*shape, len(parties)))
        for s, party in enumerate(parties):
            if party in self.played.attack_cost:
                expr = self.played.attack_cost[party]
                cost[..., s] = deals.evaluate(expr, draw, packages, {}, known)
        hazard = np.zeros((*shape, self.row_of.shape[1]))
        shift = np.zeros((*shape, len(parties)))
        for t in range(self.row_of.shape[1]):
            mine = self.row_of[:, t]
            h, moved = self._type(
                d, value[..., mine], war[..., mine], self.start[d][..., mine], cost
            )
            hazard[..., t] = h
            shift += self.prior[d, t][..., None] * moved
        return hazard, shift

    def _type(
        self, d: np.ndarray, v: Floats, war: Floats, start: Floats, cost: Floats
    ) -> tuple[Floats, Floats]:
        """Hazard [...] and shift [...,S] for one combination of types: v, start, cost [...,S],
        war [...,K,S]."""
        factor, late = self.discount[d], self.late[d][..., None]
        _, p, keep = self.choices(d, v, war, cost)
        holds = np.cumprod(1.0 - p, axis=-1)
        survival = holds[..., -1]
        ends = np.concatenate([np.ones_like(holds[..., :1]), holds[..., :-1]], axis=-1) * p
        broken = np.maximum(1.0 - survival, 1e-300)
        life = np.maximum((ends * self.reviews).sum(axis=-1) / broken, 1.0)
        h = 1.0 - np.maximum(survival, GONE) ** (1.0 / self.window)
        h = np.where(survival < GONE, np.maximum(1.0 / life, h), h)
        a = lasting(h[..., None], factor, self.window, late)
        rest = 1.0 - a
        moved = (keep - a * v) / np.maximum(rest, 1e-9) - start
        return h, np.where(rest > 1e-9, moved, 0.0)

    def choices(
        self, d: np.ndarray, v: Floats, war: Floats, cost: Floats
    ) -> tuple[Floats, Floats, Floats]:
        """x [...,K,S] and p [...,K] at the reviews, and K_0 [...,S] what signing is worth."""
        factor, late, tau = self.discount[d], self.late[d][..., None], self.tau[d]
        gap = 1.0 - factor * (1.0 - late)
        tail = np.where(late > 0, (1.0 - factor) / np.where(gap < 1e-15, 1.0, gap), 1.0)
        keep = tail * v + (1.0 - tail) * war[..., -1, :]
        attacks, any_ = np.zeros(war.shape), np.zeros(war.shape[:-1])
        spans = np.diff(self.reviews, prepend=0)
        for k in range(len(self.reviews) - 1, -1, -1):
            gain = war[..., k, :] - cost - keep
            with np.errstate(over="ignore"):
                smooth = 1.0 / (1.0 + np.exp(-gain / np.maximum(tau, 1e-12)))
            x = np.where(tau > 0, smooth, (gain > 1e-12).astype(float))
            p = 1.0 - (1.0 - x).prod(axis=-1)
            attacks[..., k, :], any_[..., k] = x, p
            both = p[..., None]
            then = (1.0 - both) * keep + both * war[..., k, :] - x * cost
            step = factor ** spans[k]
            keep = (1.0 - step) * v + step * then
        return attacks, any_, keep


def make(
    deals: Deals, ground: Ground, params: Floats, sample: Any, worldview: str, prior: Floats,
    contribution: Floats, begin: Floats, since: int = 0,
) -> Peace:  # fmt: skip
    """Play every kind of peace on, in every draw, and the wars that might follow it.

    params: the war's [D,*]; prior [D,T]: the world's over types; begin [D,*]: the state in which
    the deals are signed, `since` months into the war; contribution [D,R,O]: of the options there.

    Raises:
        SolverError: the peace reads options in too many combinations, or a stock is no number.
    """
    spec = deals.scenario.spec
    lasting_, played = spec.durability, spec.durability.played if spec.durability else None
    assert lasting_ is not None and played is not None
    rows = np.array([r for r, row in enumerate(deals.rows) if row.signatory])
    kinds = kinds_of(deals, played)
    some = kinds.chosen()
    window = lasting_.window
    reviews = np.unique(np.append(np.arange(played.review, window, played.review), window))
    nodes = np.unique(
        np.linspace(0, len(reviews) - 1, min(PLAYED, len(reviews))).round().astype(int)
    )
    ends = reviews[nodes]
    states = _states(deals, ground, sample, worldview, kinds, some, ends, begin, since)
    draws = deals.draws
    at = np.repeat(np.arange(draws), len(some) * PATHS)
    group = np.tile(np.repeat(np.arange(len(some)), PATHS), draws)
    path = np.tile(np.arange(PATHS), draws * len(some))
    package = kinds.packages(some)[np.tile(np.arange(len(some)), draws)]
    by = np.repeat(np.arange(draws), len(some))
    replaced = {
        name: deals.evaluate(expr, by, package, {}) for name, expr in played.renewed.items()
    }
    fierce = ground.war.params(repeated(sample, by, replaced), deals.scenario, worldview)
    first = np.repeat(np.arange(draws), PATHS)
    short = np.tile(np.arange(PATHS), draws)
    start = ground.worth(begin[first], params, first, first, short, since)
    fought = np.zeros((draws, len(some), len(nodes), len(rows)))
    error = 0.0
    for k, state in enumerate(states):
        found = ground.worth(
            state, fierce, at * len(some) + group, at, path, since + int(ends[k])
        ).reshape(draws, len(some), PATHS, -1)
        fought[:, :, k] = found.mean(axis=2)
        error = max(error, float((found.std(axis=2) / np.sqrt(PATHS - 1)).mean()))
    war, misfit = kinds.spread(some, _between(fought, nodes, len(reviews)))
    combos, _ = type_combos(deals)
    parties = deals.scenario.signatories
    row_of = np.array([
        [next(k for k, r in enumerate(rows) if deals.rows[r].party == p
              and deals.rows[r].type == c[s]) for c in combos]
        for s, p in enumerate(parties)
    ])  # fmt: skip
    tau = np.zeros((draws, len(parties)))
    for s, party in enumerate(parties):
        if party in played.temperature:
            tau[:, s] = evaluate(played.temperature[party], deals.number)
    late = np.zeros(draws) + evaluate(lasting_.late_hazard, deals.number)
    return Peace(
        played, kinds.issues, kinds.number, reviews, war,
        start.reshape(draws, PATHS, -1).mean(axis=1), error, misfit, contribution, rows, row_of,
        ground.table.discount, tau, late, lasting_.window, prior,
    )  # fmt: skip


def _states(
    deals: Deals, ground: Ground, sample: Any, worldview: str, kinds: Kinds, some: np.ndarray,
    months: np.ndarray, begin: Floats, since: int,
) -> list[Floats]:  # fmt: skip
    """States [D x kinds x PATHS, *] of the peace after each of `months`."""
    draws = deals.draws
    by = np.repeat(np.arange(draws), len(some))
    package = kinds.packages(some)[np.tile(np.arange(len(some)), draws)]
    deal = {n: np.zeros(len(by)) + deals._read(n, by, package) for n in kinds.names}
    peace = compiled_peace(deals.scenario)
    structure = PeaceMonths(deals.scenario, kinds.names)
    quiet = peace.params(repeated(sample, by, deal), structure, worldview)
    row = np.repeat(np.arange(len(by)), PATHS)
    path = np.tile(np.arange(PATHS), len(by))
    state = begin[by[row]].copy()
    paths = len(row)
    levels = np.tile(ground.target, (paths, 1))
    hyp = np.repeat(ground.columns[:1], paths, axis=0)
    inputs, alive = np.zeros((paths, len(peace.inputs))), np.ones(paths, dtype=bool)
    none = np.zeros((paths, 0), dtype=np.int8)
    out = []
    for month in range(since, since + int(months[-1])):
        peace.step(
            state, quiet, row, levels, hyp, inputs, month, ground.seed, by[row], path, alive,
            sample_endings=False, ended=np.full(paths, -1, dtype=np.int16), fired=none,
            signal=none.copy(),
        )  # fmt: skip
        if month + 1 - since in months:
            out.append(state.copy())
    return out


def _between(fought: Floats, nodes: np.ndarray, count: int) -> Floats:
    """[D,G,count,R] worths at every review, straight between those at `nodes`."""
    out = np.zeros((*fought.shape[:2], count, fought.shape[3]))
    for k in range(count):
        after = int(np.searchsorted(nodes, k))
        if nodes[after] == k:
            out[:, :, k] = fought[:, :, after]
            continue
        low, high = nodes[after - 1], nodes[after]
        part = (k - low) / (high - low)
        out[:, :, k] = (1 - part) * fought[:, :, after - 1] + part * fought[:, :, after]
    return out
