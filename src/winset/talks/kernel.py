"""The inner loops of the talks: price candidate texts, choose the mediator's text, step values back.

One text d* a session (single negotiating text, Fisher 1978; model.md section 5):

    d* = argmax sum_theta mu(theta) prod_i a_i(d,theta) r(d) (1 - h(d,theta))^(w omega),  ties by the Nash product
    a_i = logistic((G_i - C_i - f_i (1-r)/r) / tau_i),  0 if r < 0.001 or beyond a red line;  tau = 0: accept iff better
    G_i - C_i = sum_theta b_i(theta) [A(theta) (v_i - C_i) + (1 - A(theta)) shift_i] - penalty_i
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numba as nb
import numpy as np

Array = np.ndarray[Any, Any]
LEAST_RATIFIED = 0.001


class Table(NamedTuple):
    """Draw-level arrays the kernels read. D draws, N texts, M issues, O options, R signatory rows, S signatories, T types."""

    weight: Array  # [D,R,M]
    score: Array  # [D,R,O] NaN where read from the state
    believed: Array  # [D,O] NaN where read
    no_deal: Array  # [O] NaN where read
    score_at: Array  # [R,O] reading number or -1
    believed_at: Array  # [O]
    no_deal_at: Array  # [O]
    open_at: Array  # [O] reading of `available` or -1
    issue_of: Array  # [O] issue number
    first: Array  # [M+1] first option of each issue
    texts: Array  # [N,M] flat options
    kept: Array  # [D,K] which texts a draw keeps
    pairs: Array  # [D,N,R] interaction points
    low: Array  # [D,R]
    high: Array  # [D,R]
    power: Array  # [D,R]
    support: Array  # [D,N,S]
    cover_on: Array  # [D,N,S]
    passing: Array  # [D,N]
    hazard: Array  # [D,N,T]
    shift: Array  # [D,N,S]
    veto: Array  # [D,N,R] bool
    penalty: Array  # [D,N,R]
    steep: Array  # [D,S] NaN = no ratification
    midpoint: Array  # [D,S]
    cover_at: Array  # [S] reading or -1
    multiplier_at: int
    party_of: Array  # [R] signatory of each row
    row_of: Array  # [S,T] row of signatory s under type combination t
    discount: Array  # [D,S]
    late: Array  # [D]
    window: int
    tau: Array  # [D,S]
    failed: Array  # [D,S]
    omega: Array  # [D]
    imposed: Array  # [E,M] flat option imposed by outcome, -1 = no-deal; last row: no deal at all
    outcome_cost_at: Array  # [E,S] reading or -1
    armistice: int  # flat text number of the armistice or -1
    worth: Array  # [D] of a ceasefire to the mediator
    ceasefire_at: int  # reading of its hazard
    ceasefire_cost_at: int
    refresh: int  # months between re-pricings on one path


@nb.njit(cache=True, nogil=True, error_model="numpy")
def _effective(tb: Table, d: int, z: Array, s: Array, nd: Array, x: Array, q: Array) -> None:
    """Fill scores s [R,O], no-deal scores nd [R,M], weighted effective scores x [R,O]."""
    rows, options = s.shape
    issues = tb.first.shape[0] - 1
    for o in range(options):
        k = tb.believed_at[o]
        q[o] = min(max(z[k], 0.0), 1.0) if k >= 0 else tb.believed[d, o]
    for r in range(rows):
        for o in range(options):
            k = tb.score_at[r, o]
            s[r, o] = z[k] * 0.01 if k >= 0 else tb.score[d, r, o]
        for m in range(issues):
            total = 0.0
            for o in range(tb.first[m], tb.first[m + 1]):
                k = tb.no_deal_at[o]
                w = z[k] if k >= 0 else tb.no_deal[o]
                total += w * s[r, o]
            nd[r, m] = total
            for o in range(tb.first[m], tb.first[m + 1]):
                x[r, o] = tb.weight[d, r, m] * (q[o] * s[r, o] + (1.0 - q[o]) * total)


@nb.njit(cache=True, nogil=True, error_model="numpy")
def _utility(raw: float, low: float, high: float, power: float) -> float:
    v = (raw - low) / (high - low)
    v = min(max(v, 0.0), 1.0)
    return v if power == 1.0 else v**power


@nb.njit(cache=True, nogil=True, error_model="numpy")
def _lasting(h: float, d: float, w: int, late: float) -> float:
    q = d * (1.0 - h)
    p = q**w
    g = (1.0 - d) * (1.0 - p) / (1.0 - q) if 1.0 - q > 1e-15 else 0.0
    tail = 1.0
    if late > 0.0:
        rest = 1.0 - d * (1.0 - late)
        tail = (1.0 - d) / rest if rest > 1e-15 else 1.0
    return g + p * tail


@nb.njit(cache=True, nogil=True, error_model="numpy")
def price_one(
    tb: Table, d: int, z: Array, v: Array, lasts: Array, hz: Array, r: Array, ends: Array, work: Any
) -> None:
    """Price a draw's kept texts at one state. v [K,R], lasts [K,T,S], hz [K,T], r [K] (negative: not available), ends [E,R].

    ends includes the outcome's cost; its last row is plain no-deal.
    """
    s, nd, x, q = work
    _effective(tb, d, z, s, nd, x, q)
    rows, issues = nd.shape
    parties = tb.discount.shape[1]
    combos = tb.hazard.shape[2]
    multiplier = z[tb.multiplier_at]
    for k in range(tb.kept.shape[1]):
        n = tb.kept[d, k]
        open_ = True
        for m in range(issues):
            a = tb.open_at[tb.texts[n, m]]
            if a >= 0 and not z[a] > 0.0:
                open_ = False
        for i in range(rows):
            raw = tb.pairs[d, n, i]
            for m in range(issues):
                raw += x[i, tb.texts[n, m]]
            v[k, i] = _utility(raw, tb.low[d, i], tb.high[d, i], tb.power[d, i])
        chance = tb.passing[d, n]
        for p in range(parties):
            if not math.isnan(tb.steep[d, p]):
                c = z[tb.cover_at[p]] if tb.cover_at[p] >= 0 else 0.0
                u = tb.steep[d, p] * (
                    tb.support[d, n, p] + c * tb.cover_on[d, n, p] - tb.midpoint[d, p]
                )
                chance *= 1.0 / (1.0 + math.exp(-u))
        if n == tb.armistice:
            h = min(max(z[tb.ceasefire_at], 0.0), 1.0)
            for t in range(combos):
                hz[k, t] = h
                for p in range(parties):
                    gap = 1.0 - tb.discount[d, p] * (1.0 - h)
                    lasts[k, t, p] = (1.0 - tb.discount[d, p]) / gap if gap > 1e-15 else 1.0
            r[k] = 1.0 if open_ else -1.0
            continue
        r[k] = chance if open_ else -1.0
        for t in range(combos):
            h = min(max(tb.hazard[d, n, t] * multiplier, 0.0), 1.0)
            hz[k, t] = h
            last = 0.0
            for p in range(parties):
                if p == 0 or tb.discount[d, p] != tb.discount[d, p - 1]:
                    last = _lasting(h, tb.discount[d, p], tb.window, tb.late[d])
                lasts[k, t, p] = last
    for e in range(tb.imposed.shape[0]):
        for i in range(rows):
            raw = 0.0
            for m in range(issues):
                o = tb.imposed[e, m]
                raw += tb.weight[d, i, m] * (nd[i, m] if o < 0 else s[i, o])
            value = _utility(raw, tb.low[d, i], tb.high[d, i], tb.power[d, i])
            if e < tb.outcome_cost_at.shape[0]:
                c = tb.outcome_cost_at[e, tb.party_of[i]]
                if c >= 0:
                    value -= z[c]
            ends[e, i] = value


@nb.njit(cache=True, nogil=True, error_model="numpy")
def price(
    tb: Table,
    draw: Array,
    z: Array,
    live: Array,
    v: Array,
    lasts: Array,
    hz: Array,
    r: Array,
    ends: Array,
) -> None:
    """`price_one` on every live path: z [P,K], outputs lead with [P]."""
    rows, options, issues = tb.score.shape[1], tb.score.shape[2], tb.first.shape[0] - 1
    s, nd = np.empty((rows, options)), np.empty((rows, issues))
    x, q = np.empty((rows, options)), np.empty(options)
    for p in range(draw.shape[0]):
        if live[p]:
            price_one(tb, draw[p], z[p], v[p], lasts[p], hz[p], r[p], ends[p], (s, nd, x, q))


@nb.njit(cache=True, nogil=True, error_model="numpy")
def gain_of(tb: Table, d: int, k: int, i: int, v: Array, lasts: Array, c: Array, b: Array) -> float:
    """Expected G - C of row i for kept text k, before the cost of failing at home."""
    p = tb.party_of[i]
    n = tb.kept[d, k]
    gain = -tb.penalty[d, n, i]
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
    """The mediator's text at one state. Fills accept [R] and gains [R] for it; returns its kept number, -1 if none.

    c [R] values of fighting on, b [R,T] each row's belief over type combinations, mu [T] the public's. a [R] is scratch.
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
    """Value at the start of a month from the value once its talks failed, per path and (type, hidden fact) combination.

    y_*, v_* [P,S,T,E] (open and cooling regimes); c [P,R]; b [P,R,T]; mu [P,T]; signs [P,T] = prod a r; text [P].

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

    cost [P,R], hazard [P,H,E] monthly chances per hidden combination, fact_of [P,F] hidden combination of fact f on this
    path; ends, next_ends [P,E+1,R]; crossed [P] outcome reached by a threshold on the next state, or -1.
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


@nb.njit(cache=True, nogil=True, error_model="numpy")
def meet(
    tb: Table,
    draw: Array,
    z: Array,
    who: Array,
    c: Array,
    b: Array,
    mu: Array,
    truth: Array,
    under: Array,
    luck: Array,
    text: Array,
    sealed: Array,
    signs: Array,
    accept: Array,
    gain: Array,
    refused: Array,
    ratified: Array,
    held: Array,
    value: Array,
    hazard: Array,
    short: Array,
    tally: Array,
) -> None:
    """Sessions that meet this month (paths in `who`): the text, each true type's answer, the vote at home.

    truth [P] true type combination; under [P] 1 under an armistice (fighting on is then worth c + what the armistice adds);
    luck [P,S+1]; out per path: text (flat number, -1 none), sealed 1 signed / 2 armistice / 0 failed, signs [P,T],
    accept, gain, refused [P,S] at the true types, ratified, held [P,S] A, value [P,S] v, hazard, short [P,S] = C - best G over texts
    the others accept; tally [P] who blocks: party number, S = ratification, -1 none.
    """
    rows, options, issues = tb.score.shape[1], tb.score.shape[2], tb.first.shape[0] - 1
    parties, combos, kept = tb.discount.shape[1], tb.hazard.shape[2], tb.kept.shape[1]
    s, nd = np.empty((rows, options)), np.empty((rows, issues))
    x, q = np.empty((rows, options)), np.empty(options)
    v, lasts, hz = (
        np.empty((kept, rows)),
        np.empty((kept, combos, parties)),
        np.empty((kept, combos)),
    )
    r, ends = np.empty(kept), np.empty((tb.imposed.shape[0], rows))
    a, gains, yes, base = np.empty(rows), np.empty(rows), np.empty(rows), np.empty(rows)
    for w in range(who.shape[0]):
        path = who[w]
        d = draw[path]
        price_one(tb, d, z[path], v, lasts, hz, r, ends, (s, nd, x, q))
        for i in range(rows):
            base[i] = c[path, i]
        arm = kept - 1 if tb.armistice >= 0 and tb.kept[d, kept - 1] == tb.armistice else -1
        if under[path] and arm >= 0:
            for i in range(rows):
                base[i] = c[path, i] + gain_of(tb, d, arm, i, v, lasts, base, b[path])
            r[arm] = -1.0
        k = choose(tb, d, v, lasts, hz, r, base, b[path], mu[path], a, gains, yes)
        text[path] = tb.kept[d, k] if k >= 0 else -1
        sealed[path] = 0
        t = truth[path]
        for u in range(combos):
            p_all = r[k] if k >= 0 else 0.0
            for p in range(parties):
                p_all *= yes[tb.row_of[p, u]] if k >= 0 else 0.0
            signs[path, u] = p_all
        if k >= 0:
            all_yes = True
            for p in range(parties):
                i = tb.row_of[p, t]
                accept[path, p] = yes[i]
                gain[path, p] = gains[i]
                refused[path, p] = 1.0 if luck[path, p] >= yes[i] else 0.0
                all_yes = all_yes and refused[path, p] == 0.0
                held[path, p] = lasts[k, t, p]
                value[path, p] = v[k, i]
            ratified[path] = r[k]
            hazard[path] = hz[k, t]
            if all_yes and luck[path, parties] < r[k]:
                sealed[path] = 2 if tb.kept[d, k] == tb.armistice else 1
        worst, who_blocks = 0.0, -1
        for p in range(parties):
            best = -1e300
            for j in range(kept):
                if r[j] < LEAST_RATIFIED or tb.kept[d, j] == tb.armistice:
                    continue
                others = True
                for o in range(parties):
                    if o != p:
                        i = tb.row_of[o, t]
                        if (
                            tb.veto[d, tb.kept[d, j], i]
                            or gain_of(tb, d, j, i, v, lasts, base, b[path]) < 0.0
                        ):
                            others = False
                i = tb.row_of[p, t]
                if others and not tb.veto[d, tb.kept[d, j], i]:
                    best = max(best, gain_of(tb, d, j, i, v, lasts, base, b[path]))
            short[path, p] = min(max(-best, 0.0), 9.0)
            if short[path, p] > worst + 1e-12:
                worst, who_blocks = short[path, p], p
        tally[path] = who_blocks if worst > 0.0 else parties


@nb.njit(cache=True, nogil=True, error_model="numpy")
def ending(tb: Table, draw: Array, z: Array, who: Array, which: Array, out: Array) -> None:
    """Utility [P,R] of the ending that came (which [P], last row = plain no deal) at the state read in z."""
    rows, options, issues = tb.score.shape[1], tb.score.shape[2], tb.first.shape[0] - 1
    s, nd = np.empty((rows, options)), np.empty((rows, issues))
    x, q = np.empty((rows, options)), np.empty(options)
    for w in range(who.shape[0]):
        path = who[w]
        d = draw[path]
        _effective(tb, d, z[path], s, nd, x, q)
        e = which[path]
        for i in range(rows):
            raw = 0.0
            for m in range(issues):
                o = tb.imposed[e, m]
                raw += tb.weight[d, i, m] * (nd[i, m] if o < 0 else s[i, o])
            value = _utility(raw, tb.low[d, i], tb.high[d, i], tb.power[d, i])
            if e < tb.outcome_cost_at.shape[0]:
                c = tb.outcome_cost_at[e, tb.party_of[i]]
                if c >= 0:
                    value -= z[path, c]
            out[path, i] = value


@nb.njit(cache=True, nogil=True, error_model="numpy")
def overlaps(tb: Table, draw: Array, truth: Array, v: Array, lasts: Array, r: Array, c: Array, b: Array, out: Array) -> None:
    """out [P] 1 where a settlement text has r >= 1/2 and no signatory's true type loses by it."""
    parties = tb.discount.shape[1]
    for p in range(draw.shape[0]):
        d = draw[p]
        for k in range(tb.kept.shape[1]):
            if tb.kept[d, k] == tb.armistice or r[p, k] < 0.5:
                continue
            good = True
            for s in range(parties):
                i = tb.row_of[s, truth[p]]
                if tb.veto[d, tb.kept[d, k], i] or gain_of(tb, d, k, i, v[p], lasts[p], c[p], b[p]) < 0.0:
                    good = False
            if good:
                out[p] = 1.0
                break
