"""Charts of a calibration (SVG): months held back, what was fitted, the check of the fit.

Altair draws, vl-convert writes; both come with the extra `charts`.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

from winset.history import Calibrated

_INK: Final = "#1b1b1b"
_BAND: Final = "#8fb3cc"
_DARK: Final = "#4f81a5"
_AMBER: Final = "#d08a1d"
_GREY: Final = "#8a8a8a"
_FONT: Final = "DejaVu Sans, Arial, sans-serif"


def write_charts(found: Calibrated, folder: Path) -> list[str]:
    """Write the charts into a folder that exists; their names, none where the extra is missing."""
    if find_spec("altair") is None or find_spec("vl_convert") is None:
        return []
    charts = {
        "held-back.svg": _held_back(found),
        "fitted.svg": _fitted(found),
        "check.svg": _check(found),
    }
    for name, chart in charts.items():
        chart.configure(font=_FONT, background="white").configure_view(stroke="#d0d0d0").save(
            folder / name
        )
    return list(charts)


def _held_back(found: Calibrated) -> Any:
    import altair as alt

    parts = []
    for s in found.scores:
        if not s.series.scored:
            continue
        recorded = found.record.series[s.id].value
        share = 100.0 if s.series.of is not None else 1.0
        unit = "%" if s.series.of is not None else _unit(s.series.unit)
        line = [
            {"month": found.record.month(t), "value": share * float(y),
             "part": "fitted" if t < found.fit.fitted else "held back"}
            for t, y in enumerate(recorded) if np.isfinite(y)
        ]  # fmt: skip
        band = [
            {"month": found.record.month(int(t)), **{
                name: share * float(x)
                for name, x in zip(("a", "b", "c", "d", "e"), q, strict=True)}}
            for t, q in zip(s.months, s.quantiles, strict=True)
        ]  # fmt: skip
        x = alt.X("yearmonth(month):T", title=None, axis=alt.Axis(format="%Y", tickCount="year"))
        y = alt.Y("a:Q", title=unit, scale=alt.Scale(zero=False, nice=True))
        area = alt.Chart(_data(band)).encode(x=x)
        base = alt.Chart(_data(line)).encode(x=x, y=alt.Y("value:Q", title=unit))
        title = alt.Title(
            s.series.label or s.id,
            subtitle=f"{s.inside(0.9)} of {len(s.value)} months inside 90%,"
            f" {s.inside(0.5)} inside 50%",
            anchor="start",
            fontSize=12,
            subtitleFontSize=10.5,
            subtitleColor=_GREY,
        )
        parts.append(
            alt.layer(
                area.mark_area(color=_BAND, opacity=0.55).encode(y=y, y2="e:Q"),
                area.mark_area(color=_DARK, opacity=0.55).encode(y=alt.Y("b:Q"), y2="d:Q"),
                area.mark_line(color=_DARK, strokeWidth=1.2, strokeDash=[4, 2]).encode(y="c:Q"),
                base.mark_line(color=_INK, strokeWidth=1.2),
                base.mark_point(size=22, filled=True, opacity=1).encode(
                    color=alt.Color(
                        "part:N",
                        scale=alt.Scale(domain=["fitted", "held back"], range=[_GREY, _AMBER]),
                        legend=alt.Legend(title=None, orient="bottom"),
                    )
                ),
            ).properties(width=330, height=150, title=title)
        )
    return alt.concat(*parts, columns=2, spacing=18)


def _data(rows: list[dict[str, Any]]) -> Any:
    import altair as alt

    made: Any = alt.Data
    return made(values=rows)


def _unit(unit: str) -> str:
    return unit.replace("**2", "²").replace("/month", " a month")


def _fitted(found: Calibrated) -> Any:
    import altair as alt

    kinds = ["prior", f"fitted to {found.block.fit_until}", "by now", "the scenario's"]
    parts = []
    for number in found.numbers:
        rows = []
        for kind, q in zip(
            kinds, (number.prior, number.fitted, number.now, number.stated), strict=True
        ):
            if q is not None:
                rows.append({"kind": kind, "low": q[0], "mid": q[1], "high": q[2]})
        base = alt.Chart(_data(rows)).encode(
            y=alt.Y("kind:N", sort=kinds, title=None),
            color=alt.Color(
                "kind:N",
                sort=kinds,
                legend=None,
                scale=alt.Scale(domain=kinds, range=["#b5b5b5", _BAND, _DARK, _AMBER]),
            ),
        )
        large = max(max(abs(row["low"]), abs(row["high"])) for row in rows) >= 1000
        axis = alt.Axis(tickCount=4, format="~s" if large else "~r")
        x = alt.X("low:Q", title=None, scale=alt.Scale(zero=False), axis=axis)
        parts.append(
            alt.layer(
                base.mark_rule(strokeWidth=4).encode(x=x, x2="high:Q"),
                base.mark_point(filled=True, size=55, opacity=1).encode(x="mid:Q"),
            ).properties(
                width=190, height=62, title=alt.Title(number.id, anchor="start", fontSize=11)
            )
        )
    return alt.concat(*parts, columns=3, spacing=14)


def _check(found: Calibrated) -> Any:
    import altair as alt

    parts = []
    for kind, name in (
        ("free", "Free quantities"),
        ("error", "Errors of the record"),
        ("month", "Months to come"),
    ):
        asked = [j for j, t in enumerate(found.fit.targets) if t.kind == kind]
        if not asked:
            continue
        counts = found.ranks.histogram(asked)
        due = counts.sum() / len(counts)
        rows = [{"bin": (i + 0.5) / len(counts), "n": int(n) / due} for i, n in enumerate(counts)]
        chart = alt.Chart(_data(rows))
        x = alt.X(
            "bin:Q", title="place of the truth in its posterior", scale=alt.Scale(domain=[0, 1])
        )
        parts.append(
            alt.layer(
                chart.mark_bar(color=_BAND, size=10).encode(
                    x=x,
                    y=alt.Y("n:Q", title="count over expected", scale=alt.Scale(domain=[0, 1.5])),
                ),
                alt.Chart(_data([{"y": 1}])).mark_rule(color=_INK).encode(y="y:Q"),
            ).properties(width=230, height=130, title=alt.Title(name, anchor="start", fontSize=12))
        )
    return alt.concat(*parts, columns=3, spacing=18)
