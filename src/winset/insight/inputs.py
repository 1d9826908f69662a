"""Whose numbers these are: how many inputs are sourced, are a judgement, or are neither."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from winset.scenario.evidence import numbers_by_standing

if TYPE_CHECKING:
    from winset.scenario import Scenario

__all__ = ["Inputs", "count_inputs"]


@dataclass(frozen=True)
class Inputs:
    """How many numbers are sourced, judged, and unchecked (neither a source nor a mark of
    judgement).
    """

    sourced: int
    judged: int
    unchecked: int


def count_inputs(scenario: Scenario) -> Inputs:
    """Count every number of the scenario and of its worldviews, as `winset check` does."""
    found = numbers_by_standing(scenario)
    return Inputs(*(len(found[kind]) for kind in ("sourced", "judged", "unchecked")))
