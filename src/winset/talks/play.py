"""Forward play: every path month by month, talks first, then the war, under the solved values of fighting on."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from winset.talks import kernel
from winset.talks.beliefs import Beliefs
from winset.talks.features import features, learned_means
from winset.talks.lsmc import Policy
from winset.talks.meeting import costs, meeting_chance
from winset.talks.luck import lattice, uniform
from winset.talks.packages import Floats
from winset.talks.problem import Problem
from winset.talks.walk import Walk, heard

WAR, ARMISTICE, PEACE, ENDED, AGAIN = range(5)


@dataclass
class Run:
    """What happened, per path [P] (row order: draw, then path)."""

    draw: np.ndarray
    path: np.ndarray
    truth: np.ndarray  # type combination
    fact: np.ndarray  # hidden combination
    status: np.ndarray
    signed_at: np.ndarray  # month, -1
    ceased_at: np.ndarray  # month of the first ceasefire of any kind, -1
    text: np.ndarray
    outcome: np.ndarray  # -1 none
    ended_at: np.ndarray
    lasting: Floats  # chance that the signed deal holds its window
    worse: np.ndarray  # signed on a text worse than fighting on for a signatory
    value: Floats  # [P,S]
    fought: Floats  # months of war
    overlap: Floats  # [P] NaN; start overlap judged once
    state: Floats
    z: Floats
    course: dict[str, list[Floats]] = field(default_factory=dict)
    blocked: Floats = field(default_factory=lambda: np.zeros(0))
    short: Floats = field(default_factory=lambda: np.zeros(0))
    met: int = 0
    exposed: int = 0
    ceased_early: int = 0
    exposed_early: int = 0
    lever_use: Floats = field(default_factory=lambda: np.zeros(0))


QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


def play(
    problem: Problem,
    policy: Policy,
    watch: int | None = None,
    log: list[dict[str, object]] | None = None,
) -> Run:
    """Play all paths. `watch`: position of a path whose months are written to `log`."""
    setting = problem.settings
    draws = problem.deals.draws
    draw, path = (a.ravel() for a in np.indices((draws, setting.paths)))
    count = len(draw)
    parties, rows = len(problem.parties), problem.rows
    truth = _assign(problem, "types", draw, path)
    fact = _assign(problem, "hidden", draw, path)
    hyp = problem.hidden.columns[fact].copy()
    walk = Walk.start(problem, draw, path, hyp)
    beliefs = Beliefs.start(problem, draw)
    run = Run(
        draw,
        path,
        truth,
        fact,
        np.full(count, WAR),
        np.full(count, -1),
        np.full(count, -1),
        np.full(count, -1),
        np.full(count, -1),
        np.full(count, -1),
        np.zeros(count),
        np.zeros(count, dtype=bool),
        np.zeros((count, parties)),
        np.zeros(count),
        np.full(count, np.nan),
        walk.state,
        walk.z,
        {name: [] for name in problem.scenario.spec.course},
        np.zeros(parties + 1),
        np.zeros(parties),
    )
    again_at = np.full(count, np.iinfo(np.int64).max)
    cooling = np.zeros(count, dtype=bool)
    gap, refused = np.zeros((count, parties)), np.zeros((count, parties))
    tally = np.zeros((count, len(problem.war.learned), 2))
    factor = np.ones((count, parties))
    true_row = problem.table.row_of[:, truth].T  # [P,S]
    informs = setting.refusals_inform
    if informs is None:
        informs = problem.scenario.spec.talks.refusals_inform
    c = np.zeros((count, rows))
    discount = problem.table.discount[draw]
    for t in range(setting.months):
        fighting = (run.status == WAR) | (run.status == AGAIN)
        talking = (run.status == WAR) | (run.status == ARMISTICE)
        inputs = beliefs.inputs(gap, refused)
        walk.month = t
        walk.read(inputs, run.status == WAR)
        _watch(problem, run, walk.z)
        if not (talking.any() or fighting.any() or (run.status == PEACE).any()):
            _fill_course(run, setting.months - t)
            break
        hazard = walk.hazards(inputs)
        b, mu = beliefs.of_types()
        hidden = beliefs.of_hidden()
        x, base = features(
            problem, draw, walk.z, hazard, b, hidden, learned_means(problem, draw, tally)
        )
        for i in range(rows):
            c[:, i] = policy.fits[t][i].predict(x[i], draw) + base[:, i]
        cost = costs(problem, walk.z)
        own_cost = np.take_along_axis(cost, true_row, axis=1)
        if t == 0:
            run.overlap = _overlap(problem, draw, walk.z, c, b, truth)
        met = _meets(problem, walk, draw, path, t, cooling, run.status) & talking
        sealed, who = np.zeros(count, dtype=np.int64), np.flatnonzero(met)
        out = _session(
            problem, draw, path, t, walk.z, who, c, b, mu, truth, run.status == ARMISTICE
        )
        sealed[who] = out["sealed"][who]
        run.exposed += int(talking.sum())
        run.met += len(who)
        if t < 12:
            run.exposed_early += int((run.status == WAR).sum())
            run.ceased_early += int(((sealed > 0) & (run.status == WAR)).sum())
        if log is not None and watch is not None:
            _note(problem, log, t, watch, run, walk, hidden, b, mu, c, true_row, met, out)
        _sign(problem, run, sealed, out, c, true_row, factor, t, again_at)
        failed = met & (sealed == 0)
        unsigned = np.flatnonzero(failed)
        np.add.at(run.blocked, out["tally"][unsigned], 1.0)
        run.short += out["short"][unsigned].sum(axis=0)
        if informs:
            beliefs.failed(failed, out["signs"])
        refused = np.where(failed[:, None], out["refused"], refused)
        gap = np.where(met[:, None], -out["gain"], gap)
        healed = uniform(setting.seed, "heal", draw, path, t) < walk.z[:, problem.key["recovery"]]
        cooling = np.where(failed, True, cooling & ~healed)
        live = (run.status == WAR) | (run.status == AGAIN)
        share = np.zeros(count)
        if problem.scenario.spec.ceasefire is not None:
            share = walk.z[:, problem.key["ceasefire.war_cost"]]
        paying = np.where(live, 1.0, np.where(run.status == ARMISTICE, share, 0.0))
        counts = run.signed_at < 0
        run.value -= own_cost * factor * (paying * counts)[:, None]
        run.fought += live
        beliefs.survived(np.where((live)[:, None, None], hazard, 0.0))
        z_before = walk.z
        ended, fired, signal = walk.step(inputs, live, True)
        heard(beliefs, z_before, signal, live, None)
        for n in range(len(problem.war.learned)):
            tally[:, n, 0] += live & (fired[:, n] > 0)
            tally[:, n, 1] += live & (fired[:, n] == 0)
        factor = np.where(counts[:, None], factor * discount, factor)
        _end(problem, run, np.where(live, ended, -1), z_before, factor, true_row, t)
        _armistice_breaks(problem, run, walk.z, draw, path, t)
        run.status[(run.status == PEACE) & (again_at <= t + 1)] = AGAIN
    _close(problem, run, walk, policy, c, factor, true_row)
    return run


def _assign(problem: Problem, kind: str, draw: np.ndarray, path: np.ndarray) -> np.ndarray:
    """True combination of each path, stratified, from the world's prior; one even stream per hypothesis."""
    known = problem.facts
    if kind == "types":
        own = [h for h, o in enumerate(known.owner) if o is not None]
        index = np.stack([known.type_index(p) for p in problem.parties], axis=1)
        keys, back = np.unique(index, axis=0, return_inverse=True)
        label = back.ravel()
        prior, size = problem.priors.world_types, len(keys)
    else:
        own = list(known.hidden())
        label = known.hidden_index()
        prior, size = problem.priors.world_hidden, int(label.max()) + 1 if len(label) else 1
    chosen = np.zeros(len(draw), dtype=np.int64)
    if not own:
        return chosen
    possible = np.ones((len(draw), size), dtype=bool)
    for h in own:
        values = len(known.values[h])
        value_of = np.zeros(size, dtype=np.int64)
        value_of[label] = known.combos[:, h]
        mass = np.stack(
            [
                np.where(possible & (value_of == v), prior[draw], 0.0).sum(axis=1)
                for v in range(values)
            ],
            axis=1,
        )
        mass /= np.maximum(mass.sum(axis=1, keepdims=True), 1e-300)
        u = lattice(problem.settings.seed, f"fact|{known.ids[h]}", h, draw, path)
        picked = (u[:, None] >= np.cumsum(mass, axis=1)[:, :-1]).sum(axis=1)
        possible &= value_of[None, :] == picked[:, None]
    return np.asarray(possible.argmax(axis=1))


