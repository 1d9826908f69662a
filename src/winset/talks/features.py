"""What the regression may look at: the scenario's own features, beliefs, hazards, and the value of
war without talks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np

from winset.scenario.expr import evaluate
from winset.talks import posterior
from winset.talks.meeting import costs
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
    base = np.empty((problem.rows, len(draw)))
    if problem.horizon:
        parties = [problem.parties[s] for s in problem.row_party]
        base[:] = z[:, [problem.key[f"horizon|{party}"] for party in parties]].T
    types, facts = problem.own_types, hidden.shape[2] - 1
    block = np.empty((problem.rows, facts + types.shape[1] + 3, len(draw)))
    posterior.own(
        draw,
        hidden,
        hazard,
        problem.start_ends,
        costs(problem, z),
        problem.table.discount,
        problem.row_party,
        b,
        types,
        np.empty_like(base) if problem.horizon else base,
        block,
    )
    own: list[Floats] = []
    for i, s in enumerate(problem.row_party):
        count = facts + int((types[i] >= 0).sum())
        means = [mean for mean in learned[s] if mean is not None and len(named) > 1]
        if not means and not problem.horizon:
            own.append(block[i, : count + 3])
            continue
        rest = block[i, count : count + 3] if not problem.horizon else block[i, :0]
        own.append(np.concatenate([block[i, :count], np.array(means).reshape(-1, len(z)), rest]))
    return Features(common, tuple(own), base)
