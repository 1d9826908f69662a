"""Over what a failed meeting failed: the issue on which a side that blocks gives most; where it
failed at home, whose vote or consent bears how much of it, and the issue whose change would help.

The chance of ratification is a product, r = prod_k f_k over each side's vote, gates and consents; k
is laid its share of how low r is,

    ln f_k / ln r        (equal chances share alike; what is certain to pass bears nothing)
"""

from __future__ import annotations

from typing import Final

import numba as nb
import numpy as np

from winset.talks.menu import Floats
from winset.talks.paths import Record
from winset.talks.pricing import Array
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
        # by draw and text: meetings that failed at home, and the cover [S] summed over them
        texts = len(problem.texts.packages)
        self.votes = np.zeros((deals.draws, texts))
        self.cover = np.zeros((deals.draws, texts, len(problem.parties)))
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
        if len(failed):
            _count(
                failed,
                text,
                tally,
                run.draw,
                rows,
                table.texts,
                table.armistice,
                self.loss,
                table.issue_of,
                table.cover_at,
                z,
                self.total,
                self.votes,
                self.cover,
            )

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
        pr = self.problem
        draw, text = np.nonzero(self.votes)
        if not len(draw):
            return {}, {}
        count = self.votes[draw, text]
        cover = self.cover[draw, text] / count[:, None]
        packages = pr.texts.packages[text]
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


@nb.njit(cache=True, nogil=True, error_model="numpy")
def _count(
    failed: Array,
    text: Array,
    tally: Array,
    draw: Array,
    rows: Array,
    texts: Array,
    armistice: int,
    loss: Array,
    issue_of: Array,
    cover_at: Array,
    z: Array,
    total: Array,
    votes: Array,
    cover: Array,
) -> None:
    """Count failed meetings [F] into total [S+1,M] where a side blocked (its largest loss [D,R,O]
    by the text), else into votes [D,N] and cover [D,N,S]."""
    parties = len(cover_at)
    for w in range(len(failed)):
        n, path, p = text[w], failed[w], tally[w]
        if n < 0 or n == armistice:
            continue
        d = draw[path]
        if p < parties:
            i, worst = rows[path, p], 0
            for m in range(1, texts.shape[1]):
                if loss[d, i, texts[n, m]] > loss[d, i, texts[n, worst]]:
                    worst = m
            total[p, issue_of[texts[n, worst]]] += 1.0
            continue
        votes[d, n] += 1.0
        for s in range(parties):
            if cover_at[s] >= 0:
                cover[d, n, s] += z[path, cover_at[s]]
