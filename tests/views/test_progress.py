"""Progress on stderr."""

import io
import sys

import pytest

from winset.study import CellKey, Results
from winset.views import progress
from winset.views.console import on_stderr

KEY = CellKey("article", "three_legs")


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_plain_lines_come_at_intervals_with_the_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [100.0]
    monkeypatch.setattr(progress.time, "perf_counter", lambda: now[0])
    report = on_stderr()
    report.begin("full", 84, 14)
    for _ in range(70):
        now[0] += 1.0
        report.cell(KEY)
    report.end()
    out, err = capsys.readouterr()
    assert out == ""
    lines = err.splitlines()
    assert lines[0] == "going on: 14 of 84 cells were kept from before"
    assert lines[1] == "cells: 24 of 84 done, about 60 s left"
    assert len(lines) == 7
    assert lines[-1] == "cells: 74 of 84 done, about 10 s left"


def test_the_coarse_grid_goes_to_stderr(full: Results, capsys: pytest.CaptureFixture[str]) -> None:
    on_stderr().coarse(full)
    out, err = capsys.readouterr()
    assert out == ""
    assert "First coarse grid" in err
    assert "hardline" in err
    assert max(len(line) for line in err.splitlines()) <= 100


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    report = on_stderr()
    report.begin("coarse", 2, 0)
    report.cell(KEY)
    report.note("compiled")
    report.cell(KEY)
    report.end()
    report.end()  # twice does no harm
    assert "first coarse grid" in stream.getvalue()


def test_a_grid_does_not_cut_through_the_bar(
    monkeypatch: pytest.MonkeyPatch, full: Results
) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    report = on_stderr()
    report.begin("coarse", 84, 0)
    report.coarse(full)
    report.cell(KEY)  # the bar is back
    report.end()
    assert "hardline" in stream.getvalue()
