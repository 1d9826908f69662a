"""The value of fighting on by least-squares Monte Carlo (Longstaff and Schwartz 2001) carried over
to bargaining.

One set of solver paths per cell: draws x base paths x the dynamic hidden facts, crossed, with
common luck. Types and
hidden facts that move only the chances of ending are not sampled but carried side by side on every
path. Ending events
are never sampled: Y = -c + d [sum p W + (1 - sum p) V']. A holder's C is its posterior mean of Y
regressed on features;
paths of another hidden fact count by prior x likelihood. At the horizon the war goes on for ever
with the last month's
rates and signing chance (a fixed point), unless the scenario states a value.

Rounds: beliefs about types move with failed meetings, whose chances need C: solve, replay, solve
again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from winset.talks import kernel, pricing
from winset.talks.beliefs import Beliefs
from winset.talks.features import Features, features, learned_means
from winset.talks.horizon import stationary
from winset.talks.luck import uniform
from winset.talks.meeting import costs, meeting_chance
from winset.talks.menu import Floats
from winset.talks.problem import Problem
from winset.talks.regression import Fit, average, fit
from winset.talks.walk import Walk, heard

LEARNING = 2048
RULE_ROUNDS = 3
FIRST_PATH = 1 << 20  # solver paths have luck of their own


@dataclass
class History:
    """What happened on the solver paths. T+1 months, P paths; `live` false after a threshold ended
    the path."""

    draw: np.ndarray
    half: np.ndarray
    way: np.ndarray
    fact_of: np.ndarray  # [P,F] hidden combinations carried on this path
    z: list[Floats] = field(default_factory=list)
    x: list[Features] = field(default_factory=list)
    hazard: list[Floats] = field(default_factory=list)
    crossed: list[np.ndarray] = field(default_factory=list)
    live: list[np.ndarray] = field(default_factory=list)
    types: list[tuple[Floats, Floats]] = field(default_factory=list)
    weight: list[Floats] = field(default_factory=list)  # [S,P]
    facts: list[Floats] = field(default_factory=list)  # [S,P,F] belief over the facts carried
    # [S,P] predictive over sampled chance of the month's events; [S] their surprises [P,learned]
    ratio: list[Floats] = field(default_factory=list)
    noise: list[list[Floats | None]] = field(default_factory=list)
    prices: list[tuple[Floats, ...]] = field(default_factory=list)
    levers: list[Floats] = field(default_factory=list)  # [L] mean set level per month


@dataclass(frozen=True)
class Policy:
    """The solved values: per month and row the fit used in forward play; start [D,R] values of
    fighting on at the start
    (averaged over the paths of a draw); diagnostics."""

    fits: tuple[tuple[Fit, ...], ...]
    start: Floats
    report: dict[str, Any]


def solve(problem: Problem) -> Policy:
    """Solve one cell."""
    enough = problem.settings.enough
    if problem.war.learned:  # small problems whose luck is a few events: more paths cost little
        enough = max(enough, LEARNING)
    base_paths = max(
        problem.settings.solver_paths,
        -(-enough // (problem.deals.draws * problem.hidden.ways)),
    )
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
    rounds = max(rounds, RULE_ROUNDS) if rules else rounds
    before: Floats | None = None
    shifted = 0.0
    for _ in range(rounds):
        history = _simulate(
            problem, base_paths, signs, accepts, informs, history if not again else None
        )
        policy, new_signs, new_accepts = _backward(problem, history)
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
            policy.report["note"] = (
                f"{problem.strategy} under {problem.worldview}: lever use still moved by "
                f"{shifted:.3f} in the last round of rules"
            )
    return policy


def _simulate(
    problem: Problem,
    base_paths: int,
    signs: list[Floats] | None,
    accepts: list[tuple[Floats, Floats]] | None,
    informs: bool,
    old: History | None,
) -> History:
    """Play the solver paths forward without endings. With `old`, states and prices are reused;
    only beliefs move."""
    draws, ways = problem.deals.draws, problem.hidden.ways
    shape = (draws, base_paths, ways)
    draw, base, way = (a.ravel() for a in np.indices(shape))
    path = FIRST_PATH + base
    firsts = [int(np.flatnonzero(problem.hidden.path_of == w)[0]) for w in range(ways)]
    carried = np.array([np.flatnonzero(problem.hidden.path_of == w) for w in range(ways)])
    history = History(draw, base % 2, way, carried[way])
    walk = Walk.start(problem, draw, path, problem.hidden.columns[firsts][way])
    beliefs = Beliefs.start(problem, draw)
    live = np.ones(len(draw), dtype=bool)
    priced = live  # a path that a threshold ended is priced once more: its ending has a value
    cooling = np.zeros(len(draw), dtype=bool)
    parties = len(problem.parties)
    gap, refused = np.zeros((len(draw), parties)), np.zeros((len(draw), parties))
    tally = np.zeros((len(draw), len(problem.war.learned), 2))
    months = problem.settings.months
    thresholds = any(o.when is not None for o in problem.scenario.spec.outcomes.values())
    refresh = 1 if thresholds else problem.settings.refresh
    latest: tuple[Floats, ...] = ()
    for t in range(months + 1):
        inputs = beliefs.inputs(gap, refused)
        if old is None:
            walk.read(inputs, live)
            history.z.append(walk.z.copy())
            history.levers.append(walk.target.mean(axis=0))
            history.hazard.append(walk.hazards(inputs))
            if t % refresh == 0 or t == months:
                latest = _price(problem, draw, walk.z, priced)
            history.prices.append(latest)
        else:
            history.z.append(old.z[t])
            history.hazard.append(old.hazard[t])
            history.prices.append(old.prices[t])
            live = old.live[t]
        z = history.z[t]
        history.live.append(live.copy())
        b, mu = beliefs.of_types()
        history.types.append((b, mu))
        hidden = beliefs.of_hidden()
        _weigh(problem, history, beliefs, hidden)
        means = learned_means(problem, draw, tally)
        history.x.append(features(problem, draw, z, history.hazard[t], b, hidden, means))
        if t == months:
            history.crossed.append(np.full(len(draw), -1, dtype=np.int64))
            history.ratio.append(np.ones((parties, len(draw))))
            history.noise.append([None] * parties)
            break
        met = _meet(problem, z, draw, path, t, cooling)
        if signs is not None and informs:
            beliefs.failed(np.flatnonzero(met), signs[t][met])
        if accepts is not None:
            gap = accepts[t][1]
            refused = _refused(problem, accepts[t][0], met, refused, draw, path, t)
        healed = (
            uniform(problem.settings.seed, "heal", draw, path, t) < z[:, problem.key["recovery"]]
        )
        cooling = np.where(met, True, cooling & ~healed)
        beliefs.survived(history.hazard[t], live)
        if old is None:
            ended, fired, signal = walk.step(inputs, live, False)
            heard(beliefs, z, signal, live, None)
            ratio, surprise = _ratio(problem, z, draw, tally, fired)
            history.ratio.append(ratio)
            history.noise.append(surprise)
            history.crossed.append(np.where(live, ended, -1).astype(np.int64))
            priced, live = live, live & (ended < 0)
        else:
            history.ratio.append(old.ratio[t])
            history.noise.append(old.noise[t])
            history.crossed.append(old.crossed[t])
    return history


def _price(problem: Problem, draw: np.ndarray, z: Floats, live: np.ndarray) -> tuple[Floats, ...]:
    tb = problem.table
    p, k = len(draw), tb.kept.shape[1]
    rows, combos, parties = problem.rows, tb.hazard.shape[2], tb.discount.shape[1]
    v = np.zeros((p, k, rows), dtype=np.float32)
    lasts = np.zeros((p, k, combos, parties), dtype=np.float32)
    hz, r = np.zeros((p, k, combos), dtype=np.float32), np.zeros((p, k), dtype=np.float32)
    ends = np.zeros((p, tb.imposed.shape[0], rows))
    pricing.price(tb, draw, z, live, v, lasts, hz, r, ends)
    return v, lasts, hz, r, ends


def _weigh(problem: Problem, history: History, beliefs: Beliefs, hidden: Floats) -> None:
    """Weights of paths in each signatory's regression, and its belief over the facts each path
    carries."""
    rows = np.arange(len(history.draw))[:, None]
    carried = hidden[:-1][:, rows, history.fact_of]  # [S,P,F]
    mass = carried.sum(axis=2)
    history.weight.append(np.where(history.live[-1], mass, 0.0))
    history.facts.append(carried / np.maximum(mass, 1e-300)[..., None])


def _meet(
    problem: Problem, z: Floats, draw: np.ndarray, path: np.ndarray, month: int, cooling: np.ndarray
) -> np.ndarray:
    chance = meeting_chance(problem, z, draw)
    factor = np.where(cooling, z[:, problem.key["cooling"]], 1.0)
    met: np.ndarray = uniform(problem.settings.seed, "meeting", draw, path, month) < chance * factor
    return met


def _refused(
    problem: Problem,
    accept: Floats,
    met: np.ndarray,
    refused: Floats,
    draw: np.ndarray,
    path: np.ndarray,
    t: int,
) -> Floats:
    """Who refused at a meeting that failed, drawn conditional on not signing."""
    out = np.zeros_like(refused)
    for s, party in enumerate(problem.parties):
        u = uniform(problem.settings.seed, f"refuse|{party}", draw, path, t)
        out[:, s] = u > accept[:, s]
    none = out.sum(axis=1) == 0
    worst = accept.argmin(axis=1)
    out[none, worst[none]] = 1.0
    return np.where(met[:, None], out, refused)


def _ratio(
    problem: Problem, z: Floats, draw: np.ndarray, tally: Floats, fired: np.ndarray
) -> tuple[Floats, list[Floats | None]]:
    """[S,P] each signatory's predictive chance of the month's learned events over the chance they
    were drawn with; and per signatory the surprises (fired - predicted) [P,learned]."""
    means = learned_means(problem, draw, tally)
    out = np.ones((len(problem.parties), len(draw)))
    surprise: list[list[Floats]] = [[] for _ in problem.parties]
    for n, name in enumerate(problem.war.learned):
        chance = np.clip(z[:, problem.key[f"learn|{name}"]], 1e-12, 1 - 1e-12)
        yes = fired[:, n] > 0
        for s in range(len(problem.parties)):
            mean = means[s][n]
            if mean is not None:
                out[s] *= np.where(yes, mean / chance, (1 - mean) / (1 - chance))
                surprise[s].append(yes - mean)
        tally[:, n, 0] += yes
        tally[:, n, 1] += ~yes
    return out, [np.stack(x, axis=1) if x else None for x in surprise]


def _controls(surprise: Floats | None, x: Floats) -> Floats | None:
    """Surprises and their products with the features: what the month's luck can have done."""
    if surprise is None:
        return None
    wide = np.concatenate([np.ones((1, x.shape[1])), x])
    return np.concatenate([surprise[:, n] * wide for n in range(surprise.shape[1])])


