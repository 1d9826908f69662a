"""`winset calibrate` as a user calls it."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
from recorded import record, siege

from winset.cli import main

FEW = ("--simulations", "4000", "--checks", "20")


def test_screen_document_and_charts(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    siege(tmp_path)
    record(tmp_path, seed=3)
    out = tmp_path / "out"
    place = str(tmp_path / "siege.yaml")
    assert main(["calibrate", place, "--data", str(tmp_path), *FEW, "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert "fitted to 2002-12 (24 months) and scored on 2003-01 to 2003-10" in " ".join(
        said.out.split()
    )
    assert "Ground gained" in said.out and "wars simulated" not in said.out
    assert max(len(line) for line in said.out.splitlines()) <= 100
    assert main(["calibrate", place, "--data", str(tmp_path), *FEW, "--json"]) == 0
    printed = capsys.readouterr().out
    document = json.loads(printed)
    assert printed == (out / "calibration.json").read_text(encoding="utf-8")
    ground = document["series"]["gain"]
    assert ground["of"] == 10 and len(ground["months"]) == 10
    assert ground["months"][0]["month"] == "2003-01"
    assert document["pooled"]["0.9"]["of"] == 20
    assert (
        sum(s["inside_90"] for s in document["series"].values())
        == (document["pooled"]["0.9"]["inside"])
    )
    if find_spec("altair") and find_spec("vl_convert"):
        assert sorted(p.name for p in out.glob("*.svg")) == [
            "check.svg",
            "fitted.svg",
            "held-back.svg",
        ]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--data", "nowhere"), "no such folder of data"),
        (("--worldview", "hihg"), "did you mean high?"),
        (("--simulations", "10"), "at least 4,000"),
    ],
)
def test_mistakes_end_with_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, args: tuple[str, ...], message: str
) -> None:
    siege(tmp_path)
    record(tmp_path, seed=3)
    given = ["calibrate", str(tmp_path / "siege.yaml"), "--data", str(tmp_path), *args]
    assert main(given) == 2
    said = capsys.readouterr()
    assert message in said.err and "Traceback" not in said.err and said.out == ""


def test_a_scenario_without_a_record(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["calibrate", "theory/random-walk", "--data", str(tmp_path)]) == 2
    assert "no section `calibration`" in capsys.readouterr().err
