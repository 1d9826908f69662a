"""Strategies a search found, on a terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from winset.insight import about
from winset.insight.improve_judge import REGRET
from winset.insight.improve_score import Scored
from winset.views.charts.names import units
from winset.views.text import columns, short, wrap

if TYPE_CHECKING:
    from winset.insight.compare import Difference
    from winset.insight.improve_study import Improved
    from winset.insight.search_space import Turn
    from winset.study import Design

__all__ = ["improve_head", "improve_lines"]


def improve_head(design: Design, budget: str, width: int) -> list[str]:
    """What is asked."""
    spec, settings = design.scenario.spec, design.settings
    base = design.strategies[0]
    known = spec.strategies.get(base)
    views = len(design.worldviews)
    size = f"{budget} strategies" if budget.strip().isdigit() else budget
    return wrap(
        f"{spec.title}: strategies better than {base} ({known.label if known else base}); searched"
        f" on {settings.draws} draws × {settings.paths} paths × {settings.months} months, seed"
        f" {settings.seed}, in {views} worldview{'s' * (views > 1)}; budget {size}",
        width,
    )


def improve_lines(made: Improved, width: int, folder: Path | None = None) -> list[str]:
    """What was found: each finalist, what it changes, and its gains on fresh draws."""
    found, fresh = made.found, made.scoring_settings
    views = made.design.worldviews
    wanted = " and ".join(made.wanted)
    lines = [
        "",
        *wrap(
            f"{len(found.tried)} strategies tried ({found.algorithm}, {found.generations} whole "
            f"generations). Gains over {made.scoring.base} on {fresh.draws} draws × {fresh.paths} "
            f"paths that the search has not seen, paired, ± one standard error, * beyond two; "
            f"above 0 is better.",
            width,
        ),
    ]
    if not made.scoring.scored:
        return [*lines, "", "Nothing was tried: the budget was spent before."]
    for one in made.scoring.scored:
        lines += _one(made, one, width)
    most = max(len(one.beats) for one in made.scoring.scored)
    top = [one.id for one in made.scoring.scored if len(one.beats) == most]
    if most:
        said = (
            f"Better by {wanted} at once, both beyond two standard errors: {', '.join(top)} in "
            f"{most} of {len(views)} worldviews."
        )
    else:
        said = (
            f"None of these is better than {made.scoring.base} by {wanted} at once beyond two "
            f"standard errors in any worldview. A longer search, or more draws in the scoring, may "
            "find one."
        )
    lines += ["", *wrap(said, width)]
    lines += wrap(
        "search: the gain on the draws of the search, as it is reached in "
        f"{'all' if made.across == 'all' else 'at least two thirds of the'} worldviews. regret: "
        "the chance of a durable settlement less that of the best named strategy there; under "
        "search, by how much the largest regret of all worldviews falls. "
        "What a level would take, and whether it can be had, is in the model only as far as stocks "
        "and costs are. Nobody proposes these strategies. Not a forecast.",
        width,
    )
    if folder is not None:
        lines += [
            "",
            f"To paste: {folder / 'strategies.yaml'}",
            f"To run:   winset run {folder / 'scenario.yaml'}",
        ]
    return lines


def _one(made: Improved, one: Scored, width: int) -> list[str]:
    lines = ["", *wrap(f"{one.id}: {one.why}", width, "", "  ")]
    lines += wrap(_changes(made, one), width, "  ", "    ")
    for turn in one.candidate.turns:
        lines += wrap(_turn(made, one, turn), width, "  ", "    ")
    lines += [f"    {line}" for line in _table(made, one, width - 4)]
    if one.beats or one.worse:
        parts = []
        wanted = " and ".join(made.wanted)
        if one.beats:
            parts.append(f"clearly better by {wanted} at once in {', '.join(one.beats)}")
        if one.worse:
            parts.append(f"clearly worse by one of them in {', '.join(one.worse)}")
        lines += wrap(f"{'; '.join(parts)}.".capitalize(), width, "    ", "    ")
    return lines


def _changes(made: Improved, one: Scored) -> str:
    levers = made.scenario.spec.levers
    parts = [
        f"{levers[lever].name or lever} ({lever}) {made.space.start[lever]:g} → {level:g}"
        for lever, level in one.candidate.levels
    ]
    return "; ".join(parts) if parts else "levels as they are"


def _turn(made: Improved, one: Scored, turn: Turn) -> str:
    rule = made.space.rules[turn.slot]
    before = {**made.space.start, **dict(one.candidate.levels)}
    parts = [f"{lever} {before[lever]:g} → {level:g}" for lever, level in turn.levels]
    back = ", and back where not" if turn.otherwise else ""
    return f"{rule.label}{back}: {'; '.join(parts)}"


def _table(made: Improved, one: Scored, width: int) -> list[str]:
    """Objective x worldview, in as many blocks as the width needs."""
    views = list(made.design.worldviews)
    labels, blocks = [], []
    for objective in made.scoring.objectives:
        gaps = [one.gains[view].get(objective.name) for view in views]
        label, scale = _scale(made, objective.name, gaps)
        digits = _digits([scale * gap.se for gap in gaps if gap is not None and gap.se])
        searched = one.searched.get(objective.name, float("nan"))
        labels.append(label)
        numbers = [_gap(gap, scale, digits) for gap in gaps]
        blocks.append([*numbers, _number(scale * searched, digits)])
    heads = [*(short(view, 10) for view in views), "search"]
    wide = [max(len(h), *(len(row[n]) for row in blocks)) for n, h in enumerate(heads)]
    room = width - max(map(len, labels))
    lines: list[str] = []
    at = 0
    while at < len(heads):
        count = 1
        while at + count < len(heads) and sum(wide[at : at + count + 1]) + 2 * count + 2 <= room:
            count += 1
        part = slice(at, at + count)
        rows = [["", *heads[part]]]
        rows += [[label, *row[part]] for label, row in zip(labels, blocks, strict=True)]
        lines += columns(rows, "l")
        at += count
    return lines


def _scale(made: Improved, name: str, gaps: Sequence[Difference | None]) -> tuple[str, float]:
    """Label and factor of an objective's gain."""
    if name == REGRET:
        return "regret, points", 100.0
    known = about(made.scenario.spec, name)
    if known.reads == "share":
        return f"{name}, points", 100.0
    unit = units(known.unit)
    if known.reads == "count" and max((abs(g.diff) for g in gaps if g), default=0.0) >= 10_000:
        return f"{name}, thousand {unit}".rstrip(), 0.001
    return f"{name}, {unit}" if unit else name, 1.0


def _digits(errors: Sequence[float]) -> int:
    """Decimals that show one figure of a middling error."""
    if not errors:
        return 2
    middle = sorted(errors)[len(errors) // 2]
    return min(max(-math.floor(math.log10(middle)), 0), 3)


def _gap(gap: Difference | None, scale: float, digits: int) -> str:
    if gap is None:
        return "-"
    error = "?" if gap.se is None else f"{scale * gap.se:.{digits}f}"
    return f"{_number(scale * gap.diff, digits)}±{error}{'*' if gap.clear else ' '}"


def _number(value: float, digits: int) -> str:
    return "-" if value != value else f"{value:+.{digits}f}"
