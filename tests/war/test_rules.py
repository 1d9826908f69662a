"""A strategy's rules where nobody talks: what they read, what they move, what is left out."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mirrored import told
from standin import Standin, standin

from winset.scenario import Scenario, load
from winset.study.war_report import plan_war, report_wars
from winset.views.war import war_screen
from winset.war import WarResult, play_war


def ruled(rules: list[dict[str, Any]], **more: Any) -> Standin:
    """A stock that grows by 10 a month times the lever's level, for 8 months."""
    return standin(
        quantities={"price": 0.25},
        state={"x": {"start": 0}, "name": {"start": 1}},
        flows={"grow": {"to": "x", "rate": "10 * lever.arms"}},
        events={"end": {"chance": 0.1, "outcome": "over"}},
        outcomes={"over": {}},
        levers={"arms": {"today": 0.2, "type": "support"}},
        strategies={"s": {"label": "S", "rules": rules, **more}, "plain": {"label": "P"}},
        course=["x", "lever.arms"],
    )


def play(scenario: Standin, strategy: str = "s", **more: Any) -> WarResult:
    return play_war(scenario, "base", strategy, 4, 100, 8, **more)


def test_a_rule_moves_its_lever_from_its_month_on() -> None:
    result = play(ruled([{"when": "month >= 3", "set": {"arms": 1}}]))
    fought = result.months
    expected = 2.0 * np.minimum(fought, 3) + 10.0 * np.maximum(fought - 3, 0)
    np.testing.assert_allclose(result.state[:, 0], expected)
    assert len(np.unique(fought)) == 8
    median = result.courses["lever.arms"][:5, 2]  # paths that ended earlier stand still
    np.testing.assert_allclose(median, [0.2, 0.2, 0.2, 1.0, 1.0], atol=1e-6)
    # the same wars otherwise: luck does not know of levers
    np.testing.assert_array_equal(fought, play(ruled([]), "plain").months)


def test_a_rule_reads_each_paths_own_state_and_goes_back() -> None:
    # above 5 the lever goes to 0 and stays: what is set stands until a rule sets it anew
    result = play(ruled([{"when": "x > 5", "set": {"arms": 0}, "otherwise": {"arms": 1}}]))
    np.testing.assert_allclose(result.state[:, 0], 10.0)
    result = play(ruled([{"when": "x > 5", "set": {"arms": 0}}]))
    np.testing.assert_allclose(result.state[:, 0], np.minimum(2.0 * result.months, 6.0))


def test_changes_wear_credibility_down() -> None:
    rules = [{"when": "month >= 3", "set": {"arms": 1}}]
    result = play(ruled(rules, credibility="name", switch_cost="price"))
    changed = (result.months > 3) * 0.8 * 0.25
    np.testing.assert_allclose(result.state[:, 1], 1.0 - changed)


def test_rules_that_need_talks_are_left_out() -> None:
    rules = [{"when": "gap.a < 100", "set": {"arms": 1}}, {"when": "month < 2", "set": {"arms": 0}}]
    result = play(ruled(rules))
    np.testing.assert_allclose(result.state[:, 0], 0.0)  # the second alone: the lever stays at 0


@pytest.mark.parametrize("workers", [1, 2])
def test_unwatched_and_in_threads_all_is_the_same(workers: int) -> None:
    scenario = ruled([{"when": "x > 5", "set": {"arms": 0}, "otherwise": {"arms": 0.5}}])
    one, other = play(scenario), play(scenario, workers=workers, watch=False)
    np.testing.assert_array_equal(one.state, other.state)


def shown(scenario: Scenario, strategy: str) -> str:
    plan = plan_war(scenario, draws=8, paths=4, months=3)
    reports = report_wars(scenario, plan, scenario.worldviews[:1], strategy)
    return " ".join(" ".join(war_screen(scenario, reports, 100)).split())


def test_the_screen_says_which_rules_act() -> None:
    scenario = load("ukraine-2025")
    text = shown(scenario, "three_legs_adaptive")
    assert "Its rules read gaps, refusals or beliefs, which only talks move, and are left" in text
    assert "Kyiv refused, so more pressure and cover" in text
    assert "rules" not in shown(scenario, "three_legs")


def test_the_screen_names_those_left_out_beside_others(tmp_path: Path) -> None:
    change = ("    rules:\n", "    rules:\n      - {when: month > 1, set: {arms: 0}}\n")
    told(tmp_path, "a", "b")
    file = tmp_path / "scenario.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    text = shown(load(tmp_path), "firm")
    assert "1 of its 2 rules read gaps" in text and "its other rules act (gap.b > 0.2)" in text
