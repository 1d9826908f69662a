"""What a text leaves on the table, issue by issue, against brute force over every package."""

import json
from pathlib import Path

import numpy as np
import pytest

from winset.cli import main
from winset.deals import Frontier
from winset.deals.frontier import undominated_points
from winset.insight.bargain import middle_payoffs
from winset.insight.left import left_of, scale_without_war
from winset.scenario import load

SMALL = """
winset: 1
id: small
title: Three issues
as_of: "2020-01-01"
start: 2020-01
parties: {a: {name: A}, b: {name: B}, c: {name: C}}
issues:
  land: {options: {ALL: {}, HALF: {}, NONE: {}}}
  money: {options: {MUCH: {}, SOME: {}, NOTHING: {}}}
  flag: {options: {OLD: {}, NEW: {}}}
interactions:
  - {options: [land.HALF, flag.NEW], party: b, points: 9}
preferences:
  a:
    weights: {land: 3, money: 2, flag: 1}
    scores: {land: {ALL: 100, HALF: 60, NONE: 0}, money: {MUCH: 0, SOME: 70, NOTHING: 100},
             flag: {OLD: 100, NEW: 0}}
    reservation: 0.3
  b:
    weights: {land: 1, money: 3, flag: 2}
    scores: {land: {ALL: 0, HALF: 30, NONE: 100}, money: {MUCH: 100, SOME: 40, NOTHING: 0},
             flag: {OLD: 0, NEW: 100}}
    reservation: 0.25
  c:
    weights: {land: 1, money: 1, flag: 1}
    scores: {land: {ALL: 20, HALF: 100, NONE: 0}, money: {MUCH: 0, SOME: 100, NOTHING: 50},
             flag: {OLD: 0, NEW: 100}}
    reservation: 0.1
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return str(path)


def test_every_text_against_brute_force(file: str) -> None:
    bargain = middle_payoffs(load(file))
    scale = scale_without_war(bargain)
    every = np.array(np.meshgrid(range(3), range(3), range(2))).T.reshape(-1, 3)
    gain = scale.gain(every)
    fine = (gain >= 0).all(axis=1)
    assert 1 < fine.sum() < len(every)
    frontier = undominated_points(gain[fine], every[fine], [1e-12] * 3)
    joint_gains = 0
    for text, now in zip(every, gain, strict=True):
        found = left_of(scale, text, frontier)
        for s, party in enumerate(bargain.parties):
            one = found["parties"][party]
            assert one["best"] == pytest.approx(gain[fine][:, s].max())
            assert one["left"] == pytest.approx(gain[fine][:, s].max() - now[s])
            rows = [row["parties"][party] for row in found["issues"].values()]
            links = found["links"][party]
            left = sum(row["left"] for row in rows) + links["best"] - links["points"]
            assert left == pytest.approx(100 * one["left"])  # the issues add up to the whole
        further = gain[fine] - now
        better = (further >= -1e-9).all(axis=1) & (further.max(axis=1) > 1e-9)
        assert (found["joint"] is not None) == better.any()
        if found["joint"] is not None:
            joint_gains += 1
            assert found["joint"]["smallest"] == pytest.approx(further.min(axis=1).max())
            for party in bargain.parties:
                moved = sum(row["joint"]["points"][party] for row in found["issues"].values())
                moved += found["links"][party]["joint"]
                assert moved == pytest.approx(100 * found["joint"]["gains"][party])
    assert 0 < joint_gains < len(every)


def test_without_an_overlap_there_is_no_best(file: str) -> None:
    bargain = middle_payoffs(load(file))
    none = Frontier(np.zeros((0, 3)), np.zeros((0, 3), dtype=np.int64))
    found = left_of(scale_without_war(bargain), np.zeros(3, dtype=np.int64), none)
    assert found["joint"] is None
    assert all(one["best"] is None for one in found["parties"].values())


def test_on_the_page_and_in_the_document(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deals", file, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["left"]["nash"]
    assert list(found["issues"]) == ["land", "money", "flag"]
    assert found["joint"] is None  # the Nash point is on the frontier
    assert main(["deals", file]) == 0
    page = capsys.readouterr().out
    assert "Left on the table by the Nash point" in page
    assert "Joint gain: none; it is on the frontier" in page
