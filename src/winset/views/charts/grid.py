"""Strategy x worldview: each cell's number with its Monte Carlo error, darker where larger."""

from __future__ import annotations

from typing import Any

from winset.insight import about
from winset.study import CellKey, Results
from winset.views.charts.figure import Figure, caption, clean, need_altair
from winset.views.charts.names import strategy_names, worldview_names
from winset.views.charts.theme import NARROW, ON_DARK, ON_LIGHT, PAPER, RAMP, step_of
from winset.views.grid import reads_as
from winset.views.text import cell, decimals, plain

__all__ = ["grid_figure", "grid_finding"]

_DARK_FROM = 4  # the step of the ramp from which writing is light


def grid_figure(results: Results, measure: str = "durable") -> Figure:
    """Return the heat table of one measure. Raises DesignError where there is no such measure."""
    results.measure(measure)
    known = about(results.scenario.spec, measure)
    unit = reads_as[known.reads] or known.unit
    return Figure(
        name=f"grid-{measure}",
        finding=grid_finding(results, measure),
        reads=f"{clean(known.label)}{f', {unit}' if unit else ''} ± Monte Carlo error. Rows: "
        "strategies; columns: worldviews, in the order of the scenario. Darker is larger, not "
        "better.",
        caption=caption(results),
        draw=lambda width: _draw(results, measure, width),
        options={"measure": measure},
    )


def grid_finding(results: Results, measure: str) -> str:
    """Say where the cells lie: against one half where the measure is a chance, else the range."""
    known = about(results.scenario.spec, measure)
    means = [m for key in results.keys if (m := results.estimate(*key, measure).mean) is not None]
    if not means:
        return f"{clean(known.label)}: defined in no cell"
    what = clean(known.label)
    least, most = plain(known, min(means)), plain(known, max(means))
    if known.reads != "share":
        return f"{what}: {least} to {most} {known.unit}".rstrip() + " over the grid"
    above = [
        key for key in results.keys if (results.estimate(*key, measure).mean or 0.0) > 0.5
    ]
    if measure in ("durable", "durable_term", "signed", "signed_24", "signed_term"):
        if not above:
            return (
                f"No strategy makes it more likely than not in any worldview: {least} to {most}% "
                f"({what})"
            )
        views = list(dict.fromkeys(key.worldview for key in above))
        return (
            f"More likely than not in {len(above)} of {len(means)} cells, in "
            f"{len(views)} of {len(results.worldviews)} worldviews ({what})"
        )
    return f"{what}: {least} to {most}% over the grid"


def _draw(results: Results, measure: str, width: int) -> Any:
    alt = need_altair()
    narrow = width < 500
    known = about(results.scenario.spec, measure)
    rows = strategy_names(results, 18 if narrow else 38)
    heads = worldview_names(results, 18)
    estimates = {key: results.estimate(*key, measure) for key in results.keys}
    digits = decimals(known, estimates.values())
    means = [e.mean for e in estimates.values() if e.mean is not None]
    least = 0.0 if known.reads in ("share", "value") else min(means, default=0.0)
    span = max((max(means, default=0.0) - least), 1e-12)
    values = []
    for key in results.keys:
        e = estimates[key]
        done = CellKey(*key) in results.cells
        step = step_of(e.mean - least, span) if e.mean is not None else 0
        values.append(
            {
                "strategy": rows[key.strategy],
                "worldview": heads[key.worldview],
                "text": cell(known, e, digits) if done else "·",
                "fill": RAMP[step] if e.mean is not None else PAPER,
                "ink": ON_DARK if step >= _DARK_FROM and e.mean is not None else ON_LIGHT,
            }
        )
    longest = max((len(str(v["text"])) for v in values), default=3)
    names = 112 if narrow else 226
    step = max((width - names) / max(len(heads), 1), 20 if narrow else 40)
    base = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X(
            "worldview:N",
            sort=list(heads.values()),
            axis=alt.Axis(
                orient="top",
                title=None,
                labelAngle=-50 if narrow or step < 90 else 0,
                labelAlign="left" if narrow or step < 90 else "center",
                ticks=False,
                domain=False,
                labelPadding=6,
            ),
        ),
        y=alt.Y(
            "strategy:N",
            sort=list(rows.values()),
            axis=alt.Axis(title=None, ticks=False, domain=False, labelLimit=names, labelPadding=6),
        ),
    )
    size = min(11.5, (step - 4) / (0.6 * longest))
    tiles = base.mark_rect(stroke=PAPER, strokeWidth=1.5).encode(
        color=alt.Color("fill:N", scale=None)
    )
    text = base.mark_text(fontSize=size).encode(
        text="text:N", color=alt.Color("ink:N", scale=None)
    )
    return alt.layer(tiles, text).properties(
        width=step * max(len(heads), 1), height=(21 if narrow else 23) * max(len(rows), 1)
    )


# CellKey is a tuple of (worldview, strategy): `results.estimate(*key, measure)` takes it apart.
assert CellKey._fields[:2] == ("worldview", "strategy") and NARROW
