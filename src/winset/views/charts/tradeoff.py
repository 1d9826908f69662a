"""Two measures against each other: what a strategy gains in one, and what it costs in the other."""

from __future__ import annotations

from typing import Any, Final

from winset.insight import about
from winset.study import Results
from winset.views.charts.figure import Figure, caption, clean, need_altair, table
from winset.views.charts.letters import apart
from winset.views.charts.names import sentence, strategy_names, units, worldview_names
from winset.views.charts.survival import marked
from winset.views.charts.theme import INK, NEUTRAL, PAPER, axis_format
from winset.views.text import human, plain

__all__ = ["tradeoff_figure"]

#: room that a number takes, pixels
_NUMBER: Final = 16.0


def tradeoff_figure(results: Results, across: str | None = None, up: str = "durable") -> Figure:
    """Return the scatter of strategies by two measures; `across` is the first human cost where none
    is named. Raises DesignError where there is no such measure.
    """
    spec = results.scenario.spec
    if across is None:
        costs = [m for m, body in spec.measures.items() if body.human_cost]
        across = next((m for m in costs if m in results.measures), "months_of_war")
    results.measure(up)
    results.measure(across)
    key = "; ".join(f"{i} {name}" for i, name in enumerate(strategy_names(results, 60).values(), 1))
    a, b = about(spec, across), about(spec, up)
    return Figure(
        name=f"tradeoff-{across}-{up}",
        finding=_finding(results, across, up),
        reads=f"Across: {clean(a.label)}{f', {units(a.unit)}' if a.unit else ''}. Up: "
        f"{clean(b.label)}. Bars: two Monte Carlo errors; each panel has its own scales. A number "
        f"for each strategy, beside its dot where another is in the way: {key}.",
        caption=caption(results),
        draw=lambda width: _draw(results, across, up, width),
        options={"across": across, "up": up},
    )


def _finding(results: Results, across: str, up: str) -> str:
    spans = []
    for worldview in results.worldviews:
        means = [
            m
            for s in results.strategies
            if (m := results.estimate(worldview, s, across).mean) is not None
        ]
        if means:
            spans.append((min(means), max(means)))
    known = about(results.scenario.spec, across)
    if not spans:
        return f"{sentence(known.label)}: no cell is done"
    wide = max(high - low for low, high in spans)
    size = human(wide) if known.reads == "count" else plain(known, wide, 1)
    unit = "%-points" if known.reads == "share" else units(known.unit)
    what = sentence(known.label)
    return f"{what}: strategies differ by up to {size} {unit}".rstrip() + " within a worldview"


def _draw(results: Results, across: str, up: str, width: int) -> Any:
    alt = need_altair()
    narrow = width < 500
    spec = results.scenario.spec
    views = worldview_names(results, 24)
    colours = marked(results)
    a, b = about(spec, across), about(spec, up)
    values: list[dict[str, Any]] = []
    for key in results.keys:
        x, y = results.estimate(*key, across), results.estimate(*key, up)
        if x.mean is None or y.mean is None:
            continue
        ex, ey = 2 * (x.se or 0.0), 2 * (y.se or 0.0)
        values.append(
            {
                "worldview": views[key.worldview],
                "number": str(results.strategies.index(key.strategy) + 1),
                "x": _few(x.mean),
                "x0": _few(x.mean - ex),
                "x1": _few(x.mean + ex),
                "y": _few(y.mean),
                "y0": _few(y.mean - ey),
                "y1": _few(y.mean + ey),
                "ink": colours.get(key.strategy, INK),
            }
        )
    columns = min(1 if narrow else 2, len(views))
    panel = (width - (52 if narrow else 90)) / columns - 20
    height = 200 if narrow else 220
    _step_aside(values, panel, height)

    def axis(known: Any, field: str) -> Any:
        plain = axis_format(float(row[field]) for row in values)
        return alt.Axis(format=".0%" if known.reads == "share" else plain, tickCount=4)

    free = alt.Scale(zero=False)
    x_title = units(a.unit) or None
    base = alt.Chart()
    bars = base.mark_rule(color=NEUTRAL, strokeWidth=1.2)
    place = {"x": alt.X("beside_x:Q", scale=free), "y": "beside_y:Q", "text": "number:N"}
    layers = [
        bars.encode(
            x=alt.X("x0:Q", scale=free, title=x_title, axis=axis(a, "x")), x2="x1:Q", y="y:Q"
        ),
        bars.encode(x="x:Q", y=alt.Y("y0:Q", title=None, axis=axis(b, "y")), y2="y1:Q"),
        base.mark_rule(color=INK, strokeWidth=0.8).encode(
            x=alt.X("x:Q", scale=free), y="y:Q", x2="beside_x:Q", y2="beside_y:Q"
        ),
        base.mark_point(color=INK, size=7, filled=True, opacity=1).encode(
            x=alt.X("x:Q", scale=free), y="y:Q"
        ),
        base.mark_text(fontWeight="bold", fontSize=11, stroke=PAPER, strokeWidth=3.5).encode(
            **place
        ),
        base.mark_text(fontWeight="bold", fontSize=11).encode(
            **place, color=alt.Color("ink:N", scale=None)
        ),
    ]
    return (
        alt.layer(*layers, data=table(values))
        .properties(width=panel, height=height)
        .facet(
            facet=alt.Facet(
                "worldview:N", sort=list(views.values()), header=alt.Header(title=None)
            ),
            columns=columns,
        )
        .resolve_scale(x="independent", y="independent")
    )


def _step_aside(values: list[dict[str, Any]], panel: float, height: float) -> None:
    """Note in each row where its number stands so that none covers another in its panel."""
    panels: dict[str, list[dict[str, Any]]] = {}
    for row in values:
        panels.setdefault(row["worldview"], []).append(row)
    for rows in panels.values():
        x_span = min(r["x0"] for r in rows), max(r["x1"] for r in rows)
        y_span = min(0.0, *(r["y0"] for r in rows)), max(r["y1"] for r in rows)
        x_unit = max((x_span[1] - x_span[0]) / panel, 1e-12)
        y_unit = max((y_span[1] - y_span[0]) / height, 1e-12)
        places = [(r["x"], r["y"]) for r in rows]
        found = apart(places, _NUMBER * x_unit, x_span, y_span, y_unit / x_unit)
        for row, (x, y) in zip(rows, found, strict=True):
            row["beside_x"], row["beside_y"] = _few(x), _few(y)


def _few(number: float) -> float:
    return float(f"{number:.5g}")
