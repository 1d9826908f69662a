"""Wars with no talks, counted: endings, length, course and values, with their Monte Carlo error.

The error is the spread over independent scrambles of the draws (`winset.study.summary`). Where the
size of the run is left open and the war is small, further paths are played until the error of every
value is below 0.0018 stakes and that of the length below 0.45%, or the work is enough.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from winset.errors import OverrideError
from winset.scenario import Scenario
from winset.scenario.sampling import sample
from winset.study.summary import UNDEFINED, Estimate, estimate
from winset.study.war_value import war_values
from winset.war import WarResult, play_war
from winset.war.engine import Floats

#: a war of at most so many stocks is played on many paths as a matter of course
SMALL: Final = 10
ENOUGH_VALUE: Final = 0.0018
ENOUGH_LENGTH: Final = 0.0045
_MOST_BATCHES: Final = 64
#: enough work: path-months times the parts of the war (some ten seconds on two cores)
_MOST_WORK: Final = 5_000_000_000
TODAY: Final = "today"


@dataclass(frozen=True)
class WarPlan:
    """How many wars: draws x paths, in as many further batches of paths as `batches` allows."""

    draws: int
    paths: int
    replicates: int
    batches: int
    months: int | None
    seed: int
    workers: int


@dataclass(frozen=True)
class WarReport:
    """One worldview's wars.

    outcomes: chance of every ending. going: share still at war at the horizon. months: fought, cut
    at the horizon. value: party -> stakes (`winset.study.war_value`). courses: name -> [months + 1,
    5] quantiles (10, 25, 50, 75, 90%) at the start of each month; final: name -> [5] at the end.
    """

    worldview: str
    strategy: str
    outcomes: Mapping[str, Estimate]
    going: Estimate
    months: Estimate
    value: Mapping[str, Estimate]
    courses: Mapping[str, Floats]
    final: Mapping[str, Floats]
    horizon: int | None
    draws: int
    paths: int
    path_months: int


def plan_war(
    scenario: Scenario,
    *,
    draws: int | None = None,
    paths: int | None = None,
    months: int | None = None,
    seed: int = 1,
    workers: int = 1,
) -> WarPlan:
    """The size of a run: 1,024 draws x 128 paths for a small war, 128 x 128 for a large one."""
    small = len(scenario.spec.state) <= SMALL
    chosen = draws if draws is not None else (1_024 if small else 128)
    # Independent scrambles of at least 8 points, and at least 8 of them where draws allow.
    replicates = max(min(8, chosen), min(64, chosen // 8))
    left_open = small and draws is None and paths is None
    return WarPlan(
        chosen,
        paths if paths is not None else 128,
        replicates,
        _MOST_BATCHES if left_open else 1,
        months,
        seed,
        workers,
    )


def report_wars(
    scenario: Scenario, plan: WarPlan, worldviews: Sequence[str] = (), strategy: str = TODAY
) -> tuple[WarReport, ...]:
    """Play and count the wars of some worldviews (default: all), the same luck in each.

    Raises:
        OverrideError: no such worldview or strategy. ScenarioError, SolverError: as `play_war`.
    """
    for name in worldviews:
        _known(name, scenario.worldviews, "worldview")
    _known(strategy, (*scenario.strategies, TODAY), "strategy")
    chosen = worldviews or scenario.worldviews
    return tuple(_report(scenario, plan, worldview, strategy) for worldview in chosen)


def _known(name: str, names: Sequence[str], kind: str) -> None:
    if name not in names:
        raise OverrideError(f"no {kind} {name!r}; there are {', '.join(dict.fromkeys(names))}")


def _report(scenario: Scenario, plan: WarPlan, worldview: str, strategy: str) -> WarReport:
    drawn = sample(scenario, worldview, plan.draws, plan.replicates, plan.seed)
    replicate = drawn.replicate
    first: WarResult | None = None
    sums: dict[str, Floats] = {}
    path_months = 0
    spec = scenario.spec
    parts = 1 + len(spec.state) + len(spec.derived) + len(spec.flows) + len(spec.events)
    for batch in range(plan.batches):
        played = play_war(
            scenario,
            worldview,
            strategy,
            plan.draws,
            plan.paths,
            plan.months,
            plan.seed,
            first_path=batch * plan.paths,
            workers=plan.workers,
            drawn=drawn,
            watch=batch == 0,
        )
        first = first or played
        path_months += played.path_months
        for name, numbers in _measures(scenario, played).items():
            totals = np.bincount(played.batch.row, weights=numbers, minlength=plan.draws)
            sums[name] = sums.get(name, 0.0) + totals / plan.paths
        means = {name: total / (batch + 1) for name, total in sums.items()}
        found = {name: _estimate(values, replicate) for name, values in means.items()}
        next_work = path_months * (batch + 2) / (batch + 1) * parts
        if _good_enough(found) or next_work > _MOST_WORK:
            break
    assert first is not None
    return WarReport(
        worldview,
        strategy,
        {name: found[f"outcome {name}"] for name in scenario.spec.outcomes},
        found["going"],
        found["months"],
        {party: found[f"value {party}"] for party in first.cost},
        first.courses,
        first.final,
        first.horizon,
        plan.draws,
        plan.paths * (batch + 1),
        path_months,
    )


def _measures(scenario: Scenario, played: WarResult) -> dict[str, Any]:
    """What is counted of every path [P]."""
    outcomes = scenario.spec.outcomes
    found = {f"outcome {name}": played.ended == i for i, name in enumerate(outcomes)}
    found["going"] = played.ended < 0
    found["months"] = played.months
    values = war_values(scenario, played) if played.cost else {}
    return {**found, **{f"value {party}": numbers for party, numbers in values.items()}}


def _estimate(values: Floats, replicate: Any) -> Estimate:
    return estimate(values, replicate) if np.isfinite(values).all() else UNDEFINED


def _good_enough(found: Mapping[str, Estimate]) -> bool:
    for name, number in found.items():
        limit = ENOUGH_VALUE
        if name == "months":
            limit = ENOUGH_LENGTH * (number.mean or 0.0)
        if number.se is not None and number.se > limit:
            return False
    return True
