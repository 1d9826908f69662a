"""The tutorial notebook: its cells run as they stand, and what it shows is kept with it."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("altair")
pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "docs" / "tutorial" / "first-study.ipynb"


def book() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    return found


def tool() -> Any:
    spec = importlib.util.spec_from_file_location("tutorial", ROOT / "tools" / "tutorial.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_its_cells_run() -> None:
    def smaller(names: dict[str, Any]) -> None:
        names["ASK"] = {
            "strategies": ["three_legs", "as_in_2025"],
            "worldviews": ["article", "kyiv"],
            **{"draws": 8, "paths": 8, "months": 12, "workers": 1},
        }

    ran = book()
    names = tool().execute(ran, smaller)
    assert len(names["results"].cells) == 4
    shown = [o for c in ran["cells"] for o in c.get("outputs", [])]
    table = next(o for o in shown if "text/html" in o.get("data", {}))
    text = "".join(table["data"]["text/html"])
    mean = names["results"].estimate("kyiv", "three_legs", "durable").mean
    assert f'data-mean="{mean}"' in text
    assert sum("image/svg+xml" in o.get("data", {}) for o in shown) >= 5


def test_it_was_run_before_it_was_put_here() -> None:
    code = [c for c in book()["cells"] if c["cell_type"] == "code"]
    assert [c["execution_count"] for c in code] == list(range(1, len(code) + 1))
    assert all(c["outputs"] for c in code[1:])
    assert NOTEBOOK.stat().st_size < 2_000_000
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert str(Path.home()) + "/" not in text and "/tmp/" not in text
