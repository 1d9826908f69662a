"""The trade-off a search found: every strategy tried, the finalists on fresh draws, and the named
one they start from.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from winset.insight import about, count_inputs
from winset.insight.improve_judge import REGRET
from winset.views.charts.figure import Figure, clean, need_altair, short, table
from winset.views.charts.names import sentence, units
from winset.views.charts.theme import ACCENT, INK, NEUTRAL, PAPER, axis_format

if TYPE_CHECKING:
    from winset.insight.improve_study import Improved

__all__ = ["improve_figure"]


def improve_figure(made: Improved) -> Figure:
    """Return the picture: gains by the two objectives wanted at once, a panel for each worldview;
    grey: what was tried, on the draws of the search; numbered: finalists on fresh draws, with their
    errors. Crossed lines: the strategy they start from.
    """
    x, y = (made.wanted * 2)[1], made.wanted[0]
    spec, scenario, settings = made.scenario.spec, made.scenario, made.scoring_settings
    key = "; ".join(f"{n} {clean(one.id)}" for n, one in enumerate(made.scoring.scored, 1))
    inputs = count_inputs(scenario)
    return Figure(
        name=f"improve-{x}-{y}",
        finding=_finding(made),
        reads=f"Gain over {made.scoring.base}, 0 at the crossed lines, up and right are better. "
        f"Across: {_label(made, x)}. Up: {_label(made, y)}. Grey: {len(made.found.tried)} "
        f"strategies tried, on the draws of the search, those far worse left out. Numbers: what it "
        "found, on draws it has not seen, bars two Monte Carlo errors. Each panel has its own "
        f"scales. {key}.",
        caption="Follows from the assumptions of each worldview named; nobody proposes these "
        "strategies; not a forecast. "
        f"Source: winset improve, {short(scenario.id, 60)} ({scenario.sha256[:8]}), evidence to "
        f"{spec.as_of}, seed {settings.seed}, {settings.draws} draws × {settings.paths} paths; "
        f"inputs: {inputs.sourced} sourced, {inputs.judged} judged, {inputs.unchecked} unchecked.",
        draw=lambda width: _draw(made, x, y, width),
    )


def _finding(made: Improved) -> str:
    scored, wanted = made.scoring.scored, " and ".join(made.wanted)
    views = len(made.design.worldviews)
    most = max((len(one.beats) for one in scored), default=0)
    if not most:
        return f"No strategy found is clearly better than {made.scoring.base} by {wanted} at once"
    return (
        f"The best strategy found is clearly better than {made.scoring.base} by {wanted} at once "
        f"in {most} of {views} worldviews"
    )


def _label(made: Improved, name: str) -> str:
    if name == REGRET:
        return "chance of a durable settlement less the best named strategy's, %-points"
    known = about(made.scenario.spec, name)
    way = next(o.way for o in made.scoring.objectives if o.name == name)
    unit = "%-points" if known.reads == "share" else units(known.unit)
    turned = "" if way > 0 else ", fewer or less is better"
    return f"{clean(known.label)}{turned}{f', {unit}' if unit else ''}"


def _scale(made: Improved, name: str) -> float:
    share = name == REGRET or about(made.scenario.spec, name).reads == "share"
    return 100.0 if share else 1.0


def _draw(made: Improved, x: str, y: str, width: int) -> Any:
    alt = need_altair()
    narrow = width < 500
    spec = made.scenario.spec
    views = {
        w: sentence(short(spec.worldviews[w].label or w, 24)) if w in spec.worldviews else w
        for w in made.design.worldviews
    }
    order = [o.name for o in made.objectives]
    xs, ys = _scale(made, x), _scale(made, y)
    grey: list[dict[str, Any]] = [
        {
            "worldview": views[w],
            "x": _few(xs * float(one.each[n, order.index(x)])),
            "y": _few(ys * float(one.each[n, order.index(y)])),
        }
        for one in made.found.tried
        for n, w in enumerate(made.design.worldviews)
    ]
    grey = _near(grey, views.values())
    marks: list[dict[str, Any]] = []
    for number, one in enumerate(made.scoring.scored, 1):
        for w, name in views.items():
            gx, gy = one.gains[w].get(x), one.gains[w].get(y)
            if gx is None or gy is None:
                continue
            ex, ey = 2 * (gx.se or 0.0), 2 * (gy.se or 0.0)
            marks.append(
                {
                    "worldview": name,
                    "number": str(number),
                    "x": _few(xs * gx.diff),
                    "x0": _few(xs * (gx.diff - ex)),
                    "x1": _few(xs * (gx.diff + ex)),
                    "y": _few(ys * gy.diff),
                    "y0": _few(ys * (gy.diff - ey)),
                    "y1": _few(ys * (gy.diff + ey)),
                }
            )
    rows = [{**row, "what": "tried"} for row in grey] + [{**row, "what": "found"} for row in marks]
    columns = min(1 if narrow else 2, len(views))
    panel = (width - (52 if narrow else 90)) / columns - 20
    free = alt.Scale(zero=True)

    def axis(field: str) -> Any:
        return alt.Axis(format=axis_format(float(row[field]) for row in rows), tickCount=5)

    base = alt.Chart()
    found = base.transform_filter("datum.what == 'found'")
    tried = base.transform_filter("datum.what == 'tried'")
    cross = base.transform_aggregate(zero="count()").transform_calculate(zero="0")
    layers = [
        cross.mark_rule(color=NEUTRAL).encode(x="zero:Q"),
        cross.mark_rule(color=NEUTRAL).encode(y="zero:Q"),
        tried.mark_circle(color=NEUTRAL, opacity=0.45, size=14).encode(
            x=alt.X("x:Q", scale=free, title=None, axis=axis("x")),
            y=alt.Y("y:Q", scale=free, title=None, axis=axis("y")),
        ),
        found.mark_rule(color=ACCENT, strokeWidth=1.2).encode(x="x0:Q", x2="x1:Q", y="y:Q"),
        found.mark_rule(color=ACCENT, strokeWidth=1.2).encode(x="x:Q", y="y0:Q", y2="y1:Q"),
        found.mark_text(fontWeight="bold", fontSize=12, stroke=PAPER, strokeWidth=3.5).encode(
            x="x:Q", y="y:Q", text="number:N"
        ),
        found.mark_text(fontWeight="bold", fontSize=12, color=INK).encode(
            x="x:Q", y="y:Q", text="number:N"
        ),
    ]
    return (
        alt.layer(*layers, data=table(rows))
        .properties(width=panel, height=200 if narrow else 220)
        .facet(
            facet=alt.Facet(
                "worldview:N", sort=list(views.values()), header=alt.Header(title=None)
            ),
            columns=columns,
        )
        .resolve_scale(x="independent", y="independent")
    )


def _near(rows: list[dict[str, Any]], views: Iterable[str]) -> list[dict[str, Any]]:
    """Rows that lose no more than half as much again as the best of their panel gains."""
    kept = []
    for view in views:
        own = [row for row in rows if row["worldview"] == view]
        for field in ("x", "y"):
            best = max((float(row[field]) for row in own), default=0.0)
            own = [row for row in own if float(row[field]) >= -1.5 * max(best, 1e-9)]
        kept += own
    return kept


def _few(number: float) -> float:
    return float(f"{number:.5g}")
