"""The settlement space: every named plan, the frontier of all packages, and both sides' values of
fighting on as the months go by, one panel a worldview.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from winset.insight.space import Space, space_of, worths_of
from winset.study import CellKey, DesignError, Results
from winset.views.charts.figure import Figure, caption, clean, need_altair, short, table
from winset.views.charts.letters import apart
from winset.views.charts.names import strategy_names, two_lines, worldview_names
from winset.views.charts.theme import ACCENT, INK, NEUTRAL, PAPER, SECOND, SOFT

__all__ = ["chosen_strategy", "space_figure"]

#: stakes shown around the start; a plan further off is set on the edge
_LOW: Final = -0.5
_HIGH: Final = 0.8
_EVERY: Final = 6
#: stakes that a pixel or so stands for
_SEEN: Final = 0.007


def chosen_strategy(results: Results, strategy: str | None) -> str:
    """The strategy asked for, else the one the scenario is about, else the first. Raises
    DesignError for one the study does not have.
    """
    shown = strategy or results.scenario.spec.headline
    if shown in results.strategies:
        return str(shown)
    if strategy is not None:
        raise DesignError(
            [f"no strategy {strategy!r} in this study; it has: {', '.join(results.strategies)}"]
        )
    return results.strategies[0]


def space_figure(results: Results, strategy: str | None = None) -> Figure:
    """Return the panels, under one strategy (default: the headline).

    Raises StudyError where the study holds no value of fighting on by month, DesignError for a
    strategy it does not have, and where not two parties sign.
    """
    shown = chosen_strategy(results, strategy)
    done = [w for w in results.worldviews if CellKey(w, shown) in results.cells]
    for worldview in done[:1] or results.worldviews[:1]:
        worths_of(results, worldview, shown)
    spaces = [space_of(results, w, shown) for w in done]
    first = spaces[0]
    who = [clean(results.scenario.spec.parties[p].name) for p in first.parties]
    key = "; ".join(f"{n} {short(p.title, 60)}" for n, p in enumerate(first.plans, 1))
    return Figure(
        name="space",
        finding=_finding(results, spaces),
        reads=f"What a text is worth over fighting on, in each side's own stakes, under "
        f"“{strategy_names(results, 60)[shown]}”: {who[0]} across, {who[1]} up, at the middle of "
        "every number and with the likeliest types. Line: the best that can be had for both of all "
        "packages on the table; shaded: better than fighting on for both leaderships at the start. "
        "Orange: where that corner moves while the war goes on, a dot each "
        f"{_EVERY} months, years by their month (median; cross: 10th to 90th percentile at the "
        "start); late dots are the wars that lasted. Packages are valued as at the start. Filled "
        "numbers: likelier than not to pass at home and abroad; rings: not. In brackets: holds "
        f"what this strategy does not offer; on the edge: beyond it. {key}.",
        caption=caption(results),
        draw=lambda width: _draw(results, spaces, width),
        options={"strategy": shown},
    )


def _signable(space: Space) -> list[str]:
    """Plans that both would rather have than fight on, and that would pass."""
    return [p.id for p in space.plans if min(p.surplus) >= 0 and p.passes >= 0.5]


def _finding(results: Results, spaces: list[Space]) -> str:
    met = [s for s in spaces if s.overlap]
    every = len(spaces)
    said = f"Packages that both leaderships prefer to fighting on exist in {len(met)} of {every} "
    said += "worldviews"
    plans = {p for s in spaces for p in _signable(s)}
    both = {p.id for s in spaces for p in s.plans if min(p.surplus) >= 0}
    if not spaces[0].plans:
        return said
    if plans:
        return f"{said}; of the named plans {len(plans)} would also pass at home in some of them"
    if both:
        return (
            f"{said}; of the named plans {len(both)} lie there in some, none likely to pass at home"
        )
    return f"{said}; no named plan lies there in any of them"


def _draw(results: Results, spaces: list[Space], width: int) -> Any:
    alt = need_altair()
    narrow = width < 500
    views = worldview_names(results, 24)
    columns = min(2 if narrow else 3, len(spaces))
    panel = (width - (46 if narrow else 56)) / columns - (20 if narrow else 24)
    who = [short(results.scenario.spec.parties[p].name, 20) for p in spaces[0].parties]
    panels = []
    for number, space in enumerate(spaces):
        last_row = number >= len(spaces) - columns
        x = alt.X(
            "x:Q",
            title=f"{who[0]} →" if last_row else None,
            scale=alt.Scale(domain=[_LOW, _HIGH], nice=False, clamp=False),
            axis=alt.Axis(values=[-0.4, 0, 0.4, 0.8], format=".1~f"),
        )
        y = alt.Y(
            "y:Q",
            title=f"{who[1]} →" if number % columns == 0 else None,
            scale=alt.Scale(domain=[_LOW, _HIGH], nice=False),
            axis=alt.Axis(values=[-0.4, 0, 0.4, 0.8], format=".1~f"),
        )
        panels.append(
            alt.layer(*_layers(alt, space, x, y, panel)).properties(
                width=panel,
                height=panel,
                title=alt.TitleParams(
                    text=two_lines(views[space.worldview], 20 if narrow else 30).split("\n"),
                    fontSize=11.5,
                    anchor="start",
                    frame="group",
                    offset=4,
                ),
            )
        )
    return alt.concat(*panels, columns=columns, spacing=14)


def _layers(alt: Any, space: Space, x: Any, y: Any, side: float) -> list[Any]:
    shown = _thin(space.frontier)
    line = [{"x": _few(a), "y": _few(b)} for a, b in shown if a <= _HIGH and b <= _HIGH]
    zero = [{"x": 0.0, "y": 0.0}]
    layers = []
    inside = _corner(space)
    if inside:
        shade = alt.Chart(table(inside)).mark_area(
            color=SOFT, opacity=0.6, clip=True, interpolate="step-before"
        )
        layers.append(shade.encode(x=x, y=y, y2=alt.Y2(datum=0)))
    axes = alt.Chart(table(zero))
    layers += [
        axes.mark_rule(color=INK, strokeWidth=1).encode(x=x),
        axes.mark_rule(color=INK, strokeWidth=1).encode(y=y),
    ]
    if line:
        layers.append(
            alt.Chart(table(line))
            .mark_line(color=ACCENT, strokeWidth=2, clip=True, interpolate="step-before")
            .encode(x=x, y=y)
        )
    return layers + _path(alt, space, x, y, side) + _marks(alt, space, x, y, side)


def _corner(space: Space) -> list[dict[str, Any]]:
    """The shaded region: right of and above fighting on, below the frontier."""
    good = _thin(space.frontier[(space.frontier >= 0).all(axis=1)])
    if not len(good):
        return []
    rows = [{"x": 0.0, "y": _few(good[0, 1])}]
    rows += [{"x": _few(a), "y": _few(b)} for a, b in good]
    return [*rows, {"x": _few(good[-1, 0]), "y": 0.0}]


def _thin(points: Any) -> Any:
    """The points that can be told apart on a panel, the last of each few, and both ends."""
    if len(points) < 3:
        return points
    kept = [0]
    for n in range(1, len(points) - 1):
        if np.abs(points[n + 1] - points[kept[-1]]).max() > _SEEN:
            kept.append(n)
    return points[[*kept, len(points) - 1]]


def _path(alt: Any, space: Space, x: Any, y: Any, side: float) -> list[Any]:
    shown = [n for n, month in enumerate(space.months) if month % _EVERY == 0]
    named: list[int] = []
    for n in shown:  # a year is named where its number covers no other
        far = [np.abs(space.moves[n, :, 1] - space.moves[m, :, 1]) for m in named]
        wide, tall = (pixels * (_HIGH - _LOW) / side for pixels in (13.0, 10.0))
        apart_ = all(d[0] > wide or d[1] > tall for d in far)
        if space.months[n] and space.months[n] % 12 == 0 and apart_:
            named.append(n)
    rows = [
        {
            "month": space.months[n],
            "label": str(space.months[n]) if n in named else "",
            "x": _few(space.moves[n, 0, 1]),
            "y": _few(space.moves[n, 1, 1]),
        }
        for n in shown
    ]
    low, _, high = np.clip(space.moves[0], _LOW, _HIGH).T
    cross = [{"x": _few(low[0]), "x2": _few(high[0]), "y": 0.0}]
    upright = [{"x": 0.0, "y": _few(low[1]), "y2": _few(high[1])}]
    base = alt.Chart(table(rows)).encode(x=x, y=y)
    return [
        alt.Chart(table(cross)).mark_rule(color=SECOND, strokeWidth=3, opacity=0.45).encode(
            x=x, x2="x2:Q", y=y
        ),
        alt.Chart(table(upright)).mark_rule(color=SECOND, strokeWidth=3, opacity=0.45).encode(
            x=x, y=y, y2="y2:Q"
        ),
        base.mark_line(color=SECOND, strokeWidth=1.4, clip=True).encode(order="month:Q"),
        base.mark_point(color=SECOND, filled=True, size=16, opacity=1, clip=True),
        base.mark_text(
            color=SECOND, fontSize=9, dy=9, stroke=PAPER, strokeWidth=2.5, clip=True
        ).encode(text="label:N"),
        base.mark_text(color=SECOND, fontSize=9, dy=9, clip=True).encode(text="label:N"),
    ]  # fmt: skip


def _marks(alt: Any, space: Space, x: Any, y: Any, side: float) -> list[Any]:
    """The plans: a dot where each lies, its number beside it where another would cover it."""
    edge = 0.03
    places = [
        (_within(plan.surplus[0], edge), _within(plan.surplus[1], edge)) for plan in space.plans
    ]
    rows = []
    for number, (plan, at, beside) in enumerate(
        zip(space.plans, places, _beside(places, side), strict=True), 1
    ):
        rows.append(
            {
                "x": _few(at[0]),
                "y": _few(at[1]),
                "x2": _few(beside[0]),
                "y2": _few(beside[1]),
                "number": f"({number})" if plan.off_table else str(number),
                "fill": INK if plan.passes >= 0.5 else PAPER,
                "ink": PAPER if plan.passes >= 0.5 else INK,
            }
        )
    if not rows:
        return []
    base = alt.Chart(table(rows))
    beside_x, beside_y = x.copy(), y.copy()
    beside_x.shorthand, beside_y.shorthand = "x2:Q", "y2:Q"
    return [
        base.mark_rule(color=INK, strokeWidth=0.8).encode(x=x, y=y, x2="x2:Q", y2="y2:Q"),
        base.mark_point(color=INK, size=9, filled=True, opacity=1).encode(x=x, y=y),
        base.mark_point(size=140, filled=True, opacity=0.92, stroke=NEUTRAL, strokeWidth=1).encode(
            x=beside_x, y=beside_y, fill=alt.Fill("fill:N", scale=None)
        ),
        base.mark_text(fontSize=9, fontWeight="bold").encode(
            x=beside_x, y=beside_y, text="number:N", color=alt.Color("ink:N", scale=None)
        ),
    ]


def _within(stake: float, edge: float) -> float:
    return min(max(stake, _LOW + edge), _HIGH - edge)


def _beside(places: list[tuple[float, float]], side: float) -> list[tuple[float, float]]:
    """Where the numbers of plans stand so that none covers another, in stakes."""
    span = (_LOW, _HIGH)
    return apart(places, 15.0 * (_HIGH - _LOW) / side, span, span)


def _few(number: float) -> float:
    return float(f"{number:.4g}")
