"""Numbers the model should reproduce, stated by the scenario, beside what the study computes. Never
inputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from winset.study.results import Results
from winset.study.summary import Estimate

if TYPE_CHECKING:
    from winset.scenario.schema.base import Quantity
    from winset.scenario.schema.talks import Check

__all__ = ["Checked", "stated_against_computed"]


@dataclass(frozen=True)
class Checked:
    """One check in one worldview. inside: whether the computed mean lies within the stated range,
    two errors allowed; None where either is missing.
    """

    check: str
    label: str
    worldview: str
    strategy: str
    measure: str
    low: float | None
    mid: float | None
    high: float | None
    computed: Estimate
    inside: bool | None


def stated_against_computed(results: Results) -> tuple[Checked, ...]:
    """Return every check of the scenario in every worldview, for the strategy it names (else the
    baseline).
    """
    spec = results.scenario.spec
    found = []
    for name, check in spec.checks.items():
        strategy = check.strategy or spec.baseline or results.strategies[0]
        if strategy not in results.strategies:
            continue
        for worldview in results.worldviews:
            stated = _stated(check, worldview)
            if stated is None:
                continue
            low, mid, high = stated
            computed = results.estimate(worldview, strategy, check.what)
            found.append(
                Checked(
                    name,
                    check.label or name,
                    worldview,
                    strategy,
                    check.what,
                    low,
                    mid,
                    high,
                    computed,
                    _inside(low, high, computed),
                )
            )
    return tuple(found)


def _stated(check: Check, worldview: str) -> tuple[float | None, float | None, float | None] | None:
    stated: Quantity | Mapping[str, Quantity] | None = check.stated
    if isinstance(stated, Mapping):
        if {"low", "high"} <= stated.keys():
            # `{low, mid, high}` for all worldviews, read as if these were worldviews
            low, mid, high = (stated.get(k) for k in ("low", "mid", "high"))
            return _number(low), _number(mid), _number(high)
        stated = stated.get(worldview)
    if stated is None:
        return None
    if stated.value is not None:
        return stated.value, stated.value, stated.value
    return stated.low, stated.mid, stated.high


def _number(quantity: Quantity | None) -> float | None:
    return None if quantity is None else quantity.value


def _inside(low: float | None, high: float | None, computed: Estimate) -> bool | None:
    if low is None or high is None or computed.mean is None:
        return None
    slack = 2 * (computed.se or 0.0)
    return low - slack <= computed.mean <= high + slack
