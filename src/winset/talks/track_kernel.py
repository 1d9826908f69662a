"""The inner loops of talks on separate tracks: who accepts which text with which tracks closed,
values stepped back, and what a war that ends leaves of closed tracks.

Every array over regimes (sets of closed tracks; `winset.talks.tracks.Steps`) leads with [U]. On
the paths that value fighting on nothing closes: the values of all regimes are carried side by side.
What is locked there is the text that would be tabled at the same state with nothing closed, its
options on the closed tracks' issues; forward play locks what really closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numba as nb
import numpy as np

from winset.errors import SolverError
from winset.scenario.expr import evaluate
from winset.talks.kernel import LEAST_RATIFIED, choose, texts_of
from winset.talks.menu import Floats
from winset.talks.packages import Deals
from winset.talks.pricing import Array, Table, effective, utility
from winset.talks.tracks import Steps, acting, factors, steps


class Track(NamedTuple):
    """What the loops read of tracks: as in `Steps` (closes: its count), with locked
    [U,M] issues of closed tracks;
    factor [D,U] on the odds of closing; partial [D] share that stands where the war ends."""

    locked: Array
    tries: Array
    first: Array
    closes: Array
    to: Array
    factor: Array
    partial: Array


@dataclass(frozen=True)
class Tracked:
    """Tracks of one problem: the regimes in words, and what the compiled loops read of them."""

    steps: Steps
    table: Track

    @property
    def kept(self) -> bool:
        """Whether anything of closed tracks stands where the war ends otherwise."""
        return bool(self.table.partial.any())


def tracked(deals: Deals) -> Tracked | None:
    """The tracks on which the strategy negotiates; None where it negotiates the package."""
    spec = deals.scenario.spec
    mode, names = acting(spec, deals.strategy)
    if mode == "package":
        return None
    groups = spec.tracks.groups
    found = steps(mode, {name: len(groups[name]) for name in names})
    issues = deals.menu.space.issues
    holds = np.array([[i in groups[name] for i in issues] for name in names])
    zero = np.zeros(deals.draws)

    def number(what: str, default: float) -> Floats:
        expr = getattr(spec.tracks, what)
        found = zero + (default if expr is None else evaluate(expr, deals.number))
        if not np.isfinite(found).all():
            wrong = int(np.flatnonzero(~np.isfinite(found))[0])
            raise SolverError(
                f"tracks.{what}: {expr} is not a number in draw {wrong + 1}; a finite one is due"
            )
        return found

    momentum = np.maximum(number("momentum", 1.0), 1e-9)
    table = Track(
        locked=(found.closed[:, :, None] & holds[None]).any(axis=1),
        tries=found.tries,
        first=found.first,
        closes=found.count,
        to=found.to,
        factor=np.ascontiguousarray(factors(found, momentum, number("complexity", 0.0))),
        partial=np.clip(number("partial", 0.0), 0.0, 1.0),
    )
    return Tracked(found, table)


@nb.njit(cache=True, nogil=True, error_model="numpy")
def lock(tk: Track, tb: Table, d: int, u: int, text: int, r: Array) -> bool:
    """Shut (r = -1) every kept text but an armistice that differs from `text` (a flat number) on
    the issues of regime u's closed tracks; whether any is left that could be ratified."""
    left = False
    for k in range(tb.kept.shape[1]):
        n = tb.kept[d, k]
        if n == tb.armistice:
            continue
        for m in range(tb.texts.shape[1]):
            if tk.locked[u, m] and tb.texts[n, m] != tb.texts[text, m]:
                r[k] = -1.0
                break
        left = left or r[k] >= LEAST_RATIFIED
    return left


@nb.njit(cache=True, nogil=True, error_model="numpy")
def odds(chance: float, factor: float) -> float:
    """The chance whose odds are factor times those of `chance`."""
    return factor * chance / (1.0 - chance + factor * chance)


