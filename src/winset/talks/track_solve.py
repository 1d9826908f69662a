"""The value of fighting on where issues are negotiated on separate tracks: the backward pass of the
regression with one value, and one set of fits, for each set of closed tracks.

As in `lsmc`, with regimes (sets of closed tracks) as further states that differ in nothing but what
talks can still do: the war's path is the same, so all are valued on the same solver paths.

    C_u = E[ Y_u ],  Y_u = -c + d [ sum p W_u + (1 - sum p) V_u' ],  V_u from `track_kernel.settle`

Meetings of a path's own, by whose news games of often-meeting types are valued, are left out here:
what a failed session says depends on what has closed.
"""

from __future__ import annotations

import numpy as np

from winset.talks import kernel, track_kernel
from winset.talks.history import History
from winset.talks.lsmc import SHORT, Policy, predicted, regress
from winset.talks.meeting import costs, meeting_chance
from winset.talks.menu import Floats
from winset.talks.problem import Problem
from winset.talks.regression import Fit, average
from winset.talks.track_kernel import Tracked

__all__ = ["backward"]

#: damped steps to the stationary value at the horizon, as for the package
STEPS = 8


def backward(
    problem: Problem, h: History
) -> tuple[Policy, list[Floats], list[tuple[Floats, Floats]]]:
    """Solve back from the horizon. Returns the policy and, by month, the chance [P,T] that a
    session with nothing closed moves anything, and the public's mean acceptance and gaps there."""
    tracks = problem.tracks
    assert tracks is not None
    tk, tb, months = tracks.table, problem.table, problem.settings.months
    p, parties, combos = len(h.draw), len(problem.parties), tb.hazard.shape[2]
    many, learning = tracks.steps.regimes, bool(problem.war.learned)
    shape = (many, p, parties, combos, h.fact_of.shape[1])
    v_open, v_cool = np.zeros(shape), np.zeros(shape)
    y_open, y_cool = np.zeros(shape), np.zeros(shape)
    c = np.zeros((many, p, problem.rows))
    text = np.full((many, p), -1, dtype=np.int64)
    signs: list[Floats] = [np.zeros((p, combos))] * (months + 1)
    nobody = (np.ones((p, parties)), np.zeros((p, parties)))
    accepts: list[tuple[Floats, Floats]] = [nobody] * (months + 1)
    fits: list[tuple[tuple[Fit, ...], ...]] = [()] * (months + 1)
    explained: list[float] = []
    pairs: list[list[tuple[Fit, Fit]]] = []
    refit = problem.settings.refit if months > SHORT else 1
    rechoose = problem.settings.rechoose if months > SHORT else 1
    for t in range(months, -1, -1):
        cost = costs(problem, h.z[t])
        if t == months:
            _stationary(problem, tracks, h, cost, y_open, y_cool)
        else:
            for u in range(many):
                ends = _ends(tracks, problem, h, t, u, text[0])
                after = _ends(tracks, problem, h, t + 1, u, text[0])
                kernel.fight(
                    tb, h.draw, h.fact_of, cost, h.hazard[t], ends, h.crossed[t], after,
                    v_open[u], v_cool[u], y_open[u], y_cool[u],
                )  # fmt: skip
        if not pairs or learning or t % refit == 0:
            pairs = regress(problem, h, t, list(y_cool), False)
        both = tuple(tuple(average(*pair) for pair in one) for one in pairs)
        fits[t] = both
        explained.append(float(np.mean([fit.explained for one in both for fit in one])))
        for u in range(many):
            predicted(problem, h, t, pairs[u], both[u], c[u])
        if t == months and problem.horizon:
            c[:] = h.x[t].base.T
            v_open, v_cool = y_open.copy(), y_cool.copy()
            continue
        if learning:
            for i in range(problem.rows):
                s = int(problem.row_party[i])
                for combo in np.flatnonzero(tb.row_of[s] == i):
                    y_open[:, :, s, combo] = c[:, :, i, None]
                    y_cool[:, :, s, combo] = c[:, :, i, None]
        v, lasts, hz, r, _ = h.prices[t]
        yes, sign = np.zeros((many, p, combos)), np.zeros((p, combos))
        mean, gap = np.zeros((p, parties)), np.zeros((p, parties))
        b, mu = h.types[t]
        fixed = t % rechoose != 0
        track_kernel.choices(tk, tb, h.draw, v, lasts, hz, r, c, b, mu, text, yes, mean, gap, fixed)
        z = h.z[t]
        track_kernel.settle(
            tk, tb, h.draw, v, lasts, r, meeting_chance(problem, z, h.draw),
            z[:, problem.key["cooling"]], z[:, problem.key["recovery"]],
            text, yes, y_open, y_cool, v_open, v_cool, sign,
        )  # fmt: skip
        signs[t], accepts[t] = sign, (mean, gap)
    start = np.zeros((problem.deals.draws, problem.rows))
    count = np.bincount(h.draw, minlength=problem.deals.draws)
    for i in range(problem.rows):
        start[:, i] = np.bincount(h.draw, weights=c[0, :, i], minlength=len(count)) / count
    report = {"explained": float(np.mean(explained)), "paths": p}
    return Policy(tuple(one[0] for one in fits), start, report, tuple(fits)), signs, accepts


