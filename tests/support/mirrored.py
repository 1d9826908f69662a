"""An asymmetric war told twice: once with the labels of the two parties swapped.

Everything else keeps its name and its order (events, types, levers, homes, issues), so that both
tellings share their luck: only `accept` and `refuse` streams carry a party's name. What comes out
must be the same with the labels swapped back.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from winset.scenario import Scenario, load

TEXT = """
winset: 1
id: mirrored
title: A war told twice
as_of: "2000-01-01"
start: 2000-01
months: MONTHS
mediator: m
parties:
  a: {name: A}
  b: {name: B}
  m: {name: M, role: outside}
quantities:
  push: {low: 0.2, mid: 0.3, high: 0.4, bounds: [0, 1]}
  strength.one: {low: 0.02, mid: 0.04, high: 0.08, bounds: [0, 0.3]}
  strength.two: {low: 0.01, mid: 0.03, high: 0.05, bounds: [0, 0.3]}
  pain.one: {low: 0.01, mid: 0.02, high: 0.05, bounds: [0, 0.3]}
  pain.two: {low: 0.005, mid: 0.01, high: 0.02, bounds: [0, 0.3]}
  tau: TAU
  loss: 0.03
  use: {value: 0.2, unit: 1/month}
state:
  front: {start: 2, low: 0, high: 4}
  stock: {start: 3, low: 0}
events:
  push: {chance: push + 0.1 * (1 - lever.arms), changes: {front: 1}}
  pull: {chance: 0.25 + 0.1 * lever.arms, changes: {front: -1}}
  break_one: {chance: strength.two * front / 2 + 0.05 * crack.real, outcome: one_falls}
  break_two: {chance: strength.one * (4 - front) / 2, outcome: two_falls}
flows:
  used: {take_from: stock, rate: use * lever.arms}
  made: {to: stock, rate: 0.15}
outcomes:
  one_falls: {victor: TWO, imposes: {land: lost}, cost: {ONE: 0.1, TWO: 0.03}}
  two_falls: {victor: ONE, imposes: {land: kept}, cost: {ONE: 0.02, TWO: 0.12}}
levers:
  arms: {today: 0.5, withdrawn: 0, type: support, leg: support}
  squeeze: {today: 0.3, type: pressure, leg: pressure}
  relief: {today: 0.6, type: offer, leg: offer}
legs:
  support: {label: support, levers: [arms], to: withdrawn}
  pressure: {label: pressure, levers: [squeeze]}
  offer: {label: offer, levers: [relief]}
hypotheses:
  resolve:
    values: [low, high]
    known_to: [ONE]
    prior: {low: 0.7, high: 0.3}
    priors: {TWO: {low: 0.5, high: 0.5}, public: {low: 0.6, high: 0.4}}
  hunger:
    values: [small, great]
    known_to: [TWO]
    prior: {small: 0.4, great: 0.6}
    priors: {ONE: {small: 0.25, great: 0.75}, public: {small: 0.45, great: 0.55}}
  crack:
    values: [none, real]
    prior: {none: 0.8, real: 0.2}
    priors: {ONE: {none: 0.95, real: 0.05}, TWO: {none: 0.5, real: 0.5}}
signals:
  rumour: {about: hunger, chance: {small: 0.2, great: 0.35}}
issues:
  land:
    options: {kept: {}, line: {}, lost: {}}
    no_deal: {kept: 0.25 * (4 - front), lost: 0.25 * front}
    power: [a, b]
  shield:
    options:
      none: {}
      some: {believed: 0.5 + 0.4 * lever.arms, consent: [guard], attributes: {weight: 1}}
    no_deal: none
  relief:
    options:
      none: {}
      full: {gift: {giver: m, lever: relief, least: 0.5}, attributes: {weight: 0.5}}
    no_deal: none
MONEY
incompatible:
  - {options: [land.lost, shield.some], strength: soft, cost: 4}
interactions:
  - {options: [land.line, shield.some], party: ONE, points: 5}
  - {options: [land.line, relief.full], party: TWO, points: 7}
