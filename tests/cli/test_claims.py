"""The commands claims, differ and verdict, and --claim, on the real thing at a small size."""

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

SIZE = ("--draws", "8", "--paths", "8", "--months", "6", "--workers", "1")


@pytest.fixture
def winset(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Any:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, template(), "valley.yaml")

    def _winset(*args: str) -> tuple[int, str, str]:
        status = cli.main(list(args))
        out, err = capsys.readouterr()
        return status, out, err

    return _winset


def test_claims_prints_a_table_and_keeps_it(winset: Any, tmp_path: Path) -> None:
    status, out, err = winset("claims", "valley.yaml", *SIZE)
    assert status == 0 and "Traceback" not in err
    assert max(len(line) for line in out.splitlines()) <= 100
    for said in ("C1 (mechanism, contested)", "off: it never breaks", "best rivals", "stand_aside"):
        assert said in out
    (folder,) = (tmp_path / "studies").iterdir()
    assert folder.name.startswith("valley-") and folder.name.endswith("-s1-claims")
    document = json.loads((folder / "claims.json").read_text(encoding="utf-8"))
    began = time.perf_counter()
    status, again, _ = winset("claims", "valley.yaml", *SIZE, "--json")
    assert status == 0 and time.perf_counter() - began < 10
    second = json.loads(again)
    assert second["claims"] == document["claims"] and second["base"] == document["base"]


def test_claims_lists_without_running(winset: Any, tmp_path: Path) -> None:
    status, out, _ = winset("claims", "valley.yaml", "--list")
    assert status == 0 and not (tmp_path / "studies").exists()
    assert "carried by   quantity collapse, event breaks" in out
    status, out, _ = winset("claims", "valley.yaml", "--list", "--only", "C2", "--json")
    assert [row["id"] for row in json.loads(out)] == ["C2"]
    status, _, err = winset("claims", "valley.yaml", "--only", "C22")
    assert status == 2 and "Did you mean C2?" in err


def test_run_with_a_claim_off_is_another_study(winset: Any, tmp_path: Path) -> None:
    one = ("--strategy", "steady", "--worldview", "grim", *SIZE)
    assert winset("run", "valley.yaml", *one)[0] == 0
    status, out, _ = winset("run", "valley.yaml", "--claim", "C1=off", "--claim", "C2=rival", *one)
    assert status == 0 and "Claims switched: C1=off, C2=rival" in out
    first, second = sorted((tmp_path / "studies").iterdir())
    assert first.name[:15] != second.name[:15]  # the hash differs
    records = [json.loads((f / "manifest.json").read_text()) for f in (first, second)]
    assert sorted(record["overrides"] for record in records) == [[], ["C1=off", "C2=rival"]]
    (off,) = (f for f, r in zip((first, second), records, strict=True) if r["overrides"])
    assert "switched:" in (off / "scenario" / "scenario.yaml").read_text(encoding="utf-8")
    status, out, _ = winset("rerun", str(off), "--workers", "1")
    assert status == 0 and "reproduced bit for bit" in out


def test_claim_on_war_show_and_check(winset: Any) -> None:
    status, out, _ = winset(
        *("war", "valley.yaml", "--claim", "C1=off", "--worldview", "grim", "--json"),
        *("--draws", "8", "--paths", "8"),
    )
    assert status == 0
    assert json.loads(out)["outcomes"]["south_wins"]["mean"] == 0
    assert "C1=off" in winset("show", "valley.yaml", "--claim", "C1=off")[1]
    assert winset("check", "valley.yaml", "--strict", "--claim", "C2=rival")[0] == 0
    status, _, err = winset("run", "valley.yaml", "--claim", "C1=offf")
    assert status == 2 and "did you mean off?" in err


def test_differ_adds_up(winset: Any) -> None:
    status, out, _ = winset("differ", "hopeful", "grim", "valley.yaml", *SIZE, "--orders", "2")
    assert status == 0 and "together" in out and "other disputed numbers" in out
    status, out, _ = winset(
        "differ", "hopeful", "grim", "valley.yaml", *SIZE, "--orders", "2", "--json"
    )
    document = json.loads(out)
    total = sum(part["part"]["mean"] for part in document["parts"])
    assert total + document["rest"]["mean"] == pytest.approx(document["whole"]["mean"], abs=1e-12)
    status, _, err = winset("differ", "hopeful", "grin", "valley.yaml")
    assert status == 2 and "Did you mean grim?" in err


def test_verdict_reads_what_lies_beside(winset: Any, tmp_path: Path) -> None:
    assert winset("run", "valley.yaml", *SIZE)[0] == 0
    (study,) = (tmp_path / "studies").iterdir()
    status, out, _ = winset("verdict", str(study))
    assert status == 0 and "winset claims valley" in out
    for said in ("more likely than not", "Terms", "At what cost", "Against the versions with two"):
        assert said in " ".join(out.split())
    assert max(len(line) for line in out.splitlines()) <= 100
    assert winset("claims", "valley.yaml", *SIZE)[0] == 0
    assert winset("differ", "hopeful", "grim", "valley.yaml", *SIZE, "--orders", "2")[0] == 0
    status, out, _ = winset("verdict", str(study))
    assert status == 0 and "Leans most on" in out and "Where hopeful and grim differ" in out
    document = json.loads(winset("verdict", str(study), "--json")[1])
    assert [page["worldview"] for page in document["worldviews"]] == ["hopeful", "grim"]
    assert document["worldviews"][0]["leans_on"] is not None and len(document["differ"]) == 1
    assert "the verdict on steady" in winset("run", "valley.yaml", *SIZE, "--detail")[1]
    status, _, err = winset("verdict", str(study), "--claims", str(tmp_path))
    assert status == 2 and "no claims study" in err


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
def test_ctrl_c_keeps_what_is_done(tmp_path: Path) -> None:
    written(tmp_path, template(), "valley.yaml")
    command = [sys.executable, "-m", "winset", "claims", "valley.yaml", "--out", "here"]
    command += ["--draws", "64", "--paths", "128", "--workers", "1"]
    running = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    cells = tmp_path / "here" / "cells"
    until = time.monotonic() + 120
    while time.monotonic() < until and not list(cells.glob("*.cell")):
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    kept = len(list(cells.glob("*.cell")))
    assert running.returncode == 130 and "kept in here" in err and "Traceback" not in err
    assert kept >= 1 and not (tmp_path / "here" / "claims.json").exists()
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0 and "kept from before" in done.stderr
    assert (tmp_path / "here" / "claims.json").exists()
