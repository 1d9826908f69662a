"""What a text must pass before it holds: votes at home, gates, consents of outsiders; and what each
domestic group makes of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from winset.insight.opening import Opening, values
from winset.talks.menu import Floats
from winset.talks.terms import conditions, readable, support


@dataclass(frozen=True, eq=False)
class Hurdle:
    """One hurdle: whose, what it is, its chance of being passed [B]; 1 where it does not apply."""

    who: str
    label: str
    chance: Floats


def hurdles(opening: Opening, draw: int, packages: np.ndarray) -> list[Hurdle]:
    """Every hurdle of packages [B, issues] in a draw; the product of the chances is r."""
    deals, home = opening.deals, opening.problem.home
    spec, at = deals.scenario.spec, np.full(len(packages), draw)
    extra = readable(deals, home, at, packages, values(opening, draw, packages))
    known: dict[str, Any] = {}
    chances = conditions(deals, at, packages, extra, known)
    out = []
    for s, party in enumerate(opening.problem.parties):
        rule = spec.ratification.get(party)
        if rule is None:
            continue
        on: Any = 1.0
        if rule.cover_on is not None:
            on = deals.evaluate(rule.cover_on, at, packages, extra, known)
        held = support(deals, home, party, at, packages) + opening.cover[draw, s] * on
        z = home.steepness[draw, s] * (held - home.midpoint[draw, s])
        out.append(
            Hurdle(party, "ratification at home", 1.0 / (1.0 + np.exp(-np.clip(z, -500, 500))))
        )
        for n, gate in enumerate(rule.gates, start=1):
            out.append(Hurdle(party, gate.label or "a vote", chances[f"gate.{party}.{n}"]))
    for name, consent in spec.consents.items():
        out.append(Hurdle("", f"consent: {consent.of or name}", chances[f"consent.{name}"]))
    return out


def groups(opening: Opening, draw: int, package: np.ndarray) -> dict[str, float]:
    """Constituency -> its support 0..1 for a package [issues], in the order of the scenario."""
    deals, home = opening.deals, opening.problem.home
    at, one = np.array([draw]), package[None]
    out = {}
    waiting = {party: iter(bodies) for party, bodies in home.tolerance.items()}
    for name, body in deals.scenario.spec.constituencies.items():
        _, table, eased = next(waiting[body.party])
        value = float(table[deals.menu.flat(package)].sum())
        if eased is not None:
            value += float(deals.evaluate(eased, at, one, {})[0])
        out[name] = float(np.clip(value, 0.0, 1.0))
    return out
