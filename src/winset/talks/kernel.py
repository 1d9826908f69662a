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

import numba as nb
import numpy as np

from winset.talks.pricing import Array, Table

LEAST_RATIFIED = 0.001


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
def _accept(gain: float, tau: float) -> float:
    if tau <= 0.0:
        return 1.0 if gain > 1e-12 else 0.0
    x = gain / tau
    if x > 40.0:
        return 1.0
    if x < -40.0:
        return 0.0
    return 1.0 / (1.0 + math.exp(-x))


@nb.njit(cache=True, nogil=True, error_model="numpy")
def choose(
    tb: Table,
    d: int,
    v: Array,
    lasts: Array,
    hz: Array,
    r: Array,
    c: Array,
    b: Array,
    mu: Array,
    a: Array,
    gains: Array,
    accept: Array,
) -> int:
    """The mediator's text at one state. Fills accept [R] and gains [R] for it; returns its kept
    number, -1 if none.

    c [R] values of fighting on, b [R,T] each row's belief over type combinations, mu [T] the
    public's. a [R] is scratch.
    """
    combos, parties, rows = mu.shape[0], tb.discount.shape[1], c.shape[0]
    best, best_score, best_nash = -1, -1.0, -1e300
    lead = np.empty(rows)
    for k in range(tb.kept.shape[1]):
        if r[k] < LEAST_RATIFIED:
            continue
        n = tb.kept[d, k]
        nash = 1.0
        least = 1e300
        total = 0.0
        for i in range(rows):
            p = tb.party_of[i]
            lead[i] = gain_of(tb, d, k, i, v, lasts, c, b)
            if tb.veto[d, n, i]:
                a[i] = 0.0
            else:
                a[i] = _accept(lead[i] - tb.failed[d, p] * (1.0 - r[k]) / r[k], tb.tau[d, p])
        for t in range(combos):
            s = mu[t] * r[k]
            for p in range(parties):
                s *= a[tb.row_of[p, t]]
            if tb.omega[d] > 0.0 and n != tb.armistice:
                s *= (1.0 - hz[k, t]) ** (tb.window * tb.omega[d])
            total += s
            share = 1.0
            for p in range(parties):
                g = lead[tb.row_of[p, t]]
                share *= max(g, 0.0)
                least = min(least, g)
            nash += mu[t] * share
        nash -= 1.0
        if nash <= 0.0:
            nash = min(least, 0.0)
        if n == tb.armistice:
            total *= tb.worth[d]
        if total > best_score + 1e-12 or (total > best_score - 1e-12 and nash > best_nash):
            best, best_score, best_nash = k, total, nash
            for i in range(rows):
                gains[i] = lead[i]
                accept[i] = a[i]
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
) -> None:
    """Value at the start of a month from the value once its talks failed, per path and (type,
    hidden fact) combination.

    y_*, v_* [P,S,T,E] (open and cooling regimes); c [P,R]; b [P,R,T]; mu [P,T]; signs [P,T] = prod
    a r; text [P].

        V_open = k s G + k (1-s) Y_cool + (1-k) Y_open - k a r-failure cost
        V_cool = c k s G + c k (1-s) Y_cool + (1 - c k) [heal Y_open + (1-heal) Y_cool] - ...
    """
    rows, combos, parties = c.shape[1], mu.shape[1], tb.discount.shape[1]
    facts = y_open.shape[3]
    a, gains, accept = np.empty(rows), np.empty(rows), np.empty(rows)
    for path in range(draw.shape[0]):
        d = draw[path]
        k = choose(
            tb,
            d,
            v[path],
            lasts[path],
            hz[path],
            r[path],
            c[path],
            b[path],
            mu[path],
            a,
            gains,
            accept,
        )
        text[path] = k
        for p in range(parties):
            accepts[path, p] = 0.0
            gap[path, p] = 0.0
            for t in range(combos):
                if k >= 0:
                    accepts[path, p] += mu[path, t] * accept[tb.row_of[p, t]]
                    gap[path, p] -= mu[path, t] * gains[tb.row_of[p, t]]
        for t in range(combos):
            both = 1.0
            if k < 0:
                both = 0.0
            else:
                for p in range(parties):
                    both *= accept[tb.row_of[p, t]]
            ratified = r[path, k] if k >= 0 else 0.0
            s = both * ratified
            signs[path, t] = s
            ko = kappa[path]
            kc = ko * cool[path]
            for p in range(parties):
                i = tb.row_of[p, t]
                n = tb.kept[d, max(k, 0)]
                for e in range(facts):
                    yo, yc = y_open[path, p, t, e], y_cool[path, p, t, e]
                    if s > 0.0 or both > 0.0:
                        last = lasts[path, k, t, p]
                        g = (
                            last * v[path, k, i]
                            + (1.0 - last) * (yc + tb.shift[d, n, p])
                            - tb.penalty[d, n, i]
                        )
                    else:
                        g = yc
                    fail = both * (1.0 - ratified) * tb.failed[d, p]
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
