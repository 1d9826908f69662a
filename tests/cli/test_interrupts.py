"""Ctrl-C on the commands of the settlement analysis, through the real command line: status 130, a
word on stderr, no traceback, nothing on stdout and nothing half written.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from winset.cli import main

pytestmark = pytest.mark.skipif(os.name == "nt", reason="sends SIGINT, waits on named pipes")

FLAGSHIP = "ukraine-2025"
LONG = ("--draws", "2000")  # minutes of work


def started(args: Sequence[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "winset", *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def interrupted(running: subprocess.Popen[str]) -> None:
    assert running.poll() is None, running.communicate()
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert err.splitlines()[-1] == "winset: interrupted"
    assert "Traceback" not in err and out == ""


@pytest.mark.parametrize(
    "command",
    [
        ("deals", FLAGSHIP),
        ("plan", FLAGSHIP, "ARTICLE"),
        ("plans", FLAGSHIP, "--json"),
        ("invent", FLAGSHIP, "--issue", "donetsk_held"),
    ],
    ids=lambda c: c[0],
)
def test_in_the_middle_of_the_work(command: tuple[str, ...]) -> None:
    running = started([*command, *LONG])
    assert running.stderr is not None
    line = running.stderr.readline()
    assert "what fighting on is worth" in line  # it says what it is at
    time.sleep(1.0)
    interrupted(running)


PROFILE = """<utility_space><objective index="0" type="objective" name="x">
<issue index="1" name="price" type="discrete"><item index="1" value="low" evaluation="1"/>
<item index="2" value="high" evaluation="2"/></issue><weight index="1" value="1"/>
</objective></utility_space>"""


def test_import_leaves_no_file(tmp_path: Path) -> None:
    folder, out = tmp_path / "domain", tmp_path / "made" / "x.yaml"
    folder.mkdir()
    (folder / "a.xml").write_text(PROFILE, encoding="utf-8")
    os.mkfifo(folder / "b.xml")  # a profile that never ends
    running = started(["import", "genius", str(folder), "--out", str(out)])
    with (folder / "b.xml").open("w", encoding="utf-8") as pipe:  # waits until it is being read
        pipe.write(PROFILE[:40])
        pipe.flush()
        time.sleep(0.5)  # it waits for more: a signal on the way into that wait would only be noted
        interrupted(running)
    assert not out.exists()
    (folder / "b.xml").unlink()
    (folder / "b.xml").write_text(PROFILE, encoding="utf-8")
    assert main(["import", "genius", str(folder), "--out", str(out)]) == 0
    assert out.is_file() and not list(out.parent.glob("*.writing"))


@pytest.mark.parametrize(("to", "first"), [("genius", "domain.xml"), ("geniusweb", "*.json")])
def test_convert_leaves_whole_files_only(tmp_path: Path, to: str, first: str) -> None:
    out = tmp_path / "out"
    assert main(["convert", "theory/fearon-range", "--to", to, "--out", str(out)]) == 0
    (file, *_) = sorted(out.glob(first))
    before = file.read_text(encoding="utf-8")
    os.mkfifo(out / f"{file.name}.writing")  # where it writes first: a disk that never answers
    running = started(["convert", "theory/fearon-range", "--to", to, "--out", str(out)])
    time.sleep(5.0)
    interrupted(running)
    assert file.read_text(encoding="utf-8") == before
