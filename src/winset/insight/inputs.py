"""Whose numbers these are: how many inputs are sourced, are a judgement, or are neither."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from winset.scenario import Scenario
    from winset.scenario.schema.base import Quantity

__all__ = ["Inputs", "count_inputs"]


@dataclass(frozen=True)
class Inputs:
    """How many quantities are sourced, judged, and unchecked (neither a source nor a mark of
    judgement).
    """

    sourced: int
    judged: int
    unchecked: int


def count_inputs(scenario: Scenario) -> Inputs:
    """Count every quantity of the scenario once; those that follow from others by formula are left
    out.
    """
    counts = [0, 0, 0]
    for quantity in scenario.quantities.values():
        if quantity.formula is None:
            counts[_kind(scenario, quantity)] += 1
    return Inputs(*counts)


def _kind(scenario: Scenario, quantity: Quantity) -> int:
    if quantity.confidence == "J":
        return 1
    known = scenario.spec.sources
    kinds = [known[s].kind.lower() if s in known else "" for s in quantity.sources]
    if not kinds:
        return 2 if quantity.confidence is None else 0
    return 1 if all("judg" in kind or "own knowledge" in kind for kind in kinds) else 0
