"""The solver paths, month by month: states, features, prices of texts, beliefs and weights."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from winset.scenario.expr import Name
from winset.talks import pricing
from winset.talks.beliefs import Beliefs
from winset.talks.features import Features, features, learned_means
from winset.talks.luck import uniform
from winset.talks.meeting import meeting_chance
from winset.talks.menu import Floats
from winset.talks.problem import Problem
from winset.talks.terms import type_combos
from winset.talks.walk import Walk, heard, true_columns

FIRST_PATH = 1 << 20  # solver paths have luck of their own


@dataclass
class History:
    """What happened on the solver paths. T+1 months, P paths; `live` false after a threshold ended
    the path."""

    draw: np.ndarray
    half: np.ndarray
    way: np.ndarray
    fact_of: np.ndarray  # [P,F] hidden combinations carried on this path
    type_of: np.ndarray  # [P,T] whether a type combination is carried on this path
    signal: list[np.ndarray] = field(default_factory=list)  # [P,signals] seen that month
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
    met: list[np.ndarray] = field(default_factory=list)  # [P] whether talks met that month


def simulate(
    problem: Problem,
    base_paths: int,
    signs: list[Floats] | None,
    accepts: list[tuple[Floats, Floats]] | None,
    informs: bool,
    old: History | None,
) -> History:
    """Play the solver paths forward without endings. With `old`, states and prices are reused; only
    beliefs move."""
    draws, ways = problem.deals.draws, problem.hidden.ways
    told = told_types(problem)
    shape = (draws, base_paths, ways, int(told.max()) + 1)
    draw, base, way, kind = (a.ravel() for a in np.indices(shape))
    path = FIRST_PATH + base
    firsts = [int(np.flatnonzero(problem.hidden.path_of == w)[0]) for w in range(ways)]
    carried = np.array([np.flatnonzero(problem.hidden.path_of == w) for w in range(ways)])
    history = History(draw, base % 2, way, carried[way], told[None] == kind[:, None])
    hyp = true_columns(problem, history.type_of.argmax(axis=1), np.array(firsts)[way])
    walk = Walk.start(problem, draw, path, hyp, _proposal(problem))
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
        history.met.append(met)
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
            history.signal.append(_as_believed(problem, walk, z, signal, t))
            ratio, surprise = _ratio(problem, z, draw, tally, fired)
            history.ratio.append(ratio)
            history.noise.append(surprise)
            history.crossed.append(np.where(live, ended, -1).astype(np.int64))
            priced, live = live, live & (ended < 0)
        else:
            history.signal.append(old.signal[t])
            history.ratio.append(old.ratio[t])
            history.noise.append(old.noise[t])
            history.crossed.append(old.crossed[t])
        heard(beliefs, z, history.signal[t], history.live[t])
    return history


def told_types(problem: Problem) -> np.ndarray:
    """[T] number of the solver path that carries each combination of types: those that signals tell
    apart cannot share a path, the others go side by side."""
    spec, (_, marks) = problem.scenario.spec, type_combos(problem.deals)
    about = {signal.about for signal in spec.signals.values()}
    labels: dict[tuple[str, ...], int] = {}
    keys = [tuple(k for k, v in m.items() if v and k.rsplit(".", 1)[0] in about) for m in marks]
    return np.array([labels.setdefault(key, len(labels)) for key in keys], dtype=np.int64)


def _as_believed(
    problem: Problem, walk: Walk, z: Floats, signal: np.ndarray, month: int
) -> np.ndarray:
    """The month's signals as every holder expects them: one that the world draws by a chance of its
    own is drawn again, by its chance under what is so on the path."""
    out = signal.copy()
    column = {f"{h}.{value}": i for i, (h, value) in enumerate(problem.war.hypotheses)}
    for n, name in enumerate(problem.war.signals):
        spec = problem.scenario.spec.signals[name]
        if spec.world is None:
            continue
        chance = np.zeros(len(z))
        for value in spec.chance:
            so = walk.hyp[:, column[f"{spec.about}.{value}"]]
            chance += so * z[:, problem.key[f"signal|{name}|{value}"]]
        u = uniform(problem.settings.seed, f"heard|{name}", walk.draw, walk.path, month)
        out[:, n] = np.where(signal[:, n] < 0, -1, u < chance)
    return out


def _proposal(problem: Problem) -> Floats | None:
    """Numbers to draw solver paths with where a scenario learns: the chance of a learned event is
    set to the mean of what its holders expect at the start, so that their expectations are well
    covered wherever the world's own chance lies (paths count by predictive over sampling
    chance)."""
    if not problem.war.learned:
        return None
    params = problem.params.copy()
    nothing = np.zeros((problem.deals.draws, len(problem.war.learned), 2))
    means = learned_means(problem, np.arange(problem.deals.draws), nothing)
    for n, event in enumerate(problem.war.learned):
        chance = problem.scenario.spec.events[event].chance
        held = [m for party in means if (m := party[n]) is not None]
        name = chance.tree.id if chance is not None and isinstance(chance.tree, Name) else ""
        if held and name in problem.war.parameters:
            params[:, problem.war.parameters.index(name)] = np.mean(held, axis=0)
    return params


def _price(problem: Problem, draw: np.ndarray, z: Floats, live: np.ndarray) -> tuple[Floats, ...]:
    return pricing.prices(problem.table, draw, z, live)


def _weigh(problem: Problem, history: History, beliefs: Beliefs, hidden: Floats) -> None:
    """Weights of paths in each signatory's regression, and its belief over the facts each path
    carries."""
    rows = np.arange(len(history.draw))[:, None]
    carried = hidden[:-1][:, rows, history.fact_of]  # [S,P,F]
    mass = carried.sum(axis=2)
    history.facts.append(carried / np.maximum(mass, 1e-300)[..., None])
    for said, own in (
        (beliefs.said_hidden, history.fact_of[:, 0]),
        (beliefs.said_types, history.type_of.argmax(axis=1)),
    ):
        # a path whose signals were drawn under its own facts has met their likelihood already
        known = said[np.arange(len(said)), own]
        mass = mass * np.exp(said - known[:, None]).mean(axis=1)
    history.weight.append(np.where(history.live[-1], mass, 0.0))


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
