"""The value where the horizon cuts the war: stated by the scenario, or the war going on for ever as
in its last month.

Stationary value under signing chance s (at value G) and hazards p: C = (-c + d [sum p W + (1-sum p)
s G]) / (1 - d (1-sum p)(1-s)); s depends on C through acceptance, so it is iterated (damped steps
from the no-talks value; there may be more than one such value).
"""

from __future__ import annotations

import numpy as np

from winset.talks import kernel
from winset.talks.meeting import meeting_chance
from winset.talks.menu import Floats
from winset.talks.problem import Problem


def stationary(
    problem: Problem,
    draw: np.ndarray,
    z: Floats,
    types: tuple[Floats, Floats],
    prices: tuple[Floats, ...],
    hazards: Floats,
    facts: Floats,
    fact_of: np.ndarray,
    cost: Floats,
    y_open: Floats,
    y_cool: Floats,
    steps: int = 8,
) -> None:
    """Fill y_open, y_cool [P,S,T,F] with the value at the horizon: stated by the scenario, or
    stationary.

    hazards [P,H,E], facts [S,P,F] beliefs over the hidden combinations fact_of [P,F] carried on
    each path.
    """
    tb = problem.table
    b, mu = types
    if problem.horizon:
        for s, party in enumerate(problem.parties):
            y_open[:, s] = z[:, problem.key[f"horizon|{party}"], None, None]
        y_cool[:] = y_open
        return
    v, lasts, hz, r, ends = prices
    hazard = np.take_along_axis(hazards, fact_of[:, :, None], axis=1)  # [P,F,E]
    alive = 1.0 - hazard.sum(axis=2)
    kappa = meeting_chance(problem, z, draw)
    cool, heal = z[:, problem.key["cooling"]], z[:, problem.key["recovery"]]
    open_share = heal / np.maximum(heal + kappa, 1e-9)
    rate = kappa * (open_share + (1.0 - open_share) * cool)
    p, parties, combos, _ = y_open.shape
    row = tb.row_of  # [S,T]
    lost = np.einsum("pfe,per->pfr", hazard, ends[:, :-1])
    d = tb.discount[draw]
    for s in range(parties):
        for k in range(combos):
            i = row[s, k]
            gap = np.maximum(1.0 - d[:, s, None] * alive, 1e-4)
            y_open[:, s, k] = np.clip(
                (-cost[:, i, None] + d[:, s, None] * lost[:, :, i]) / gap, -3, 3
            )
    unused = np.zeros_like(y_open)
    sign, text = np.zeros((p, combos)), np.full(p, -1, dtype=np.int64)
    accept, gaps = np.zeros((p, parties)), np.zeros((p, parties))
    c = np.zeros((p, problem.rows))
    for _ in range(steps):
        for i in range(problem.rows):
            s = int(problem.row_party[i])
            mine = row[s] == i
            c[:, i] = np.einsum("pt,ptf,pf->p", b[:, i] * mine, y_open[:, s], facts[s])
        kernel.settle(
            tb,
            draw,
            v,
            lasts,
            hz,
            r,
            c,
            b,
            mu,
            kappa,
            cool,
            heal,
            y_open,
            y_open,
            unused,
            unused,
            sign,
            text,
            accept,
            gaps,
            False,
        )
        chosen = np.maximum(text, 0)
        at = np.arange(p)
        n = tb.kept[draw, chosen]
        for s in range(parties):
            for combo in range(combos):
                i = row[s, combo]
                last = lasts[at, chosen, combo, s][:, None]
                worth = (
                    last * v[at, chosen, i][:, None]
                    + (1 - last) * (y_open[:, s, combo] + tb.shift[draw, n, s][:, None])
                    - tb.penalty[draw, n, i][:, None]
                )
                chance = (rate * sign[:, combo])[:, None]
                below = np.maximum(1.0 - d[:, s, None] * alive * (1.0 - chance), 1e-4)
                new = (
                    -cost[:, i, None] + d[:, s, None] * (lost[:, :, i] + alive * chance * worth)
                ) / below
                y_open[:, s, combo] = np.clip(0.5 * y_open[:, s, combo] + 0.5 * new, -3, 3)
    y_cool[:] = y_open
