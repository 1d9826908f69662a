"""A text that both sides accept and a vote at home fails costs each its share, also in play."""

from pathlib import Path

import pytest

from winset.scenario import load
from winset.talks import Settings, run_cell

TEXT = """
winset: 1
id: vote
title: A vote that may fail
as_of: "2000-01-01"
start: 2000-01
months: 6
parties: {a: {name: A}, b: {name: B}}
quantities:
  k: {value: 0.01, confidence: J}
  tau: {value: 0.1, confidence: J}
  fee: {value: 0.3, confidence: J}
  half: {value: 0.5, confidence: J}
state: {held: {start: 0}}
at_horizon: {value: {a: 0.2, b: 0.2}}
issues:
  prize: {name: Prize, options: {LEFT: {}, MIDDLE: {}, RIGHT: {}}, no_deal: LEFT}
preferences:
  a:
    weights: {prize: 1}
    scores: {prize: {LEFT: 100, MIDDLE: 60, RIGHT: 0}}
    war_cost: k
    confidence: J
  b:
    weights: {prize: 1}
    scores: {prize: {LEFT: 0, MIDDLE: 60, RIGHT: 100}}
    war_cost: k
    confidence: J
ratification: {a: {midpoint: half, steepness: 0, confidence: J}}
talks: {meeting: 0.5, temperature: {a: tau, b: tau}, failed_cost: {a: fee, b: fee}}
"""


def test_play_charges_what_the_exact_solver_charges(tmp_path: Path) -> None:
    """Forward play once forgot the cost of a text that failed at home."""
    (tmp_path / "scenario.yaml").write_text(TEXT, encoding="utf-8")
    scenario = load(str(tmp_path))
    size = {"draws": 32, "paths": 1024, "months": 6, "replicates": 8}
    exact = run_cell(scenario, "base", "today", Settings(solver="exact", **size))
    played = run_cell(scenario, "base", "today", Settings(solver="lsmc", **size))
    for name in ("signed", "value.a", "value.b"):
        got = played.measures[name]
        error = float(got.std(ddof=1) / len(got) ** 0.5)
        assert float(got.mean()) == pytest.approx(float(exact.measures[name].mean()), abs=4 * error)
