"""The claims of an argument on a terminal: what carries each, and what switching it does."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from winset.insight.claims import Baseline, ClaimEffect, Effect
from winset.insight.compare import Difference
from winset.insight.inputs import count_inputs
from winset.scenario.claims import elements
from winset.views.text import human, short, wrap

if TYPE_CHECKING:
    from winset.scenario import Scenario
    from winset.talks.cell import Settings

__all__ = ["claim_block", "claim_cards", "claims_end", "claims_head"]

_COLUMN: Final = 10
#: words for what a measure is, in the head of the table
_SAID: Final = {
    "durable": "the chance of a durable settlement, in points",
    "lead": "the lead in that chance over the best rival, in points",
    "deaths": "people killed",
}
SAME: Final = "="


def claims_head(
    scenario: Scenario, settings: Settings, base: Baseline, measure: str, width: int
) -> list[str]:
    """What is measured, on what, against whom."""
    spec = scenario.spec
    label = spec.strategies[base.headline].label or base.headline
    lines = [
        *wrap(f"{spec.title}: the argument, claim by claim (as of {spec.as_of})", width),
        f"{settings.draws} draws × {settings.paths} paths × {settings.months} months, seed "
        f"{settings.seed}; with and without on the same draws and the same luck",
        "",
        *wrap(
            f"Effect on {base.headline} ({label}): {_SAID[measure]}, with the claim switched less"
            f" as the scenario has it, ± one standard error. * beyond two. {SAME} nothing it"
            " changes is read there.",
            width,
        ),
        *wrap(
            "off: its mechanism removed, or its number at the neutral value it names. rival: what"
            " another worldview says instead.",
            width,
        ),
        "",
        _row("as the scenario has it", [_base(base, w, measure) for w in base.rivals], width),
        "best rivals, without any switch",
    ]
    for w, rivals in base.rivals.items():
        lines += wrap(f"{w}: {', '.join(rivals)}", width, "  ", "    ")
    return [*lines, "", _row("", list(base.rivals), width)]


def claim_block(
    scenario: Scenario, base: Baseline, found: ClaimEffect, measure: str, width: int
) -> list[str]:
    """One claim: its words, and a row for each switch."""
    claim = scenario.spec.claims[found.claim]
    about = ", ".join(part for part in (claim.kind, claim.status) if part)
    lines = wrap(f"{found.claim} ({about}) {claim.text}", width, "", "    ")
    if not found.effects:
        return [*lines, *wrap(f"not switched: {claim.no_switch}", width, "    ", "    ")]
    for state, effects in found.effects.items():
        means = claim.off.means if state == "off" and claim.off else ""
        if state == "rival" and claim.rival is not None:
            means = claim.rival.means or "its value"
            means = f"{' or '.join(claim.rival.of)}: {means}"
        cells = [_effect(effects[w], base.rivals[w], measure) for w in effects]
        *above, last = wrap(f"{state}: {means}", _room(len(cells), width) - 1, "    ", "      ")
        lines += [*above, _row(last, cells, width)]
    return lines


def claims_end(
    scenario: Scenario, base: Baseline, found: Sequence[ClaimEffect], width: int
) -> list[str]:
    """What moves the answer most, what does not move it, what is not switched."""
    spec = scenario.spec
    lines = ["", "What the answer leans on most (claims off, by the largest clear change):"]
    for w in base.rivals:
        leaning = strongest(found, w)
        said = ", ".join(f"{c} {_points(d)}" for c, d in leaning) or "none beyond its error"
        lines += wrap(f"{w}: {said}", width, "  ", "    ")
    moved = [one.claim for one in found if one.clear("off") or one.clear("rival")]
    still = [one.claim for one in found if one.effects and one.claim not in moved]
    fixed = [one.claim for one in found if not one.effects]
    lines += [
        "",
        *wrap(
            f"Measurable in some worldview (durable, lead or deaths beyond two standard errors): "
            f"{len(moved)} of {len(found)} claims.",
            width,
        ),
        *wrap("Without measurable effect: " + (", ".join(still) or "none"), width),
        *wrap("Not switched: " + (", ".join(fixed) or "none"), width),
    ]
    for kind in dict.fromkeys(spec.claims[one.claim].kind for one in found):
        if kind in ("value", "fact"):
            ids = [one.claim for one in found if spec.claims[one.claim].kind == kind]
            said = {
                "value": "Claims of value (a switch touches only their premise): ",
                "fact": "Claims of fact (switched to see what hangs on them): ",
            }[kind]
            lines += wrap(said + ", ".join(ids), width)
    untestable = [i for i, c in spec.claims.items() if c.status in ("untestable", "value-laden")]
    if untestable:
        lines += wrap("Untestable or value-laden: " + ", ".join(untestable), width)
    inputs = count_inputs(scenario)
    lines += wrap(
        f"Of {inputs.sourced + inputs.judged + inputs.unchecked} numbers {inputs.sourced} are"
        f" sourced, {inputs.judged} judged, {inputs.unchecked} unchecked. Not a forecast.",
        width,
    )
    return lines


def strongest(
    found: Sequence[ClaimEffect], worldview: str, most: int = 5
) -> list[tuple[str, Difference]]:
    """The claims whose removal clearly changes the headline's chance most in a worldview."""
    each = [
        (one.claim, one.effects["off"][worldview].measures["durable"])
        for one in found
        if worldview in one.effects.get("off", {})
        and "durable" in one.effects["off"][worldview].measures
    ]
    clear = [(claim, gap) for claim, gap in each if gap.clear]
    return sorted(clear, key=lambda item: -abs(item[1].diff))[:most]


