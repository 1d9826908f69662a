"""`winset hinges` and `winset need` through the command line."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from valley import template, written

from winset import cli

SIZE = ("--draws", "64", "--paths", "8", "--months", "6", "--workers", "1", "--no-coarse")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("hinges")
    written(place, template(), "valley.yaml")
    assert cli.main(["run", str(place / "valley.yaml"), *SIZE, "--out", str(place / "s")]) == 0
    return place / "s"


@pytest.fixture
def winset(capsys: pytest.CaptureFixture[str]) -> Any:
    def _winset(*args: str) -> tuple[int, str, str]:
        status = cli.main(list(args))
        out, err = capsys.readouterr()
        return status, out, err

    return _winset


def test_the_page(study: Path, winset: Any) -> None:
    status, out, err = winset("hinges", str(study))
    assert status == 0 and "Traceback" not in err
    assert max(len(line) for line in out.splitlines()) <= 100
    for said in ("over draws of what is uncertain", "gives up by durable", "Not a forecast"):
        assert said in " ".join(out.split())


def test_json_says_the_same_twice(study: Path, winset: Any) -> None:
    status, out, _ = winset("hinges", str(study), "--json", "--measure", "signed")
    assert status == 0
    document = json.loads(out)
    assert document["measure"] == "signed" and document["draws"] == 64
    assert winset("hinges", str(study), "--json", "--measure", "signed")[1] == out
    for view in document["worldviews"]:
        assert view["quantities"] >= 1
        for one in view["hinges"]:
            assert 0 <= one["index"] <= 1 and 0 < one["p"] <= 0.05 and one["label"]
        assert view["sentences"]


def test_what_is_not_in_the_study_is_named(study: Path, winset: Any) -> None:
    args = ("--measure", "durabel", "--strategy", "nobody", "--worldview", "optimistc")
    status, out, err = winset("hinges", str(study), *args)
    assert status == 2 and out == ""
    assert "Did you mean durable?" in err and "--strategy" in err and "--worldview" in err
    status, _, err = winset("hinges", str(study.parent / "none"))
    assert status == 2 and "no such folder" in err


def test_too_few_draws(tmp_path: Path, winset: Any) -> None:
    written(tmp_path, template(), "valley.yaml")
    few = ("--draws", "8", "--paths", "4", "--months", "3", "--workers", "1", "--no-coarse")
    assert winset("run", str(tmp_path / "valley.yaml"), *few, "--out", str(tmp_path / "s"))[0] == 0
    status, _, err = winset("hinges", str(tmp_path / "s"))
    assert status == 2 and "8 draws; at least 24" in err


def test_need_says_what_would_have_to_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, winset: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, template(), "valley.yaml")
    small = ("--draws", "8", "--paths", "8", "--months", "6", "--by", "6", "--workers", "1")
    status, out, err = winset("need", "valley.yaml", *small, "--durable", "0.95")
    assert status == 0 and "Traceback" not in err
    assert max(len(line) for line in out.splitlines()) <= 100
    for said in ("hopeful: ", "grim: ", "levers: ", "beliefs: ", "nothing found does it", "greedy"):
        assert said in out
    (folder,) = (tmp_path / "studies").iterdir()
    assert folder.name.endswith("-s1-need")
    status, out, _ = winset("need", "valley.yaml", *small, "--durable", "0.95", "--json")
    document = json.loads(out)
    assert status == 0 and document["by"] == 6 and document["strategy"] == "steady"
    for view in document["worldviews"]:
        assert not view["reached_already"] and 0 <= view["now"]["mean"] < 0.95
        for way in view["ways"]:
            assert not way["reached"] and way["most"]["chance"]["mean"] < 0.95
            assert way["singles"] and way["tried"] > 1


def test_a_need_that_cannot_be(tmp_path: Path, monkeypatch: Any, winset: Any) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, template(), "valley.yaml")
    status, out, err = winset("need", "valley.yaml", "--durable", "50", "--by", "500")
    assert status == 2 and out == ""
    assert "--durable: found 50" in err and "--by: found month 500" in err
    status, _, err = winset("need", "valley.yaml", "--worldview", "hopefull")
    assert status == 2 and "Did you mean hopeful?" in err
    assert not (tmp_path / "studies").exists()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
def test_a_need_stopped_goes_on(tmp_path: Path) -> None:
    written(tmp_path, template(), "valley.yaml")
    command = [sys.executable, "-m", "winset", "need", "valley.yaml", "--durable", "0.95"]
    command += ["--draws", "64", "--paths", "192", "--workers", "1", "--out", "here"]
    running = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    cells = tmp_path / "here" / "cells"
    until = time.monotonic() + 120
    while time.monotonic() < until and len(list(cells.glob("*.cell"))) < 2:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130 and "Traceback" not in err
    assert "what is done is kept in here" in err
    kept = {path.name: path.stat().st_mtime_ns for path in cells.glob("*.cell")}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=300)
    assert done.returncode == 0
    assert (
        kept
        and kept.items()
        <= {path.name: path.stat().st_mtime_ns for path in cells.glob("*.cell")}.items()
    )
