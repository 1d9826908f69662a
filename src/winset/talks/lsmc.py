"""The value of fighting on by least-squares Monte Carlo (Longstaff and Schwartz 2001) carried over
to bargaining.

One set of solver paths per cell: draws x base paths x the dynamic hidden facts, crossed, with
common luck. Types and hidden facts that move only the chances of ending are not sampled but carried
side by side on every path. Ending events are never sampled: Y = -c + d [sum p W + (1 - sum p) V'].
A holder's C is its posterior mean of Y regressed on features; paths of another hidden fact count by
prior x likelihood. At the horizon the war goes on for ever with the last month's rates and signing
chance (a fixed point), unless the scenario states a value.

Rounds: beliefs about types move with failed meetings, whose chances need C: solve, replay, solve
again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from winset.talks import kernel
from winset.talks.history import History, simulate, told_types
from winset.talks.horizon import stationary
from winset.talks.meeting import costs, meeting_chance
from winset.talks.menu import Floats
from winset.talks.problem import Problem
from winset.talks.regression import Fit, Regression, average

LEARNING = 2048
SHORT = 12  # months; in a shorter game values change too much for months to share a fit or text
OFTEN = 0.25  # monthly chance of a meeting from which on a path's own meetings decide
RULE_ROUNDS = 3  # one fewer in quick runs: 0.2 points of P(durable) at most on the flagship


@dataclass(frozen=True)
class Policy:
    """The solved values: per month and row the fit used in forward play; start [D,R] values of
    fighting on at the start (averaged over the paths of a draw); diagnostics."""

    fits: tuple[tuple[Fit, ...], ...]
    start: Floats
    report: dict[str, Any]
    # on separate tracks: by month and set of closed tracks (`Steps`), the fits of every row
    regimes: tuple[tuple[tuple[Fit, ...], ...], ...] = ()


def solve(problem: Problem) -> Policy:
    """Solve one cell."""
    enough = problem.settings.enough
    if problem.war.learned:  # small problems whose luck is a few events: more paths cost little
        enough = max(enough, LEARNING)
    crossed = problem.deals.draws * problem.hidden.ways * (int(told_types(problem).max()) + 1)
    base_paths = max(problem.settings.solver_paths, -(-enough // crossed))
    signs: list[Floats] | None = None
    accepts: list[tuple[Floats, Floats]] | None = None
    history: History | None = None
    moves, policy = [], None
    informs = problem.settings.refusals_inform
    if informs is None:
        informs = problem.scenario.spec.talks.refusals_inform
    # gaps and refusals are read by rules alone; beliefs may move the war itself
    again = bool(problem.deals.strategy.rules) or any(
        name.startswith("belief.") for name in problem.war.inputs
    )
    settled = problem.priors.types.shape[2] == 1 or not informs
    rules = bool(problem.deals.strategy.rules)
    rounds = 1 if settled and not again else problem.settings.rounds
    if rules:
        rounds = max(rounds, RULE_ROUNDS if problem.settings.rounds > 1 else RULE_ROUNDS - 1)
    before: Floats | None = None
    shifted = 0.0
    for _ in range(rounds):
        history = simulate(
            problem, base_paths, signs, accepts, informs, history if not again else None
        )
        if problem.tracks is None:
            policy, new_signs, new_accepts = _backward(problem, history, informs)
        else:
            from winset.talks.track_solve import backward

            policy, new_signs, new_accepts = backward(problem, history)
        if signs is not None and accepts is not None:
            pairs = zip(signs, new_signs, strict=True)
            moves.append(float(np.mean([np.abs(a - b).mean() for a, b in pairs])))
            new_signs = [0.5 * (a + b) for a, b in zip(signs, new_signs, strict=True)]
            new_accepts = [
                (0.5 * (a + x), 0.5 * (g + y))
                for (a, g), (x, y) in zip(accepts, new_accepts, strict=True)
            ]
        if rules:
            use = np.array(history.levers)
            shifted = float(np.abs(use - before).max()) if before is not None else 1.0
            before = use
        signs, accepts = new_signs, new_accepts
    assert policy is not None
    policy.report.update({"rounds": rounds, "moves": moves})
    if rules:
        policy.report["levers_moved"] = shifted
        if shifted > 0.01:
            policy.report["flag"] = (
                f"{problem.strategy} under {problem.worldview}: lever use still moved by "
                f"{shifted:.3f} in the last round of rules"
            )
    return policy


def _controls(surprise: Floats | None, x: Floats) -> Floats | None:
    """Surprises and their products with the features: what the month's luck can have done."""
    if surprise is None:
        return None
    wide = np.concatenate([np.ones((1, x.shape[1])), x])
    return np.concatenate([surprise[:, n] * wide for n in range(surprise.shape[1])])


