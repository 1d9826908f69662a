"""What strategies, worldviews, options and quantities are called on a chart, and in which order."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from winset.views.charts.figure import clean, short

if TYPE_CHECKING:
    from winset.study import Results

__all__ = [
    "LINES",
    "MIDDLE",
    "course_name",
    "rows_axis",
    "sentence",
    "strategy_names",
    "two_lines",
    "unique",
    "units",
    "worldview_names",
]

#: the expression by which an axis or header breaks a label where `two_lines` did
LINES: Final = "split(datum.label, '\\n')"

#: sets a label of two lines in the middle of its row
MIDDLE: Final[Any] = {
    "condition": {"test": "indexof(datum.label, '\\n') >= 0", "value": "bottom"},
    "value": "middle",
}
#: units in the plural, as they stand above a slash
_PLURALS: Final = {"person": "people", "missile": "missiles", "drone": "drones", "usd_bn": "US$ bn"}


def rows_axis(width: int) -> Any:
    """Return the axis of a chart of named rows: names of up to two lines, `width` pixels wide."""
    import altair as alt

    return alt.Axis(
        title=None,
        ticks=False,
        domain=False,
        grid=True,
        labelLimit=width,
        minExtent=width,
        labelExpr=LINES,
        labelFontSize=10,
        labelLineHeight=11,
        labelBaseline=MIDDLE,
    )


def two_lines(text: str, width: int) -> str:
    """Return a text in at most two lines of `width` letters, cut with an ellipsis; 0: one line."""
    if not width:
        return text
    lines = textwrap.wrap(text, width, max_lines=2, placeholder="…") or [""]
    return "\n".join(lines)


def sentence(text: str) -> str:
    """Return a label cleaned, with a capital first."""
    plain = clean(text)
    return plain[:1].upper() + plain[1:]


def unique(names: Iterable[tuple[str, str]], most: int, wrap: int = 0) -> dict[str, str]:
    """Return id -> label, cut to `most` letters, broken into two lines of `wrap`; ids where two
    labels would read alike.
    """
    pairs = [(id_, two_lines(short(label or id_, most), wrap)) for id_, label in names]
    counts: dict[str, int] = {}
    for _, label in pairs:
        counts[label] = counts.get(label, 0) + 1
    return {
        id_: label if counts[label] == 1 else two_lines(short(id_, most), wrap)
        for id_, label in pairs
    }


def strategy_names(
    results: Results, most: int = 40, only: Sequence[str] | None = None, wrap: int = 0
) -> dict[str, str]:
    """Return strategy -> label, in the order of the scenario's files."""
    known: Any = results.scenario.spec.strategies
    every = unique(
        ((s, known[s].label if s in known else s) for s in results.strategies), most, wrap
    )
    return every if only is None else {s: every[s] for s in only}


def worldview_names(results: Results, most: int = 24, wrap: int = 0) -> dict[str, str]:
    """Return worldview -> label, in the order of the scenario's files."""
    known: Any = results.scenario.spec.worldviews
    return unique(
        ((w, known[w].label if w in known else w) for w in results.worldviews), most, wrap
    )


def course_name(spec: Any, name: str) -> tuple[str, str]:
    """Return the label and the unit of a quantity by month."""
    part = spec.state.get(name) or spec.derived.get(name)
    if part is None:
        return name, ""
    return clean(part.label) or name, units(part.unit)


def units(unit: str) -> str:
    """Return a unit as it is read: `person/month` as `people/month`, `km**2` as `km²`."""
    words = "" if unit == "1" else clean(unit).replace("**2", "²").replace("**3", "³")
    for name, plural in _PLURALS.items():
        words = re.sub(rf"\b{name}\b(?!s)", plural, words)
    return words.replace("1/", "per ").replace("_", " ")
