"""Forward play on separate tracks: what really closed is locked, until the whole is signed or
nothing that keeps it can be tabled."""

from __future__ import annotations

import numba as nb
import numpy as np

from winset.talks import pricing, track_kernel
from winset.talks.features import features, learned_means
from winset.talks.kernel import choose, gain_of, texts_of
from winset.talks.lsmc import Policy
from winset.talks.luck import uniform
from winset.talks.menu import Floats
from winset.talks.paths import ARMISTICE
from winset.talks.play import Player
from winset.talks.pricing import Array, Table, price_one
from winset.talks.problem import Problem
from winset.talks.session import _short
from winset.talks.track_kernel import Track, lock, odds

__all__ = ["TrackPlayer"]

#: what a session came to: 1 signed and 2 an armistice as in `session.meet`
CLOSED = 3


class TrackPlayer(Player):
    """Plays one solved problem whose issues are negotiated on separate tracks."""

    def __init__(self, problem: Problem, policy: Policy, watch: int | None = None) -> None:
        super().__init__(problem, policy, watch)
        assert problem.tracks is not None
        self.tracks = problem.tracks
        count = len(problem.tracks.steps.names)
        self.run.closed_at = np.full((len(self.run.draw), count), -1, dtype=np.int64)

    def _value(self, t: int, hazard: Floats, b: Floats, hidden: Floats) -> None:
        """Values of fighting on, each path by the fits of what has closed on it."""
        pr, run = self.problem, self.run
        means = learned_means(pr, run.draw, self.tally)
        x = features(pr, run.draw, self.walk.z, hazard, b, hidden, means)
        for u in np.unique(run.regime):
            at = run.regime == u
            for i in range(pr.rows):
                fit = self.policy.regimes[t][u][i]
                guess = fit.predict(x.common[:, at], x.own[i][:, at], run.draw[at])
                self.c[at, i] = guess + x.base[i, at]

    def _meet(self, t: int, who: np.ndarray, b: Floats, mu: Floats) -> dict[str, np.ndarray]:
        """This month's sessions; `moved` [who,T] chance of what happened to the tracks, `step`
        which step of the regime (-1 none)."""
        pr, run, parties = self.problem, self.run, len(self.problem.parties)
        out = super()._blank(who, mu)
        names = self.tracks.steps.names
        draw, path, seed = run.draw[who], run.path[who], pr.settings.seed
        luck = np.empty((len(who), len(names) + 1, parties))
        for k, track in enumerate(names):
            for s, party in enumerate(pr.parties):
                luck[:, k, s] = uniform(seed, f"accept|{party}|{track}", draw, path, t)
        luck[:, -1, 0] = uniform(seed, "ratify", draw, path, t)
        step = np.full(len(who), -1, dtype=np.int64)
        moved = np.ones((len(who), mu.shape[1]))
        meet(
            pr.table, self.tracks.table, self.tracks.steps.closed, self.tracks.steps.gained,
            run.draw, self.walk.z, who, self.c, b, mu, run.truth, run.status == ARMISTICE,
            run.regime, run.lock, luck, step, moved, *out.values(),
        )  # fmt: skip
        return {**out, "step": step, "moved": moved}

    def _sign(self, t: int, who: np.ndarray, out: dict[str, np.ndarray]) -> None:
        run, found = self.run, self.tracks.steps
        closed = out["sealed"] == CLOSED
        super()._sign(t, who, {**out, "sealed": np.where(closed, 0, out["sealed"])})
        gained = np.zeros((len(who), len(found.names)), dtype=bool)
        done = closed | (out["sealed"] == 1)
        gained[closed] = found.gained[out["step"][closed]]
        # signing closes whatever was open
        gained[out["sealed"] == 1] = ~found.closed[run.regime[who[out["sealed"] == 1]]]
        at = who[done]
        run.closed_at[at] = np.where(gained[done], t, run.closed_at[at])
        if self.watch is not None and self.log:
            mine = gained[who == self.watch]
            self.log[-1]["closed"] = [
                name for name, new in zip(found.names, mine.any(axis=0), strict=True) if new
            ]
        at = who[closed]
        run.lock[at] = out["text"][closed]
        run.regime[at] = found.to[out["step"][closed]]
        if self.informs:
            self.beliefs.failed(at, 1.0 - out["moved"][closed])

    def _end(self, t: int, ended: np.ndarray) -> None:
        run, pr = self.run, self.problem
        half = (ended >= 0) & (run.signed_at < 0) & (run.regime > 0)
        super()._end(t, ended)
        who = np.flatnonzero(half)
        if not len(who) or not self.tracks.kept:
            return
        plain = np.zeros((len(run.draw), pr.rows))
        pricing.ending(pr.table, run.draw, self.walk.z, who, ended.astype(np.int64), plain)
        ends = np.zeros((len(who), pr.table.imposed.shape[0], pr.rows))
        track_kernel.endings(
            self.tracks.table, pr.table, run.draw[who], self.walk.z[who], run.regime[who],
            run.lock[who], ends,
        )  # fmt: skip
        more = ends[np.arange(len(who)), ended[who]]
        run.value[who] += run.factor[who] * np.take_along_axis(more, self.rows[who], axis=1)


