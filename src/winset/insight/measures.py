"""What a measure is: its label, its unit, and, for an objective, which way is better and for whom.

Measures come from the talks (`signed`, `durable`, ...), one per outcome (`ended.OUTCOME`), one per
party (`value.PARTY`), and from the scenario. Only objectives have a direction, and each stands
alone: nothing is summed into a score.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from winset.scenario.schema.root import ScenarioSpec

__all__ = ["About", "about", "known_measures", "objectives"]

Unit = Literal["share", "months", "count", "value"]


@dataclass(frozen=True)
class About:
    """A measure's name, a label for people, how its number reads, its unit in words, and whether it
    is a human cost.
    """

    name: str
    label: str
    reads: Unit
    unit: str = ""
    human_cost: bool = False


_BUILT_IN: Final[Mapping[str, tuple[str, Unit]]] = {
    "ceasefire": ("ceasefire, with or without a settlement, by the horizon", "share"),
    "ceasefire_per_month": ("chance of a ceasefire a month", "share"),
    "signed": ("settlement signed by the horizon", "share"),
    "signed_24": ("settlement signed by month 24", "share"),
    "durable": ("settlement signed by the horizon, no renewed war for five years", "share"),
    "durable_term": (
        "settlement signed by the end of the term, no renewed war for five years",
        "share",
    ),
    "months_to_signing": ("months to signing, where signed", "months"),
    "signed_outside_overlap": (
        "share of signings on texts worse than fighting on for a signatory",
        "share",
    ),
    "signed_term": ("settlement signed by the end of the term", "share"),
    "durable_if_signed": ("no renewed war for five years, where signed", "share"),
    "at_war": ("neither settled nor ended at the horizon", "share"),
    "months_of_war": ("months of war fought", "months"),
    "overlap_at_start": ("draws in which both could gain at the start", "share"),
}
#: objective -> +1 where more of it is better, -1 where less is
_DIRECTIONS: Final[Mapping[str, int]] = {"durable": 1, "deaths": -1, "escalation": -1}


def about(spec: ScenarioSpec, name: str) -> About:
    """Describe a measure. The scenario's own words come first, then ours, then its name."""
    kind, _, rest = name.partition(".")
    own = spec.measures.get(name)
    if own is not None:
        reads: Unit = "share" if own.outcomes else "count"
        unit = "" if own.unit in ("1", "") else own.unit
        return About(name, own.label or name, reads, unit, own.human_cost)
    if name in _BUILT_IN:
        return About(name, *_BUILT_IN[name])
    if name == "closed_in_vain":
        return About(name, "tracks closed and no settlement signed by the horizon", "share")
    if kind == "closed" and rest in spec.tracks.groups:
        return About(name, f"track {rest} closed by the horizon", "share")
    if kind == "months_to_closing" and rest in spec.tracks.groups:
        return About(name, f"months to closing of track {rest}, where it closed", "months")
    if kind == "ended" and rest in spec.outcomes:
        return About(name, f"the war ends: {spec.outcomes[rest].label or rest}", "share")
    if kind == "value" and rest in spec.parties:
        return About(name, f"value to {spec.parties[rest].name}, 0 worst to 1 best", "value")
    return About(name, name.replace("_", " "), "value")


def known_measures(spec: ScenarioSpec) -> tuple[str, ...]:
    """Return the names of the measures that a study of this scenario may report."""
    return (
        *_BUILT_IN,
        *spec.measures,
        *_closings(spec),
        *(f"ended.{outcome}" for outcome in spec.outcomes),
        *(f"value.{party}" for party in spec.parties),
    )


def _closings(spec: ScenarioSpec) -> tuple[str, ...]:
    """Measures of closing tracks, where a strategy negotiates on separate ones."""
    modes = [spec.tracks.mode, *(s.tracks or "package" for s in spec.strategies.values())]
    if all(mode == "package" for mode in modes):
        return ()
    names = spec.tracks.groups
    return (
        "closed_in_vain",
        *(f"closed.{track}" for track in names),
        *(f"months_to_closing.{track}" for track in names),
    )


def objectives(measures: Iterable[str]) -> dict[str, int]:
    """Return the objectives among `measures`, each with its direction: durable, deaths, escalation,
    value.PARTY.
    """
    found = {}
    for name in measures:
        if name in _DIRECTIONS:
            found[name] = _DIRECTIONS[name]
        elif name.startswith("value."):
            found[name] = 1
    return found
