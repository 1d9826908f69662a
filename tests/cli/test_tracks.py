"""`winset tracks` as its users meet it."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from track_game import TrackGame

from winset.cli import main
from winset.insight.tracks import MOST, Way, negotiated, track_sizes, ways_of
from winset.scenario import Scenario, load
from winset.study import plan
from winset.study.variants import Lab, Variant
from winset.talks.tracks import acting

SMALL = ["--draws", "8", "--paths", "16", "--months", "6", "--workers", "1"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("track_game")
    TrackGame("package").with_(momentum=1.5, complexity=0.8).scenario(home)
    return home


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["tracks", *words])
    out = capsys.readouterr()
    return code, out.out, out.err


def test_all_orders_are_compared(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "ways.svg"
    code, out, _ = said(capsys, str(folder), *SMALL, "--json", "--picture", str(picture))
    assert code == 0
    found = json.loads(out)
    (view,) = found["worldviews"]
    ways = view["ways"]
    assert [way["mode"] for way in ways] == ["package", "parallel", *["sequence"] * 6]
    assert len({tuple(way["order"]) for way in ways if way["mode"] == "sequence"}) == 6
    assert view["sessions"]["momentum"] == 1.5
    assert "less_package" in ways[2]
    assert ways[0]["less_package"] == {}
    for way in ways[1:]:
        measures = way["measures"]
        gap = measures["signed"]["mean"] - ways[0]["measures"]["signed"]["mean"]
        assert way["less_package"]["signed"]["diff"] == pytest.approx(gap)
        assert 0 <= measures["closed.one"]["mean"] <= 1
        # signing closes all tracks, so none closes more rarely than talks sign
        assert measures["closed.one"]["mean"] >= measures["signed"]["mean"]
    first = {way["order"][0]: way for way in ways if way["order"]}
    for name, way in first.items():
        assert way["measures"][f"closed.{name}"]["mean"] > way["measures"]["signed"]["mean"]
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    code, text, _ = said(capsys, str(folder), *SMALL)
    assert code == 0
    assert "1 then 2 then 3" in text and "package" in text and "Not a forecast" in text
    assert max(map(len, text.splitlines())) <= 100
    again = said(capsys, str(folder), *SMALL, "--json")[1]
    assert again == out  # the same seed, the same numbers


def test_alone_needs_no_war(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "region.svg"
    words = ["--alone", "--accept", "0.05", "--picture", str(picture)]
    code, out, _ = said(capsys, str(folder), *words, "--json")
    assert code == 0
    found = json.loads(out)
    assert found["tracks"] == {"one": 1, "two": 1, "three": 2}
    assert (found["momentum"], found["complexity"]) == (1.5, 0.8)
    edge = found["sequence_closes_first_above_momentum"]
    assert edge > 0
    assert picture.stat().st_size > 5000
    # above the edge a sequence comes first, below it the package, with the war left out
    for momentum, first in ((edge * 1.05, "sequence"), (edge * 0.95, "package")):
        more = ["--alone", "--accept", "0.05", "--ends", "0", "--momentum", str(momentum)]
        ways = json.loads(said(capsys, str(folder), *more, "--json")[1])["ways"]
        quickest = min(
            (way for way in ways if way["mode"] != "parallel"),
            key=lambda way: way["months_to_signing"],
        )
        assert quickest["mode"] == first
    code, text, _ = said(capsys, str(folder), "--alone")
    assert code == 0 and "A sequence closes first" in text
    assert "No momentum makes" in said(capsys, str(folder), "--alone", "--accept", "0.5")[1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--alone", "--accept", "1.5"], "--accept: found 1.5, allowed above 0 to 1"),
        (["--alone", "--momentum", "0"], "--momentum: found 0"),
        (["--worldview", "bas"], "base"),
        (["--strategy", "todai"], "today"),
        (["--picture", "x.gif"], ".svg"),
        (["--draws", "0"], "--draws"),
    ],
)
def test_what_is_wrong_is_said(
    folder: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = said(capsys, str(folder), *words)
    assert code == 2
    assert told in err and "Traceback" not in err and not out


def test_a_scenario_without_tracks_is_told_what_to_write(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, _, err = said(capsys, "theory/two-level")
    assert code == 2
    assert "tracks.groups" in err


def test_an_issue_left_out_is_named(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (folder / "scenario.yaml").read_text(encoding="utf-8")
    text = text.replace("    three: [z, w]\n", "    three: [z]\n")
    (tmp_path / "scenario.yaml").write_text(text, encoding="utf-8")
    code, _, err = said(capsys, str(tmp_path))
    assert code == 2
    assert "in no track: w" in err


def test_many_orders_are_searched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Five tracks have 120 orders: a spread of them is played, then neighbours of the best."""
    text = TrackGame("package").with_(momentum=2.0, complexity=1.0).text()
    more = "  v: {options: {lo: {}, hi: {}}, no_deal: lo, power: [a, b]}\npreferences:\n"
    text = text.replace("preferences:\n", more, 1)
    for party, low, high in (("a", 0, 100), ("b", 100, 0)):
        text = text.replace(f"w: {party}w}}", f"w: {party}w, v: 0.2}}")
        scores = f"{{lo: {low}, hi: {high}}}"
        text = text.replace(f"w: {scores}}}", f"w: {scores}, v: {scores}}}")
    text = text.replace("    three: [z, w]\n", "    three: [z]\n    four: [w]\n    five: [v]\n")
    text = text.replace("order: [one, two, three]", "order: [one, two, three, four, five]")
    (tmp_path / "scenario.yaml").write_text(text, encoding="utf-8")
    scenario = load(tmp_path)
    spread = ways_of(track_sizes(scenario))
    assert len(spread) < 12
    small = ["--draws", "8", "--paths", "16", "--months", "3", "--workers", "1"]
    code, out, _ = said(capsys, str(tmp_path), *small, "--json")
    assert code == 0
    ways = json.loads(out)["worldviews"][0]["ways"]
    orders = [tuple(way["order"]) for way in ways if way["mode"] == "sequence"]
    assert len(spread) - 2 < len(orders) == len(set(orders)) <= MOST


