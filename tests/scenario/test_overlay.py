"""`extends`: what merges, what grows, what replaces, what goes."""

from pathlib import Path
from typing import Any

import pytest
from valley import WALK, changed, written

from winset.errors import ScenarioError
from winset.scenario import Scenario, load

PAIRS = """
incompatible:
  - {options: [prize.ALL, road.SHUT], strength: soft, cost: 7}
  - {options: [prize.NONE, road.SHUT], strength: hard}
notes: [one, two]
course: [held]
"""
BASE = (
    changed(
        changed(
            WALK,
            "no_deal: HALF",
            "no_deal: HALF\n  road:\n    options: {OPEN: {}, SHUT: {}}\n    no_deal: SHUT",
        ),
        "id: walk",
        "id: base",
    )
    + PAIRS
)


def over(folder: Path, text: str, base: str = BASE) -> Scenario:
    written(folder, base, "base.yaml")
    return load(written(folder, "extends: base.yaml\n" + text, "over.yaml"))


def test_maps_merge_by_id(tmp_path: Path) -> None:
    scenario = over(
        tmp_path,
        "id: over\ntitle: Later\nquantities: {fresh: 3}\nparties: {b: {name: Bee}}\n",
    )
    assert (scenario.id, scenario.spec.title, scenario.spec.as_of) == (
        "over",
        "Later",
        "2004-12-31",
    )
    assert list(scenario.quantities)[:6] == [
        "forts",
        "start",
        "win_chance",
        "cost.a",
        "cost.b",
        "fresh",
    ]
    assert scenario.spec.parties["b"].name == "Bee"
    assert scenario.places["quantities", "fresh"][0].endswith("over.yaml")
    assert scenario.places["quantities", "forts"][0].endswith("base.yaml")
    assert "extends" not in scenario.resolved()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("win_chance: 0.7", {"value": 0.7, "mid": None, "bounds": (0, 1), "sources": ("SS04",)}),
        ("win_chance: cost.b * 2", {"value": None, "mid": None, "bounds": (0, 1)}),
        ("win_chance: {high: 0.7}", {"low": 0.55, "mid": 0.6, "high": 0.7}),
        ("win_chance: {value: 0.7, sources: SJ}", {"value": 0.7, "low": None, "sources": ("SJ",)}),
        ("win_chance: {family: beta, parameters: [2, 2]}", {"family": "beta", "mid": None}),
        ("forts: {low: 8, mid: 10, high: 12}", {"value": None, "mid": 10, "confidence": "A"}),
        ("forts: {note: why}", {"value": 10, "note": "why"}),
        ("forts: {believed_by: {a: 9}}", {"value": 10}),
    ],
)
def test_a_number_said_anew(tmp_path: Path, said: str, kept: dict[str, Any]) -> None:
    scenario = over(tmp_path, f"quantities:\n  {said}\n")
    quantity = scenario.quantities[said.split(":")[0]]
    assert {field: getattr(quantity, field) for field in kept} == kept


def test_a_bare_number_can_be_said_more_of(tmp_path: Path) -> None:
    base = changed(BASE, "forts: {value: 10, sources: SS04, confidence: A}", "forts: 10")
    scenario = over(tmp_path, "quantities: {forts: {unit: '1', sources: SJ}}\n", base)
    assert (scenario.quantities["forts"].value, scenario.quantities["forts"].sources) == (
        10,
        ("SJ",),
    )


def test_pairs_grow_and_replace_by_their_options(tmp_path: Path) -> None:
    scenario = over(
        tmp_path,
        "incompatible:\n"
        "  - {options: [road.SHUT, prize.ALL], strength: soft, cost: 9}\n"
        "  - {options: [prize.HALF, road.SHUT], strength: hard}\n"
        "notes: [three]\n",
    )
    pairs = scenario.spec.incompatible
    assert [pair.strength for pair in pairs] == ["soft", "hard", "hard"]
    assert pairs[0].cost is not None and pairs[0].cost.value == 9
    assert scenario.spec.notes == ("three",)


def test_null_takes_an_entry_away(tmp_path: Path) -> None:
    scenario = over(tmp_path, "worldviews: {low: null}\ncourse: null\n")
    assert scenario.worldviews == ("high",)
    assert scenario.spec.course == ()


def test_overlays_stand_on_overlays_and_on_bundled_ones(tmp_path: Path) -> None:
    written(tmp_path, BASE, "base.yaml")
    written(tmp_path, "extends: base.yaml\nquantities: {forts: 11, start: 5}\n", "middle.yaml")
    top = load(written(tmp_path, "extends: ./middle.yaml\nquantities: {forts: 12}\n", "top.yaml"))
    assert (top.quantities["forts"].value, top.quantities["start"].value) == (12, 5)
    text = "extends: theory/random-walk\nid: mine\nquantities: {forts: 12}\n"
    assert load(written(tmp_path, text, "mine.yaml")).quantities["forts"].value == 12


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("over", "a circle of `extends`: over -> over"),
        ("nowhere", "there is no such scenario"),
        ("[a]", "is due here"),
    ],
)
def test_bad_bases(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(written(tmp_path, f"extends: {name}\n", "over.yaml"))
    assert words in str(caught.value)


def test_a_circle_of_two(tmp_path: Path) -> None:
    written(tmp_path, "extends: b.yaml\n", "a.yaml")
    written(tmp_path, "extends: a.yaml\n", "b.yaml")
    with pytest.raises(ScenarioError, match="a circle of `extends`: a -> b -> a"):
        load(tmp_path / "a.yaml")
