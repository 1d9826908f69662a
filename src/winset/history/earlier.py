"""The war as it would have been played from an earlier month: quantities, levers and readings."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from winset.errors import Problem, ScenarioError
from winset.scenario import Scenario
from winset.scenario.calibration import month_number
from winset.scenario.expr import Expr, parse
from winset.scenario.hoisting import replaced
from winset.scenario.overrides import merged
from winset.scenario.schema.calibration import Calibration

Floats = NDArray[np.float64]


def calibration_of(scenario: Scenario) -> Calibration:
    """The scenario's block. Raises ScenarioError where it has none."""
    block = scenario.spec.calibration
    if block is None:
        message = "this scenario names no series to be fitted to: it has no section `calibration`"
        raise ScenarioError([Problem(file=scenario.id, message=message)])
    return block


def as_it_was(scenario: Scenario) -> Scenario:
    """The scenario with the quantities of its calibration in place of its own, in every worldview.

    A worldview's own number for such a quantity gives way: it speaks of the scenario's start.
    """
    block = calibration_of(scenario)
    then = {**block.given, **{id_: free.prior for id_, free in block.free.items()}}
    quantities = dict(scenario.quantities)
    for id_, quantity in then.items():
        quantities[id_] = merged(quantities[id_], quantity)
    spec = scenario.spec
    for view_id, view in spec.worldviews.items():
        kept = {id_: q for id_, q in view.set.items() if id_ not in then}
        spec = replaced(spec, ("worldviews", view_id, "set"), kept)
    return replace(scenario, spec=spec, quantities=quantities)


def lever_levels(scenario: Scenario, names: tuple[str, ...], months: int) -> Floats:
    """Levels of the levers as they stood, [months, levers]."""
    block = calibration_of(scenario)
    start = month_number(block.start)
    out = np.empty((months, len(names)))
    for i, name in enumerate(names):
        level = block.levers.get(name, scenario.spec.levers[name].today)
        if not isinstance(level, dict):
            out[:, i] = level
            continue
        out[:, i] = scenario.spec.levers[name].today
        for month, value in sorted(level.items()):
            out[max(month_number(month) - start, 0) :, i] = value
    return out


def expressions(block: Calibration) -> Mapping[str, Expr]:
    """What is read along the way: `reading/ID`, `trials/ID` of a series and `now/ID` of what is
    free.
    """
    found: dict[str, Expr] = {}
    for id_, series in block.series.items():
        found[f"reading/{id_}"] = series.reading
        if series.trials is not None:
            found[f"trials/{id_}"] = series.trials
    for id_, free in block.free.items():
        found[f"now/{id_}"] = free.now if free.now is not None else parse(id_)
    return found
