"""What ratifiers, consents, red lines and time do to a package: the parts of r, h and G that do not
move with the war.

    r(d,s) = prod_i logistic(k_i (support_i(d) + cover_i(s) on_i(d) - midpoint_i)) x gates(d) x
    consents(d)
    h(d,s,theta) = hazard(d,theta) x multiplier(s)

Support of party i for d: influence-weighted mean over its constituencies of clip(sum_m share_m
max(0, 1 - step_m x orders beyond tolerance) / sum_m share_m + eased(d), 0, 1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numba as nb
import numpy as np

from winset.scenario import Scenario
from winset.scenario.expr import Expr, evaluate
from winset.scenario.substitute import substitute
from winset.talks.menu import Floats
from winset.talks.names import facts
from winset.talks.packages import Deals


@dataclass(frozen=True)
class Home:
    """Draw-level numbers of ratification per signatory, [D, signatories]; NaN steepness = no
    ratification."""

    midpoint: Floats
    steepness: Floats
    tolerance: Mapping[str, tuple[tuple[Floats, Floats, Expr | None], ...]]
    # party -> ((influence [D], tolerance table [O] already share-weighted, eased), ...)

    def wishes(self, party: str, draw: int) -> Floats:
        """[O] what each option adds to the party's support at home in a draw (easing left out)."""
        total, weight = np.zeros(1), 0.0
        for influence, table, _ in self.tolerance.get(party, ()):
            total = total + influence[draw] * table
            weight += float(influence[draw])
        return np.asarray(total / max(weight, 1e-12), dtype=float)


@dataclass(frozen=True)
class Terms:
    """Package-level terms, [..., X] for packages [..., issues]. S signatories, T type combinations,
    R rows."""

    support: Floats  # [..., S]
    cover_on: Floats  # [..., S]
    pass_: Floats  # [...] gates x consents
    hazard: Floats  # [..., T] monthly, before the multiplier
    shift: Floats  # [..., S]
    veto: np.ndarray  # [..., R] bool: beyond a red line of that row
    penalty: Floats  # [..., R] stated costs of red lines, in stakes


def type_combos(deals: Deals) -> tuple[np.ndarray, list[dict[str, float]]]:
    """Combinations of the signatories' types: [T, S] type of each signatory, and their marks."""
    return _type_combos(deals.scenario)


@lru_cache(maxsize=16)
def _type_combos(scenario: Scenario) -> tuple[np.ndarray, list[dict[str, float]]]:
    parties, known = scenario.signatories, facts(scenario)
    index = np.stack([known.type_index(p) for p in parties], axis=1)
    combos, where = np.unique(index, axis=0, return_index=True)
    owned = {h for h, o in zip(known.ids, known.owner, strict=True) if o is not None}
    marks = [
        {k: v for k, v in known.indicators(int(w)).items() if k.rsplit(".", 1)[0] in owned}
        for w in where
    ]
    return combos, marks


def home(deals: Deals) -> Home:
    """Ratification numbers of every signatory (and tolerances of every party that has
    constituencies)."""
    spec = deals.scenario.spec
    parties = deals.scenario.signatories
    mid = np.zeros((deals.draws, len(parties)))
    steep = np.full((deals.draws, len(parties)), np.nan)
    for s, party in enumerate(parties):
        rule = spec.ratification.get(party)
        if rule is not None:
            mid[:, s] = evaluate(rule.midpoint, deals.number)
            steep[:, s] = evaluate(rule.steepness, deals.number)
    groups: dict[str, list[tuple[Floats, Floats, Expr | None]]] = {}
    for name, body in spec.constituencies.items():
        influence = deals.values[f"{name}.influence"]
        groups.setdefault(body.party, []).append((influence, _tolerance(deals, body), body.eased))
    return Home(mid, steep, {p: tuple(g) for p, g in groups.items()})


def _tolerance(deals: Deals, body: Any) -> Floats:
    table = np.zeros(deals.menu.size)
    total = sum(t.share for t in body.tolerates.values())
    for issue, limit in body.tolerates.items():
        m = deals.menu.space.issues.index(issue)
        options = deals.menu.space.options[m]
        orders = _orders(deals, issue)
        beyond = np.zeros(len(options))
        if limit.at_most is not None:
            beyond = np.maximum(beyond, orders - orders[options.index(limit.at_most)])
        if limit.at_least is not None:
            beyond = np.maximum(beyond, orders[options.index(limit.at_least)] - orders)
        first = int(deals.menu.first[m])
        table[first : first + len(options)] = (
            np.maximum(0.0, 1.0 - limit.per_step * beyond) * limit.share / total
        )
    return table


