"""Textbook scenarios run through the command line, and the numbers they are held against."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from winset.cli import main
from winset.scenario import load
from winset.talks import Cell, Settings, run_cell

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("WINSET_SHARED", ROOT.parent / "shared"))
ANCHORS = SHARED / "data" / "game_theory" / "anchors.json"
NEEDS_ANCHORS = pytest.mark.skipif(
    not ANCHORS.is_file(),
    reason="no anchors.json beside this checkout; WINSET_SHARED names its home",
)


class Runs:
    """Runs theory scenarios as a user would: `winset run theory/NAME --set ... --json`."""

    def __init__(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self.capsys, self.folder, self.count = capsys, folder, 0

    def cells(self, name: str, numbers: Mapping[str, float], *more: str) -> list[dict[str, Any]]:
        """Every cell of the document it prints."""
        self.count += 1
        sets = [part for id, x in numbers.items() for part in ("--set", f"{id}={x}")]
        out = ["--out", str(self.folder / str(self.count)), "--workers", "1", "--json"]
        assert main(["run", f"theory/{name}", *sets, *more, *out]) == 0
        cells: list[dict[str, Any]] = json.loads(self.capsys.readouterr().out)["cells"]
        return cells

    def cell(self, name: str, numbers: Mapping[str, float], *more: str) -> dict[str, Any]:
        """The only cell."""
        (cell,) = self.cells(name, numbers, *more)
        return cell


def mean(cell: Mapping[str, Any], measure: str) -> float | None:
    """A measure of a printed cell."""
    found: float | None = cell["measures"][measure]["mean"]
    return found


def direct(
    name: str, numbers: Mapping[str, float], *, strategy: str = "today", **settings: Any
) -> Cell:
    """The same without the command line: one draw unless said otherwise."""
    scenario = load(f"theory/{name}", overrides=[f"{id}={x!r}" for id, x in numbers.items()])
    size = {"draws": 1, "paths": 1, "replicates": 1, "months": scenario.months or 1}
    return run_cell(scenario, "base", strategy, Settings(**{**size, **settings}))


def anchors(*ids: str) -> list[dict[str, Any]]:
    """Rows of anchors.json whose id starts with one of these."""
    rows = json.loads(ANCHORS.read_text(encoding="utf-8"))
    return [row for row in rows if row["id"].startswith(ids)]
