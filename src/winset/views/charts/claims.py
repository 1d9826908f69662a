"""What each claim of the argument does to the answer: switched off, or its rival put in its place,
by worldview, on the same draws. The claims that move the answer most, largest first.
"""

from __future__ import annotations

from typing import Any, Final

from winset.errors import StudyError
from winset.insight.page import Argument, Switch, argument_beside
from winset.study import Results
from winset.views.charts.figure import Figure, caption, clean, need_altair, short, table
from winset.views.charts.names import rows_axis, two_lines, worldview_names
from winset.views.charts.theme import ACCENT, INK, NEUTRAL, SECOND

__all__ = ["claims_figure"]

#: claims shown
_MOST: Final = 16
_WORDS: Final = {"off": "switched off", "rival": "its rival in its place"}


def claims_figure(results: Results, argument: Argument | None = None) -> Figure:
    """Return the tornado of claims; `argument` is the claims study beside the study where none is
    given. Raises StudyError where there is none, or it measured nothing.
    """
    found = argument or argument_beside(results)
    if found is None:
        raise StudyError(
            "no claims study of this scenario lies beside the study: "
            f"`winset claims {clean(results.scenario.id)}` makes one"
        )
    order = _order(results, found)
    if not order:
        raise StudyError(f"{found.folder}: measured no claim in a worldview of this study")
    document = found.document
    measured = {s.claim for w in results.worldviews for s in found.switches(w)}
    return Figure(
        name="claims",
        finding=_finding(results, found, order),
        reads="Change of the chance of a durable settlement under the strategy the scenario is "
        "about when a claim is switched off (dot) or its rival put in its place (diamond), in "
        "percentage points, on the same draws; bars: two Monte Carlo errors. "
        f"The {len(order)} claims that move it most anywhere, of {len(measured)} measured.",
        caption=caption(results, f"Claims study of {document['draws']} draws."),
        draw=lambda width: _draw(results, found, order, width),
    )


def _order(results: Results, argument: Argument) -> list[str]:
    """Claims by the largest clear change in any worldview."""
    largest: dict[str, float] = {}
    for worldview in results.worldviews:
        for switch in argument.switches(worldview):
            size = abs(switch.mean) * (1.0 if switch.clear else 1e-6)
            largest[switch.claim] = max(largest.get(switch.claim, 0.0), size)
    return sorted(largest, key=lambda c: -largest[c])[:_MOST]


def _finding(results: Results, argument: Argument, order: list[str]) -> str:
    clear: dict[str, set[str]] = {}
    most: tuple[Switch, str] | None = None
    for worldview in results.worldviews:
        for switch in argument.switches(worldview):
            if switch.clear:
                clear.setdefault(switch.claim, set()).add(worldview)
                if most is None or abs(switch.mean) > abs(most[0].mean):
                    most = switch, worldview
    if most is None:
        return "No claim, switched off or replaced by its rival, clearly changes the answer"
    switch, worldview = most
    view = worldview_names(results, 40)[worldview]
    count = f"{len(clear)} claim{'s' * (len(clear) > 1)} clearly change{'s' * (len(clear) == 1)}"
    return (
        f"{count} the answer in some worldview, most of all "
        f"{switch.claim} {_WORDS[switch.state]}: {100 * switch.mean:+.0f} points in “{view}”"
    )


def _draw(results: Results, argument: Argument, order: list[str], width: int) -> Any:
    alt = need_altair()
    narrow = width < 500
    known: Any = results.scenario.spec.claims
    letters = 21 if narrow else 36
    names = {
        claim: two_lines(
            short(f"{claim} {known[claim].text if claim in known else ''}".strip(), 90), letters
        )
        for claim in order
    }
    views = worldview_names(results, 24)
    values: list[dict[str, Any]] = []
    for worldview in results.worldviews:
        for switch in argument.switches(worldview):
            if switch.claim in names:
                error = 2 * (switch.se or 0.0)
                values.append(
                    {
                        "worldview": views[worldview],
                        "claim": names[switch.claim],
                        "kind": _WORDS[switch.state],
                        "gap": round(100 * switch.mean, 3),
                        "low": round(100 * (switch.mean - error), 3),
                        "high": round(100 * (switch.mean + error), 3),
                    }
                )
    columns = min(2 if narrow else 3, len({row["worldview"] for row in values}))
    label = 122 if narrow else 200
    panel = (width - label - 16) / columns - 14
    kinds = list(_WORDS.values())
    legend = alt.Legend(title=None, columns=1 if narrow else 2)
    colour = alt.Color(
        "kind:N", scale=alt.Scale(domain=kinds, range=[ACCENT, SECOND]), legend=legend
    )
    shape = alt.Shape(
        "kind:N", scale=alt.Scale(domain=kinds, range=["circle", "diamond"]), legend=legend
    )
    y = alt.Y(
        "claim:N",
        sort=list(names.values()),
        axis=rows_axis(label),
    )
    x = alt.X("gap:Q", title="points", axis=alt.Axis(tickCount=4, format="d"))
    base = alt.Chart().encode(y=y)
    zero = alt.Chart().mark_rule(color=INK, strokeWidth=1).encode(x=alt.datum(0))
    bars = base.mark_rule(color=NEUTRAL, strokeWidth=1.6).encode(
        x=alt.X("low:Q", title="points"), x2="high:Q"
    )
    points = base.mark_point(filled=True, size=40, opacity=1).encode(x=x, color=colour, shape=shape)
    return (
        alt.layer(zero, bars, points, data=table(values))
        .properties(width=panel, height=27 * len(names))
        .facet(
            facet=alt.Facet(
                "worldview:N", sort=list(views.values()), header=alt.Header(title=None)
            ),
            columns=columns,
        )
    )
