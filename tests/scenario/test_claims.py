"""Claims switched: what each state does to the scenario, what is refused, what is recorded."""

from pathlib import Path

import pytest
from valley import changed, report, template, written

from winset.errors import OverrideError
from winset.scenario import Scenario, load
from winset.scenario.claims import elements, locate, switch_claims


@pytest.fixture
def valley(tmp_path: Path) -> Path:
    return written(tmp_path, template())


def refused(place: Path, *claims: str) -> str:
    with pytest.raises(OverrideError) as error:
        load(place, claims=claims)
    return str(error.value)


def test_off_disables_the_mechanism_and_is_recorded(valley: Path) -> None:
    plain, off = load(valley), load(valley, claims=["C1=off"])
    assert plain.enabled("breaks", "grim") and not off.enabled("breaks", "grim")
    assert off.sha256 != plain.sha256
    assert off.spec.switched == ("C1=off",) and off.set_from_outside == ("C1=off",)


def test_the_resolved_scenario_loads_again_unchanged(valley: Path, tmp_path: Path) -> None:
    for claims in (["C1=off"], ["C1=rival"], ["C2=off"], ["C2=rival"], ["C1=off", "C2=rival"]):
        off = load(valley, claims=claims)
        again = load(written(tmp_path, off.to_yaml(), "again.yaml"))
        assert again.sha256 == off.sha256


def test_rival_takes_the_value_of_the_first_other_worldview(valley: Path) -> None:
    plain, rival = load(valley), load(valley, claims=["C1=rival"])

    def numbers(scenario: Scenario, worldview: str) -> tuple[float | None, ...]:
        q = scenario.quantity("collapse", worldview)
        return q.low, q.mid, q.high

    assert numbers(rival, "grim") == numbers(plain, "hopeful")
    assert numbers(rival, "hopeful") == numbers(plain, "grim")
    assert rival.quantity("p_peace", "grim") == plain.quantity("p_peace", "grim")


def test_a_worldview_by_name_and_in_one_worldview_only(valley: Path) -> None:
    plain = load(valley)
    grim = load(valley, claims=["C1=grim"])
    assert grim.quantity("collapse", "hopeful").mid == plain.quantity("collapse", "grim").mid
    assert grim.quantity("collapse", "grim").mid == plain.quantity("collapse", "grim").mid
    one = load(valley, claims=["hopeful/C1=off"])
    assert not one.enabled("breaks", "hopeful") and one.enabled("breaks", "grim")
    number = load(valley, claims=["hopeful/p_peace=grim"])
    assert number.quantity("p_peace", "hopeful").mid == plain.quantity("p_peace", "grim").mid


def test_dropping_a_leg_is_the_version_without_it(valley: Path) -> None:
    plain, off = load(valley), load(valley, claims=["C2=off"])
    assert off.strategy("steady").levers == plain.strategy("steady_bare").levers
    assert off.strategy("steady").levers != plain.strategy("steady").levers
    assert off.spec.strategies["steady"].label == plain.spec.strategies["steady"].label


def test_a_number_set_by_hand_holds_over_a_claim(valley: Path) -> None:
    both = load(valley, claims=["C2=rival"], overrides=["hazard.guarded=0.002"])
    assert both.quantity("hazard.guarded", "grim").value == 0.002
    off = load(valley, claims=["C2=rival"])
    formula = off.quantity("hazard.guarded", "grim").formula
    assert formula is not None and formula.text == "hazard.bare"


SETS = """\
claim_sets:
  both: {label: Both, claims: [C1, C2]}
"""


def test_a_set_switches_together_and_on_takes_one_out(tmp_path: Path) -> None:
    place = written(tmp_path, template() + "\n---\n" + SETS)
    both = load(place, claims=["both=off"])
    assert both.sha256 == load(place, claims=["C2=off", "C1=off"]).sha256
    assert load(place, claims=["both=off", "C2=on"]).spec.switched == ("C1=off",)
    assert load(place, claims=["C1=on"]).sha256 == load(place).sha256


