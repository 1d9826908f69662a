"""What the regression may look at: the scenario's own features, beliefs, hazards, and the value of war without talks."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np

from winset.scenario.expr import evaluate
from winset.talks.names import holders_of
from winset.talks.packages import Floats
from winset.talks.problem import Problem

POLYNOMIAL = {1: 7, 2: 4, 3: 3}  # number of scenario features -> degree, where a scenario learns


def learned_means(problem: Problem, draw: np.ndarray, tally: Floats) -> list[list[Floats | None]]:
    """[S][learned] Beta mean (alpha + fired) / (alpha + beta + months) of each holder, None where it holds none."""
    out: list[list[Floats | None]] = [[None] * len(problem.war.learned) for _ in problem.parties]
    for n, name in enumerate(problem.war.learned):
        for party, (alpha, beta) in holders_of(problem.scenario, name).items():
            if party in problem.parties:
                a = np.zeros(problem.deals.draws) + evaluate(alpha, problem.deals._value_or_lever)
                b = np.zeros(problem.deals.draws) + evaluate(beta, problem.deals._value_or_lever)
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
) -> tuple[list[Floats], Floats]:
    """Per row the features [P,F] and the baseline [P,R] that is subtracted before the regression.

    Baseline: no talks, the month's hazards for ever under the row's beliefs, endings as valued at the start,
    (-c + d sum p W) / (1 - d (1 - sum p)). Where a scenario states the value at the horizon: that value.
    """
    own = [z[:, problem.key[f"feature|{n}"]] for n in problem.scenario.spec.talks.features]
    common = list(own)
    if problem.war.learned:
        degree = POLYNOMIAL.get(len(own), 2)
        for k in range(2, degree + 1):
            for group in combinations_with_replacement(own, k):
                common.append(np.prod(group, axis=0))
    base = np.zeros((len(draw), problem.rows))
    out: list[Floats] = []
    for i in range(problem.rows):
        s = int(problem.row_party[i])
        party = problem.parties[s]
        columns = list(common)
        for h in range(1, hidden.shape[2]):
            columns.append(hidden[s][:, h])
        others = np.flatnonzero(problem.table.row_of[s] == i)
        for t in others[1:]:
            columns.append(b[:, i, t])
        columns.extend(mean for mean in learned[s] if mean is not None and len(own) > 1)
        mean = np.einsum("ph,phe->pe", hidden[s], hazard)
        if problem.horizon:
            base[:, i] = z[:, problem.key[f"horizon|{party}"]]
        else:
            row = [r for r in problem.deals.rows if r.signatory][i]
            cost = z[:, problem.key[f"cost|{row.party}|{row.type}"]]
            d = problem.table.discount[draw, s]
            lost = (mean * problem.start_ends[draw, :-1, i]).sum(axis=1)
            value = (-cost + d * lost) / np.maximum(1.0 - d * (1.0 - mean.sum(axis=1)), 1e-4)
            base[:, i] = np.clip(value, -2.0, 2.0)
            columns.append(base[:, i])
            columns.append(cost * 100.0)
            columns.append(mean.sum(axis=1) * 10.0)
        x = np.stack(columns, axis=1) if columns else np.zeros((len(draw), 0))
        out.append(x)
    return out, base
