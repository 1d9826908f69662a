"""Claims switched: the scenario that results where a claim is off, or its rival holds.

A switch is written into the scenario itself, so that what is hashed, shown, run and made again is
one thing: numbers become numbers, a mechanism is disabled, another expression stands in its place.
Claims are applied in the order of the file, and where two set the same thing the later one holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from winset.errors import OverrideError
from winset.scenario.canonical import plain_data
from winset.scenario.claim_turns import STATES, Turn, parse_turns, unknown
from winset.scenario.evidence import evidence
from winset.scenario.hoisting import Path as Place
from winset.scenario.hoisting import at, hoisted, replaced
from winset.scenario.overrides import MECHANISMS, merged
from winset.scenario.schema.base import Quantity
from winset.scenario.schema.claims import Rival, Switch
from winset.scenario.schema.root import ScenarioSpec
from winset.scenario.schema.talks import Strategy
from winset.scenario.strategies import legs_of, resolve_strategy

__all__ = ["Element", "elements", "locate", "switch_claims"]

#: what an element is called, by the section it stands in (else the section's name)
_KINDS: Final = {
    "quantities": "quantity",
    "derived": "derived",
    "flows": "flow",
    "events": "event",
    "signals": "signal",
    "hypotheses": "hypothesis",
    "levers": "lever",
    "strategies": "strategy",
    "issues": "issue",
    "plans": "plan",
    "preferences": "preference",
    "constituencies": "constituency",
    "checks": "check",
    "consents": "consent",
}


#: fields of a strategy that say what it is, not what it does
_ABOUT: Final = ("label", "kind", "proponents_say", "sources", "confidence", "claims")


@dataclass(frozen=True)
class Element:
    """A part of the scenario that expresses a claim: its kind, its name, where it is written."""

    kind: str
    name: str
    path: Place


def elements(spec: ScenarioSpec) -> dict[str, tuple[Element, ...]]:
    """Claim -> the parts that name it, section by section; a claim nothing names has ()."""
    found: dict[str, list[Element]] = {id_: [] for id_ in spec.claims}
    order = {section: n for n, section in enumerate(type(spec).model_fields)}
    # Parts are met in no fixed order of sections; within one they stand as in the files.
    parts = sorted(evidence(spec), key=lambda found: order[str(found[0][0])] if found[0] else -1)
    for path, part, _ in parts:
        for id_ in part.claims:
            if id_ in found:
                section = str(path[0])
                name = ".".join(str(step) for step in (path[1:] or path))
                found[id_].append(Element(_KINDS.get(section, section), name, path))
    return {id_: tuple(parts) for id_, parts in found.items()}


def switch_claims(
    spec: ScenarioSpec, texts: Sequence[str]
) -> tuple[ScenarioSpec, tuple[Turn, ...]]:
    """Write switched claims into a scenario. Raises `OverrideError` for what cannot be switched."""
    turns = parse_turns(spec, texts)
    if not turns:
        return spec, ()
    first = spec
    for turn in turns:
        spec = _turned(spec, first, turn)
    record = (*first.switched, *(turn.text for turn in turns))
    return spec.model_copy(update={"switched": record}), turns


def locate(data: Any, path: str) -> Place | None:
    """The steps of a path joined by dots in plain data, where ids may hold dots; None where it
    leads nowhere. The last step may be a new key of a map.
    """

    def walk(here: Any, parts: list[str]) -> list[str | int] | None:
        if not parts:
            return []
        if isinstance(here, list):
            if parts[0].isdigit() and int(parts[0]) < len(here):
                rest = walk(here[int(parts[0])], parts[1:])
                return None if rest is None else [int(parts[0]), *rest]
            return None
        if not isinstance(here, dict):
            return None
        for end in range(len(parts), 0, -1):
            key = ".".join(parts[:end])
            if key in here:
                rest = walk(here[key], parts[end:])
                if rest is not None:
                    return [key, *rest]
        return [parts[0]] if len(parts) == 1 else None

    found = walk(data, path.split("."))
    return None if found is None else tuple(found)


def _turned(spec: ScenarioSpec, first: ScenarioSpec, turn: Turn) -> ScenarioSpec:
    """The scenario with one claim switched; `first` is as it was before any was."""
    if turn.claim not in first.claims:  # a disputed number
        return _taken(spec, first, (turn.claim,), (turn.state,), turn)
    claim = first.claims[turn.claim]
    if turn.state in first.worldviews and turn.state not in STATES:
        assert claim.rival is not None
        return _taken(spec, first, claim.rival.takes, (turn.state,), turn)
    switch = claim.off if turn.state == "off" else claim.rival
    assert switch is not None
    if turn.only and (switch.instead or switch.plays or switch.without or switch.levels):
        raise OverrideError(
            f"--claim {turn.text}: {turn.claim} changes strategies or parts of the scenario, and"
            " can be switched only in all worldviews"
        )
    spec = _rewritten(spec, first, switch, turn)
    for id_, given in switch.set.items():
        spec = _put(spec, id_, given, turn, f"{turn.text}: {switch.means or 'set'}")
    for id_, end in switch.ends.items():
        spec = _ended(spec, first, id_, end, turn)
    if isinstance(switch, Rival):
        spec = _taken(spec, first, switch.takes, switch.of, turn)
    for name in switch.disable:
        spec = _disabled(spec, name, turn.only)
    return spec


def _rewritten(spec: ScenarioSpec, first: ScenarioSpec, switch: Switch, turn: Turn) -> ScenarioSpec:
    """`instead`, `plays`, `without` and `levels`."""
    if switch.instead:
        data = plain_data(spec)
        for path, value in switch.instead.items():
            place = locate(data, path)
            if place is None:
                raise OverrideError(f"--claim {turn.text}: there is nothing at {path!r}")
            data = replaced_plain(data, place, value)
        try:
            spec = ScenarioSpec.model_validate(data)
        except ValidationError as error:
            reason = error.errors()[0]
            where = ".".join(str(step) for step in reason["loc"])
            raise OverrideError(f"--claim {turn.text}: {where}: {reason['msg']}") from None
    for strategy, other in switch.plays.items():
        played = resolve_strategy(first, other)
        own = spec.strategies[strategy]
        about = {field: getattr(own, field) for field in _ABOUT}
        spec = replaced(spec, ("strategies", strategy), played.model_copy(update=about))
    for strategy, legs in switch.without.items():
        spec = replaced(spec, ("strategies", strategy), _less(spec, strategy, legs))
    for strategy, groups in switch.levels.items():
        levels: dict[str, float] = {}
        for group, other in groups.items():
            theirs = resolve_strategy(first, other).levers
            levels |= {lever: theirs[lever] for lever in _levers(first, group)}
        own = spec.strategies[strategy]
        spec = replaced(spec, ("strategies", strategy, "levers"), {**own.levers, **levels})
    return spec


def _less(spec: ScenarioSpec, strategy: str, legs: tuple[str, ...]) -> Strategy:
    """A strategy less some legs, all worked out, as a version built on it would be."""
    whole = f"{strategy}.less"
    own = spec.strategies[strategy]
    about = {f: getattr(own, f) for f in _ABOUT if f in own.model_fields_set}
    lesser = Strategy(based_on=strategy, without=legs, **about)
    return resolve_strategy(replaced(spec, ("strategies", whole), lesser), whole)


def _levers(spec: ScenarioSpec, group: str) -> list[str]:
    if group in spec.levers:
        return [group]
    return [lever for lever in spec.levers if group in legs_of(spec, lever)]


def replaced_plain(data: Any, place: Place, value: Any) -> Any:
    """A copy of plain data with `value` at `place`; None takes the entry away."""
    head, rest = place[0], place[1:]
    if isinstance(data, list):
        assert isinstance(head, int)
        inner = replaced_plain(data[head], rest, value) if rest else value
        return [*data[:head], inner, *data[head + 1 :]]
    if rest:
        return {**data, head: replaced_plain(data[head], rest, value)}
    if value is None:
        return {key: v for key, v in data.items() if key != head}
    return {**data, head: value}


def _put(spec: ScenarioSpec, id_: str, given: Quantity, turn: Turn, note: str) -> ScenarioSpec:
    """A quantity given anew, everywhere or in one worldview."""
    quantities, paths = hoisted(spec)
    if id_ not in paths:
        raise unknown(turn.text, "quantity", id_, paths)
    base = quantities.get(id_) or at(spec, paths[id_])
    assert isinstance(base, Quantity)
    kept: dict[str, Any] = {
        field: getattr(base, field)
        for field in ("label", "unit", "bounds", "claims")
        if field in base.model_fields_set and field not in given.model_fields_set
    }
    marked = bool(given.sources or given.confidence)
    marks: dict[str, Any] = {} if marked else {"confidence": "J"}
    fresh: dict[str, Any] = {field: getattr(given, field) for field in given.model_fields_set}
    after = Quantity(**(fresh | kept | marks | {"note": note}))
    if turn.only is not None:
        if id_ not in quantities:
            raise OverrideError(
                f"--claim {turn.text}: {id_} is an expression of the state or of a type, and can be"
                " switched only in all worldviews"
            )
        place: Place = ("worldviews", turn.only, "set", id_)
        one: ScenarioSpec = replaced(spec, place, after)
        return one
    spec = replaced(spec, paths[id_], after)
    for view, body in spec.worldviews.items():
        if id_ in body.set:
            left = {k: v for k, v in body.set.items() if k != id_}
            spec = replaced(spec, ("worldviews", view, "set"), left)
    return spec


def _ended(spec: ScenarioSpec, first: ScenarioSpec, id_: str, end: str, turn: Turn) -> ScenarioSpec:
    quantities, _ = hoisted(first)
    if id_ not in quantities:
        raise unknown(turn.text, "quantity", id_, quantities)
    base = quantities[id_]
    value = base.value if base.mid is None else getattr(base, end)
    if value is None:
        raise OverrideError(f"--claim {turn.text}: {id_} has no percentiles to take the {end} of")
    which = "10th" if end == "low" else "90th"
    note = f"{turn.text}: its {which} percentile"
    return _put(spec, id_, Quantity(value=value), turn, note)


def _taken(
    spec: ScenarioSpec,
    first: ScenarioSpec,
    ids: Sequence[str],
    of: Sequence[str],
    turn: Turn,
) -> ScenarioSpec:
    """Disputed quantities as another worldview has them, in every worldview but that one."""
    quantities, _ = hoisted(first)
    for view in (turn.only,) if turn.only else first.worldviews:
        source = next((other for other in of if other != view), None)
        if source is None or source not in first.worldviews:
            continue
        for id_ in ids:
            base = quantities[id_]
            theirs = first.worldviews[source].set.get(id_)
            value = base if theirs is None else merged(base, theirs)
            given = {
                field: getattr(value, field)
                for field in value.model_fields_set
                if field not in ("note", "disputed")
            }
            one = Turn(turn.claim, turn.state, view)
            spec = _put(spec, id_, Quantity(**given), one, f"{turn.text}: as {source} has it")
    return spec


def _disabled(spec: ScenarioSpec, name: str, only: str | None) -> ScenarioSpec:
    if only is not None:
        body = spec.worldviews[only]
        names = tuple(dict.fromkeys((*body.disable, name)))
        one: ScenarioSpec = replaced(spec, ("worldviews", only, "disable"), names)
        return one
    section = next(s for s in MECHANISMS if name in getattr(spec, s))
    result: ScenarioSpec = replaced(spec, (section, name, "enabled"), False)
    return result
