"""The human cost of each strategy: the mean in every worldview, and how far apart they lie."""

from __future__ import annotations

from typing import Any

from winset.insight import about, human_cost
from winset.study import DesignError, Results
from winset.views.charts.figure import Figure, caption, need_altair, table
from winset.views.charts.letters import wrapped
from winset.views.charts.names import (
    LINES,
    MIDDLE,
    sentence,
    strategy_names,
    units,
    worldview_names,
)
from winset.views.charts.theme import ACCENT, NEUTRAL
from winset.views.text import human

__all__ = ["cost_figure"]


def cost_figure(results: Results) -> Figure:
    """Return the panels, one for each measure the scenario marks as human cost.

    Raises DesignError where it marks none.
    """
    costs = human_cost(results)
    if not costs:
        raise DesignError(["the scenario marks none of its measures as human cost"])
    first = costs[0]
    return Figure(
        name="cost",
        finding=f"{sentence(first.about.label)}: {human(first.least)} to {human(first.most)}, "
        "by strategy and worldview",
        reads="Mean of each strategy in every worldview (ticks) and the span between them; each "
        "panel has its own scale and need not begin at zero. Pale bars: two Monte Carlo errors.",
        caption=caption(results),
        draw=lambda width: _draw(results, width),
    )


def _draw(results: Results, width: int) -> Any:
    alt = need_altair()
    narrow = width < 500
    names = strategy_names(results, 60, wrap=17 if narrow else 30)
    views = worldview_names(results, 24)
    panels = []
    costs = human_cost(results)
    columns = 1 if narrow else 2
    label = 116 if narrow else 176
    panel = (width - label - 24) / columns - 16
    for number, cost in enumerate(costs):
        values = []
        for key in results.keys:
            e = results.estimate(*key, cost.about.name)
            if e.mean is not None:
                error = 2 * (e.se or 0.0)
                values.append(
                    {
                        "strategy": names[key.strategy],
                        "worldview": views[key.worldview],
                        "mean": float(f"{e.mean:.5g}"),
                        "low": float(f"{e.mean - error:.5g}"),
                        "high": float(f"{e.mean + error:.5g}"),
                    }
                )
        named = narrow or number % columns == 0
        y = alt.Y(
            "strategy:N",
            sort=list(names.values()),
            axis=alt.Axis(
                title=None,
                ticks=False,
                domain=False,
                grid=True,
                labels=named,
                labelExpr=LINES,
                labelFontSize=10,
                labelLineHeight=11,
                labelBaseline=MIDDLE,
                labelLimit=label,
                labelPadding=8,
            ),
        )
        free = alt.Scale(zero=False)
        about_ = about(results.scenario.spec, cost.about.name)
        base = alt.Chart(table(values)).encode(y=y)
        x = alt.X(
            "mean:Q",
            scale=free,
            title=units(about_.unit) or None,
            axis=alt.Axis(format="~s", tickCount=5),
        )
        span = base.mark_rule(strokeWidth=1, color=NEUTRAL).encode(
            x=alt.X("min(mean):Q", scale=free), x2="max(mean):Q"
        )
        error = base.mark_rule(strokeWidth=3, color=ACCENT, opacity=0.35).encode(
            x=alt.X("low:Q", scale=free), x2="high:Q"
        )
        tick = base.mark_tick(color=ACCENT, thickness=2, size=11).encode(x=x)
        panels.append(
            alt.layer(span, error, tick).properties(
                title=alt.TitleParams(
                    text=wrapped(sentence(about_.label), panel, 11.5, bold=True),
                    fontSize=11.5,
                    lineHeight=14,
                    anchor="start",
                    frame="group",
                    offset=6,
                ),
                width=panel,
                height=(26 if narrow else 23) * max(len(names), 1),
            )
        )
    return alt.concat(*panels, columns=columns)
