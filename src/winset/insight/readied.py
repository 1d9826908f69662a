"""A worldview made ready for the analysis of deals: at the middle of every number and in every
draw, with what fighting on is worth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from winset.insight.opening import Opening, open_up
from winset.scenario import Scenario
from winset.scenario.sampling import middles
from winset.talks.cell import LIGHT, Settings
from winset.talks.exact import TooLarge
from winset.talks.exact_solve import solve_draw
from winset.talks.lsmc import solve
from winset.talks.menu import Floats
from winset.talks.problem import Problem, prepare
from winset.talks.terms import type_combos

Say = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Readied:
    """One worldview: the problem at the middle of every number (one draw), the problem in all
    draws, and how fighting on was valued.

    chances [T]: the world's prior over type combinations at the middle; marks [T]: their names.
    """

    worldview: str
    strategy: str
    middle: Opening
    drawn: Opening
    how: str

    @property
    def chances(self) -> Floats:
        """The world's prior over type combinations at the middle [T]."""
        return np.asarray(self.middle.problem.priors.world_types[0])

    @property
    def main(self) -> int:
        """The likeliest type combination."""
        return int(self.chances.argmax())


def strategy_of(scenario: Scenario, wanted: str | None) -> str:
    """The strategy asked for, else the baseline, else the first."""
    from winset.insight.stated import known_one

    if wanted is not None:
        return known_one("strategy", wanted, scenario.strategies)
    return scenario.spec.baseline or scenario.strategies[0]


def ready(
    scenario: Scenario,
    worldview: str,
    strategy: str,
    stated: Mapping[str, float],
    draws: int,
    seed: int,
    say: Say | None = None,
) -> Readied:
    """Prepare a worldview and value fighting on, in `draws` draws, unless every signatory's value
    is stated.
    """
    months = scenario.months or 60
    light: dict[str, Any] = dict(LIGHT)
    settings = Settings(
        draws=draws, paths=1, months=months, seed=seed, replicates=min(8, draws), **light
    )
    one = Settings(draws=1, paths=1, months=months, seed=seed, replicates=1, **light)
    if say:
        say(f"{worldview}: what fighting on is worth, {draws} draws")
    problem = prepare(scenario, worldview, strategy, settings)
    fighting, how = _fighting(problem, stated)
    middle = prepare(scenario, worldview, strategy, one, middles(scenario, worldview))
    return Readied(
        worldview,
        strategy,
        open_up(middle, np.median(fighting, axis=0)[None]),
        open_up(problem, fighting),
        how,
    )


def _fighting(problem: Problem, stated: Mapping[str, float]) -> tuple[Floats, str]:
    """[D, signatory rows] values of fighting on, and how they came."""
    draws, rows = problem.deals.draws, problem.rows
    out = np.zeros((draws, rows))
    how = "stated"
    if set(stated) != set(problem.parties):
        out, how = _solved(problem)
    for s, party in enumerate(problem.parties):
        if party in stated:
            out[:, problem.row_party == s] = stated[party]
    return out, how


def _solved(problem: Problem) -> tuple[Floats, str]:
    if problem.scenario.spec.talks.solver != "lsmc":
        try:
            starts = [solve_draw(problem, d).start for d in range(problem.deals.draws)]
            return np.array(starts), "solved exactly"
        except TooLarge:
            pass
    return solve(problem).start.copy(), "solved by regression, a light run"


def type_labels(opening: Opening) -> list[str]:
    """What tells each type combination from the others, in the scenario's words."""
    spec = opening.deals.scenario.spec
    _, marks = type_combos(opening.deals)
    out = []
    for mark in marks:
        parts = []
        for name, on in mark.items():
            hypothesis, _, value = name.rpartition(".")
            if on:
                body = spec.hypotheses[hypothesis]
                parts.append(f"{body.label or hypothesis}: {body.labels.get(value, value)}")
        out.append("; ".join(parts))
    return out
