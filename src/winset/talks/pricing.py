"""Price candidate texts at a state: utilities, how long they hold, ratification, and what endings
are worth."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numba as nb
import numpy as np

Array = np.ndarray[Any, Any]


class Table(NamedTuple):
    """Draw-level arrays the kernels read. D draws, N texts, M issues, O options, R signatory rows,
    S signatories, T types."""

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
    hazard: Array  # [D,N,T] of a deal signed at the start
    later: Array  # [D,N,T] of one signed in month `settled` of the war or after, [0,0,0] alike
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
    month_at: int  # reading of the month
    settled: float  # 0: deals hold alike whenever they are signed


@nb.njit(cache=True, nogil=True, error_model="numpy")
def effective(tb: Table, d: int, z: Array, s: Array, nd: Array, x: Array, q: Array) -> None:
    """Fill scores s [R,O], no-deal scores nd [R,M], weighted effective scores x [R,O]."""
    rows, options = s.shape
    first, weight, score = tb.first, tb.weight[d], tb.score[d]
    believed_at, believed, score_at = tb.believed_at, tb.believed[d], tb.score_at
    no_deal_at, no_deal = tb.no_deal_at, tb.no_deal
    issues = first.shape[0] - 1
    for o in range(options):
        k = believed_at[o]
        q[o] = min(max(z[k], 0.0), 1.0) if k >= 0 else believed[o]
    for r in range(rows):
        for o in range(options):
            k = score_at[r, o]
            s[r, o] = z[k] * 0.01 if k >= 0 else score[r, o]
        for m in range(issues):
            total = 0.0
            for o in range(first[m], first[m + 1]):
                k = no_deal_at[o]
                w = z[k] if k >= 0 else no_deal[o]
                total += w * s[r, o]
            nd[r, m] = total
            for o in range(first[m], first[m + 1]):
                x[r, o] = weight[r, m] * (q[o] * s[r, o] + (1.0 - q[o]) * total)


@nb.njit(cache=True, nogil=True, error_model="numpy")
def utility(raw: float, low: float, high: float, power: float) -> float:
    """clip((raw - low) / (high - low), 0, 1) ** power."""
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
    """Price a draw's kept texts at one state. v [K,R], lasts [K,T,S], hz [K,T], r [K] (negative:
    not available), ends [E,R].

    ends includes the outcome's cost; its last row is plain no-deal.
    """
    s, nd, x, q = work
    effective(tb, d, z, s, nd, x, q)
    rows, issues = nd.shape
    parties = tb.discount.shape[1]
    combos = tb.hazard.shape[2]
    multiplier = z[tb.multiplier_at]
    kept = tb.kept
    texts = tb.texts
    open_at = tb.open_at
    pairs = tb.pairs
    low = tb.low
    high = tb.high
    power = tb.power
    passing = tb.passing
    steep = tb.steep
    cover_at = tb.cover_at
    support = tb.support
    cover_on = tb.cover_on
    midpoint = tb.midpoint
    hazard = tb.hazard
    passed = min(z[tb.month_at] / tb.settled, 1.0) if tb.settled > 0.0 else 0.0
    discount = tb.discount
    late = tb.late
    outcome_cost_at = tb.outcome_cost_at
    imposed = tb.imposed
    weight = tb.weight
    party_of = tb.party_of
    for k in range(kept.shape[1]):
        n = kept[d, k]
        open_ = True
        for m in range(issues):
            a = open_at[texts[n, m]]
            if a >= 0 and not z[a] > 0.0:
                open_ = False
        for i in range(rows):
            raw = pairs[d, n, i]
            for m in range(issues):
                raw += x[i, texts[n, m]]
            v[k, i] = utility(raw, low[d, i], high[d, i], power[d, i])
        chance = passing[d, n]
        for p in range(parties):
            if not math.isnan(steep[d, p]):
                c = z[cover_at[p]] if cover_at[p] >= 0 else 0.0
                u = steep[d, p] * (support[d, n, p] + c * cover_on[d, n, p] - midpoint[d, p])
                chance *= 1.0 / (1.0 + math.exp(-u))
        if n == tb.armistice:
            h = min(max(z[tb.ceasefire_at], 0.0), 1.0)
            for t in range(combos):
                hz[k, t] = h
                for p in range(parties):
                    gap = 1.0 - discount[d, p] * (1.0 - h)
                    lasts[k, t, p] = (1.0 - discount[d, p]) / gap if gap > 1e-15 else 1.0
            r[k] = 1.0 if open_ else -1.0
            continue
        r[k] = chance if open_ else -1.0
        for t in range(combos):
            h = hazard[d, n, t]
            if passed > 0.0:
                h += passed * (tb.later[d, n, t] - h)
            h = min(max(h * multiplier, 0.0), 1.0)
            hz[k, t] = h
            last = 0.0
            for p in range(parties):
                if p == 0 or discount[d, p] != discount[d, p - 1]:
                    last = _lasting(h, discount[d, p], tb.window, late[d])
                lasts[k, t, p] = last
    for e in range(imposed.shape[0]):
        for i in range(rows):
            raw = 0.0
            for m in range(issues):
                o = imposed[e, m]
                raw += weight[d, i, m] * (nd[i, m] if o < 0 else s[i, o])
            value = utility(raw, low[d, i], high[d, i], power[d, i])
            if e < outcome_cost_at.shape[0]:
                c = outcome_cost_at[e, party_of[i]]
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
    # one path's prices in full; the arrays may hold less (and one kind of them is compiled)
    v_, lasts_ = np.empty(v.shape[1:]), np.empty(lasts.shape[1:])
    hz_, r_ = np.empty(hz.shape[1:]), np.empty(r.shape[1:])
    for p in range(draw.shape[0]):
        if live[p]:
            price_one(tb, draw[p], z[p], v_, lasts_, hz_, r_, ends[p], (s, nd, x, q))
            for k in range(len(r_)):  # loops compile in a fraction of the time of slices
                r[p, k] = r_[k]
                for i in range(rows):
                    v[p, k, i] = v_[k, i]
                for t in range(hz.shape[2]):
                    hz[p, k, t] = hz_[k, t]
                    for o in range(lasts.shape[3]):
                        lasts[p, k, t, o] = lasts_[k, t, o]


def prices(
    tb: Table, draw: Array, z: Array, live: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """`price` into new arrays: v, lasts, hz, r in single precision, ends [P,E,R] in double."""
    p, k, rows = len(draw), tb.kept.shape[1], tb.score.shape[1]
    combos, parties = tb.hazard.shape[2], tb.discount.shape[1]
    v = np.zeros((p, k, rows), dtype=np.float32)
    lasts = np.zeros((p, k, combos, parties), dtype=np.float32)
    hz, r = np.zeros((p, k, combos), dtype=np.float32), np.zeros((p, k), dtype=np.float32)
    ends = np.zeros((p, tb.imposed.shape[0], rows))
    price(tb, draw, z, live, v, lasts, hz, r, ends)
    return v, lasts, hz, r, ends


@nb.njit(cache=True, nogil=True, error_model="numpy")
def ending(tb: Table, draw: Array, z: Array, who: Array, which: Array, out: Array) -> None:
    """Utility [P,R] of the ending that came (which [P], last row = plain no deal) at the state read
    in z."""
    rows, options, issues = tb.score.shape[1], tb.score.shape[2], tb.first.shape[0] - 1
    s, nd = np.empty((rows, options)), np.empty((rows, issues))
    x, q = np.empty((rows, options)), np.empty(options)
    for w in range(who.shape[0]):
        path = who[w]
        d = draw[path]
        effective(tb, d, z[path], s, nd, x, q)
        e = which[path]
        for i in range(rows):
            raw = 0.0
            for m in range(issues):
                o = tb.imposed[e, m]
                raw += tb.weight[d, i, m] * (nd[i, m] if o < 0 else s[i, o])
            value = utility(raw, tb.low[d, i], tb.high[d, i], tb.power[d, i])
            if e < tb.outcome_cost_at.shape[0]:
                c = tb.outcome_cost_at[e, tb.party_of[i]]
                if c >= 0:
                    value -= z[path, c]
            out[path, i] = value
