"""Bayes' rule over paths, and the value of war without talks, in compiled loops."""

from __future__ import annotations

import math
from typing import Any

import numba as nb
import numpy as np

Array = np.ndarray[Any, Any]


@nb.njit(cache=True, nogil=True, error_model="numpy")
def of_types(
    prior: Array, draw: Array, log_like: Array, row_of: Array, party_of: Array, b: Array, mu: Array
) -> None:
    """Fill b [P,R,T] (each row's belief, own type known) and mu [P,T] (the public's) from
    log-likelihoods [P,T].

    prior [S+1,D,T]. A type its own prior calls impossible still knows itself: it falls back on the
    likelihood alone.
    """
    paths, combos = log_like.shape
    rows = party_of.shape[0]
    last = prior.shape[0] - 1
    like = np.empty(combos)
    for p in range(paths):
        d = draw[p]
        top = log_like[p, 0]
        for t in range(1, combos):
            top = max(top, log_like[p, t])
        for t in range(combos):
            like[t] = math.exp(log_like[p, t] - top)
        total = 0.0
        for t in range(combos):
            mu[p, t] = prior[last, d, t] * like[t]
            total += mu[p, t]
        for t in range(combos):
            mu[p, t] /= max(total, 1e-300)
        for i in range(rows):
            s = party_of[i]
            total, own = 0.0, 0.0
            for t in range(combos):
                b[p, i, t] = prior[s, d, t] * like[t] if row_of[s, t] == i else 0.0
                total += b[p, i, t]
                own += like[t] if row_of[s, t] == i else 0.0
            for t in range(combos):
                if total > 1e-300:
                    b[p, i, t] /= total
                else:
                    b[p, i, t] = like[t] / own if row_of[s, t] == i else 0.0


@nb.njit(cache=True, nogil=True, error_model="numpy")
def of_hidden(prior: Array, draw: Array, log_like: Array, out: Array) -> None:
    """Fill out [S+1,P,H], each holder's belief over hidden combinations, from log-likelihoods
    [P,H]."""
    paths, facts = log_like.shape
    like = np.empty(facts)
    for p in range(paths):
        d = draw[p]
        top = log_like[p, 0]
        for h in range(1, facts):
            top = max(top, log_like[p, h])
        for h in range(facts):
            like[h] = math.exp(log_like[p, h] - top)
        for s in range(prior.shape[0]):
            total = 0.0
            for h in range(facts):
                out[s, p, h] = prior[s, d, h] * like[h]
                total += out[s, p, h]
            for h in range(facts):
                out[s, p, h] /= max(total, 1e-300)


@nb.njit(cache=True, nogil=True, error_model="numpy")
def survive(log_like: Array, hazard: Array, live: Array) -> None:
    """Add the news that a month passed without an ending: log(1 - sum p) under each hidden
    combination."""
    paths, facts, outcomes = hazard.shape
    for p in range(paths):
        if not live[p]:
            continue
        for h in range(facts):
            total = 0.0
            for e in range(outcomes):
                total += hazard[p, h, e]
            log_like[p, h] += math.log(max(1.0 - total, 1e-12))


@nb.njit(cache=True, nogil=True, error_model="numpy")
def hear(log_like: Array, said: Array, z: Array, at: Array, signal: Array, live: Array) -> None:
    """Add the news of the month's signals [P,signals] (1 seen, 0 not, -1 switched off) to
    log-likelihoods [P,K] and to their part that is signals.

    at [signals,K]: the reading in z [P,:] that is a signal's chance under combination k, -1 where
    the signal is about something else.
    """
    for p in range(len(z)):
        if not live[p]:
            continue
        for n in range(len(at)):
            if signal[p, n] < 0:
                continue
            for k in range(at.shape[1]):
                if at[n, k] < 0:
                    continue
                chance = min(max(z[p, at[n, k]], 1e-9), 1.0 - 1e-9)
                news = math.log(chance) if signal[p, n] > 0 else math.log1p(-chance)
                log_like[p, k] += news
                said[p, k] += news


@nb.njit(cache=True, nogil=True, error_model="numpy")
def own(
    draw: Array,
    hidden: Array,
    hazard: Array,
    ends: Array,
    cost: Array,
    discount: Array,
    party_of: Array,
    b: Array,
    types: Array,
    base: Array,
    out: Array,
) -> None:
    """What a row's regression looks at of its own: fill base [R,P] = (-c + d sum p W) / (1 - d (1 -
    sum p)), no talks and this month's chances for ever, and out [R,G,P]: beliefs over hidden
    combinations but the first (hidden [S+1,P,H]), over own type combinations but the first (b
    [P,R,T] at types [R,:], -1 none), base, 100 c, 10 sum p; rows with fewer types end earlier.

    hazard [P,H,E] under each hidden combination; ends [D,E,R] utilities of the endings at the
    start; cost [P,R]; discount [D,S].
    """
    paths, facts, outcomes = hazard.shape
    for p in range(paths):
        d = draw[p]
        for i in range(len(party_of)):
            s = party_of[i]
            total, lost = 0.0, 0.0
            for e in range(outcomes):
                chance = 0.0
                for h in range(facts):
                    chance += hidden[s, p, h] * hazard[p, h, e]
                total += chance
                lost += chance * ends[d, e, i]
            factor = discount[d, s]
            value = (-cost[p, i] + factor * lost) / max(1.0 - factor * (1.0 - total), 1e-4)
            base[i, p] = min(max(value, -2.0), 2.0)
            g = 0
            for h in range(1, facts):
                out[i, g, p] = hidden[s, p, h]
                g += 1
            for k in range(types.shape[1]):
                if types[i, k] >= 0:
                    out[i, g, p] = b[p, i, types[i, k]]
                    g += 1
            out[i, g, p] = base[i, p]
            out[i, g + 1, p] = cost[p, i] * 100.0
            out[i, g + 2, p] = total * 10.0
