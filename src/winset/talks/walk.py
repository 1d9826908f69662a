"""One month of a strategy on many paths: its rules, its levers, what is read of the state."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from winset.talks import posterior
from winset.talks.beliefs import Beliefs
from winset.talks.menu import Floats
from winset.talks.problem import Problem
from winset.talks.terms import type_combos


@dataclass
class Walk:
    """State of many paths. state [P,S], target [P,L] set levels, hyp [P,columns] the facts true on
    each path."""

    problem: Problem
    draw: np.ndarray
    path: np.ndarray
    hyp: Floats
    state: Floats
    target: Floats
    z: Floats
    params: Floats
    month: int = 0
    facts: list[Floats] = field(default_factory=list)  # `hyp` under every hidden combination

    @staticmethod
    def start(
        problem: Problem,
        draw: np.ndarray,
        path: np.ndarray,
        hyp: Floats,
        params: Floats | None = None,
    ) -> Walk:
        """All paths at the start. params: other numbers than the problem's to play with."""
        params = problem.params if params is None else params
        state = problem.war.start(params, draw)
        target = np.tile(problem.target, (len(draw), 1))
        z = np.zeros((len(draw), len(problem.war.readings)))
        return Walk(problem, draw, path, hyp, state, target, z, params)

    def keep(self, at: np.ndarray) -> None:
        """Go on with some paths only."""
        self.draw, self.path, self.hyp = self.draw[at], self.path[at], self.hyp[at]
        self.state, self.target = self.state[at], self.target[at]
        self.z = np.empty((len(self.draw), self.z.shape[1]))  # read anew before it is used
        self.facts = [hyp[at] for hyp in self.facts]

    def read(self, inputs: Floats, live: np.ndarray) -> None:
        """Fill z, then let the strategy's rules move the levers (and wear its credibility down)."""
        pr = self.problem
        pr.war.read(
            self.state, self.params, self.draw, self.target, self.hyp, inputs, self.month, self.z
        )
        rules = pr.deals.strategy.rules
        if not rules:
            return
        before = self.target.copy()
        levers = {name: i for i, name in enumerate(pr.war.levers)}
        for n, rule in enumerate(rules):
            on = np.clip(self.z[:, pr.key[f"rule|{pr.strategy}|{n}"]], 0.0, 1.0)
            for lever in {**rule.set, **rule.otherwise}:
                now = self.target[:, levers[lever]]
                yes, no = rule.set.get(lever, now), rule.otherwise.get(lever, now)
                self.target[:, levers[lever]] = np.where(live, on * yes + (1.0 - on) * no, now)
        stock = pr.deals.strategy.credibility
        if stock is not None and pr.deals.strategy.switch_cost is not None:
            cost = pr.deals.number  # draw-level expression
            from winset.scenario.expr import evaluate

            each = np.zeros(pr.deals.draws) + evaluate(pr.deals.strategy.switch_cost, cost)
            moved = np.abs(self.target - before).sum(axis=1)
            self.state[:, pr.war.stocks.index(stock)] -= each[self.draw] * moved

    def hazards(self, inputs: Floats) -> Floats:
        """[P,H,E] monthly chances of ending under every hidden combination."""
        pr = self.problem
        columns = pr.hidden.columns
        if len(self.facts) != len(columns) or self.facts[0].shape != self.hyp.shape:
            self.facts = [self._under(row) for row in columns]
        return pr.war.hazards_under(
            self.state, self.params, self.draw, self.target, self.facts, inputs, self.month
        )

    def _under(self, known: Floats) -> Floats:
        """The paths' facts with the hidden ones as in one combination."""
        hyp = self.hyp.copy()
        for c in _columns_of_hidden(self.problem):
            hyp[:, c] = known[c] > 0
        return hyp

    def step(
        self, inputs: Floats, live: np.ndarray, sample_endings: bool
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """One month of war; returns ended [P] (-1 none), fired [P,learned], signal [P,signals]."""
        pr = self.problem
        p = len(self.draw)
        ended = np.full(p, -1, dtype=np.int16)
        fired = np.zeros((p, len(pr.war.learned)), dtype=np.int8)
        signal = np.zeros((p, len(pr.war.signals)), dtype=np.int8)
        pr.war.step(
            self.state,
            self.params,
            self.draw,
            self.target,
            self.hyp,
            inputs,
            self.month,
            pr.settings.seed,
            self.draw,
            self.path,
            live,
            sample_endings=sample_endings,
            ended=ended,
            fired=fired,
            signal=signal,
        )
        self.month += 1
        return ended, fired, signal


def _columns_of_hidden(problem: Problem) -> list[int]:
    hidden = {problem.facts.ids[h] for h in problem.facts.hidden()}
    return [c for c, (name, _) in enumerate(problem.war.hypotheses) if name in hidden]


def true_columns(problem: Problem, types: np.ndarray, hidden: np.ndarray) -> Floats:
    """[P, columns] what is so on paths of these combinations of types and of hidden facts [P]: a
    type moves nothing of the war, but signals about it are drawn under it."""
    _, marks = type_combos(problem.deals)
    names = [f"{h}.{value}" for h, value in problem.war.hypotheses]
    own = np.array([[mark.get(name, 0.0) for name in names] for mark in marks])
    return np.asarray(problem.hidden.columns[hidden] + own.reshape(len(marks), len(names))[types])


def heard(beliefs: Beliefs, z: Floats, signal: np.ndarray, live: np.ndarray) -> None:
    """Update beliefs by the month's signals [P,signals] (-1: switched off, no news). z: readings of
    the state in which they were drawn."""
    if not beliefs.problem.war.signals:
        return
    for like, said, at in (
        (beliefs.hidden, beliefs.said_hidden, beliefs.about_hidden),
        (beliefs.types, beliefs.said_types, beliefs.about_types),
    ):
        if at.max(initial=-1) >= 0:
            posterior.hear(like, said, z, at, signal, live)
