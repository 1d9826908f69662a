"""Where numbers come from: sources that exist, judgement that is marked, nothing known too late.

A part takes the evidence of what it stands in where it gives none of its own (an option its
issue's, a score its preference's). A number is *sourced* where a source other than judgement stands
behind it, *judged* where it is marked J or its sources are judgement, *unchecked* otherwise.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pydantic import BaseModel

from winset.errors import Problem, ScenarioError
from winset.scenario.expr import Expr, Num, walk
from winset.scenario.findings import Findings
from winset.scenario.hoisting import Path
from winset.scenario.scenario import Scenario
from winset.scenario.schema.base import Evidence, Quantity
from winset.scenario.spots import Spot

#: literals that say nothing about a war: none, all, half of it, a dozen months, a hundred points
TRIVIAL: Final = frozenset({0.0, 1.0, 2.0, 0.5, 12.0, 100.0})
_DATE: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_JUDGEMENT: Final = re.compile(r"judg(e)?ment|own knowledge", re.IGNORECASE)
_SJ: Final = re.compile(r"SJ[A-Za-z0-9_]*")


@dataclass(frozen=True)
class Origin:
    """The evidence in force for a part: its own, or that of what it stands in."""

    sources: tuple[str, ...] = ()
    confidence: str | None = None

    @property
    def marked(self) -> bool:
        """Whether anything stands behind the part."""
        return bool(self.sources) or self.confidence == "J"


def is_judgement(part: Evidence) -> bool:
    """Whether a part is marked as judgement."""
    return part.confidence == "J"


def last_day(text: str) -> date | None:
    """The last day of an ISO date, month or year; None where the text is none of them."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    year, month = int(found[1]), int(found[2] or 12)
    try:
        day = int(found[3]) if found[3] else calendar.monthrange(year, month)[1]
        return date(year, month, day)
    except (ValueError, calendar.IllegalMonthError):
        return None


def check_dates(
    scenario: Scenario, as_of: str | None, dropped: frozenset[Path], findings: Findings
) -> None:
    """Dates that can be read, and no evidence later than `as_of`. Raises `ScenarioError` for a
    bad `as_of`.
    """
    spec = scenario.spec
    own = last_day(spec.as_of)
    if (len(spec.as_of) != 10 or own is None) and ("as_of",) not in dropped:
        allowed = "YYYY-MM-DD"
        findings.problem(("as_of",), "a date is due here", found=spec.as_of, allowed=allowed)
    if len(spec.start) != 7 or last_day(spec.start) is None:
        findings.problem(("start",), "a month is due here", found=spec.start, allowed="YYYY-MM")
    limit = None if as_of is None else last_day(as_of)
    if as_of is not None and limit is None:
        message = "a date is due here"
        raise ScenarioError(
            [Problem(file="--as-of", message=message, found=repr(as_of), allowed="YYYY-MM-DD")]
        )
    for path, part, _ in evidence(spec):
        if part.known_on is None:
            continue
        known = last_day(part.known_on)
        where = (*path, "known_on")
        if known is None:
            allowed = "YYYY-MM-DD, YYYY-MM or YYYY"
            findings.problem(where, "a date is due here", found=part.known_on, allowed=allowed)
        elif limit is not None and known > limit:
            findings.problem(
                where, f"evidence known only after {limit}", found=part.known_on, allowed=str(limit)
            )
        elif limit is None and own is not None and known > own:
            findings.warning(
                where, f"evidence later than the scenario's own date {own}", found=part.known_on
            )


def evidence(
    model: Any, path: Path = (), above: Origin | None = None
) -> Iterator[tuple[Path, Evidence, Origin]]:
    """Every part that carries evidence, with its path and the evidence in force."""
    if isinstance(model, BaseModel):
        origin = above or Origin()
        if isinstance(model, Evidence):
            if model.sources or model.confidence:
                origin = Origin(model.sources, model.confidence)
            yield path, model, origin
        for name in model.model_fields_set:
            yield from evidence(getattr(model, name), (*path, name), origin)
    elif isinstance(model, dict):
        for key, value in model.items():
            yield from evidence(value, (*path, key), above)
    elif isinstance(model, tuple):
        for i, value in enumerate(model):
            yield from evidence(value, (*path, i), above)


def check_sources(scenario: Scenario, dropped: frozenset[Path], findings: Findings) -> None:
    """Sources and claims that are named exist. An id `SJ...` stands for judgement and need not
    be declared.
    """
    spec = scenario.spec
    named: list[tuple[Path, str, Sequence[str]]] = []
    for path, part, _ in evidence(spec):
        named.append(((*path, "sources"), "source", part.sources))
        named.append(((*path, "claims"), "claim", part.claims))
    for claim_id, claim in spec.claims.items():
        named.append((("claims", claim_id, "sources"), "source", claim.sources))
    for i, pair in enumerate(spec.correlations):
        named.append((("correlations", i, "sources"), "source", pair.sources))
    expressed: set[str] = set()
    undeclared: dict[str, list[tuple[Path, str]]] = {"source": [], "claim": []}
    for path, kind, ids in named:
        section = "sources" if kind == "source" else "claims"
        known: Mapping[str, object] = getattr(spec, section)
        for id_ in ids:
            gone = (section,) in dropped or (section, id_) in dropped
            if kind == "claim":
                expressed.add(id_)
            elif _SJ.fullmatch(id_):
                continue
            if not known and not gone:
                undeclared[kind].append((path, id_))
            elif id_ not in known and not gone:
                findings.unknown(path, kind, id_, known)
    for kind, cases in undeclared.items():
        if cases:
            ids = list(dict.fromkeys(id_ for _, id_ in cases))
            message = f"a {kind} is named, but the scenario has no section `{kind}s`"
            findings.problem(cases[0][0], message, found=_listed(ids))
    idle = [id_ for id_ in spec.claims if id_ not in expressed]
    if idle and not dropped:
        findings.warning(("claims",), "nothing expresses these claims: " + _listed(idle))


