"""The ground region by region: the share of each that a scenario's `map` is about, at the start and
months later, by worldview. Borders are those of the outline; control is laid over them.
"""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import Any, Final

from winset.insight.verdict import calendar
from winset.scenario.expr import evaluate
from winset.scenario.schema.map import Map, Region, rings
from winset.study import CellKey, DesignError, Results
from winset.talks.cell import Course
from winset.views.charts.figure import Figure, caption, clean, need_altair, short, table
from winset.views.charts.names import sentence, strategy_names, worldview_names
from winset.views.charts.space import chosen_strategy
from winset.views.charts.theme import INK, RAMP, step_of
from winset.views.text import share

__all__ = ["map_figure"]

#: months shown after the start
_MONTHS: Final = (24, 60)
#: a share that moves less than this over everything shown is not written under the maps
_MOVES: Final = 0.003


@dataclass(frozen=True)
class _Shares:
    """Of one region in one month: the median path and the 10th and 90th percentile."""

    low: float
    mid: float
    high: float


def map_figure(results: Results, strategy: str | None = None) -> Figure:
    """Return the maps under one strategy (default: the headline).

    Raises DesignError where the scenario has no map, for a strategy the study does not have, and
    where no cell of it is done.
    """
    ground = results.scenario.spec.map
    if ground is None:
        raise DesignError(["the scenario draws no map: it has no `map`"])
    shown = chosen_strategy(results, strategy)
    done = [w for w in results.worldviews if CellKey(w, shown) in results.cells]
    if not done:
        raise DesignError([f"no cell of {shown} is done yet"])
    months = [m for m in _MONTHS if m <= results.settings.months] or [results.settings.months]
    places = {w: {m: _at(results, ground, w, shown, m) for m in (0, *months)} for w in done}
    dates = " and ".join(calendar(results.scenario.spec.start, m) for m in months)
    return Figure(
        name="map",
        finding=_finding(results, ground, places, months),
        reads=f"{sentence(ground.label)}, % of each region's ground: at the start, and under "
        f"“{strategy_names(results, 60)[shown]}” at the start of {dates}, the median of all paths "
        "(10th to 90th percentile in brackets); paths whose war is over stay where they ended, "
        "and what a settlement moves is not shown. A stronger shade is a larger share, wherever in "
        f"the region it lies. {clean(ground.about)}",
        caption=caption(results, *_sources(ground)),
        draw=lambda width: _draw(results, ground, places, months, width),
        options={"strategy": shown},
    )


def _sources(ground: Map) -> tuple[str, ...]:
    return (f"Ground at the start: {', '.join(ground.sources)}.",) if ground.sources else ()


def _at(
    results: Results, ground: Map, worldview: str, strategy: str, month: int
) -> dict[str, _Shares]:
    """Region -> shares in a month."""
    courses = results.cells[CellKey(worldview, strategy)].courses
    return {id_: _share(region, courses, month) for id_, region in ground.regions.items()}


def _share(region: Region, courses: Any, month: int) -> _Shares:
    if region.share is None:
        return _Shares(0.0, 0.0, 0.0)
    names = sorted(region.share.names)
    if not names:
        fixed = float(evaluate(region.share, {}))
        return _Shares(fixed, fixed, fixed)
    course: Course = courses[names[0]]
    found = []
    for quantile in (0.1, 0.5, 0.9):
        gaps = [abs(q - quantile) for q in course.quantiles]
        value = float(course.all_paths[month, gaps.index(min(gaps))])
        found.append(min(max(float(evaluate(region.share, {names[0]: value})), 0.0), 1.0))
    return _Shares(min(found), found[1], max(found))


def _moving(ground: Map, places: dict[str, dict[int, dict[str, _Shares]]]) -> list[str]:
    """Regions whose share moves anywhere, in the scenario's order."""
    kept = []
    for id_ in ground.regions:
        seen = [one[id_] for by in places.values() for one in by.values()]
        if max(s.high for s in seen) - min(s.low for s in seen) > _MOVES:
            kept.append(id_)
    return kept


def _finding(
    results: Results,
    ground: Map,
    places: dict[str, dict[int, dict[str, _Shares]]],
    months: list[int],
) -> str:
    moving = _moving(ground, places)
    label = sentence(ground.label)
    when = calendar(results.scenario.spec.start, months[0])
    if not moving:
        return f"{label}: nothing moves"
    most = max(
        moving,
        key=lambda i: max(by[months[0]][i].mid - by[0][i].mid for by in places.values()),
    )
    first = [by[0][most].mid for by in places.values()]
    later = [by[months[0]][most].mid for by in places.values()]
    name = short(ground.regions[most].label or most, 40)
    ends = [share(min(later)), share(max(later))]
    span = ends[0] if ends[0] == ends[1] else " to ".join(ends)
    return (
        f"{label}: most moves in {name}, from {share(sum(first) / len(first))}% to a median of "
        f"{span}% by {when}, depending on the worldview"
    )


