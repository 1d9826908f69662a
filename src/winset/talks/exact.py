"""Backward induction on the reachable public state, for small games and as the oracle of the
regression.

Level t holds every public situation that can be reached: the stocks and the tally of learned events
and, where refusals or survival inform about types or hidden facts, the whole public history (failed
meetings included), since beliefs then depend on it. Randomness may come from events only (each
fires or not), never from continuous terms.

    Y_fail(n) = -c + d [sum p W + (1 - sum p) sum_children P_i(child) V(child after a failed
    meeting)],  C_i = E_i[Y_fail]

with P_i the holder's predictive chance of learned events. Beliefs about types depend on C through
acceptance: nodes are solved with the beliefs of the round before until those stop moving.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from winset.errors import SolverError
from winset.scenario import Scenario
from winset.scenario.expr import Expr, evaluate
from winset.talks.menu import Floats
from winset.talks.names import holders_of
from winset.talks.problem import Problem

MOST_NODES = 60_000


class TooLarge(Exception):
    """The reachable state is not small, or randomness is not made of events: use the regression."""


@dataclass
class Level:
    """Situations of one month. N nodes."""

    stocks: dict[str, Floats]  # [N]
    tally: Floats  # [N, learned, 2]
    parent: np.ndarray  # [N] node of the level before (history mode), -1
    met: np.ndarray  # [N] a meeting failed in the month before (history mode)
    types: Floats  # [N,T] log-likelihood
    hidden: Floats  # [N,H]
    ended: np.ndarray  # [N] outcome reached by threshold, -1
    children: np.ndarray | None = None  # [N, ways, 2] next level's node (2: not met, met)
    chance: Floats | None = None  # [S+1, N, ways] each holder's, last the world's


@dataclass(frozen=True)
class Tree:
    """All levels of one draw."""

    levels: tuple[Level, ...]
    history: bool


def _uncertain(scenario: Scenario) -> None:
    spec = scenario.spec
    exprs: list[Expr] = [f.rate for f in spec.flows.values()]
    exprs += [d.value for d in spec.derived.values()]
    exprs += [e for event in spec.events.values() for e in event.changes.values()]
    if any(e.randoms for e in exprs):
        raise TooLarge("continuous random terms")
    if spec.signals:
        raise TooLarge("signals")
    if any(rule for strategy in spec.strategies.values() for rule in strategy.rules):
        raise TooLarge("rules")
    if any(lever.delay is not None or lever.stock is not None for lever in spec.levers.values()):
        raise TooLarge("levers with lags or stocks")
    if sum(event.outcome is None for event in spec.events.values()) > 4:
        raise TooLarge("many events")
    if spec.ceasefire is not None:
        raise TooLarge("a ceasefire")


class World:
    """Evaluates the scenario's expressions at nodes of one draw."""

    def __init__(self, problem: Problem, draw: int) -> None:
        self.problem, self.draw, self.spec = problem, draw, problem.scenario.spec
        self.values = {k: float(v[draw]) for k, v in problem.sample.values.items()}
        self.levers = {k: float(v) for k, v in problem.deals.levers.items()}
        self.disabled = set()
        if problem.worldview in self.spec.worldviews:
            self.disabled = set(self.spec.worldviews[problem.worldview].disable)

    def at(
        self,
        expr: Expr,
        stocks: dict[str, Floats],
        month: int,
        facts: dict[str, float] | None = None,
    ) -> Any:
        """Value of an expression at nodes."""

        def look(name: str) -> Any:
            if name in stocks:
                return stocks[name]
            if name in self.values:
                return self.values[name]
            if facts and name in facts:
                return facts[name]
            if name == "month":
                return float(month)
            if name in self.spec.derived:
                return self.at(self.spec.derived[name].value, stocks, month, facts)
            if name.startswith("lever."):
                lever = name[6:].removesuffix(".set")
                delivered = self.spec.levers[lever].delivered
                if name.endswith(".set") or delivered is None:
                    return self.levers[lever]
                return self.at(
                    delivered, {**stocks, "level": np.asarray(self.levers[lever])}, month, facts
                )
            raise TooLarge(f"{name} cannot be read by the exact solver")

        return evaluate(expr, look)

    def on(self, name: str, enabled: bool) -> bool:
        """Whether a mechanism acts under this worldview."""
        return enabled and name not in self.disabled

    def chance(
        self, event: Any, stocks: dict[str, Floats], month: int, facts: dict[str, float] | None
    ) -> Floats:
        """Monthly chance of an event at nodes."""
        n = len(next(iter(stocks.values()))) if stocks else 1
        if event.chance is not None:
            p = self.at(event.chance, stocks, month, facts)
        else:
            p = -np.expm1(-np.maximum(self.at(event.rate, stocks, month, facts), 0.0))
        out: Floats = np.clip(np.zeros(n) + p, 0.0, 1.0)
        return out

    def hazards(self, stocks: dict[str, Floats], month: int) -> Floats:
        """[N,H,E] chances of ending this month under each hidden combination (competing risks)."""
        pr = self.problem
        n = len(next(iter(stocks.values()))) if stocks else 1
        out = np.zeros((n, len(pr.hidden.marks), len(pr.war.outcomes)))
        for h, marks in enumerate(pr.hidden.marks):
            rate = np.zeros((n, len(pr.war.outcomes)))
            for name, event in self.spec.events.items():
                if event.outcome is not None and self.on(name, event.enabled):
                    at = pr.war.outcomes.index(event.outcome)
                    if event.rate is not None:  # a chance of nearly 1 no longer tells its rate
                        own = self.at(event.rate, stocks, month, dict(marks))
                        rate[:, at] += np.maximum(own, 0.0)
                        continue
                    p = self.chance(event, stocks, month, dict(marks))
                    rate[:, at] += -np.log1p(-np.minimum(p, 1 - 1e-15))
            total = rate.sum(axis=1, keepdims=True)
            with np.errstate(invalid="ignore", divide="ignore"):
                out[:, h] = np.where(total > 0, rate / total * -np.expm1(-total), 0.0)
        return out

    def readings(self, stocks: dict[str, Floats], month: int, names: dict[str, Expr]) -> Floats:
        """[N,K] the talks' readings."""
        pr = self.problem
        n = len(next(iter(stocks.values()))) if stocks else 1
        out = np.zeros((n, len(pr.key)))
        for name, i in pr.key.items():
            expr = names[name]
            reads_belief = any(x.startswith(("belief.", "gap.", "refused.")) for x in expr.names)
            if not reads_belief:
                out[:, i] = self.at(expr, stocks, month, dict(pr.hidden.marks[0]))
        return out


