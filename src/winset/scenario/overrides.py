"""Values set from outside: `ID=NUMBER`, `ID=LOW,MID,HIGH`, `WORLDVIEW/ID=...`.

An override is written into the scenario itself, so that what is hashed, shown and run is one thing.
Without a worldview it holds in every draw and every worldview; with one it holds there, over all
else. `quantities.ID` is the same as `ID`; `on.MECHANISM=0` switches a flow, an event or a signal
off. `ID.believed_by.PARTY=...` sets what a party believes instead of the number, which `ID=...`
leaves alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from winset.errors import OverrideError
from winset.scenario.hoisting import at, hoisted, replaced
from winset.scenario.schema.base import Quantity
from winset.scenario.schema.root import ScenarioSpec

MECHANISMS: Final = ("flows", "events", "signals")
BASE: Final = "base"
BELIEVED: Final = ".believed_by."


@dataclass(frozen=True)
class Override:
    """One value set from outside. `values` holds one number, or low, mid, high."""

    text: str
    id: str
    values: tuple[float, ...]
    worldview: str | None = None


def parse_override(text: str) -> Override:
    """Read `[WORLDVIEW/]ID=NUMBER` or `[WORLDVIEW/]ID=LOW,MID,HIGH`. Raises `OverrideError`."""
    target, equals, right = text.partition("=")
    target = target.strip()
    if not equals or not target:
        raise OverrideError(
            f"--set {_shown(text)}: write ID=NUMBER, ID=LOW,MID,HIGH or WORLDVIEW/ID=NUMBER"
        )
    parts = [part.strip() for part in right.split(",")]
    try:
        values = tuple(float(part) for part in parts)
    except ValueError:
        values = ()
    if len(values) not in (1, 3) or not all(math.isfinite(v) for v in values):
        raise OverrideError(
            f"--set {_shown(text)}: found {_shown(right.strip())!r}; allowed is one number,"
            " or three as LOW,MID,HIGH (10th, 50th, 90th percentile)"
        )
    if len(values) == 3 and not values[0] <= values[1] <= values[2]:
        raise OverrideError(f"--set {_shown(text)}: LOW,MID,HIGH must not fall")
    worldview, slash, id_ = target.partition("/")
    if not slash:
        worldview, id_ = "", target
    return Override(text, id_.strip(), values, worldview.strip() or None)


def apply_overrides(
    spec: ScenarioSpec, texts: Sequence[str]
) -> tuple[ScenarioSpec, tuple[Override, ...]]:
    """Write overrides into a scenario, those of one worldview last.

    Raises `OverrideError` listing every unknown id or worldview with the nearest names.
    """
    if not texts:
        return spec, ()
    problems: list[str] = []
    overrides: list[Override] = []
    for text in texts:
        try:
            overrides.append(_known(parse_override(text), spec))
        except OverrideError as error:
            problems.append(str(error))
    if problems:
        raise OverrideError("\n".join(problems))
    for override in sorted(overrides, key=lambda o: o.worldview is not None):
        try:
            spec = _apply(spec, override)
        except OverrideError as error:
            problems.append(str(error))
    if problems:
        raise OverrideError("\n".join(problems))
    return spec, tuple(overrides)


def merged(base: Quantity, over: Quantity) -> Quantity:
    """What a worldview says of a quantity, over what the scenario says.

    Unit, label, bounds, believed values and claims carry over where they are not given anew;
    evidence does not: another number needs its own.
    """
    given = over.model_fields_set
    kept = {
        field: getattr(base, field)
        for field in ("label", "unit", "bounds", "believed_by", "claims")
        if field not in given
    }
    return over.model_copy(update=kept)


def settable(spec: ScenarioSpec) -> list[str]:
    """Every id that can be set, in the order of the files."""
    quantities, paths = hoisted(spec)
    beliefs = [
        f"{id_}{BELIEVED}{party}" for id_, q in quantities.items() for party in q.believed_by
    ]
    switches = [f"on.{id_}" for section in MECHANISMS for id_ in getattr(spec, section)]
    return [*paths, *beliefs, *switches]


def nearest(found: str, known: Iterable[str]) -> str | None:
    """The known name closest to the one found, if any is close."""
    known = list(known)
    near = get_close_matches(found, known, n=1, cutoff=0.6)
    if near:
        return near[0]
    folded = {name.lower(): name for name in known}
    near = get_close_matches(found.lower(), folded, n=1, cutoff=0.6)
    if near:
        return folded[near[0]]
    ends = [name for name in known if name.rsplit(".", 1)[-1] == found]
    return ends[0] if len(ends) == 1 else None


def _known(override: Override, spec: ScenarioSpec) -> Override:
    _, paths = hoisted(spec)
    worldview = override.worldview
    if worldview is not None and worldview not in spec.worldviews:
        if spec.worldviews or worldview != BASE:
            known = list(spec.worldviews) or [BASE]
            raise _unknown(override, "worldview", worldview, known)
        worldview = None
    id_ = override.id
    if id_ not in paths and id_.startswith("quantities."):
        id_ = id_.removeprefix("quantities.")
    number, believed, party = id_.partition(BELIEVED)
    if believed and number in paths and party not in spec.parties:
        raise _unknown(override, "party", party, list(spec.parties))
    if number not in paths and not _is_switch(id_, spec):
        raise _unknown(override, "quantity", number, settable(spec))
    return Override(override.text, id_, override.values, worldview)


def _is_switch(id_: str, spec: ScenarioSpec) -> bool:
    name = id_.removeprefix("on.")
    return name != id_ and any(name in getattr(spec, section) for section in MECHANISMS)


def _unknown(override: Override, kind: str, found: str, known: list[str]) -> OverrideError:
    near = nearest(found, known)
    hint = f"; did you mean {near}?" if near else ""
    more = (
        "`winset show NAME --paths` lists all"
        if kind == "quantity"
        else "known: " + ", ".join(known)
    )
    return OverrideError(
        f"--set {_shown(override.text)}: there is no {kind} {_shown(found)!r}{hint} ({more})"
    )


def _apply(spec: ScenarioSpec, override: Override) -> ScenarioSpec:
    quantities, paths = hoisted(spec)
    if BELIEVED in override.id:
        return _believe(spec, override, quantities, paths)
    if override.id not in paths:
        return _switch(spec, override)
    path = paths[override.id]
    before = at(spec, path)
    assert isinstance(before, Quantity)
    after = _with_values(before, override)
    if override.worldview is None:
        spec = replaced(spec, path, after)
        for name, worldview in spec.worldviews.items():
            if override.id in worldview.set:
                left = {k: v for k, v in worldview.set.items() if k != override.id}
                spec = replaced(spec, ("worldviews", name, "set"), left)
        return spec
    if override.id not in quantities:
        raise OverrideError(
            f"--set {_shown(override.text)}: {override.id} is an expression of the state or of"
            " a type and can be set only in all worldviews"
        )
    path = ("worldviews", override.worldview, "set", override.id)
    worldview = spec.worldviews[override.worldview]
    if override.id in worldview.set:
        after = _with_values(merged(before, worldview.set[override.id]), override)
    result: ScenarioSpec = replaced(spec, path, after)
    return result


def _believe(
    spec: ScenarioSpec,
    override: Override,
    quantities: Mapping[str, Quantity],
    paths: Mapping[str, tuple[str | int, ...]],
) -> ScenarioSpec:
    """Write what a party believes of a number, over the scenario's and every worldview's own (or
    in one worldview only).
    """
    id_, _, party = override.id.partition(BELIEVED)
    if id_ not in quantities:
        raise OverrideError(
            f"--set {_shown(override.text)}: {id_} is an expression of the state or of a type, of"
            " which nobody believes a number of its own"
        )
    before = quantities[id_]
    one = override.worldview

    def told(quantity: Quantity) -> Quantity:
        blank = Quantity(value=0.0, unit=quantity.unit, bounds=quantity.bounds)
        own = quantity.believed_by.get(party, blank)
        if own.bounds == (None, None):
            own = own.model_copy(update={"bounds": quantity.bounds})
        after = _with_values(own, override)
        return quantity.model_copy(update={"believed_by": {**quantity.believed_by, party: after}})

    if one is None:
        spec = replaced(spec, paths[id_], told(before))
    for name, worldview in spec.worldviews.items():
        said = worldview.set.get(id_)
        if name == one or (one is None and said is not None and said.believed_by):
            after = told(before if said is None else merged(before, said))
            spec = replaced(spec, ("worldviews", name, "set", id_), after)
    return spec


def _with_values(quantity: Quantity, override: Override) -> Quantity:
    low, high = quantity.bounds
    for value in override.values:
        if (low is not None and value < low) or (high is not None and value > high):
            raise OverrideError(
                f"--set {_shown(override.text)}: {value:g} lies outside the bounds of {override.id}"
                f" ({'-' if low is None else f'{low:g}'} to {'-' if high is None else f'{high:g}'})"
            )
    kept = {
        field: getattr(quantity, field)
        for field in ("label", "unit", "bounds", "believed_by", "claims")
        if field in quantity.model_fields_set
    }
    values = override.values
    if len(set(values)) == 1:
        return Quantity(value=values[0], confidence="J", note="set by the user", **kept)
    low, mid, high = values
    return Quantity(low=low, mid=mid, high=high, confidence="J", note="set by the user", **kept)


def _switch(spec: ScenarioSpec, override: Override) -> ScenarioSpec:
    name = override.id.removeprefix("on.")
    if override.values not in ((0.0,), (1.0,)):
        raise OverrideError(f"--set {_shown(override.text)}: a mechanism is on (1) or off (0)")
    on = override.values == (1.0,)
    result = spec
    worldviews = [override.worldview] if override.worldview else list(spec.worldviews)
    if override.worldview is None:
        section = next(s for s in MECHANISMS if name in getattr(spec, s))
        result = replaced(result, (section, name, "enabled"), on)
    for worldview in worldviews:
        others = tuple(m for m in result.worldviews[worldview].disable if m != name)
        off = () if on or override.worldview is None else (name,)
        result = replaced(result, ("worldviews", worldview, "disable"), (*others, *off))
    return result


def _shown(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "..."