def _meets(
    problem: Problem,
    walk: Walk,
    draw: np.ndarray,
    path: np.ndarray,
    t: int,
    cooling: np.ndarray,
    status: np.ndarray,
) -> np.ndarray:
    chance = meeting_chance(problem, walk.z, draw)
    if problem.scenario.spec.ceasefire is not None:
        under = np.clip(walk.z[:, problem.key["ceasefire.meeting"]], 0, 1)
        chance = np.where(status == ARMISTICE, under, chance)
    chance = chance * np.where(cooling, walk.z[:, problem.key["cooling"]], 1.0)
    met: np.ndarray = uniform(problem.settings.seed, "meeting", draw, path, t) < chance
    return met


def _session(
    problem: Problem,
    draw: np.ndarray,
    path: np.ndarray,
    t: int,
    z: Floats,
    who: np.ndarray,
    c: Floats,
    b: Floats,
    mu: Floats,
    truth: np.ndarray,
    under: np.ndarray,
) -> dict[str, np.ndarray]:
    count, parties, combos = len(draw), len(problem.parties), mu.shape[1]
    names = [*(f"accept|{p}" for p in problem.parties), "ratify"]
    luck = np.stack([uniform(problem.settings.seed, n, draw, path, t) for n in names], axis=1)
    out = {
        "text": np.full(count, -1, dtype=np.int64),
        "sealed": np.zeros(count, dtype=np.int64),
        "signs": np.zeros((count, combos)),
        "accept": np.zeros((count, parties)),
        "gain": np.zeros((count, parties)),
        "refused": np.zeros((count, parties)),
        "ratified": np.zeros(count),
        "held": np.zeros((count, parties)),
        "value": np.zeros((count, parties)),
        "hazard": np.zeros(count),
        "short": np.zeros((count, parties)),
        "tally": np.full(count, parties, dtype=np.int64),
    }
    kernel.meet(
        problem.table,
        draw,
        z,
        who,
        c,
        b,
        mu,
        truth,
        under,
        luck,
        out["text"],
        out["sealed"],
        out["signs"],
        out["accept"],
        out["gain"],
        out["refused"],
        out["ratified"],
        out["held"],
        out["value"],
        out["hazard"],
        out["short"],
        out["tally"],
    )
    return out


