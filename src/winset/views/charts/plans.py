"""All named plans in one picture: each signatory's gain over fighting on, by plan and worldview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from winset.errors import OverrideError
from winset.scenario import Scenario
from winset.views.charts.figure import Figure, need_altair, short, table
from winset.views.charts.theme import INK, SET

__all__ = ["plans_figure"]


def plans_figure(scenario: Scenario, found: Mapping[str, Any]) -> Figure:
    """The figure of a `plans` document.

    Raises:
        OverrideError: the scenario has no war, or names no plans: nothing to draw.
    """
    if not found["worldviews"] or not found["plans"]:
        raise OverrideError("--picture: only named plans of a scenario with a war are drawn")
    wanted = [
        plan
        for plan in found["plans"]
        if all(
            gain["middle"] > 0
            for view in found["worldviews"]
            for gain in view["plans"][plan]["gain"].values()
        )
    ]
    finding = (
        "Preferred to fighting on by all, at the median, in every worldview drawn: "
        + ", ".join(f"{plan} (passes with {_passes(found, plan)})" for plan in wanted)
        if wanted
        else "No named plan beats fighting on for all, at the median, in every worldview drawn"
    )
    return Figure(
        name="plans",
        finding=finding,
        reads="Gain over fighting on in the party's own stake: median (mark) and 10th to 90th"
        " percentile (line) over draws and types. Right of 0: worth signing to its leadership."
        " Ratification is not in these gains.",
        caption=f"Under strategy {found['strategy']}; {found['draws']} draws. Follows from the"
        " assumptions of each worldview named; not a forecast. Source: winset plans of"
        f" {short(scenario.id, 60)} ({scenario.sha256[:8]}), evidence to {scenario.spec.as_of}.",
        draw=lambda width: _draw(found, width),
    )


def _passes(found: Mapping[str, Any], plan: str) -> str:
    """The median chance of passing at home, least to most over the worldviews."""
    odds = [100 * view["plans"][plan]["ratification"]["middle"] for view in found["worldviews"]]
    return f"{min(odds):.0f} to {max(odds):.0f}%" if len(odds) > 1 else f"{odds[0]:.0f}%"


def _draw(found: Mapping[str, Any], width: int) -> Any:
    alt = need_altair()
    names = found["parties"]
    signatories = list(next(iter(found["worldviews"][0]["plans"].values()))["gain"])
    rows = [
        {
            "worldview": view["id"],
            "plan": plan,
            "party": short(names[party], 30),
            "low": gain["low"],
            "middle": gain["middle"],
            "high": gain["high"],
        }
        for view in found["worldviews"]
        for plan, one in view["plans"].items()
        for party, gain in one["gain"].items()
    ]
    who = [short(names[p], 30) for p in signatories]
    hues = [SET[0], SET[2], SET[3], SET[1]]
    colour = alt.Color(
        "party:N",
        scale=alt.Scale(domain=who, range=[hues[n % len(hues)] for n in range(len(who))]),
        legend=alt.Legend(title=None, orient="top"),
    )
    columns = 2 if width >= 500 and len(found["worldviews"]) > 1 else 1
    panels = []
    for number, view in enumerate(found["worldviews"]):
        mine = [row for row in rows if row["worldview"] == view["id"]]
        y = alt.Y(
            "plan:N",
            sort=list(found["plans"]),
            axis=alt.Axis(title=None, labels=number % columns == 0, ticks=False, domain=False),
        )
        base = alt.Chart(table(mine)).encode(
            y=y, yOffset=alt.YOffset("party:N", sort=who), color=colour
        )
        zero = alt.Chart(table([{"x": 0}])).mark_rule(color=INK).encode(x="x:Q")
        scale = alt.Scale(domain=_domain(rows))
        line = base.mark_rule(strokeWidth=2).encode(
            x=alt.X("low:Q", scale=scale, title="gain over fighting on, stakes"), x2="high:Q"
        )
        mark = base.mark_point(filled=True, size=36).encode(
            x=alt.X("middle:Q", scale=scale), shape=alt.Shape("party:N", sort=who, legend=None)
        )
        panels.append(
            alt.layer(zero, line, mark).properties(
                title=alt.TitleParams(text=view["id"], fontSize=11.5, anchor="start"),
                width=(width - 170) / columns - 20,
                height=26 * max(len(found["plans"]), 1),
            )
        )
    return alt.concat(*panels, columns=columns)


def _domain(rows: list[dict[str, Any]]) -> list[float]:
    low = min(row["low"] for row in rows)
    high = max(row["high"] for row in rows)
    return [max(low, -2.0), high]
