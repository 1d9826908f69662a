"""A domain as a scenario of winset without a war, and a scenario's preferences as a domain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from winset.interop.domain import BadDomain, Domain, Profile, Rectangle
from winset.scenario import Scenario
from winset.scenario.canonical import to_yaml


def ids_of(names: Iterable[str], first: str) -> dict[str, str]:
    """Name -> id: letters, digits and _, beginning with a letter (`first` put before what does
    not), each once.
    """
    out: dict[str, str] = {}
    for name in names:
        id_ = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")[:60]
        if not id_ or not id_[0].isalpha():
            id_ = f"{first}{id_}"
        base, n = id_, 2
        while id_ in out.values():
            id_, n = f"{base}_{n}", n + 1
        out[name] = id_
    return out


def scenario_of(domain: Domain, title: str = "") -> str:
    """The YAML text of a scenario: issues, options and preferences on the domain's own scale
    (`scale: points`), reservation values kept, no war, no strategies.
    """
    issues = ids_of(domain.issues, "i")
    options = {issue: ids_of(values, "v") for issue, values in domain.issues.items()}
    parties = ids_of((p.name for p in domain.profiles), "p")
    data: dict[str, Any] = {
        "winset": 1,
        "id": ids_of([domain.name], "d")[domain.name],
        "title": title or domain.name,
        "about": "A negotiation domain read from another program's files. Values are on that"
        " program's own scale; no war stands behind the talks.",
        "as_of": "1970-01-01",
        "start": "1970-01",
        "notes": sorted({f"{p.name}: {note}" for p in domain.profiles for note in p.notes}),
        "parties": {parties[p.name]: {"name": p.name} for p in domain.profiles},
        "issues": {
            issues[issue]: {
                "name": issue,
                "options": {options[issue][v]: {"text": v} for v in values},
            }
            for issue, values in domain.issues.items()
        },
        "preferences": {parties[p.name]: _wants(p, issues, options) for p in domain.profiles},
    }
    joint = [
        {
            "party": parties[p.name],
            "within": {issues[i]: [options[i][v] for v in vs] for i, vs in box.within.items()},
            "points": 100.0 * box.points,
        }
        for p in domain.profiles
        for box in p.rectangles
    ]
    if joint:
        data["joint"] = joint
    if not data["notes"]:
        del data["notes"]
    return to_yaml(data)


def _wants(
    profile: Profile, issues: Mapping[str, str], options: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """Weights are the best score of each issue, scores what an option has of it, of 100."""
    weights, scores = {}, {}
    for issue, table in profile.scores.items():
        size = max((abs(s) for s in table.values()), default=0.0) or 1.0
        weights[issues[issue]] = size
        scores[issues[issue]] = {options[issue][v]: 100.0 * s / size for v, s in table.items()}
    return {
        "confidence": "J",
        "scale": "points",
        "reservation": profile.reservation,
        "weights": weights,
        "scores": scores,
    }


def domain_of(scenario: Scenario, worldview: str | None = None) -> Domain:
    """The signatories' preferences at the middle of every number, as a domain.

    A value of winset runs from 0 (worst feasible package) to 1 (best); the same scale is used here
    unless the scenario's is `points`. Incompatible pairs cannot be said in a domain and are left
    out; believed delivery counts as full.

    Raises:
        BadDomain: preferences that are no sum of scores and pairs: an aspiration other than 1,
            scores that read the state or a type.
    """
    from winset.insight.bargain import middle_payoffs

    found = middle_payoffs(scenario, worldview)
    space = found.space
    names = {m: scenario.spec.issues[m].name or m for m in space.issues}
    if len(set(names.values())) < len(names):
        names = {m: m for m in space.issues}
    texts = {}
    for m, listed in zip(space.issues, space.options, strict=True):
        wordings = [
            getattr(scenario.spec.issues[m].options.get(o), "text", "") or o for o in listed
        ]
        texts[m] = tuple(wordings if len(set(wordings)) == len(listed) else listed)
    profiles = []
    for party, payoff, reservation in zip(
        found.parties, found.payoffs, found.reservation, strict=True
    ):
        scores: dict[str, dict[str, float]] = {}
        shift = 0.0
        for m, table in zip(space.issues, payoff.scores, strict=True):
            low = min(0.0, float(table[0].min()))
            shift += low
            scores[names[m]] = dict(zip(texts[m], (table[0] - low).tolist(), strict=True))
        boxes = []
        for a, b, pair in payoff.pairs:
            for i, j in zip(*pair[0].nonzero(), strict=True):
                within = {
                    names[space.issues[k]]: (texts[space.issues[k]][n],)
                    for k, n in ((a, i), (b, j))
                }
                boxes.append(Rectangle(within, float(pair[0, i, j])))
        for box in payoff.boxes:
            wide = {
                names[space.issues[k]]: tuple(
                    t for t, inside in zip(texts[space.issues[k]], mask, strict=True) if inside
                )
                for k, mask in zip(box.issues, box.masks, strict=True)
            }
            boxes.append(Rectangle(wide, float(box.points[0])))
        if any(b.points < 0 for b in boxes) and not scores:
            raise BadDomain(f"{party}: only negative points")
        name = scenario.spec.parties[party].name or party
        profiles.append(Profile(name, scores, tuple(boxes), float(reservation - shift)))
    issues = {names[m]: texts[m] for m in space.issues}
    return Domain(scenario.spec.title or scenario.id, issues, tuple(profiles))