def _sign(
    problem: Problem,
    run: Run,
    sealed: np.ndarray,
    out: dict[str, np.ndarray],
    c: Floats,
    true_row: np.ndarray,
    factor: Floats,
    t: int,
    again_at: np.ndarray,
) -> None:
    new = sealed == 1
    truce = sealed == 2
    stopped = (new | truce) & (run.ceased_at < 0)
    run.ceased_at[stopped] = t
    run.status[truce] = ARMISTICE
    if not new.any():
        return
    run.signed_at[new] = t
    run.text[new] = out["text"][new]
    run.status[new] = PEACE
    run.worse[new] = (out["gain"][new] < 0).any(axis=1)
    window = problem.table.window
    h = out["hazard"]
    run.lasting[new] = (1.0 - h[new]) ** window
    own = np.take_along_axis(c, true_row, axis=1)
    n = np.maximum(out["text"], 0)
    parties = len(problem.parties)
    for s in range(parties):
        shift = problem.table.shift[run.draw, n, s]
        penalty = problem.table.penalty[run.draw, n, true_row[:, s]]
        worth = (
            out["held"][:, s] * out["value"][:, s]
            + (1 - out["held"][:, s]) * (own[:, s] + shift)
            - penalty
        )
        run.value[new, s] += (factor[:, s] * worth)[new]
    u = uniform(problem.settings.seed, "breaks", run.draw, run.path, 0)
    rate = -np.log1p(-np.clip(h, 0.0, 1 - 1e-12))
    wait = np.ceil(-np.log(u) / np.maximum(rate, 1e-12))
    broken = new & (wait <= window)
    again_at[broken] = (t + wait[broken]).astype(np.int64)


def _end(
    problem: Problem,
    run: Run,
    ended: np.ndarray,
    z: Floats,
    factor: Floats,
    true_row: np.ndarray,
    t: int,
) -> None:
    who = np.flatnonzero(ended >= 0)
    if not len(who):
        return
    first = who[run.signed_at[who] < 0]
    run.status[who] = ENDED
    run.ended_at[who] = t
    run.outcome[who] = ended[who]
    worth = np.zeros((len(run.draw), problem.rows))
    kernel.ending(problem.table, run.draw, z, first, ended.astype(np.int64), worth)
    own = np.take_along_axis(worth, true_row, axis=1)
    run.value[first] += factor[first] * own[first]


