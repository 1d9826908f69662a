"""Results: named axes, frames, and the JSON document."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_cells import MAKERS

from winset.insight import rows
from winset.study import DesignError, Results, open_study

MEASURE = {"mean", "se", "p10", "p50", "p90"}


@pytest.fixture(scope="module")
def results(finished: Path) -> Results:
    return open_study(finished, verdict=rows, makers=MAKERS)


@pytest.fixture(scope="module")
def document(finished: Path) -> dict[str, Any]:
    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    text = (finished / "results.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text, parse_constant=refuse)
    return found


def numbers(node: Any) -> Iterator[float]:
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from numbers(item)
    elif isinstance(node, int | float) and not isinstance(node, bool):
        yield node


def test_the_document_has_what_it_should(document: dict[str, Any]) -> None:
    assert list(document) == [
        *("scenario", "seed", "draws", "paths", "months", "elapsed_s", "cells", "verdict")
    ]
    assert set(document["scenario"]) == {"id", "sha256", "as_of"}
    assert (document["seed"], document["draws"], document["paths"]) == (1, 16, 16)
    assert document["months"] == 60
    assert document["elapsed_s"] > 0
    assert len(document["cells"]) == len(document["verdict"]) == 8
    assert all(math.isfinite(number) for number in numbers(document))


def test_each_cell_has_what_it_should(document: dict[str, Any]) -> None:
    wanted = {"ceasefire", "signed", "signed_24", "durable", "months_to_signing", "deaths"}
    for cell in document["cells"]:
        assert {"worldview", "strategy", "measures", "start", "terms", "blocked_by"} <= set(cell)
        assert wanted <= set(cell["measures"])
        for numbers in cell["measures"].values():
            assert set(numbers) == MEASURE
        assert set(cell["start"]) == {"fighting_on"}
        assert set(cell["start"]["fighting_on"]) == {"ukraine", "russia"}
        assert 0 < cell["start"]["fighting_on"]["russia"] < 1
        assert cell["terms"][0] == {"package": {"territory": "line", "money": 0.5}, "share": 0.6}
        assert cell["blocked_by"] == {"russia": 0.6, "ukraine": 0.3, "ratification": 0.1}


def test_each_row_of_the_verdict_has_what_it_should(document: dict[str, Any]) -> None:
    objectives = {"durable", "deaths", "escalation", "value.ukraine", "value.russia", "value.us"}
    for row in document["verdict"]:
        assert 0 <= row["share_of_draws_more_likely_than_not"] <= 1
        assert set(row["p_best"]) == objectives
        if row["strategy"] == "three_legs":
            assert set(row["beats_every_two_leg"]) == {"without_offer"}
            assert set(row["beats_every_two_leg"]["without_offer"]) == {"diff", "se"}
            assert set(row["readings"]) == {"durable_term", "durable"}
        else:
            assert row["beats_every_two_leg"] is None
            assert row["readings"] is None
    for worldview in ("article", "pressure"):
        here = [r["p_best"] for r in document["verdict"] if r["worldview"] == worldview]
        for objective in objectives:
            assert sum(p[objective] for p in here) == pytest.approx(1)


def test_a_study_opened_gives_the_document_it_wrote(
    results: Results, document: dict[str, Any]
) -> None:
    assert json.loads(json.dumps(results.json(), allow_nan=False)) == document


def test_named_axes(results: Results) -> None:
    grid = results.measure("durable")
    assert grid.mean.shape == (2, 4)
    assert grid.worldviews == ("article", "pressure")
    at = grid.mean[1, 2], results.estimate("pressure", "as_in_2025", "durable").mean
    assert at[0] == at[1]
    with pytest.raises(DesignError, match="durable"):
        results.measure("endurable")


def test_frame_and_xarray_say_the_same(results: Results) -> None:
    frame = results.to_frame()
    row = frame.filter(worldview="article", strategy="walk_away", measure="deaths")
    cube = results.to_xarray()
    mean = cube["deaths"].sel(worldview="article", strategy="walk_away").mean("draw").item()
    assert row["mean"].item() == pytest.approx(mean)
    assert cube["signed"].dims == ("worldview", "strategy", "draw")
    assert set(np.unique(cube["replicate"])) == set(range(8))


def test_xarray_is_asked_for_only_when_used() -> None:
    import subprocess
    import sys

    code = "import sys, winset.study.results; sys.exit('xarray' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
