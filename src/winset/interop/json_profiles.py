"""JSON profiles of GeniusWeb, NegMAS and NegoLog; GeniusWeb's can be written too.

- GeniusWeb: `LinearAdditiveUtilitySpace` with `issueUtilities`, `issueWeights`, `domain` and a
  `reservationBid`, whose utility becomes the reservation value.
- NegMAS: `weights` and `values` (lists in the order of `issues`, or by name; a value function is a
  mapping or `{mapping: ...}`), `reserved_value`.
- NegoLog: `issueWeights`, `issues` and `reservationValue`.

u = sum_k weight_k score_k, as written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from winset.interop.domain import BadDomain, Domain, Profile


def read_json(folder: Path) -> Domain:
    """The domain whose profiles are the JSON files of a folder; other JSON files are passed over.

    Raises:
        BadDomain: fewer than two profiles, or something in one that cannot be read.
    """
    if not folder.is_dir():
        raise BadDomain(f"{folder}: there is no such folder; name one with JSON profiles")
    profiles, passed = [], []
    for file in sorted(folder.glob("*.json"), key=lambda f: f.name):
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise BadDomain(f"{file}: not JSON ({error})") from None
        profile = _profile(file.stem, data) if isinstance(data, dict) else None
        if profile is None:
            passed.append(file.name)
        else:
            profiles.append(profile)
    if len(profiles) < 2:
        raise BadDomain(
            f"{folder}: {len(profiles)} profile(s) of GeniusWeb, NegMAS or NegoLog found, at least"
            f" 2 are due; passed over: {', '.join(passed) or 'nothing'}"
        )
    issues = {issue: tuple(scores) for issue, scores in profiles[0].scores.items()}
    return Domain(folder.name, issues, tuple(profiles))


def _profile(name: str, data: Mapping[str, Any]) -> Profile | None:
    for kind in ("LinearAdditiveUtilitySpace", "LinearAdditive"):
        if kind in data:
            reserved = _number(name, data.get("reservationValue", 0.0))
            return _geniusweb(name, data[kind], reserved)
    if "issueUtilities" in data:
        return _geniusweb(name, data)
    if "issueWeights" in data and "issues" in data:
        return _negolog(name, data)
    if "values" in data and "weights" in data:
        return _negmas(name, data)
    return None


def _geniusweb(name: str, data: Mapping[str, Any], reserved: float = 0.0) -> Profile:
    weights = data.get("issueWeights", {})
    scores: dict[str, dict[str, float]] = {}
    for issue, body in data["issueUtilities"].items():
        kind, table = next(iter(body.items()), ("", {}))
        found = table.get("valueUtilities") if isinstance(table, dict) else None
        if found is None:
            raise BadDomain(
                f"profile {name}: issue {issue!r} is {kind or 'empty'}; winset reads discrete value"
                " utilities"
            )
        scores[issue] = _weighed(name, issue, weights, found)
    bid = (data.get("reservationBid") or {}).get("issuevalues", {})
    for issue, value in bid.items():
        if str(value) not in scores.get(issue, {}):
            raise BadDomain(f"profile {name}: reservationBid names {issue!r}: {value!r}, unknown")
        reserved += scores[issue][str(value)]
    return Profile(name, scores, (), reserved)


def _negolog(name: str, data: Mapping[str, Any]) -> Profile:
    weights = data["issueWeights"]
    scores = {i: _weighed(name, i, weights, table) for i, table in data["issues"].items()}
    return Profile(name, scores, (), _number(name, data.get("reservationValue", 0.0)))


def _negmas(name: str, data: Mapping[str, Any]) -> Profile:
    values, weights = data["values"], data["weights"]
    listed = data.get("issues") or (data.get("outcome_space") or {}).get("issues") or []
    names = [i["name"] if isinstance(i, dict) else str(i) for i in listed]
    if isinstance(values, list):
        if len(names) != len(values):
            raise BadDomain(
                f"profile {name}: {len(values)} value functions in a list, but {len(names)} issues"
                " are named; NegMAS writes them under `issues` or `outcome_space`"
            )
        values = dict(zip(names, values, strict=True))
    if isinstance(weights, list):
        weights = dict(zip(values, weights, strict=False))
    scores = {}
    for issue, body in values.items():
        table = body.get("mapping", body) if isinstance(body, dict) else None
        if not isinstance(table, dict):
            raise BadDomain(
                f"profile {name}: the value function of {issue!r} is no table of values"
            )
        scores[issue] = _weighed(name, issue, weights, table)
    if data.get("bias"):
        raise BadDomain(f"profile {name}: a bias of {data['bias']}; winset reads none")
    reserved = data.get("reserved_value")
    return Profile(name, scores, (), 0.0 if reserved is None else _number(name, reserved))


def _weighed(
    name: str, issue: str, weights: Mapping[str, Any], table: Mapping[str, Any]
) -> dict[str, float]:
    if issue not in weights:
        raise BadDomain(f"profile {name}: no weight of issue {issue!r}")
    weight = _number(name, weights[issue])
    return {str(v): weight * _number(name, u) for v, u in table.items()}


def _number(name: str, found: Any) -> float:
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise BadDomain(f"profile {name}: a number is due where {found!r} stands")
    return float(found)


def write_geniusweb(domain: Domain, folder: Path) -> tuple[Path, ...]:
    """Write one GeniusWeb profile a party, weights summing to 1, and return the files.

    GeniusWeb wants utilities of 0 to 1: every party's are divided by its best package's. A
    reservation value is not a bid and cannot be said there: it is written as `reservationValue`,
    which GeniusWeb passes over.

    Raises:
        BadDomain: a profile of rectangles, or scores below 0.
    """
    from winset.study.files import replace_file

    folder.mkdir(parents=True, exist_ok=True)
    made = []
    space = {
        "name": domain.name,
        "issuesValues": {i: {"values": list(v)} for i, v in domain.issues.items()},
    }
    for profile in domain.profiles:
        if profile.rectangles:
            raise BadDomain(f"profile {profile.name}: GeniusWeb has no hyper-rectangles")
        tops = {i: max(s.values()) for i, s in profile.scores.items()}
        total = sum(tops.values())
        if total <= 0 or any(min(s.values()) < 0 for s in profile.scores.values()):
            raise BadDomain(f"profile {profile.name}: GeniusWeb takes scores of 0 and more")
        body = {
            "issueUtilities": {
                i: {
                    "DiscreteValueSetUtilities": {
                        "valueUtilities": {v: u / tops[i] if tops[i] else 0.0 for v, u in s.items()}
                    }
                }
                for i, s in profile.scores.items()
            },
            "issueWeights": {i: top / total for i, top in tops.items()},
            "domain": space,
            "name": profile.name,
        }
        document = {
            "LinearAdditiveUtilitySpace": body,
            "reservationValue": profile.reservation / total,
        }
        made.append(folder / f"{profile.name}.json")
        replace_file(made[-1], json.dumps(document, indent=1, ensure_ascii=False).encode())
    return tuple(made)