def _draw(
    results: Results,
    ground: Map,
    places: dict[str, dict[int, dict[str, _Shares]]],
    months: list[int],
    width: int,
) -> Any:
    alt = need_altair()
    narrow = width < 500
    views = worldview_names(results, 24)
    moving = _moving(ground, places)
    begin = next(iter(places.values()))[0]
    held = [i for i in ground.regions if i in moving or begin[i].mid > 0]
    columns = 2 if narrow else 4
    panel = width / columns - 14
    shapes, aspect = _shapes(ground)
    start = results.scenario.spec.start
    size = 8 if narrow else 8.5

    def one(
        title: list[str], found: dict[str, _Shares], listed: list[str], brackets: bool, wide: float
    ) -> Any:
        rows = [
            {**feature, "fill": RAMP[0] if not found[id_].mid else RAMP[step_of(found[id_].mid, 1)]}
            for id_, features in shapes.items()
            for feature in features
        ]
        drawn = (
            alt.Chart(table(rows))
            .mark_geoshape(stroke=INK, strokeWidth=0.5)
            .encode(fill=alt.Fill("fill:N", scale=None))
            .project(type="identity", reflectY=True)
            .properties(width=wide, height=wide * aspect)
        )
        lines = []
        for id_ in listed:
            s = found[id_]
            span = f" ({share(s.low)}–{share(s.high)})" if brackets else ""
            said = f"{short(ground.regions[id_].label or id_, 60)} {share(s.mid)}{span}"
            lines += textwrap.wrap(said, int(wide / (0.62 * size)), subsequent_indent="   ")
        words = alt.TitleParams(
            text=lines, orient="bottom", fontSize=size, lineHeight=11, fontWeight="normal",
            anchor="start", offset=2, frame="group",
        )  # fmt: skip
        return alt.vconcat(
            drawn.properties(title=words),
            title=alt.TitleParams(
                text=title, fontSize=10.5, anchor="start", offset=0, lineHeight=12
            ),
            spacing=2,
        )

    panels = [
        one([views[w], calendar(start, m)], by[m], moving, True, panel)
        for w, by in places.items()
        for m in months
    ]
    grid = alt.concat(*panels, columns=columns if len(months) > 1 else columns // 2, spacing=14)
    top = one([f"At the start, {calendar(start, 0)}"], begin, held, False, panel * 1.35)
    return alt.vconcat(alt.hconcat(top, _scale(alt, narrow), spacing=24), grid, spacing=14)


def _scale(alt: Any, narrow: bool) -> Any:
    """What the shades stand for."""
    rows = [
        {
            "step": len(RAMP) - n,
            "fill": fill,
            "text": f"{100 * n // len(RAMP)}–{100 * (n + 1) // len(RAMP)}%",
        }
        for n, fill in enumerate(RAMP)
    ]
    base = alt.Chart(table(rows)).encode(
        y=alt.Y("step:O", axis=None, scale=alt.Scale(paddingInner=0.1))
    )
    tiles = base.mark_rect(stroke=INK, strokeWidth=0.5).encode(
        fill=alt.Fill("fill:N", scale=None), x=alt.value(0), x2=alt.value(18)
    )
    words = base.mark_text(align="left", fontSize=9).encode(text="text:N", x=alt.value(24))
    return alt.layer(tiles, words).properties(width=70, height=90 if narrow else 112)


def _shapes(ground: Map) -> tuple[dict[str, list[dict[str, Any]]], float]:
    """Region -> GeoJSON features in a plane (equal degrees north and east at the middle), and the
    whole's height over its width.
    """
    every = {id_: [rings(r) for r in region.outline] for id_, region in ground.regions.items()}
    points = [p for found in every.values() for ring in found for p in ring]
    lows, highs = min(p[1] for p in points), max(p[1] for p in points)
    squash = math.cos(math.radians((lows + highs) / 2))
    wide = (max(p[0] for p in points) - min(p[0] for p in points)) * squash
    shapes = {
        id_: [
            {
                "type": "Feature",
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[round(x * squash, 3), y] for x, y in (*ring, ring[0])]],
                },
            }
            for ring in found
        ]
        for id_, found in every.items()
    }
    return shapes, (highs - lows) / wide
