"""The war by month, with talks and without: the median and the middle of all paths, in each
worldview, with what was measured before the start in front where the scenario holds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from winset.insight.apart import QUANTILES, without_talks
from winset.insight.verdict import calendar
from winset.study import CellKey, DesignError, Results
from winset.talks.cell import Course
from winset.views.charts.figure import Figure, caption, clean, need_altair, table
from winset.views.charts.names import course_name, sentence, strategy_names, worldview_names
from winset.views.charts.theme import ACCENT, INK, NEUTRAL, SECOND, SOFT, axis_format
from winset.views.text import human

__all__ = ["courses", "observed", "war_figure"]

_STAY: Final = "Paths whose war is over stay where they ended."
_PACE: Final = "A path whose war is over keeps the pace of its last month: nothing goes on there."


def courses(results: Results) -> tuple[str, ...]:
    """Return the quantities whose course by month the study holds, in the scenario's order."""
    return tuple(dict.fromkeys(n for cell in results.cells.values() for n in cell.courses))


def war_figure(results: Results, quantity: str, strategy: str | None = None) -> Figure:
    """Return the fans of one quantity under one strategy (default: the headline).

    Raises DesignError for a quantity or strategy the study does not have.
    """
    known = courses(results)
    if quantity not in known:
        raise DesignError(
            [f"no course by month called {quantity!r}; there are: {', '.join(known) or 'none'}"]
        )
    shown = strategy or results.scenario.spec.headline
    if shown not in results.strategies:
        if strategy is not None:
            raise DesignError(
                [f"no strategy {strategy!r} in this study; it has: {', '.join(results.strategies)}"]
            )
        shown = results.strategies[0]
    label, unit = course_name(results.scenario.spec, quantity)
    return Figure(
        name=f"war-{quantity}",
        finding=_finding(results, quantity, shown, label, unit),
        reads=f"{sentence(label)}{f', {unit}' if unit else ''}, by month under "
        f"“{strategy_names(results, 60)[shown]}”. Line: median of all paths; inner band: middle "
        "half; outer band: 10th to 90th percentile. Dashed: the same war with no talks, median and "
        "10th to 90th percentile. "
        f"{_PACE if '/month' in unit else _STAY}"
        f"{_observed_words(results.scenario.spec, quantity)}",
        caption=caption(results),
        draw=lambda width: _draw(results, quantity, shown, width),
        options={"quantity": quantity, "strategy": shown},
    )


def observed(spec: Any, quantity: str) -> dict[int, float]:
    """Return what was measured of a quantity: month from the start (0: at the start) -> value. A
    stock is placed at the end of its month, a value of a month at the month itself.
    """
    year, month = (int(part) for part in spec.start.split("-")[:2])
    shift = 1 if quantity in spec.state else 0
    found: dict[int, float] = {}
    for series in spec.observed.values():
        if series.of == quantity:
            for when, value in series.points.items():
                y, m = (int(part) for part in when.split("-"))
                found[12 * (y - year) + m - month + shift] = value
    return dict(sorted(found.items()))


def _observed_words(spec: Any, quantity: str) -> str:
    known = [
        f"{clean(s.label) or id_}" + (f" ({', '.join(s.sources)})" if s.sources else "")
        for id_, s in spec.observed.items()
        if s.of == quantity
    ]
    return f" Dots: measured before the start: {'; '.join(known)}." if known else ""


def _finding(results: Results, quantity: str, strategy: str, label: str, unit: str) -> str:
    month = min(24, results.settings.months)
    medians, apart = [], []
    alone = without_talks(results, strategy)
    for worldview in results.worldviews:
        cell = results.cells.get(CellKey(worldview, strategy))
        course = cell.courses.get(quantity) if cell is not None else None
        if course is not None:
            medians.append(float(course.all_paths[month, _column(course, 0.5)]))
            apart.append(float(alone[worldview][quantity][month, QUANTILES.index(0.5)]))
    when = calendar(results.scenario.spec.start, month)
    if not medians:
        return f"{sentence(label)}: no course"
    unit = f" {unit}" if unit else ""
    return (
        f"{sentence(label)}: median {_span(medians)}{unit} at the start of {when}, without talks "
        f"{_span(apart)}"
    )