def _orders(deals: Deals, issue: str) -> Floats:
    body = deals.scenario.spec.issues[issue]
    listed = [o.order if o.order is not None else k for k, o in enumerate(body.options.values())]
    return np.array(listed, dtype=float)


def support(
    deals: Deals, at_home: Home, party: str, draw: np.ndarray, packages: np.ndarray
) -> Floats:
    """Influence-weighted support of a party's constituencies for packages, 0..1; 1 where it has
    none."""
    shape = np.broadcast_shapes(draw.shape, packages.shape[:-1])
    groups = at_home.tolerance.get(party, ())
    if not groups:
        return np.ones(shape)
    flat = deals.menu.flat(packages)
    sums = np.empty((len(groups), flat.size // flat.shape[-1]))
    _sums(np.array([g[1] for g in groups]), flat.reshape(-1, flat.shape[-1]), sums)
    total: Any = 0.0
    weight: Any = 0.0
    for (influence, _, eased), tolerated in zip(groups, sums, strict=True):
        value: Any = tolerated.reshape(flat.shape[:-1])
        if eased is not None:
            value = value + deals.evaluate(eased, draw, packages, {})
        total = total + influence[draw] * np.clip(value, 0.0, 1.0)
        weight = weight + influence[draw]
    return np.broadcast_to(total / weight, shape)


@nb.njit(cache=True, nogil=True)
def _sums(tables: Any, flat: Any, out: Any) -> None:
    """out [G,N]: sums of tables [G,O] over the options flat [N,M]."""
    for g in range(len(tables)):
        for n in range(len(flat)):
            total = 0.0
            for m in range(flat.shape[1]):
                total += tables[g, flat[n, m]]
            out[g, n] = total


def readable(
    deals: Deals, at_home: Home, draw: np.ndarray, packages: np.ndarray, utility: Floats
) -> dict[str, Any]:
    """`value.PARTY` and `support.PARTY` [...] of packages, which gates and consents may read."""
    found = {f"value.{row.party}": utility[..., r] for r, row in enumerate(deals.rows)}
    for party in at_home.tolerance:
        found[f"support.{party}"] = support(deals, at_home, party, draw, packages)
    return found


def terms(
    deals: Deals, at_home: Home, draw: np.ndarray, packages: np.ndarray, utility: Floats
) -> Terms:
    """All package-level terms. `utility` [..., R] at the start (consents may read outsiders'
    values)."""
    spec, parties = deals.scenario.spec, deals.scenario.signatories
    shape = np.broadcast_shapes(draw.shape, packages.shape[:-1])
    extra = readable(deals, at_home, draw, packages, utility)
    ones = np.ones(shape)
    supports = np.stack([extra.get(f"support.{p}", ones) for p in parties], axis=-1)
    known: dict[str, Any] = {}
    on = np.ones((*shape, len(parties)))
    passing: Any = np.ones(shape)
    for s, party in enumerate(parties):
        rule = spec.ratification.get(party)
        if rule is not None and rule.cover_on is not None:
            on[..., s] = deals.evaluate(rule.cover_on, draw, packages, extra, known)
    for chance in conditions(deals, draw, packages, extra, known).values():
        passing = passing * chance
    hazard, shift, veto, penalty = holding(deals, draw, packages, known)
    return Terms(supports, on, np.asarray(passing, dtype=float), hazard, shift, veto, penalty)


def holding(
    deals: Deals,
    draw: np.ndarray,
    packages: np.ndarray,
    known: dict[str, Any] | None = None,
) -> tuple[Floats, Floats, np.ndarray, Floats]:
    """How packages hold and what they cross: hazard [..., T], shift [..., S], veto and penalty
    [..., R], as in `Terms`; known: as in `Deals.evaluate`."""
    spec, parties = deals.scenario.spec, deals.scenario.signatories
    shape = np.broadcast_shapes(draw.shape, packages.shape[:-1])
    extra: dict[str, Any] = {}
    known = {} if known is None else known
    combos, marks = type_combos(deals)
    hazard = np.zeros((*shape, len(combos)))
    shift = np.zeros((*shape, len(parties)))
    if deals.peace is not None:
        hazard, shift = deals.peace.hold(deals, draw, packages, known)
    elif spec.durability is not None and spec.durability.stated is not None:
        for t, mark in enumerate(marks):
            expr = substitute(spec.durability.stated, mark)
            hazard[..., t] = np.clip(deals.evaluate(expr, draw, packages, extra, known), 0, 1)
        for s, party in enumerate(parties):
            if party in spec.durability.shift:
                shift[..., s] = deals.evaluate(
                    spec.durability.shift[party], draw, packages, extra, known
                )
    veto = np.zeros((*shape, len(deals.rows)), dtype=bool)
    penalty = np.zeros((*shape, len(deals.rows)))
    for r, row in enumerate(deals.rows):
        for line in spec.preferences[row.party].red_lines:
            beyond = (
                deals.evaluate(substitute(line.when, row.marks), draw, packages, extra, known) > 0
            )
            if line.cost is None:
                veto[..., r] |= beyond
            else:
                cost = deals.evaluate(
                    substitute(line.cost, row.marks), draw, packages, extra, known
                )
                penalty[..., r] += np.where(beyond, cost, 0.0)
    return hazard, shift, veto, penalty


def conditions(
    deals: Deals,
    draw: np.ndarray,
    packages: np.ndarray,
    extra: Mapping[str, Any],
    known: dict[str, Any],
) -> dict[str, Floats]:
    """Chances [...] in 0..1 of what packages [..., issues] must pass besides the sides' own votes:
    `gate.PARTY.N` (N from 1), `consent.ID`; 1 where a package needs none. extra: `value.PARTY` and
    `support.PARTY` that these may read; known: as in `Deals.evaluate`."""
    spec, found = deals.scenario.spec, {}
    shape = np.broadcast_shapes(draw.shape, packages.shape[:-1])
    for party in deals.scenario.signatories:
        rule = spec.ratification.get(party)
        for n, gate in enumerate(rule.gates if rule is not None else (), start=1):
            open_ = deals.evaluate(gate.when, draw, packages, extra, known) > 0
            chance = np.clip(deals.evaluate(gate.chance, draw, packages, extra, known), 0, 1)
            found[f"gate.{party}.{n}"] = np.where(open_, chance, 1.0)
    for name, consent in spec.consents.items():
        needed = np.broadcast_to(_needs(deals, name, packages), shape)
        chance = np.clip(deals.evaluate(consent.chance, draw, packages, extra, known), 0, 1)
        found[f"consent.{name}"] = np.where(needed, chance, 1.0)
    return found


def _needs(deals: Deals, consent: str, packages: np.ndarray) -> np.ndarray:
    needs = deals.needs.get(consent)
    if needs is None:
        needs = deals.needs[consent] = _needing(deals, consent)
    out: np.ndarray = needs[deals.menu.flat(packages)].any(axis=-1)
    return out


def _needing(deals: Deals, consent: str) -> np.ndarray:
    needs = np.zeros(deals.menu.size, dtype=bool)
    for m, issue in enumerate(deals.scenario.spec.issues.values()):
        o = int(deals.menu.first[m])
        for k, option in enumerate(issue.options.values()):
            needs[o + k] = consent in option.consent
    return needs


def ratified(at_home: Home, found: Terms, draw: np.ndarray, cover: Floats) -> Floats:
    """r [...] of packages, given cover [..., S] in points of support."""
    steep, mid = at_home.steepness[draw], at_home.midpoint[draw]
    z = steep * (found.support + cover * found.cover_on - mid)
    each = np.where(np.isnan(steep), 1.0, 1.0 / (1.0 + np.exp(-np.clip(z, -500, 500))))
    return np.asarray(each.prod(axis=-1) * found.pass_, dtype=float)


def lasting(hazard: Floats, discount: Floats, window: int, late: Floats | float) -> Floats:
    """A: weight of the deal against renewed war, model.md section 3, with a late hazard after the
    window.

    A = (1-d)(1-q^w)/(1-q) + q^w L,  q = d(1-h),  L = (1-d)/(1-d(1-late)) (1 where late = 0). At d =
    1: A = (1-h)^w L (a deal in force for ever, no discounting).
    """
    q = discount * (1.0 - hazard)
    power = q**window
    safe = np.where(1.0 - q < 1e-15, 1.0, 1.0 - q)
    geometric = np.where(1.0 - q < 1e-15, 0.0, (1.0 - discount) * (1.0 - power) / safe)
    rest = 1.0 - discount * (1.0 - late)
    tail = np.where(np.asarray(late) > 0, (1.0 - discount) / np.where(rest < 1e-15, 1.0, rest), 1.0)
    return np.asarray(geometric + power * tail, dtype=float)
