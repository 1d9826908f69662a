"""`winset invent` as lines of text; computes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from winset.scenario import Scenario
from winset.views.issues import issue_name, listed
from winset.views.text import WIDTH, share, wrap


def invent_lines(scenario: Scenario, found: Mapping[str, Any], width: int = WIDTH) -> list[str]:
    """What was found, worldview by worldview."""
    name = issue_name(scenario, found["issue"])
    title = f"Options not on the table: {name}"
    lines = [title, "=" * min(width, len(title)), ""]
    none = "fighting on" if found["worldviews"][0]["id"] else "no agreement"
    lines += wrap(
        "A mixture lies a share of the way from one option to another; what is half-way is taken to"
        f" count half-way. Expected gains are over {none}, in stakes, with the chance of a"
        " failed vote counted. A mixture is listed when every signatory expects more from it than"
        f" from {none}, and the smallest gain is larger than under any package of the options"
        " as they are listed. Ideas to draft from, not recommendations.",
        width,
        rest="",
    )
    for view in found["worldviews"]:
        lines += ["", *_view(scenario, found["parties"], found["issue"], view, width)]
    return lines


def _view(
    scenario: Scenario, names: Mapping[str, str], issue: str, view: Mapping[str, Any], width: int
) -> Iterator[str]:
    if view["id"]:
        label = scenario.spec.worldviews.get(view["id"])
        head = f"{view['id']}: {label.label}" if label is not None else view["id"]
        yield head
        yield "-" * min(width, len(head))
    other = view["as_listed"]
    yield from wrap(
        f"Of the options as listed the smallest gain is largest with {issue_name(scenario, issue)}:"
        f" {other['package'][issue]}, "
        + gains_words(names, other["expected_gains"]) + ".", width, rest="",
    )  # fmt: skip
    if not view["found"]:
        yield from wrap(
            f"None of {view['tried']} mixtures and options, the rest of the package chosen to go"
            " with each, does better by every signatory."
            + (
                f" The nearest is {mixture_words(view['nearest']['mixture'])}: "
                f"{gains_words(names, view['nearest']['expected_gains'])}."
                if view["nearest"]
                else ""
            ), width, rest="",
        )  # fmt: skip
        return
    for number, one in enumerate(view["found"], start=1):
        yield from wrap(f"{number}. {mixture_words(one['mixture'])}: "
                        + gains_words(names, one["expected_gains"])
                        + f"; passes with {share(one['passes'])}%.", width, rest="   ")  # fmt: skip
        changed = one["changed_elsewhere"]
        if changed:
            yield from wrap(
                "With: " + "; ".join(
                    f"{issue_name(scenario, i)} {old} -> {new}" for i, (old, new) in changed.items()
                ) + ".", width, "   ", "   ",
            )  # fmt: skip
        yield from wrap(f"Why: {why_words(names, one)}", width, "   ", "   ")


def mixture_words(mixture: Mapping[str, float]) -> str:
    """`25% of the way from A to B`."""
    (a, _), (b, s) = mixture.items()
    return f"{round(100 * s)}% of the way from {a} to {b}"


def gains_words(names: Mapping[str, str], gains: Mapping[str, float]) -> str:
    """Each party's expected gain."""
    return listed(f"{names[p]} {g:+.3f}" for p, g in gains.items())


def why_words(names: Mapping[str, str], one: Mapping[str, Any]) -> str:
    """Who loses at either end, so that only the middle serves all."""
    parts = []
    for option, gains in one["at_either_end"].items():
        losers = [names[p] for p, g in gains.items() if g < 0]
        least = min(gains.values())
        parts.append(
            f"with {option} alone {listed(losers)} would do worse than without ({least:+.3f})"
            if losers
            else f"with {option} alone the smallest gain would be {least:+.3f}"
        )
    return f"{'; '.join(parts)}; in between it is {one['smallest_gain']:+.3f}."
