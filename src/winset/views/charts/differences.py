"""The strategy a scenario is about against each other one, on the same draws, by worldview."""

from __future__ import annotations

from typing import Any

from winset.insight import Verdict, judge
from winset.study import DesignError, Results
from winset.views.charts.figure import Figure, caption, need_altair, table
from winset.views.charts.names import rows_axis, strategy_names, worldview_names
from winset.views.charts.theme import ACCENT, INK, NEUTRAL

__all__ = ["differences_figure"]


def differences_figure(results: Results, measure: str = "durable") -> Figure:
    """Return the paired differences with two Monte Carlo errors.

    Raises DesignError where the headline strategy was not run, or `measure` is none of the verdict.
    """
    verdict = judge(results)
    if verdict.headline is None or not verdict.standings:
        raise DesignError(["no differences: the strategy the scenario is about was not run"])
    dates = {date.measure: date.when for date in verdict.by}
    if measure not in dates:
        raise DesignError(
            [f"the verdict has no measure {measure!r}; it has: {', '.join(dates) or 'none'}"]
        )
    label = strategy_names(results, 60)[verdict.headline]
    return Figure(
        name=f"differences-{measure}",
        finding=_finding(results, verdict, measure),
        reads=f"Chance of a durable settlement by {dates[measure]} under “{label}” less that under "
        "each other strategy, percentage points, on the same draws and luck; bars: two Monte "
        "Carlo errors. Right of the line: higher than the strategy named. Diamonds: versions of "
        "it that lack a leg, so the distance is what the leg adds.",
        caption=caption(results),
        draw=lambda width: _draw(results, verdict, measure, width),
        options={"measure": measure},
    )


def _gaps(verdict: Verdict, worldview: str, measure: str) -> dict[str, Any]:
    found = verdict.standings[worldview][measure]
    return {**found.two_leg, **found.rivals}


def _finding(results: Results, verdict: Verdict, measure: str) -> str:
    ahead = behind = total = 0
    for worldview in verdict.standings:
        for gap in _gaps(verdict, worldview, measure).values():
            total += 1
            ahead += gap.sign > 0
            behind += gap.sign < 0
    label = strategy_names(results, 60)[verdict.headline or ""]
    return (
        f"“{label}” is clearly ahead in {ahead} of {total} comparisons, clearly behind in {behind}"
    )


def _draw(results: Results, verdict: Verdict, measure: str, width: int) -> Any:
    alt = need_altair()
    narrow = width < 500
    order = [*verdict.two_leg, *verdict.rivals]
    names = strategy_names(results, 60, only=order, wrap=17 if narrow else 27)
    views = worldview_names(results, 24)
    values = []
    for worldview in verdict.standings:
        for strategy, gap in _gaps(verdict, worldview, measure).items():
            error = 2 * (gap.se or 0.0)
            values.append(
                {
                    "worldview": views[worldview],
                    "strategy": names[strategy],
                    "gap": round(100 * gap.diff, 3),
                    "low": round(100 * (gap.diff - error), 3),
                    "high": round(100 * (gap.diff + error), 3),
                    "kind": "without a leg" if strategy in verdict.two_leg else "other strategy",
                    "clear": "clear" if gap.sign else "within the error",
                }
            )
    columns = min(2 if narrow else 3, len(views))
    label = 112 if narrow else 176
    panel = (width - label - 16) / columns - 14
    base = alt.Chart().encode(
        y=alt.Y(
            "strategy:N",
            sort=list(names.values()),
            axis=rows_axis(label),
        )
    )
    x = alt.X("gap:Q", title="points", axis=alt.Axis(tickCount=4, format="d"))
    domain, colours = ["clear", "within the error"], [ACCENT, NEUTRAL]
    colour = alt.Color(
        "clear:N",
        scale=alt.Scale(domain=domain, range=colours),
        legend=alt.Legend(title="Difference", columns=1),
    )
    zero = alt.Chart().mark_rule(color=INK, strokeWidth=1).encode(x=alt.datum(0))
    bars = base.mark_rule(strokeWidth=1.6).encode(
        x=alt.X("low:Q", title="points"), x2="high:Q", color=colour
    )
    points = base.mark_point(filled=True, size=44, opacity=1).encode(
        x=x,
        color=colour,
        shape=alt.Shape(
            "kind:N",
            scale=alt.Scale(
                domain=["without a leg", "other strategy"], range=["diamond", "circle"]
            ),
            legend=alt.Legend(
                title="Against",
                symbolFillColor=NEUTRAL,
                symbolStrokeColor=NEUTRAL,
                columns=1,
            ),
        ),
    )
    return (
        alt.layer(zero, bars, points, data=table(values))
        .properties(width=panel, height=(26 if narrow else 22) * len(names))
        .facet(
            facet=alt.Facet(
                "worldview:N", sort=list(views.values()), header=alt.Header(title=None)
            ),
            columns=columns,
        )
    )
