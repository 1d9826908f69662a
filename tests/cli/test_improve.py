"""`winset improve` and `winset hinges --sobol` through the command line, on a small real war."""

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

pytest.importorskip("pymoo")
pytest.importorskip("SALib")

SIZE = ("--draws", "8", "--paths", "4", "--months", "6", "--workers", "1")
SCORE = ("--score-draws", "8", "--score-paths", "4")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("improve")
    written(folder, template(), "valley.yaml")
    return folder


@pytest.fixture
def winset(capsys: pytest.CaptureFixture[str]) -> Any:
    def _winset(*args: str) -> tuple[int, str, str]:
        status = cli.main(list(args))
        out, err = capsys.readouterr()
        return status, out, err

    return _winset


def test_the_page_the_files_and_the_second_time(place: Path, winset: Any) -> None:
    out = place / "s"
    asked = ("improve", str(place / "valley.yaml"), "--budget", "16", *SIZE, *SCORE)
    status, page, err = winset(*asked, "--out", str(out))
    assert status == 0 and "Traceback" not in err
    assert max(len(line) for line in page.splitlines() if str(out) not in line) <= 100
    for said in ("strategies tried", "To paste:", "Not a forecast", "improved_1"):
        assert said in " ".join(page.split())
    for name in ("strategies.yaml", "scenario.yaml", "result.json", "tried.json"):
        assert (out / name).is_file(), name
    assert "nan" not in (out / "tradeoff.svg").read_text().lower()
    status, document, _ = winset(*asked, "--out", str(out), "--json")
    assert status == 0
    assert json.loads(document) == json.loads((out / "result.json").read_text())
    # What it wrote can be checked strictly, and run.
    assert winset("check", str(out / "scenario.yaml"), "--strict")[0] == 0
    again = ("--strategy", "improved_1", "--worldview", "hopeful", "--no-coarse", *SIZE)
    assert winset("run", str(out / "scenario.yaml"), *again, "--out", str(place / "r"))[0] == 0


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--budget", "many"), "--budget"),
        (("--budget", "0"), "--budget"),
        (("--hold", "arm"), "Did you mean arms"),
        (("--objective", "durabel"), "Did you mean durable"),
        (("--strategy", "steadi"), "Did you mean steady"),
    ],
)
def test_what_cannot_be_is_said(place: Path, winset: Any, args: tuple[str, ...], said: str) -> None:
    status, _, err = winset("improve", str(place / "valley.yaml"), *SIZE, *args)
    assert status == 2 and said in err and "Traceback" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="an interrupt is sent otherwise there")
def test_an_interrupt_keeps_what_is_done(place: Path, winset: Any) -> None:
    out = place / "cut"
    asked = ["improve", str(place / "valley.yaml"), "--budget", "200", *SIZE, *SCORE]
    process = subprocess.Popen(
        [sys.executable, "-m", "winset", *asked, "--out", str(out)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ},
    )  # fmt: skip
    until = time.monotonic() + 120
    while len(list(out.glob("cells/*.cell"))) < 12 and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and "the same command goes on" in err
    assert "Traceback" not in err
    kept = {p.name: p.stat().st_mtime_ns for p in out.glob("cells/*.cell")}
    assert len(kept) >= 12
    shorter = [*asked[:3], "12", *asked[4:]]
    assert winset(*shorter, "--out", str(out))[0] == 0
    now = {p.name: p.stat().st_mtime_ns for p in out.glob("cells/*.cell")}
    assert kept.items() <= now.items()


def test_sobol_on_a_study(place: Path, winset: Any) -> None:
    study = str(place / "study")
    size = ("--draws", "32", "--paths", "4", "--months", "6", "--workers", "1", "--no-coarse")
    assert winset("run", str(place / "valley.yaml"), *size, "--out", study)[0] == 0
    asked = ("hinges", study, "--sobol", "16", "--worldview", "hopeful", "--workers", "1")
    status, page, err = winset(*asked)
    assert status == 0 and "Traceback" not in err
    assert "all others" in page and "with all" in page
    assert max(len(line) for line in page.splitlines()) <= 100
    status, document, _ = winset(*asked, "--quantity", "p_peace", "--json")
    assert status == 0
    (view,) = json.loads(document)["worldviews"]
    assert [factor["name"] for factor in view["factors"]] == ["p_peace", "all others"]
    assert view["runs"] == 4 * 16
    for wrong, said in ((("--sobol", "17"), "power of 2"), (("--quantity", "x"), "for --sobol")):
        status, _, err = winset("hinges", study, *wrong)
        assert status == 2 and said in err
