"""Sessions that meet in forward play: the text, each true type's answer, the vote at home, who
blocks."""

from __future__ import annotations

import numba as nb
import numpy as np

from winset.talks.kernel import LEAST_RATIFIED, choose, gain_of, texts_of
from winset.talks.pricing import Array, Table, price_one


@nb.njit(cache=True, nogil=True, error_model="numpy")
def shortfall(
    tb: Table, d: int, p: int, t: int, v: Array, lasts: Array, r: Array, c: Array, b: Array
) -> float:
    """How far party p's value of fighting on lies above the best text that the others accept (0
    where one is good enough for it); where they accept none, above the text that comes nearest to
    them."""
    parties = tb.discount.shape[1]
    g = np.empty((tb.kept.shape[1], parties))
    for j in range(len(g)):
        for o in range(parties):
            g[j, o] = gain_of(tb, d, j, tb.row_of[o, t], v, lasts, c, b)
    return _short(tb, d, p, t, r, g)


@nb.njit(cache=True, nogil=True, error_model="numpy")
def _short(tb: Table, d: int, p: int, t: int, r: Array, g: Array) -> float:
    """`shortfall` from the gains g [K,S] of everybody's type in combination t."""
    mine = tb.row_of[p, t]
    best, nearest, fallback = -1e300, -1e300, -1e300
    for j in range(len(g)):
        n = tb.kept[d, j]
        if r[j] < LEAST_RATIFIED or n == tb.armistice or tb.veto[d, n, mine]:
            continue
        least = 1e300
        for o in range(g.shape[1]):
            if o != p:
                least = min(least, -9.0 if tb.veto[d, n, tb.row_of[o, t]] else g[j, o])
        if least >= 0.0:
            best = max(best, g[j, p])
        if least > nearest:
            nearest, fallback = least, g[j, p]
    if best < -1e299:
        best = fallback
    return 0.0 if best < -1e299 else max(-best, 0.0)


@nb.njit(cache=True, nogil=True, error_model="numpy")
def shortfalls(
    tb: Table, draw: Array, v: Array, lasts: Array, r: Array, c: Array, b: Array, out: Array
) -> None:
    """Fill out [P,T,S] with every party's `shortfall` under every type combination."""
    for path in range(draw.shape[0]):
        for t in range(out.shape[1]):
            for p in range(out.shape[2]):
                out[path, t, p] = shortfall(
                    tb, draw[path], p, t, v[path], lasts[path], r[path], c[path], b[path]
                )


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
    """Sessions that meet this month (paths in `who`): the text, each true type's answer, the vote
    at home.

    truth [P] true type combination; under [P] 1 under an armistice (fighting on is then worth c +
    what the armistice adds); luck [P,S+1]; out per path: text (flat number, -1 none), sealed 1
    signed / 2 armistice / 0 failed, signs [P,T], accept, gain, refused [P,S] at the true types,
    ratified, held [P,S] A, value [P,S] v, hazard, short [P,S] = C - best G over texts the others
    accept; tally [P] who blocks: party number, S = ratification, -1 none.
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
    gains, yes, base, work = np.empty(rows), np.empty(rows), np.empty(rows), np.empty((2, rows))
    tx, g = texts_of(tb), np.empty((kept, parties))
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
        k = choose(tx, d, v, lasts, hz, r, base, b[path], mu[path], work, gains, yes, -1, False)
        text[w] = tb.kept[d, k] if k >= 0 else -1
        sealed[w] = 0
        t = truth[path]
        for u in range(combos):
            p_all = r[k] if k >= 0 else 0.0
            for p in range(parties):
                p_all *= yes[tb.row_of[p, u]] if k >= 0 else 0.0
            signs[w, u] = p_all
        if k >= 0:
            all_yes = True
            for p in range(parties):
                i = tb.row_of[p, t]
                accept[w, p] = yes[i]
                gain[w, p] = gains[i]
                refused[w, p] = 1.0 if luck[w, p] >= yes[i] else 0.0
                all_yes = all_yes and refused[w, p] == 0.0
                held[w, p] = lasts[k, t, p]
                value[w, p] = v[k, i]
            ratified[w] = r[k]
            hazard[w] = hz[k, t]
            if all_yes and luck[w, parties] < r[k]:
                sealed[w] = 2 if tb.kept[d, k] == tb.armistice else 1
        for j in range(kept):
            for p in range(parties):
                i = tb.row_of[p, t]
                g[j, p] = gain_of(tb, d, j, i, v, lasts, base, b[path])
        worst, who_blocks = 0.0, -1
        for p in range(parties):
            short[w, p] = _short(tb, d, p, t, r, g)
            if short[w, p] > worst + 1e-12:
                worst, who_blocks = short[w, p], p
        if worst <= 0.0 and k >= 0:
            # nobody falls short of every text: the one that refused this text, else the vote at
            # home
            least = 2.0
            for p in range(parties):
                if refused[w, p] > 0.0 and accept[w, p] < least:
                    least, who_blocks = accept[w, p], p
        tally[w] = who_blocks if who_blocks >= 0 else parties


@nb.njit(cache=True, nogil=True, error_model="numpy")
def overlaps(
    tb: Table,
    draw: Array,
    truth: Array,
    v: Array,
    lasts: Array,
    r: Array,
    c: Array,
    b: Array,
    out: Array,
) -> None:
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
                if (
                    tb.veto[d, tb.kept[d, k], i]
                    or gain_of(tb, d, k, i, v[p], lasts[p], c[p], b[p]) < 0.0
                ):
                    good = False
            if good:
                out[p] = 1.0
                break
