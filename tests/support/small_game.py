"""A small war with talks, as a scenario's text and as an exact dynamic programme of its own.

The war: a front at 0 or 1 that an event flips; two ways of ending, competing. The deal: one issue
of four options. Party a may be calm or angry, b soft or hard (types known to their holders), and
a fact that nobody knows (good or bad) may move the chances of ending. Talks may meet, cool off,
fail at home and break down later. Everything is a number, so that games differ in numbers only.

`Oracle` solves a game by plain recursion on the whole public history, with no code of the engine's:

    after talks fail    Y(theta, f) = -c + D [ sum_e p_e(f) W_e + (1 - sum p(f)) E V' ]
    fighting on         C_i = sum over i's beliefs of Y_fail
    text                argmax sum_theta mu(theta) r prod_i a_i(theta);  ties by the Nash product
    acceptance          a_i = logistic((G_i - C_i - f_i (1-r)/r) / tau_i)
    month               V = k [s G + (1-s) Y_fail - (all agreed, failed at home) f_i] + (1-k) Y_wait

Where refusals inform, the value after a failed meeting depends on the signing chances s(theta) of
that meeting (its failure is news), and s on that value: solved at each situation for a fixed point.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from winset.scenario import Scenario, load

OPTIONS = ("floor", "low", "high", "top")
NUMBERS: dict[str, float] = {
    # war: chance that the front flips; of either ending, at the front 0, added at 1, and if bad
    "push.base": 0.3, "push.front": 0.2,
    "win.a0": 0.02, "win.a1": 0.08, "win.abad": 0.0,
    "win.b0": 0.06, "win.b1": -0.04, "win.bbad": 0.0,
    "ruin.aa": 0.1, "ruin.ab": 0.2, "ruin.ba": 0.15, "ruin.bb": 0.05,
    "end.a": 0.25, "end.b": 0.35, "turn.a": 0.2, "turn.b": -0.15,
    # wants
    "low.a": 35.0,
    "low.angry": -15.0,
    "high.a": 65.0,
    "low.b": 70.0,
    "high.b": 35.0,
    "high.soft": 20.0,
    "bend.hard": 0.0,
    "cost.a": 0.04, "cost.angry": -0.02, "cost.b": 0.03, "cost.soft": 0.02, "cost.front": 0.01,
    "discount.a": 0.97, "discount.b": 0.98,
    # who believes what: chance of angry, soft, bad
    "angry.world": 0.0, "angry.b": 0.0, "angry.public": 0.0,
    "soft.world": 1.0, "soft.a": 1.0, "soft.public": 1.0,
    "bad.world": 0.0, "bad.a": 0.0, "bad.b": 0.0, "bad.public": 0.0,
    # talks
    "meet.base": 0.6, "meet.front": 0.1, "cool": 1.0, "heal": 1.0,
    "tau.a": 0.06, "tau.b": 0.09, "fail.a": 0.0, "fail.b": 0.0,
    "home.floor": 1.0,
    "home.low": 1.0,
    "home.high": 1.0,
    "home.top": 1.0,
    "rupture.floor": 0.0,
    "rupture.low": 0.0,
    "rupture.high": 0.0,
    "rupture.top": 0.0,
    "shift.a": 0.0, "shift.b": 0.0,
}  # fmt: skip

TYPES = """
  mood:
    values: [calm, angry]
    known_to: [a]
    prior: {calm: 1 - angry.world, angry: angry.world}
    priors:
      b: {calm: 1 - angry.b, angry: angry.b}
      public: {calm: 1 - angry.public, angry: angry.public}
  grip:
    values: [soft, hard]
    known_to: [b]
    prior: {soft: soft.world, hard: 1 - soft.world}
    priors:
      a: {soft: soft.a, hard: 1 - soft.a}
      public: {soft: soft.public, hard: 1 - soft.public}
