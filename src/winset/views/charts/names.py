"""What strategies, worldviews, options and quantities are called on a chart, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from winset.views.charts.figure import short

if TYPE_CHECKING:
    from winset.study import Results

__all__ = ["course_name", "strategy_names", "unique", "worldview_names"]


def unique(names: Iterable[tuple[str, str]], most: int) -> dict[str, str]:
    """Return id -> label, cut to `most` letters; ids where two labels would read alike."""
    pairs = [(id_, short(label or id_, most)) for id_, label in names]
    counts: dict[str, int] = {}
    for _, label in pairs:
        counts[label] = counts.get(label, 0) + 1
    return {id_: label if counts[label] == 1 else short(id_, most) for id_, label in pairs}


def strategy_names(
    results: Results, most: int = 40, only: Sequence[str] | None = None
) -> dict[str, str]:
    """Return strategy -> label, in the order of the scenario's files."""
    known: Any = results.scenario.spec.strategies
    return unique(
        ((s, known[s].label if s in known else s) for s in only or results.strategies), most
    )


def worldview_names(results: Results, most: int = 24) -> dict[str, str]:
    """Return worldview -> label, in the order of the scenario's files."""
    known: Any = results.scenario.spec.worldviews
    return unique(((w, known[w].label if w in known else w) for w in results.worldviews), most)


def course_name(spec: Any, name: str) -> tuple[str, str]:
    """Return the label and the unit of a quantity by month."""
    part = spec.state.get(name) or spec.derived.get(name)
    if part is None:
        return name, ""
    unit = "" if part.unit == "1" else str(part.unit).replace("**2", "²").replace("**3", "³")
    return part.label or name, unit.replace("usd_bn", "US$ bn").replace("_", " ")