def test_what_cannot_be_switched_is_said(valley: Path) -> None:
    assert "no claim or set of claims 'C3' (known: C1, C2)" in refused(valley, "C3=off")
    assert "did you mean off?" in refused(valley, "C1=of")
    assert "write CLAIM=off" in refused(valley, "C1")
    assert "did you mean grim?" in refused(valley, "gram/C1=off")
    assert "only in all worldviews" in refused(valley, "grim/C2=off")
    assert "do not dispute" in refused(valley, "C2=grim")
    two = refused(valley, "C1=of", "C9=off")
    assert len(two.splitlines()) == 2


def test_a_claim_without_a_switch_says_why(tmp_path: Path) -> None:
    claim = "  C3: {text: It was so., kind: fact, no_switch: about the past}\n  C2:\n"
    place = written(tmp_path, changed(template(), "  C2:\n", claim))
    assert "about the past" in refused(place, "C3=off")


BAD = (
    ("disable: [breaks]", "disable: [brakes]", "did you mean breaks"),
    ("takes: [collapse]", "takes: [colapse]", "did you mean collapse"),
    ("of: [hopeful, grim]", "of: [hopefull, grim]", "did you mean hopeful"),
    ("without: {steady: [offer]}", "without: {steady: [ofer]}", "did you mean offer"),
    ("set: {hazard.guarded: hazard.bare}", "set: {hazard.guarded: hazrd.bare}", "hazard.bare"),
    ("disable: [breaks]", "instead: {derived.gane.value: 0}", "nothing at this place"),
    ("disable: [breaks]", "note: nothing", "changes nothing"),
    ("set: {hazard.guarded: hazard.bare}", "levels: {steady: {arm: steady}}", "did you mean arms"),
    ("set: {hazard.guarded: hazard.bare}", "plays: {steady: stedy}", "did you mean steady"),
)


@pytest.mark.parametrize(("old", "new", "said"), BAD, ids=[new[:20] for _, new, _ in BAD])
def test_check_verifies_what_a_switch_refers_to(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    found = report(tmp_path, changed(template(), old, new))
    assert any(said in str(problem) for problem in found.problems), found.problems


def test_strict_wants_a_mark_on_a_switch_s_number(tmp_path: Path) -> None:
    text = changed(template(), "set: {hazard.guarded: hazard.bare}", "set: {hazard.guarded: 0.03}")
    assert report(tmp_path, text).ok
    assert any("judgement" in str(p) for p in report(tmp_path, text, strict=True).problems)
    marked = changed(text, "rival: {of: grim, means", "rival: {of: grim, confidence: J, means")
    assert report(tmp_path, marked, strict=True).ok


def test_a_claim_that_is_expressed_should_say_how_it_is_switched(tmp_path: Path) -> None:
    text = changed(
        template(), "    rival: {of: [hopeful, grim], takes: [collapse]}", "    sources: GUIDE"
    )
    found = report(tmp_path, text)
    assert found.ok and any("no_switch" in str(w) for w in found.warnings)


def test_elements_are_the_parts_that_name_the_claim(valley: Path) -> None:
    scenario = load(valley)
    carried = elements(scenario.spec)
    assert {(e.kind, e.name) for e in carried["C1"]} == {
        ("quantity", "collapse"),
        ("event", "breaks"),
    }
    assert [(e.kind, e.name) for e in carried["C2"]] == [("strategy", "steady")]


def test_places_are_found_where_ids_hold_dots() -> None:
    data = {"derived": {"gain": {"value": 1}, "gain.rest": {"value": 2}}, "pairs": [{"cost": 3}]}
    assert locate(data, "derived.gain.rest.value") == ("derived", "gain.rest", "value")
    assert locate(data, "derived.gain.value") == ("derived", "gain", "value")
    assert locate(data, "derived.gain.label") == ("derived", "gain", "label")
    assert locate(data, "pairs.0.cost") == ("pairs", 0, "cost")
    assert locate(data, "pairs.1.cost") is None
    assert locate(data, "derived.loss.value") is None


def test_nothing_switched_is_the_scenario_itself(valley: Path) -> None:
    spec = load(valley).spec
    assert switch_claims(spec, ()) == (spec, ())