def standing(scenario: Scenario, origin: Origin) -> str:
    """`sourced`, `judged` or `unchecked`."""
    kinds = scenario.spec.sources
    real = [
        id_
        for id_ in origin.sources
        if not _SJ.fullmatch(id_) and not (id_ in kinds and _JUDGEMENT.search(kinds[id_].kind))
    ]
    if real and origin.confidence != "J":
        return "sourced"
    return "judged" if origin.marked else "unchecked"


def numbers_by_standing(scenario: Scenario) -> dict[str, list[tuple[Path, str]]]:
    """(path, id) of every number by its standing: quantities, and those that worldviews set.
    Formulas are no numbers.
    """
    found: dict[str, list[tuple[Path, str]]] = {"sourced": [], "judged": [], "unchecked": []}
    for id_, quantity in scenario.quantities.items():
        if quantity.formula is None and not _empty(quantity):
            origin = Origin(quantity.sources, quantity.confidence)
            found[standing(scenario, origin)].append((scenario.paths[id_], id_))
    for view_id, view in scenario.spec.worldviews.items():
        above = Origin(view.sources, view.confidence)
        for id_, quantity in view.set.items():
            own = Origin(quantity.sources, quantity.confidence)
            origin = own if own.sources or own.confidence else above
            if quantity.formula is None:
                path: Path = ("worldviews", view_id, "set", id_)
                found[standing(scenario, origin)].append((path, f"{view_id}/{id_}"))
    return found


def _empty(quantity: Quantity) -> bool:
    return quantity.value is None and quantity.mid is None and quantity.family is None


def check_marks(
    scenario: Scenario, spots: Sequence[Spot], strict: bool, findings: Findings
) -> dict[str, int]:
    """Numbers by standing; what is unchecked is a warning, or where `strict` an error at each
    place.
    """
    found = numbers_by_standing(scenario)
    unchecked = found["unchecked"]
    if strict:
        for path, id_ in unchecked:
            findings.problem(path, "a number without a source or a mark of judgement", found=id_)
        for path, value in _loose_literals(scenario, spots):
            message = "a number without a source or a mark of judgement (`confidence: J`)"
            findings.problem(path, message, found=value)
        for i, pair in enumerate(scenario.spec.correlations):
            if not pair.sources:
                message = "a correlation without a source (SJ for judgement)"
                findings.problem(("correlations", i), message, found=pair.rank)
    elif unchecked:
        names = _listed([id_ for _, id_ in unchecked])
        findings.warning((), f"{len(unchecked)} numbers have no source and no mark: {names}")
    return {name: len(items) for name, items in found.items()}


def _loose_literals(scenario: Scenario, spots: Sequence[Spot]) -> Iterator[tuple[Path, float]]:
    """Literal numbers with something to say, in parts without evidence: once per expression or
    map of levels.
    """
    marked = {path for path, _, origin in evidence(scenario.spec) if origin.marked}
    carriers = {path for path, _, _ in evidence(scenario.spec)}

    def loose(path: Path) -> bool:
        around = [path[:end] for end in range(len(path), 0, -1) if path[:end] in carriers]
        return bool(around) and around[0] not in marked

    for spot in spots:
        value = _telling(spot.expr)
        if value is not None and loose(spot.path) and spot.path[-1] != "formula":
            yield spot.path, value
    for section, names in (("levers", ("today", "withdrawn")),):
        for id_, part in getattr(scenario.spec, section).items():
            for name in names:
                value = getattr(part, name)
                if value not in TRIVIAL and loose((section, id_)):
                    yield (section, id_, name), value
    for id_, strategy in scenario.spec.strategies.items():
        for lever, level in strategy.levers.items():
            if level not in TRIVIAL and loose(("strategies", id_)):
                yield ("strategies", id_, "levers", lever), level
                break


def _telling(expr: Expr) -> float | None:
    for node in walk(expr.tree):
        if isinstance(node, Num) and node.value not in TRIVIAL:
            return node.value
    return None


def check_unused(scenario: Scenario, read: frozenset[str], findings: Findings) -> None:
    """Quantities that nothing reads: a warning each section of ids."""
    unused = [id_ for id_ in scenario.spec.quantities if id_ not in read]
    for id_ in unused[:8]:
        findings.warning(("quantities", id_), "nothing reads this quantity")
    if len(unused) > 8:
        findings.warning(("quantities",), "nothing reads these either: " + _listed(unused[8:]))


def _listed(ids: Sequence[str], most: int = 12) -> str:
    shown = ", ".join(ids[:most])
    return shown if len(ids) <= most else f"{shown} and {len(ids) - most} more"
