"""Numbers that fit: percentiles that make a distribution, chances that are chances, priors that
sum to 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from winset.scenario.expr import Expr, ExpressionError, evaluate
from winset.scenario.findings import Findings
from winset.scenario.hoisting import Path
from winset.scenario.scenario import Scenario
from winset.scenario.schema.base import Quantity
from winset.scenario.spots import Spot

#: how far a prior may miss 1 at mid values; it is renormalised in every draw
TOLERANCE: Final = 0.01


class Mids:
    """Mid values of the quantities under one worldview; NaN where there is none."""

    def __init__(self, scenario: Scenario, worldview: str) -> None:
        self._scenario = scenario
        self._worldview = worldview
        self._known: dict[str, float] = {}

    def __call__(self, id_: str) -> float:
        """The mid value of a quantity; formulas are worked out from the mid values of what they
        read.
        """
        if id_ not in self._known:
            self._known[id_] = math.nan  # a circle, reported elsewhere, ends here
            self._known[id_] = self._mid(id_)
        return self._known[id_]

    def of(self, expr: Expr) -> float:
        """An expression of quantities at mid values; NaN where it reads anything else or cannot
        be worked out.
        """
        constant = expr.constant
        if constant is not None:
            return constant
        if not expr.names <= self._scenario.quantities.keys():
            return math.nan
        try:
            return float(evaluate(expr, self))
        except (ExpressionError, ArithmeticError, ValueError, TypeError, RecursionError):
            return math.nan

    def _mid(self, id_: str) -> float:
        quantity = self._scenario.quantity(id_, self._worldview)
        if quantity.formula is not None:
            return self.of(quantity.formula)
        for value in (quantity.value, quantity.mid):
            if value is not None:
                return value
        if quantity.family is None:
            return math.nan
        from winset.scenario.distributions import DistributionError, quantile

        try:
            return float(quantile(quantity, 0.5))
        except DistributionError:
            return math.nan


def check_quantities(scenario: Scenario, findings: Findings) -> None:
    """Every quantity says one possible distribution; every worldview sets the disputed ones."""
    for id_, quantity in scenario.quantities.items():
        path = scenario.paths[id_]
        if quantity.disputed:
            _check_spread(path, quantity, findings, may_be_empty=True)
        else:
            _check_spread(path, quantity, findings)
    for view_id, view in scenario.spec.worldviews.items():
        for id_ in view.set:
            if id_ in scenario.quantities:
                path = ("worldviews", view_id, "set", id_)
                _check_spread(path, scenario.quantity(id_, view_id), findings)
    _check_disputed(scenario, findings)


def _check_disputed(scenario: Scenario, findings: Findings) -> None:
    disputed = [id_ for id_, quantity in scenario.quantities.items() if quantity.disputed]
    if disputed and not scenario.spec.worldviews:
        message = "a disputed quantity needs a worldview that sets it; there are no worldviews"
        findings.problem(scenario.paths[disputed[0]], message, found=", ".join(disputed[:5]))
        return
    for view_id, view in scenario.spec.worldviews.items():
        unset = [id_ for id_ in disputed if id_ not in view.set]
        if unset:
            shown = ", ".join(unset[:8]) + (f" and {len(unset) - 8} more" if len(unset) > 8 else "")
            message = (
                f"disputed quantities have no default, and this worldview leaves unset: {shown}"
            )
            findings.problem(("worldviews", view_id, "set"), message)


def _check_spread(
    path: Path, quantity: Quantity, findings: Findings, *, may_be_empty: bool = False
) -> None:
    from winset.scenario.distributions import fault

    ways = [
        name
        for name, given in (
            ("low/mid/high", {quantity.low, quantity.mid, quantity.high} != {None}),
            ("value", quantity.value is not None),
            ("formula", quantity.formula is not None),
            ("family", quantity.family is not None),
        )
        if given
    ]
    if len(ways) > 1:
        findings.problem(path, "one way to say the number is enough", found=" and ".join(ways))
    elif not ways and may_be_empty:
        return
    elif quantity.parameters and quantity.family is None:
        findings.problem((*path, "parameters"), "parameters belong to a `family`")
    elif quantity.formula is None and (message := fault(quantity)):
        findings.problem(path, message)
    elif quantity.value is not None:
        _check_bounds(path, quantity.value, quantity, findings)
    for holder, believed in quantity.believed_by.items():
        inner = (*path, "believed_by", holder)
        if believed.unit not in ("1", quantity.unit):
            message = "a belief is in the unit of what it is about"
            findings.problem(inner, message, found=believed.unit, allowed=quantity.unit)
        if believed.believed_by:
            findings.problem(inner, "a belief about a belief is not part of the language")
        elif believed.formula is None and (message := fault(believed)):
            findings.problem(inner, message)


def _check_bounds(path: Path, value: float, quantity: Quantity, findings: Findings) -> None:
    low, high = quantity.bounds
    if (low is not None and value < low) or (high is not None and value > high):
        span = f"{'-' if low is None else f'{low:g}'} to {'-' if high is None else f'{high:g}'}"
        findings.problem(path, "the value lies outside its bounds", found=value, allowed=span)


def check_at_mids(scenario: Scenario, spots: Sequence[Spot], findings: Findings) -> None:
    """What can be worked out at mid values under each worldview: chances, priors, starts within
    bounds.

    Call only where names are known and definitions make no circle.
    """
    for worldview in scenario.worldviews:
        mids = Mids(scenario, worldview)
        under = "" if not scenario.spec.worldviews else f" under worldview {worldview}"
        _check_chances(spots, mids, under, findings)
        _check_priors(scenario, worldview, mids, under, findings)
        _check_starts(scenario, mids, under, findings)
        _check_no_deal(scenario, mids, under, findings)


def _check_chances(spots: Sequence[Spot], mids: Mids, under: str, findings: Findings) -> None:
    for spot in spots:
        if not spot.chance:
            continue
        value = mids.of(spot.expr)
        if value < -1e-9 or value > 1 + 1e-9:
            findings.problem(
                spot.path,
                f"not a chance: {value:.4g} at mid values{under}",
                found=spot.expr.text,
                allowed="0 to 1",
                group=("chance", ".".join(map(str, spot.path))),
            )


def _priors(scenario: Scenario, worldview: str) -> Iterator[tuple[Path, Mapping[str, Expr]]]:
    """The priors that hold under a worldview, each where it is written."""
    view = scenario.spec.worldviews.get(worldview)
    for h, hypothesis in scenario.spec.hypotheses.items():
        own = view.priors.get(h, {}) if view is not None else {}
        if "world" not in own:
            yield ("hypotheses", h, "prior"), hypothesis.prior
        for holder, prior in own.items():
            yield ("worldviews", worldview, "priors", h, holder), prior
        for holder, prior in hypothesis.priors.items():
            if holder not in own:
                yield ("hypotheses", h, "priors", holder), prior


def _check_priors(
    scenario: Scenario, worldview: str, mids: Mids, under: str, findings: Findings
) -> None:
    for path, prior in _priors(scenario, worldview):
        total = sum(mids.of(expr) for expr in prior.values())
        if abs(total - 1) > TOLERANCE:
            findings.problem(
                path,
                f"the chances sum to {total:.4g} at mid values{under}",
                allowed=f"1, give or take {TOLERANCE:g}",
                group=("prior", ".".join(map(str, path))),
            )


def _check_starts(scenario: Scenario, mids: Mids, under: str, findings: Findings) -> None:
    for id_, stock in scenario.spec.state.items():
        start = mids.of(stock.start)
        low, high = (_or_none(mids, expr) for expr in (stock.low, stock.high))
        path: Path = ("state", id_, "start")
        if low is not None and high is not None and low > high:
            message = f"its bounds {low:g} and {high:g} are not in rising order{under}"
            findings.problem(("state", id_), message, group=("bounds", id_))
        elif (low is not None and start < low) or (high is not None and start > high):
            findings.problem(
                path,
                f"the start {start:g} lies outside the bounds at mid values{under}",
                found=stock.start.text,
                group=("start", id_),
            )


def _or_none(mids: Mids, expr: Expr | None) -> float | None:
    if expr is None:
        return None
    value: Any = mids.of(expr)
    return None if math.isnan(value) else value


def _check_no_deal(scenario: Scenario, mids: Mids, under: str, findings: Findings) -> None:
    for id_, issue in scenario.spec.issues.items():
        if isinstance(issue.no_deal, Mapping):
            total = sum(mids.of(expr) for expr in issue.no_deal.values())
            if abs(total - 1) > TOLERANCE:
                findings.problem(
                    ("issues", id_, "no_deal"),
                    f"the weights sum to {total:.4g} at mid values{under}",
                    allowed="1",
                    group=("no_deal", id_),
                )
