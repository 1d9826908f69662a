"""What could be signed without a war, on an example worked by hand."""

import json
from pathlib import Path

import pytest

from winset.cli import main
from winset.errors import OverrideError
from winset.insight.bargain import explore
from winset.insight.deal_report import document
from winset.insight.invent import invent
from winset.insight.plan_report import plan_document, plans_document
from winset.scenario import load

RIVER = """
winset: 1
id: river
title: A river between two
as_of: "2020-01-01"
start: 2020-01
parties: {up: {name: Upstream}, down: {name: Downstream}}
issues:
  water: {options: {UP: {}, DOWN: {}}, confidence: J}
  road: {options: {OPEN: {}, SHUT: {}}, confidence: J}
  fish: {options: {UP: {}, DOWN: {}}, confidence: J}
plans:
  DRY: {title: All upstream, options: {water: UP, road: SHUT, fish: UP}, confidence: J}
preferences:
  up:
    {scale: points, reservation: RESERVED, confidence: J,
     weights: {water: 0.6, road: 0.1, fish: 0.3},
     scores: {water: {UP: 100, DOWN: 0}, road: {OPEN: 100, SHUT: 0}, fish: {UP: 100, DOWN: 0}}}
  down:
    {scale: points, reservation: RESERVED, confidence: J,
     weights: {water: 0.4, road: 0.1, fish: 0.5},
     scores: {water: {UP: 0, DOWN: 100}, road: {OPEN: 100, SHUT: 0}, fish: {UP: 0, DOWN: 100}}}
"""


def river(folder: Path, reserved: float) -> Path:
    file = folder / "river.yaml"
    file.write_text(RIVER.replace("RESERVED", str(reserved)), encoding="utf-8")
    return file


def test_frontier_points_and_trade_by_hand(tmp_path: Path) -> None:
    scenario = load(river(tmp_path, 0.2))
    found = document(scenario, explore(scenario))
    # With the road open: water and fish to up (1.0, 0.1); water up, fish down (0.7, 0.6), which
    # beats water down, fish up (0.4, 0.5); both down (0.1, 1.0).
    values = [tuple(round(v, 9) for v in p["values"].values()) for p in found["frontier"]]
    assert values == [(0.1, 1.0), (0.7, 0.6), (1.0, 0.1)]
    assert [p["in_overlap"] for p in found["frontier"]] == [False, True, False]
    # The two mixed ones are above 0.2, also with the road shut, 0.1 less for each.
    assert found["overlap"] == {
        "packages": 4, "share": 0.5, "share_error": 0.0, "frontier_points": 1,
    }  # fmt: skip
    nash = found["solutions"]["nash"]
    assert nash["package"] == {"water": "UP", "road": "OPEN", "fish": "DOWN"}
    assert found["solutions"]["egalitarian"]["values"]["down"] == pytest.approx(0.6)
    assert found["packages"] == 8
    # Upstream has 60 on water and 30 on fish, downstream 40 and 50: each its own, against half of
    # both, is 60 - 45 and 50 - 45.
    (trade,) = found["trades"]
    assert trade["to"] == {"up": "water", "down": "fish"}
    assert trade["gains"] == {"up": pytest.approx(15.0), "down": pytest.approx(5.0)}
    # Adjusted Winner: of 90 points each water to up (66.7), fish to down (55.6); up hands over a
    # part s of the water until 66.7 (1 - s) = 55.6 + 44.4 s.
    split = found["adjusted_winner"]
    assert split["divided"] == "water"
    assert split["shares"]["water"]["up"] == pytest.approx(0.9)
    assert split["points"] == {"up": pytest.approx(60.0), "down": pytest.approx(60.0)}


def test_what_keeps_them_apart(tmp_path: Path) -> None:
    scenario = load(river(tmp_path, 0.65))
    found = document(scenario, explore(scenario))
    assert found["overlap"]["packages"] == 0
    assert found["solutions"]["nash"] is None
    # Nearest: (0.7, 0.6), 5 points short. If both had their best on water, fish to downstream would
    # make it (0.7, 1.0); if both had it on fish, water to upstream would leave (1.0, 0.6).
    assert found["why"]["shortfall"] == pytest.approx(5.0)
    assert found["why"]["single_issues"] == ["water"]


