"""What fighting on is worth to each side month by month while the war goes on, and in how many of
the wars still going on some text could be signed, one worldview beside another.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from winset.insight.space import worths_of
from winset.insight.verdict import calendar
from winset.study import CellKey, Results
from winset.talks.cell import Worth
from winset.views.charts.figure import Figure, caption, clean, need_altair, short, table
from winset.views.charts.names import strategy_names, two_lines, worldview_names
from winset.views.charts.space import chosen_strategy
from winset.views.charts.theme import ACCENT, INK, SECOND
from winset.views.text import share

__all__ = ["reservation_figure"]

#: a month is shown while at least this share of the paths is still open
_LEAST: Final = 0.05
_COLOURS: Final = (ACCENT, SECOND, INK)
_DASHES: Final = ([1, 0], [6, 3], [2, 2])


def reservation_figure(results: Results, strategy: str | None = None) -> Figure:
    """Return the panels under one strategy (default: the headline).

    Raises StudyError where the study holds no value of fighting on by month, DesignError for a
    strategy it does not have.
    """
    shown = chosen_strategy(results, strategy)
    done = [w for w in results.worldviews if CellKey(w, shown) in results.cells]
    for worldview in done[:1] or results.worldviews[:1]:
        worths_of(results, worldview, shown)
    return Figure(
        name="reservation",
        finding=_finding(results, done, shown),
        reads=f"Above: the value of fighting on to each side under "
        f"“{strategy_names(results, 60)[shown]}”, in its own stakes (1 its best package, 0 its "
        "worst): median and 10th to 90th percentile over the wars neither settled nor ended by "
        "then, with the likeliest type; shown while they are a twentieth of all. Below: in how "
        "many of them some text is worth more than fighting on to both and likelier than not to "
        "pass at home, with two Monte Carlo errors. A falling line is both what the months do and "
        "which wars last.",
        caption=caption(results),
        draw=lambda width: _draw(results, done, shown, width),
        options={"strategy": shown},
    )


def _kept(results: Results, worldview: str, strategy: str) -> list[Worth]:
    """The likeliest type of every signatory."""
    worths = worths_of(results, worldview, strategy)
    found = []
    for party in results.scenario.signatories:
        mine = [w for w in worths if w.party == party]
        found += [max(mine, key=lambda w: float(w.share[0]))] if mine else []
    return found


def _overlap(results: Results, worldview: str, strategy: str) -> list[tuple[int, float, float]]:
    """Month, share of the wars still open with an overlap, its error."""
    cell = results.cells[CellKey(worldview, strategy)]
    if cell.overlap is None or "at_war" not in cell.fates:
        return []
    at_war = cell.fates["at_war"].mean
    found = []
    for month in np.flatnonzero(np.isfinite(cell.overlap.mean)):
        if at_war[month] >= _LEAST:
            error = cell.overlap.se[month]
            part = min(float(cell.overlap.mean[month] / at_war[month]), 1.0)
            size = 0.0 if np.isnan(error) else float(error / at_war[month])
            found.append((int(month), part, size))
    return found


def _finding(results: Results, done: list[str], strategy: str) -> str:
    starts, later = [], []
    for worldview in done:
        by = {month: part for month, part, _ in _overlap(results, worldview, strategy)}
        if by:
            starts.append(by[0])
            later += [by[12]] if 12 in by else []
    if not starts:
        return "What fighting on is worth to each side, month by month"
    said = f"Something could be signed at the start in {_span(starts)} of draws and types"
    if later:
        said += f", a year on in {_span(later)} of the wars still going on"
    return f"{said}, by worldview" if len(starts) > 1 else said


def _span(parts: list[float]) -> str:
    low, high = share(min(parts)), share(max(parts))
    return f"{low}%" if low == high else f"{low} to {high}%"


def _draw(results: Results, done: list[str], strategy: str, width: int) -> Any:
    alt = need_altair()
    narrow = width < 500
    spec = results.scenario.spec
    names = [short(clean(spec.parties[p].name), 24) for p in results.scenario.signatories]
    views = worldview_names(results, 24)
    columns = min(2 if narrow else 3, len(done))
    panel = (width - (40 if narrow else 50)) / columns - (24 if narrow else 30)
    months = results.settings.months
    x = alt.X(
        "month:Q",
        title=None,
        scale=alt.Scale(domain=[0, months], nice=False),
        axis=alt.Axis(values=list(range(0, months + 1, 12)), grid=False),
    )
    scale = alt.Scale(domain=names, range=list(_COLOURS[: len(names)]))
    legend = alt.Legend(title=None, symbolType="stroke", symbolSize=400, symbolOpacity=1)
    colour = alt.Color("who:N", scale=scale, legend=legend)
    dash = alt.StrokeDash(
        "who:N", scale=alt.Scale(domain=names, range=list(_DASHES[: len(names)])), legend=legend
    )
    panels = []
    for number, worldview in enumerate(done):
        rows = []
        for worth, name in zip(_kept(results, worldview, strategy), names, strict=False):
            at = [worth.quantiles.index(q) for q in (0.1, 0.5, 0.9)]
            part = worth.share / worth.share[0]
            for month in range(len(worth.share)):
                if part[month] >= _LEAST and np.isfinite(worth.values[month]).all():
                    low, mid, high = (_few(worth.values[month, i]) for i in at)
                    rows.append({"month": month, "who": name, "low": low, "mid": mid, "high": high})
        overlap = [
            {
                "month": month,
                "part": _few(part),
                "low": _few(max(part - 2 * error, 0.0)),
                "high": _few(min(part + 2 * error, 1.0)),
            }
            for month, part, error in _overlap(results, worldview, strategy)
        ]
        bottom = number >= len(done) - columns
        ahead = f"months from {calendar(spec.start, 0)}"
        under = x.title(ahead) if bottom else x
        values = alt.Chart(table(rows)).encode(x=x)
        y = alt.Scale(zero=False)
        upper = alt.layer(
            values.mark_area(opacity=0.2).encode(
                y=alt.Y("low:Q", scale=y, title=None, axis=alt.Axis(tickCount=4)),
                y2="high:Q",
                color=colour,
            ),
            values.mark_line(strokeWidth=1.8).encode(
                y=alt.Y("mid:Q", scale=y), color=colour, strokeDash=dash
            ),
        ).properties(width=panel, height=92)
        share_y = alt.Y(
            "part:Q",
            title=None,
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(values=[0, 0.5, 1], format=".0%"),
        )
        dots = alt.Chart(table(overlap)).encode(x=under)
        lower = alt.layer(
            dots.mark_rule(color=INK).encode(
                y=alt.Y("low:Q", scale=alt.Scale(domain=[0, 1])), y2="high:Q"
            ),
            dots.mark_line(color=INK, strokeWidth=1, opacity=0.5).encode(y=share_y),
            dots.mark_point(color=INK, filled=True, size=22, opacity=1).encode(y=share_y),
        ).properties(width=panel, height=44)
        title = two_lines(views[worldview], 20 if narrow else 30).split("\n")
        panels.append(
            alt.vconcat(
                upper, lower, spacing=6,
                title=alt.TitleParams(text=title, fontSize=11.5, anchor="start", offset=4),
            )
        )  # fmt: skip
    return alt.concat(*panels, columns=columns, spacing=16)


def _few(number: float) -> float:
    return float(f"{number:.4g}")
