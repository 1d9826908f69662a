"""What must hold whatever the numbers: overlaps and the cost of war, levers at `today`, utilities,
and what may be signed."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mirrored import told
from theory_runs import direct

from winset.scenario import load
from winset.talks import Cell, Settings, run_cell
from winset.talks.packages import fill_scores
from winset.talks.problem import Problem, prepare, start_readings

SMALL = {"draws": 4, "paths": 16, "replicates": 2, "months": 6, "solver": "lsmc"}
UNIT = st.integers(0, 20).map(lambda n: n / 20)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The asymmetric war of tests/support/mirrored.py, in a folder."""
    folder = tmp_path_factory.mktemp("any") / "war"
    told(folder, "a", "b", tau=0.05, months=6)
    return folder


def room(numbers: dict[str, float]) -> float:
    """Width of the overlap at the start of the learning walk."""
    cell = direct("learning-walk", {"horizon": 15.0, "forts": 6, **numbers}, months=15)
    return float(1 - cell.fighting_on["a"][0] - cell.fighting_on["b"][0])


@settings(max_examples=15, deadline=None)
@given(
    start=st.integers(1, 5),
    a=st.tuples(st.integers(1, 8), st.integers(1, 8)),
    b=st.tuples(st.integers(1, 8), st.integers(1, 8)),
    cost=UNIT.map(lambda x: 0.05 * x),
    cheaper=UNIT,
    side=st.sampled_from("ab"),
)
def test_cheaper_war_never_widens_the_overlap(
    start: int,
    a: tuple[int, int],
    b: tuple[int, int],
    cost: float,
    cheaper: float,
    side: str,
) -> None:
    # Of fighting to the finish, whatever the two believe.
    beliefs = {"alpha.a": a[0], "beta.a": a[1], "alpha.b": b[0], "beta.b": b[1]}
    numbers = {**beliefs, "start": start, "cost.a": cost, "cost.b": cost, "meeting": 0.0}
    less = {**numbers, f"cost.{side}": cost * cheaper}
    assert room(less) <= room(numbers) + 1e-12


@settings(max_examples=15, deadline=None)
@given(
    start=st.integers(1, 5),
    a=st.tuples(st.integers(1, 8), st.integers(1, 8)),
    cost=UNIT.map(lambda x: 0.05 * x),
    cheaper=UNIT,
    tau=st.sampled_from((0.0, 0.03)),
)
def test_nor_with_talks_where_both_believe_the_same(
    start: int, a: tuple[int, int], cost: float, cheaper: float, tau: float
) -> None:
    # Where they do not, it can: of 3,000 random learning walks with talks 37 had a wider overlap at
    # half of a's cost (by up to .035). What a gains by holding out longer, b, who expects a to win
    # anyway, loses twice: it counts on worse terms later.
    beliefs = {"alpha.a": a[0], "beta.a": a[1], "alpha.b": a[0], "beta.b": a[1]}
    numbers = {**beliefs, "start": start, "cost.a": cost, "cost.b": cost, "tau": tau}
    assert room({**numbers, "cost.a": cost * cheaper}) <= room(numbers) + 1e-9


def cell(folder: Path, strategy: str, *sets: str) -> Cell:
    return run_cell(load(folder, overrides=sets), "base", strategy, Settings(**SMALL))  # type: ignore[arg-type]


def problem(folder: Path, strategy: str, *sets: str) -> Problem:
    return prepare(load(folder, overrides=sets), "base", strategy, Settings(**SMALL))  # type: ignore[arg-type]


def rewritten(home: Path, folder: Path, strategies: str) -> Path:
    """The war with other strategies."""
    text = (home / "scenario.yaml").read_text(encoding="utf-8")
    before, _, rest = text.partition("strategies:\n")
    after = rest[rest.index("measures:") :]
    folder.mkdir()
    (folder / "scenario.yaml").write_text(f"{before}strategies:\n{strategies}{after}", "utf-8")
    return folder


def test_a_lever_at_today_is_the_baseline(home: Path, tmp_path: Path) -> None:
    named = "levers: {arms: 0.5, squeeze: 0.3, relief: 0.6}"
    folder = rewritten(home, tmp_path / "same", f"  same: {{label: The same, {named}}}\n")
    here, there = cell(folder, "today"), cell(folder, "same")
    for name, values in here.measures.items():
        np.testing.assert_array_equal(values, there.measures[name], err_msg=name)
    assert here.terms == there.terms
    for party, values in here.fighting_on.items():
        np.testing.assert_array_equal(values, there.fighting_on[party])


