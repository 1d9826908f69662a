"""Compiled work on Pareto lists of three and more parties (the two-party work is in `_pareto`).

Entries of a list stand in falling lexicographic order, so whatever dominates an entry stands before
it. Two lists are merged in one sweep that keeps the *staircase* of what was seen:

- three parties: the undominated pairs (second, third) so far, second falling and third rising; an
  entry is dominated when the last step at or above its second value is at or above its third
  (Kung, Luccio and Preparata 1975, Journal of the ACM 22);
- four and more: every kept entry is compared, those that lately dominated one first.
"""

import numpy as np
from numba import njit

from ._arrays import Bools, Floats, Ints


@njit(cache=True)
def _before(v: Floats, i: int, w: Floats, j: int) -> bool:
    """Whether entry i of v [K, n] comes before entry j of w, or at the same place."""
    for k in range(v.shape[0]):
        if v[k, i] != w[k, j]:
            return bool(v[k, i] > w[k, j])
    return True


@njit(cache=True)
def _stair(second: Floats, third: Floats, n: int, b: float, c: float, tie: Floats) -> int:
    """Steps after taking in (b, c), or -1 where it is dominated. Steps 0..n-1: second falling."""
    low, high = 0, n  # first step whose second is below b - tie
    while low < high:
        middle = (low + high) // 2
        if second[middle] >= b - tie[1]:
            low = middle + 1
        else:
            high = middle
    if low > 0 and third[low - 1] >= c - tie[2]:
        return -1
    at, high = 0, n  # first step with second <= b: there the new one goes
    while at < high:
        middle = (at + high) // 2
        if second[middle] > b:
            at = middle + 1
        else:
            high = middle
    if at > 0 and third[at - 1] >= c:  # within the tie only: nothing new on the staircase
        return n
    drop = at
    while drop < n and third[drop] <= c:
        drop += 1
    gone = drop - at
    if gone == 0:
        for k in range(n, at, -1):
            second[k], third[k] = second[k - 1], third[k - 1]
    elif gone > 1:
        for k in range(drop, n):
            second[k - gone + 1], third[k - gone + 1] = second[k], third[k]
    second[at], third[at] = b, c
    return n - gone + 1


