"""The verdict on the strategy a scenario is about, in three readings, and a row for every strategy.

Per worldview, by the end of the term where the scenario names one (`durable_term`) and by the
horizon (`durable`): does the headline strategy raise the chance of a durable settlement against the
baseline (paired); does it make one more likely than not; does it do better than every rival and
every version of itself that lacks a leg. Wars that end by conquest or capitulation are counted
apart: they are no settlement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from winset.insight.compare import Difference, more_likely_than_not, p_best, paired
from winset.insight.measures import objectives
from winset.study.design import CellKey
from winset.study.results import Results
from winset.study.summary import UNDEFINED, Estimate, estimate
from winset.talks.cell import Cell

if TYPE_CHECKING:
    from winset.scenario.schema.root import ScenarioSpec

__all__ = ["By", "Standing", "Verdict", "conquest", "judge", "rows", "versions"]

#: the measures of the verdict, earliest date first
_MEASURES: Final = ("durable_term", "durable")
_MONTHS: Final = [
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]


@dataclass(frozen=True)
class By:
    """A date of the verdict: the measure read, and the date in words."""

    measure: str
    when: str


@dataclass(frozen=True)
class Standing:
    """The headline strategy in one worldview by one date.

    chance: of a durable settlement. baseline: paired difference to the baseline. rivals, two_leg:
    paired differences to each other strategy and to each version that lacks a leg.
    """

    chance: Estimate
    baseline: Difference | None
    rivals: Mapping[str, Difference]
    two_leg: Mapping[str, Difference]


@dataclass(frozen=True)
class Verdict:
    """headline, baseline, rivals, two_leg: strategies run; None or empty where not run or not
    named.

    by: the dates. standings: worldview -> measure -> Standing. conquest: worldview -> strategy ->
    chance that the war ended by conquest or capitulation.
    """

    headline: str | None
    baseline: str | None
    rivals: tuple[str, ...]
    two_leg: tuple[str, ...]
    by: tuple[By, ...]
    standings: Mapping[str, Mapping[str, Standing]]
    conquest: Mapping[str, Mapping[str, Estimate]]


def judge(results: Results) -> Verdict:
    """Work the verdict out from the cells that are done."""
    spec = results.scenario.spec
    headline = spec.headline if spec.headline in results.strategies else None
    baseline = spec.baseline if spec.baseline in results.strategies else None
    own = versions(spec, spec.headline, results.strategies)
    two_leg = tuple(s for s in own if spec.strategies[s].kind == "ablation")
    rivals = tuple(s for s in results.strategies if s != spec.headline and s not in own)
    by = _dates(results)
    standings: dict[str, dict[str, Standing]] = {}
    for worldview in results.worldviews:
        if headline is None or CellKey(worldview, headline) not in results.cells:
            continue
        standings[worldview] = {
            date.measure: Standing(
                chance=results.estimate(worldview, headline, date.measure),
                baseline=None
                if baseline in (None, headline)
                else paired(results, worldview, headline, baseline or "", date.measure),
                rivals=_against(results, worldview, headline, rivals, date.measure),
                two_leg=_against(results, worldview, headline, two_leg, date.measure),
            )
            for date in by
        }
    return Verdict(
        headline=headline,
        baseline=baseline if baseline != headline else None,
        rivals=rivals,
        two_leg=two_leg,
        by=by,
        standings=standings,
        conquest={
            w: {
                s: conquest(spec, results.cells[CellKey(w, s)])
                for s in results.strategies
                if CellKey(w, s) in results.cells
            }
            for w in results.worldviews
        },
    )


def rows(results: Results) -> tuple[dict[str, Any], ...]:
    """Return the verdict of the JSON document: one row per worldview and strategy, null where it
    does not apply.
    """
    verdict = judge(results)
    aims = objectives(results.measures)
    best = {
        w: {aim: p_best(results, w, aim, way) for aim, way in aims.items()}
        for w in results.worldviews
    }
    found = []
    for worldview, strategy in results.keys:
        if CellKey(worldview, strategy) not in results.cells:
            continue
        standing = verdict.standings.get(worldview) if strategy == verdict.headline else None
        horizon = standing.get("durable") if standing else None
        found.append(
            {
                "worldview": worldview,
                "strategy": strategy,
                "share_of_draws_more_likely_than_not": more_likely_than_not(
                    results, worldview, strategy
                ),
                "p_best": {aim: shares.get(strategy) for aim, shares in best[worldview].items()},
                "beats_every_two_leg": _plain(horizon.two_leg) if horizon else None,
                "conquest": verdict.conquest[worldview][strategy].json(),
                "readings": _readings(verdict, standing) if standing else None,
            }
        )
    return tuple(found)


def conquest(spec: ScenarioSpec, cell: Cell) -> Estimate:
    """Return the chance that the war ended with a victor: the sum of `ended.OUTCOME` over outcomes
    that name one.
    """
    names = [f"ended.{o}" for o, outcome in spec.outcomes.items() if outcome.victor is not None]
    parts = [cell.measures[name] for name in names if name in cell.measures]
    return estimate(np.sum(parts, axis=0), cell.replicate) if parts else UNDEFINED


def _readings(verdict: Verdict, standing: Mapping[str, Standing]) -> dict[str, Any]:
    return {
        date.measure: {
            "by": date.when,
            "raises": None
            if (found := standing[date.measure]).baseline is None
            else {"against": verdict.baseline, **found.baseline.json()},
            "more_likely_than_not": None
            if found.chance.mean is None
            else {
                "is": found.chance.mean > 0.5,
                "mean": found.chance.mean,
                "se": found.chance.se,
            },
            "better_than_rival": _plain(found.rivals),
            "better_than_two_leg": _plain(found.two_leg),
        }
        for date in verdict.by
    }


def _plain(differences: Mapping[str, Difference]) -> dict[str, dict[str, float | None]] | None:
    return {s: d.json() for s, d in differences.items()} or None


def _against(
    results: Results, worldview: str, headline: str, others: tuple[str, ...], measure: str
) -> dict[str, Difference]:
    found = {s: paired(results, worldview, headline, s, measure) for s in others}
    return {s: d for s, d in found.items() if d is not None}


def versions(
    spec: ScenarioSpec, headline: str | None, strategies: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the strategies built, directly or not, on the headline one."""
    found = []
    for strategy in strategies:
        seen = {strategy}
        base = spec.strategies[strategy].based_on if strategy in spec.strategies else None
        while base is not None and base not in seen and base in spec.strategies:
            if base == headline and strategy != headline:
                found.append(strategy)
                break
            seen.add(base)
            base = spec.strategies[base].based_on
    return tuple(found)


def _dates(results: Results) -> tuple[By, ...]:
    spec = results.scenario.spec
    found = []
    for measure in _MEASURES:
        if measure not in results.measures:
            continue
        if measure == "durable_term":
            if not spec.terms:
                continue
            month = next(iter(spec.terms.values())).month
        else:
            month = results.settings.months
        found.append(By(measure, calendar(spec.start, month)))
    return tuple(found)


def calendar(start: str, month: int) -> str:
    """Return the month `month` months after `start` (YYYY-MM), such as `Jan 2029`; `month N` where
    start is none.
    """
    try:
        year, first = (int(part) for part in start.split("-")[:2])
    except ValueError:
        return f"month {month}"
    later = year * 12 + first - 1 + month
    return f"{_MONTHS[later % 12]} {later // 12}"
