"""Kinds of peace: the combinations of options that a peace's flows tell apart.

Few kinds are all played on. Of many a spread of them is (each next one the farthest from those
chosen: Kennard and Stone 1969, Technometrics 11), and the others come from a quadratic in what the
peace reads of the deal, fitted draw by draw, its error measured by leaving out one kind at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement, product
from typing import Final

import numpy as np

from winset.errors import SolverError
from winset.scenario.schema.deals import PlayedPeace
from winset.talks.menu import Floats
from winset.talks.packages import Deals
from winset.talks.renewed import read_of_deals

#: so many kinds are played on as they are
FEW: Final = 12
#: kinds at most
MOST: Final = 2_000


@dataclass(frozen=True, eq=False)
class Kinds:
    """names: `deal.*` that the peace reads; issues: whose options differ in that; options [G,
    issues of the peace] of each kind; number [...]: the kind by options; reads [D,G,names]; every:
    number of issues of a package.
    """

    names: tuple[str, ...]
    issues: tuple[int, ...]
    options: np.ndarray
    number: np.ndarray
    reads: Floats
    every: int

    def packages(self, some: np.ndarray) -> np.ndarray:
        """[len(some), issues] a package of each of some kinds."""
        out = np.zeros((len(some), self.every), dtype=np.int64)
        out[:, self.issues] = self.options[some]
        return out

    def chosen(self) -> np.ndarray:
        """Numbers of the kinds to play on."""
        count = len(self.options)
        wanted = max(FEW, 2 * self._terms(self.reads[0]).shape[-1])
        if count <= wanted:
            return np.arange(count)
        points = self._scaled(self.reads[0])
        picked = [int(((points - points.mean(axis=0)) ** 2).sum(axis=1).argmax())]
        near = ((points - points[picked[0]]) ** 2).sum(axis=1)
        while len(picked) < wanted:
            picked.append(int(near.argmax()))
            near = np.minimum(near, ((points - points[picked[-1]]) ** 2).sum(axis=1))
        return np.array(sorted(picked))

    def spread(self, some: np.ndarray, found: Floats) -> tuple[Floats, float]:
        """Numbers [D,G,...] of all kinds from those of some [D,len(some),...], and the root mean
        square error of a kind left out.
        """
        if len(some) == len(self.options):
            return found, 0.0
        flat = found.reshape(*found.shape[:2], -1)
        out = np.empty((len(found), len(self.options), flat.shape[2]))
        wrong = np.empty_like(flat)
        for d, reads in enumerate(self.reads):
            every = self._terms(reads)
            known = every[some]
            back = np.linalg.pinv(known)
            out[d] = every @ (back @ flat[d])
            lean = np.clip(np.einsum("ij,ji->i", known, back), 0.0, 1 - 1e-6)
            wrong[d] = (flat[d] - known @ (back @ flat[d])) / (1.0 - lean)[:, None]
            out[d, some] = flat[d]
        return out.reshape(len(found), -1, *found.shape[2:]), float(np.sqrt((wrong**2).mean()))

    def _scaled(self, reads: Floats) -> Floats:
        low, high = reads.min(axis=0), reads.max(axis=0)
        return np.asarray((reads - low) / np.where(high > low, high - low, 1.0))

    def _terms(self, reads: Floats) -> Floats:
        """[G, terms] 1, each number, squares and products."""
        x = self._scaled(reads)
        pairs = combinations_with_replacement(range(x.shape[1]), 2)
        return np.stack([np.ones(len(x)), *x.T, *(x[:, a] * x[:, b] for a, b in pairs)], axis=1)


def kinds_of(deals: Deals, played: PlayedPeace) -> Kinds:
    """The kinds of peace that a scenario's deals make.

    Raises:
        SolverError: too many.
    """
    names = read_of_deals(played)
    heads = {n[5:] for n in names}
    spec, space = deals.scenario.spec, deals.menu.space
    issues = []
    for m, (issue, body) in enumerate(spec.issues.items()):
        attributes = {a for o in body.options.values() for a in o.attributes}
        if heads & attributes or any(n.partition(".")[0] == issue for n in heads):
            issues.append(m)
    sizes = [space.sizes[m] for m in issues]
    count = int(np.prod(sizes, dtype=np.int64))
    listed = ", ".join(space.issues[m] for m in issues)
    if count > 100 * MOST:
        raise SolverError(_too_many(listed, count))
    combos = np.array(list(product(*map(range, sizes))), dtype=np.int64).reshape(count, -1)
    package = np.zeros((count, len(space.issues)), dtype=np.int64)
    package[:, issues] = combos
    every = np.arange(deals.draws)[:, None]
    reads = np.zeros((deals.draws, count, len(names)))
    for n, name in enumerate(names):
        reads[:, :, n] = deals._read(name, every, package[None])
    table = reads.transpose(1, 0, 2).reshape(count, -1)
    first, back = np.zeros(1, dtype=np.int64), np.zeros(count, dtype=np.int64)
    if names:
        _, first, back = np.unique(table, axis=0, return_index=True, return_inverse=True)
    if len(first) > MOST:
        raise SolverError(_too_many(listed, len(first)))
    number = back.reshape(sizes) if issues else np.zeros((), dtype=np.int64)
    return Kinds(names, tuple(issues), combos[first], number, reads[:, first], len(space.issues))


def _too_many(issues: str, count: int) -> str:
    return (
        f"durability.endogenous reads the options of {issues} in {count:,} combinations; at most"
        f" {MOST:,} kinds of peace are told apart. Let fewer options differ in what it reads."
    )
