"""`winset hinges` on a study made through the command line."""

import json
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