def _ends(
    tracks: Tracked, problem: Problem, h: History, t: int, u: int, kept: np.ndarray
) -> Floats:
    """[P,E,R] what endings are worth in a month with regime u closed on the kept texts [P]."""
    ends: Floats = h.prices[t][4]
    if u == 0 or not tracks.kept:
        return ends
    moved = ends.copy()
    flat = np.where(kept >= 0, problem.table.kept[h.draw, np.maximum(kept, 0)], -1)
    regime = np.full(len(h.draw), u, dtype=np.int64)
    track_kernel.endings(tracks.table, problem.table, h.draw, h.z[t], regime, flat, moved)
    return moved


def _stationary(
    problem: Problem, tracks: Tracked, h: History, cost: Floats, y_open: Floats, y_cool: Floats
) -> None:
    """As `horizon.stationary`, in every regime: a month's talks lead from regime u to others with
    chances q, so that C_u = (-c + d [sum p W_u + (1 - sum p) sum q C_to]) / (1 - d (1 - sum p)
    q_stay), all closed counting as the settlement."""
    tb, tk, t = problem.table, tracks.table, problem.settings.months
    if problem.horizon:
        for s, party in enumerate(problem.parties):
            y_open[:, :, s] = h.z[t][:, problem.key[f"horizon|{party}"], None, None]
        y_cool[:] = y_open
        return
    z, (b, mu), (v, lasts, hz, r, ends) = h.z[t], h.types[t], h.prices[t]
    hazard = np.take_along_axis(h.hazard[t], h.fact_of[:, :, None], axis=1)  # [P,F,E]
    alive = 1.0 - hazard.sum(axis=2)
    kappa = meeting_chance(problem, z, h.draw)
    cool, heal = z[:, problem.key["cooling"]], z[:, problem.key["recovery"]]
    share = heal / np.maximum(heal + kappa, 1e-9)
    rate = kappa * (share + (1.0 - share) * cool)
    many, p, parties, combos, _ = y_open.shape
    d, at = tb.discount[h.draw], np.arange(p)
    lost = np.einsum("pfe,per->pfr", hazard, ends[:, :-1])
    for s in range(parties):
        for k in range(combos):
            i = tb.row_of[s, k]
            gap = np.maximum(1.0 - d[:, s, None] * alive, 1e-4)
            value = (-cost[:, i, None] + d[:, s, None] * lost[:, :, i]) / gap
            y_open[:, :, s, k] = np.clip(value, -3, 3)
    text = np.full((many, p), -1, dtype=np.int64)
    c, yes = np.zeros((many, p, problem.rows)), np.zeros((many, p, combos))
    mean, gaps = np.zeros((p, parties)), np.zeros((p, parties))
    losses = [lost] * many
    for step in range(STEPS):
        for i in range(problem.rows):
            s = int(problem.row_party[i])
            mine = b[:, i] * (tb.row_of[s] == i)
            c[:, :, i] = np.einsum("pt,uptf,pf->up", mine, y_open[:, :, s], h.facts[t][s])
        track_kernel.choices(
            tk, tb, h.draw, v, lasts, hz, r, c, b, mu, text, yes, mean, gaps, False
        )
        if step == 0 and tracks.kept:
            held = [_ends(tracks, problem, h, t, u, text[0]) for u in range(many)]
            losses = [np.einsum("pfe,per->pfr", hazard, e[:, :-1]) for e in held]
        for u in range(many - 1, -1, -1):
            chosen = np.maximum(text[u], 0)
            n = tb.kept[h.draw, chosen]
            truce = (n == tb.armistice) & (text[u] >= 0)
            passing = np.where(text[u] >= 0, r[at, chosen], 0.0)
            for k in range(combos):
                done, moves = _moves(tracks, u, yes[u, :, k], tk.factor[h.draw, u], truce)
                sealed = rate * done * passing
                for s in range(parties):
                    i = tb.row_of[s, k]
                    own = y_open[u, :, s, k]
                    last = lasts[at, chosen, k, s][:, None]
                    worth = (
                        last * v[at, chosen, i][:, None]
                        + (1 - last) * (own + tb.shift[h.draw, n, s][:, None])
                        - tb.penalty[h.draw, n, i][:, None]
                    )
                    onward = sealed[:, None] * worth
                    leaves = sealed.copy()
                    for to, chance in moves:
                        onward = onward + (rate * chance)[:, None] * y_open[to, :, s, k]
                        leaves = leaves + rate * chance
                    stay = d[:, s, None] * alive
                    below = np.maximum(1.0 - stay * (1.0 - leaves[:, None]), 1e-4)
                    new = (
                        -cost[:, i, None] + d[:, s, None] * losses[u][:, :, i] + stay * onward
                    ) / below
                    y_open[u, :, s, k] = np.clip(0.5 * own + 0.5 * new, -3, 3)
    y_cool[:] = y_open


def _moves(
    tracks: Tracked, u: int, yes: Floats, factor: Floats, truce: np.ndarray
) -> tuple[Floats, list[tuple[int, Floats]]]:
    """Chances [P] that a session closes all that is open (or an armistice is accepted), and of
    every other step: (regime, chance)."""
    found = tracks.steps
    p = factor * yes / (1.0 - yes + factor * yes)
    done, moves = np.zeros(len(yes)), []
    for x in range(int(found.first[u]), int(found.first[u + 1])):
        left = int(found.tries[u] - found.count[x])
        chance = p ** int(found.count[x]) * (1.0 - p) ** left
        if found.to[x] < 0:
            done = done + chance
        else:
            moves.append((int(found.to[x]), np.where(truce, 0.0, chance)))
    return np.where(truce, yes, done), moves
