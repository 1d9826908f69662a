"""`--set`: what it fixes, in which worldview, over what, and what it refuses."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from valley import WALK, changed, written

from winset.errors import OverrideError
from winset.scenario import Scenario, load
from winset.scenario.overrides import nearest, parse_override
from winset.scenario.sampling import sample


def with_set(folder: Path, *texts: str, text: str = WALK) -> Scenario:
    return load(written(folder, text), overrides=texts)


def test_a_number_holds_in_every_worldview(tmp_path: Path) -> None:
    scenario = with_set(tmp_path, "win_chance=0.3", "quantities.cost.a=0.5")
    for view in scenario.worldviews:
        chance = scenario.quantity("win_chance", view)
        assert (chance.value, chance.mid, chance.bounds) == (0.3, None, (0, 1))
        assert scenario.quantity("cost.a", view).value == 0.5
    assert [o.id for o in scenario.overrides] == ["win_chance", "cost.a"]


def test_three_numbers_respread(tmp_path: Path) -> None:
    scenario = with_set(tmp_path, "cost.b=0.01, 0.02, 0.04", "low/win_chance=0.4,0.5,0.6")
    cost = scenario.quantity("cost.b", "high")
    assert (cost.low, cost.mid, cost.high, cost.value) == (0.01, 0.02, 0.04, None)
    assert scenario.quantity("win_chance", "low").mid == 0.5
    assert scenario.quantity("win_chance", "high").value == 0.7


def test_the_worldviews_own_comes_last_whatever_the_order(tmp_path: Path) -> None:
    one = with_set(tmp_path, "high/win_chance=0.2", "win_chance=0.3")
    other = with_set(tmp_path, "win_chance=0.3", "high/win_chance=0.2")
    for scenario in (one, other):
        assert scenario.quantity("win_chance", "high").value == 0.2
        assert scenario.quantity("win_chance", "low").value == 0.3
    assert one == other


def test_hoisted_ids(tmp_path: Path) -> None:
    scenario = with_set(
        tmp_path, "a.weight.prize=2", "low/a.score.prize.HALF=40", "b.score.prize.HALF=30"
    )
    assert scenario.spec.preferences["a"].weights["prize"].value == 2
    assert scenario.quantity("a.score.prize.HALF", "low").value == 40
    assert scenario.quantity("a.score.prize.HALF", "high").value == 50
    # An expression of the state becomes a number.
    assert scenario.quantities["b.score.prize.HALF"].value == 30


def test_base_is_the_worldview_of_a_scenario_without_any(tmp_path: Path) -> None:
    text = WALK.split("worldviews:")[0]
    scenario = with_set(tmp_path, "base/forts=12", text=text)
    assert scenario.quantity("forts", "base").value == 12


def test_mechanisms_are_switched(tmp_path: Path) -> None:
    scenario = with_set(tmp_path, "on.won=0", "low/on.lost=0")
    assert not scenario.enabled("won", "high") and not scenario.enabled("won", "low")
    assert scenario.enabled("lost", "high") and not scenario.enabled("lost", "low")
    assert with_set(tmp_path, "on.won=1").enabled("won", "high")


def test_disputed_quantities_can_be_set_for_all(tmp_path: Path) -> None:
    text = changed(WALK, "forts: {value: 10,", "forts: {disputed: true,")
    with pytest.raises(Exception, match="disputed quantities have no default"):
        with_set(tmp_path, text=text)
    assert with_set(tmp_path, "forts=9", text=text).quantity("forts", "low").value == 9


def test_the_hash_knows_values_but_not_how_they_came(tmp_path: Path) -> None:
    plainly = load(written(tmp_path, WALK))
    assert with_set(tmp_path, "forts=12").sha256 != plainly.sha256
    assert with_set(tmp_path, "forts=12") == with_set(tmp_path, "quantities.forts=12.0")
    again = load(
        written(tmp_path, with_set(tmp_path, "forts=12", "low/forts=13").to_yaml(), "again.yaml")
    )
    assert again == with_set(tmp_path, "forts=12", "low/forts=13")
    assert again.quantity("forts", "low").value == 13


def test_what_a_party_believes_is_left_alone(tmp_path: Path) -> None:
    text = changed(WALK, "forts: {value: 10,", "forts: {value: 10, believed_by: {a: 9},")
    assert with_set(tmp_path, "forts=12", text=text).quantities["forts"].believed_by["a"].value == 9


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("win_chanse=0.3", "there is no quantity 'win_chanse'; did you mean win_chance?"),
        ("WIN_CHANCE=0.3", "did you mean win_chance?"),
        ("prize=0.3", "there is no quantity 'prize'"),
        (
            "hihg/win_chance=0.3",
            "there is no worldview 'hihg'; did you mean high? (known: high, low)",
        ),
        ("base/win_chance=0.3", "there is no worldview 'base'"),
        ("win_chance", "write ID=NUMBER"),
        ("=3", "write ID=NUMBER"),
        ("", "write ID=NUMBER"),
        ("win_chance=", "allowed is one number"),
        ("win_chance=high", "allowed is one number"),
        ("win_chance=1,2", "allowed is one number"),
        ("win_chance=nan", "allowed is one number"),
        ("win_chance=inf", "allowed is one number"),
        ("win_chance=0.6,0.5,0.7", "LOW,MID,HIGH must not fall"),
        ("win_chance=2", "2 lies outside the bounds of win_chance (0 to 1)"),
        ("low/b.score.prize.HALF=1", "can be set only in all worldviews"),
        ("on.won=0.5", "on (1) or off (0)"),
        ("on.nothing=0", "there is no quantity 'on.nothing'"),
    ],
)
def test_what_cannot_be_set(tmp_path: Path, said: str, words: str) -> None:
    with pytest.raises(OverrideError) as caught:
        with_set(tmp_path, said)
    assert words in str(caught.value)


def test_every_bad_override_is_listed_at_once(tmp_path: Path) -> None:
    with pytest.raises(OverrideError) as caught:
        with_set(tmp_path, "nothing=1", "forts=x", "forts=12")
    assert len(str(caught.value).splitlines()) == 2


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        override = parse_override(text)
    except OverrideError as error:
        assert str(error).startswith("--set")
    else:
        assert len(override.values) in (1, 3) and override.id


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(0, 1), st.sampled_from(["", "high/", "low/"]))
def test_any_number_within_bounds_is_what_the_worldview_then_has(
    tmp_path: Path, value: float, view: str
) -> None:
    scenario = with_set(tmp_path, f"{view}win_chance={value!r}")
    for name in scenario.worldviews:
        if view in ("", f"{name}/"):
            assert scenario.quantity("win_chance", name).value == value


def test_nearest() -> None:
    known = ["front.pace", "front.length", "ua.troops", "Alpha"]
    assert nearest("front.pase", known) == "front.pace"
    assert nearest("troops", known) == "ua.troops"
    assert nearest("alpha", known) == "Alpha"
    assert nearest("zzz", known) is None


BELIEVED = changed(WALK, "  win_chance: {low", "  win_chance: {believed_by: {a: 0.6}, low")


def believing(folder: Path, *texts: str) -> Scenario:
    return with_set(folder, *texts, text=BELIEVED)


def test_what_a_party_believes(tmp_path: Path) -> None:
    scenario = believing(
        tmp_path,
        "quantities.win_chance.believed_by.a=0.7",
        "low/win_chance.believed_by.b=0.2,0.3,0.4",
    )
    low, high = (scenario.quantity("win_chance", w).believed_by for w in ("low", "high"))
    assert (low["a"].value, high["a"].value) == (0.7, 0.7)
    assert (low["b"].low, low["b"].mid, low["b"].high) == (0.2, 0.3, 0.4)
    assert "b" not in high  # common knowledge there still
    plain = believing(tmp_path)
    for view in scenario.worldviews:  # the number itself stays
        kept = scenario.quantity("win_chance", view).model_copy(update={"believed_by": {}})
        before = plain.quantity("win_chance", view).model_copy(update={"believed_by": {}})
        assert kept == before
    assert scenario.sha256 != plain.sha256
    drawn = sample(scenario, "low", 8, 2, 1)
    assert (drawn.believed["a", "win_chance"] == 0.7).all()
    assert 0.1 < drawn.believed["b", "win_chance"].mean() < 0.5


def test_the_number_and_the_belief_can_both_be_set_in_any_order(tmp_path: Path) -> None:
    texts = ["win_chance=0.3", "win_chance.believed_by.a=0.8", "high/win_chance.believed_by.a=0.9"]
    one, other = believing(tmp_path, *texts), believing(tmp_path, *reversed(texts))
    assert one == other
    for view, believed in (("low", 0.8), ("high", 0.9)):
        quantity = one.quantity("win_chance", view)
        assert (quantity.value, quantity.believed_by["a"].value) == (0.3, believed)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("win_chance.believed_by.c=0.5", ["no party 'c'", "known: a, b"]),
        ("win_chanc.believed_by.a=0.5", ["no quantity 'win_chanc'", "did you mean win_chance?"]),
        ("win_chance.believed_by.a=2", ["outside the bounds of win_chance.believed_by.a (0 to 1)"]),
        ("win_chance.believed.a=0.5", ["did you mean win_chance.believed_by.a?"]),
        ("b.score.prize.HALF.believed_by.a=5", ["an expression of the state", "nobody believes"]),
    ],
)
def test_beliefs_that_cannot_be_set(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(OverrideError) as error:
        believing(tmp_path, text)
    for word in words:
        assert word in str(error.value)
