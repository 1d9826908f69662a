"""What the regression may look at: the scenario's own features, beliefs, hazards, and the value of
war without talks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np

from winset.scenario.expr import evaluate
from winset.talks import posterior
from winset.talks.menu import Floats
from winset.talks.names import holders_of
from winset.talks.problem import Problem

#: number of scenario features -> degree of their polynomials, where a scenario learns
POLYNOMIAL = {1: 7, 2: 4, 3: 3}


@dataclass(frozen=True)
class Features:
    """common [F,P] shared by all rows; own: per row [G,P]; base [R,P], subtracted before the
    regression."""

    common: Floats
    own: tuple[Floats, ...]
    base: Floats

    def of(self, row: int) -> Floats:
        """[F+G,P] all features of a row."""
        return np.concatenate([self.common, self.own[row]])


def learned_means(problem: Problem, draw: np.ndarray, tally: Floats) -> list[list[Floats | None]]:
    """[S][learned] Beta mean (alpha + fired) / (alpha + beta + months), None where a party holds
    none."""
    out: list[list[Floats | None]] = [[None] * len(problem.war.learned) for _ in problem.parties]
    for n, name in enumerate(problem.war.learned):
        for party, (alpha, beta) in holders_of(problem.scenario, name).items():
            if party in problem.parties:
                a = np.zeros(problem.deals.draws) + evaluate(alpha, problem.deals.number)
                b = np.zeros(problem.deals.draws) + evaluate(beta, problem.deals.number)
                top = a[draw] + tally[:, n, 0]
                out[problem.parties.index(party)][n] = top / (top + b[draw] + tally[:, n, 1])
    return out


def features(
    problem: Problem,
    draw: np.ndarray,
    z: Floats,
    hazard: Floats,
    b: Floats,
    hidden: Floats,
    learned: list[list[Floats | None]],
) -> Features:
    """Features of every row at one month.

    Baseline: no talks, the month's hazards for ever under the row's beliefs, endings as valued at
    the start, (-c + d sum p W) / (1 - d (1 - sum p)). Where a scenario states the value at the
    horizon: that value.
    """
    named = [problem.key[f"feature|{n}"] for n in problem.scenario.spec.talks.features]
    common = np.ascontiguousarray(z[:, named].T)
    if problem.war.learned:
        columns = list(common)
        for degree in range(2, POLYNOMIAL.get(len(named), 2) + 1):
            for group in combinations_with_replacement(range(len(named)), degree):
                columns.append(np.prod([z[:, named[g]] for g in group], axis=0))
        common = np.array(columns).reshape(len(columns), len(draw))
    base = np.zeros((problem.rows, len(draw)))
    own = []
    signing = [r for r in problem.deals.rows if r.signatory]
    for i, row in enumerate(signing):
        s = int(problem.row_party[i])
        mine = list(hidden[s].T[1:])
        types = np.flatnonzero(problem.table.row_of[s] == i)
        mine += [b[:, i, t] for t in types[1:]]
        mine += [mean for mean in learned[s] if mean is not None and len(named) > 1]
        if problem.horizon:
            base[i] = z[:, problem.key[f"horizon|{row.party}"]]
        else:
            cost = z[:, problem.key[f"cost|{row.party}|{row.type}"]]
            risk = np.empty(len(draw))
            ends, discount = problem.start_ends[:, :-1, i], problem.table.discount[:, s]
            posterior.no_talks(draw, hidden[s], hazard, ends, cost, discount, base[i], risk)
            mine += [base[i], cost * 100.0, risk * 10.0]
        out = np.empty((len(mine), len(draw)))
        for row_out, values in zip(out, mine, strict=True):
            row_out[:] = values
        own.append(out)
    return Features(common, tuple(own), base)
