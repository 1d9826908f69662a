"""The record of forward play: one entry per path, finished paths set aside so that the rest go
faster."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from winset.talks.menu import Floats  # light: no compiler is loaded with it

WAR, ARMISTICE, PEACE, ENDED, AGAIN = range(5)
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
NEVER = np.iinfo(np.int64).max
COURSE_PATHS = 16  # paths a draw that the courses by month are read from


@dataclass
class Record:
    """What happened, per path [P].

    truth: type combination; fact: hidden combination; signed_at, ceased_at, ended_at: months, -1
    never; text: number of the signed text; outcome: -1 none; lasting: chance that the deal holds
    its window; worse: signed below fighting on for a signatory; value [P,S]; fought: months of war;
    overlap: 1 where the start had an overlap; again_at: month in which a broken peace turns to war;
    factor [P,S]: discount so far; z [P,K]: readings at the end, [P,0] before. On separate tracks:
    regime: number of the set of closed tracks; lock: number of the text whose options on them are
    kept, -1 none; closed_at [P,K] month in which each track closed, -1 not.
    """

    index: np.ndarray
    draw: np.ndarray
    path: np.ndarray
    truth: np.ndarray
    fact: np.ndarray
    status: np.ndarray
    signed_at: np.ndarray
    ceased_at: np.ndarray
    text: np.ndarray
    outcome: np.ndarray
    ended_at: np.ndarray
    again_at: np.ndarray
    lasting: Floats
    worse: np.ndarray
    value: Floats
    factor: Floats
    fought: Floats
    overlap: Floats
    z: Floats
    regime: np.ndarray
    lock: np.ndarray
    closed_at: np.ndarray

    @staticmethod
    def start(
        draw: np.ndarray,
        path: np.ndarray,
        truth: np.ndarray,
        fact: np.ndarray,
        parties: int,
    ) -> Record:
        """All paths at war."""
        n = len(draw)

        def never() -> np.ndarray:
            return np.full(n, -1, dtype=np.int64)

        return Record(
            np.arange(n),
            draw,
            path,
            truth,
            fact,
            np.full(n, WAR),
            never(),
            never(),
            never(),
            never(),
            never(),
            np.full(n, NEVER),
            np.zeros(n),
            np.zeros(n, dtype=bool),
            np.zeros((n, parties)),
            np.ones((n, parties)),
            np.zeros(n),
            np.full(n, np.nan),
            np.zeros((n, 0)),
            np.zeros(n, dtype=np.int64),
            never(),
            np.empty((n, 0), dtype=np.int64),
        )

    def take(self, at: np.ndarray) -> Record:
        """Some paths."""
        return Record(**{f.name: getattr(self, f.name)[at] for f in fields(self)})

    @staticmethod
    def join(parts: list[Record]) -> Record:
        """All paths again, in their first order."""
        order = np.argsort(np.concatenate([p.index for p in parts]), kind="stable")
        return Record(
            **{
                f.name: np.concatenate([getattr(p, f.name) for p in parts])[order]
                for f in fields(Record)
            }
        )

    def active(self, months: int) -> np.ndarray:
        """Paths to which something can still happen before the horizon."""
        waiting = (self.status == PEACE) & (self.again_at < months)
        return np.asarray(
            (self.status == WAR) | (self.status == ARMISTICE) | (self.status == AGAIN) | waiting
        )


@dataclass
class Counts:
    """Sums over path-months. blocked [S+1]: unsigned meetings by blocker, ratification last; short
    [S] summed shortfalls."""

    blocked: Floats
    short: Floats
    met: int = 0
    exposed: int = 0


def quantiles_of(ranked: Floats, shares: tuple[float, ...]) -> Floats:
    """[rows, shares] quantiles of values [rows, n] in ascending order, linear between them (as
    `numpy.quantile`; a sort of short rows is several times as fast as its partition)."""
    last = ranked.shape[1] - 1
    at = np.array(shares) * last
    low = np.floor(at).astype(np.int64)
    share = at - low
    below, above = ranked[:, low], ranked[:, np.minimum(low + 1, last)]
    return np.asarray(below + (above - below) * share)


@dataclass
class Courses:
    """Values of watched readings on the first paths of each draw, by month, finished paths
    frozen."""

    names: tuple[str, ...]
    columns: tuple[int, ...]
    frozen: Floats = field(init=False)  # [names, paths]
    months: list[Floats] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.frozen = np.empty((len(self.names), 0))

    def note(self, record: Record, z: Floats) -> None:
        """Quantiles [names, QUANTILES] of this month."""
        if not self.names:
            return
        values = np.concatenate([self.frozen, self._watched(record, z)], axis=1)
        values.sort(axis=1)
        self.months.append(quantiles_of(values, QUANTILES))

    def freeze(self, record: Record, z: Floats) -> None:
        """Set finished paths aside."""
        if self.names:
            self.frozen = np.concatenate([self.frozen, self._watched(record, z)], axis=1)

    def _watched(self, record: Record, z: Floats) -> Floats:
        """[names, paths] now."""
        rows = np.flatnonzero(record.path < COURSE_PATHS)
        return np.asarray(z[rows, np.array(self.columns)[:, None]])
