"""What each strategy gives up against the best one in each worldview: dots, and the largest."""

from __future__ import annotations

from typing import Any

from winset.insight import Regret, about, regrets
from winset.study import Results
from winset.views.charts.figure import Figure, caption, clean, need_altair, table
from winset.views.charts.names import LINES, MIDDLE, strategy_names, units, worldview_names
from winset.views.charts.theme import ACCENT, NEUTRAL
from winset.views.text import human

__all__ = ["regret_figure"]


def regret_figure(results: Results, measure: str = "durable") -> Figure:
    """Return the dots of regret by one objective. Raises DesignError where the measure is none."""
    regret = regrets(results, measure)
    known = about(results.scenario.spec, measure)
    points = known.reads == "share"
    return Figure(
        name=f"regret-{measure}",
        finding=_finding(results, regret, points),
        reads=f"How far each strategy falls short, in each worldview, of the one that does best "
        f"there by: {clean(known.label)}"
        + (" (percentage points)" if points else f" ({units(known.unit)})" if known.unit else "")
        + ". A ring per worldview; filled: the largest, with two Monte Carlo errors. By this "
        "measure alone: another one may order them otherwise.",
        caption=caption(results),
        draw=lambda width: _draw(results, regret, points, width),
        options={"measure": measure},
    )


def _finding(results: Results, regret: Regret, points: bool) -> str:
    worst = {
        s: found[1].diff for s in results.strategies if (found := regret.largest(s)) is not None
    }
    if not worst:
        return "Regret: no cell is done"
    least = min(worst.values())
    size = f"{100 * least:.0f} points" if points else human(least)
    bests = len(set(regret.best.values()))
    if bests == 1:
        return "One strategy does best in every worldview by this measure"
    return (
        f"No strategy does best everywhere: each gives up at least {size} in some worldview; "
        f"{bests} different ones do best somewhere"
    )


def _draw(results: Results, regret: Regret, points: bool, width: int) -> Any:
    alt = need_altair()
    narrow = width < 500
    names = strategy_names(results, 60, wrap=17 if narrow else 34)
    views = worldview_names(results, 24)
    scale = 100.0 if points else 1.0
    dots: list[dict[str, Any]] = []
    most: list[dict[str, Any]] = []
    for worldview, gaps in regret.of.items():
        for strategy, gap in gaps.items():
            dots.append(
                {
                    "strategy": names[strategy],
                    "worldview": views[worldview],
                    "gap": round(scale * gap.diff, 4),
                }
            )
    for strategy in results.strategies:
        found = regret.largest(strategy)
        if found is not None:
            error = 2 * scale * (found[1].se or 0.0)
            size = scale * found[1].diff
            most.append(
                {
                    "strategy": names[strategy],
                    "gap": round(size, 4),
                    "low": round(max(size - error, 0.0), 4),
                    "high": round(size + error, 4),
                    "text": views[found[0]],
                }
            )
    y = alt.Y(
        "strategy:N",
        sort=list(names.values()),
        axis=alt.Axis(
            title=None,
            ticks=False,
            domain=False,
            grid=True,
            labelExpr=LINES,
            labelLineHeight=12,
            labelBaseline=MIDDLE,
            labelPadding=8,
            labelLimit=116 if narrow else 206,
        ),
    )
    room = max((float(m["high"]) for m in most), default=1.0) * (1.42 if narrow else 1.26)
    x = alt.X(
        "gap:Q",
        title="percentage points given up" if points else "given up",
        scale=alt.Scale(domain=[0, room or 1.0], nice=False),
        axis=alt.Axis(tickCount=5, format="~s"),
    )
    base = alt.Chart(table(most)).encode(y=y)
    rings = (
        alt.Chart(table(dots)).mark_point(size=46, strokeWidth=1.4, color=NEUTRAL).encode(x=x, y=y)
    )
    bars = base.mark_rule(color=ACCENT, strokeWidth=1.6).encode(x=alt.X("low:Q"), x2="high:Q")
    top = base.mark_point(filled=True, size=58, color=ACCENT, opacity=1).encode(x=x)
    words = base.mark_text(align="left", dx=7, fontSize=10, limit=110).encode(
        x=alt.X("high:Q"), text="text:N"
    )
    return alt.layer(rings, bars, top, words).properties(
        width=width - (130 if narrow else 220), height=27 * max(len(names), 1)
    )
