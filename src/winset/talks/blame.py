"""Over what a failed meeting failed: the issue on which a side that blocks gives most; where it
failed at home, whose vote or consent bears how much of it, and the issue whose change would help.

The chance of ratification is a product, r = prod_k f_k over each side's vote, gates and consents; k
is laid its share of how low r is,

    ln f_k / ln r        (equal chances share alike; what is certain to pass bears nothing)
"""

from __future__ import annotations

from typing import Final

import numpy as np

from winset.talks.menu import Floats
from winset.talks.paths import Record
from winset.talks.problem import Problem
from winset.talks.terms import conditions, readable

#: an issue is named where another option on it, all else as in the text, raises r by this much
NOTICEABLE: Final = 0.05


class Blame:
    """Sums failed meetings by blocker and issue [S+1, M]; the last blocker is ratification.

    For a party: the issue of the largest weight x (its best option's score - the tabled option's
    score), the true type's. For ratification: the issue whose best other option that the strategy
    will table raises r most, where by `NOTICEABLE` at least.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        deals, first = problem.deals, problem.table.first
        self.issues = len(first) - 1
        self.total = np.zeros((len(problem.parties), self.issues))
        signing = [r for r, row in enumerate(deals.rows) if row.signatory]
        score = np.nan_to_num(deals.score[:, signing])
        self.loss = np.zeros_like(score)  # [D,R,O]
        for m in range(self.issues):
            at = slice(int(first[m]), int(first[m + 1]))
            best = score[:, :, at].max(axis=2, keepdims=True)
            self.loss[:, :, at] = deals.weight[:, signing, m : m + 1] * (best - score[:, :, at])
        # by (draw, text): meetings that failed at home, and the cover [S] summed over them
        self.votes: dict[tuple[int, int], tuple[float, Floats]] = {}
        self._at_home: tuple[dict[str, float], dict[str, float]] | None = None

    def add(
        self,
        run: Record,
        failed: np.ndarray,
        text: np.ndarray,
        tally: np.ndarray,
        rows: np.ndarray,
        z: Floats,
    ) -> None:
        """Count this month's failed meetings: path numbers `failed` with their texts and blockers;
        z [P,K] readings of the state."""
        table = self.problem.table
        real = (text >= 0) & (text != table.armistice)
        who, text, tally = failed[real], text[real], tally[real]
        if not len(who):
            return
        draw, flat = run.draw[who], table.texts[text]
        parties = len(self.problem.parties)
        for p in range(parties):
            mine = tally == p
            if mine.any():
                loss = self.loss[draw[mine, None], rows[who[mine], p][:, None], flat[mine]]
                np.add.at(self.total, (p, loss.argmax(axis=1)), 1.0)
        home = tally == parties
        if not home.any():
            return
        at = table.cover_at
        cover = np.where(at >= 0, z[who[home]][:, np.maximum(at, 0)], 0.0)
        pairs, back = np.unique(
            np.stack([draw[home], text[home]], axis=1), axis=0, return_inverse=True
        )
        counts, covers = np.bincount(back.ravel()), np.zeros((len(pairs), parties))
        np.add.at(covers, back.ravel(), cover)
        for (d, k), n, more in zip(pairs.tolist(), counts, covers, strict=True):
            count, total = self.votes.get((d, k), (0.0, np.zeros(parties)))
            self.votes[d, k] = count + float(n), total + more

    def shares(self, blocker: int) -> dict[str, float]:
        """Issue -> share of the blocker's failed meetings that turned on it (for ratification, the
        last number: those in which no issue would have helped count for none)."""
        if blocker == len(self.problem.parties):
            return dict(self._home()[1])
        row: Floats = self.total[blocker]
        issues = self.problem.deals.menu.space.issues
        whole = max(float(row.sum()), 1.0)
        return {i: float(n / whole) for i, n in zip(issues, row, strict=True) if n > 0}

    def at_home(self) -> dict[str, float]:
        """`vote.PARTY`, `gate.PARTY.N`, `consent.ID` -> its share of how low the chance of
        ratification was, averaged over the meetings that failed at home; those that bear nothing
        are left out."""
        return dict(self._home()[0])

    def _home(self) -> tuple[dict[str, float], dict[str, float]]:
        """Shares by vote and by issue. The cover is the mean over a draw's meetings on a text."""
        if self._at_home is not None:
            return self._at_home
        if not self.votes:
            return {}, {}
        pr = self.problem
        pairs = np.array(list(self.votes))
        count = np.array([n for n, _ in self.votes.values()])
        cover = np.array([total for _, total in self.votes.values()]) / count[:, None]
        draw, packages = pairs[:, 0], pr.texts.packages[pairs[:, 1]]
        each = self._chances(draw, packages, cover)
        logs = {name: -np.log(np.maximum(f, 1e-12)) for name, f in each.items()}
        whole = np.maximum(sum(logs.values()), 1e-12)
        found = {name: float((count * x / whole).sum() / count.sum()) for name, x in logs.items()}
        before = np.prod(list(each.values()), axis=0)
        raised = np.full((len(draw), self.issues), -1.0)
        menu = pr.deals.menu
        moves = [
            (m, option)
            for m, size in enumerate(menu.space.sizes)
            for option in range(size)
            if pr.deals.allowed[int(menu.first[m]) + option]
        ]
        other = np.repeat(packages[None], len(moves), axis=0)  # [moves, N, issues]
        for n, (m, option) in enumerate(moves):
            other[n, :, m] = option
        good = (other != packages).any(axis=2)
        good &= menu.space.feasible(other.reshape(-1, self.issues)).reshape(good.shape)
        move, at = np.nonzero(good)
        if len(at):
            chances = self._chances(draw[at], other[move, at], cover[at])
            gain = np.prod(list(chances.values()), axis=0) - before[at]
            np.maximum.at(raised, (at, np.array([m for m, _ in moves])[move]), gain)
        best = raised.argmax(axis=1)
        helps = raised.max(axis=1) >= NOTICEABLE
        turned = np.bincount(best[helps], weights=count[helps], minlength=self.issues)
        issues = dict(zip(menu.space.issues, (turned / count.sum()).tolist(), strict=True))
        self._at_home = (
            {name: share for name, share in found.items() if share > 1e-9},
            {issue: share for issue, share in issues.items() if share > 0},
        )
        return self._at_home

    def _chances(self, draw: np.ndarray, packages: np.ndarray, cover: Floats) -> dict[str, Floats]:
        """Every factor [N] of r: packages [N,M], cover [N,S]."""
        pr = self.problem
        deals, home = pr.deals, pr.home
        utility = deals.utility(deals.raw(pr.contribution, draw, packages), draw)
        extra = readable(deals, home, draw, packages, utility)
        found: dict[str, Floats] = {}
        for s, party in enumerate(pr.parties):
            rule = pr.scenario.spec.ratification.get(party)
            if rule is None:
                continue
            on = np.ones(len(draw))
            if rule.cover_on is not None:
                on = deals.evaluate(rule.cover_on, draw, packages, extra)
            margin = extra.get(f"support.{party}", 1.0) + cover[:, s] * on
            x = home.steepness[draw, s] * (margin - home.midpoint[draw, s])
            found[f"vote.{party}"] = 1.0 / (1.0 + np.exp(-np.clip(x, -500, 500)))
        return {**found, **conditions(deals, draw, packages, extra, {})}
