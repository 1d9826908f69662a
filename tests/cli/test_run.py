"""The commands run, rerun, trace and export, from the command line's door."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from fake_cells import MAKERS, FakeScenario, flagship_like, load, small

from winset import cli
from winset.study.makers import Makers

WALK = ("run", "theory/learning-walk", "--quick")


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """In an empty folder, with the made-up cells: `small` and `large` are scenarios."""
    names = {"small": small(), "large": flagship_like()}

    def load_any(name: str | Path, *, overrides: Any = (), **_: Any) -> FakeScenario:
        if str(name) in names:
            return FakeScenario(names[str(name)], tuple(overrides))
        return load(name, overrides=overrides)

    monkeypatch.setattr("winset.scenario.scenario.load", load_any)
    wanted = (MAKERS.cell, MAKERS.warm, MAKERS.load, MAKERS.trace)
    monkeypatch.setattr(Makers.__init__, "__defaults__", wanted)
    monkeypatch.chdir(tmp_path)
    return tmp_path


Said = Any


@pytest.fixture
def winset(capsys: pytest.CaptureFixture[str]) -> Said:
    def _winset(*args: str) -> tuple[int, str, str]:
        status = cli.main(list(args))
        out, err = capsys.readouterr()
        return status, out, err

    return _winset


def test_the_first_screen(made_up: Path, winset: Said) -> None:
    status, out, err = winset("run", "large", "--quick", "--workers", "1")
    assert status == 0
    lines = out.splitlines()
    assert len(lines) <= 40
    assert max(len(line) for line in lines) <= 100
    assert lines[0].endswith("as of 2025-10-31")
    assert "Verdict on three_legs" in out
    assert "Next: winset run large   (without --quick" in out
    assert "Traceback" not in err
    (study,) = (made_up / "studies").iterdir()
    assert study.name == f"made_up-{FakeScenario(flagship_like()).sha256[:8]}-s1"
    assert (study / "results.json").exists()


def test_json_is_one_document_and_nothing_else(made_up: Path, winset: Said) -> None:
    status, out, _ = winset("run", "small", "--quick", "--seed", "3", "--out", "here", "--json")
    assert status == 0
    document = json.loads(out)
    assert out == (made_up / "here" / "results.json").read_text(encoding="utf-8")
    assert (document["seed"], document["draws"], document["paths"]) == (3, 32, 64)
    assert len(document["cells"]) == 8


def test_the_options_reach_the_design(made_up: Path, winset: Said) -> None:
    args = ("--strategy", "walk_away", "--strategy", "three_legs", "--worldview", "pressure")
    more = ("--draws", "8", "--paths", "4", "--months", "7", "--solver", "exact", "--set", "rate=2")
    status, out, _ = winset("run", "small", *args, *more, "--out", "here", "--json")
    assert status == 0
    document = json.loads(out)
    assert [(c["worldview"], c["strategy"]) for c in document["cells"]] == [
        ("pressure", "three_legs"),
        ("pressure", "walk_away"),
    ]
    assert (document["draws"], document["paths"], document["months"]) == (8, 4, 7)
    manifest = json.loads((made_up / "here" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["arguments"]["solver"] == "exact"
    assert manifest["overrides"] == ["rate=2"]


def test_a_second_run_resumes_and_detail_costs_nothing(made_up: Path, winset: Said) -> None:
    size = ("--draws", "16", "--paths", "16", "--workers", "1", "--out", "here")
    _, first, _ = winset("run", "small", *size)
    status, again, _ = winset("run", "small", *size)
    assert status == 0
    assert again == first
    _, detail, _ = winset("run", "small", *size, "--detail", "--measure", "deaths")
    assert "Every measure, by strategy and worldview" in detail
    assert "deaths, person ±" in detail
    manifest = json.loads((made_up / "here" / "manifest.json").read_text(encoding="utf-8"))
    assert len(manifest["sessions"]) == 1


def test_another_study_in_the_folder_is_refused(made_up: Path, winset: Said) -> None:
    assert winset("run", "small", "--quick", "--out", "here")[0] == 0
    status, out, err = winset("run", "small", "--out", "here", "--seed", "2", "--set", "rate=2")
    assert status == 2
    assert out == ""
    for said in ("seed: 1 there, 2 here", "draws: 32 there, 128 here", "--set: none there, rate=2"):
        assert said in err
    assert "Traceback" not in err


def test_quick_and_full_do_not_meet_in_the_default_folder(made_up: Path, winset: Said) -> None:
    assert winset("run", "small", "--quick")[0] == 0
    assert winset("run", "small")[0] == 0
    assert len(list((made_up / "studies").iterdir())) == 2


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--strategy", "walkaway"), "Did you mean walk_away?"),
        (("--worldview", "presure"), "Did you mean pressure?"),
        (("--measure", "deths"), "Did you mean deaths?"),
        (("--draws", "0"), "--draws: found 0"),
        (("--workers", "0"), "--workers"),
        (("--solver", "best"), "--solver"),
        (("--seed", "x"), "--seed"),
    ],
)
def test_a_wrong_wish_ends_with_two(
    made_up: Path, winset: Said, args: tuple[str, ...], said: str
) -> None:
    status, out, err = winset("run", "small", *args)
    assert status == 2
    assert said in err
    assert out == ""
    assert not (made_up / "studies").exists()


def test_the_coarse_grid_comes_first_on_stderr(made_up: Path, winset: Said) -> None:
    size = ("--draws", "64", "--paths", "64", "--workers", "1")
    _, out, err = winset("run", "small", *size, "--out", "one")
    assert "First coarse grid" in err
    assert "First coarse grid" not in out
    _, same, err = winset("run", "small", *size, "--out", "two", "--no-coarse")
    assert "First coarse grid" not in err
    # the title says how long it took, the last line where it is kept
    assert same.splitlines()[2:-1] == out.splitlines()[2:-1]


def test_rerun_says_that_it_is_the_same(made_up: Path, winset: Said) -> None:
    assert winset("run", "small", "--quick", "--out", "here")[0] == 0
    status, out, _ = winset("rerun", "here", "--workers", "1")
    assert status == 0
    assert "reproduced bit for bit" in out
    status, _, err = winset("rerun", "here")
    assert status == 2
    assert "here-rerun: holds a finished study" in err


def test_rerun_says_how_it_differs(
    made_up: Path, winset: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fake_cells

    assert winset("run", "small", "--quick", "--workers", "1", "--out", "here")[0] == 0
    number = fake_cells.number
    monkeypatch.setattr(fake_cells, "number", lambda *words: number("otherwise", *words))
    monkeypatch.setattr("winset.study.provenance.code", lambda: "0123")
    status, out, _ = winset("rerun", "here", "--workers", "1")
    assert status == 1
    assert "not reproduced" in out
    assert "cells.parquet:" in out
    assert "code: " in out


def test_trace_tells_a_path(made_up: Path, winset: Said) -> None:
    assert winset("run", "small", "--quick", "--out", "here")[0] == 0
    status, out, _ = winset("trace", "here")
    assert status == 0
    assert out.startswith("three_legs under article, draw ")
    assert "the first of its draw that signs" in " ".join(out.split())
    assert "ratified (chance 70%): signed" in out
    status, out, _ = winset("trace", "here", "--worldview", "pressure", "--path", "0", "--json")
    document = json.loads(out)
    assert (document["worldview"], document["path"]) == ("pressure", 0)
    assert len(document["months"]) == 8
    status, _, err = winset("trace", "here", "--strategy", "walkaway", "--draw", "99")
    assert status == 2
    assert "Did you mean walk_away?" in err
    assert "allowed 0 to 31" in err


def test_export_writes_what_is_asked(made_up: Path, winset: Said) -> None:
    assert winset("run", "small", "--quick", "--out", "here")[0] == 0
    status, out, _ = winset("export", "here", "--csv", "csv", "--xlsx", "book.xlsx")
    assert status == 0
    for path in out.split():
        assert (made_up / path).stat().st_size > 0
    status, _, err = winset("export", "here")
    assert status == 2
    assert "--csv DIR" in err


@pytest.mark.parametrize("command", ["rerun", "trace", "export"])
def test_no_study_is_a_clear_mistake(winset: Said, tmp_path: Path, command: str) -> None:
    more = ("--csv", str(tmp_path / "csv")) if command == "export" else ()
    for folder, said in ((tmp_path / "none", "no such folder"), (tmp_path, "no study here")):
        status, out, err = winset(command, str(folder), *more)
        assert status == 2
        assert out == ""
        assert said in err
        assert "Traceback" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal to send")
def test_ctrl_c_ends_with_130_and_says_how_to_go_on(tmp_path: Path) -> None:
    support = Path(__file__).parents[1] / "support"
    code = (
        "import sys; from fake_cells import *; from winset.study.makers import Makers\n"
        "import winset.scenario.scenario as place; from winset import cli\n"
        "place.load = lambda name, **_: FakeScenario(flagship_like())\n"
        "Makers.__init__.__defaults__ = (MAKERS.cell, None, MAKERS.load, MAKERS.trace)\n"
        "sys.exit(cli.main(sys.argv[1:]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, "run", "x", "--out", "here", "--workers", "2", "--no-coarse"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(support), "FAKE_SECONDS": "0.05"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for _ in range(1000):
        if len(list(tmp_path.glob("here/cells/*.cell"))) >= 3:
            break
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert out == ""
    assert "of 84 cells are kept in here" in err
    assert "To go on: winset run x --workers 2 --out here --no-coarse" in err
    assert "Traceback" not in err


@pytest.mark.slow
def test_the_real_thing_from_end_to_end(
    winset: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """theory/learning-walk with real talks: run by one and by two workers, made again, followed."""
    monkeypatch.chdir(tmp_path)
    status, out, _ = winset(*WALK, "--json", "--workers", "1", "--out", "one")
    assert status == 0
    one = json.loads(out)
    status, out, _ = winset(*WALK, "--json", "--workers", "2", "--out", "two")
    assert status == 0
    two = json.loads(out)
    del one["elapsed_s"], two["elapsed_s"]
    assert one == two
    (cell,) = one["cells"]
    assert cell["start"]["fighting_on"]["a"] == pytest.approx(0.579808, abs=0.01)
    for table in ("cells", "draws", "terms", "months"):
        name = f"{table}.parquet"
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert winset("rerun", "one")[0] == 0
    status, out, _ = winset("trace", "one")
    assert status == 0
    assert "asked to sign" in out


def test_the_report_is_written_and_its_place_said(made_up: Path, winset: Said) -> None:
    pytest.importorskip("altair")
    status, out, err = winset("run", "small", "--quick", "--workers", "1", "--report")
    assert status == 0
    said = [line for line in err.splitlines() if line.startswith("Report: ")]
    place = Path(said[0].removeprefix("Report: "))
    assert place.name == "report.html"
    assert "What it is not" in place.read_text(encoding="utf-8")
    assert "Report:" not in out
