"""Units of every expression: sums and comparisons of like with like, and the whole as its place
demands.

A literal number has no unit. It multiplies and divides freely; beside a comparison, in min, max,
clip and where, and as a whole expression it takes the unit that is due; in a sum it stands for
something dimensionless, except 0. Because literals may convert (x / 100, x * 12), scales are
compared only where no literal has gone in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from winset.scenario.expr import Call, Name, Node, Num, Op
from winset.scenario.findings import Findings, short
from winset.scenario.hoisting import Path
from winset.scenario.scenario import Scenario
from winset.scenario.spots import Spot
from winset.scenario.substitute import write
from winset.scenario.units import PLAIN, Unit, UnitError, Units
from winset.scenario.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class _Is:
    """What a part of an expression measures. literal: made of literal numbers only; zero: the
    number 0.
    """

    unit: Unit
    literal: bool = False
    zero: bool = False


_LITERAL: Final = _Is(Unit((), None), literal=True)
_ZERO: Final = _Is(Unit((), None), literal=True, zero=True)
_TRUTH: Final = _Is(PLAIN)


class _Clash(Exception):
    """A clash of units, in words."""


def check_declared(scenario: Scenario, units: Units, findings: Findings) -> frozenset[str]:
    """Every unit text can be read, and a worldview gives no number in another unit. Returns the
    texts that are bad.
    """
    spec = scenario.spec
    bad: set[str] = set()

    def read(path: Path, text: str) -> Unit | None:
        if text in bad:
            return None
        try:
            return units.read(text)
        except UnitError as error:
            bad.add(text)
            allowed = None if error.near is None else f"perhaps {error.near}"
            findings.problem(path, str(error), found=text, allowed=allowed)
            return None

    for word in spec.units:
        if not word.isidentifier():
            findings.problem(("units", word), "a unit's name is letters, digits and _", found=word)
        read(("units", word), word)
    for id_, quantity in scenario.quantities.items():
        read((*scenario.paths[id_], "unit"), quantity.unit)
    for section in ("state", "derived", "measures"):
        for id_, part in getattr(spec, section).items():
            read((section, id_, "unit"), part.unit)
    for view_id, view in spec.worldviews.items():
        for id_, quantity in view.set.items():
            base = scenario.quantities.get(id_)
            if base is None or "unit" not in quantity.model_fields_set:
                continue
            path: Path = ("worldviews", view_id, "set", id_, "unit")
            one, other = read(path, quantity.unit), read(path, base.unit)
            if one is not None and other is not None and not one.agrees(other):
                message = "a worldview gives this quantity in another unit"
                findings.problem(path, message, found=quantity.unit, allowed=base.unit)
    return frozenset(bad)


def check_units(
    spots: Sequence[Spot],
    vocabulary: Vocabulary,
    units: Units,
    bad: frozenset[str],
    findings: Findings,
) -> None:
    """Every expression whose names are known. `bad`: unit texts that were complained of already."""
    cache: dict[tuple[object, ...], str | None] = {}
    for spot in spots:
        names = vocabulary.names(spot.context, spot.party)
        texts = {name: names.get(name, "?") for name in spot.expr.names}
        if any(text in bad for text in (*texts.values(), *spot.units)):
            continue
        known = {name: text for name, text in texts.items() if text != "?"}
        if len(known) < len(texts):
            continue
        key = (spot.expr.text, *sorted(known.items()), *spot.units)
        if key not in cache:
            cache[key] = _fault(spot, known, units)
        fault = cache[key]
        if fault is not None:
            allowed = " or ".join(u or "1" for u in spot.units) or None
            findings.problem(spot.path, fault, found=spot.expr.text, allowed=allowed)


def _fault(spot: Spot, known: Mapping[str, str], units: Units) -> str | None:
    """What is wrong with the units of an expression; None where nothing is."""
    try:
        found = _Reader(units, known).of(spot.expr.tree)
        due = [units.read(text) for text in spot.units]
    except _Clash as clash:
        return f"unit clash: {clash}"
    except UnitError as error:
        return str(error)
    if found.literal or not due or any(found.unit.agrees(unit) for unit in due):
        return None
    shown, wanted = units.show(found.unit), " or ".join(units.show(unit) for unit in due)
    if any(found.unit.dims == unit.dims for unit in due):
        return f"unit clash: the expression is in {shown}, due is {wanted}; convert it"
    return f"unit clash: the expression is in {shown}, due is {wanted}"


class _Reader:
    """Works out what the parts of one expression measure."""

    def __init__(self, units: Units, names: Mapping[str, str]) -> None:
        self._units = units
        self._names = names

    def of(self, node: Node) -> _Is:
        if isinstance(node, Num):
            return _ZERO if node.value == 0 else _LITERAL
        if isinstance(node, Name):
            return _Is(self._units.read(self._names[node.id]))
        args = [self.of(arg) for arg in node.args]
        if isinstance(node, Call):
            return self._call(node, args)
        if node.op == "neg":
            return args[0]
        if node.op in ("and", "or", "not"):
            return _TRUTH
        if node.op in ("*", "/"):
            return self._product(args[0], args[1], 1.0 if node.op == "*" else -1.0)
        if node.op == "**":
            return self._power(node, args)
        if node.op in ("+", "-"):
            return self._joined(args, node, adopt=False)
        self._joined(args, node, adopt=True)
        return _TRUTH

    def _call(self, node: Call, args: list[_Is]) -> _Is:
        name = node.function
        if name == "where":
            return self._joined(args[1:], node, adopt=True)
        if name in ("min", "max", "clip", "normal", "uniform"):
            return self._joined(args, node, adopt=True)
        if name in ("exp", "log", "logistic", "bernoulli"):
            self._plain(args[0], node)
            return _TRUTH
        if name == "lognormal":
            self._plain(args[1], node)
            return args[0]
        if name == "sqrt":
            return args[0] if args[0].literal else _Is(PLAIN.times(args[0].unit, 0.5))
        return args[0]  # abs, poisson

    def _plain(self, found: _Is, node: Node) -> None:
        if not found.literal and not found.unit.agrees(PLAIN):
            shown = self._units.show(found.unit)
            raise _Clash(f"{_text(node)} needs a dimensionless number, found {shown}")

    def _product(self, a: _Is, b: _Is, power: float) -> _Is:
        if a.literal and b.literal:
            return _LITERAL
        return _Is(a.unit.times(b.unit, power))

    def _power(self, node: Op, args: list[_Is]) -> _Is:
        base, exponent = args
        self._plain(exponent, node)
        if base.literal:
            return _LITERAL if exponent.literal else _TRUTH
        number = node.args[1]
        value = number.value if isinstance(number, Num) else None
        if isinstance(number, Op) and number.op == "neg" and isinstance(number.args[0], Num):
            value = -number.args[0].value
        if value is not None and abs(value) <= 12:
            return _Is(PLAIN.times(base.unit, value))
        if base.unit.dims:
            raise _Clash(f"{_text(node)} raises {self._units.show(base.unit)} to a varying power")
        return _Is(Unit((), None))

    def _joined(self, args: list[_Is], node: Node, *, adopt: bool) -> _Is:
        """Parts that must be alike. Literals take the unit of the rest where `adopt`; 0 always
        does.
        """
        united: _Is | None = None
        for part in args:
            if part.zero or (part.literal and adopt):
                continue
            if united is None:
                united = part
            elif united.unit.dims != part.unit.dims or not united.unit.same_scale(part.unit):
                one, other = self._units.show(united.unit), self._units.show(part.unit)
                raise _Clash(f"{_text(node)} puts {one} beside {other}")
            elif united.unit.factor is None or united.literal:
                united = part
        if united is None:
            return _ZERO if all(part.zero for part in args) else _LITERAL
        return united


def _text(node: Node) -> str:
    text = short(write(node))[1:-1]
    return text[1:-1] if text.startswith("(") and text.endswith(")") else text
