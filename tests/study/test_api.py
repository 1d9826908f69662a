"""The Python interface."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fake_cells import MAKERS, FakeScenario, small

import winset
from winset.errors import OverrideError

SUPPORT = Path(__file__).parents[1] / "support"


def test_run_and_open(tmp_path: Path) -> None:
    from winset.api import open_study, run

    results = run(
        FakeScenario(small()),  # type: ignore[arg-type]
        worldviews=["pressure"],
        draws=8,
        paths=4,
        workers=1,
        out=tmp_path / "study",
        makers=MAKERS,
    )
    assert results.worldviews == ("pressure",)
    assert len(results.verdict) == 4
    again = open_study(tmp_path / "study", makers=MAKERS)
    assert again.json() == results.json()


def test_the_public_names_are_there() -> None:
    for name in ("load", "run", "open_study"):
        assert callable(getattr(winset, name))


def test_a_loaded_scenario_takes_its_sets_when_it_is_loaded() -> None:
    scenario = winset.load("theory/learning-walk", sets=["tau=0.02"])
    assert [o.text for o in scenario.overrides] == ["tau=0.02"]
    with pytest.raises(OverrideError, match=r"winset\.load"):
        winset.run(scenario, sets=["tau=0.03"])


def test_a_script_without_a_guard_may_use_workers(tmp_path: Path) -> None:
    """Workers do not import the script that started them."""
    script = tmp_path / "script.py"
    script.write_text(
        "print('once')\n"
        "from fake_cells import MAKERS, FakeScenario, small\n"
        "import winset\n"
        "results = winset.run(FakeScenario(small()), draws=8, paths=4, workers=2, makers=MAKERS)\n"
        "print(len(results.cells))\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": str(SUPPORT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout.split() == ["once", "8"], done.stderr


def test_importing_winset_costs_next_to_nothing() -> None:
    code = (
        "import sys, winset, winset.api; "
        "sys.exit(bool({'numpy', 'numba', 'polars', 'rich'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