def _backward(
    problem: Problem, h: History
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
        fitted: list[Fit] = []
        for i in range(problem.rows):
            s = int(problem.row_party[i])
            mine = tb.row_of[s] == i
            y = np.einsum("pt,ptf,pf->p", b[:, i] * mine, y_cool[:, s], h.facts[t][s])
            weight = h.weight[t][s] * h.ratio[t][s]
            y = y - h.x[t].base[i]
            x = h.x[t].of(i)
            noise = _controls(h.noise[t][s], x)
            halves = []
            for k in (0, 1) if problem.settings.cross_fit else (2,):
                at = h.half == k if k < 2 else np.ones(p, dtype=bool)
                extra = None if noise is None else noise[:, at]
                halves.append(
                    fit(x[:, at], y[at], weight[at], h.draw[at], problem.deals.draws, extra)
                )
            halves = halves * 2 if len(halves) == 1 else halves
            both = average(halves[0], halves[1])
            fitted.append(both)
            for k in (0, 1):
                at = h.half == k
                other = halves[1 - k] if not learning else both
                guess = other.predict(h.x[t].common[:, at], h.x[t].own[i][:, at], h.draw[at])
                c[at, i] = guess + h.x[t].base[i, at]
            explained.append(both.explained)
        fits[t] = tuple(fitted)
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
        sign, text = np.zeros((p, combos)), np.zeros(p, dtype=np.int64)
        kappa = meeting_chance(problem, h.z[t], h.draw)
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
        )
        signs[t] = sign
        accepts[t] = (accept, gap)
    start = np.zeros((problem.deals.draws, problem.rows))
    count = np.bincount(h.draw, minlength=problem.deals.draws)
    for i in range(problem.rows):
        start[:, i] = np.bincount(h.draw, weights=c[:, i], minlength=problem.deals.draws) / count
    report = {"explained": float(np.mean(explained)), "paths": p}
    return Policy(tuple(fits), start, report), signs, accepts
