"""Units: what a text means, what an expression measures, and that clashes are found."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from valley import problems

from winset.scenario.units import COMMON, Unit, UnitError, Units

OWN = {"person": "[person]", "brigade": "3000 * person", "usd": "[money]", "bn_usd": "1e9 usd"}

BASE = """\
winset: 1
id: u
title: Units
as_of: "2025-01-01"
start: "2025-01"
units: {person: "[person]", brigade: 3000 * person}
parties: {a: {name: A}, b: {name: B}}
quantities:
  area: {value: 100, unit: km2}
  length: {value: 50, unit: km}
  hectares: {value: 5, unit: ha}
  men: {value: 1000, unit: person}
  speed: {value: 3, unit: km2/month}
  slow: {value: 3, unit: km2/year}
  pace: {value: 0.1, unit: 1/month}
  yearly: {value: 0.1, unit: 1/year}
  part: {value: 0.5}
  percentage: {value: 50, unit: percent}
  lag: {value: 6, unit: month}
state:
  held: {start: area, unit: km2, low: 0}
  troops: {start: men, unit: person}
"""


def said(folder: Path, section: str) -> list[str]:
    return [one for one in problems(folder, BASE + section) if "nothing reads" not in one]


def derived(folder: Path, expression: str, unit: str = "1") -> list[str]:
    return said(folder, f"derived:\n  x: {{value: '{expression}', unit: '{unit}'}}\n")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("", "1"),
        ("km2", "km**2"),
        ("km2/month", "km^2 / month"),
        ("km2 per month", "km2/month"),
        ("%", "percent"),
        ("person", "person"),
        ("brigade", "3000 * person"),
        ("bn_usd", "1e9 * usd"),
        ("bn_usd/month", "1e9 usd / month"),
        ("1/month", "month**-1"),
        ("km km", "km2"),
        ("ha", "1e4 m2"),
        ("week", "7 day"),
        ("12 month", "year"),
        ("t", "1000 kg"),
    ],
)
def test_unit_texts(text: str, same: str) -> None:
    units = Units(OWN)
    assert units.read(text).agrees(units.read(same))


@pytest.mark.parametrize(
    ("one", "other"), [("km2", "ha"), ("month", "year"), ("percent", "1"), ("person", "brigade")]
)
def test_scales_are_told_apart(one: str, other: str) -> None:
    units = Units(OWN)
    assert units.read(one).dims == units.read(other).dims
    assert not units.read(one).agrees(units.read(other))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("persom", "unknown unit persom"),
        ("furlongs_of_sort", "declared under `units:`"),
        ("km +", "cannot be read as a unit"),
        ("km + m", "words, *, / and ** only"),
        ("km**(2*3)", "a power in a unit must be a number up to 12"),
        ("km**99", "a power in a unit"),
        ("9**9**9**9", "a power in a unit"),
        ("0 * km", "must be above 0"),
        ("__import__('os')", "cannot be called"),
        ("km" * 200, "too long"),
        ("a.b.c", "unknown unit"),
    ],
)
def test_bad_units(text: str, words: str) -> None:
    with pytest.raises(UnitError) as caught:
        Units(OWN).read(text)
    assert words in str(caught.value) or "cannot be read as a unit" in str(caught.value)


def test_the_nearest_unit_and_circles_of_units() -> None:
    with pytest.raises(UnitError) as caught:
        Units(OWN).read("persn")
    assert caught.value.near == "person"
    with pytest.raises(UnitError, match="a circle of units: a -> b -> a"):
        Units({"a": "2 * b", "b": "a / 2"}).read("a")


def test_the_common_units_are_those_of_pint() -> None:
    import pint

    registry = pint.UnitRegistry()
    for word, (dims, factor) in COMMON.items():
        assert math.isclose(registry.get_root_units(word)[0], factor)
        assert {str(d): float(e) for d, e in registry.get_dimensionality(word).items()} == dict(
            dims
        )


unit = st.sampled_from(
    [Units(OWN).read(t) for t in ("1", "km", "month", "person", "brigade", "ha", "percent")]
)


@given(unit, unit, unit)
def test_units_multiply_as_numbers_do(a: Unit, b: Unit, c: Unit) -> None:
    assert a.times(b).agrees(b.times(a))
    assert a.times(b).times(c).agrees(a.times(b.times(c)))
    assert a.times(b).times(b, -1).agrees(a)
    assert Unit().times(a).agrees(a)


GOOD = [
    ("held", "km2"),
    ("held + area - 0", "km2"),
    ("max(held, 0)", "km2"),
    ("max(held, 10)", "km2"),  # a literal floor takes the unit
    ("clip(held, 0, area)", "km2"),
    ("where(held > 150, area, 0)", "km2"),
    ("held / area", "1"),
    ("1 - held / area", "1"),
    ("exp(-month / lag)", "1"),
    ("logistic(2 * (held / area - 0.5))", "1"),
    ("sqrt(area) / length", "1"),
    ("area ** 0.5", "km"),
    ("length ** 2", "km2"),
    ("(held / area) ** part", "1"),
    ("area * 100", "ha"),  # a literal may convert
    ("percentage / 100", "1"),
    ("100 - percentage", "percent"),
    ("month > 12 and held < area", "1"),
    ("normal(0, 1) * area", "km2"),
    ("normal(area, 5)", "km2"),
    ("uniform(area, held)", "km2"),
    ("lognormal(area, 0.3)", "km2"),
    ("poisson(men)", "person"),
    ("bernoulli(part)", "1"),
    ("men / 3000", "brigade"),
    ("speed * lag", "km2"),
    ("speed", "km2/month"),
    ("5", "km2"),
    ("abs(-held)", "km2"),
    ("min(held, area) + speed * month", "km2"),
]


@pytest.mark.parametrize(("expression", "unit_text"), GOOD)
def test_expressions_that_agree(tmp_path: Path, expression: str, unit_text: str) -> None:
    assert derived(tmp_path, expression, unit_text) == []


BAD = [
    ("held + men", "km2", "held + men puts km^2 beside person"),
    ("held", "1", "the expression is in km^2, due is dimensionless"),
    ("held", "km", "the expression is in km^2, due is km"),
    ("held > men", "1", "puts km^2 beside person"),
    ("held + 1", "km2", "held + 1.0 puts km^2 beside dimensionless"),
    ("exp(held)", "1", "exp(held) needs a dimensionless number, found km^2"),
    ("log(held)", "1", "log(held) needs a dimensionless number"),
    ("logistic(month)", "1", "logistic(month) needs a dimensionless number, found month"),
    ("exp(percentage)", "1", "needs a dimensionless number, found percent"),
    ("max(held, men)", "km2", "puts km^2 beside person"),
    ("clip(held, 0, men)", "km2", "puts km^2 beside person"),
    ("where(held > 0, area, men)", "km2", "puts km^2 beside person"),
    ("held + hectares", "km2", "puts km^2 beside 0.01 km^2"),
    ("slow", "km2/month", "due is km^2/month; convert it"),
    ("percentage", "1", "the expression is in percent, due is dimensionless; convert it"),
    ("part + percentage", "1", "puts dimensionless beside percent"),
    ("men", "brigade", "convert it"),
    ("2 ** held", "1", "needs a dimensionless number"),
    ("held ** part", "1", "to a varying power"),
    ("month + lag / lag", "month", "puts month beside dimensionless"),
    ("bernoulli(area)", "1", "needs a dimensionless number"),
    ("lognormal(area, area)", "km2", "needs a dimensionless number"),
    ("normal(area, men)", "km2", "puts km^2 beside person"),
]


@pytest.mark.parametrize(("expression", "unit_text", "words"), BAD)
def test_expressions_that_clash(
    tmp_path: Path, expression: str, unit_text: str, words: str
) -> None:
    (one,) = derived(tmp_path, expression, unit_text)
    assert "derived.x.value: unit clash: " in one
    assert words in one


@pytest.mark.parametrize(
    ("section", "good"),
    [
        ("flows: {f: {to: held, rate: speed}}", True),
        ("flows: {f: {to: held, rate: 3}}", True),
        ("flows: {f: {to: held, rate: held * pace}}", True),
        ("flows: {f: {to: held, rate: held * part}}", False),
        ("flows: {f: {to: held, rate: slow}}", False),
        ("flows: {f: {to: held, rate: slow / 12}}", True),
        ("flows: {f: {take_from: troops, rate: speed}}", False),
        ("flows: {f: {take_from: troops, to: held, rate: speed}}", False),
        ("events: {e: {rate: pace}}", True),
        ("events: {e: {rate: part}}", False),
        ("events: {e: {rate: yearly}}", False),
        ("events: {e: {chance: part}}", True),
        ("events: {e: {chance: pace}}", False),
        ("events: {e: {rate: pace, changes: {troops: -0.1 * troops}}}", True),
        ("events: {e: {rate: pace, changes: {troops: -0.1 * held}}}", False),
        ("levers: {l: {delay: lag}}", True),
        ("levers: {l: {delay: part}}", False),
        ("levers: {l: {stock: troops, use: men / lag}}", True),
        ("levers: {l: {stock: troops, use: men}}", False),
        ("levers: {l: {delivered: level * part}}", True),
        ("levers: {l: {delivered: level * men}}", False),
        ("talks: {meeting: part}", True),
        ("talks: {meeting: men}", False),
        ("hypotheses: {h: {values: [x, y], prior: {x: part, y: 1 - part}}}", True),
        ("hypotheses: {h: {values: [x, y], prior: {x: pace, y: part}}}", False),
        ("measures: {m: {value: troops, unit: person}}", True),
        ("measures: {m: {value: months, unit: month}}", True),
        ("measures: {m: {value: troops}}", False),
        ("worldviews: {w: {label: W, set: {area: {value: 3, unit: km2}}}}", True),
        ("worldviews: {w: {label: W, set: {area: {value: 3, unit: ha}}}}", False),
        ("worldviews: {w: {label: W, set: {area: length ** 2}}}", True),
        ("worldviews: {w: {label: W, set: {area: length}}}", False),
        ("derived: {x: {value: held, unit: kmm}}", False),
    ],
)
def test_what_each_place_is_due(tmp_path: Path, section: str, good: bool) -> None:
    found = said(tmp_path, section + "\n")
    assert (found == []) == good, found


def test_a_bad_unit_is_said_once(tmp_path: Path) -> None:
    text = "derived:\n  x: {value: held, unit: sqkm}\n  y: {value: x, unit: sqkm}\n"
    (one,) = said(tmp_path, text)
    assert "unknown unit sqkm" in one