@pytest.mark.parametrize("lever", ["arms: 0.9", "squeeze: 0.9"])
def test_a_lever_elsewhere_is_not(home: Path, tmp_path: Path, lever: str) -> None:
    # Or the test above would pass where no lever does anything.
    strategy = f"  other: {{label: Other, levers: {{{lever}}}}}\n"
    folder = rewritten(home, tmp_path / "other", strategy)
    here, there = cell(folder, "today"), cell(folder, "other")
    gap = np.abs(here.fighting_on["b"] - there.fighting_on["b"])
    assert (gap > 1e-3).all()


WEIGHTS = ("a.weight.land", "a.weight.shield", "b.weight.land", "b.weight.relief")
SCORES = ("a.score.shield.some", "b.score.relief.full", "b.score.shield.none")


@settings(max_examples=15, deadline=None)
@given(
    st.fixed_dictionaries({id: st.integers(1, 9).map(float) for id in WEIGHTS}),
    st.fixed_dictionaries({id: st.integers(0, 100).map(float) for id in SCORES}),
)
def test_utilities_run_from_the_worst_feasible_package_to_the_best(
    home: Path, weights: dict[str, float], scores: dict[str, float]
) -> None:
    sets = [f"{id}={x}" for id, x in {**weights, **scores}.items()]
    found = problem(home, "today", *sets)
    deals, draw = found.deals, np.arange(found.deals.draws)[:, None]
    sizes = deals.menu.space.sizes
    every = np.indices(sizes).reshape(len(sizes), -1).T
    every = every[deals.menu.space.feasible(every)]
    z = start_readings(found.war, found.params, found.target, found.hidden, deals.draws)
    score = fill_scores(deals, {name: z[:, i] for name, i in found.key.items()})
    # believed in full: the packages that set worst and best are then among them
    full = deals.contribution(
        score, np.ones_like(deals.believed), np.zeros((deals.draws, deals.menu.size))
    )
    raw = deals.raw(full, draw, every[None])  # [D,X,R], not clipped
    np.testing.assert_allclose(raw.min(axis=1), deals.low, atol=1e-12)
    np.testing.assert_allclose(raw.max(axis=1), deals.high, atol=1e-12)
    share = (raw - deals.low[:, None]) / (deals.high - deals.low)[:, None]
    expected = np.clip(share, 0.0, 1.0) ** deals.power[:, None]
    np.testing.assert_allclose(deals.utility(raw, draw), expected, atol=1e-9)
    # what holds when the war ends is measured by the same rod, less the cost of the ending
    assert (found.start_ends[:, -1] >= 0).all() and (found.start_ends[:, -1] <= 1).all()


OFFERS = st.fixed_dictionaries(
    {
        "relief": UNIT,
        "land": st.sets(st.sampled_from(("kept", "line", "lost")), min_size=1),
        "excludes": st.sets(st.sampled_from(("shield.some", "relief.full", "land.kept"))),
    }
)


@settings(max_examples=12, deadline=None)
@given(offer=OFFERS)
def test_what_is_signed_was_on_the_table(
    home: Path, tmp_path_factory: pytest.TempPathFactory, offer: dict
) -> None:
    if {f"land.{option}" for option in offer["land"]} <= offer["excludes"]:
        return  # nothing left to table
    strategy = (
        f"  some: {{label: Some, levers: {{relief: {offer['relief']}}}, "
        f"tables: {{land: [{', '.join(sorted(offer['land']))}]}}, "
        f"excludes: [{', '.join(sorted(offer['excludes']))}]}}\n"
    )
    folder = rewritten(home, tmp_path_factory.mktemp("offer") / "war", strategy)
    menu, texts = problem(folder, "some").deals.menu, problem(folder, "some").texts.packages
    assert len(texts)
    signed = [package for package, _ in cell(folder, "some").terms]
    for package in [*map(menu.describe, texts), *signed]:
        assert package["land"] in offer["land"]
        assert not {f"{issue}.{option}" for issue, option in package.items()} & offer["excludes"]
        if offer["relief"] < 0.5:  # the giver offers it from one half on
            assert package["relief"] == "none"


def test_all_that_an_offer_may_leave_out_is_signed_where_it_does_not(home: Path) -> None:
    # Or the test above would pass where nothing is ever signed.
    packages = [package for package, _ in cell(home, "today").terms]
    for issue, option in (("relief", "full"), ("shield", "some"), ("land", "line")):
        assert any(package[issue] == option for package in packages), option
