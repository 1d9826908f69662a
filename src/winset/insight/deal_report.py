"""`winset deals` of a scenario without a war, as one JSON document."""

from __future__ import annotations

from typing import Any

import numpy as np

from winset.deals import DEFINITIONS
from winset.deals.counting import Count
from winset.insight.bargain import Bargain, Found
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
        inside = (found.points.values >= bargain.reservation - SLACK).all(axis=1)
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
    if found.chance is not None:
        out["overlap"]["chance"] = found.chance
    return out


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