def claim_cards(scenario: Scenario, wanted: Sequence[str], width: int) -> list[str]:
    """Claims as the scenario states them: words, standing, sources, what carries and switches
    them.
    """
    carried, spec = elements(scenario.spec), scenario.spec
    lines: list[str] = []
    for id_ in wanted:
        claim = spec.claims[id_]
        lines += ["", *wrap(f"{id_}  {claim.text}", width, "", "     ")]
        rows: Mapping[str, str] = {
            "kind, status": ", ".join(part for part in (claim.kind, claim.status) if part),
            "against it": claim.contradicted_by,
            "sources": ", ".join(claim.sources),
            "carried by": ", ".join(f"{e.kind} {e.name}" for e in carried[id_]),
            "measured": ", ".join(claim.measured),
            "off": "" if claim.off is None else claim.off.means or "removed",
            "rival": ""
            if claim.rival is None
            else f"{' or '.join(claim.rival.of)}: {claim.rival.means or 'as that view has it'}",
            "takes": "" if claim.rival is None else ", ".join(claim.rival.takes),
            "not switched": claim.no_switch,
            "in": ", ".join(name for name, s in spec.claim_sets.items() if id_ in s.claims),
        }
        for name, said in rows.items():
            if said:
                lines += wrap(said, width, f"     {name:<13}", " " * 18)
    return lines[1:]


def _row(label: str, cells: Sequence[str], width: int) -> str:
    room = _room(len(cells), width)
    column = (width - room) // max(1, len(cells))
    named = [short(cell, column - 1).rjust(column) for cell in cells]
    return short(label, room - 1).ljust(room) + "".join(named)


def _room(cells: int, width: int) -> int:
    """The width of what stands before a row's cells."""
    return width - cells * min(_COLUMN, max(7, (width - 30) // max(1, cells)))


def _base(base: Baseline, worldview: str, measure: str) -> str:
    value = base.values[worldview].get(_name(measure, base.rivals[worldview]))
    if value is None or value.mean is None:
        return "-"
    if measure == "deaths":
        return human(value.mean)
    return f"{100 * value.mean:.0f}±{_up(value.se)}"


def _name(measure: str, rivals: Sequence[str]) -> str:
    return f"lead.{rivals[0]}" if measure == "lead" and rivals else measure


def _effect(effect: Effect, rivals: Sequence[str], measure: str) -> str:
    if effect.same:
        return SAME
    found = effect.measures.get(_name(measure, rivals))
    if found is None:
        return "-"
    if measure == "deaths":
        return f"{'+' if found.diff >= 0 else '-'}{human(abs(found.diff))}{'*' * found.clear}"
    return _points(found)


def _points(found: Difference) -> str:
    digits = int(abs(found.diff) < 0.0095 and (found.se or 0) < 0.0095)
    return f"{100 * found.diff:+.{digits}f}±{_up(found.se, digits)}{'*' * found.clear}"


def _up(se: float | None, digits: int = 0) -> str:
    if se is None:
        return "?"
    step = 10.0**-digits
    return f"{math.ceil(round(100 * se / step, 6)) * step:.{digits}f}"
