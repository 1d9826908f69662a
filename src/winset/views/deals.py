"""`winset deals` as lines of text; computes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from winset.scenario import Scenario
from winset.views.issues import issue_name, listed
from winset.views.left import left_lines
from winset.views.text import columns, wrap

_CARED: Final = 3.0  # points of 100 below which an issue matters to nobody
_MORE: Final = 1.15  # times as much at stake from which on a party cares more

NAMES: Final = {
    "nash": "Nash",
    "kalai_smorodinsky": "Kalai-Smorodinsky",
    "egalitarian": "Egalitarian",
    "utilitarian": "Utilitarian",
    "raiffa": "Raiffa's balanced increments",
}


def bargain_lines(scenario: Scenario, found: Mapping[str, Any], width: int = 96) -> list[str]:
    """Lines for a scenario without a war."""
    parties = list(found["parties"])
    names = [found["parties"][p] for p in parties]
    lines = [scenario.spec.title, "=" * min(width, len(scenario.spec.title)), ""]
    over = found["overlap"]
    worth = zip(names, found["reservation"].values(), strict=True)
    lines += wrap(
        f"{big(found['possible_packages'])} packages,"
        f" {big(found['packages'])} of them without an incompatible pair. No agreement is worth"
        f" {listed(f'{v:.4g} to {n}' for n, v in worth)}.",
        width,
    )
    lines += wrap(overlap_words(over), width)
    if "why" in found:
        lines += wrap(apart_words(scenario, found["why"]), width)
    lines += ["", *cares_lines(scenario, found["parties"], found["cares"])]
    lines += trades_lines(scenario, found["parties"], found["trades"])
    lines += adjusted_lines(scenario, found["parties"], found["adjusted_winner"], width)
    count = len(found["frontier"])
    if count:
        error = max(found["frontier_error"].values())
        how = found["frontier_method"] + (f", up to {error:.3g} of a value" if error else "")
        lines += ["", f"Pareto frontier: {count} packages ({how})"]
        lines += list(_points(found["frontier"], parties, names))
    lines += ["", "Solution points"]
    for name, solution in found["solutions"].items():
        lines += [""]
        lines += wrap(f"{NAMES[name]}: {found['definitions'][name]}.", width)
        if solution is None:
            lines.append("  none: the overlap is empty" if over["share"] == 0 else "  not computed")
            continue
        lines.append("  " + "  ".join(
            f"{n} {solution['values'][p]:.4f}" for p, n in zip(parties, names, strict=True)
        ))  # fmt: skip
        lines += wrap("  " + package_words(scenario, solution["package"]), width)
        if "proved_bound" in solution:
            lines.append(f"  proved: no package exceeds {solution['proved_bound']:.6g}")
    if "left" in found:
        lines += left_lines(
            scenario, found["parties"], "the Nash point", found["left"]["nash"], width
        )
    return lines


def _points(points: list[dict[str, Any]], parties: list[str], names: list[str]) -> Iterator[str]:
    shown = points if len(points) <= 14 else points[:: -(-len(points) // 14)]
    rows = [
        [*(f"{p['values'][i]:.4f}" for i in parties), "yes" if p["in_overlap"] else "no"]
        for p in shown
    ]
    yield from columns([[*names, "acceptable to all"], *rows], "r" * (len(names) + 1))
    if len(shown) < len(points):
        yield f"({len(shown)} of {len(points)} shown; --json lists all, with their packages)"


def overlap_words(over: Mapping[str, Any]) -> str:
    """The overlap in a sentence."""
    if over["packages"] == 0 or over["share"] == 0:
        text = "The win-sets do not meet: no package is at or above every reservation value."
    elif over["packages"] is None:
        text = (
            f"About {over['share']:.3%} (± {over['share_error']:.3%}, one standard error) of the"
            " packages are at or above every reservation value: too many to count one by one, so"
            " this is from a uniform sample."
        )
    else:
        text = (
            f"{big(over['packages'])} packages ({over['share']:.3%}) are at or above every"
            " reservation value."
        )
    if "chance" in over:
        text += f" Some package is in {over['chance']:.0%} of the draws of the uncertain numbers."
    return text


def package_words(scenario: Scenario, package: Mapping[str, Any]) -> str:
    """A package in words: issue by issue, as the scenario names them."""
    parts = []
    for issue, option in package.items():
        body = scenario.spec.issues[issue]
        label = body.name or issue
        if isinstance(option, str):
            text = body.options[option].text or option
            parts.append(f"{label}: {text}")
        else:
            parts.append(f"{label}: {option:.4g}")
    return "; ".join(parts)


def big(number: int | None) -> str:
    """A count, with commas, or in powers of ten where it is long."""
    if number is None:
        return "an unknown number of"
    return f"{number:,}" if number < 10**9 else f"{number:.2e}"


def apart_words(scenario: Scenario, why: Mapping[str, Any]) -> str:
    """What keeps win-sets apart."""
    text = f"The nearest package leaves a side {why['shortfall']:.0f} points of 100 short."
    if why["single_issues"]:
        issues = listed(issue_name(scenario, i) for i in why["single_issues"][:3])
        return (
            f"{text} If all sides had their best on it, any one of these would close the gap:"
            f" {issues}."
        )
    if why["pair"]:
        issues = listed(issue_name(scenario, i) for i in why["pair"])
        return f"{text} No single issue keeps them apart; {issues} together do."
    return f"{text} No single issue or pair of issues closes the gap."


def cares_lines(
    scenario: Scenario, names: Mapping[str, str], cares: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Who has how much at stake on which issue."""
    rows = [["Who cares more (points of 100 at stake)", *names.values(), "cares more"]]
    for one in sorted(cares, key=lambda c: -max(c["stakes"].values())):
        if max(one["stakes"].values()) < _CARED:
            continue
        times = one["times"]
        who = "-"
        if one["cares_most"] is not None and times is not None and times >= _MORE:
            who = f"{names[one['cares_most']]} x{times:.1f}"
        stakes = [f"{one['stakes'][p]:.0f}" for p in names]
        rows.append([issue_name(scenario, one["issue"])[:44], *stakes, who])
    return columns(rows)


