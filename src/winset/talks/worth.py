"""What fighting on is worth to each signatory month by month, and whether a text lies between them.

Both are read on the first `COURSE_PATHS` paths of each draw, on those of them that are neither
settled nor ended: a party's reservation value is what it gives up by signing, so it is asked only
where it can still sign. The overlap is that of `assign.overlap_at_start`, judged at the path's own
state and beliefs every `EVERY` months, since all candidate texts have to be priced for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from winset.talks.assign import overlap_now
from winset.talks.cell import Fate, Worth
from winset.talks.menu import Floats
from winset.talks.paths import ARMISTICE, COURSE_PATHS, QUANTILES, WAR, Record, quantiles_of
from winset.talks.problem import Problem

__all__ = ["EVERY", "Worths"]

#: months between looks at the overlap
EVERY: Final = 6


@dataclass
class Worths:
    """Gathers both while the paths are played. shares, quantiles: one entry a month."""

    problem: Problem
    shares: list[Floats] = field(default_factory=list)  # [rows] share of the paths watched
    quantiles: list[Floats] = field(default_factory=list)  # [rows, QUANTILES]
    overlap: list[Floats] = field(default_factory=list)  # [draws] share of the draw's paths

    def note(self, t: int, run: Record, z: Floats, c: Floats, b: Floats, rows: np.ndarray) -> None:
        """Month t. z [P,K] readings, c [P,R] values of fighting on, b [P,...] beliefs about types,
        rows [P,S] each signatory's true row.
        """
        problem = self.problem
        watched = min(COURSE_PATHS, problem.settings.paths)
        at = np.flatnonzero(self._open(run) & (run.path < watched))
        total = problem.deals.draws * watched
        shares = np.zeros(problem.rows)
        found = np.full((problem.rows, len(QUANTILES)), np.nan)
        for i in range(problem.rows):
            mine = at[rows[at, int(problem.row_party[i])] == i]
            shares[i] = len(mine) / total
            if len(mine):
                found[i] = quantiles_of(np.sort(c[mine, i])[None], QUANTILES)[0]
        self.shares.append(shares)
        self.quantiles.append(found)
        overlap = np.full(problem.deals.draws, np.nan)
        if t % EVERY == 0:
            met = np.zeros(0)
            if len(at):
                met = overlap_now(problem, run.draw[at], z[at], c[at], b[at], run.truth[at])
            counts = np.bincount(run.draw[at], weights=met, minlength=problem.deals.draws)
            overlap = counts / watched
        self.overlap.append(overlap)

    @staticmethod
    def _open(run: Record) -> np.ndarray:
        fighting = (run.status == WAR) | (run.status == ARMISTICE)
        return np.asarray(fighting & (run.signed_at < 0) & (run.outcome < 0))

    def worths(self) -> tuple[Worth, ...]:
        """One a signatory and own type, months 0 to the last but one; as many as were noted."""
        problem, months = self.problem, self.problem.settings.months
        named = [row for row in problem.deals.rows if row.signatory]
        shares = np.zeros((months, problem.rows))
        quantiles = np.full((months, problem.rows, len(QUANTILES)), np.nan)
        for t, (share, found) in enumerate(zip(self.shares, self.quantiles, strict=True)):
            shares[t], quantiles[t] = share, found
        return tuple(
            Worth(row.party, _own(problem, row.party, row.marks), QUANTILES, shares[:, i],
                  quantiles[:, i])
            for i, row in enumerate(named)
        )  # fmt: skip

    def shared(self) -> Fate:
        """Share of paths that are open and hold an overlap, with its error; NaN between looks."""
        months, replicate = self.problem.settings.months, self.problem.sample.replicate
        share = np.full((self.problem.deals.draws, months + 1), np.nan)
        for t, found in enumerate(self.overlap):
            share[:, t] = found
        if len(self.overlap) < months:  # all paths are over: no text is signed any more
            late = np.arange(len(self.overlap), months)
            share[:, late[late % EVERY == 0]] = 0.0
        names = np.unique(replicate)
        groups = np.stack([share[replicate == name].mean(axis=0) for name in names])
        error = np.full(months + 1, np.nan)
        if len(names) > 1:
            error = groups.std(axis=0, ddof=1) / np.sqrt(len(names))
        return Fate(share.mean(axis=0), error)


def _own(problem: Problem, party: str, marks: object) -> str:
    """The party's own type as `HYPOTHESIS.VALUE`, several with commas; empty where it has one."""
    mine = problem.deals.scenario.types(party)
    on = [name for name, given in dict(marks).items() if given]  # type: ignore[call-overload]
    return ", ".join(name for name in on if name.rpartition(".")[0] in mine)
