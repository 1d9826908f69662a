"""Tracks in two pictures: from which momentum on a sequence closes first, and how each way of
negotiating fared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from winset.insight.track_alone import edges
from winset.insight.tracks import TrackStudy, WayRow
from winset.views.charts.figure import Figure, need_altair, short, table
from winset.views.charts.theme import ACCENT, INK, MUTED, NEUTRAL, RAMP

if TYPE_CHECKING:
    from winset.scenario import Scenario

__all__ = ["region_figure", "ways_figure"]

_LOW: Final = 0.5
_HIGH: Final = 16.0
_STEPS: Final = 401
_ACCEPTS: Final = (0.02, 0.1, 0.2, 0.25, 0.3)


def region_figure(
    scenario: Scenario,
    sizes: Mapping[str, int],
    said: Mapping[str, float],
    worldviews: Mapping[str, tuple[float, float]],
) -> Figure:
    """From which momentum on a sequence is expected to need fewer sessions than the package, by
    complexity and by how often a session of the whole is accepted.

    sizes: tracks and their numbers of issues. said: `ratified` of `stated_numbers`. worldviews:
    name -> (complexity, momentum), drawn as points.
    """
    complexities = np.linspace(0.0, 2.0, _STEPS)
    most = 1.0 / len(sizes)
    accepts = [a for a in _ACCEPTS if a < most]
    lines = edges(sizes, complexities, np.array(accepts), said["ratified"])
    tracks = ", ".join(f"{short(name, 30)} ({n})" for name, n in sizes.items())
    home = "" if said["ratified"] == 1.0 else f" Passed at home with {100 * said['ratified']:.0f}%."
    return Figure(
        name="tracks-region",
        finding="A sequence needs fewer sessions than the package only where acceptance is rare and"
        " open issues are slow to close together, or closing one breeds closing the next",
        reads="Lines: momentum at which both need the same expected number of sessions, by the"
        " chance that a session's text of the whole is accepted (percent, at the line). Where that"
        f" is 1 in {len(sizes)} or more, the package always comes first. Points: medians of"
        f" worldviews.{home}",
        caption=f"Tracks and their issues: {tracks}, in their best order. Closed form, no war."
        f" Follows from stated numbers; not a forecast. Source: winset tracks --alone of"
        f" {short(scenario.id, 60)} ({scenario.sha256[:8]}).",
        draw=lambda width: _region(complexities, accepts, lines, worldviews, width),
    )


def _region(
    complexities: np.ndarray,
    accepts: Sequence[float],
    lines: np.ndarray,
    worldviews: Mapping[str, tuple[float, float]],
    width: int,
) -> Any:
    alt = need_altair()
    rows, ends = [], []
    hues = RAMP[-len(accepts) :] if len(accepts) <= len(RAMP) else RAMP
    for n, accept in enumerate(accepts):
        name = f"{100 * accept:.0f}%"
        own = [
            {"accept": name, "complexity": float(c), "momentum": float(m)}
            for c, m in zip(complexities, lines[n], strict=True)
            if np.isfinite(m) and _LOW <= m <= _HIGH
        ]
        rows += own
        if own:
            # where the line leaves the picture, at its foot
            ends.append(own[-1])
    x = alt.X(
        "complexity:Q",
        title="complexity (how much slower more issues at the table are)",
        scale=alt.Scale(domain=[0, 2.12], nice=False),
        axis=alt.Axis(values=[0, 0.5, 1, 1.5, 2], format="~g"),
    )
    y = alt.Y(
        "momentum:Q",
        title="momentum (on the odds of the next track)",
        scale=alt.Scale(type="log", domain=[_LOW, _HIGH]),
        axis=alt.Axis(values=[0.5, 1, 2, 4, 8, 16], format="~g"),
    )
    names = [f"{100 * a:.0f}%" for a in accepts]
    colour = alt.Color(
        "accept:N", scale=alt.Scale(domain=names, range=list(hues[::-1])), legend=None
    )
    curve = alt.Chart(table(rows)).mark_line(strokeWidth=2.2).encode(x=x, y=y, color=colour)
    label = (
        alt.Chart(table(ends))
        .mark_text(align="left", dx=5, fontSize=11.5, fontWeight="bold", color=INK)
        .encode(x=x, y=y, text="accept:N")
    )
    even = (
        alt.Chart(table([{"momentum": 1.0}]))
        .mark_rule(color=NEUTRAL, strokeDash=[3, 3])
        .encode(y=y)
    )
    layers = [even, curve, label]
    if worldviews:
        placed: dict[tuple[float, float], list[str]] = {}
        for name, (c, m) in worldviews.items():
            placed.setdefault((round(c, 2), round(m, 2)), []).append(short(name, 30))
        spots = [
            {"complexity": c, "momentum": m, "name": ", ".join(names_)}
            for (c, m), names_ in placed.items()
            if _LOW <= m <= _HIGH and 0.0 <= c <= 2.0
        ]
        base = alt.Chart(table(spots))
        layers += [
            base.mark_point(filled=True, size=46, color=MUTED, shape="diamond").encode(x=x, y=y),
            base.mark_text(align="right", dx=-7, fontSize=11, color=MUTED).encode(
                x=x, y=y, text="name:N"
            ),
        ]
    return alt.layer(*layers).properties(width=width - 70, height=0.58 * width)


def ways_figure(study: TrackStudy) -> Figure:
    """Chance of a durable settlement by way of negotiating, worldview by worldview, with two
    standard errors; the package as a line."""
    scenario, rows, settings = study.scenario, study.rows, study.design.settings
    above = sorted(
        {
            f"{row.way.id} ({row.worldview})"
            for row in rows
            if "durable" in row.against and row.against["durable"].sign > 0
        }
    )
    finding = (
        "Clearly more often durable than the package: " + "; ".join(above)
        if above
        else "No way of negotiating is clearly more often durable than the package"
    )
    return Figure(
        name="tracks-ways",
        finding=finding,
        reads="Chance of a settlement signed by the horizon that holds for five years, by way of"
        " negotiating; bars: two standard errors; line: the package, on the same draws and luck.",
        caption=f"Under strategy {short(study.strategy, 60)}; {settings.draws} draws ×"
        f" {settings.paths} paths × {settings.months} months, seed {settings.seed}. Follows from"
        " the assumptions of each worldview named; not a forecast. Source: winset tracks of"
        f" {short(scenario.id, 60)}"
        f" ({scenario.sha256[:8]}), evidence to {scenario.spec.as_of}.",
        draw=lambda width: _ways(rows, width),
    )


def _ways(rows: Sequence[WayRow], width: int) -> Any:
    alt = need_altair()
    views = list(dict.fromkeys(row.worldview for row in rows))
    ways = list(dict.fromkeys(row.way.id for row in rows))
    data = []
    for row in rows:
        one = row.found["durable"]
        if one.mean is not None:
            error = 2.0 * (one.se or 0.0)
            data.append(
                {
                    "worldview": row.worldview,
                    "way": short(row.way.id, 60),
                    "mean": 100 * one.mean,
                    "low": 100 * max(one.mean - error, 0.0),
                    "high": 100 * min(one.mean + error, 1.0),
                }
            )
    most = max(entry["high"] for entry in data)  # type: ignore[type-var]
    columns = 2 if width >= 500 and len(views) > 1 else 1
    panels = []
    for n, view in enumerate(views):
        mine = [entry for entry in data if entry["worldview"] == view]
        first = n % columns == 0
        y = alt.Y(
            "way:N",
            sort=[short(way, 60) for way in ways],
            axis=alt.Axis(title=None, labels=first, ticks=False, domain=False, labelLimit=260),
        )
        x = alt.X("mean:Q", title="durable, %", scale=alt.Scale(domain=[0, most]))
        base = alt.Chart(table(mine)).encode(y=y)
        line = (
            alt.Chart(table([entry for entry in mine if entry["way"] == "package"]))
            .mark_rule(color=NEUTRAL)
            .encode(x=x)
        )
        bar = base.mark_rule(strokeWidth=2, color=ACCENT).encode(
            x=alt.X("low:Q", scale=alt.Scale(domain=[0, most])), x2="high:Q"
        )
        mark = base.mark_point(filled=True, size=42, color=ACCENT).encode(x=x)
        panels.append(
            alt.layer(line, bar, mark).properties(
                title=alt.TitleParams(text=view, fontSize=11.5, anchor="start"),
                width=(width - 250) / columns,
                height=20 * len(mine),
            )
        )
    return alt.concat(*panels, columns=columns)