@njit(cache=True)
def _beaten(kept: Floats, n: int, hint: Ints, v: Floats, i: int, tie: Floats) -> bool:
    """Whether one of kept[:, :n] has at least v[:, i] - tie for all; hint: the order to look in."""
    parties = v.shape[0]
    for place in range(n):
        q = hint[place]
        good = True
        for k in range(1, parties):
            if kept[k, q] < v[k, i] - tie[k]:
                good = False
                break
        if good:
            if place > 0:  # what beats one often beats the next
                hint[place], hint[place // 2] = hint[place // 2], q
            return True
    return False


@njit(cache=True)
def merge_of_many(
    v: Floats, left: Ints, right: Ints, start: int, middle: int, end: int,
    to: Floats, to_left: Ints, to_right: Ints,
    second: Floats, third: Floats, hint: Ints, tie: Floats,
) -> int:  # fmt: skip
    """Undominated union of two lists of v [K, :], written to `to`; returns its length."""
    parties = v.shape[0]
    i, j, n, steps = start, middle, 0, 0
    while i < middle or j < end:
        if j >= end or (i < middle and _before(v, i, v, j)):
            k = i
            i += 1
        else:
            k = j
            j += 1
        if parties == 3:
            grown = _stair(second, third, steps, v[1, k], v[2, k], tie)
            if grown < 0:
                continue
            steps = grown
        elif _beaten(to, n, hint, v, k, tie):
            continue
        for p in range(parties):
            to[p, n] = v[p, k]
        to_left[n], to_right[n], hint[n] = left[k], right[k], n
        n += 1
    return n


@njit(cache=True)
def _grown(array: Floats, used: int, wanted: int) -> Floats:
    longer = np.empty((array.shape[0], max(wanted, 2 * array.shape[1])))
    longer[:, :used] = array[:, :used]
    return longer


@njit(cache=True)
def _grown_ints(array: Ints, used: int, wanted: int) -> Ints:
    longer = np.empty(max(wanted, 2 * array.size), dtype=np.int64)
    longer[:used] = array[:used]
    return longer


@njit(cache=True)
def unions_of_many(
    first: Ints, low: Ints, high: Ints, add: Floats, tag: Ints,
    v: Floats, node: int, tie: Floats, most: int,
) -> tuple[Ints, Floats, Ints, Ints]:  # fmt: skip
    """As `_pareto.unions` for add and v [K, :]; stops early once more than `most` entries are made.

    Returns:
        start [groups + 1], values [K, :], left, right of the lists made, one after another.
    """
    parties, groups = v.shape[0], first.size - 1
    start = np.zeros(groups + 1, dtype=np.int64)
    out, out_l, out_r = np.empty((parties, 64)), np.empty(64, np.int64), np.empty(64, np.int64)
    s, s_l, s_r = np.empty((parties, 64)), np.empty(64, np.int64), np.empty(64, np.int64)
    t, t_l, t_r = np.empty((parties, 64)), np.empty(64, np.int64), np.empty(64, np.int64)
    second, third, hint = np.empty(65), np.empty(65), np.empty(65, np.int64)
    mark = np.zeros(128, dtype=np.int64)
    for g in range(groups):
        depth, top = 0, 0
        for m in range(first[g], first[g + 1]):
            wanted = top + high[m] - low[m]
            if wanted > s.shape[1]:
                s = _grown(s, top, wanted)
                s_l, s_r = _grown_ints(s_l, top, s.shape[1]), _grown_ints(s_r, top, s.shape[1])
                t = np.empty((parties, s.shape[1]))
                t_l, t_r = np.empty(s.shape[1], np.int64), np.empty(s.shape[1], np.int64)
                second, third = np.empty(s.shape[1] + 1), np.empty(s.shape[1] + 1)
                hint = np.empty(s.shape[1] + 1, np.int64)
            mark[depth] = top
            for e in range(low[m], high[m]):
                for p in range(parties):
                    s[p, top] = v[p, e] + add[p, m]
                s_l[top], s_r[top] = node + e, tag[m]
                top += 1
            depth += 1
            last = m == first[g + 1] - 1
            while depth >= 2 and (
                last or mark[depth - 1] - mark[depth - 2] <= 2 * (top - mark[depth - 1])
            ):
                at, middle = mark[depth - 2], mark[depth - 1]
                n = merge_of_many(
                    s, s_l, s_r, at, middle, top, t, t_l, t_r, second, third, hint, tie
                )
                for p in range(parties):
                    s[p, at : at + n] = t[p, :n]
                s_l[at : at + n], s_r[at : at + n] = t_l[:n], t_r[:n]
                depth, top = depth - 1, at + n
                if start[g] + n > most:
                    return start, np.empty((parties, most + 1)), np.empty(most + 1, np.int64), s_r
        made = start[g] + top
        if made > out.shape[1]:
            out = _grown(out, start[g], made)
            out_l, out_r = _grown_ints(out_l, start[g], made), _grown_ints(out_r, start[g], made)
        out[:, start[g] : made] = s[:, :top]
        out_l[start[g] : made], out_r[start[g] : made] = s_l[:top], s_r[:top]
        start[g + 1] = made
    n = start[groups]
    return start, out[:, :n].copy(), out_l[:n].copy(), out_r[:n].copy()


@njit(cache=True)
def undominated_of_many(v: Floats, tie: Floats) -> Bools:
    """Which entries of v [K, n], given in falling lexicographic order, stay: [n]."""
    parties, count = v.shape
    stays = np.zeros(count, dtype=np.bool_)
    second, third = np.empty(count + 1), np.empty(count + 1)
    hint, kept = np.empty(count + 1, np.int64), np.empty((parties, count))
    n, steps = 0, 0
    for k in range(count):
        if parties == 3:
            grown = _stair(second, third, steps, v[1, k], v[2, k], tie)
            if grown < 0:
                continue
            steps = grown
        elif _beaten(kept, n, hint, v, k, tie):
            continue
        kept[:, n] = v[:, k]
        hint[n] = n
        stays[k] = True
        n += 1
    return stays
