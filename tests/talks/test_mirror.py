"""Swap the labels of the two parties and mirror every input: every output mirrors.

The war of tests/support/mirrored.py is asymmetric in everything: types on either side, a hidden
fact and a signal, homes, votes and consents, levers for either side, discounting, red lines,
breakdown, strategies with rules. Told with the labels swapped, all luck but that of acceptance is
shared: at tau = 0, where acceptance needs none, outputs agree to floating error; with errors in
acceptance so do all solved values, and what is played agrees within its Monte Carlo error.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from mirrored import swapped, told
from theory_runs import direct

from winset.scenario import Scenario
from winset.talks import Cell, Settings, run_cell, trace_path
from winset.talks.problem import prepare

SMALL = {"draws": 16, "paths": 32, "replicates": 4, "months": 10}
STRATEGIES = ("today", "firm", "open_hand")
Pair = tuple[Scenario, Scenario]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mirror")


@pytest.fixture(scope="module")
def pair(folder: Path) -> Pair:
    return told(folder / "one", "a", "b"), told(folder / "two", "b", "a")


@pytest.fixture(scope="module")
def wavering(folder: Path) -> Pair:
    """The same with errors in acceptance."""
    there = told(folder / "three", "a", "b", tau=0.05)
    return there, told(folder / "four", "b", "a", tau=0.05)


def both(pair: Pair, strategy: str, **more: object) -> Iterator[Cell]:
    for scenario in pair:
        yield run_cell(scenario, "base", strategy, Settings(**{**SMALL, **more}))  # type: ignore[arg-type]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_without_errors_everything_mirrors(pair: Pair, strategy: str) -> None:
    here, there = both(pair, strategy)
    mirrored = swapped(there.measures)
    assert here.measures.keys() == mirrored.keys()
    for name, values in here.measures.items():
        np.testing.assert_allclose(values, mirrored[name], atol=1e-9, err_msg=name)
    fighting = swapped(there.fighting_on)
    for party, values in here.fighting_on.items():
        np.testing.assert_allclose(values, fighting[party], atol=1e-9)
    assert here.terms == there.terms
    assert here.blocked_by == pytest.approx(swapped(there.blocked_by), abs=1e-12)
    assert here.shortfall == pytest.approx(swapped(there.shortfall), abs=1e-9)
    assert here.blocked_issue == pytest.approx(there.blocked_issue, abs=1e-9)
    for name, course in here.courses.items():
        np.testing.assert_allclose(course.all_paths, there.courses[name].all_paths, atol=1e-9)
    # The war is asymmetric indeed: had nothing been swapped, this would not have passed.
    assert np.abs(here.measures["value.a"] - there.measures["value.a"]).mean() > 0.1
    assert here.measures["signed"].mean() > 0.5


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_with_errors_what_was_solved_mirrors_and_what_was_played_agrees(
    wavering: Pair, strategy: str
) -> None:
    here, there = both(wavering, strategy, draws=32, paths=128, replicates=8)
    fighting = swapped(there.fighting_on)
    for party, values in here.fighting_on.items():
        np.testing.assert_allclose(values, fighting[party], atol=1e-9)
    mirrored = swapped(there.measures)
    for name in ("signed", "durable", "gone", "value.a", "value.b", "value.m", "at_war"):
        one, other = here.measures[name], np.asarray(mirrored[name])
        gap = one - other  # by draw: the same quantities, other luck of acceptance
        error = gap.std(ddof=1) / len(gap) ** 0.5
        assert abs(gap.mean()) <= 4 * error + 1e-9, name


def test_a_single_path_mirrors_month_by_month(pair: Pair) -> None:
    here, there = (
        trace_path(s, "base", "today", Settings(**SMALL, solver="lsmc"), 3, 5)  # type: ignore[arg-type]
        for s in pair
    )
    assert len(here) == len(there) > 0
    for one, other in zip(here, there, strict=True):
        assert (one.month, one.met, one.text, one.event) == (
            other.month,
            other.met,
            other.text,
            other.event,
        )
        assert one.fighting_on == pytest.approx(swapped(other.fighting_on), abs=1e-9)
        assert one.gains == pytest.approx(swapped(other.gains), abs=1e-9)
        assert one.state == pytest.approx(other.state)


def test_more_packages_than_can_be_kept(folder: Path) -> None:
    # 2,412 packages: texts are searched from frontiers, which run from one party's end to the
    # other's; the texts kept may differ by a few, what comes of it by less than 1 point.
    pair = (
        told(folder / "five", "a", "b", tau=0.05, money=True),
        told(folder / "six", "b", "a", tau=0.05, money=True),
    )
    texts = [
        {tuple(text) for text in prepare(s, "base", "today", Settings(**SMALL)).texts.packages}  # type: ignore[arg-type]
        for s in pair
    ]
    assert len(texts[0] & texts[1]) >= 0.8 * max(map(len, texts))
    here, there = both(pair, "today")
    fighting = swapped(there.fighting_on)
    for party, values in here.fighting_on.items():
        assert values.mean() == pytest.approx(np.mean(np.asarray(fighting[party])), abs=0.01)


def test_the_learning_walk_mirrors_from_its_other_end() -> None:
    # Here the board itself is turned round: forts lost for forts held, p for 1 - p, the priors and
    # costs of one side for the other's.
    numbers = {"start": 4, "win_chance": 0.45, "cost.a": 0.012, "cost.b": 0.006, "tau": 0.03}
    priors = {"alpha.a": 7, "beta.a": 4, "alpha.b": 3, "beta.b": 5}
    here = direct("learning-walk", {**numbers, **priors}, solver="exact")
    turned = {"start": 6, "win_chance": 0.55, "cost.a": 0.006, "cost.b": 0.012, "tau": 0.03}
    priors = {"alpha.a": 5, "beta.a": 3, "alpha.b": 4, "beta.b": 7}
    there = direct("learning-walk", {**turned, **priors}, solver="exact")
    for one, other in (("a", "b"), ("b", "a")):
        assert here.fighting_on[one][0] == pytest.approx(there.fighting_on[other][0], abs=1e-12)
        mine = here.measures[f"value.{one}"][0]
        assert mine == pytest.approx(there.measures[f"value.{other}"][0], abs=1e-12)
        mine = here.measures[f"ended.{one}_wins"][0]
        assert mine == pytest.approx(there.measures[f"ended.{other}_wins"][0], abs=1e-12)
    for name in ("signed", "months_to_signing", "at_war"):
        assert here.measures[name][0] == pytest.approx(there.measures[name][0], abs=1e-12)
    # The texts signed are the same splits seen from the other side.
    splits = sorted(p["prize"] for p, _ in here.terms)
    assert splits == pytest.approx(sorted(1 - p["prize"] for p, _ in there.terms), abs=2e-6)
