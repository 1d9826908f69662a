"""The frozen scenario: hoisting, worldviews, strategies, hashes, and that it writes back."""

import pickle
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from valley import WALK, changed, template, written

from winset.scenario import Scenario, bundled, load
from winset.scenario.canonical import plain_data, sha256, to_yaml
from winset.scenario.nodes import compose, plain

STRATEGIES = """
levers:
  arms: {today: 0.5, withdrawn: 0.1, leg: support, confidence: J}
  money: {today: 0.2, confidence: J}
  pledge: {today: 0.3, withdrawn: 0.2, confidence: J}
  talk: {today: 0.7, confidence: J}
legs:
  support: {levers: [money], to: withdrawn}
  offer: {levers: [pledge], to: none}
strategies:
  whole:
    label: Whole
    levers: {arms: 0.9, money: 0.8, pledge: 1}
    excludes: [prize.NONE]
    tables: {prize: [ALL, HALF, NONE]}
    omega: 2
    ceasefire: false
    rules:
      - {when: refused.a > 0.5, set: {arms: 1, pledge: 0}}
      - {when: refused.b > 0.5, set: {pledge: 0.5}}
  bare: {label: Bare, based_on: whole, without: [offer]}
  alone: {label: Alone, based_on: whole, without: [support], rules: [], omega: 0,
          excludes: [prize.ALL]}
  softer: {label: Softer, based_on: bare, levers: {arms: 0.6}, tables: {prize: [HALF]},
           ceasefire: true}
"""


def loaded(folder: Path, text: str, **options: Any) -> Scenario:
    return load(written(folder, text), **options)


def test_hoisting(tmp_path: Path) -> None:
    text = changed(
        WALK,
        "no_deal: HALF",
        "no_deal: HALF\n  road:\n    options: {OPEN: {}, SHUT: {}}\n    no_deal: SHUT",
    )
    text = changed(
        text, "HALF: 50, NONE: 0}}", "HALF: 5 * forts, NONE: 0}, road: {OPEN: 1, SHUT: 2}}"
    )
    text = changed(
        text, "a: {weights: {prize: 1}", "a: {weights: {prize: 1, road: {low: 1, mid: 2, high: 3}}"
    )
    text += """
incompatible:
  - {options: [prize.ALL, road.SHUT], strength: soft, cost: 7, confidence: C}
interactions:
  - {options: [prize.ALL, road.OPEN], party: b, points: forts / 2, sources: SJ}
constituencies:
  street: {party: a, influence: 0.4, tolerates: {prize: {at_most: HALF}}, confidence: J}
"""
    scenario = loaded(tmp_path, text)
    ids = list(scenario.quantities)
    assert ids[:5] == ["forts", "start", "win_chance", "cost.a", "cost.b"]
    assert set(ids[5:]) == {
        "a.weight.prize", "a.weight.road", "a.score.prize.ALL", "a.score.prize.HALF",
        "a.score.prize.NONE", "a.score.road.OPEN", "a.score.road.SHUT", "b.weight.prize",
        "b.score.prize.ALL", "b.score.prize.NONE", "street.influence",
        "soft.prize.ALL.road.SHUT", "link.prize.ALL.road.OPEN.b",
    }  # fmt: skip
    # A score that reads the state is an expression; one that reads quantities is a formula.
    assert "b.score.prize.HALF" not in ids and "b.score.prize.HALF" in scenario.paths
    assert str(scenario.quantities["a.score.prize.HALF"].formula) == "5 * forts"
    # What has no evidence of its own takes that of what it stands in.
    assert scenario.quantities["a.weight.road"].confidence == "J"
    assert scenario.quantities["soft.prize.ALL.road.SHUT"].confidence == "C"
    assert scenario.quantities["link.prize.ALL.road.OPEN.b"].sources == ("SJ",)


def test_a_score_that_reads_an_expression_is_one_itself(tmp_path: Path) -> None:
    text = changed(WALK, "{ALL: 100, HALF: 50,", "{ALL: 100, HALF: b.score.prize.HALF / 2,")
    text = changed(text, "10 * held", "10 * forts")
    assert "a.score.prize.HALF" in loaded(tmp_path, text).quantities
    from winset.scenario import check

    text = changed(text, "10 * forts", "10 * held")
    found = check(written(tmp_path, text)).scenario
    assert found is not None and "a.score.prize.HALF" not in found.quantities


