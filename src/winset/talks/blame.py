"""Over what a failed meeting failed: the issue on which the blocker gives most, or its home minds
most."""

from __future__ import annotations

import numpy as np

from winset.talks.menu import Floats
from winset.talks.paths import Record
from winset.talks.problem import Problem


class Blame:
    """Draw-level losses by option. Sums failed meetings by blocker and issue [S+1, M]; the last
    blocker is ratification.

    For a party: weight x (its best option's score - the tabled option's score), the true type's.
    For ratification: what the tabled option costs in support at home against the best option, in
    the home that supports the text least.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        deals, first = problem.deals, problem.table.first
        parties = problem.parties
        self.issues = len(first) - 1
        self.total = np.zeros((len(parties) + 1, self.issues))
        signing = [r for r, row in enumerate(deals.rows) if row.signatory]
        score = np.nan_to_num(deals.score[:, signing])
        self.loss = np.zeros_like(score)  # [D,R,O]
        options = deals.menu.size
        wish = np.zeros((deals.draws, len(parties), options))
        for d in range(deals.draws):
            for p, party in enumerate(parties):
                wish[d, p] = problem.home.wishes(party, d)  # nothing where it has no constituency
        self.home = np.zeros((deals.draws, len(parties), options))
        for m in range(self.issues):
            at = slice(int(first[m]), int(first[m + 1]))
            best = score[:, :, at].max(axis=2, keepdims=True)
            self.loss[:, :, at] = deals.weight[:, signing, m : m + 1] * (best - score[:, :, at])
            self.home[:, :, at] = wish[:, :, at].max(axis=2, keepdims=True) - wish[:, :, at]

    def add(
        self,
        run: Record,
        failed: np.ndarray,
        text: np.ndarray,
        tally: np.ndarray,
        rows: np.ndarray,
    ) -> None:
        """Count this month's failed meetings: path numbers `failed` with their texts and
        blockers."""
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
        if home.any():
            least = table.support[draw[home], text[home]].argmin(axis=1)
            loss = self.home[draw[home, None], least[:, None], flat[home]]
            np.add.at(self.total, (parties, loss.argmax(axis=1)), 1.0)

    def shares(self, blocker: int) -> dict[str, float]:
        """Issue -> share of the blocker's failed meetings that turned on it."""
        row: Floats = self.total[blocker]
        issues = self.problem.deals.menu.space.issues
        whole = max(float(row.sum()), 1.0)
        return {i: float(n / whole) for i, n in zip(issues, row, strict=True) if n > 0}
