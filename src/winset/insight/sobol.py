"""Sobol indices of a study's measure, worldview by worldview, on a design run for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from winset.errors import Interrupted
from winset.insight.given_data import find_hinges, first_order
from winset.insight.hinges import checked, looked_at
from winset.insight.labels import quantity_words
from winset.insight.saltelli import REST, ViewIndices, view_indices
from winset.study.design import CellKey
from winset.study.makers import Makers
from winset.study.report import SILENT, Reporter
from winset.study.results import Results

if TYPE_CHECKING:
    from winset.scenario import Scenario

__all__ = ["StudyIndices", "sobol_json", "study_indices"]

#: quantities in a design where none are asked for
FACTORS: Final = 6


@dataclass(frozen=True)
class StudyIndices:
    """The indices of `measure` under `strategy`, by worldview."""

    results: Results
    measure: str
    strategy: str
    points: int
    views: Mapping[str, ViewIndices]

    @property
    def scenario(self) -> Scenario:
        """The study's scenario."""
        return self.results.scenario


def study_indices(
    results: Results,
    points: int,
    *,
    measure: str = "durable",
    strategy: str | None = None,
    worldviews: Sequence[str] | None = None,
    quantities: Sequence[str] = (),
    workers: int | None = None,
    report: Reporter = SILENT,
    makers: Makers | None = None,
) -> StudyIndices:
    """Run a design in each worldview. quantities: its factors, beside all others together; default
    those that the study's own draws say most of: its hinges, then the largest first-order indices,
    six in all. `makers` say who computes the cells. Raises as `winset.insight.study_hinges` and
    `view_indices`; Interrupted on Ctrl-C, when nothing is kept.
    """
    chosen = strategy or results.scenario.spec.headline or results.strategies[0]
    views = checked(results, measure, chosen, worldviews)
    found = {}
    try:
        for worldview in views:
            ids = list(quantities) or _screened(results, worldview, measure, chosen)
            report.begin("sobol", len(ids) + 3, 0)
            try:
                found[worldview] = view_indices(
                    results.scenario, worldview, chosen, measure, ids, results.settings,
                    points=points, workers=workers, report=report, makers=makers,
                )  # fmt: skip
            finally:
                report.end()
    except KeyboardInterrupt:
        raise Interrupted("stopped: nothing of a design is kept") from None
    return StudyIndices(results, measure, chosen, points, found)


def _screened(results: Results, worldview: str, measure: str, strategy: str) -> list[str]:
    key = CellKey(worldview, strategy)
    y = np.asarray(results.cells[key].measures[measure], np.float64)
    ids, x = looked_at(results, key)
    use = np.isfinite(y)
    known, told = x[:, use], y[use]
    hung = [one.row for one in find_hinges(known, told).hinges]
    rest = np.argsort(-first_order(known, told).index, kind="stable").tolist()
    rows = list(dict.fromkeys([*hung, *rest]))
    return [ids[row] for row in rows[: max(FACTORS, len(hung))]]


def sobol_json(found: StudyIndices) -> dict[str, Any]:
    """Return the whole as one JSON document; the same study gives the same document."""
    scenario, settings = found.scenario, found.results.settings
    return {
        "scenario": {"id": scenario.id, "sha256": scenario.sha256, "as_of": scenario.spec.as_of},
        "seed": settings.seed,
        "months": settings.months,
        "measure": found.measure,
        "strategy": found.strategy,
        "points": found.points,
        "worldviews": [
            {
                "worldview": worldview,
                "mean": view.mean,
                "variance": view.variance,
                "runs": view.points,
                "factors": [
                    {**asdict(factor), "label": _label(scenario, factor.name)}
                    for factor in view.factors
                ],
            }
            for worldview, view in found.views.items()
        ],
    }


def _label(scenario: Scenario, name: str) -> str:
    if name == REST or name not in scenario.quantities:
        return name
    return quantity_words(scenario, name)
