"""A scenario given by name, by place or loaded, made a scenario; with sizes, made a design."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from winset.errors import OverrideError
from winset.study.design import Design, plan

if TYPE_CHECKING:
    from winset.scenario import Scenario

__all__ = ["loaded", "planned"]


def loaded(
    scenario: str | Path | Scenario,
    sets: Sequence[str],
    as_of: str | None,
    claims: Sequence[str] = (),
) -> Scenario:
    """Return the scenario, loaded where it is a name or a place.

    Raises ScenarioError, OverrideError; the latter, too, where it is loaded already and something
    is to be set.
    """
    from winset.scenario import load

    if isinstance(scenario, str | Path):
        return load(scenario, overrides=tuple(sets), claims=tuple(claims), as_of=as_of)
    if sets or claims or as_of:
        raise OverrideError(
            "a scenario already loaded takes no sets and no claims: give them to winset.load"
        )
    return scenario


def planned(
    scenario: str | Path | Scenario,
    worldviews: Sequence[str] | None,
    sets: Sequence[str],
    as_of: str | None,
    **sizes: Any,
) -> Design:
    """Return the design of every strategy of a scenario, under these worldviews (None: all), and of
    `sizes` as in `plan`. Raises as `loaded`, and DesignError.
    """
    whole = loaded(scenario, sets, as_of)
    return plan(whole, worldviews=worldviews, overrides=whole.set_from_outside, **sizes)
