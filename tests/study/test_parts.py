"""Cells as bytes and back."""

import dataclasses

import numpy as np
import pytest
from fake_cells import FakeScenario, make, small
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.study.parts import DamagedPart, Part, decode, decode_with, encode, sample_name
from winset.talks.cell import Cell, Settings


@pytest.fixture(scope="module")
def cell() -> Cell:
    return make(FakeScenario(small()), "article", "three_legs", Settings(draws=16, paths=8))


def same(one: Cell, other: Cell) -> None:
    for field in dataclasses.fields(Cell):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if field.name in ("measures", "sampled", "fighting_on"):
            assert list(a) == list(b)
            for name in a:
                assert a[name].tobytes() == b[name].tobytes()
        elif field.name == "courses":
            for name in a:
                assert a[name].quantiles == b[name].quantiles
                assert a[name].all_paths.tobytes() == b[name].all_paths.tobytes()
        elif field.name == "fates":
            assert list(a) == list(b)
            for name in a:
                assert a[name].mean.tobytes() == b[name].mean.tobytes()
                assert a[name].se.tobytes() == b[name].se.tobytes()
        elif field.name == "overlap":
            assert np.array_equal([a.mean, a.se], [b.mean, b.se], equal_nan=True)
        elif field.name == "worths":
            assert [(w.party, w.type, w.quantiles) for w in a] == [
                (w.party, w.type, w.quantiles) for w in b
            ]
            for w, x in zip(a, b, strict=True):
                assert w.share.tobytes() == x.share.tobytes()
                assert w.values.tobytes() == x.values.tobytes()
        elif field.name == "replicate":
            assert np.array_equal(a, b)
        else:
            assert a == b, field.name


def test_a_cell_comes_back_bit_for_bit(cell: Cell) -> None:
    same(cell, decode(encode(cell)))


def test_equal_cells_give_equal_bytes(cell: Cell) -> None:
    assert encode(cell) == encode(cell)
    again = make(FakeScenario(small()), "article", "walk_away", Settings(draws=16, paths=8))
    assert encode(again).sample == encode(cell).sample  # so it is kept once a worldview
    found = {sample_name(encode(cell).sample): encode(cell).sample}
    same(cell, decode_with(encode(cell).body, found.__getitem__))


def test_what_comes_back_cannot_be_changed(cell: Cell) -> None:
    back = decode(encode(cell))
    with pytest.raises(ValueError, match="read-only"):
        back.measures["signed"][0] = 1.0


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_damage_is_noticed(cell: Cell, data: st.DataObject) -> None:
    body, sample = encode(cell)
    at = data.draw(st.integers(0, len(body) - 1))
    flip = data.draw(st.integers(1, 255))
    damaged = body[:at] + bytes([body[at] ^ flip]) + body[at + 1 :]
    cut = body[: data.draw(st.integers(0, len(body) - 1))]
    for wrong in (damaged, cut):
        with pytest.raises(DamagedPart):
            decode(Part(wrong, sample))
    with pytest.raises(DamagedPart):
        decode(Part(body, sample[:-1]))


def test_a_measure_of_the_wrong_length_is_named(cell: Cell) -> None:
    wrong = dataclasses.replace(cell, measures={**cell.measures, "signed": np.zeros(3)})
    with pytest.raises(ValueError, match="signed"):
        encode(wrong)
