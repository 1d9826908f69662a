"""Strategy x worldview: each cell's number with its Monte Carlo error, darker where larger."""

from __future__ import annotations

from typing import Any, Final

from winset.insight import about
from winset.study import Results
from winset.views.charts.figure import Figure, caption, need_altair, table
from winset.views.charts.names import (
    LINES,
    MIDDLE,
    sentence,
    strategy_names,
    units,
    worldview_names,
)
from winset.views.charts.theme import ON_DARK, ON_LIGHT, RAMP, step_of
from winset.views.grid import reads_as
from winset.views.text import cell, decimals, plain

__all__ = ["grid_figure", "grid_finding"]

#: the step of the ramp from which writing is light
_DARK_FROM: Final = 4
#: chances that a reader holds against one half
_HOPES: Final = ("durable", "durable_term", "signed", "signed_24", "signed_term")


def grid_figure(results: Results, measure: str = "durable") -> Figure:
    """Return the heat table of one measure. Raises DesignError where there is no such measure."""
    results.measure(measure)
    known = about(results.scenario.spec, measure)
    unit = reads_as[known.reads] or units(known.unit)
    return Figure(
        name=f"grid-{measure}",
        finding=grid_finding(results, measure),
        reads=f"{sentence(known.label)}{f', {unit}' if unit else ''} ± Monte Carlo error. Rows: "
        "strategies; columns: worldviews, in the order of the scenario. A stronger shade is a "
        "larger number, not a better one.",
        caption=caption(results),
        draw=lambda width: _draw(results, measure, width),
        options={"measure": measure},
    )


def grid_finding(results: Results, measure: str) -> str:
    """Say where the cells lie: against one half where the measure is a chance, else the range."""
    known = about(results.scenario.spec, measure)
    means = {k: m for k in results.keys if (m := results.estimate(*k, measure).mean) is not None}
    if not means:
        return f"{sentence(known.label)}: defined in no cell"
    least, most = plain(known, min(means.values())), plain(known, max(means.values()))
    if measure in _HOPES:
        above = [key for key, mean in means.items() if mean > 0.5]
        if not above:
            return (
                "More likely than not in no worldview under any strategy: "
                f"{least} to {most}% over the grid"
            )
        views = len({key.worldview for key in above})
        return (
            f"More likely than not in {len(above)} of {len(means)} cells, in {views} of "
            f"{len(results.worldviews)} worldviews: {least} to {most}% over the grid"
        )
    unit = "%" if known.reads == "share" else f" {units(known.unit)}".rstrip()
    return f"{sentence(known.label)}: {least} to {most}{unit} over the grid"


def _draw(results: Results, measure: str, width: int) -> Any:
    alt = need_altair()
    narrow = width < 500
    known = about(results.scenario.spec, measure)
    rows = strategy_names(results, 60, wrap=17 if narrow else 34)
    heads = worldview_names(results, 24, wrap=0 if narrow else 11)
    estimates = {key: results.estimate(*key, measure) for key in results.keys}
    digits = decimals(known, estimates.values())
    means = [e.mean for e in estimates.values() if e.mean is not None]
    least = 0.0 if known.reads in ("share", "value") else min(means, default=0.0)
    span = max(max(means, default=0.0) - least, 1e-12)
    values = []
    for key in results.keys:
        e = estimates[key]
        step = step_of(e.mean - least, span) if e.mean is not None else 0
        values.append(
            {
                "strategy": rows[key.strategy],
                "worldview": heads[key.worldview],
                "text": cell(known, e, digits) if key in results.cells else "·",
                "fill": RAMP[step] if e.mean is not None else "transparent",
                "ink": ON_DARK if step >= _DARK_FROM and e.mean is not None else ON_LIGHT,
            }
        )
    longest = max((len(str(v["text"])) for v in values), default=3)
    names = 116 if narrow else 206
    step_x = max((width - names) / max(len(heads), 1), 30 if narrow else 46)
    base = alt.Chart(table(values)).encode(
        x=alt.X(
            "worldview:N",
            sort=list(heads.values()),
            axis=alt.Axis(
                orient="top",
                title=None,
                labelAngle=-50 if narrow else 0,
                labelAlign="left" if narrow else "center",
                labelExpr=LINES,
                ticks=False,
                domain=False,
                labelPadding=6,
            ),
            scale=alt.Scale(paddingInner=0.03),
        ),
        y=alt.Y(
            "strategy:N",
            sort=list(rows.values()),
            axis=alt.Axis(
                title=None,
                ticks=False,
                domain=False,
                labelLimit=names,
                labelPadding=6,
                labelExpr=LINES,
                labelLineHeight=12,
                labelBaseline=MIDDLE,
            ),
            scale=alt.Scale(paddingInner=0.05),
        ),
    )
    tiles = base.mark_rect(strokeWidth=1).encode(color=alt.Color("fill:N", scale=None))
    text = base.mark_text(fontSize=min(11.5, (step_x - 4) / (0.6 * longest))).encode(
        text="text:N", color=alt.Color("ink:N", scale=None)
    )
    return alt.layer(tiles, text).properties(
        width=step_x * max(len(heads), 1), height=29 * max(len(rows), 1)
    )
