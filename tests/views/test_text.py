"""Numbers with their errors, and signs any terminal can show."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset.insight import About
from winset.study import Estimate
from winset.views.text import cell, columns, duration, human, printable, say, share, wrap

SHARE = About("durable", "", "share")
COUNT = About("deaths", "", "count")
VALUE = About("value.a", "", "value")


def number(mean: float | None, se: float | None = 0.01) -> Estimate:
    return Estimate(mean, se, mean, mean, mean)


@pytest.mark.parametrize(
    ("about", "estimate", "digits", "text"),
    [
        (SHARE, number(0.342, 0.0101), 0, "34±2"),
        (SHARE, number(0.342, 0.01), 0, "34±1"),
        (SHARE, number(0.342, 0.0001), 0, "34±1"),
        (SHARE, number(0.342, 0.0), 0, "34±0"),
        (SHARE, number(0.342, 0.0012), 1, "34.2±0.2"),
        (SHARE, number(0.002), 0, "<1±1"),
        (SHARE, number(0.998), 0, ">99±1"),
        (SHARE, number(0.995), 0, ">99±1"),
        (SHARE, number(0.0001), 1, "<0.1±1.0"),
        (SHARE, number(0.0, 0.0), 0, "0±0"),
        (SHARE, number(1.0, 0.0), 0, "100±0"),
        (SHARE, number(0.342, None), 0, "34±?"),
        (SHARE, number(None, None), 0, "-"),
        (COUNT, number(312_345, 8_000), 0, "312k±8.0k"),
        (VALUE, number(0.4249, 0.003), 0, "0.42±0.01"),
    ],
)
def test_a_number_with_its_error(about: About, estimate: Estimate, digits: int, text: str) -> None:
    assert cell(about, estimate, digits) == text


@given(st.floats(0, 1, exclude_min=True, exclude_max=True), st.integers(0, 3))
def test_what_is_not_certain_never_reads_as_if_it_were(mean: float, digits: int) -> None:
    text = share(mean, digits)
    assert text[0] in "<>" or 0 < float(text) < 100


@given(st.floats(1e-6, 0.3))
def test_an_error_never_reads_as_none(se: float) -> None:
    assert not cell(SHARE, number(0.4, se)).endswith("±0")


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (0, "0"),
        (0.0314, "0.031"),
        (5, "5.0"),
        (14.23, "14.2"),
        (420, "420"),
        (999.7, "1.0k"),
        (9_700_000, "9.7M"),
        (312_345, "312k"),
        (-1_500, "-1.5k"),
        (2.6e8, "260M"),
        (3.2e9, "3.2bn"),
    ],
)
def test_large_numbers_are_short(given: float, text: str) -> None:
    assert human(given) == text


def test_times() -> None:
    assert [duration(s) for s in (0.4, 45, 130, 3600 * 2 + 300)] == [
        *("0 s", "45 s", "2 min 10 s", "2 h 5 min")
    ]


def test_a_terminal_without_the_signs_gets_plain_ones() -> None:
    assert printable("34±1 × “so” · …", "ascii") == '34+-1 x "so" | ..'
    assert printable("34±1", "utf-8") == "34±1"
    assert printable("34±1", None) == "34+-1"
    assert printable("Київ ±1", "ascii") == "???? +-1"
    stream = io.TextIOWrapper(io.BytesIO(), encoding="cp437", errors="strict")
    say(["34±1 – Київ"], stream)


@given(st.text(st.characters(codec="utf-8"), max_size=30), st.sampled_from(["ascii", "latin-1"]))
def test_anything_can_be_printed_anywhere(text: str, encoding: str) -> None:
    printable(text, encoding).encode(encoding)


def test_columns_and_wrapping() -> None:
    assert columns([["", "a"], ["name", "12"]]) == ["       a", "name  12"]
    assert columns([["x", "yy"], ["xx", "y"]], "ll") == ["x   yy", "xx  y"]
    assert wrap("one two three", 9, "1 ", "  ") == ["1 one two", "  three"]