preferences:
  ONE:
    weights: {land: 5, shield: 3, relief: 0.5PAID}
    scores:
      land: {kept: 100, line: "40 + 20 * resolve.low + 2 * front", lost: 0}
      shield: {none: 0, some: 100}
      relief: {none: 60, full: 0}
      TAKES
    aspiration: 1 + 0.3 * resolve.high
    red_lines: [{when: deal.land.lost * resolve.high, cost: 0.2}]
    war_cost: pain.one * (1 + 0.1 * front)
    discount: 0.985
  TWO:
    weights: {land: 4, shield: 1.5, relief: 2PAID}
    scores:
      land: {kept: 0, line: "30 + 25 * hunger.small", lost: 100}
      shield: {none: 100, some: 20}
      relief: {none: 0, full: 100}
      GIVES
    red_lines: [{when: deal.land.kept * hunger.great}]
    war_cost: pain.two * (1 + lever.squeeze)
    discount: 0.99
  m:
    weights: {land: 1, relief: 1}
    scores: {land: {kept: 100, line: 60, lost: 0}, relief: {none: 100, full: 0}}
constituencies:
  hawks: {party: ONE, influence: 2, tolerates: {land: {at_most: line, per_step: 0.7}}}
  doves: {party: ONE, influence: 1, tolerates: {land: {at_most: lost}}, eased: 0.1 * deal.weight}
  court: {party: TWO, influence: 1, tolerates: {land: {at_least: line, per_step: 0.4}}}
ratification:
  ONE:
    midpoint: 0.45
    steepness: 6
    cover: 0.05 * front
    cover_on: 0.5 + 0.5 * deal.shield.some
    gates: [{when: deal.land.lost, chance: 0.5}]
  TWO: {midpoint: 0.3, steepness: 5}
consents:
  guard: {of: m, chance: 0.6 + 0.3 * value.m}
durability:
  window: 60
  hazard: 0.004 + 0.006 * hunger.great * (1 - deal.shield.some) + 0.002 * resolve.high
  shift: {ONE: -0.04 * deal.land.lost, TWO: 0.02 - 0.03 * deal.shield.some}
talks:
  meeting: 0.3 + 0.05 * front
  cooling: 0.6
  recovery: 0.4
  temperature: {ONE: tau, TWO: tau * 1.5}
  failed_cost: {ONE: loss, TWO: loss / 2}
  features: {front: front, stock: stock}
strategies:
  today: {label: Today}
  firm:
    label: Firm
    levers: {arms: 1, squeeze: 1}
    omega: 0.5
    tables: {land: [kept, line]}
    rules:
      - {when: gap.TWO > 0.2, set: {relief: 1}, otherwise: {relief: 0.2}}
  open_hand: {label: Open hand, levers: {relief: 1, arms: 0.2}, excludes: [shield.some]}
measures:
  gone: {label: gone, outcomes: [one_falls, two_falls]}
  end: {label: front at the end, value: front + 10 * signed}
course: [front, stock]
"""


def told(
    folder: Path, one: str, two: str, *, tau: float = 0.0, months: int = 10, money: bool = False
) -> Scenario:
    """The war with `one` and `two` as the labels of its parties; `money`: a fourth issue, divided
    so finely that not every package can be kept."""
    parts = {
        "MONEY": "  money: {divisible: {low: 0, high: 1, step: 0.005}, no_deal: 0}"
        if money
        else "",
        "PAID": ", money: 1.5" if money else "",
        "TAKES": "money: 100 * share" if money else "",
        "GIVES": "money: 100 * (1 - share) ** 2" if money else "",
        "ONE": one,
        "TWO": two,
        "TAU": repr(tau),
        "MONTHS": str(months),
    }
    text = TEXT
    for mark, part in parts.items():
        text = text.replace(mark, part)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    return load(folder)


def swapped(found: Mapping[str, object]) -> dict[str, object]:
    """Keys with the labels swapped back."""
    back = {"a": "b", "b": "a", "value.a": "value.b", "value.b": "value.a"}
    return {back.get(key, key): value for key, value in found.items()}
