"""Sobol indices by design: analytic values, a linear war, factors that move together."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from linear_cells import MAKERS, WEIGHTS
from valley import changed, template, written

from winset.api import load, run, sobol
from winset.insight.saltelli import REST, Saltelli
from winset.scenario.sampling import sample_at, uncertain
from winset.study import DesignError

pytest.importorskip("SALib")

A, B = 7.0, 0.1
V = A**2 / 8 + B * np.pi**4 / 5 + B**2 * np.pi**8 / 18 + 0.5
V1, V2, V13 = 0.5 * (1 + B * np.pi**4 / 5) ** 2, A**2 / 8, 8 * B**2 * np.pi**8 / 225
FIRST = np.array([V1, V2, 0.0]) / V
TOTAL = np.array([V1 + V13, V2, V13]) / V


def ishigami(u: np.ndarray) -> np.ndarray:
    x = np.pi * (2 * u - 1)
    return np.sin(x[..., 0]) + A * np.sin(x[..., 1]) ** 2 + B * x[..., 2] ** 4 * np.sin(x[..., 0])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ishigami_within_its_intervals(seed: int) -> None:
    design = Saltelli((("a",), ("b",), ("c",)), 2048, seed)
    found = design.indices(ishigami(design.blocks()))
    for n, factor in enumerate(found):
        assert abs(factor.first - FIRST[n]) < factor.first_half
        assert abs(factor.total - TOTAL[n]) < factor.total_half
        assert factor.first_half < 0.08 and factor.total_half < 0.08


def test_columns_that_move_together_are_one_factor() -> None:
    design = Saltelli((("b",), ("a", "c")), 2048, 4)
    blocks = design.blocks()
    assert blocks.shape == (4, 2048, 3)
    # A with the second factor from B: its columns, both, and no others.
    assert np.array_equal(blocks[2][:, 0], blocks[0][:, 0])
    assert np.array_equal(blocks[2][:, 1:], blocks[3][:, 1:])
    one, pair = design.indices(ishigami(blocks[..., [1, 0, 2]]))
    assert abs(pair.first - (V1 + V13) / V) < pair.first_half
    assert abs(one.total - V2 / V) < one.total_half
    assert pair.name == "a with c"


def test_an_outcome_that_does_not_vary_has_no_indices() -> None:
    design = Saltelli((("a",), ("b",)), 16)
    assert all(f.first == f.total == 0 for f in design.indices(np.ones((4, 16))))


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("sobol")
    scenario = load(written(place, template()))
    run(
        scenario, ["steady"], ["hopeful"], draws=64, paths=4, months=6, workers=1,
        out=place / "s", makers=MAKERS,
    )  # fmt: skip
    return place / "s"


def test_a_sum_gives_its_shares(study: Path) -> None:
    """durable = sum of weights x the probabilities of quantities: shares w^2 / sum of w^2."""
    found = sobol(study, 1024, quantities=list(WEIGHTS)[:2], workers=1, makers=MAKERS)
    view = found.views["hopeful"]
    whole = sum(w * w for w in WEIGHTS.values())
    names = [factor.name for factor in view.factors]
    assert names == [*list(WEIGHTS)[:2], REST] and view.points == 5 * 1024
    weights = list(WEIGHTS.values())
    exact = [weights[0] ** 2, weights[1] ** 2, sum(w * w for w in weights[2:])]
    for factor, share in zip(view.factors, exact, strict=True):
        assert abs(factor.first - share / whole) < factor.first_half
        assert abs(factor.total - share / whole) < factor.total_half


LINEAR = """\
winset: 1
id: linear
title: A war whose dead are a sum
as_of: "2020-01-01"
start: "2020-01"
months: 6
sources:
  S1: {title: Made, date: "2019", kind: research}
parties:
  a: {name: A}
  b: {name: B}
quantities:
  first: {family: normal, parameters: [10, 2], unit: 1/month, sources: S1, confidence: J}
  second: {family: normal, parameters: [10, 1], unit: 1/month, sources: S1, confidence: J}
  third: {family: normal, parameters: [10, 0.5], unit: 1/month, sources: S1, confidence: J}
state:
  dead: {start: 0}
flows:
  losses: {to: dead, rate: first + 2 * second + third, sources: S1}
issues:
  prize:
    options: {ALL: {}, NONE: {}}
    power: [a, b]
    no_deal: NONE
preferences:
  a: {weights: {prize: 1}, scores: {prize: {ALL: 100, NONE: 0}}, war_cost: 0.001, confidence: J}
  b: {weights: {prize: 1}, scores: {prize: {ALL: 0, NONE: 100}}, war_cost: 0.001, confidence: J}
talks: {meeting: 0}
measures:
  deaths: {label: Dead, value: dead}
worldviews:
  one: {label: One, confidence: J}
"""


def test_a_linear_war_that_is_played(tmp_path: Path) -> None:
    """Six months of losses a + 2 b + c a month: variances 4, 4 and 0.25 of 8.25."""
    scenario = load(written(tmp_path, LINEAR))
    run(scenario, draws=24, paths=1, months=6, workers=1, out=tmp_path / "s", solver="lsmc")
    ids = ["first", "second", "third"]
    found = sobol(tmp_path / "s", 256, measure="deaths", quantities=ids, workers=1)
    (view,) = found.views.values()
    assert [factor.name for factor in view.factors] == ids
    for factor, share in zip(view.factors, (4 / 8.25, 4 / 8.25, 0.25 / 8.25), strict=True):
        assert abs(factor.first - share) < factor.first_half
        assert abs(factor.total - share) < factor.total_half


def test_what_hangs_most_is_chosen_and_the_answer_repeats(study: Path) -> None:
    one = sobol(study, 64, workers=1, makers=MAKERS)
    assert one.views == sobol(study, 64, workers=2, makers=MAKERS).views
    named = [factor.name for factor in one.views["hopeful"].factors]
    assert max(WEIGHTS, key=lambda w: WEIGHTS[w]) in named and named[-1] == REST


@pytest.mark.parametrize(
    ("points", "quantity", "said"),
    [(100, "p_peace", "power of 2"), (64, "p_peaec", "p_peace"), (64, "valley_held", "vary")],
)
def test_a_design_that_cannot_be(study: Path, points: int, quantity: str, said: str) -> None:
    with pytest.raises(DesignError, match=said):
        sobol(study, points, quantities=[quantity], workers=1, makers=MAKERS)


def test_correlated_quantities_are_drawn_together(tmp_path: Path) -> None:
    text = changed(
        template(),
        "strategies:",
        "correlations: [{between: [p_peace, collapse], rank: 0.6}]\nstrategies:",
    )
    scenario: Any = load(written(tmp_path, text))
    assert ("collapse", "p_peace") in uncertain(scenario, "hopeful")
    rng = np.random.default_rng(1)
    u = {id_: rng.random(4000) for group in uncertain(scenario, "hopeful") for id_ in group}
    values = sample_at(scenario, "hopeful", u).values
    from scipy.stats import spearmanr

    assert spearmanr(values["p_peace"], values["collapse"]).statistic == pytest.approx(
        0.6, abs=0.05
    )
