"""How long the war goes on under each strategy: the survival function of the war, by worldview."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from winset.errors import StudyError
from winset.insight.verdict import calendar
from winset.study import CellKey, Results
from winset.talks.cell import Fate
from winset.views.charts.figure import Figure, caption, need_altair, table
from winset.views.charts.names import strategy_names, worldview_names
from winset.views.charts.theme import ACCENT, NEUTRAL, SECOND

__all__ = ["fates_of", "marked", "survival_figure"]

_DASHES: Final = ([1, 0], [6, 3])


def fates_of(results: Results, key: CellKey) -> dict[str, Fate]:
    """Return a cell's fates by month. Raises StudyError where the study has none at all."""
    if not any(cell.fates for cell in results.cells.values()):
        raise StudyError(
            "this study holds no fates by month: it was made by an older winset, or solved "
            "exactly. `winset run` it again to another --out"
        )
    cell = results.cells.get(key)
    return dict(cell.fates) if cell is not None else {}


def marked(results: Results) -> dict[str, str]:
    """Return strategy -> colour: the one the scenario is about, and the one it is compared with."""
    spec = results.scenario.spec
    pairs = ((spec.headline, ACCENT), (spec.baseline, SECOND))
    return {s: colour for s, colour in pairs if s is not None and s in results.strategies}


def survival_figure(results: Results) -> Figure:
    """Return the curves: share of paths neither settled nor ended, by month.

    Raises StudyError where the study does not hold them.
    """
    fates_of(results, results.keys[0])
    return Figure(
        name="survival",
        finding=_finding(results),
        reads="Share of paths in which the war has neither been settled nor ended otherwise, by "
        "month; bands: two Monte Carlo errors. Grey: every other strategy. A war that is over is "
        "not a war that ended well: see how it ends.",
        caption=caption(results),
        draw=lambda width: _draw(results, width),
    )


def _finding(results: Results) -> str:
    ours = results.scenario.spec.headline
    if ours not in results.strategies:
        ours = results.strategies[0]
    halves = []
    for worldview in results.worldviews:
        fate = fates_of(results, CellKey(worldview, ours)).get("at_war")
        if fate is not None:
            below = np.flatnonzero(fate.mean < 0.5)
            halves.append(int(below[0]) if len(below) else None)
    label = strategy_names(results, 60)[ours]
    reached = [month for month in halves if month is not None]
    if not reached:
        return f"Under “{label}” the war is still going on in half the paths at the horizon"
    never = len(halves) - len(reached)
    span = (
        f"{min(reached)}" if min(reached) == max(reached) else f"{min(reached)} to {max(reached)}"
    )
    tail = (
        f"; in {never} worldviews not by the horizon" if never else ", depending on the worldview"
    )
    return f"Under “{label}” half the wars are over by month {span}{tail}"


def _draw(results: Results, width: int) -> Any:
    alt = need_altair()
    narrow = width < 500
    names, views = strategy_names(results, 60), worldview_names(results, 24)
    colours = marked(results)
    values = []
    for key in results.keys:
        fate = fates_of(results, key).get("at_war")
        if fate is None:
            continue
        for month, (mean, se) in enumerate(zip(fate.mean, fate.se, strict=True)):
            error = 0.0 if np.isnan(se) else 2 * float(se)
            row: dict[str, Any] = {
                "worldview": views[key.worldview],
                "strategy": names[key.strategy],
                "month": month,
                "share": round(float(mean), 4),
            }
            if key.strategy in colours:
                row["low"] = round(max(float(mean) - error, 0.0), 4)
                row["high"] = round(min(float(mean) + error, 1.0), 4)
            values.append(row)
    ours = [names[s] for s in colours]
    columns = min(2 if narrow else 3, len(views))
    panel = (width - (44 if narrow else 60)) / columns - 14
    x = alt.X(
        "month:Q",
        title=f"months from {calendar(results.scenario.spec.start, 0)}",
        axis=alt.Axis(values=list(range(0, results.settings.months + 1, 12)), grid=False),
    )
    y = alt.Y("share:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".0%"))
    base = alt.Chart(table(values))
    chosen = alt.FieldOneOfPredicate(field="strategy", oneOf=ours)
    scale = alt.Scale(domain=ours, range=list(colours.values()))
    legend = alt.Legend(
        title=None,
        columns=1 if narrow else 2,
        symbolType="stroke",
        symbolOpacity=1,
        symbolSize=400,
        labelLimit=width - 60,
    )
    colour = alt.Color("strategy:N", scale=scale, legend=legend)
    base = alt.Chart(table(values))
    chosen = alt.FieldOneOfPredicate(field="strategy", oneOf=ours)
    dashes = alt.Scale(domain=ours, range=list(_DASHES[: len(ours)]))
    dash = alt.StrokeDash("strategy:N", scale=dashes, legend=legend)
    layers = [
        base.transform_filter(alt.LogicalNotPredicate(**{"not": chosen}))
        .mark_line(strokeWidth=0.9, color=NEUTRAL, opacity=0.75)
        .encode(x=x, y=y, detail="strategy:N")
    ]
    if ours:
        layers += [
            base.transform_filter(chosen)
            .mark_area(opacity=0.22)
            .encode(x=x, y="low:Q", y2="high:Q", color=colour),
            base.transform_filter(chosen)
            .mark_line(strokeWidth=2.2)
            .encode(x=x, y=y, color=colour, strokeDash=dash),
        ]
    return (
        alt.layer(*layers)
        .properties(width=panel, height=120 if narrow else 140)
        .facet(
            facet=alt.Facet(
                "worldview:N", sort=list(views.values()), header=alt.Header(title=None)
            ),
            columns=columns,
        )
    )