def test_parties_worldviews_and_their_defaults(tmp_path: Path) -> None:
    text = changed(WALK, "  b: {name: B}", "  b: {name: B}\n  c: {name: C, role: outside}")
    scenario = loaded(tmp_path, text)
    assert (scenario.signatories, scenario.outsiders) == (("a", "b"), ("c",))
    assert scenario.worldviews == ("high", "low")
    assert scenario.strategies == ("today",)
    bare = loaded(tmp_path, text.split("worldviews:")[0])
    assert bare.worldviews == ("base",)
    assert bare.quantity("win_chance", "base").mid == 0.6


def test_a_worldview_keeps_unit_bounds_and_beliefs_but_not_evidence(tmp_path: Path) -> None:
    text = changed(
        WALK,
        "forts: {value: 10, sources: SS04, confidence: A}",
        "forts: {value: 10, unit: '1', bounds: [1, 50], label: L, believed_by: {a: 9}}",
    )
    text = changed(text, "set: {win_chance: 0.7}", "set: {win_chance: 0.7, forts: 12}")
    scenario = loaded(tmp_path, text)
    forts = scenario.quantity("forts", "high")
    assert (forts.value, forts.bounds, forts.label) == (12, (1, 50), "L")
    assert forts.believed_by["a"].value == 9
    assert forts.sources == ()
    chance = scenario.quantity("win_chance", "high")
    assert (chance.value, chance.low, chance.mid, chance.bounds) == (0.7, None, None, (0, 1))
    assert scenario.quantity("forts", "low").value == 10


def test_unknown_names_are_refused_with_the_nearest(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, WALK)
    with pytest.raises(KeyError, match="win_chance"):
        scenario.quantity("win_chanse", "high")
    with pytest.raises(KeyError, match="high"):
        scenario.quantity("win_chance", "hihg")
    with pytest.raises(KeyError):
        scenario.strategy("whole")


def test_strategies_are_worked_out(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, WALK + STRATEGIES)
    whole, bare, alone, softer = map(scenario.strategy, ("whole", "bare", "alone", "softer"))
    assert dict(whole.levers) == {"arms": 0.9, "money": 0.8, "pledge": 1, "talk": 0.7}
    # A leg of kind `none` goes to 0, and rules no longer move it.
    assert dict(bare.levers) == {"arms": 0.9, "money": 0.8, "pledge": 0, "talk": 0.7}
    assert [dict(rule.set) for rule in bare.rules] == [{"arms": 1}]
    assert (bare.omega.constant, bare.ceasefire) == (2, False)
    # Support goes to its withdrawn levels; an empty list of rules drops them all.
    assert dict(alone.levers) == {"arms": 0.1, "money": 0, "pledge": 1, "talk": 0.7}
    assert (alone.rules, alone.omega.constant) == ((), 0)
    assert alone.excludes == ("prize.NONE", "prize.ALL")
    assert dict(softer.levers) == {"arms": 0.6, "money": 0.8, "pledge": 0, "talk": 0.7}
    assert (softer.tables["prize"], softer.ceasefire) == (("HALF",), True)
    for strategy in (whole, bare, alone, softer):
        assert (strategy.based_on, strategy.without) == (None, ())


def test_dropping_a_leg_drops_what_was_granted_through_it(tmp_path: Path) -> None:
    text = changed(WALK, "HALF: {}", "HALF: {gift: {lever: pledge, least: 0.2}}")
    text += changed(STRATEGIES, "omega: 2", "grants: {prize: HALF}")
    scenario = loaded(tmp_path, text)
    assert scenario.strategy("whole").grants == {"prize": "HALF"}
    assert scenario.strategy("bare").grants == {}
    assert scenario.strategy("alone").grants == {"prize": "HALF"}


def test_priors_and_mechanisms_by_worldview(tmp_path: Path) -> None:
    text = (
        WALK
        + "hypotheses:\n  mood:\n    values: [good, bad]\n    known_to: [b]\n    confidence: J\n"
    )
    text += "    prior: {good: 0.5, bad: 0.5}\n    priors: {a: {good: 0.2, bad: 0.8}}\n"
    text = changed(
        text,
        "high: {label: High,",
        "high: {label: High, disable: [won], priors: {mood: {world: {good: 0.9, bad: 0.1}}},",
    )
    scenario = loaded(tmp_path, text)
    good = lambda holder, view: scenario.prior("mood", holder, view)["good"].constant  # noqa: E731
    assert [good(h, "low") for h in ("world", "public", "a", "b")] == [0.5, 0.5, 0.2, 0.5]
    assert [good(h, "high") for h in ("world", "public", "a", "b")] == [0.9, 0.9, 0.2, 0.9]
    assert scenario.enabled("won", "low") and not scenario.enabled("won", "high")
    assert scenario.enabled("lost", "high")
    assert scenario.types("b") == ("mood",) and scenario.types("a") == ()


