"""What a text leaves on the table, as lines of text; computes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from winset.scenario import Scenario
from winset.views.issues import issue_name, listed
from winset.views.text import columns, wrap

_SHOWN = 0.5  # points of 100 below which nothing is left on an issue


def left_lines(
    scenario: Scenario, names: Mapping[str, str], title: str, found: Mapping[str, Any], width: int
) -> Iterator[str]:
    """One text: a table issue by issue, what is left to whom, and the joint gain."""
    if all(p["best"] is None for p in found["parties"].values()):
        return
    joint = found["joint"] is not None
    more = "; last, what the joint gain moves for each, in that order" if joint else ""
    yield ""
    yield from wrap(
        f"Left on the table by {title}, in points of 100 of each side's own stake: what it has ->"
        " what it would have in its best package of the frontier (nobody worse off than with no"
        f" agreement){more}", width, rest="",
    )  # fmt: skip
    rows = [["issue", "in the text", *names.values(), *(["joint gain"] if joint else [])]]
    same = []
    for issue, row in found["issues"].items():
        moved = row["joint"]["points"].values() if joint else []
        if not any(abs(p["left"]) >= _SHOWN for p in row["parties"].values()) and not any(
            abs(v) >= _SHOWN for v in moved
        ):
            same.append(issue_name(scenario, issue))
            continue
        cells = [_step(p["points"], p["best"]) for p in row["parties"].values()]
        last = []
        if joint:
            last = ["/".join(f"{v:+.0f}" if abs(v) >= _SHOWN else "0" for v in moved)]
            last = last if any(abs(v) >= _SHOWN for v in moved) else [""]
        rows.append([issue_name(scenario, issue)[:34], str(row["option"])[:16], *cells, *last])
    links = found["links"].values()
    if any(abs((k["best"] or 0.0) - k["points"]) >= _SHOWN for k in links):
        cells = [_step(k["points"], k["best"]) for k in links]
        gain = "/".join(f"{k['joint']:+.0f}" for k in links) if joint else ""
        rows.append(["several issues together", "", *cells, *([gain] if joint else [])])
    yield from columns(rows, "ll" + "r" * (len(rows[0]) - 2))
    if same:
        yield from wrap(f"Nothing is left on {listed(same)}.", width, "  ", "  ")
    parts = [
        f"{names[p]} {one['left']:.2f} ({one['gain']:+.2f}, at best {one['best']:+.2f})"
        for p, one in found["parties"].items()
    ]
    yield from wrap(
        f"In all, of its gain over no agreement: {listed(parts)}.", width, "  ", "  "
    )  # fmt: skip
    yield from _joint(scenario, names, found, width)


def _step(now: float, best: float) -> str:
    more = f"({best - now:+.0f})" if abs(best - now) >= _SHOWN else "(0)"
    return f"{_whole(now)} -> {_whole(best)} {more}"


def _whole(number: float) -> str:
    text = f"{number:.0f}"
    return "0" if text == "-0" else text


def _joint(
    scenario: Scenario, names: Mapping[str, str], found: Mapping[str, Any], width: int
) -> Iterator[str]:
    joint = found["joint"]
    if joint is None:
        yield "  Joint gain: none; it is on the frontier, so what one gains another loses."
        return
    gains = listed(f"{names[p]} {v:+.2f}" for p, v in joint["gains"].items())
    changes = [
        f"{issue_name(scenario, issue)} {row['option']} -> {row['joint']['option']}"
        for issue, row in found["issues"].items()
        if row["option"] != row["joint"]["option"]
    ]
    yield from wrap(
        f"Joint gain, nobody worse off, by the leaderships' values alone: {gains}, with "
        + "; ".join(changes) + ".", width, "  ", "    ",
    )  # fmt: skip