def test_a_claim_about_momentum_is_felt_on_tracks_only(flagship: Scenario) -> None:
    """Cells are named by what acts in them: momentum does on tracks, not for the package."""
    ways = [Way("package"), Way("parallel")]
    on_tracks = negotiated(flagship, "three_legs", ways)
    assert acting(on_tracks.spec, on_tracks.strategy("by_tracks.1"))[0] == "parallel"
    design = plan(on_tracks, strategies=["by_tracks.0", "by_tracks.1"], quick=True)
    with Lab(design) as lab:
        same = [
            lab.name(Variant((), "article", f"by_tracks.{n}"))
            == lab.name(Variant(("A51=off",), "article", f"by_tracks.{n}"))
            for n in (0, 1)
        ]
        assert same == [True, False]
        plain = lab.name(Variant((), "article", "three_legs"))
        assert plain == lab.name(Variant((), "article", "by_tracks.0"))


@pytest.fixture(scope="module")
def flagship() -> Scenario:
    return load("ukraine-2025")


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
def test_ctrl_c_ends_with_130(tmp_path: Path) -> None:
    replace(TrackGame("package"), months=12).scenario(tmp_path)
    words = [sys.executable, "-m", "winset", "tracks", str(tmp_path), "--draws", "512"]
    words += ["--paths", "512", "--workers", "1", "--out", str(tmp_path / "kept")]
    running = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    )
    for _ in range(600):
        if (tmp_path / "kept").exists():
            break
        try:
            running.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=120)
    assert running.returncode == 130, err
    assert "Traceback" not in err and not out