def test_it_travels_between_processes(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, WALK + STRATEGIES, overrides=["forts=12"])
    copy = pickle.loads(pickle.dumps(scenario))
    assert copy == scenario and hash(copy) == hash(scenario)
    assert copy.resolved() == scenario.resolved()


@pytest.mark.parametrize("name", [*bundled(), "template"])
def test_what_is_written_back_is_the_same_scenario(name: str, tmp_path: Path) -> None:
    place: Any = written(tmp_path, template(), "t.yaml") if name == "template" else name
    scenario = load(place)
    again = load(written(tmp_path, scenario.to_yaml()))
    assert again.sha256 == scenario.sha256
    assert again.resolved() == scenario.resolved()
    assert list(again.quantities) == list(scenario.quantities)
    assert again.quantities == scenario.quantities


def test_numbers_may_be_written_in_any_way(tmp_path: Path) -> None:
    plainly = loaded(tmp_path, WALK).sha256
    other = changed(WALK, "value: 10,", "value: 1.0e1,")
    other = changed(
        other,
        "weights: {prize: 1}, scores: {prize: {ALL: 100",
        "weights: {prize: 1.0}, scores: {prize: {ALL: 100.0",
    )
    assert loaded(tmp_path, other).sha256 == plainly
    assert loaded(tmp_path, changed(WALK, "value: 10,", "value: 11,")).sha256 != plainly


texts = st.one_of(
    st.sampled_from(
        [
            "yes",
            "no",
            "null",
            "1_000",
            "0o17",
            "1e3",
            "12:30",
            "2025-10-31",
            "~",
            "",
            " x",
            "a: b",
            "#",
            "é",
        ]
    ),
    st.text(
        st.characters(
            exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff\x85\u2028\u2029"
        ),
        max_size=20,
    ),
)
data = st.recursive(
    st.one_of(
        texts,
        st.integers(-(10**12), 10**12),
        st.floats(allow_nan=False, allow_infinity=False),
        st.booleans(),
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(
    st.dictionaries(texts.filter(bool).filter(lambda t: t != "<<"), data, min_size=1, max_size=4)
)
def test_any_data_written_as_yaml_reads_back_the_same(found: dict[str, Any]) -> None:
    (node,) = compose(to_yaml(found), "x.yaml")
    assert plain(node) == found


numbers = st.floats(-100, 100, allow_nan=False).map(lambda x: round(x, 4))


@st.composite
def quantities(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["value", "spread", "family", "formula", "bare"]))
    if kind == "bare":
        return draw(numbers)  # type: ignore[return-value]
    body: dict[str, Any] = {"unit": draw(st.sampled_from(["1", "km2", "1/month"]))}
    if kind == "value":
        body["value"] = draw(numbers)
    elif kind == "spread":
        low, step = draw(numbers), draw(st.floats(0.1, 5).map(lambda x: round(x, 3)))
        body |= {"low": low, "mid": low + step, "high": low + 2 * step}
    elif kind == "family":
        body |= {"family": "normal", "parameters": [draw(numbers), 1]}
    else:
        body |= {"formula": draw(st.sampled_from(["base", "2 * base", "base + 1"])), "unit": "1"}
    if draw(st.booleans()):
        body |= {"confidence": "J", "note": draw(texts)}
    return body


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.from_regex(r"q[a-z]{1,4}(\.[a-z]{1,3})?", fullmatch=True), quantities(), max_size=5
    )
)
def test_any_quantities_round_trip(tmp_path: Path, made: dict[str, Any]) -> None:
    document = yaml.safe_load(WALK)
    document["quantities"] |= {"base": 2, **made}
    scenario = load(written(tmp_path, to_yaml(document)))
    again = load(written(tmp_path, scenario.to_yaml(), "again.yaml"))
    assert again == scenario
    assert sha256(plain_data(again.spec)) == scenario.sha256
    for id_ in made:
        assert again.quantities[id_] == scenario.quantities[id_]
