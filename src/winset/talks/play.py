"""Forward play: every path month by month, talks first, then the war, under the solved values of
fighting on."""

from __future__ import annotations

from typing import Any

import numpy as np

from winset.talks import pricing, session
from winset.talks.assign import overlap_at_start, true_combination
from winset.talks.beliefs import Beliefs
from winset.talks.blame import Blame
from winset.talks.features import features, learned_means
from winset.talks.lsmc import Policy
from winset.talks.luck import uniform
from winset.talks.meeting import meeting_chance, pay
from winset.talks.menu import Floats
from winset.talks.paths import (
    AGAIN,
    ARMISTICE,
    ENDED,
    PEACE,
    WAR,
    Counts,
    Courses,
    Record,
)
from winset.talks.problem import Problem
from winset.talks.walk import Walk, heard, true_columns
from winset.talks.worth import Worths

COMPACT = 0.8


class Player:
    """Plays one solved problem. `watch`: path (row number) whose months go to `log`."""

    def __init__(self, problem: Problem, policy: Policy, watch: int | None = None) -> None:
        self.problem, self.policy, self.watch = problem, policy, watch
        self.log: list[dict[str, Any]] = []
        setting = problem.settings
        draw, path = (a.ravel() for a in np.indices((problem.deals.draws, setting.paths)))
        truth = true_combination(problem, "types", draw, path)
        fact = true_combination(problem, "hidden", draw, path)
        parties = len(problem.parties)
        self.run = Record.start(draw, path, truth, fact, parties)
        self.done: list[Record] = []
        self.walk = Walk.start(problem, draw, path, true_columns(problem, truth, fact))
        self.beliefs = Beliefs.start(problem, draw)
        self.counts = Counts(np.zeros(parties + 1), np.zeros(parties))
        self.blame = Blame(problem)
        self.worths = Worths(problem)
        names = tuple(problem.scenario.spec.course)
        self.courses = Courses(names, tuple(problem.key[f"watch|{n}"] for n in names))
        n = len(draw)
        self.cooling = np.zeros(n, dtype=bool)
        self.gap, self.refused = np.zeros((n, parties)), np.zeros((n, parties))
        self.tally = np.zeros((n, len(problem.war.learned), 2))
        self.c = np.zeros((n, problem.rows))
        self.rows = problem.table.row_of[:, truth].T.copy()  # [P,S] each signatory's true row
        informs = setting.refusals_inform
        self.informs = problem.scenario.spec.talks.refusals_inform if informs is None else informs

    def play(self) -> tuple[Record, Counts, Courses, Blame]:
        """All months."""
        months = self.problem.settings.months
        for t in range(months):
            self._month(t)
            self._compact(months)
        self._close()
        return Record.join([*self.done, self.run]), self.counts, self.courses, self.blame

    def _month(self, t: int) -> None:
        pr, run, walk = self.problem, self.run, self.walk
        walk.month = t
        inputs = self.beliefs.inputs(self.gap, self.refused)
        walk.read(inputs, run.status == WAR)
        self.courses.note(run, walk.z)
        if not len(run.draw):
            return
        hazard = walk.hazards(inputs)
        b, mu = self.beliefs.of_types()
        hidden = self.beliefs.of_hidden()
        self._value(t, hazard, b, hidden)
        if t == 0:
            run.overlap = overlap_at_start(pr, run.draw, walk.z, self.c, b, run.truth)
        if self.watch is None:
            self.worths.note(t, run, walk.z, self.c, b, self.rows)
        self._talk(t, b, mu, hidden)
        self._fight(t, inputs, hazard)

    def _value(self, t: int, hazard: Floats, b: Floats, hidden: Floats) -> None:
        """Values of fighting on c [P,R] at this month's state."""
        pr = self.problem
        means = learned_means(pr, self.run.draw, self.tally)
        x = features(pr, self.run.draw, self.walk.z, hazard, b, hidden, means)
        for i in range(pr.rows):
            self.c[:, i] = self.policy.fits[t][i].predict(x.common, x.own[i], self.run.draw)
            self.c[:, i] += x.base[i]

    def _talk(self, t: int, b: Floats, mu: Floats, hidden: Floats) -> None:
        pr, run, walk = self.problem, self.run, self.walk
        talking = (run.status == WAR) | (run.status == ARMISTICE)
        who = np.flatnonzero(self._meets(t) & talking)
        out = self._meet(t, who, b, mu)
        self.counts.exposed += int(talking.sum())
        self.counts.met += len(who)
        if self.watch is not None:
            self._note(t, who, out, mu, hidden)
        self._sign(t, who, out)
        failed = out["sealed"] == 0
        lost = who[failed]
        home = who[failed & (out["text"] >= 0) & ~out["refused"].any(axis=1)]
        run.value[home] -= run.factor[home] * pr.table.failed[run.draw[home]]  # it failed at home
        self.counts.blocked += np.bincount(out["tally"][failed], minlength=len(pr.parties) + 1)
        for s in range(len(pr.parties)):
            mine = failed & (out["tally"] == s)
            self.counts.short[s] += out["short"][mine, s].sum()
        self.blame.add(run, lost, out["text"][failed], out["tally"][failed], self.rows, walk.z)
        if self.informs:
            self.beliefs.failed(lost, out["signs"][failed])
        self.refused[lost] = out["refused"][failed]
        self.gap[who] = -out["gain"]
        luck = uniform(pr.settings.seed, "heal", run.draw, run.path, t)
        self.cooling &= luck >= walk.z[:, pr.key["recovery"]]
        self.cooling[lost] = True

    def _meets(self, t: int) -> np.ndarray:
        pr, run, z = self.problem, self.run, self.walk.z
        chance = meeting_chance(pr, z, run.draw)
        if pr.scenario.spec.ceasefire is not None:
            under = np.clip(z[:, pr.key["ceasefire.meeting"]], 0, 1)
            chance = np.where(run.status == ARMISTICE, under, chance)
        chance = chance * np.where(self.cooling, z[:, pr.key["cooling"]], 1.0)
        met: np.ndarray = uniform(pr.settings.seed, "meeting", run.draw, run.path, t) < chance
        return met

    def _sign(self, t: int, who: np.ndarray, out: dict[str, np.ndarray]) -> None:
        pr, run = self.problem, self.run
        stopped = who[out["sealed"] > 0]
        run.ceased_at[stopped[run.ceased_at[stopped] < 0]] = t
        run.status[who[out["sealed"] == 2]] = ARMISTICE
        at = np.flatnonzero(out["sealed"] == 1)
        new = who[at]
        if not len(new):
            return
        text, h, window = out["text"][at], out["hazard"][at], pr.table.window
        run.signed_at[new] = t
        run.text[new] = text
        run.status[new] = PEACE
        run.worse[new] = (out["gain"][at] < 0).any(axis=1)
        run.lasting[new] = (1.0 - h) ** window
        for s in range(len(pr.parties)):
            held, row = out["held"][at, s], self.rows[new, s]
            renewed = self.c[new, row] + pr.table.shift[run.draw[new], text, s]
            penalty = pr.table.penalty[run.draw[new], text, row]
            worth = held * out["value"][at, s] + (1 - held) * renewed - penalty
            run.value[new, s] += run.factor[new, s] * worth
        u = uniform(pr.settings.seed, "breaks", run.draw[new], run.path[new], 0)
        rate = -np.log1p(-np.clip(h, 0.0, 1 - 1e-12))
        wait = np.ceil(-np.log(u) / np.maximum(rate, 1e-12))
        broken = wait <= window
        run.again_at[new[broken]] = (t + wait[broken]).astype(np.int64)

    def _fight(self, t: int, inputs: Floats, hazard: Floats) -> None:
        pr, run, walk = self.problem, self.run, self.walk
        live = np.empty(len(run.draw), dtype=bool)
        ceasefire = pr.scenario.spec.ceasefire is not None
        pay(
            run.status,
            run.signed_at,
            walk.z,
            pr.cost_at,
            self.rows,
            pr.key["ceasefire.war_cost"] if ceasefire else -1,
            pr.table.discount,
            run.draw,
            run.value,
            run.factor,
            run.fought,
            live,
        )
        self.beliefs.survived(hazard, live)
        ended, fired, signal = walk.step(inputs, live, True)
        heard(self.beliefs, walk.z, signal, live)
        for n in range(len(pr.war.learned)):
            self.tally[:, n, 0] += live & (fired[:, n] > 0)
            self.tally[:, n, 1] += live & (fired[:, n] == 0)
        self._end(t, np.where(live, ended, -1))
        if ceasefire:
            h = np.clip(walk.z[:, pr.key["ceasefire.hazard"]], 0, 1)
            u = uniform(pr.settings.seed, "truce", run.draw, run.path, t)
            run.status[(run.status == ARMISTICE) & (u < h)] = WAR
        run.status[(run.status == PEACE) & (run.again_at <= t + 1)] = AGAIN

    def _end(self, t: int, ended: np.ndarray) -> None:
        pr, run = self.problem, self.run
        who = np.flatnonzero(ended >= 0)
        if not len(who):
            return
        first = who[run.signed_at[who] < 0]
        run.status[who] = ENDED
        run.ended_at[who] = t
        run.outcome[who] = ended[who]
        if not len(first):
            return
        worth = np.empty((len(run.draw), pr.rows))
        pricing.ending(pr.table, run.draw, self.walk.z, first, ended.astype(np.int64), worth)
        own = np.take_along_axis(worth[first], self.rows[first], axis=1)
        run.value[first] += run.factor[first] * own

    def _compact(self, months: int) -> None:
        """Set finished paths aside once they are many; their state is read a last time."""
        if self.watch is not None:
            return
        active = self.run.active(months)
        if active.all() or active.mean() > COMPACT:
            return
        inputs = self.beliefs.inputs(self.gap, self.refused)
        self.walk.read(inputs, np.zeros(len(active), dtype=bool))
        gone = self.run.take(~active)
        gone.z = self.walk.z[~active]
        self.courses.freeze(gone, gone.z)
        self.done.append(gone)
        self.run = self.run.take(active)
        self.walk.keep(active)
        self.beliefs.keep(active)
        self.cooling, self.gap, self.refused = (
            self.cooling[active],
            self.gap[active],
            self.refused[active],
        )
        self.tally, self.c, self.rows = self.tally[active], self.c[active], self.rows[active]

    def _close(self) -> None:
        """Value of paths still unsettled at the horizon: the stated one, or what fighting on was
        last worth."""
        pr, run = self.problem, self.run
        self.walk.month = pr.settings.months
        inputs = self.beliefs.inputs(self.gap, self.refused)
        self.walk.read(inputs, np.zeros(len(run.draw), dtype=bool))
        self.courses.note(run, self.walk.z)
        left = (run.signed_at < 0) & (run.outcome < 0)
        own = np.take_along_axis(self.c, self.rows, axis=1)
        for s, party in enumerate(pr.parties):
            worth = self.walk.z[:, pr.key[f"horizon|{party}"]] if pr.horizon else own[:, s]
            run.value[left, s] += (run.factor[:, s] * worth)[left]
        run.z = self.walk.z

    def _note(
        self, t: int, who: np.ndarray, out: dict[str, np.ndarray], mu: Floats, hidden: Floats
    ) -> None:
        pr, run, p = self.problem, self.run, self.watch
        assert p is not None
        parties = len(pr.parties)
        at = np.flatnonzero(who == p)
        met = len(at) > 0
        empty = np.zeros(parties)
        self.log.append(
            {
                "month": t,
                "status": int(run.status[p]),
                "outcome": int(run.outcome[p]),
                "met": met,
                "target": self.walk.target[p].copy(),
                "z": self.walk.z[p].copy(),
                "hidden": hidden[:, p].copy(),
                "types": mu[p].copy(),
                "fighting_on": {
                    s: float(self.c[p, self.rows[p, k]]) for k, s in enumerate(pr.parties)
                },
                "text": int(out["text"][at[0]]) if met else -1,
                "ratified": float(out["ratified"][at[0]]) if met else 0.0,
                "sealed": int(out["sealed"][at[0]]) if met else 0,
                **{
                    k: out[k][at[0]].copy() if met else empty for k in ("gain", "accept", "refused")
                },
            }
        )

    def _blank(self, who: np.ndarray, mu: Floats) -> dict[str, np.ndarray]:
        """What sessions on paths `who` came to, before they are held; every array runs over
        `who`."""
        count, parties = len(who), len(self.problem.parties)
        return {
            "text": np.full(count, -1, dtype=np.int64),
            "sealed": np.zeros(count, dtype=np.int64),
            "signs": np.zeros((count, mu.shape[1])),
            "accept": np.zeros((count, parties)),
            "gain": np.zeros((count, parties)),
            "refused": np.zeros((count, parties)),
            "ratified": np.zeros(count),
            "held": np.zeros((count, parties)),
            "value": np.zeros((count, parties)),
            "hazard": np.zeros(count),
            "short": np.zeros((count, parties)),
            "tally": np.full(count, parties, dtype=np.int64),
        }

    def _meet(self, t: int, who: np.ndarray, b: Floats, mu: Floats) -> dict[str, np.ndarray]:
        """This month's sessions on the paths that meet; every array runs over `who`."""
        pr, run = self.problem, self.run
        draw, path, seed = run.draw[who], run.path[who], pr.settings.seed
        names = [*(f"accept|{p}" for p in pr.parties), "ratify"]
        luck = np.stack([uniform(seed, n, draw, path, t) for n in names], axis=1)
        out = self._blank(who, mu)
        session.meet(
            pr.table,
            run.draw,
            self.walk.z,
            who,
            self.c,
            b,
            mu,
            run.truth,
            run.status == ARMISTICE,
            luck,
            *out.values(),
        )
        return out
