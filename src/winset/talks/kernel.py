"""The inner loops of the talks: price candidate texts, choose the mediator's text, step values
back.

One text d* a session (single negotiating text, Fisher 1978; model.md section 5):

    d* = argmax sum_theta mu(theta) prod_i a_i(d,theta) r(d) (1 - h(d,theta))^(w omega),  ties by
    the Nash product
    a_i = logistic((G_i - C_i - f_i (1-r)/r) / tau_i),  0 if r < 0.001 or beyond a red line;  tau =
    0: accept iff better
    G_i - C_i = sum_theta b_i(theta) [A(theta) (v_i - C_i) + (1 - A(theta)) shift_i] - penalty_i
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numba as nb
import numpy as np

from winset.talks.pricing import Array, Table

LEAST_RATIFIED = 0.001


class Texts(NamedTuple):
    """What choosing reads of a `Table`, as in `Table`. Compiled code counts references whenever it
    reads an array out of a tuple: the loops take the arrays out once."""

    kept: Array
    penalty: Array
    shift: Array
    veto: Array
    failed: Array
    tau: Array
    omega: Array
    worth: Array
    party_of: Array
    row_of: Array
    window: int
    armistice: int


@nb.njit(cache=True, nogil=True, error_model="numpy")
def texts_of(tb: Table) -> Texts:
    """The part of the table that choosing reads."""
    return Texts(
        tb.kept,
        tb.penalty,
        tb.shift,
        tb.veto,
        tb.failed,
        tb.tau,
        tb.omega,
        tb.worth,
        tb.party_of,
        tb.row_of,
        tb.window,
        tb.armistice,
    )


@nb.njit(cache=True, nogil=True, error_model="numpy")
def gain_of(tb: Table, d: int, k: int, i: int, v: Array, lasts: Array, c: Array, b: Array) -> float:
    """Expected G - C of row i for kept text k, before the cost of failing at home."""
    p = tb.party_of[i]
    n = tb.kept[d, k]
    gain: float = -tb.penalty[d, n, i]
    for t in range(lasts.shape[1]):
        if b[i, t] > 0.0:
            a = lasts[k, t, p]
            gain += b[i, t] * (a * (v[k, i] - c[i]) + (1.0 - a) * tb.shift[d, n, p])
    return gain


@nb.njit(cache=True, nogil=True, error_model="numpy")
def choose(
    tx: Texts,
    d: int,
    v: Array,
    lasts: Array,
    hz: Array,
    r: Array,
    c: Array,
    b: Array,
    mu: Array,
    work: Array,
    gains: Array,
    accept: Array,
    hint: int,
    settled: bool,
) -> int:
    """The mediator's text at one state. Fills accept [R] and gains [R] for it; returns its kept
    number, -1 if none.

    c [R] values of fighting on, b [R,T] each row's belief over type combinations, mu [T] the
    public's. work [2,R] is scratch. hint: a kept text that is likely to be it, or -1: it is looked
    at first, and saves time alone; where `settled`, it is the choice. A text is signed no more
    often than it is ratified and accepted by those looked at so far, so most are passed over before
    everybody was asked.
    """
    kept, penalty, shift, veto, failed = tx.kept, tx.penalty, tx.shift, tx.veto, tx.failed
    party_of, row_of = tx.party_of, tx.row_of
    combos, rows, parties = mu.shape[0], c.shape[0], row_of.shape[0]
    omega, worth, tau = tx.omega[d], tx.worth[d], tx.tau
    best, best_score, best_nash, floor = -1, -1.0, -1e300, -1.0
    settled = settled and hint >= 0 and r[hint] >= LEAST_RATIFIED
    for turn in range(-1, 0 if settled else kept.shape[1]):
        k = turn if turn >= 0 else hint
        if k < 0 or r[k] < LEAST_RATIFIED:
            continue
        n, passing = kept[d, k], r[k]
        home = (1.0 - passing) / passing
        most = passing * max(worth, 1.0) if n == tx.armistice else passing
        for p in range(parties):
            if most < floor:
                break
            kindest, scale = 0.0, tau[d, p]
            for i in range(rows):
                if party_of[i] != p:
                    continue
                gain = -penalty[d, n, i]
                more = v[k, i] - c[i]
                for t in range(combos):
                    if b[i, t] > 0.0:
                        a = lasts[k, t, p]
                        gain += b[i, t] * (a * more + (1.0 - a) * shift[d, n, p])
                yes = 0.0
                if not veto[d, n, i]:
                    net = gain - failed[d, p] * home
                    if scale > 0.0:
                        x = net / scale
                        if x > 40.0:
                            yes = 1.0
                        elif x >= -40.0:
                            yes = 1.0 / (1.0 + math.exp(-x))
                    elif net > 1e-12:
                        yes = 1.0
                work[0, i], work[1, i] = yes, gain
                kindest = max(kindest, yes)
            most *= kindest
        if most < floor:
            continue
        total = 0.0
        for t in range(combos):
            s = mu[t] * passing
            for p in range(parties):
                s *= work[0, row_of[p, t]]
            if omega > 0.0 and n != tx.armistice:
                s *= (1.0 - hz[k, t]) ** (tx.window * omega)
            total += s
        if n == tx.armistice:
            total *= worth
        floor = max(floor, total - 4e-12)
        if (turn < 0 and not settled) or total < best_score - 1e-12:
            continue
        nash, least = 0.0, 1e300
        for t in range(combos):
            share = 1.0
            for p in range(parties):
                g = work[1, row_of[p, t]]
                share *= max(g, 0.0)
                least = min(least, g)
            nash += mu[t] * share
        if nash <= 0.0:
            nash = min(least, 0.0)
        if total > best_score + 1e-12 or nash > best_nash:
            best, best_score, best_nash = k, total, nash
            for i in range(rows):
                accept[i], gains[i] = work[0, i], work[1, i]
    return best


@nb.njit(cache=True, nogil=True, error_model="numpy")
def settle(
    tb: Table,
    draw: Array,
    v: Array,
    lasts: Array,
    hz: Array,
    r: Array,
    c: Array,
    b: Array,
    mu: Array,
    kappa: Array,
    cool: Array,
    heal: Array,
    y_open: Array,
    y_cool: Array,
    v_open: Array,
    v_cool: Array,
    signs: Array,
    text: Array,
    accepts: Array,
    gap: Array,
    settled: bool,
) -> None:
    """Value at the start of a month from the value once its talks failed, per path and (type,
    hidden fact) combination.

    y_*, v_* [P,S,T,E] (open and cooling regimes); c [P,R]; b [P,R,T]; mu [P,T]; signs [P,T] = prod
    a r; text [P] in: kept texts likely to be chosen (or -1), out: the chosen ones; where
    `settled`, those given are kept.

        V_open = k s G + k (1-s) Y_cool + (1-k) Y_open - k a r-failure cost
        V_cool = c k s G + c k (1-s) Y_cool + (1 - c k) [heal Y_open + (1-heal) Y_cool] - ...
    """
    rows, combos, parties = c.shape[1], mu.shape[1], tb.discount.shape[1]
    facts = y_open.shape[3]
    gains, accept, work = np.empty(rows), np.empty(rows), np.empty((2, rows))
    row_of, kept, shift, penalty, failed = tb.row_of, tb.kept, tb.shift, tb.penalty, tb.failed
    tx = texts_of(tb)
    # one path's prices in full, so that choosing is compiled for one kind of them
    v_, lasts_ = np.empty(v.shape[1:]), np.empty(lasts.shape[1:])
    hz_, r_ = np.empty(hz.shape[1:]), np.empty(r.shape[1:])
    for path in range(draw.shape[0]):
        d = draw[path]
        for j in range(r_.shape[0]):  # loops compile in a fraction of the time of slices
            r_[j] = r[path, j]
            for i in range(rows):
                v_[j, i] = v[path, j, i]
            for t in range(combos):
                hz_[j, t] = hz[path, j, t]
                for p in range(parties):
                    lasts_[j, t, p] = lasts[path, j, t, p]
        k = choose(
            tx,
            d,
            v_,
            lasts_,
            hz_,
            r_,
            c[path],
            b[path],
            mu[path],
            work,
            gains,
            accept,
            text[path],
            settled,
        )
        text[path] = k
        for p in range(parties):
            accepts[path, p] = 0.0
            gap[path, p] = 0.0
            for t in range(combos):
                if k >= 0:
                    accepts[path, p] += mu[path, t] * accept[row_of[p, t]]
                    gap[path, p] -= mu[path, t] * gains[row_of[p, t]]
        for t in range(combos):
            both = 1.0
            if k < 0:
                both = 0.0
            else:
                for p in range(parties):
                    both *= accept[row_of[p, t]]
            ratified = r[path, k] if k >= 0 else 0.0
            s = both * ratified
            signs[path, t] = s
            ko = kappa[path]
            kc = ko * cool[path]
            for p in range(parties):
                i = row_of[p, t]
                n = kept[d, max(k, 0)]
                for e in range(facts):
                    yo, yc = y_open[path, p, t, e], y_cool[path, p, t, e]
                    if s > 0.0 or both > 0.0:
                        last = lasts[path, k, t, p]
                        g = (
                            last * v[path, k, i]
                            + (1.0 - last) * (yc + shift[d, n, p])
                            - penalty[d, n, i]
                        )
                    else:
                        g = yc
                    fail = both * (1.0 - ratified) * failed[d, p]
                    met = s * g + (1.0 - s) * yc - fail
                    v_open[path, p, t, e] = ko * met + (1.0 - ko) * yo
                    rest = heal[path] * yo + (1.0 - heal[path]) * yc
                    v_cool[path, p, t, e] = kc * met + (1.0 - kc) * rest


@nb.njit(cache=True, nogil=True, error_model="numpy")
def fight(
    tb: Table,
    draw: Array,
    fact_of: Array,
    cost: Array,
    hazard: Array,
    ends: Array,
    crossed: Array,
    next_ends: Array,
    v_open: Array,
    v_cool: Array,
    y_open: Array,
    y_cool: Array,
) -> None:
    """Value once the month's talks failed: Y = -c + d [ sum_e p_e W_e + (1 - sum p) V' ].

    cost [P,R], hazard [P,H,E] monthly chances per hidden combination, fact_of [P,F] hidden
    combination of fact f on this path; ends, next_ends [P,E+1,R]; crossed [P] outcome reached by a
    threshold on the next state, or -1.
    """
    combos, parties = tb.row_of.shape[1], tb.discount.shape[1]
    facts, outcomes = v_open.shape[3], hazard.shape[2]
    for path in range(draw.shape[0]):
        d = draw[path]
        for p in range(parties):
            for t in range(combos):
                i = tb.row_of[p, t]
                for f in range(facts):
                    h = fact_of[path, f]
                    lost = 0.0
                    alive = 1.0
                    for e in range(outcomes):
                        lost += hazard[path, h, e] * ends[path, e, i]
                        alive -= hazard[path, h, e]
                    vo, vc = v_open[path, p, t, f], v_cool[path, p, t, f]
                    if crossed[path] >= 0:
                        vo = next_ends[path, crossed[path], i]
                        vc = vo
                    y_open[path, p, t, f] = -cost[path, i] + tb.discount[d, p] * (lost + alive * vo)
                    y_cool[path, p, t, f] = -cost[path, i] + tb.discount[d, p] * (lost + alive * vc)
