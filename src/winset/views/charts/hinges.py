"""The tornado: how far the answer swings with each uncertain quantity that it hangs on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from winset.insight import about
from winset.insight.labels import amount, quantity_words
from winset.insight.swings import Swing, swings
from winset.study import DesignError, Results
from winset.views.charts.figure import Figure, caption, clean, need_altair, short, table
from winset.views.charts.names import (
    rows_axis,
    sentence,
    strategy_names,
    two_lines,
    units,
    worldview_names,
)
from winset.views.charts.space import chosen_strategy
from winset.views.charts.theme import ACCENT, NEUTRAL, PAPER, SECOND

__all__ = ["hinges_figure"]

#: quantities shown
_MOST: Final = 12


def hinges_figure(
    results: Results, measure: str = "durable", strategy: str | None = None
) -> Figure:
    """Return the panels, one a worldview.

    Raises DesignError for a measure or strategy the study does not have, too few draws, and where
    nothing stands out.
    """
    shown = chosen_strategy(results, strategy)
    found = swings(results, measure, shown)
    order = list(dict.fromkeys(id_ for by in found.values() for id_ in by))[:_MOST]
    if not order:
        raise DesignError(
            ["no single quantity stands out of the draws of this study; with more --draws some may"]
        )
    known = about(results.scenario.spec, measure)
    unit = "%" if known.reads == "share" else units(known.unit)
    return Figure(
        name=f"hinges-{measure}",
        finding=_finding(results, found, order, known),
        reads=f"{sentence(known.label)}{f', {unit}' if unit else ''}, under "
        f"“{strategy_names(results, 60)[shown]}”, with one quantity at its 10th percentile (ring) "
        "and at its 90th (filled), all others as uncertain as they are; whiskers: two standard "
        "errors; upright line: the mean. Pale: within what chance alone gives in that worldview. "
        f"The {len(order)} that stand out in some worldview"
        + (", largest first." if len(order) > 1 else "."),
        caption=caption(results),
        draw=lambda width: _draw(results, found, order, measure, shown, width),
        options={"measure": measure, "strategy": shown},
    )


def _finding(
    results: Results, found: Mapping[str, Mapping[str, Swing]], order: list[str], known: Any
) -> str:
    worldview, top = max(
        ((w, s) for w, by in found.items() for s in by.values() if s.holds),
        key=lambda pair: abs(pair[1].size),
    )
    scenario = results.scenario
    share = known.reads == "share"
    low, high = (_level(n, share) for n in (top.at_low[0], top.at_high[0]))
    name = short(quantity_words(scenario, top.id).partition(",")[0], 70)
    count = f"{len(order)} quantities" if len(order) > 1 else "one quantity"
    return (
        f"The answer hangs on {count} clearly, most of all “{name}”: {low} at "
        f"{amount(scenario, top.id, top.low)}, {high} at {amount(scenario, top.id, top.high)} in "
        f"“{worldview_names(results, 40)[worldview]}”"
    )


def _level(number: float, share: bool) -> str:
    return f"{100 * number:.0f}%" if share else f"{number:,.3g}"


def _draw(
    results: Results,
    found: Mapping[str, Mapping[str, Swing]],
    order: list[str],
    measure: str,
    strategy: str,
    width: int,
) -> Any:
    alt = need_altair()
    narrow = width < 500
    letters = 17 if narrow else 28
    names: dict[str, str] = {}
    for id_ in order:
        text = two_lines(short(sentence(clean(quantity_words(results.scenario, id_))), 80), letters)
        while text in names.values():
            text += "\u200b"
        names[id_] = text
    views = worldview_names(results, 24)
    scale = 100.0 if about(results.scenario.spec, measure).reads == "share" else 1.0
    rows: list[dict[str, Any]] = []
    means: list[dict[str, Any]] = []
    for worldview, by in found.items():
        mean = results.estimate(worldview, strategy, measure).mean
        if mean is not None:
            means.append({"worldview": views[worldview], "mean": _few(scale * mean)})
        for id_ in order:
            if id_ not in by:
                continue
            one = by[id_]
            for end, (value, error) in (("10th", one.at_low), ("90th", one.at_high)):
                rows.append(
                    {
                        "worldview": views[worldview],
                        "quantity": names[id_],
                        "end": f"at its {end} percentile",
                        "value": _few(scale * value),
                        "low": _few(scale * (value - 2 * error)),
                        "high": _few(scale * (value + 2 * error)),
                        "from": _few(scale * one.at_low[0]),
                        "to": _few(scale * one.at_high[0]),
                        "holds": int(one.holds),
                    }
                )
    rows += [{**m, "quantity": next(iter(names.values()))} for m in means]
    columns = min(2 if narrow else 3, len(found))
    label = 122 if narrow else 196
    panel = (width - label - 16) / columns - 14
    y = alt.Y(
        "quantity:N",
        sort=list(names.values()),
        axis=rows_axis(label),
    )
    ends = ["at its 10th percentile", "at its 90th percentile"]
    legend = alt.Legend(title=None, columns=1 if narrow else 2)
    free = alt.Scale(zero=False)
    axis = alt.Axis(tickCount=3 if narrow else 4, format="d" if scale == 100.0 else "~s")
    title = "%" if scale == 100.0 else None
    pale = alt.condition("datum.holds", alt.value(1), alt.value(0.3))
    base = alt.Chart().encode(y=y)
    bars = base.mark_bar(height=7).encode(
        x=alt.X("from:Q", scale=free, title=title, axis=axis),
        x2="to:Q",
        color=alt.value(NEUTRAL),
        opacity=alt.condition("datum.holds", alt.value(0.55), alt.value(0.15)),
    )
    whiskers = base.mark_rule(strokeWidth=1.2, color=ACCENT).encode(
        x=alt.X("low:Q", scale=free, title=title), x2="high:Q", opacity=pale
    )
    dots = base.mark_point(size=34, strokeWidth=1.5, filled=True, stroke=ACCENT).encode(
        x=alt.X("value:Q", scale=free),
        fill=alt.Fill("end:N", scale=alt.Scale(domain=ends, range=[PAPER, ACCENT]), legend=legend),
        opacity=pale,
    )
    middle = alt.Chart().mark_rule(color=SECOND, strokeWidth=1.2).encode(
        x=alt.X("mean:Q", scale=free)
    )  # fmt: skip
    return (
        alt.layer(bars, middle, whiskers, dots, data=table(rows))
        .properties(width=panel, height=26 * len(names))
        .facet(
            facet=alt.Facet(
                "worldview:N", sort=list(views.values()), header=alt.Header(title=None)
            ),
            columns=columns,
        )
        .resolve_scale(x="independent")
    )


def _few(number: float) -> float:
    return float(f"{number:.4g}")