@nb.njit(cache=True, nogil=True, error_model="numpy")
def meet(
    tb: Table,
    tk: Track,
    held_tracks: Array,
    gained: Array,
    draw: Array,
    z: Array,
    who: Array,
    c: Array,
    b: Array,
    mu: Array,
    truth: Array,
    under: Array,
    regime: Array,
    locked: Array,
    luck: Array,
    step: Array,
    moved: Array,
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
    """As `session.meet`, with tracks. held_tracks [U,K], gained [X,K] as in `Steps`; regime, locked
    [P]: closed tracks and the flat number of the text whose options on them are kept (both are set
    back where no text can be tabled that keeps them: nothing is signed yet); luck [who,K+1,S]: each
    party's answer on each track, last the vote at home; step, moved as in `TrackPlayer`; sealed 3:
    tracks closed; signs [who,T] chance that the session moves anything.

    Where all accept the whole with chance s, each party is taken to accept a track with its own
    chance to the power ln p / ln s, so that all accept it with p.
    """
    rows, options, issues = tb.score.shape[1], tb.score.shape[2], tb.first.shape[0] - 1
    parties, combos, kept = tb.discount.shape[1], tb.hazard.shape[2], tb.kept.shape[1]
    tracks = held_tracks.shape[1]
    s, nd = np.empty((rows, options)), np.empty((rows, issues))
    x, q = np.empty((rows, options)), np.empty(options)
    v, lasts = np.empty((kept, rows)), np.empty((kept, combos, parties))
    hz, r, free = np.empty((kept, combos)), np.empty(kept), np.empty(kept)
    ends = np.empty((tb.imposed.shape[0], rows))
    gains, yes, base, work = np.empty(rows), np.empty(rows), np.empty(rows), np.empty((2, rows))
    tx, g, each = texts_of(tb), np.empty((kept, parties)), np.empty(parties)
    new = np.zeros(tracks, dtype=np.bool_)
    for w in range(who.shape[0]):
        path = who[w]
        d, t = draw[path], truth[path]
        price_one(tb, d, z[path], v, lasts, hz, r, ends, (s, nd, x, q))
        if regime[path] > 0:
            free[:] = r
            if not lock(tk, tb, d, regime[path], locked[path], r):
                r[:] = free
                regime[path], locked[path] = 0, -1
        u = regime[path]
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
        if k >= 0:
            truce = tb.kept[d, k] == tb.armistice
            factor = 1.0 if truce else tk.factor[d, u]
            for p in range(parties):
                i = tb.row_of[p, t]
                each[p], gain[w, p] = yes[i], gains[i]
                held[w, p], value[w, p] = lasts[k, t, p], v[k, i]
            s_true = 1.0
            for p in range(parties):
                s_true *= each[p]
            if 0.0 < s_true < 1.0 and factor != 1.0:
                power = np.log(odds(s_true, factor)) / np.log(s_true)
                for p in range(parties):
                    each[p] = each[p] ** power
            ratified[w], hazard[w] = r[k], hz[k, t]
            # whose answers are asked: the first track at the table stands for an armistice
            count, asked = 0, 0
            new[:] = False
            for j in range(tracks):
                if held_tracks[u, j] or asked == (1 if truce else tk.tries[u]):
                    continue
                asked += 1
                agreed = True
                for p in range(parties):
                    no = luck[w, j, p] >= each[p]
                    agreed = agreed and not no
                    if no:
                        refused[w, p] = 1.0
                    accept[w, p] = each[p]
                new[j] = agreed
                count += 1 if agreed else 0
            all_in = count == asked
            passes = luck[w, tracks, 0] < r[k]
            if truce:
                if all_in and passes:
                    sealed[w] = 2
            elif count > 0:
                for y in range(tk.first[u], tk.first[u + 1]):
                    same = True
                    for j in range(tracks):
                        same = same and gained[y, j] == new[j]
                    if not same:
                        continue
                    step[w] = y
                    if tk.to[y] >= 0:
                        sealed[w] = 3
                    elif passes:
                        sealed[w] = 1
            if sealed[w] == 3:
                for p in range(parties):
                    refused[w, p] = 0.0
            for o in range(combos):
                s_all = 1.0
                for p in range(parties):
                    s_all *= yes[tb.row_of[p, o]]
                p_all = odds(s_all, factor)
                if truce:
                    signs[w, o] = p_all * r[k]
                    continue
                total = 0.0
                for y in range(tk.first[u], tk.first[u + 1]):
                    chance = p_all ** tk.closes[y] * (1.0 - p_all) ** (tk.tries[u] - tk.closes[y])
                    total += chance * (r[k] if tk.to[y] < 0 else 1.0)
                    if y == step[w] and tk.to[y] >= 0:
                        moved[w, o] = chance
                signs[w, o] = total
        for j in range(kept):
            for p in range(parties):
                g[j, p] = gain_of(tb, d, j, tb.row_of[p, t], v, lasts, base, b[path])
        worst, who_blocks = 0.0, -1
        for p in range(parties):
            short[w, p] = _short(tb, d, p, t, r, g)
            if short[w, p] > worst + 1e-12:
                worst, who_blocks = short[w, p], p
        if worst <= 0.0 and k >= 0:
            least = 2.0
            for p in range(parties):
                if refused[w, p] > 0.0 and accept[w, p] < least:
                    least, who_blocks = accept[w, p], p
        tally[w] = who_blocks if who_blocks >= 0 else parties
