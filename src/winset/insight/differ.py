"""Where two worldviews really differ: the difference in the headline strategy's chance of a durable
settlement, split over the claims they dispute.

The disputed numbers fall into groups: those that one claim's rival takes together, claims that
share a number joined; numbers no claim takes are `other disputed numbers`. With v(S) the chance
under worldview a with the groups S as b has them, the part of group i is Shapley's (1953)

    part_i = mean over orders of v(those before i, and i) - v(those before i)

so that the parts add up to v(all) - v(none) in every order. Orders are sampled in pairs, each with
its reverse (Mitchell and others 2022), and every v is on the same draws and luck. The error of a
part joins that of the orders (spread over pairs) and that of the draws (spread over replicates).
Beside it stand the two ends: the group swapped alone from a, and alone from b.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from winset.errors import Interrupted, StudyError
from winset.insight.compare import Difference, difference
from winset.scenario.overrides import nearest
from winset.study.design import Design, DesignError
from winset.study.files import replace_file
from winset.study.makers import Makers
from winset.study.report import SILENT, Reporter
from winset.study.summary import Estimate, estimate
from winset.study.variants import Lab, Variant
from winset.talks.cell import Cell

if TYPE_CHECKING:
    from winset.scenario import Scenario

__all__ = ["Differing", "Group", "Part", "groups_in_dispute", "study_difference"]

#: orders sampled, in pairs; of a quick run
ORDERS: Final = 32
QUICK_ORDERS: Final = 16
ENOUGH: Final = 0.8
MEASURE: Final = "durable"


@dataclass(frozen=True)
class Group:
    """Disputed quantities swapped together, and the claims that take them (none: the others)."""

    claims: tuple[str, ...]
    quantities: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """A group's part of the difference. part: Shapley's, its error joined from `orders` and
    `draws`; from_a, from_b: swapped alone, seen from either end.
    """

    group: Group
    part: Difference
    orders: float
    draws: float | None
    from_a: Difference | None
    from_b: Difference | None


@dataclass(frozen=True)
class Differing:
    """The difference b less a, split. rest: what differs beside numbers (priors, mechanisms).
    parts: largest first. enough: the fewest groups that come to four fifths of the whole.
    """

    scenario: Scenario
    strategy: str
    a: str
    b: str
    value_a: Estimate
    value_b: Estimate
    whole: Difference
    rest: Difference
    parts: tuple[Part, ...]
    orders: int
    cells: int
    design: Design
    elapsed_s: float

    @property
    def enough(self) -> tuple[Part, ...]:
        """The fewest parts that together make 80% of the whole; empty where there is no whole."""
        sign = np.sign(self.whole.diff)
        toward = sorted(self.parts, key=lambda part: -sign * part.part.diff)
        found: list[Part] = []
        for part in toward:
            if sum(sign * p.part.diff for p in found) >= ENOUGH * abs(self.whole.diff):
                break
            if sign * part.part.diff <= 0:
                break
            found.append(part)
        return tuple(found)

    def share(self, parts: Iterable[Part]) -> float | None:
        """What share of the whole some parts come to; None where there is no whole."""
        total = sum(part.part.diff for part in parts)
        return total / self.whole.diff if self.whole.diff else None

    def json(self) -> dict[str, Any]:
        """The whole as one JSON document."""
        settings = self.design.settings

        def plain(found: Difference | None) -> dict[str, float | None] | None:
            return None if found is None else {"mean": found.diff, "se": found.se}

        return {
            "scenario": {"id": self.scenario.id, "sha256": self.scenario.sha256},
            "seed": settings.seed,
            "draws": settings.draws,
            "paths": settings.paths,
            "months": settings.months,
            "elapsed_s": round(self.elapsed_s, 3),
            "strategy": self.strategy,
            "measure": MEASURE,
            "a": {"worldview": self.a, "mean": self.value_a.mean, "se": self.value_a.se},
            "b": {"worldview": self.b, "mean": self.value_b.mean, "se": self.value_b.se},
            "whole": plain(self.whole),
            "rest": plain(self.rest),
            "parts": [
                {
                    "claims": list(part.group.claims),
                    "quantities": list(part.group.quantities),
                    "part": {
                        **(plain(part.part) or {}),
                        "se_orders": part.orders,
                        "se_draws": part.draws,
                    },
                    "share": self.share([part]),
                    "alone_from_a": plain(part.from_a),
                    "alone_from_b": plain(part.from_b),
                }
                for part in self.parts
            ],
            "explained": {
                "claims": [list(part.group.claims) for part in self.enough],
                "share": self.share(self.enough),
            },
            "orders": self.orders,
            "cells": self.cells,
        }


def groups_in_dispute(scenario: Scenario, a: str, b: str) -> tuple[Group, ...]:
    """The disputed quantities on which two worldviews differ, by the claims that take them."""
    spec = scenario.spec
    disputed = [
        id_ for id_ in scenario.quantities if _number(scenario, id_, a) != _number(scenario, id_, b)
    ]
    taken = {
        id_: set(claim.rival.takes) & set(disputed)
        for id_, claim in spec.claims.items()
        if claim.rival is not None and set(claim.rival.takes) & set(disputed)
    }
    groups: list[tuple[set[str], set[str]]] = []
    for claim, quantities in taken.items():
        joined = [group for group in groups if group[1] & quantities]
        groups = [group for group in groups if not group[1] & quantities]
        groups.append(
            (
                {claim}.union(*(group[0] for group in joined)),
                quantities.union(*(group[1] for group in joined)),
            )
        )
    found = [
        Group(
            tuple(c for c in spec.claims if c in claims),
            tuple(q for q in disputed if q in quantities),
        )
        for claims, quantities in groups
    ]
    others = [id_ for id_ in disputed if not any(id_ in group.quantities for group in found)]
    return (*found, Group((), tuple(others))) if others else tuple(found)


def study_difference(
    design: Design,
    a: str,
    b: str,
    *,
    permutations: int | None = None,
    folder: Path | None = None,
    workers: int | None = None,
    report: Reporter | None = None,
    makers: Makers | None = None,
) -> Differing:
    """Split the difference between two worldviews. permutations: orders sampled (an even number).

    Raises DesignError, StudyError for a folder of another kind, Interrupted where the user stops:
    what is done is kept in the folder.
    """
    scenario = design.scenario
    strategy = _checked(scenario, a, b)
    groups = groups_in_dispute(scenario, a, b)
    orders = permutations or (QUICK_ORDERS if design.quick else ORDERS)
    chosen = _orders(len(groups), orders, design.settings.seed)
    began = time.perf_counter()
    with Lab(design, folder=folder, workers=workers, report=report or SILENT, makers=makers) as lab:

        def variant(inside: frozenset[int]) -> Variant:
            texts = [f"{a}/{q}={b}" for i in sorted(inside) for q in groups[i].quantities]
            return Variant(tuple(texts), a, strategy)

        ends = {Variant((), a, strategy), Variant((), b, strategy)}
        wanted = [*ends, *(variant(s) for s in _subsets(len(groups), chosen))]
        try:
            for _ in lab.run(wanted, "swaps"):
                pass
        except KeyboardInterrupt:
            kept = f"kept in {folder}" if folder is not None else "not kept: no folder was given"
            raise Interrupted(f"stopped: {lab.computed} cells computed now are {kept}") from None

        def value(inside: frozenset[int]) -> NDArray[np.float64]:
            cell = lab.get(variant(inside))
            assert cell is not None
            return cell.measures[MEASURE]

        first, last = (lab.get(Variant((), view, strategy)) for view in (a, b))
        assert first is not None and last is not None
        every = frozenset(range(len(groups)))
        parts = [_part(i, groups[i], chosen, value, first.replicate) for i in every]
        result = Differing(
            scenario=scenario,
            strategy=strategy,
            a=a,
            b=b,
            value_a=_value(first),
            value_b=_value(last),
            whole=_gap(last.measures[MEASURE], first.measures[MEASURE], first.replicate),
            rest=_gap(last.measures[MEASURE], value(every), first.replicate),
            parts=tuple(sorted(parts, key=lambda part: -abs(part.part.diff))),
            orders=len(chosen),
            cells=len({lab.name(v) for v in wanted}),
            design=design,
            elapsed_s=time.perf_counter() - began,
        )
    if folder is not None:
        text = json.dumps(result.json(), indent=1, ensure_ascii=False, allow_nan=False)
        try:
            replace_file(folder / f"differ-{a}-{b}.json", text.encode() + b"\n")
        except OSError as error:
            raise StudyError(f"{folder}: cannot be written: {error.strerror}") from None
    return result


def _checked(scenario: Scenario, a: str, b: str) -> str:
    problems = []
    for view in (a, b):
        if view not in scenario.spec.worldviews:
            near = nearest(view, scenario.spec.worldviews)
            hint = f" Did you mean {near}?" if near else ""
            known = ", ".join(scenario.spec.worldviews) or "none"
            problems.append(f"there is no worldview {view!r}.{hint} The scenario has: {known}")
    if a == b:
        problems.append(f"{a} does not differ from itself: name two worldviews")
    if scenario.spec.headline is None:
        problems.append(f"scenario {scenario.id} names no headline strategy: nothing to compare")
    if problems:
        raise DesignError(problems)
    assert scenario.spec.headline is not None
    return scenario.spec.headline


def _number(scenario: Scenario, id_: str, worldview: str) -> Any:
    q = scenario.quantity(id_, worldview)
    formula = None if q.formula is None else q.formula.text
    return q.low, q.mid, q.high, q.value, formula, q.family, q.parameters, q.bounds


def _orders(players: int, wanted: int, seed: int) -> list[tuple[int, ...]]:
    """Orders in pairs, each followed by its reverse."""
    generator = np.random.default_rng(seed)
    found: list[tuple[int, ...]] = []
    for _ in range(max(1, (wanted + 1) // 2)):
        order = tuple(int(i) for i in generator.permutation(players))
        found += [order, order[::-1]]
    return found


def _subsets(players: int, orders: Sequence[tuple[int, ...]]) -> list[frozenset[int]]:
    every = frozenset(range(players))
    found = [frozenset(), every]
    found += [frozenset({i}) for i in range(players)]
    found += [every - {i} for i in range(players)]
    found += [frozenset(order[:n]) for order in orders for n in range(players + 1)]
    return list(dict.fromkeys(found))


def _part(
    i: int,
    group: Group,
    orders: Sequence[tuple[int, ...]],
    value: Any,
    replicate: NDArray[np.int64],
) -> Part:
    every = frozenset(orders[0])
    steps = []
    for order in orders:
        before = frozenset(order[: order.index(i)])
        steps.append(value(before | {i}) - value(before))
    mean = np.mean(steps, axis=0)
    pairs = np.array([np.mean(step) for step in steps]).reshape(-1, 2).mean(axis=1)
    of_orders = float(np.std(pairs, ddof=1) / np.sqrt(len(pairs))) if len(pairs) > 1 else 0.0
    gap = difference(mean, np.zeros_like(mean), replicate)
    assert gap is not None
    joined = None if gap.se is None else float(np.hypot(gap.se, of_orders))
    return Part(
        group,
        Difference(gap.diff, joined, gap.draws),
        of_orders,
        gap.se,
        difference(value(frozenset({i})), value(frozenset()), replicate),
        difference(value(every), value(every - {i}), replicate),
    )


def _gap(
    a: NDArray[np.float64], b: NDArray[np.float64], replicate: NDArray[np.int64]
) -> Difference:
    found = difference(a, b, replicate)
    return found if found is not None else Difference(float("nan"), None, 0)


def _value(cell: Cell) -> Estimate:
    return estimate(cell.measures[MEASURE], cell.replicate)


def labels(scenario: Scenario, group: Group) -> Mapping[str, str]:
    """Quantity -> its label."""
    return {q: scenario.quantities[q].label or q for q in group.quantities}