def test_a_stated_value_replaces_the_scenarios(tmp_path: Path) -> None:
    scenario = load(river(tmp_path, 0.2))
    assert explore(scenario, None, {"down": 0.55}).count.packages == 1  # (0.7, 0.6)


def test_a_plan_is_mended_by_the_fewest_options(tmp_path: Path) -> None:
    scenario = load(river(tmp_path, 0.2))
    found = plan_document(scenario, "DRY")
    assert found["values"] == {"up": pytest.approx(0.9), "down": pytest.approx(0.0)}
    assert found["blocks"] == [{"who": "down", "by": pytest.approx(0.2)}]
    # One option: fish to downstream costs upstream .3, water .6 (and leaves it .3, above .2).
    changes = [c["change"] for c in found["changes"]["down"]]
    assert changes == [{"fish": ["UP", "DOWN"]}, {"water": ["UP", "DOWN"]}]
    best = found["improvement"]["within_three_changes"]
    assert best["change"] == {"road": ["SHUT", "OPEN"]}
    assert best["smallest_gain"] == pytest.approx(0.1)
    assert found["improvement"]["any_package"]["smallest_gain"] == pytest.approx(0.1)
    assert plans_document(scenario)["values"]["DRY"] == found["values"]


def test_a_mixture_meets_where_no_option_does(tmp_path: Path) -> None:
    file = tmp_path / "two.yaml"
    text = RIVER.replace("RESERVED", "0.3").replace("fish: 0.5", "fish: 0.05")
    text = text.replace("fish: 0.3,", "fish: 0.05,").replace("fish: 0.3}", "fish: 0.05}")
    file.write_text(text.replace("water: 0.6", "water: 0.85").replace("water: 0.4", "water: 0.85"))
    # Water .85 and fish .05 for both: whole, one side has at most .05 + .1 of the .3 it needs.
    # Half-way, with the fish to one of them: .425 + .1, and .05 more for the other.
    (found,) = invent(load(file), "water")["worldviews"]
    assert found["as_listed"]["smallest_gain"] == pytest.approx(-0.15)
    best = found["found"][0]
    assert best["mixture"] == {"UP": 0.5, "DOWN": 0.5}
    assert best["package"]["road"] == "OPEN"
    assert best["smallest_gain"] == pytest.approx(0.225)
    assert sorted(best["expected_gains"].values()) == [pytest.approx(0.225), pytest.approx(0.275)]


def test_wrong_names_are_answered_with_the_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(river(tmp_path, 0.2))
    for args, said in (
        (["plan", file, "DRYE"], "did you mean 'DRY'?"),
        (["invent", file, "--issue", "watr"], "did you mean 'water'?"),
        (["deals", file, "--fighting-on", "uppp=0.1"], "did you mean 'up'?"),
        (["deals", file, "--fighting-on", "up=much"], "'much' is no number"),
    ):
        assert main(args) == 2
        assert said in capsys.readouterr().err
    wrong = tmp_path / "mine.yaml"
    wrong.write_text("water: SIDEWAYS\nrood: OPEN\nfish: UP\n", encoding="utf-8")
    with pytest.raises(OverrideError) as caught:
        plan_document(load(file), str(wrong))
    for part in ("'rood'; did you mean 'road'?", "'SIDEWAYS'", "'road' is left open"):
        assert part in str(caught.value)


def test_a_file_of_options_is_a_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(river(tmp_path, 0.2))
    mine = tmp_path / "mine.yaml"
    mine.write_text("title: Mine\noptions: {water: UP, road: OPEN, fish: DOWN}\n", encoding="utf-8")
    assert main(["plan", file, str(mine), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["title"] == "Mine"
    assert found["blocks"] == []
    for args in (["plan", file, str(mine)], ["plans", file], ["deals", file]):
        assert main(args) == 0
        assert "Upstream" in capsys.readouterr().out
