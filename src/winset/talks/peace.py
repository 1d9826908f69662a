"""`durability: endogenous`: how long a deal holds, from each side's choice to attack again.

With W_i,k the worth of war from the state of the peace at review k (`winset.talks.renewed`, the mean
over its luck), v_i the deal, a_i what breaking the peace costs, d the discount from one review to the
next, and after the last review K_i = v_i (or, with a late hazard, its share of it):

    x_i,k = logistic((W_i,k - a_i - K_i,k) / tau_i)            i attacks (tau -> 0: iff better)
    p_k   = 1 - prod_i (1 - x_i,k)
    U_i,k = (1 - p_k) K_i,k + p_k W_i,k - x_i,k a_i
    K_i,k-1 = (1 - d) v_i + d U_i,k                            K_i,0 is what signing is worth

The types of the others are known by then. For the talks this becomes a monthly hazard h with the
same chance of no renewed war in the window, and a shift of renewed war for which

    A(h) v_i + (1 - A(h)) (W_i,0 + shift_i) = K_i,0

so that signing is worth exactly K_i,0 where fighting on is worth the war without talks.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import numpy as np

from winset.errors import SolverError
from winset.scenario.expr import evaluate
from winset.scenario.schema.deals import PlayedPeace
from winset.talks.menu import Floats
from winset.talks.packages import Deals
from winset.talks.renewed import Ground, PeaceMonths, compiled_peace, read_of_deals, repeated
from winset.talks.terms import lasting, type_combos

#: paths of peace and war a draw and kind of peace
PATHS: Final = 8
#: kinds of peace (combinations of the options that it reads) at most
MOST: Final = 400
#: a peace less likely than this to last its window counts as one that will not
GONE: Final = 0.01


@dataclass(frozen=True, eq=False)
class Peace:
    """Wars that might follow each kind of peace: D draws, G kinds, K reviews, R signatory rows.

    reviews [K]: months; war [D,G,K,R]: worth of war at each; start [D,R]: at signing; error: the
    largest standard error over paths; kind [...]: number of the kind by options of `issues`.
    """

    played: PlayedPeace
    issues: tuple[int, ...]
    kind: np.ndarray
    reviews: np.ndarray
    war: Floats
    start: Floats
    error: float
    contribution: Floats  # [D, all rows, O]
    rows: np.ndarray  # signatory rows among all rows
    row_of: np.ndarray  # [S,T] position of a row
    discount: Floats  # [D,S]
    tau: Floats  # [D,S]
    late: Floats  # [D]
    window: int
    prior: Floats  # [D,T] the world's, over types

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
            h, moved = self._type(d, value[..., mine], war[..., mine], self.start[d][..., mine], cost)
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
    contribution: Floats,
) -> Peace:  # fmt: skip
    """Play every kind of peace on, in every draw, and the wars that might follow it.

    params: the war's [D,*]; prior [D,T]: the world's over types; contribution [D,R,O] at the start.

    Raises:
        SolverError: the peace reads options in too many combinations, or a stock is no number.
    """
    spec = deals.scenario.spec
    lasting_, played = spec.durability, spec.durability.played if spec.durability else None
    assert lasting_ is not None and played is not None
    rows = np.array([r for r, row in enumerate(deals.rows) if row.signatory])
    issues, kinds, number = _kinds(deals, played)
    draws, groups = deals.draws, len(kinds)
    reviews = np.unique(np.append(np.arange(played.review, lasting_.window, played.review),
                                  lasting_.window))  # fmt: skip
    names = read_of_deals(played)
    at, group = np.divmod(np.arange(draws * groups), groups)
    package = np.zeros((draws * groups, len(deals.menu.space.issues)), dtype=np.int64)
    package[:, issues] = kinds[group]
    deal = {n: np.zeros(len(at)) + deals._read(n, at, package) for n in names}
    replaced = {
        name: deals.evaluate(expr, at, package, {}) for name, expr in played.renewed.items()
    }
    months = compiled_peace(deals.scenario)
    quiet = months.params(repeated(sample, at, deal), PeaceMonths(deals.scenario, names), worldview)
    fierce = ground.war.params(repeated(sample, at, replaced), deals.scenario, worldview)
    row = np.repeat(np.arange(len(at)), PATHS)
    path = np.tile(np.arange(PATHS), len(at))
    first = np.repeat(np.arange(draws), PATHS)
    begin = ground.war.start(params, np.arange(draws))
    start = ground.worth(
        begin[first], params, first, first, np.tile(np.arange(PATHS), draws), 0
    )
    war = np.zeros((draws, groups, len(reviews), len(rows)))
    error = 0.0
    state = begin[at[row]].copy()
    levels = np.tile(ground.target, (len(row), 1))
    hyp = np.repeat(ground.columns[:1], len(row), axis=0)
    empty = np.zeros((len(row), len(months.inputs)))
    done: dict[str, Any] = {
        "sample_endings": False,
        "ended": np.full(len(row), -1, dtype=np.int16),
        "fired": np.zeros((len(row), 0), dtype=np.int8),
        "signal": np.zeros((len(row), 0), dtype=np.int8),
    }
    alive = np.ones(len(row), dtype=bool)
    for month in range(int(reviews[-1])):
        months.step(
            state, quiet, row, levels, hyp, empty, month, ground.seed, at[row], path, alive, **done
        )
        if month + 1 in reviews:
            k = int(np.searchsorted(reviews, month + 1))
            found = ground.worth(state, fierce, row, at[row], path, month + 1)
            found = found.reshape(draws, groups, PATHS, -1)
            war[:, :, k] = found.mean(axis=2)
            error = max(error, float((found.std(axis=2) / np.sqrt(PATHS - 1)).mean()))
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
        played, issues, number, reviews, war,
        start.reshape(draws, PATHS, -1).mean(axis=1), error, contribution, rows, row_of,
        ground.table.discount, tau, late, lasting_.window, prior,
    )  # fmt: skip


def _kinds(deals: Deals, played: PlayedPeace) -> tuple[tuple[int, ...], np.ndarray, np.ndarray]:
    """Issues whose options the peace reads; the combinations [G, issues] of them that differ in
    what it reads; the number of the kind by their options."""
    names = {n[5:] for n in read_of_deals(played)}
    spec, space = deals.scenario.spec, deals.menu.space
    issues = []
    for m, (issue, body) in enumerate(spec.issues.items()):
        attributes = {a for o in body.options.values() for a in o.attributes}
        if names & attributes or any(n.partition(".")[0] == issue for n in names):
            issues.append(m)
    sizes = [space.sizes[m] for m in issues]
    combos = np.array(list(product(*map(range, sizes))), dtype=np.int64).reshape(-1, len(issues))
    package = np.zeros((len(combos), len(space.issues)), dtype=np.int64)
    package[:, issues] = combos
    every, numbers = np.arange(deals.draws)[:, None], sorted(names)
    looked = [
        np.broadcast_to(deals._read(f"deal.{n}", every, package[None]), (deals.draws, len(combos)))
        for n in numbers
    ]
    if looked:
        table = np.concatenate(looked).T
        _, first, back = np.unique(table, axis=0, return_index=True, return_inverse=True)
    else:
        first, back = np.zeros(1, dtype=np.int64), np.zeros(len(combos), dtype=np.int64)
    if len(first) > MOST:
        listed = ", ".join(space.issues[m] for m in issues)
        raise SolverError(
            f"durability.endogenous reads the options of {listed} in {len(first):,} different"
            f" combinations; at most {MOST} are played on. Let fewer options differ in it."
        )
    return tuple(issues), combos[first], back.reshape(sizes) if issues else np.zeros((), np.int64)
