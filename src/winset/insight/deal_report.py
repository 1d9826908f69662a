"""`winset deals` of a scenario without a war, as one JSON document."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from winset.deals import DEFINITIONS, Frontier, Payoff, frontier_of
from winset.deals.counting import Count
from winset.insight.bargain import Bargain, Found
from winset.insight.left import left_of, scale_without_war
from winset.insight.why_apart import adjusted, cared_for, traded
from winset.scenario import Scenario

#: a value this far below the reservation value still counts as at it
SLACK = 1e-9


def document(scenario: Scenario, found: Found) -> dict[str, Any]:
    """`packages`, `frontier`, `solutions`, `overlap`, `reservation` and how they were found."""
    bargain = found.bargain
    out: dict[str, Any] = {
        "scenario": scenario.id,
        "parties": {p: scenario.spec.parties[p].name for p in bargain.parties},
        "packages": found.packages.packages,
        "possible_packages": bargain.space.size,
        "reservation": dict(zip(bargain.parties, bargain.reservation.tolist(), strict=True)),
        "frontier": [],
        "frontier_method": found.method,
        "frontier_error": dict(zip(bargain.parties, found.error.tolist(), strict=True)),
        "solutions": {},
        "definitions": dict(DEFINITIONS),
        "overlap": overlap(found.count),
    }
    if found.points is not None:
        inside = np.all(found.points.values >= bargain.reservation - SLACK, axis=1)
        for values, package, within in zip(
            found.points.values, found.points.packages, inside, strict=True
        ):
            out["frontier"].append(
                {**point(scenario, bargain, values, package), "in_overlap": bool(within)}
            )
        out["overlap"]["frontier_points"] = int(inside.sum())
    for name in DEFINITIONS:
        solution = found.solutions.get(name)
        out["solutions"][name] = (
            None
            if solution is None
            else point(scenario, bargain, solution.values, solution.package)
        )
        if name in found.bounds:
            measure, bound = found.bounds[name]
            out["solutions"][name] |= {"measure": measure, "proved_bound": bound}
    if len(found.raiffa_steps) and out["solutions"]["raiffa"] is not None:
        out["solutions"]["raiffa"]["increments"] = found.raiffa_steps.tolist()
    if found.points is not None and found.solutions.get("nash") is not None:
        inside = np.all(found.points.values >= bargain.reservation - SLACK, axis=1)
        feasible = Frontier(
            found.points.values[inside] - bargain.reservation, found.points.packages[inside]
        )
        text = found.solutions["nash"].package
        out["left"] = {"nash": left_of(scale_without_war(bargain), text, feasible)}
    worth, best = _stakes(bargain)
    out["cares"] = cared_for(bargain.space, bargain.parties, worth)
    out["trades"] = traded(bargain.space, bargain.parties, worth, best)
    out["adjusted_winner"] = adjusted(bargain.space, bargain.parties, worth, best)
    if found.count.packages == 0 and found.points is not None and not found.error.any():
        out["why"] = _apart(bargain, found.points.values)
    if found.chance is not None:
        out["overlap"]["chance"] = found.chance
    return out


def _stakes(bargain: Bargain) -> tuple[np.ndarray, np.ndarray]:
    """Stakes in points of 100 and best options [issues, signatories]."""
    scores = [[p.scores[m][0] for p in bargain.payoffs] for m in range(len(bargain.space.issues))]
    worth = np.array([[100.0 * float(np.ptp(s)) for s in row] for row in scores])
    return worth, np.array([[int(s.argmax()) for s in row] for row in scores])


def _apart(bargain: Bargain, values: np.ndarray) -> dict[str, Any]:
    """The shortfall of the nearest package, and the issues (or the pair) that would close it if
    everybody had its best there.
    """
    gap = float((values - bargain.reservation).min(axis=1).max())
    issues = range(len(bargain.space.issues))
    one = {(m,): _relaxed(bargain, (m,)) for m in issues}
    two: dict[tuple[int, ...], float] = {}
    if max(one.values()) < 0:
        near = sorted(one, key=lambda k: -one[k])[:6]
        two = {(*a, *b): _relaxed(bargain, (*a, *b)) for a, b in combinations(near, 2)}
    names = bargain.space.issues
    closing = sorted((k for k, g in one.items() if g >= 0), key=lambda k: -one[k])
    pair = max(two, key=lambda k: two[k]) if two and max(two.values()) >= 0 else ()
    return {
        "state": "apart",
        "shortfall": -100.0 * gap,
        "single_issues": [names[k[0]] for k in closing],
        "pair": [names[m] for m in pair],
    }


def _relaxed(bargain: Bargain, satisfied: tuple[int, ...]) -> float:
    """Largest smallest gain where everybody counts as having its best on some issues."""
    payoffs = [
        Payoff(
            tuple(
                np.full_like(s[0], s[0].max()) if m in satisfied else s[0]
                for m, s in enumerate(p.scores)
            ),
            tuple(t for t in p.pairs if t[0] not in satisfied and t[1] not in satisfied),
            p.boxes,
        )
        for p in bargain.payoffs
    ]
    found = frontier_of(bargain.space, payoffs).values
    return float((bargain.bent(found) - bargain.reservation).min(axis=1).max())


def overlap(count: Count) -> dict[str, Any]:
    """packages (None where only a share is known), share, and its standard error."""
    return {"packages": count.packages, "share": count.share, "share_error": count.error}


def point(
    scenario: Scenario, bargain: Bargain, values: np.ndarray, package: np.ndarray
) -> dict[str, Any]:
    """One package and what it is worth to each signatory."""
    return {
        "values": dict(zip(bargain.parties, (float(v) for v in values), strict=True)),
        "package": bargain.menu.describe(package),
    }
