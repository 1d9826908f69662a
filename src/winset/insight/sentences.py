"""The verdict in three sentences of plain words.

"Clearly" stands only where a difference exceeds two standard errors. No strategy is called good,
and no single order is given: each sentence names its measure, its date and the worldviews in which
it holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from winset.insight.compare import CLEAR, Difference
from winset.insight.verdict import By, Standing, Verdict

__all__ = ["listed", "three_sentences"]

_BRACKETS: Final = re.compile(r" \([^()]*\)")


def three_sentences(verdict: Verdict, brief: Collection[int] = ()) -> tuple[str, ...]:
    """Return the three readings; one sentence saying why, where there is no verdict to give.

    `brief`: which of them, 0 to 2, leave out their numbers.
    """
    if verdict.headline is None:
        return ("No verdict: the strategy that the scenario is about was not run.",)
    if not verdict.standings or not verdict.by:
        return (f"No verdict yet: no cell of {verdict.headline} is done.",)
    if verdict.baseline is None:
        first = "No reading against the baseline: it was not run, or the scenario names none."
    else:
        opening = f"Against {verdict.baseline} the chance is"
        first = _sentence(verdict, opening, _raised, 0 in brief)
    second = _sentence(verdict, "It is more likely than not", _likely, 1 in brief)
    if not verdict.rivals and not verdict.two_leg:
        third = "No reading against rivals: none was run."
    else:
        opening = f"Against its {_others(verdict)} it is"
        third = _sentence(verdict, opening, _compared, 2 in brief)
    return first, second, third


def _others(verdict: Verdict) -> str:
    counts = (
        (len(verdict.rivals), "rival", ""),
        (len(verdict.two_leg), "version", " without a leg"),
    )
    return listed([f"{n} {name}{'s' * (n > 1)}{tail}" for n, name, tail in counts if n])


def listed(names: Sequence[str]) -> str:
    """Return `a, b and c`."""
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)


def _sentence(
    verdict: Verdict, opening: str, describe: Callable[[Verdict, By], list[str]], brief: bool
) -> str:
    """Say it for each date; dates of which the same is to be said share the words."""
    said: dict[str, list[str]] = {}
    for date in verdict.by:
        text = "; ".join(describe(verdict, date)) or "not defined"
        said.setdefault(_BRACKETS.sub("", text) if brief else text, []).append(date.when)
    parts = [f"by {' as by '.join(dates)}, {text}" for text, dates in said.items()]
    return f"{opening}: {' — '.join(parts)}."


def _where(verdict: Verdict, worldviews: Sequence[str]) -> str:
    total = len(verdict.standings)
    if len(worldviews) == total and total > 1:
        return f"all {total} worldviews"
    return ", ".join(worldviews)


def _each(verdict: Verdict, date: By) -> dict[str, Standing]:
    return {w: found[date.measure] for w, found in verdict.standings.items()}


def _raised(verdict: Verdict, date: By) -> list[str]:
    groups: dict[int, dict[str, Difference]] = {1: {}, 0: {}, -1: {}}
    for worldview, standing in _each(verdict, date).items():
        if standing.baseline is not None:
            groups[standing.baseline.sign][worldview] = standing.baseline
    words = {1: "clearly higher in", 0: "not clearly different in", -1: "clearly lower in"}
    parts = []
    for sign, found in groups.items():
        if found:
            points = f" ({_points(list(found.values()))})" if sign else ""
            parts.append(f"{words[sign]} {_where(verdict, list(found))}{points}")
    return parts


def _likely(verdict: Verdict, date: By) -> list[str]:
    surely: list[str] = []
    barely: list[str] = []
    not_so: list[str] = []
    chances: dict[str, tuple[float, float]] = {}
    for worldview, standing in _each(verdict, date).items():
        mean, se = standing.chance.mean, standing.chance.se
        if mean is None:
            continue
        chances[worldview] = (mean, se or 0.0)
        if mean > 0.5:
            sure = se is not None and mean - 0.5 > CLEAR * se
            (surely if sure else barely).append(worldview)
        else:
            not_so.append(worldview)
    if not surely and not barely:
        return [f"in no worldview ({_percent(list(chances.values()))})"] if not_so else []
    parts = []
    if surely:
        parts.append(
            f"clearly in {_where(verdict, surely)} ({_percent([chances[w] for w in surely])})"
        )
    if barely:
        listing = _percent([chances[w] for w in barely])
        parts.append(f"within the error in {_where(verdict, barely)} ({listing})")
    if not_so:
        parts.append(f"not in {', '.join(not_so)} ({_percent([chances[w] for w in not_so])})")
    return parts


def _compared(verdict: Verdict, date: By) -> list[str]:
    ahead: list[str] = []
    neither: list[str] = []
    behind: dict[str, tuple[str, Difference]] = {}
    for worldview, standing in _each(verdict, date).items():
        others = {**standing.rivals, **standing.two_leg}
        below = {s: d for s, d in others.items() if d.sign < 0}
        if below:
            behind[worldview] = min(below.items(), key=lambda item: item[1].diff)
        elif others and all(d.sign > 0 for d in others.values()):
            ahead.append(worldview)
        else:
            neither.append(worldview)
    parts = [f"clearly ahead of all in {_where(verdict, ahead) if ahead else 'no worldview'}"]
    if behind:
        parts.append(f"clearly behind at least one in {_behind(verdict, behind)}")
    if neither:
        parts.append(f"neither in {_where(verdict, neither)}")
    return parts


def _behind(verdict: Verdict, behind: Mapping[str, tuple[str, Difference]]) -> str:
    """Name the strategy furthest ahead; in each worldview where they are few, else in one."""

    def by(strategy: str, gap: Difference) -> str:
        return f"{strategy} {100 * -gap.diff:+.0f}±{_up(gap.se)}"

    if len(behind) <= 2:
        return ", ".join(f"{w} ({by(*found)})" for w, found in behind.items())
    worst = min(behind, key=lambda w: behind[w][1].diff)
    most = f"{by(*behind[worst])} in {worst}"
    return f"{_where(verdict, list(behind))} (at most {most})"


def _points(found: Sequence[Difference]) -> str:
    if len(found) == 1:
        return f"{100 * found[0].diff:+.0f}±{_up(found[0].se)} points"
    low, high = (f"{100 * d:+.0f}" for d in sorted(d.diff for d in found)[:: len(found) - 1])
    return f"{low} points" if low == high else f"{low} to {high} points"


def _percent(found: Sequence[tuple[float, float]]) -> str:
    if len(found) == 1:
        return f"{100 * found[0][0]:.0f}±{_up(found[0][1])}%"
    low, high = (f"{100 * m:.0f}" for m in sorted(m for m, _ in found)[:: len(found) - 1])
    return f"{low}%" if low == high else f"{low} to {high}%"


def _up(se: float | None) -> str:
    """An error in whole points, rounded up so that it never reads as none."""
    if se is None:
        return "?"
    return str(int(-(-100 * se // 1)))