@nb.njit(cache=True, nogil=True, error_model="numpy")
def choices(
    tk: Track,
    tb: Table,
    draw: Array,
    v: Array,
    lasts: Array,
    hz: Array,
    r: Array,
    c: Array,
    b: Array,
    mu: Array,
    text: Array,
    yes: Array,
    mean: Array,
    gap: Array,
    settled: bool,
) -> None:
    """The text tabled in every regime, and who accepts it. c [U,P,R]; text [U,P] in: kept texts
    likely to be chosen (or -1), out: the chosen; yes [U,P,T] chance that all accept the whole;
    mean, gap [P,S] the public's mean acceptance and shortfall with nothing closed. Other arrays as
    in `kernel.settle`."""
    rows, combos, parties = c.shape[2], mu.shape[1], tb.discount.shape[1]
    gains, accept, work = np.empty(rows), np.empty(rows), np.empty((2, rows))
    row_of, tx = tb.row_of, texts_of(tb)
    v_, lasts_ = np.empty(v.shape[1:]), np.empty(lasts.shape[1:])
    hz_, r_ = np.empty(hz.shape[1:]), np.empty(r.shape[1:])
    for path in range(draw.shape[0]):
        d = draw[path]
        for j in range(r_.shape[0]):
            for i in range(rows):
                v_[j, i] = v[path, j, i]
            for t in range(combos):
                hz_[j, t] = hz[path, j, t]
                for p in range(parties):
                    lasts_[j, t, p] = lasts[path, j, t, p]
        whole = -1
        for u in range(c.shape[0]):
            for j in range(r_.shape[0]):
                r_[j] = r[path, j]
            if u > 0 and whole >= 0:
                lock(tk, tb, d, u, whole, r_)
            k = choose(
                tx, d, v_, lasts_, hz_, r_, c[u, path], b[path], mu[path],
                work, gains, accept, text[u, path], settled,
            )  # fmt: skip
            text[u, path] = k
            for t in range(combos):
                both = 1.0 if k >= 0 else 0.0
                for p in range(parties):
                    both *= accept[row_of[p, t]] if k >= 0 else 0.0
                yes[u, path, t] = both
            if u > 0:
                continue
            for p in range(parties):
                mean[path, p], gap[path, p] = 0.0, 0.0
                for t in range(combos):
                    if k >= 0:
                        mean[path, p] += mu[path, t] * accept[row_of[p, t]]
                        gap[path, p] -= mu[path, t] * gains[row_of[p, t]]
            whole = tb.kept[d, k] if k >= 0 else -1
            if whole >= 0 and whole == tb.armistice:  # what would be locked is a settlement
                for j in range(tb.kept.shape[1]):
                    if tb.kept[d, j] == tb.armistice:
                        r_[j] = -1.0
                k = choose(
                    tx, d, v_, lasts_, hz_, r_, c[u, path], b[path], mu[path],
                    work, gains, accept, -1, False,
                )  # fmt: skip
                whole = tb.kept[d, k] if k >= 0 else -1


