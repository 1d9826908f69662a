"""Compiled work on lists of undominated pairs of values, and the way back to their packages.

A *Pareto list* holds pairs (a, b) sorted by a falling and b rising, none dominated by another.
Many lists lie one after another in the same arrays. Every entry is also a *node* with two numbers:
`left`, the entry it was made from, and `right`, what was added to it (another entry, or an option
written as LEAF - number). Nothing else is stored of a package until `unfold` walks the nodes.
"""

import numpy as np
from numba import njit

from ._arrays import Floats, Ints

NOTHING = -1  # the node of the empty package
LEAF = -2  # option number n is the node LEAF - n


@njit(cache=True)
def _merge(
    a: Floats, b: Floats, left: Ints, right: Ints, start: int, middle: int, end: int,
    to_a: Floats, to_b: Floats, to_left: Ints, to_right: Ints, tie_a: float, tie_b: float,
) -> int:  # fmt: skip
    """Undominated union of the lists start:middle and middle:end; returns its length.

    A sweep from the largest a down. An entry stays if it raises b by more than `tie_b`; it then
    drives out those before it that had no more than `tie_a` over it in a.
    """
    i, j, n = start, middle, 0
    while i < middle or j < end:
        if j >= end or (i < middle and (a[i] > a[j] or (a[i] == a[j] and b[i] >= b[j]))):
            k = i
            i += 1
        else:
            k = j
            j += 1
        if n > 0 and b[k] <= to_b[n - 1] + tie_b:
            continue
        while n > 0 and to_a[n - 1] - a[k] <= tie_a:
            n -= 1
        to_a[n], to_b[n], to_left[n], to_right[n] = a[k], b[k], left[k], right[k]
        n += 1
    return n


@njit(cache=True)
def _longer_floats(array: Floats, used: int, wanted: int) -> Floats:
    longer = np.empty(max(wanted, 2 * array.size))
    for k in range(used):
        longer[k] = array[k]
    return longer


@njit(cache=True)
def _longer_ints(array: Ints, used: int, wanted: int) -> Ints:
    longer = np.empty(max(wanted, 2 * array.size), dtype=np.int64)
    for k in range(used):
        longer[k] = array[k]
    return longer


@njit(cache=True)
def unions(
    first: Ints, low: Ints, high: Ints, add_a: Floats, add_b: Floats, tag: Ints,
    a: Floats, b: Floats, node: int, tie_a: float, tie_b: float,
) -> tuple[Ints, Floats, Floats, Ints, Ints]:  # fmt: skip
    """For each group the undominated union of shifted lists.

    Group g is made of the segments s in first[g]:first[g+1]; segment s is the list low[s]:high[s]
    of (a, b), shifted by (add_a[s], add_b[s]). A Minkowski sum of two lists is one group: the one
    list, shifted by every entry of the other. Segments go on a stack; its top two are merged while
    the lower is at most twice as long, so that equal lengths meet and memory follows the output.

    Args:
        tag: what each segment adds, as a node.
        node: node number of entry 0 of (a, b).

    Returns:
        start [groups + 1], a, b, left, right of the lists made, one after another.
    """
    groups = first.size - 1
    start = np.zeros(groups + 1, dtype=np.int64)
    out_a, out_b = np.empty(64), np.empty(64)
    out_l, out_r = np.empty(64, dtype=np.int64), np.empty(64, dtype=np.int64)
    s_a, s_b = np.empty(64), np.empty(64)
    s_l, s_r = np.empty(64, dtype=np.int64), np.empty(64, dtype=np.int64)
    t_a, t_b = np.empty(64), np.empty(64)
    t_l, t_r = np.empty(64, dtype=np.int64), np.empty(64, dtype=np.int64)
    mark = np.zeros(128, dtype=np.int64)
    for g in range(groups):
        depth, top = 0, 0
        for s in range(first[g], first[g + 1]):
            wanted = top + high[s] - low[s]
            if wanted > s_a.size:
                s_a, s_b = _longer_floats(s_a, top, wanted), _longer_floats(s_b, top, wanted)
                s_l, s_r = _longer_ints(s_l, top, wanted), _longer_ints(s_r, top, wanted)
                t_a, t_b = np.empty(s_a.size), np.empty(s_a.size)
                t_l, t_r = np.empty(s_a.size, dtype=np.int64), np.empty(s_a.size, dtype=np.int64)
            mark[depth] = top
            for e in range(low[s], high[s]):
                s_a[top], s_b[top] = a[e] + add_a[s], b[e] + add_b[s]
                s_l[top], s_r[top] = node + e, tag[s]
                top += 1
            depth += 1
            last = s == first[g + 1] - 1
            while depth >= 2 and (
                last or mark[depth - 1] - mark[depth - 2] <= 2 * (top - mark[depth - 1])
            ):
                at, middle = mark[depth - 2], mark[depth - 1]
                n = _merge(s_a, s_b, s_l, s_r, at, middle, top, t_a, t_b, t_l, t_r, tie_a, tie_b)
                for e in range(n):
                    s_a[at + e], s_b[at + e] = t_a[e], t_b[e]
                    s_l[at + e], s_r[at + e] = t_l[e], t_r[e]
                depth, top = depth - 1, at + n
        made = start[g] + top
        if made > out_a.size:
            out_a = _longer_floats(out_a, start[g], made)
            out_b = _longer_floats(out_b, start[g], made)
            out_l = _longer_ints(out_l, start[g], made)
            out_r = _longer_ints(out_r, start[g], made)
        for e in range(top):
            out_a[start[g] + e], out_b[start[g] + e] = s_a[e], s_b[e]
            out_l[start[g] + e], out_r[start[g] + e] = s_l[e], s_r[e]
        start[g + 1] = made
    n = start[groups]
    return start, out_a[:n].copy(), out_b[:n].copy(), out_l[:n].copy(), out_r[:n].copy()


@njit(cache=True)
def unfold(roots: Ints, left: Ints, right: Ints, issue: Ints, option: Ints, issues: int) -> Ints:
    """Packages [roots, issues] of nodes: the options found on the way down from each root.

    Args:
        issue, option: of each option number.
    """
    packages = np.zeros((roots.size, issues), dtype=np.int64)
    stack = np.empty(4 * issues + 8, dtype=np.int64)
    for r in range(roots.size):
        stack[0], depth = roots[r], 1
        while depth > 0:
            depth -= 1
            node = stack[depth]
            if node == NOTHING:
                continue
            if node <= LEAF:
                packages[r, issue[LEAF - node]] = option[LEAF - node]
                continue
            stack[depth], stack[depth + 1] = left[node], right[node]
            depth += 2
    return packages


@njit(cache=True)
def undominated(a: Floats, b: Floats, tie_a: float, tie_b: float) -> Ints:
    """Places of the undominated pairs among those given sorted by a, then b, both falling."""
    kept = np.empty(a.size, dtype=np.int64)
    n = 0
    for k in range(a.size):
        if n > 0 and b[k] <= b[kept[n - 1]] + tie_b:
            continue
        while n > 0 and a[kept[n - 1]] - a[k] <= tie_a:
            n -= 1
        kept[n] = k
        n += 1
    return kept[:n].copy()