def _own_meetings(problem: Problem, h: History, informs: bool) -> bool:
    """Whether a path's own meetings decide what a month is worth, rather than their chance.

    A failed meeting is news about types, and a path carries either its news or none: the value of
    fighting on, once talks failed, is then read from paths that met, and a month's value from what
    the path's month was. Where talks are rare that would waste most paths: the news of the one
    meeting at hand is left out there (earlier ones are all in).
    """
    if not informs or problem.priors.types.shape[2] == 1:
        return False
    cools = any((z[:, problem.key["cooling"]] != 1.0).any() for z in h.z)
    return not cools and float(np.mean(h.met)) >= OFTEN


def regress(
    problem: Problem, h: History, t: int, values: Sequence[Floats], own: bool
) -> list[list[tuple[Fit, Fit]]]:
    """For each of some values [P,S,T,F] on the same paths, per row the fits of the two halves of
    the paths (one fit twice without cross-fitting)."""
    b, row_of = h.types[t][0], problem.table.row_of
    out: list[list[tuple[Fit, Fit]]] = [[] for _ in values]
    for i in range(problem.rows):
        s = int(problem.row_party[i])
        combos = np.flatnonzero(row_of[s] == i)
        mass = (b[:, i] * h.type_of).sum(axis=1)
        parts = {
            combo: b[:, i, combo] * h.type_of[:, combo] / np.maximum(mass, 1e-300)
            for combo in combos
        }
        weight = h.weight[t][s] * h.ratio[t][s] * mass
        if own and t < len(h.met):
            weight = weight * h.met[t]
        x = h.x[t].of(i)
        noise = _controls(h.noise[t][s], x)
        draws = problem.deals.draws
        halves = [slice(None)] if not problem.settings.cross_fit else [h.half == 0, h.half == 1]
        ready = [
            Regression(
                x[:, at], weight[at], h.draw[at], draws, None if noise is None else noise[:, at]
            )
            for at in halves
        ]
        for one, value in zip(out, values, strict=True):
            y = np.zeros(len(h.draw))
            for combo, part in parts.items():
                y += part * (value[:, s, combo] * h.facts[t][s]).sum(axis=1)
            y -= h.x[t].base[i]
            fits = [found.fit(y[at]) for found, at in zip(ready, halves, strict=True)]
            one.append((fits[0], fits[-1]))
    return out


def predicted(
    problem: Problem,
    h: History,
    t: int,
    pairs: list[tuple[Fit, Fit]],
    both: tuple[Fit, ...],
    c: Floats,
) -> None:
    """Fill c [P,R]: each half of the paths by the other half's fit (by both where a scenario
    learns: its luck is taken up by control variates)."""
    x = h.x[t]
    for i in range(problem.rows):
        if problem.war.learned or not problem.settings.cross_fit:
            c[:, i] = both[i].predict(x.common, x.own[i], h.draw) + x.base[i]
            continue
        for k in (0, 1):
            at = h.half == k
            guess = pairs[i][1 - k].predict(x.common[:, at], x.own[i][:, at], h.draw[at])
            c[at, i] = guess + x.base[i, at]


