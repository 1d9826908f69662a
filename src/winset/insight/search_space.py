"""What a search for better strategies may change: lever levels, one turn by date, one by condition.

A candidate starts from a named strategy (its texts, limits and rules included) and differs in

    levels    each free lever at 0, 0.05, ..., 1
    a date    from a month on, groups of levers shifted up or down by up to 1, in steps of 0.1
    a reason  while a condition holds, groups shifted likewise, and back where it does not

Groups are the scenario's legs and what is in none of them. Conditions are thresholds on a
signatory's gap (its value of fighting on less its value of the best text) and whether it refused at
the last meeting. A candidate is a vector of numbers in 0..1 (a genome) to the search, and a
strategy of the scenario language to everybody else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from winset.scenario import Scenario
    from winset.scenario.schema.talks import Rule, Strategy

__all__ = ["TEMPLATE", "Candidate", "SearchSpace", "Turn", "search_space", "with_candidate"]

Floats = NDArray[np.float64]

#: the strategy in whose place a candidate is put
TEMPLATE: Final = "improve~"
#: months from which levers may be shifted, counted from 0 as `month` is
DATES: Final = (6, 12, 18, 24, 36, 48)
#: thresholds on a gap, in stakes
GAPS: Final = (0.0, 0.05, 0.1)
LEVEL: Final = 0.05
SHIFT: Final = 0.1
#: shifts smaller than this are none, so that many candidates leave a group as it is
IDLE: Final = 0.25


@dataclass(frozen=True)
class Turn:
    """One rule of a candidate: its number among the rules there may be, lever -> level while it
    holds, and while it does not (empty: what was set stays).
    """

    slot: int
    levels: tuple[tuple[str, float], ...]
    otherwise: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Candidate:
    """Levers that differ from the strategy it starts from, and its turns."""

    levels: tuple[tuple[str, float], ...] = ()
    turns: tuple[Turn, ...] = ()

    @property
    def text(self) -> str:
        """A text that `read` turns back into the candidate; equal candidates, equal texts."""
        turns = [[t.slot, t.levels, t.otherwise] for t in self.turns]
        return json.dumps([self.levels, turns], separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> Self:
        """The candidate of a text."""
        levels, turns = json.loads(text)

        def pairs(given: Any) -> tuple[tuple[str, float], ...]:
            return tuple((str(lever), float(level)) for lever, level in given)

        return cls(pairs(levels), tuple(Turn(int(t[0]), pairs(t[1]), pairs(t[2])) for t in turns))

    @property
    def parts(self) -> int:
        """How many things it changes: levers and turns."""
        return len(self.levels) + len(self.turns)

    def without(self, part: int) -> Candidate:
        """All it changes but one: levers come first, then turns. A turn that went back to the level
        of a lever given up goes back to it no more.
        """
        if part >= len(self.levels):
            at = part - len(self.levels)
            return replace(self, turns=(*self.turns[:at], *self.turns[at + 1 :]))
        lever = self.levels[part][0]
        turns = tuple(
            replace(
                turn,
                levels=tuple(p for p in turn.levels if p[0] != lever),
                otherwise=tuple(p for p in turn.otherwise if p[0] != lever),
            )
            for turn in self.turns
        )
        left = (*self.levels[:part], *self.levels[part + 1 :])
        return Candidate(left, tuple(turn for turn in turns if turn.levels))


@dataclass(frozen=True)
class SearchSpace:
    """What may be searched.

    scenario: the given one with one more strategy, `TEMPLATE`, that holds every rule there may be,
    so that all candidates share one compiled war. base: the strategy they start from. start: its
    levels. free: levers that may be changed. groups: name -> levers shifted together. rules: those
    there may be, dates last (a date wins over a reason). own: rules of the base, kept.
    """

    scenario: Scenario
    base: str
    start: Mapping[str, float]
    free: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    rules: tuple[Rule, ...]
    own: int

    @property
    def dates(self) -> tuple[int, ...]:
        """Numbers of the rules that are dates."""
        return tuple(n for n, rule in enumerate(self.rules) if rule.when.names == {"month"})

    @property
    def reasons(self) -> tuple[int, ...]:
        """Numbers of the rules that are conditions."""
        return tuple(n for n in range(len(self.rules)) if n not in self.dates)

    @property
    def size(self) -> int:
        """Length of a genome: levels, then for each kind of turn which one and the shifts."""
        kinds = bool(self.reasons) + bool(self.dates)
        return len(self.free) + kinds * (1 + len(self.groups))

    @property
    def turns(self) -> range:
        """Where in a genome each kind of turn begins."""
        return range(len(self.free), self.size, 1 + len(self.groups))

    def candidate(self, genome: Floats) -> Candidate:
        """The candidate of a genome [size], every number in 0..1."""
        levels = {
            lever: round(round(float(u) / LEVEL) * LEVEL, 2)
            for lever, u in zip(self.free, genome, strict=False)
        }
        turns = []
        at = len(self.free)
        for slots, back in ((self.reasons, True), (self.dates, False)):
            if not slots:
                continue
            which, shifts = float(genome[at]), genome[at + 1 : at + 1 + len(self.groups)]
            at += 1 + len(self.groups)
            # Half of all genomes have none.
            chosen = int(2 * (which - 0.5) * len(slots)) if which > 0.5 else -1
            if chosen < 0:
                continue
            moved = self._shifted(levels, shifts)
            if moved:
                otherwise = {lever: levels[lever] for lever in moved} if back else {}
                slot = slots[min(chosen, len(slots) - 1)]
                turns.append(Turn(slot, tuple(moved.items()), tuple(otherwise.items())))
        changed = tuple(
            (lever, level) for lever, level in levels.items() if level != self.start[lever]
        )
        return Candidate(changed, tuple(turns))

    def _shifted(self, levels: Mapping[str, float], shifts: Floats) -> dict[str, float]:
        moved = {}
        for levers, u in zip(self.groups.values(), shifts, strict=True):
            shift = round(round((2 * float(u) - 1) / SHIFT) * SHIFT, 1)
            if abs(shift) < IDLE:
                continue
            for lever in levers:
                level = round(min(max(levels[lever] + shift, 0.0), 1.0), 2)
                if level != levels[lever]:
                    moved[lever] = level
        return moved

    def genome(self, levels: Mapping[str, float]) -> Floats:
        """A genome of these levels (the start's where a lever is not named), without turns."""
        out = np.full(self.size, 0.5)
        for n, lever in enumerate(self.free):
            out[n] = levels.get(lever, self.start[lever])
        out[list(self.turns)] = 0.25
        return out

    def strategy(self, candidate: Candidate, label: str) -> Strategy:
        """The candidate as a strategy of the scenario, for its files: based on the one it starts
        from.
        """
        from winset.scenario.schema.talks import Strategy

        rules = [self._rule(turn) for turn in candidate.turns]
        given: dict[str, Any] = {
            "label": label,
            "based_on": self.base,
            "levers": dict(candidate.levels),
            "confidence": "J",
            "note": "found by winset improve; nobody proposes it",
        }
        return Strategy(**given, **({"rules": tuple(rules)} if rules else {}))

    def _rule(self, turn: Turn) -> Rule:
        return self.rules[turn.slot].model_copy(
            update={"set": dict(turn.levels), "otherwise": dict(turn.otherwise)}
        )


def search_space(
    scenario: Scenario, base: str, *, held: Sequence[str] = (), turns: bool = True
) -> SearchSpace:
    """Return what may be searched from the strategy `base`. held: levers that stay as it has them.
    turns: whether rules may be given; they are only where there are signatories to talk.
    """
    from winset.scenario.scenario import build

    strategy = scenario.strategy(base)
    free = tuple(lever for lever in scenario.spec.levers if lever not in held)
    rules = _rules(scenario, scenario.months or DATES[-1]) if turns else ()
    template = strategy.model_copy(
        update={"rules": (*strategy.rules, *rules), "label": "candidate", "kind": "strategy"}
    )
    strategies = {**scenario.spec.strategies, TEMPLATE: template}
    return SearchSpace(
        scenario=build(
            scenario.spec.model_copy(update={"strategies": strategies}), scenario.places
        ),
        base=base,
        start={lever: float(strategy.levers[lever]) for lever in free},
        free=free,
        groups=_groups(scenario, free),
        rules=rules,
        own=len(strategy.rules),
    )


def with_candidate(scenario: Scenario, candidate: Candidate, own: int) -> Scenario:
    """The scenario of a `SearchSpace` with a candidate in the place of `TEMPLATE`; its hash stays
    that of the search, since what is kept by it (compiled war, draws) is the same for all.
    """
    template = scenario.spec.strategies[TEMPLATE]
    rules = list(template.rules[:own])
    last = max((turn.slot for turn in candidate.turns), default=-1)
    used = {turn.slot: turn for turn in candidate.turns}
    for slot in range(last + 1):
        turn = used.get(slot)
        rule = template.rules[own + slot]
        rules.append(
            rule.model_copy(
                update={
                    "set": dict(turn.levels) if turn else {},
                    "otherwise": dict(turn.otherwise) if turn else {},
                }
            )
        )
    levers = {**template.levers, **dict(candidate.levels)}
    placed = template.model_copy(update={"levers": levers, "rules": tuple(rules)})
    strategies = {**scenario.spec.strategies, TEMPLATE: placed}
    return replace(scenario, spec=scenario.spec.model_copy(update={"strategies": strategies}))


def _groups(scenario: Scenario, free: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Legs and the rest; every lever by itself where the scenario names no legs."""
    from winset.scenario.strategies import legs_of

    legs = {lever: legs_of(scenario.spec, lever) for lever in free}
    if not any(legs.values()):
        return {lever: (lever,) for lever in free}
    groups: dict[str, list[str]] = {}
    for lever in free:
        groups.setdefault(legs[lever][0] if legs[lever] else "", []).append(lever)
    return {name or "no leg": tuple(levers) for name, levers in groups.items()}


def _rules(scenario: Scenario, months: int) -> tuple[Rule, ...]:
    from winset.scenario.schema.talks import Rule

    found = []
    empty: dict[str, Any] = {"set": {}}
    for party in scenario.signatories:
        name = scenario.spec.parties[party].name
        for gap in GAPS:
            words = f"{name} is further than {gap:g} from the best text"
            if gap == 0:
                words = f"{name} would rather fight on than sign the best text"
            found.append(Rule(when=f"gap.{party} > {gap:g}", label=f"while {words}", **empty))
        words = f"after {name} refused at the last meeting"
        found.append(Rule(when=f"refused.{party} > 0.5", label=words, **empty))
    for month in DATES:
        if month < months:
            # `month` counts from 0.
            label = f"from month {month + 1} on"
            found.append(Rule(when=f"month >= {month}", label=label, **empty))
    return tuple(found)
