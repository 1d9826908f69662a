"""The verdict page on a terminal: one worldview after another, in plain words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from winset.insight import about, count_inputs
from winset.insight.compare import CLEAR, Difference
from winset.insight.page import Argument, Page, Switch, pages
from winset.insight.verdict import By, Standing, Verdict
from winset.scenario.schema.claims import Claim
from winset.study import Results
from winset.views.text import cell, wrap

__all__ = ["verdict_lines"]


def verdict_lines(results: Results, argument: Argument | None, width: int) -> list[str]:
    """The page as lines; says so where the headline strategy was not run."""
    verdict, found = pages(results, argument)
    spec = results.scenario.spec
    if not found:
        return ["The study holds no cell of the strategy that the scenario is about."]
    assert verdict.headline is not None
    label = spec.strategies[verdict.headline].label or verdict.headline
    lines = [
        *wrap(f"{spec.title}: the verdict on {verdict.headline} ({label})", width),
        *wrap(
            f"As of {spec.as_of}. Under each worldview by its own assumptions; none is the default"
            " answer, and no number is a forecast. ± one standard error; clear: beyond two.",
            width,
        ),
    ]
    for page in found:
        view = spec.worldviews.get(page.worldview)
        title = f"{page.worldview}: {view.label}" if view and view.label else page.worldview
        lines += ["", title, "-" * min(len(title), width)]
        for text in _texts(results, verdict, page):
            lines += wrap(text, width, "", "  ")
    lines += ["", *_differences(results, argument, width)]
    inputs = count_inputs(results.scenario)
    lines += wrap(
        f"Whose numbers: {inputs.sourced} sourced, {inputs.judged} judged, {inputs.unchecked}"
        " unchecked.",
        width,
    )
    return lines


def _texts(results: Results, verdict: Verdict, page: Page) -> Iterator[str]:
    yield _answer(verdict, page)
    yield _terms(results, page)
    yield _costs(results, page)
    last = verdict.by[-1]
    standing = page.standing[last.measure]
    yield _against("the versions with two legs", standing.two_leg, last)
    yield _against("the other strategies", standing.rivals, last)
    if page.blocker is not None:
        short = "" if page.blocker.issue is None else f", most over {_issue(results, page)}"
        yield (
            f"What stands in the way: {page.blocker.name} blocks {100 * page.blocker.share:.0f}%"
            f" of meetings without a signature{short}."
        )
    if page.leans is None or page.would is None:
        return
    leans = "; ".join(_switch(results, s) for s in page.leans) or "no single one, beyond its error"
    yield f"Leans most on (change with the claim off): {leans}."
    chance = standing.chance.mean
    if chance is not None and chance <= 0.5:
        yield _would(results, page.worldview, page.would)


def _answer(verdict: Verdict, page: Page) -> str:
    parts = []
    for date in verdict.by:
        chance = page.standing[date.measure].chance
        if chance.mean is not None:
            parts.append(f"{100 * chance.mean:.0f}±{_up(chance.se)}% by {date.when}")
    first = next((d for d in verdict.by if _likely(page.standing[d.measure]) > 0), None)
    within = next((d for d in verdict.by if _likely(page.standing[d.measure]) == 0), None)
    if first is not None:
        answer = f"Yes, a durable settlement is more likely than not by {first.when}"
    elif within is not None:
        answer = (
            "It cannot be told, within the error, whether a durable settlement is more likely than"
            f" not by {within.when}"
        )
    else:
        answer = "No, a durable settlement is not made more likely than not"
    months = page.months.mean
    when = "" if months is None else f" Where one is signed, after {months:.0f} months on average."
    return f"{answer}: {', '.join(parts)}.{when}"


def _likely(standing: Standing) -> int:
    """1 clearly above one half, 0 within two errors of it, -1 below."""
    mean, se = standing.chance.mean, standing.chance.se
    if mean is None:
        return -1
    gap = mean - 0.5
    if se is not None and abs(gap) <= CLEAR * se:
        return 0
    return 1 if gap > 0 else -1


def _terms(results: Results, page: Page) -> str:
    spec = results.scenario.spec
    if not page.terms:
        return "Terms: no settlement is signed, or no option is in half of them."
    parts = []
    for issue, (option, share) in page.terms.items():
        known = spec.issues[issue]
        text = known.options[option].text if option in known.options else str(option)
        parts.append(f"{known.name or issue}: {text} ({100 * share:.0f}%)")
    return "Terms that most settlements share: " + "; ".join(parts) + "."


def _costs(results: Results, page: Page) -> str:
    spec = results.scenario.spec
    parts = []
    for name, value in page.costs.items():
        known = about(spec, name)
        unit = "%" if known.reads == "share" else ""
        parts.append(f"{known.label} {cell(known, value)}{unit}")
    return "At what cost: " + "; ".join(parts) + "."


def _against(whom: str, gaps: Mapping[str, Difference], date: By) -> str:
    if not gaps:
        return f"Against {whom}: none was run."
    groups: dict[int, list[str]] = {1: [], 0: [], -1: []}
    for name, gap in gaps.items():
        groups[gap.sign].append(f"{name} {100 * gap.diff:+.0f}±{_up(gap.se)}")
    words = {1: "clearly ahead of", 0: "not clearly different from", -1: "clearly behind"}
    said = [f"{words[sign]} {', '.join(found)}" for sign, found in groups.items() if found]
    return f"Against {whom} (by {date.when}, points): {'; '.join(said)}."


def _issue(results: Results, page: Page) -> str:
    assert page.blocker is not None and page.blocker.issue is not None
    issue = results.scenario.spec.issues.get(page.blocker.issue)
    return issue.name if issue is not None and issue.name else page.blocker.issue


def _switch(results: Results, switch: Switch) -> str:
    claim = results.scenario.spec.claims.get(switch.claim)
    text = "" if claim is None else f" ({claim.text.rstrip('.')})"
    return f"{switch.claim} {100 * switch.mean:+.0f}±{_up(switch.se)}{text}"


def _up(se: float | None) -> str:
    """An error in whole points, rounded up so that it never reads as none."""
    return "?" if se is None else str(math.ceil(round(100 * se, 6)))


def _would(results: Results, worldview: str, would: tuple[Switch, ...]) -> str:
    if not would:
        return "What would have to be true: no single claim, switched, clearly raises the chance."
    claims = results.scenario.spec.claims
    said = []
    for switch in would:
        body = claims.get(switch.claim)
        means = "" if body is None else f": {_means(body, switch.state, worldview)}"
        reached = "" if switch.reaches is None else f", to {100 * switch.reaches:.0f}%"
        change = f"{100 * switch.mean:+.0f}±{_up(switch.se)}"
        said.append(f"{switch.claim} {switch.state}{means} ({change}{reached})")
    enough = any((switch.reaches or 0) > 0.5 for switch in would)
    head = "one of these would do" if enough else "no single claim is enough; nearest come"
    return f"What would have to be true: {head}: {'; '.join(said)}."


def _means(claim: Claim, state: str, worldview: str) -> str:
    """What a switch says in a worldview: in the rival's own it is the next view's value."""
    if state == "off":
        return (claim.off.means if claim.off is not None else "") or "the claim does not hold"
    assert claim.rival is not None
    whose = next((view for view in claim.rival.of if view != worldview), claim.rival.of[0])
    if claim.rival.means and whose == claim.rival.of[0]:
        return f"{claim.rival.means}, as {whose} has it"
    return f"its value as {whose} has it"


def _differences(results: Results, argument: Argument | None, width: int) -> list[str]:
    name = results.scenario.id
    if argument is None:
        text = (
            "What it leans on and what would have to be true: measured by "
            f"`winset claims {name} --quick`; then ask again."
        )
        return wrap(text, width)
    settings = argument.document
    lines = wrap(
        f"Claims measured on {settings['draws']} draws × {settings['paths']} paths"
        f" ({argument.folder.name}).",
        width,
    )
    for split in argument.differ:
        whole, enough = split["whole"], split["explained"]
        groups = "; ".join(", ".join(ids) or "other disputed numbers" for ids in enough["claims"])
        share = enough["share"]
        lines += wrap(
            f"Where {split['a']['worldview']} and {split['b']['worldview']} differ"
            f" ({100 * whole['mean']:+.0f}±{_up(whole['se'])} points): {groups}"
            + ("." if share is None else f", {100 * share:.0f}% of it."),
            width,
            "",
            "  ",
        )
    if not argument.differ:
        lines += wrap("Where worldviews really differ: `winset differ A B`.", width)
    return lines
