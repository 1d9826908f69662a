"""Compiled loops of `winsets`: combinations above (C), sums below (N), signatories (K)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


@njit(cache=True)
def most_cross(cross: Any, clash: Any, spans: Any, c: int, k: int) -> float:
    """The most that interactions with the issues above can still add; -inf: none is feasible."""
    total = 0.0
    for i in range(spans.size - 1):
        top = -np.inf
        for f in range(spans[i], spans[i + 1]):
            if not clash[c, f] and cross[c, k, f] > top:
                top = cross[c, k, f]
        total += top
    return total


@njit(cache=True)
def count(
    sums: Any, digits: Any, added: Any, cross: Any, clash: Any, spans: Any, need: Any, each: bool
) -> Any:
    """Win-sets [K], overlap and feasible packages."""
    parties, count = sums.shape
    links = digits.shape[1]
    own = np.zeros(parties, dtype=np.int64)
    both, feasible = 0, 0
    room, low = np.empty(parties), np.empty(parties)
    for c in range(added.shape[0]):
        hopeless = False
        for k in range(parties):
            room[k] = most_cross(cross, clash, spans, c, k)
            low[k] = need[c, k] - added[c, k] - 1e-12
            if sums[k].max() + room[k] < low[k]:
                hopeless = True
        if hopeless and not each:
            continue
        for n in range(count):
            if not each and sums[0, n] + room[0] < low[0]:
                break
            clashes = False
            for i in range(links):
                if clash[c, digits[n, i]]:
                    clashes = True
            if clashes:
                continue
            feasible += 1
            met = True
            for k in range(parties):
                x = sums[k, n]
                for i in range(links):
                    x += cross[c, k, digits[n, i]]
                if x >= low[k]:
                    own[k] += 1
                else:
                    met = False
            both += met
    return own, both, feasible


@njit(cache=True)
def take(
    sums: Any, digits: Any, added: Any, cross: Any, clash: Any, spans: Any, need: Any,
    stride: int, most: int,
) -> Any:  # fmt: skip
    """Every `stride`-th package of the overlap, as numbers above and below."""
    parties, count = sums.shape
    links = digits.shape[1]
    at_c, at_n = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64)
    seen, kept = 0, 0
    room, low = np.empty(parties), np.empty(parties)
    for c in range(added.shape[0]):
        hopeless = False
        for k in range(parties):
            room[k] = most_cross(cross, clash, spans, c, k)
            low[k] = need[c, k] - added[c, k] - 1e-12
            if sums[k].max() + room[k] < low[k]:
                hopeless = True
        if hopeless:
            continue
        for n in range(count):
            if sums[0, n] + room[0] < low[0]:
                break
            met = True
            for i in range(links):
                if clash[c, digits[n, i]]:
                    met = False
            for k in range(parties):
                x = sums[k, n]
                for i in range(links):
                    x += cross[c, k, digits[n, i]]
                if x < low[k]:
                    met = False
            if met:
                if seen % stride == 0 and kept < most:
                    at_c[kept], at_n[kept] = c, n
                    kept += 1
                seen += 1
    return at_c[:kept], at_n[:kept]


@njit(cache=True)
def closest(
    sums: Any, digits: Any, added: Any, cross: Any, clash: Any, spans: Any, need: Any
) -> Any:
    """Largest smallest surplus, where, and everybody's surplus there."""
    parties, count = sums.shape
    links = digits.shape[1]
    best, at_c, at_n = -np.inf, -1, -1
    surplus, here, room = np.zeros(parties), np.zeros(parties), np.empty(parties)
    for c in range(added.shape[0]):
        top = np.inf
        for k in range(parties):
            room[k] = most_cross(cross, clash, spans, c, k)
            top = min(top, sums[k].max() + room[k] + added[c, k] - need[c, k])
        if not top > best:
            continue
        for n in range(count):
            if sums[0, n] + room[0] + added[c, 0] - need[c, 0] <= best:
                break
            clashes = False
            for i in range(links):
                if clash[c, digits[n, i]]:
                    clashes = True
            if clashes:
                continue
            least = np.inf
            for k in range(parties):
                x = sums[k, n] + added[c, k] - need[c, k]
                for i in range(links):
                    x += cross[c, k, digits[n, i]]
                here[k] = x
                least = min(least, x)
            if least > best:
                best, at_c, at_n = least, c, n
                surplus[:] = here
    return best, at_c, at_n, surplus


@njit(cache=True)
def outline(
    sums: Any, digits: Any, added: Any, cross: Any, clash: Any, spans: Any, need: Any,
    lasts: Any, shift: Any, penalty: Any, fight: Any, power: Any, step: float,
) -> Any:  # fmt: skip
    """Best of the second signatory for every step of the first's gain."""
    count, links = sums.shape[1], digits.shape[1]
    bins = int(4.0 / step) + 1
    best = np.full(bins, -np.inf)
    at_c, at_n = np.full(bins, -1, dtype=np.int64), np.full(bins, -1, dtype=np.int64)
    room, low, gain = np.empty(2), np.empty(2), np.empty(2)
    for c in range(added.shape[0]):
        hopeless = False
        for k in range(2):
            room[k] = most_cross(cross, clash, spans, c, k)
            low[k] = need[c, k] - added[c, k] - 1e-12
            if sums[k].max() + room[k] < low[k]:
                hopeless = True
        if hopeless:
            continue
        for n in range(count):
            if sums[0, n] + room[0] < low[0]:
                break
            met = True
            for i in range(links):
                if clash[c, digits[n, i]]:
                    met = False
            if not met:
                continue
            for k in range(2):
                x = sums[k, n]
                for i in range(links):
                    x += cross[c, k, digits[n, i]]
                if x < low[k]:
                    met = False
                    break
                v = min(max(x + added[c, k], 0.0), 1.0)
                if power[k] != 1.0:
                    v = v ** power[k]
                a = lasts[c, k]
                gain[k] = a * (v - fight[k]) + (1.0 - a) * shift[c, k] - penalty[c, k]
            if not met:
                continue
            place = min(max(int(gain[0] / step), 0), bins - 1)
            if gain[1] > best[place]:
                best[place], at_c[place], at_n[place] = gain[1], c, n
    good = at_c >= 0
    return at_c[good], at_n[good]
