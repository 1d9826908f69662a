"""How it ends: for every path one first ending (settled, ended without agreement, still at war), by
strategy and worldview.
"""

from __future__ import annotations

import json
from typing import Any, Final

from winset.study import CellKey, Results
from winset.views.charts.figure import Figure, caption, need_altair, short, table
from winset.views.charts.letters import wrapped
from winset.views.charts.names import LINES, MIDDLE, sentence, strategy_names, worldview_names
from winset.views.charts.survival import fates_of
from winset.views.charts.theme import NEUTRAL, SET
from winset.views.text import share

__all__ = ["endings_figure"]

_HOLDS: Final = "settled, no renewed war for five years"
_BREAKS: Final = "settled, and war again within five years"
_WAR: Final = "still at war at the horizon"
#: settled and lasting, settled and broken; then the endings without agreement; grey: still at war
_SETTLED: Final = (SET[0], "#7fbdb9")


def endings_figure(results: Results) -> Figure:
    """Return the bars: shares of paths by their first ending, which sum to one.

    Raises StudyError where the study does not hold them.
    """
    fates_of(results, results.keys[0])
    return Figure(
        name="endings",
        finding=_finding(results),
        reads="Share of paths by how the war first ends. Settlements are split by the chance that "
        "no war is renewed within five years of signing; the other endings come without agreement. "
        "Monte Carlo errors are those of the tables, about one to three points.",
        caption=caption(results),
        draw=lambda width: _draw(results, width),
    )


def _parts(results: Results, key: CellKey) -> dict[str, float]:
    """Ending in words -> share of paths; sums to 1. Empty where the cell is not done."""
    fates = fates_of(results, key)
    if not fates:
        return {}
    outcomes: Any = results.scenario.spec.outcomes
    durable = results.estimate(*key, "durable").mean or 0.0
    signed = float(fates["signed"].mean[-1])
    found = {_HOLDS: durable, _BREAKS: max(signed - durable, 0.0)}
    for name, fate in fates.items():
        kind, _, outcome = name.partition(".")
        if kind == "unsettled":
            label = outcomes[outcome].label if outcome in outcomes else ""
            words = short(sentence(label or outcome), 80)
            found[words] = found.get(words, 0.0) + float(fate.mean[-1])
    found[_WAR] = float(fates["at_war"].mean[-1])
    return found


def _finding(results: Results) -> str:
    ours = results.scenario.spec.headline
    if ours not in results.strategies:
        ours = results.strategies[0]
    parts = [_parts(results, CellKey(w, ours)) for w in results.worldviews]
    parts = [p for p in parts if p]
    if not parts:
        return "How the war ends"
    settled = [p[_HOLDS] + p[_BREAKS] for p in parts]
    others = {
        name: [p.get(name, 0.0) for p in parts]
        for name in parts[0]
        if name not in (_HOLDS, _BREAKS, _WAR)
    }
    label = strategy_names(results, 60)[ours]
    first = f"Under “{label}” {_span(settled)} of paths are settled"
    if not others:
        return first
    largest = max(others, key=lambda name: max(others[name]))
    return f"{first}, {_span(others[largest])} end otherwise as “{largest}”, by worldview"


def _span(shares: list[float]) -> str:
    low, high = share(min(shares)), share(max(shares))
    return f"{low}%" if low == high else f"{low} to {high}%"


def _draw(results: Results, width: int) -> Any:
    alt = need_altair()
    narrow = width < 500
    names = strategy_names(results, 60, wrap=17 if narrow else 34)
    views = worldview_names(results, 24)
    values, kinds = [], dict[str, None]()
    for key in results.keys:
        parts = _parts(results, key)
        kinds.update(dict.fromkeys(parts))
        for order, (kind, part) in enumerate(parts.items()):
            values.append(
                {
                    "worldview": views[key.worldview],
                    "strategy": names[key.strategy],
                    "ending": kind,
                    "order": order,
                    "share": round(part, 4),
                }
            )
    others = [k for k in kinds if k not in (_HOLDS, _BREAKS, _WAR)]
    palette = [SET[2], SET[3], SET[4], SET[6], SET[5]]
    domain = [k for k in (_HOLDS, _BREAKS, *others, _WAR) if k in kinds]
    colours = {_HOLDS: _SETTLED[0], _BREAKS: _SETTLED[1], _WAR: NEUTRAL}
    colours |= {k: palette[i % len(palette)] for i, k in enumerate(others)}
    columns = min(2, len(views))
    label = 116 if narrow else 190
    panel = (width - label - 20) / columns - 16
    chart = (
        alt.Chart(table(values))
        .mark_bar(height=13 if narrow else 12)
        .encode(
            x=alt.X(
                "share:Q",
                title=None,
                stack="zero",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format=".0%", tickCount=5),
            ),
            y=alt.Y(
                "strategy:N",
                sort=list(names.values()),
                axis=alt.Axis(
                    title=None,
                    ticks=False,
                    domain=False,
                    labelLimit=label,
                    minExtent=label,
                    labelExpr=LINES,
                    labelLineHeight=11,
                    labelFontSize=10,
                    labelBaseline=MIDDLE,
                ),
            ),
            color=alt.Color(
                "ending:N",
                scale=alt.Scale(domain=domain, range=[colours[k] for k in domain]),
                legend=alt.Legend(
                    title=None,
                    columns=1 if narrow or max(map(len, domain)) > 50 else 2,
                    labelExpr=_in_lines(domain, width - label - 60),
                    symbolType="square",
                    labelLimit=width - label - 40,
                ),
            ),
            order=alt.Order("order:Q"),
        )
        .properties(width=panel, height=(27 if narrow else 24) * len(names))
    )
    return chart.facet(
        facet=alt.Facet("worldview:N", sort=list(views.values()), header=alt.Header(title=None)),
        columns=columns,
    )


def _in_lines(kinds: list[str], room: float) -> str:
    """The expression by which a legend breaks its labels into two lines of `room` pixels."""
    broken = json.dumps({kind: wrapped(kind, room) for kind in kinds}, ensure_ascii=False)
    return f"({broken})[datum.label]"