"""
STATED = "at_horizon: {value: {a: end.a + turn.a * front, b: end.b + turn.b * front}}"
FACT = """
  luck:
    values: [good, bad]
    prior: {good: 1 - bad.world, bad: bad.world}
    priors:
      a: {good: 1 - bad.a, bad: bad.a}
      b: {good: 1 - bad.b, bad: bad.b}
      public: {good: 1 - bad.public, bad: bad.public}
"""


@dataclass(frozen=True)
class Game:
    """One game: numbers that differ from `NUMBERS`, and what it is made of."""

    numbers: Mapping[str, float] = field(default_factory=dict)
    months: int = 4
    types: bool = False
    fact: bool = False
    informs: bool = True
    stated: bool = True  # the value of an unfinished war is stated, not stationary

    def __getitem__(self, id: str) -> float:
        return self.numbers.get(id, NUMBERS[id])

    def with_(self, **changes: float) -> Game:
        """A copy with other numbers; the first underscore of a name stands for its dot."""
        named = {id.replace("_", ".", 1): x for id, x in changes.items()}
        return replace(self, numbers={**self.numbers, **named})

    def text(self) -> str:
        """The scenario."""
        soft, angry = ("grip.soft", "mood.angry") if self.types else ("1", "0")
        bad = "luck.bad" if self.fact else "0"
        hypotheses = (TYPES if self.types else "") + (FACT if self.fact else "")
        chosen = {
            w: " + ".join(f"{w}.{o} * deal.line.{o}" for o in OPTIONS) for w in ("home", "rupture")
        }
        return f"""
winset: 1
id: small
title: A small war
as_of: "2000-01-01"
start: 2000-01
months: {self.months}
parties: {{a: {{name: A}}, b: {{name: B}}}}
quantities: {{{", ".join(f"{id}: {self[id]!r}" for id in NUMBERS)}}}
state: {{front: {{start: 0, low: 0, high: 1}}}}
events:
  flip: {{chance: push.base + push.front * front, changes: {{front: 1 - 2 * front}}}}
  one: {{chance: win.a0 + win.a1 * front + win.abad * {bad}, outcome: a_wins}}
  two: {{chance: win.b0 + win.b1 * front + win.bbad * {bad}, outcome: b_wins}}
outcomes:
  a_wins: {{victor: a, imposes: {{line: top}}, cost: {{a: ruin.aa, b: ruin.ab}}}}
  b_wins: {{victor: b, imposes: {{line: floor}}, cost: {{a: ruin.ba, b: ruin.bb}}}}
{STATED if self.stated else ""}
{"hypotheses:" if hypotheses else ""}{hypotheses}
issues:
  line:
    options: {{floor: {{}}, low: {{}}, high: {{}}, top: {{}}}}
    no_deal: floor
    power: [a, b]
preferences:
  a:
    weights: {{line: 1}}
    scores: {{line: {{floor: 0, low: "low.a + low.angry * {angry}", high: high.a, top: 100}}}}
    war_cost: cost.a + cost.angry * {angry}
    discount: discount.a
  b:
    weights: {{line: 1}}
    scores: {{line: {{floor: 100, low: low.b, high: "high.b + high.soft * {soft}", top: 0}}}}
    aspiration: 1 + bend.hard * (1 - {soft})
    war_cost: cost.b + cost.soft * {soft} + cost.front * front
    discount: discount.b
ratification:
  a: {{midpoint: 0, steepness: 1000, gates: [{{when: 1, chance: {chosen["home"]}}}]}}
durability: {{hazard: {chosen["rupture"]}, shift: {{a: shift.a, b: shift.b}}}}
talks:
  meeting: meet.base + meet.front * front
  cooling: cool
  recovery: heal
  temperature: {{a: tau.a, b: tau.b}}
  failed_cost: {{a: fail.a, b: fail.b}}
  refusals_inform: {"true" if self.informs else "false"}
  features: {{front: front}}
"""

    def scenario(self, folder: Path) -> Scenario:
        """The scenario, loaded from a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "scenario.yaml").write_text(self.text(), encoding="utf-8")
        return load(folder)