def _span(numbers: list[float]) -> str:
    least, most = min(numbers), max(numbers)
    low, high = (
        human(n) if abs(n) > 0.01 * max(abs(least), abs(most)) else "0" for n in (least, most)
    )
    return low if low == high else f"{low} to {high}"


def _column(course: Course, quantile: float) -> int:
    gaps = [abs(q - quantile) for q in course.quantiles]
    return gaps.index(min(gaps))


def _draw(results: Results, quantity: str, shown: str, width: int) -> Any:
    alt = need_altair()
    narrow = width < 500
    views = worldview_names(results, 24)
    alone = without_talks(results, shown)
    rows: list[dict[str, Any]] = []
    for worldview in results.worldviews:
        cell = results.cells.get(CellKey(worldview, shown))
        found = cell.courses.get(quantity) if cell is not None else None
        if found is None:
            continue
        apart = alone[worldview][quantity]
        for month, numbers in enumerate(found.all_paths):
            row = {"worldview": views[worldview], "month": month, **_fan(found, numbers)}
            for name, share in (("low", 0.1), ("other", 0.5), ("high", 0.9)):
                row[name] = _few(apart[month, QUANTILES.index(share)])
            rows.append(row)
    columns = min(2 if narrow else 3, len(views))
    panel = (width - (52 if narrow else 64)) / columns - 14
    seen = observed(results.scenario.spec, quantity)
    for view in {row["worldview"] for row in rows}:
        rows += [{"worldview": view, "month": m, "seen": _few(v)} for m, v in seen.items()]
    first, months = min(seen, default=0), results.settings.months
    step = 12 if months - first <= 60 else 24
    x = alt.X(
        "month:Q",
        title=f"months from {calendar(results.scenario.spec.start, 0)}",
        scale=alt.Scale(domain=[first, months], nice=False),
        axis=alt.Axis(values=list(range(-(-first // step) * step, months + 1, step)), grid=False),
    )
    axis = alt.Axis(
        format=axis_format(row.get("p90", 0.0) for row in rows), title=None, tickCount=4
    )

    def y(field: str) -> Any:
        return alt.Y(f"{field}:Q", scale=alt.Scale(zero=False), axis=axis)

    fan = alt.Chart().encode(x=x)
    layers = [
        fan.mark_area(color=SOFT, opacity=0.35).encode(y=y("p10"), y2="p90:Q"),
        fan.mark_area(color=SOFT, opacity=0.75).encode(y=y("p25"), y2="p75:Q"),
        fan.mark_line(color=ACCENT, strokeWidth=1.8).encode(y=y("mid")),
        *(
            fan.mark_line(color=SECOND, strokeWidth=wide, strokeDash=dash).encode(y=y(name))
            for name, wide, dash in (
                ("low", 0.9, [2, 3]),
                ("other", 1.6, [6, 3]),
                ("high", 0.9, [2, 3]),
            )
        ),
    ]
    if seen:
        start = alt.Chart().mark_rule(color=NEUTRAL, strokeDash=[2, 3])
        layers += [
            fan.mark_line(color=INK, strokeWidth=1, opacity=0.5).encode(y=y("seen")),
            fan.mark_point(color=INK, filled=True, size=9, opacity=1).encode(y=y("seen")),
            start.encode(x=alt.datum(0)),
        ]
    return (
        alt.layer(*layers, data=table(rows))
        .properties(width=panel, height=104 if narrow else 120)
        .facet(
            facet=alt.Facet(
                "worldview:N", sort=list(views.values()), header=alt.Header(title=None)
            ),
            columns=columns,
        )
    )


def _fan(course: Course, numbers: Sequence[float]) -> dict[str, float]:
    wanted = {"p10": 0.1, "p25": 0.25, "mid": 0.5, "p75": 0.75, "p90": 0.9}
    return {name: _few(numbers[_column(course, q)]) for name, q in wanted.items()}


def _few(number: float) -> float:
    """Five figures: more cannot be seen, and make files large."""
    return float(f"{number:.5g}")
