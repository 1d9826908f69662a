"""The first screen: 100 columns by 40 lines that say what was asked, what was found, why, at what
cost, what next.

No ranking, nothing bold, no colour that judges: strategies and worldviews stand in the order of
their files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from winset.insight import (
    Verdict,
    WhyNot,
    about,
    at_the_edges,
    count_inputs,
    cut_short,
    human_cost,
    judge,
    three_sentences,
    why_not,
)
from winset.insight.sentences import listed
from winset.study import Results
from winset.study.summary import fighting_on
from winset.views.grid import measure_grid, reads_as
from winset.views.text import WIDTH, cell, columns, duration, human, plain, share, short, wrap

__all__ = ["LINES", "first_screen"]

#: the most lines of the first screen, the prompt that follows not counted
LINES: Final = 40
#: the sentences that leave out their numbers, in turn, where lines run short
_BRIEFER: Final = (2, 0, 1)
#: the share of signings outside the overlap above which they are pointed out
OUTSIDE: Final = 0.15


def first_screen(
    results: Results,
    *,
    measure: str = "durable",
    width: int = WIDTH,
    next_command: str = "",
    lines: int = LINES,
) -> list[str]:
    """Return the first screen as lines. Raises DesignError where there is no such measure.

    Where the words take more lines than there are, numbers in brackets are left out, of one
    sentence after another: they are all in the detail.
    """
    results.measure(measure)
    verdict = judge(results)
    for level in range(5):
        blocks = [
            _title(results, width),
            _table(results, measure, width),
            _verdict(results, verdict, width, _BRIEFER[: max(level - 1, 0)]),
            [*_why(results, verdict, width, level > 0), *_cost(results, verdict, width)],
            [*_notes(results, width), *_is_not(results, width), *_next(next_command, width)],
        ]
        blocks = [block for block in blocks if block]
        if sum(len(block) for block in blocks) <= lines:
            break
    return _fit(blocks, lines)


def _fit(blocks: Sequence[list[str]], most: int) -> list[str]:
    """Join the blocks with blank lines, as many as there is room for, the first ones first."""
    room = most - sum(len(block) for block in blocks)
    found: list[str] = []
    for number, block in enumerate(blocks):
        found += [""] * (0 < number <= room) + block
    return found


def _title(results: Results, width: int) -> list[str]:
    scenario, settings = results.scenario, results.settings
    spec = scenario.spec
    date = f"as of {spec.as_of}"
    size = " · ".join(
        (
            scenario.id,
            f"{_count(results.strategies, 'strategy', 'strategies')} × "
            f"{_count(results.worldviews, 'worldview', 'worldviews')}",
            f"{settings.draws} draws × {settings.paths} paths × {settings.months} months",
            f"seed {settings.seed}",
            duration(results.elapsed_s),
        )
    )
    title = short(spec.title, width - len(date) - 2)
    lines = [title + " " * (width - len(title) - len(date)) + date, short(size, width)]
    if spec.switched:
        lines.append(short(f"Claims switched: {', '.join(spec.switched)}", width))
    if not results.complete:
        lines.append(f"So far: {len(results.cells)} of {len(results.keys)} cells.")
    return lines


def _count(things: Sequence[object], one: str, more: str) -> str:
    return f"{len(things)} {one if len(things) == 1 else more}"


def _table(results: Results, measure: str, width: int) -> list[str]:
    if len(results.cells) == len(results.keys) == 1:
        return _single(results, width)
    known = about(results.scenario.spec, measure)
    reads = reads_as[known.reads] or known.unit
    caption = f"{measure}, {reads} ± Monte Carlo error: {known.label}"
    return [*wrap(caption, width), *measure_grid(results, measure, width)]


def _single(results: Results, width: int) -> list[str]:
    """One cell alone: every measure, and the value of fighting on."""
    (key,) = results.keys
    spec, one = results.scenario.spec, results.cells[key]
    rows = [[f"{key.strategy} under {key.worldview}", "mean, error", "10-90% of draws", ""]]
    numbers = [(about(spec, name), e) for name, e in results.summaries[key].items()]
    numbers += [
        (replace(about(spec, f"value.{party}"), name=f"start.fighting_on.{party}", label=text), e)
        for party, e in fighting_on(one).items()
        for text in [f"value of fighting on to {party}, in its stakes"]
    ]
    for known, estimate in numbers:
        digits = 1 + (known.reads == "value")
        spread = [plain(known, n, digits) for n in (estimate.p10, estimate.p90)]
        text = cell(known, estimate, digits)
        rows.append([known.name, text, " to ".join(spread), known.label])
    return [short(line, width) for line in columns(rows, "lrrl")]


def _verdict(results: Results, verdict: Verdict, width: int, brief: Sequence[int]) -> list[str]:
    if results.scenario.spec.headline is None:
        return []
    sentences = three_sentences(verdict, brief)
    if verdict.headline is None or len(sentences) < 3:
        return [line for text in sentences for line in wrap(text, width)]
    label = results.scenario.spec.strategies[verdict.headline].label
    head, tail = f"Verdict on {verdict.headline} (", "), by the chance of a durable settlement:"
    lines = wrap(head + short(label, max(width - len(head) - len(tail), 20)) + tail, width)
    for number, text in enumerate(sentences, start=1):
        lines += wrap(text, width, first=f"  {number} ", rest="    ")
    return lines


def _why(results: Results, verdict: Verdict, width: int, brief: bool) -> list[str]:
    strategy = verdict.headline or results.strategies[0]
    found = why_not(results, strategy)
    if not found:
        return []
    groups: dict[tuple[str, str | None], list[WhyNot]] = {}
    for one in found:
        groups.setdefault((one.name, one.issue), []).append(one)
    parts = []
    for (name, issue), ones in groups.items():
        over = f" over {issue}" if issue else ""
        parts.append(f"{name}{over}: " + ", ".join(_blocked(one) for one in ones))
    what = "" if brief else "; main blocker, share of failed meetings, shortfall in its stakes"
    return wrap(f"Why not where not ({strategy}{what}): {'; '.join(parts)}.", width)


def _blocked(one: WhyNot) -> str:
    short_by = "" if one.shortfall is None else f" {one.shortfall:.2f}"
    return f"{one.worldview} {share(one.share)}%{short_by}"


def _cost(results: Results, verdict: Verdict, width: int) -> list[str]:
    lines = []
    costs = human_cost(results)
    if costs:
        parts = [
            f"{c.about.name.replace('_', ' ')} {_range(c.least, c.most, human)}" for c in costs
        ]
        over = "; the count stops at a collapse, so low is not mild" if cut_short(results) else ""
        lines += wrap(f"Human cost, least to most{over}: {'; '.join(parts)}.", width)
    apart = []
    for strategy in (verdict.headline, verdict.baseline):
        found = [cells[strategy or ""] for cells in verdict.conquest.values() if strategy in cells]
        means = [estimate.mean for estimate in found if estimate.mean is not None]
        if strategy and means:
            apart.append(f"{_range(min(means), max(means), share)}% under {strategy}")
    if apart:
        lines += wrap(f"Conquest or capitulation, counted apart: {', '.join(apart)}.", width)
    return lines


def _range(least: float, most: float, text: Callable[[float], str]) -> str:
    low, high = text(least), text(most)
    return low if low == high else f"{low} to {high}"


def _notes(results: Results, width: int) -> list[str]:
    """What has to be known to read the numbers, in as few words as will do."""
    notes = []
    outside = [
        key
        for key in results.keys
        if (results.estimate(*key, "signed_outside_overlap").mean or 0) > OUTSIDE
    ]
    if outside:
        cells = _count(outside, "cell", "cells")
        notes.append(f"in {cells} over 15% of signings are errors of acceptance")
    edges = at_the_edges(results)
    if edges:
        notes.append(f"within 0.5% of 0 or 100: {_count(edges, 'cell', 'cells')}")
    if outside or edges:
        notes[-1] += " (--detail says why)"
    apart = [
        strategy
        for strategy in results.strategies
        if any(
            results.estimate(view, strategy, "closed_in_vain").mean is not None
            for view in results.worldviews
        )
    ]
    if apart:
        notes.append(f"issues are negotiated on separate tracks under {', '.join(apart)}")
    notes += dict.fromkeys(
        str(c.fitted["note"]) for c in results.cells.values() if c.fitted.get("note")
    )
    return wrap(f"Note: {'; '.join(notes)}.", width) if notes else []


def _is_not(results: Results, width: int) -> list[str]:
    inputs = count_inputs(results.scenario)
    parts = [
        f"{number} {word}"
        for number, word in (
            (inputs.sourced, "sourced"),
            (inputs.judged, "judged"),
            (inputs.unchecked, "unchecked"),
        )
        if number
    ]
    counted = f" Inputs: {listed(parts)}." if parts else ""
    return wrap(
        "Not a forecast, and no endorsement of any party, plan or strategy: what follows from the "
        f"assumptions of each worldview named.{counted}",
        width,
    )


def _next(command: str, width: int) -> list[str]:
    return [f"Next: {command}"] if command else []