def grow(problem: Problem, draw: int) -> Tree:
    """All reachable public situations of a draw. Raises `TooLarge`."""
    _uncertain(problem.scenario)
    if problem.tracks is not None:
        raise TooLarge("separate tracks")
    world = World(problem, draw)
    spec, months = problem.scenario.spec, problem.settings.months
    t_count, h_count = problem.table.hazard.shape[2], len(problem.hidden.marks)
    informs = problem.settings.refusals_inform
    if informs is None:
        informs = spec.talks.refusals_inform
    history = (t_count > 1 and informs) or h_count > 1
    first = {k: np.array([float(world.at(s.start, {}, 0))]) for k, s in spec.state.items()}
    level = Level(
        first,
        np.zeros((1, len(problem.war.learned), 2)),
        np.array([-1]),
        np.array([False]),
        np.zeros((1, t_count)),
        np.zeros((1, h_count)),
        _crossed(world, first, 0),
    )
    if level.ended[0] >= 0:
        name = problem.war.outcomes[level.ended[0]]
        raise SolverError(f"the war is over before it begins: {name} is true of the start")
    levels, total = [level], 1
    for t in range(months):
        level = _advance(world, level, t, history)
        total += len(level.met)
        if total > MOST_NODES:
            raise TooLarge(f"more than {MOST_NODES} situations")
        levels.append(level)
    return Tree(tuple(levels), history)


def _crossed(world: World, stocks: dict[str, Floats], month: int) -> np.ndarray:
    n = len(next(iter(stocks.values()))) if stocks else 1
    out = np.full(n, -1, dtype=np.int64)
    for e, name in reversed(list(enumerate(world.problem.war.outcomes))):
        when = world.spec.outcomes[name].when
        if when is not None:
            out[np.zeros(n, dtype=bool) | (np.asarray(world.at(when, stocks, month)) > 0)] = e
    return out