def trades_lines(
    scenario: Scenario, names: Mapping[str, str], trades: Sequence[Mapping[str, Any]]
) -> list[str]:
    """The trades of two issues that create value."""
    if not trades:
        return ["", "No trade of two issues creates value: the sides rank them alike."]
    rows = []
    for trade in trades:
        row = []
        for party, issue in trade["to"].items():
            what = f"{issue_name(scenario, issue)[:20]}: {trade['options'][issue]}"
            row += [f"{names[party]} has {what}", f"+{trade['gains'][party]:.1f}"]
        rows.append(row)
    head = "Trades that create value: each its best on one issue, against splitting both (points)"
    return ["", head, *columns(rows, "lrlr")]


def adjusted_lines(
    scenario: Scenario, names: Mapping[str, str], found: Mapping[str, Any] | None, width: int
) -> list[str]:
    """Adjusted Winner in a sentence; nothing where it does not apply."""
    if found is None:
        return []
    first, second = found["points"]
    parts = {
        p: [issue_name(scenario, i) for i, s in found["shares"].items() if s[p] >= 1 - 1e-9]
        for p in (first, second)
    }
    text = "Adjusted Winner, if issues could be divided (Brams and Taylor 1996): " + "; ".join(
        f"{names[p]} {found['points'][p]:.2f} of 100, with its way on {listed(won) or 'none whole'}"
        for p, won in parts.items()
    )
    if found["divided"] is not None:
        share_of = found["shares"][found["divided"]][first]
        text += f"; {issue_name(scenario, found['divided'])} divided, {share_of:.0%} {names[first]}"
    return ["", *wrap(text + ".", width)]
