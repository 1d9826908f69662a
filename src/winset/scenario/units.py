"""Units: texts such as `km2/month` or `person` -> what they measure and at what scale.

A unit is a product of powers of basic dimensions, with a factor that tells scales apart (ha from
km2). A scenario names its own under `units:`; everything else is what pint knows. pint is asked
word by word, never to evaluate a text, and is imported only for words that are neither a scenario's
own nor among the few common ones here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from winset.scenario.expr import ExpressionError, Name, Node, Num, Op, parse
from winset.scenario.overrides import nearest

Dims = tuple[tuple[str, float], ...]
_DAY: Final = 86_400.0
_YEAR: Final = 365.25 * _DAY
#: as pint defines them (a test compares), so that most scenarios need not load it
COMMON: Final[Mapping[str, tuple[Dims, float]]] = {
    "percent": ((), 0.01),
    "hour": ((("[time]", 1.0),), 3_600.0),
    "day": ((("[time]", 1.0),), _DAY),
    "week": ((("[time]", 1.0),), 7 * _DAY),
    "month": ((("[time]", 1.0),), _YEAR / 12),
    "year": ((("[time]", 1.0),), _YEAR),
    "m": ((("[length]", 1.0),), 1.0),
    "kg": ((("[mass]", 1.0),), 1_000.0),
    "km": ((("[length]", 1.0),), 1_000.0),
}
_MAX_POWER: Final = 12
_OWN: Final = re.compile(r"\[[A-Za-z_][A-Za-z0-9_]*\]")
#: two words side by side are a product
_BESIDE: Final = re.compile(r"(?<=[\w)])\s+(?=[\w(])")
_POWERED: Final = re.compile(r"([A-Za-z_]+?)([2-4])")


class UnitError(ValueError):
    """A unit that cannot be read; `near` is the nearest known word."""

    def __init__(self, message: str, near: str | None = None) -> None:
        super().__init__(message)
        self.near = near


@dataclass(frozen=True, slots=True)
class Unit:
    """Dimensions and scale. `factor` is None where literal numbers hide the scale."""

    dims: Dims = ()
    factor: float | None = 1.0

    def times(self, other: Unit, power: float = 1.0) -> Unit:
        """This unit times a power of another."""
        return _times(self, other, power)

    def agrees(self, other: Unit) -> bool:
        """Whether both measure the same thing at the same scale, as far as that is known."""
        return self.dims == other.dims and self.same_scale(other)

    def same_scale(self, other: Unit) -> bool:
        """Whether the scales are the same, or one is unknown."""
        if self.factor is None or other.factor is None:
            return True
        return math.isclose(self.factor, other.factor, rel_tol=1e-6)


PLAIN: Final = Unit()


@lru_cache(maxsize=4096)
def _times(a: Unit, b: Unit, power: float) -> Unit:
    dims = dict(a.dims)
    for name, exponent in b.dims:
        dims[name] = round(dims.get(name, 0.0) + exponent * power, 6)
    kept = tuple(sorted((name, e) for name, e in dims.items() if e))
    if a.factor is None or b.factor is None:
        return Unit(kept, None)
    try:
        return Unit(kept, a.factor * b.factor**power)
    except (OverflowError, ZeroDivisionError):
        raise UnitError("the scale of the unit is out of range") from None


class Units:
    """Reads unit texts with one scenario's own units. Every text is read once."""

    def __init__(self, own: Mapping[str, str]) -> None:
        self._own = own
        self._known: dict[str, Unit] = {}
        self._reading: list[str] = []

    def read(self, text: str) -> Unit:
        """The unit of a text. Raises `UnitError`."""
        if text not in self._known:
            self._known[text] = self._read(text)
        return self._known[text]

    def _read(self, text: str) -> Unit:
        if len(text) > 200:
            raise UnitError("the unit is too long a text")
        plain = re.sub(r"\s+per\s+", "/", text.strip()).replace("^", "**").replace("%", "percent")
        plain = _BESIDE.sub("*", plain)
        if plain in ("", "1"):
            return PLAIN
        try:
            tree = parse(plain).tree
        except ExpressionError:
            raise UnitError("this cannot be read as a unit; write such as km2/month") from None
        return self._unit(tree)

    def _unit(self, node: Node) -> Unit:
        if isinstance(node, Num):
            if not 0 < node.value < math.inf:
                raise UnitError("a number in a unit must be above 0")
            return Unit((), node.value)
        if isinstance(node, Name):
            return self._word(node.id)
        if isinstance(node, Op) and node.op in ("*", "/"):
            power = 1.0 if node.op == "*" else -1.0
            return self._unit(node.args[0]).times(self._unit(node.args[1]), power)
        if isinstance(node, Op) and node.op == "**":
            exponent = _constant(node.args[1])
            if exponent is not None and abs(exponent) <= _MAX_POWER:
                return PLAIN.times(self._unit(node.args[0]), exponent)
            raise UnitError(f"a power in a unit must be a number up to {_MAX_POWER}")
        raise UnitError("a unit is made of words, *, / and ** only")

    def _word(self, word: str) -> Unit:
        if word in self._own:
            return self._own_word(word)
        if word in COMMON:
            return Unit(*COMMON[word])
        found = _standard(word) if word.isidentifier() else None
        if found is not None:
            return found
        powered = _POWERED.fullmatch(word)
        if powered:
            try:
                return PLAIN.times(self._word(powered[1]), float(powered[2]))
            except UnitError:
                pass
        raise UnitError(
            f"unknown unit {word}; a unit of your own is declared under `units:`,"
            f" such as {word}: '[{word}]'",
            nearest(word, [*self._own, *COMMON]),
        )

    def _own_word(self, word: str) -> Unit:
        text = self._own[word].split("=")[0].strip()
        if _OWN.fullmatch(text):
            return Unit(((text, 1.0),), 1.0)
        if word in self._reading:
            circle = " -> ".join([*self._reading[self._reading.index(word) :], word])
            raise UnitError(f"a circle of units: {circle}")
        self._reading.append(word)
        try:
            return self.read(text)
        finally:
            self._reading.pop()

    def show(self, unit: Unit) -> str:
        """A unit in words: the scenario's own, months for time, km for length."""
        names = {"[time]": "month", "[length]": "km", "[mass]": "kg"}
        for word, text in self._own.items():
            if _OWN.fullmatch(text.strip()):
                names.setdefault(text.strip(), word)
        scale = 1.0 if unit.factor is None else unit.factor
        up: list[str] = []
        down: list[str] = []
        for dim, exponent in unit.dims:
            name = names.get(dim, dim.strip("[]"))
            if name in COMMON:
                scale /= COMMON[name][1] ** exponent
            power = abs(exponent)
            word = name if power == 1 else f"{name}^{power:g}"
            (up if exponent > 0 else down).append(word)
        text = " ".join(up) or ("1" if down else "")
        text = "/".join([text, *down]) if down else text
        if unit.factor is not None and not math.isclose(scale, 1.0, rel_tol=1e-6):
            return "percent" if not text and scale == 0.01 else f"{scale:.4g} {text}".strip()
        return text or "dimensionless"


def _constant(node: Node) -> float | None:
    if isinstance(node, Num):
        return node.value
    if isinstance(node, Op) and node.op == "neg" and isinstance(node.args[0], Num):
        return -node.args[0].value
    return None


@lru_cache(maxsize=1)
def _registry() -> Any:
    import pint

    return pint.UnitRegistry()


@lru_cache(maxsize=1024)
def _standard(word: str) -> Unit | None:
    """A word of pint's, by its root units; None where pint does not know it."""
    registry = _registry()
    try:
        factor, root = registry.get_root_units(word)
        dims = registry.get_dimensionality(word)
    except Exception:  # pint raises many kinds: all mean that the word is not a usable unit
        return None
    del root
    return Unit(tuple(sorted((str(d), float(e)) for d, e in dims.items())), float(factor))
