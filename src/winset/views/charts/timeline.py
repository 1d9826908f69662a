"""One path month by month: meetings and who refused, what fighting on was worth, beliefs, levers,
the war.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from winset.insight.verdict import calendar
from winset.talks.cell import TraceMonth
from winset.views.charts.figure import Figure, caption, clean, need_altair, short, table
from winset.views.charts.names import course_name, strategy_names, two_lines, worldview_names
from winset.views.charts.theme import ACCENT, FAINT, INK, NEUTRAL, SECOND, SET, axis_format
from winset.views.trace import implied

if TYPE_CHECKING:
    from winset.study import Results

__all__ = ["timeline_figure"]

#: beliefs, levers and quantities shown, those that move most
_MOST: Final = 4
_SIGNED: Final = ("signed", "armistice")
#: months in which nothing is left to tell
_OVER: Final = ("peace", "ended")


def timeline_figure(
    results: Results,
    worldview: str,
    strategy: str,
    draw: int,
    path: int,
    months: Sequence[TraceMonth],
) -> Figure:
    """Return the timeline of one path, as `winset.api.trace` gives it, to the month in which its
    war is over.
    """
    told = max((i for i, m in enumerate(months) if m.event not in _OVER), default=-1)
    months = months[: told + 1]
    views, names = worldview_names(results, 40), strategy_names(results, 60)
    return Figure(
        name="timeline",
        finding=_finding(results, months),
        reads=f"One path of {results.settings.draws * results.settings.paths:,}: "
        f"“{names[strategy]}” under “{views[worldview]}”, draw {draw}, path {path}. "
        "A path is one way it could go, not a forecast. Meetings: filled accepts, ring refuses. "
        "Values in each side's own stakes; levers and beliefs that moved most.",
        caption=caption(results),
        draw=lambda width: _draw(results, months, width),
        options={"worldview": worldview, "strategy": strategy},
    )


def _finding(results: Results, months: Sequence[TraceMonth]) -> str:
    met = [m for m in months if m.met and m.text is not None]
    if not months:
        return "The path has no months"
    last = months[-1]
    signed = next((m for m in months if m.event in _SIGNED), None)
    start = results.scenario.spec.start
    meetings = f"{len(met)} meeting{'s' * (len(met) != 1)} on a text"
    if signed is not None:
        word = "a settlement" if signed.event == "signed" else "an armistice"
        return f"On this path {meetings}, and {word} in {calendar(start, signed.month)}"
    refusals: dict[str, int] = {}
    for month in met:
        for party, yes in month.accepted.items():
            refusals[party] = refusals.get(party, 0) + (not yes)
    end = f"none signed by {calendar(start, last.month)}"
    if not refusals or not max(refusals.values()):
        return f"On this path {meetings}, {end}"
    party = max(refusals, key=lambda p: refusals[p])
    return (
        f"On this path {meetings}, {end}: {_party(results, party)} refused {refusals[party]} times"
    )


def _party(results: Results, party: str) -> str:
    known = results.scenario.spec.parties.get(party)
    return short(known.name if known is not None else party, 24)


def _draw(results: Results, months: Sequence[TraceMonth], width: int) -> Any:
    alt = need_altair()
    narrow = width < 500
    spec = results.scenario.spec
    label = 108 if narrow else 150
    inner = width - label - 16
    last = max((m.month for m in months), default=1)
    x = alt.X(
        "month:Q",
        title=None,
        scale=alt.Scale(domain=[0, max(last, 1)], nice=False),
        axis=alt.Axis(tickCount=6, tickMinStep=1, grid=False, format="d"),
    )
    parts: list[Any] = [_meetings(alt, results, months, x, inner)]
    worth = [
        {"month": m.month, "line": _party(results, p), "value": round(v, 4)}
        for m in months
        for p, v in m.fighting_on.items()
    ]
    parts.append(_lines(alt, worth, "Value of fighting on", x, inner, narrow))
    beliefs = [
        {"month": m.month, "line": _belief(spec, name), "value": round(v, 4)}
        for m in months
        for name, v in m.beliefs.items()
        if not implied(spec, name)
    ]
    parts.append(_lines(alt, _movers(beliefs), "Beliefs (chance)", x, inner, narrow))
    levers = [
        {"month": m.month, "line": _lever(spec, name), "value": round(v, 4)}
        for m in months
        for name, v in m.levers.items()
    ]
    parts.append(
        _lines(alt, _movers(levers, still=False), "Levers (0 to 1)", x, inner, narrow, "step-after")
    )
    for name in [n for n in spec.course if months and n in months[0].state][:_MOST]:
        words, unit = course_name(spec, name)
        rows = [
            {"month": m.month, "line": words, "value": float(f"{m.state[name]:.5g}")}
            for m in months
        ]
        title = two_lines(short(f"{words}{f', {unit}' if unit else ''}", 60), 17 if narrow else 24)
        parts.append(_one(alt, rows, title, x, inner))
    found = [part for part in parts if part is not None]
    if not found:
        return alt.Chart(table([{}])).mark_point(opacity=0).properties(width=inner)
    found[-1] = found[-1].encode(x=x.title("month"))
    own = {"color": "independent", "strokeDash": "independent"}
    return alt.vconcat(*found, spacing=12).resolve_scale(**own).resolve_legend(**own)


def _meetings(
    alt: Any, results: Results, months: Sequence[TraceMonth], x: Any, width: float
) -> Any:
    rows, order = [], dict[str, None]()
    for month in months:
        for party, yes in month.accepted.items() if month.met and month.text is not None else ():
            name = _party(results, party)
            order[name] = None
            rows.append(
                {"month": month.month, "who": name, "answer": "accepts" if yes else "refuses"}
            )
        voted = month.met and month.accepted and month.event != "closed"
        if voted and all(month.accepted.values()):
            order["vote at home"] = None
            passed = month.event in _SIGNED
            rows.append(
                {
                    "month": month.month,
                    "who": "vote at home",
                    "answer": "accepts" if passed else "refuses",
                }
            )
    order = {
        **{k: None for k in order if k != "vote at home"},
        **{k: None for k in order if k == "vote at home"},
    }
    if not rows:
        return None
    y = alt.Y(
        "who:N",
        sort=list(order),
        axis=alt.Axis(title=None, ticks=False, domain=False, grid=True, labelPadding=12),
    )
    fill = alt.condition("datum.answer == 'accepts'", alt.value(ACCENT), alt.value("transparent"))
    return (
        alt.Chart(table(rows))
        .mark_point(size=60, strokeWidth=1.5, stroke=ACCENT)
        .encode(x=x, y=y, fill=fill)
        .properties(width=width, height=26 * len(order))
    )


def _lines(
    alt: Any,
    rows: list[dict[str, Any]],
    title: str,
    x: Any,
    width: float,
    narrow: bool,
    shape: str = "linear",
) -> Any:
    if not rows:
        return None
    names = list(dict.fromkeys(r["line"] for r in rows))
    colours = [ACCENT, SECOND, SET[3], INK, NEUTRAL]
    dashes = [[1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [1, 0]]
    wide = narrow or max(len(name) for name in names) > 30
    legend = alt.Legend(
        title=None, columns=1 if wide else 2, symbolType="stroke", labelLimit=width - 30
    )
    return (
        alt.Chart(table(rows))
        .mark_line(interpolate=shape, strokeWidth=1.8)
        .encode(
            x=x,
            y=alt.Y(
                "value:Q", scale=alt.Scale(zero=False), axis=_axis(alt, rows, two_lines(title, 20))
            ),
            color=alt.Color(
                "line:N",
                sort=names,
                scale=alt.Scale(domain=names, range=colours[: len(names)]),
                legend=legend,
            ),
            strokeDash=alt.StrokeDash(
                "line:N", scale=alt.Scale(domain=names, range=dashes[: len(names)]), legend=legend
            ),
        )
        .properties(width=width, height=84)
    )


def _one(alt: Any, rows: list[dict[str, Any]], title: str, x: Any, width: float) -> Any:
    return (
        alt.Chart(table(rows))
        .mark_line(strokeWidth=1.6, color=ACCENT)
        .encode(x=x, y=alt.Y("value:Q", scale=alt.Scale(zero=False), axis=_axis(alt, rows, title)))
        .properties(width=width, height=56)
    )


def _axis(alt: Any, rows: list[dict[str, Any]], title: str) -> Any:
    return alt.Axis(
        title=title.split("\n"),
        titleAngle=0,
        titleAlign="right",
        titleAnchor="middle",
        titlePadding=8,
        titleBaseline="middle",
        format=axis_format(r["value"] for r in rows),
        tickCount=3,
        gridColor=FAINT,
    )


def _movers(rows: list[dict[str, Any]], still: bool = True) -> list[dict[str, Any]]:
    """Keep the lines that move most; unless `still`, only those that move at all."""
    spans: dict[str, tuple[float, float]] = {}
    for row in rows:
        low, high = spans.get(row["line"], (row["value"], row["value"]))
        spans[row["line"]] = (min(low, row["value"]), max(high, row["value"]))
    order = sorted(spans, key=lambda n: spans[n][0] - spans[n][1])
    kept = {n for n in order[:_MOST] if still or spans[n][1] - spans[n][0] > 1e-6}
    return [row for row in rows if row["line"] in kept]


def _belief(spec: Any, name: str) -> str:
    holder, _, rest = name.partition(".")
    hypothesis, _, value = rest.rpartition(".")
    party, known = spec.parties.get(holder), spec.hypotheses.get(hypothesis)
    who = party.name if party is not None else holder
    what = known.label if known is not None and known.label else hypothesis.replace("_", " ")
    said = known.labels.get(value, value) if known is not None else value
    return short(f"{who}: {what}: {said}", 88)


def _lever(spec: Any, name: str) -> str:
    known = spec.levers.get(name)
    return short(clean(known.name) if known is not None and known.name else name, 44)
