"""Every uncertain number of a scenario as rows: what it is, its range, whose, how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from winset.scenario.evidence import numbers_by_standing
from winset.views.quantity import spread

if TYPE_CHECKING:
    from winset.scenario import Scenario

__all__ = ["Input", "inputs", "section_of"]


@dataclass(frozen=True)
class Input:
    """One number. value: in words, 10th to 90th percentile; `disputed` where only worldviews say.

    by: worldview -> its own value. believed: party -> what it believes instead. standing: sourced,
    judged, unchecked, or formula.
    """

    id: str
    label: str
    value: str
    unit: str
    confidence: str
    sources: tuple[str, ...]
    known_on: str
    note: str
    standing: str
    section: str
    by: dict[str, str] = field(default_factory=dict)
    believed: dict[str, str] = field(default_factory=dict)


def inputs(scenario: Scenario) -> tuple[Input, ...]:
    """Return every number that can be set, in the order of the scenario's files."""
    return tuple(_inputs(scenario))


def _inputs(scenario: Any) -> Iterator[Input]:
    standing = {
        id_: kind for kind, found in numbers_by_standing(scenario).items() for _, id_ in found
    }
    for id_, quantity in scenario.quantities.items():
        yield Input(
            id=id_,
            label=quantity.label,
            value=spread(quantity),
            unit="" if quantity.unit == "1" else quantity.unit,
            confidence=quantity.confidence or "",
            sources=tuple(quantity.sources),
            known_on=quantity.known_on or "",
            note=quantity.note,
            standing=standing.get(id_, "set by worldview" if quantity.disputed else "formula"),
            section=section_of(scenario.paths[id_]),
            by={
                view: spread(scenario.quantity(id_, view))
                for view, body in scenario.spec.worldviews.items()
                if id_ in body.set
            },
            believed={who: spread(q) for who, q in quantity.believed_by.items()},
        )


def section_of(path: tuple[str | int, ...]) -> str:
    """Return the part of the scenario a path lies in: `quantities`, `preferences PARTY`, ..."""
    head = [str(part) for part in path]
    return " ".join(head[:2]) if head[0] == "preferences" else head[0]