def _armistice_breaks(
    problem: Problem, run: Run, z: Floats, draw: np.ndarray, path: np.ndarray, t: int
) -> None:
    if problem.scenario.spec.ceasefire is None:
        return
    h = np.clip(z[:, problem.key["ceasefire.hazard"]], 0, 1)
    broke = (run.status == ARMISTICE) & (uniform(problem.settings.seed, "truce", draw, path, t) < h)
    run.status[broke] = WAR


def _close(
    problem: Problem,
    run: Run,
    walk: Walk,
    policy: Policy,
    c: Floats,
    factor: Floats,
    true_row: np.ndarray,
) -> None:
    """Value of paths still unsettled at the horizon: the stated one, or what fighting on was last worth."""
    walk.month = problem.settings.months
    inputs = np.zeros((len(run.draw), len(problem.war.inputs)))
    problem.war.read(
        walk.state, problem.params, run.draw, walk.target, walk.hyp, inputs, walk.month, walk.z
    )
    _watch(problem, run, walk.z)
    left = (run.signed_at < 0) & (run.outcome < 0)
    own = np.take_along_axis(c, true_row, axis=1)
    for s, party in enumerate(problem.parties):
        worth = walk.z[:, problem.key[f"horizon|{party}"]] if problem.horizon else own[:, s]
        run.value[left, s] += (factor[:, s] * worth)[left]
    run.state, run.z = walk.state, walk.z


def _overlap(
    problem: Problem, draw: np.ndarray, z: Floats, c: Floats, b: Floats, truth: np.ndarray
) -> Floats:
    """[P] 1 where some text is at least as good as fighting on for every signatory's true type and ratified more likely
    than not."""
    tb = problem.table
    rows, parties, kept = problem.rows, len(problem.parties), tb.kept.shape[1]
    # the start is the same on all paths of a draw and type: judge one path of each
    code = draw * tb.row_of.shape[1] + truth
    _, first, back = np.unique(code, return_index=True, return_inverse=True)
    count, combos = len(first), tb.hazard.shape[2]
    v, lasts = np.zeros((count, kept, rows)), np.zeros((count, kept, combos, parties))
    hz, r = np.zeros((count, kept, combos)), np.zeros((count, kept))
    ends = np.zeros((count, tb.imposed.shape[0], rows))
    kernel.price(tb, draw[first], z[first], np.ones(count, dtype=bool), v, lasts, hz, r, ends)
    found = np.zeros(count)
    for j, p in enumerate(first):
        d = draw[p]
        for k in range(kept):
            if tb.kept[d, k] == tb.armistice or r[j, k] < 0.5:
                continue
            good = True
            for s in range(parties):
                i = int(tb.row_of[s, truth[p]])
                gain = kernel.gain_of(tb, d, k, i, v[j], lasts[j], c[p], b[p])
                if gain < 0 or tb.veto[d, tb.kept[d, k], i]:
                    good = False
                    break
            if good:
                found[j] = 1.0
                break
    return np.asarray(found[back.ravel()])


def _watch(problem: Problem, run: Run, z: Floats) -> None:
    for name in run.course:
        run.course[name].append(np.quantile(z[:, problem.key[f"watch|{name}"]], QUANTILES))


def _fill_course(run: Run, months: int) -> None:
    for values in run.course.values():
        values.extend([values[-1]] * (months - 1))


def _note(
    problem: Problem,
    log: list[dict[str, object]],
    t: int,
    p: int,
    run: Run,
    walk: Walk,
    hidden: Floats,
    b: Floats,
    mu: Floats,
    c: Floats,
    true_row: np.ndarray,
    met: np.ndarray,
    out: dict[str, np.ndarray],
) -> None:
    log.append(
        {
            "month": t,
            "status": int(run.status[p]),
            "met": bool(met[p]),
            "text": int(out["text"][p]),
            "state": walk.state[p].copy(),
            "target": walk.target[p].copy(),
            "z": walk.z[p].copy(),
            "hidden": hidden[:, p].copy(),
            "types": mu[p].copy(),
            "fighting_on": {s: float(c[p, true_row[p, k]]) for k, s in enumerate(problem.parties)},
            "gain": out["gain"][p].copy(),
            "accept": out["accept"][p].copy(),
            "refused": out["refused"][p].copy(),
            "ratified": float(out["ratified"][p]),
            "sealed": int(out["sealed"][p]),
        }
    )
