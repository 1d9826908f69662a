"""What a study runs, and how a wrong wish is refused."""

import pytest
from fake_cells import FakeScenario, flagship_like, small
from hypothesis import given
from hypothesis import strategies as st

from winset.study.design import DesignError, coarse, differences, plan, replicates_for


def test_defaults_and_quick() -> None:
    scenario = FakeScenario(flagship_like())
    full, quick = plan(scenario), plan(scenario, quick=True)
    assert (full.settings.draws, full.settings.paths, full.settings.months) == (128, 128, 60)
    assert (quick.settings.draws, quick.settings.paths, quick.settings.months) == (32, 64, 60)
    assert full.settings.replicates == 8
    assert plan(scenario, quick=True, draws=64).settings.draws == 64
    assert len(full.cells) == 84


def test_a_scenario_without_a_horizon_gets_sixty_months() -> None:
    data = small()
    del data["months"]
    assert plan(FakeScenario(data)).settings.months == 60


def test_names_stand_in_the_files_order_and_once() -> None:
    design = plan(
        FakeScenario(flagship_like()),
        strategies=["hardline", "three_legs", "hardline"],
        worldviews=["kyiv", "article"],
    )
    assert design.strategies == ("three_legs", "hardline")
    assert design.worldviews == ("article", "kyiv")
    assert [str(key) for key in design.cells] == [
        "article/three_legs",
        "article/hardline",
        "kyiv/three_legs",
        "kyiv/hardline",
    ]


def test_every_problem_is_named_at_once_with_the_nearest_name() -> None:
    with pytest.raises(DesignError) as caught:
        plan(
            FakeScenario(flagship_like()),
            strategies=["hard_line"],
            worldviews=["moscow"],
            draws=0,
            seed=-1,
        )
    text = str(caught.value)
    assert len(caught.value.problems) == 4
    assert "'hard_line'. Did you mean hardline" in text
    assert "moscow_stated" in text
    assert "--draws: found 0" in text
    assert "--seed: found -1" in text
    assert caught.value.exit_code == 2


@given(st.integers(1, 5000))
def test_replicates_share_the_draws_evenly(draws: int) -> None:
    replicates = replicates_for(draws)
    assert draws % replicates == 0
    assert replicates >= min(draws, 4)


@pytest.mark.parametrize(
    ("draws", "replicates"), [(128, 8), (32, 8), (100, 10), (10, 10), (7, 7), (12, 6), (2, 2)]
)
def test_replicates_are_eight_or_near(draws: int, replicates: int) -> None:
    assert replicates_for(draws) == replicates


def test_a_coarse_grid_comes_only_before_a_much_longer_run() -> None:
    scenario = FakeScenario(small())
    rough = coarse(plan(scenario).settings)
    assert rough is not None
    assert (rough.draws, rough.paths, rough.months, rough.seed) == (16, 16, 60, 1)
    assert coarse(plan(scenario, quick=True).settings) is None


def test_differences_name_what_differs() -> None:
    scenario = FakeScenario(small())
    one = plan(scenario).arguments()
    other = plan(scenario, draws=64, strategies=["walk_away"], solver="exact").arguments()
    assert differences(one, one) == []
    assert differences(one, other) == [
        "strategies: only there: three_legs, without_offer, as_in_2025",
        "draws: 128 there, 64 here",
        "solver: auto there, exact here",
    ]