def _advance(world: World, level: Level, t: int, history: bool) -> Level:
    pr, spec = world.problem, world.spec
    n = len(level.met)
    chances = {
        name: world.chance(event, level.stocks, t, None)
        for name, event in spec.events.items()
        if event.outcome is None and world.on(name, event.enabled)
    }
    learned = {name: i for i, name in enumerate(pr.war.learned)}
    ways = list(itertools.product((0, 1), repeat=len(chances)))
    holders = len(pr.parties)
    chance = np.ones((holders + 1, n, len(ways)))
    parts: list[dict[str, Floats]] = []
    tallies: list[Floats] = []
    base: dict[str, Floats] = {k: v.copy() for k, v in level.stocks.items()}
    for name, flow in spec.flows.items():
        if world.on(name, flow.enabled):
            rate = np.zeros(n) + world.at(flow.rate, level.stocks, t)
            if flow.to is not None:
                base[flow.to] = base[flow.to] + rate
            if flow.take_from is not None:
                base[flow.take_from] = base[flow.take_from] - rate
    for w, way in enumerate(ways):
        stocks = {k: v.copy() for k, v in base.items()}
        tally = level.tally.copy()
        for (name, p), fired in zip(chances.items(), way, strict=True):
            believed = _predictive(world, level, name, p, learned)
            for s in range(holders + 1):
                q = believed[s]
                chance[s, :, w] *= q if fired else 1.0 - q
            if fired:
                for stock, change in spec.events[name].changes.items():
                    stocks[stock] = stocks[stock] + world.at(change, level.stocks, t)
            if name in learned:
                tally[:, learned[name], 0 if fired else 1] += 1
        for stock, body in spec.state.items():
            low = -np.inf if body.low is None else world.at(body.low, {}, t)
            high = np.inf if body.high is None else world.at(body.high, {}, t)
            stocks[stock] = np.clip(stocks[stock], low, high)
        parts.append(stocks)
        tallies.append(tally)
    return _join(world, level, parts, tallies, chance, t, history)


def _predictive(
    world: World, level: Level, name: str, p: Floats, learned: dict[str, int]
) -> list[Floats]:
    pr = world.problem
    out = []
    for party in [*pr.parties, None]:
        q = p
        if name in learned and party is not None:
            body = holders_of(pr.scenario, name).get(party)
            if body is not None:
                a, b = (float(world.at(x, {}, 0)) for x in body)
                yes, no = level.tally[:, learned[name], 0], level.tally[:, learned[name], 1]
                q = (a + yes) / (a + b + yes + no)
        out.append(q)
    return out


def _join(
    world: World,
    level: Level,
    parts: list[dict[str, Floats]],
    tallies: list[Floats],
    chance: Floats,
    t: int,
    history: bool,
) -> Level:
    n, ways = len(level.met), len(parts)
    names = list(level.stocks)
    halves = (False, True) if history else (False,)
    rows, tally, parent, met = [], [], [], []
    for w in range(ways):
        for m in halves:
            rows.append(
                np.stack([parts[w][k] for k in names], axis=1) if names else np.zeros((n, 0))
            )
            tally.append(tallies[w])
            parent.append(np.arange(n))
            met.append(np.full(n, m))
    values, tallied = np.concatenate(rows), np.concatenate(tally)
    parents, mets = np.concatenate(parent), np.concatenate(met)
    alive = (level.ended[parents] < 0) & (
        np.max(chance, axis=0).T.repeat(len(halves), axis=0).ravel() > 0
    )
    if history:
        keep = np.flatnonzero(alive)
        number = np.full(len(values), -1, dtype=np.int64)
        number[keep] = np.arange(len(keep))
        unique = keep
    else:
        key = np.concatenate(
            [
                np.round(values, 10),
                tallied.reshape(len(values), 2 * len(world.problem.war.learned)),
            ],
            axis=1,
        )
        key = key[alive]
        _, first, back = np.unique(key, axis=0, return_index=True, return_inverse=True)
        unique = np.flatnonzero(alive)[first]
        number = np.full(len(values), -1, dtype=np.int64)
        number[alive] = back.ravel()
    children = number.reshape(ways, len(halves), n).transpose(2, 0, 1)
    level.children = np.repeat(children, 2 // len(halves), axis=2)
    level.chance = chance
    stocks = {k: values[unique, i] for i, k in enumerate(names)}
    out = Level(
        stocks,
        tallied[unique],
        parents[unique] if history else np.full(len(unique), -1),
        mets[unique],
        np.zeros((len(unique), level.types.shape[1])),
        np.zeros((len(unique), level.hidden.shape[1])),
        _crossed(world, stocks, t + 1),
    )
    return out
