"""Whose vote or consent a failed ratification is laid to, and over which issue, worked by hand."""

import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from winset.scenario import load
from winset.talks import Settings, run_cell
from winset.talks.blame import NOTICEABLE, Blame
from winset.talks.problem import Problem, prepare

TEXT = """
winset: 1
id: votes
title: Votes
as_of: "2000-01-01"
start: 2000-01
months: 6
parties: {a: {name: A}, b: {name: B}, m: {name: M, role: outside}}
quantities: {drift: {low: 0.1, mid: 0.2, high: 0.3}}
state: {front: {start: 0}}
flows: {moves: {to: front, rate: 0.1}}
issues:
  land: {options: {kept: {}, half: {}, lost: {}}, no_deal: kept}
  shield: {options: {none: {}, some: {consent: [guard]}}, no_deal: none}
  flag: {options: {old: {}, new: {}}, no_deal: old}
preferences:
  a: &a
    weights: {land: 1, shield: 1}
    scores: {land: {kept: 50, half: 50, lost: 0}, shield: {none: 0, some: 100}}
    war_cost: 0.1
  b: *a
  m: {weights: {land: 1}, scores: {land: {kept: 100, half: 60, lost: 0}}}
constituencies:
  hawks: {party: a, influence: 1, tolerates: {land: {at_most: kept, per_step: 0.5}}}
  court: {party: b, influence: 1, tolerates: {land: {at_least: half, per_step: 0.1}}}
ratification:
  a: {midpoint: 0.7, steepness: 10, cover: front, gates: [{when: deal.shield.some, chance: 0.9}]}
  b: {midpoint: 0.5, steepness: 10}
consents: {guard: {of: m, chance: 0.8}}
talks: {meeting: 0.5, temperature: {a: 0.05, b: 0.05}, solver: lsmc}
strategies: {today: {label: Today, tables: TABLES}}
"""


def prepared(folder: Path, tables: str = "{land: [kept, half, lost]}") -> Problem:
    (folder / "scenario.yaml").write_text(TEXT.replace("TABLES", tables), encoding="utf-8")
    return prepare(load(folder), "base", "today", Settings(draws=4, months=6, replicates=2))


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def failed_at_home(problem: Problem, text: dict[str, str], front: float) -> Blame:
    """What three meetings that failed at home over this text, in different draws, are laid to."""
    blame = Blame(problem)
    found = [problem.deals.menu.describe(p) == text for p in problem.texts.packages]
    z: Any = np.zeros((3, len(problem.war.readings)))
    z[:, problem.key["cover|a"]] = front
    blame.add(
        SimpleNamespace(draw=np.array([0, 1, 3])),  # type: ignore[arg-type]
        np.arange(3),
        np.full(3, found.index(True)),
        np.full(3, 2),  # ratification
        np.zeros((3, 2), dtype=np.int64),
        z,
    )
    return blame


def test_each_vote_gate_and_consent_by_how_much_it_lowers_the_chance(tmp_path: Path) -> None:
    blame = failed_at_home(
        prepared(tmp_path), {"land": "half", "shield": "some", "flag": "old"}, 0.1
    )
    logs = {
        "vote.a": -math.log(logistic(10 * (0.5 + 0.1 - 0.7))),
        "vote.b": -math.log(logistic(10 * (1.0 - 0.5))),
        "gate.a.1": -math.log(0.9),
        "consent.guard": -math.log(0.8),
    }
    whole = sum(logs.values())
    assert blame.at_home() == pytest.approx({k: x / whole for k, x in logs.items()})
    # b supports this text more than a does: its vote is the strong one
    assert max(logs, key=lambda k: logs[k]) == "vote.a"


def test_the_issue_is_the_one_whose_change_raises_the_chance_most(tmp_path: Path) -> None:
    problem = prepared(tmp_path)
    blame = failed_at_home(problem, {"land": "half", "shield": "some", "flag": "old"}, 0.1)
    before = logistic(-1) * logistic(5) * 0.9 * 0.8
    kept = logistic(4) * logistic(4) * 0.9 * 0.8  # b minds by a tenth
    bare = logistic(-1) * logistic(5)
    assert kept - before > bare - before > NOTICEABLE
    assert blame.shares(2) == pytest.approx({"land": 1.0})


def test_an_issue_that_the_strategy_will_not_move_is_not_named(tmp_path: Path) -> None:
    blame = failed_at_home(
        prepared(tmp_path, "{land: [half]}"), {"land": "half", "shield": "some", "flag": "old"}, 0.1
    )
    assert blame.shares(2) == pytest.approx({"shield": 1.0})


def test_no_issue_is_named_where_none_would_help(tmp_path: Path) -> None:
    # The best text there is fails by bad luck: another flag changes nothing, the rest is worse.
    blame = failed_at_home(
        prepared(tmp_path), {"land": "kept", "shield": "none", "flag": "old"}, 0.3
    )
    assert blame.shares(2) == {}
    assert sum(blame.at_home().values()) == pytest.approx(1.0)


def test_a_cell_says_whose_vote_it_was(tmp_path: Path) -> None:
    problem = prepared(tmp_path, "{land: [half], shield: [none]}")
    cell = run_cell(
        problem.scenario, "base", "today", Settings(draws=8, paths=64, months=6, replicates=2)
    )
    assert cell.blocked_by["ratification"] > 0.3
    assert set(cell.blocked_at_home) <= {"vote.a", "vote.b", "gate.a.1", "consent.guard"}
    assert cell.blocked_at_home["vote.a"] > 0.9  # front and cover grow: never more than .05 a point
    assert sum(cell.blocked_at_home.values()) == pytest.approx(1.0)
