"""Small changes of a scenario: a lever set to another level, a disputed number held to be another.

A lever goes from the strategy's level towards 0 or 1. A belief is a number that is disputed (where
none is, one on which worldviews differ; where they differ on none, any uncertain number that is no
preference): it is held to be a value between its own middle and the ends of what the worldviews
span, the lowest 10th and the highest 90th percentile. A change is written into the scenario as one
more strategy or worldview, so that everything else is the same and draws and luck are shared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

if TYPE_CHECKING:
    from winset.scenario import Scenario

__all__ = ["Change", "Move", "Step", "beliefs_of", "levers_of", "with_changes", "with_term"]

Kind = Literal["levers", "beliefs"]

TERM: Final = "need"


@dataclass(frozen=True)
class Move:
    """One thing that can be changed: from `start` as far as `end`; `span` is what counts as 1."""

    kind: Kind
    id: str
    start: float
    end: float
    span: float


@dataclass(frozen=True)
class Step:
    """A move made by a `part` of the way, above 0 to 1."""

    move: Move
    part: float = 1.0

    @property
    def value(self) -> float:
        """What the lever is set to, or the number held to be."""
        return self.move.start + self.part * (self.move.end - self.move.start)

    @property
    def size(self) -> float:
        """How large: 1 is a lever from 0 to 1, or a number from one end of its range to the
        other.
        """
        return abs(self.value - self.move.start) / self.move.span


@dataclass(frozen=True)
class Change:
    """Steps made together; none: as it is."""

    steps: tuple[Step, ...] = ()

    @property
    def size(self) -> float:
        """The sum of its steps' sizes."""
        return float(sum(step.size for step in self.steps))

    def scaled(self, part: float) -> Change:
        """The same steps, each by this part of its way."""
        return Change(tuple(Step(step.move, part * step.part) for step in self.steps))

    def without(self, at: int) -> Change:
        """All steps but one."""
        return Change((*self.steps[:at], *self.steps[at + 1 :]))


def levers_of(scenario: Scenario, strategy: str) -> list[Move]:
    """Each lever, up and down, as far as it is not there already."""
    levels = scenario.strategy(strategy).levers
    return [
        Move("levers", lever, float(level), end, 1.0)
        for lever, level in levels.items()
        for end in (1.0, 0.0)
        if float(level) != end
    ]


def beliefs_of(scenario: Scenario, worldview: str) -> list[Move]:
    """Each disputed number, to either end of what the worldviews span."""
    moves = []
    for id_ in _disputed(scenario):
        quantity = scenario.quantity(id_, worldview)
        if quantity.formula is not None:
            continue
        said = [scenario.quantity(id_, view) for view in scenario.worldviews]
        low = min((_end(one, 0.1) for one in said if one.formula is None), default=np.nan)
        high = max((_end(one, 0.9) for one in said if one.formula is None), default=np.nan)
        start = _end(quantity, 0.5)
        floor, ceiling = quantity.bounds
        low = low if floor is None else max(low, floor)
        high = high if ceiling is None else min(high, ceiling)
        if not np.isfinite(high - low) or high <= low:
            continue
        moves += [
            Move("beliefs", id_, start, float(end), float(high - low))
            for end in (low, high)
            if end != start
        ]
    return moves


def _disputed(scenario: Scenario) -> list[str]:
    all_of = scenario.quantities
    disputed = [id_ for id_, quantity in all_of.items() if quantity.disputed]
    views = scenario.spec.worldviews.values()
    differing = [id_ for id_ in all_of if any(id_ in view.set for view in views)]
    own = [
        id_
        for id_, quantity in all_of.items()
        if scenario.paths[id_][0] == "quantities"
        and quantity.formula is None
        and quantity.value is None
    ]
    return disputed or differing or own


def _end(quantity: Any, share: float) -> float:
    from winset.scenario.distributions import quantile

    return float(quantile(quantity, np.array([share]))[0])


def with_term(scenario: Scenario, month: int) -> Scenario:
    """The scenario with one more term, the first: so that `durable_term` is by that month."""
    from winset.scenario.scenario import build
    from winset.scenario.schema.beliefs import Term

    terms = {TERM: Term(month=month, label=f"month {month}"), **scenario.spec.terms}
    return build(scenario.spec.model_copy(update={"terms": terms}), scenario.places)


def with_changes(
    scenario: Scenario, worldview: str, strategy: str, changes: Sequence[Change]
) -> tuple[Scenario, list[tuple[str, str]]]:
    """The scenario with every change written in, and the (worldview, strategy) of each."""
    from winset.scenario.scenario import build
    from winset.scenario.schema.talks import Strategy, Worldview

    strategies, worldviews = dict(scenario.spec.strategies), dict(scenario.spec.worldviews)
    keys = []
    for number, change in enumerate(changes):
        levers = {s.move.id: s.value for s in change.steps if s.move.kind == "levers"}
        beliefs = {s.move.id: s.value for s in change.steps if s.move.kind == "beliefs"}
        doing, holding = strategy, worldview
        if levers:
            doing = f"{strategy}~{number}"
            base = strategies.get(strategy)
            strategies[doing] = (
                Strategy(label=doing, levers=levers)
                if base is None
                else Strategy(label=doing, based_on=strategy, levers=levers)
            )
        if beliefs:
            holding = f"{worldview}~{number}"
            base_view = worldviews.get(worldview) or Worldview(label=worldview)
            held = {id_: _held(scenario, worldview, id_, v) for id_, v in beliefs.items()}
            worldviews[holding] = base_view.model_copy(update={"set": {**base_view.set, **held}})
        keys.append((holding, doing))
    spec = scenario.spec.model_copy(update={"strategies": strategies, "worldviews": worldviews})
    return build(spec, scenario.places), keys


def _held(scenario: Scenario, worldview: str, id_: str, value: float) -> Any:
    from winset.scenario.schema.base import Quantity

    now = scenario.quantity(id_, worldview)
    return Quantity(
        value=value,
        unit=now.unit,
        label=now.label,
        bounds=now.bounds,
        believed_by=now.believed_by,
        confidence="J",
        note="what would have to be so",
    )