@nb.njit(cache=True, nogil=True, error_model="numpy")
def settle(
    tk: Track,
    tb: Table,
    draw: Array,
    v: Array,
    lasts: Array,
    r: Array,
    kappa: Array,
    cool: Array,
    heal: Array,
    text: Array,
    yes: Array,
    y_open: Array,
    y_cool: Array,
    v_open: Array,
    v_cool: Array,
    signs: Array,
) -> None:
    """Value at the start of a month from the values once its talks are over, in every regime.

    y_*, v_* [U,P,S,T,F]; text, yes as `choices` left them; signs [P,T]: chance that a session with
    nothing closed moves anything. Session: each track at the table closes with chance p, odds p =
    f odds yes; all closed: ratified with chance r, else as before, at a cost. An armistice is no
    track: accepted or not.

        V_open = k [sum_x P(x) Y_open(to x) + P(all) (r G + (1-r) (Y_cool - fail)) + P(none) Y_cool]
                 + (1-k) Y_open
    """
    combos, parties, facts = signs.shape[1], tb.discount.shape[1], y_open.shape[4]
    for path in range(draw.shape[0]):
        d, ko = draw[path], kappa[path]
        kc = ko * cool[path]
        for u in range(y_open.shape[0]):
            k = text[u, path]
            n = tb.kept[d, max(k, 0)]
            ratified = r[path, k] if k >= 0 else 0.0
            truce = k >= 0 and n == tb.armistice
            for t in range(combos):
                both = yes[u, path, t]
                p = both if truce else odds(both, tk.factor[d, u])
                tries = 1 if truce else tk.tries[u]
                done, moved = 0.0, 0.0
                if truce:
                    done = p
                else:
                    for x in range(tk.first[u], tk.first[u + 1]):
                        chance = p ** tk.closes[x] * (1.0 - p) ** (tries - tk.closes[x])
                        if tk.to[x] < 0:
                            done += chance
                        else:
                            moved += chance
                if u == 0:
                    signs[path, t] = done * ratified + moved
                for s in range(parties):
                    i = tb.row_of[s, t]
                    for e in range(facts):
                        yo, yc = y_open[u, path, s, t, e], y_cool[u, path, s, t, e]
                        met = (1.0 - done * ratified - moved) * yc
                        if done > 0.0:
                            last = lasts[path, k, t, s]
                            g = (
                                last * v[path, k, i]
                                + (1.0 - last) * (yc + tb.shift[d, n, s])
                                - tb.penalty[d, n, i]
                            )
                            met += done * (ratified * g - (1.0 - ratified) * tb.failed[d, s])
                        if moved > 0.0:
                            for x in range(tk.first[u], tk.first[u + 1]):
                                if tk.to[x] >= 0:
                                    chance = p ** tk.closes[x] * (1.0 - p) ** (tries - tk.closes[x])
                                    met += chance * y_open[tk.to[x], path, s, t, e]
                        v_open[u, path, s, t, e] = ko * met + (1.0 - ko) * yo
                        rest = heal[path] * yo + (1.0 - heal[path]) * yc
                        v_cool[u, path, s, t, e] = kc * met + (1.0 - kc) * rest


@nb.njit(cache=True, nogil=True, error_model="numpy")
def endings(
    tk: Track, tb: Table, draw: Array, z: Array, regime: Array, text: Array, ends: Array
) -> None:
    """Move ends [P,E,R], what endings are worth, to what they are worth where regime [P] closed
    tracks of text [P] (flat number, -1 none): on an issue that the ending leaves at no deal,
    `partial` of the closed option and the rest of no deal."""
    rows, options, issues = tb.score.shape[1], tb.score.shape[2], tb.first.shape[0] - 1
    s, nd = np.empty((rows, options)), np.empty((rows, issues))
    x, q = np.empty((rows, options)), np.empty(options)
    for path in range(draw.shape[0]):
        d, u, n = draw[path], regime[path], text[path]
        share = tk.partial[d]
        if u == 0 or n < 0 or not share > 0.0:
            continue
        effective(tb, d, z[path], s, nd, x, q)
        for e in range(ends.shape[1]):
            for i in range(rows):
                plain, mixed = 0.0, 0.0
                for m in range(issues):
                    o = tb.imposed[e, m]
                    worth = tb.weight[d, i, m] * (nd[i, m] if o < 0 else s[i, o])
                    plain += worth
                    if o < 0 and tk.locked[u, m]:
                        worth += share * (x[i, tb.texts[n, m]] - worth)
                    mixed += worth
                ends[path, e, i] += utility(mixed, tb.low[d, i], tb.high[d, i], tb.power[d, i])
                ends[path, e, i] -= utility(plain, tb.low[d, i], tb.high[d, i], tb.power[d, i])