def _backward(
    problem: Problem, h: History, informs: bool
) -> tuple[Policy, list[Floats], list[tuple[Floats, Floats]]]:
    tb, months = problem.table, problem.settings.months
    p, parties, combos = len(h.draw), len(problem.parties), tb.hazard.shape[2]
    facts = h.fact_of.shape[1]
    learning = bool(problem.war.learned)
    signs: list[Floats] = [np.zeros((p, combos))] * (months + 1)
    accepts: list[tuple[Floats, Floats]] = [(np.ones((p, parties)), np.zeros((p, parties)))] * (
        months + 1
    )
    fits: list[tuple[Fit, ...]] = [()] * (months + 1)
    shape = (p, parties, combos, facts)
    v_open, v_cool = np.zeros(shape), np.zeros(shape)
    y_open, y_cool = np.zeros(shape), np.zeros(shape)
    c = np.zeros((p, problem.rows))
    explained: list[float] = []
    pairs: list[tuple[Fit, Fit]] = []
    own = _own_meetings(problem, h, informs)
    text = np.full(p, -1, dtype=np.int64)  # next month's choice is likely this month's too
    refit = problem.settings.refit if months > SHORT else 1
    rechoose = problem.settings.rechoose if months > SHORT else 1
    for t in range(months, -1, -1):
        b, mu = h.types[t]
        v, lasts, hz, r, ends = h.prices[t]
        cost = costs(problem, h.z[t])
        if t == months:
            stationary(
                problem,
                h.draw,
                h.z[t],
                h.types[t],
                h.prices[t],
                h.hazard[t],
                h.facts[t],
                h.fact_of,
                cost,
                y_open,
                y_cool,
            )
        else:
            kernel.fight(
                tb,
                h.draw,
                h.fact_of,
                cost,
                h.hazard[t],
                ends,
                h.crossed[t],
                h.prices[t + 1][4],
                v_open,
                v_cool,
                y_open,
                y_cool,
            )
        if not pairs or learning or t % refit == 0:
            (pairs,) = regress(problem, h, t, [y_cool], own)
        both = tuple(average(*pair) for pair in pairs)
        fits[t] = both
        explained.append(float(np.mean([one.explained for one in both])))
        predicted(problem, h, t, pairs, both, c)
        if t == months and problem.horizon:
            c[:] = h.x[t].base.T
            v_open, v_cool = y_open.copy(), y_cool.copy()
            continue
        if learning:
            for i in range(problem.rows):
                s = int(problem.row_party[i])
                for combo in np.flatnonzero(tb.row_of[s] == i):
                    y_open[:, s, combo] = c[:, i, None]
                    y_cool[:, s, combo] = c[:, i, None]
        sign = np.zeros((p, combos))
        kappa = meeting_chance(problem, h.z[t], h.draw)
        if own and t < months:
            kappa = h.met[t].astype(float)
        accept, gap = np.zeros((p, parties)), np.zeros((p, parties))
        kernel.settle(
            tb,
            h.draw,
            v,
            lasts,
            hz,
            r,
            c,
            b,
            mu,
            kappa,
            h.z[t][:, problem.key["cooling"]],
            h.z[t][:, problem.key["recovery"]],
            y_open,
            y_cool,
            v_open,
            v_cool,
            sign,
            text,
            accept,
            gap,
            t % rechoose != 0,
        )
        signs[t] = sign
        accepts[t] = (accept, gap)
    start = np.zeros((problem.deals.draws, problem.rows))
    count = np.bincount(h.draw, minlength=problem.deals.draws)
    for i in range(problem.rows):
        start[:, i] = np.bincount(h.draw, weights=c[:, i], minlength=problem.deals.draws) / count
    report = {"explained": float(np.mean(explained)), "paths": p}
    return Policy(tuple(fits), start, report), signs, accepts
