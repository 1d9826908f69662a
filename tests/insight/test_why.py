"""Why not, the edges, checks, costs, inputs, objectives."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fake_cells import FakeScenario, small

from winset.insight import (
    about,
    at_the_edges,
    count_inputs,
    cut_short,
    human_cost,
    known_measures,
    objectives,
    stated_against_computed,
    why_not,
)
from winset.study import Results
from winset.views.detail import detail
from winset.views.screen import first_screen


def test_why_not_stands_only_where_it_is_not(order) -> None:
    results = order(
        {
            ("article", "three_legs"): {"durable": 0.7},
            ("pressure", "three_legs"): {"durable": 0.2},
        }
    )
    (found,) = why_not(results, "three_legs")
    assert found.worldview == "pressure"
    assert (found.blocker, found.name, found.share) == ("russia", "Russia", 0.6)
    assert (found.issue, found.shortfall) == ("Territory", 0.12)


def blocked(order, **more: Any) -> Results:
    results = order({("pressure", "three_legs"): {"durable": 0.2}})
    cells = {key: replace(cell, **more) for key, cell in results.cells.items()}
    return replace(results, cells=cells)


def test_a_failed_ratification_names_the_vote_that_makes_it_unlikely(order) -> None:
    home = {"vote.russia": 0.2, "vote.ukraine": 0.7, "consent.eu": 0.1}
    by = {"russia": 0.3, "ukraine": 0.1, "ratification": 0.6}
    results = blocked(
        order, blocked_by=by, blocked_at_home=home, blocked_issue={"territory": 0.3, "money": 0.5}
    )
    (found,) = why_not(results, "three_legs")
    assert found.blocker == "ratification"
    assert found.name == "ratification, chiefly Ukraine's vote"
    assert found.issue == "money"  # changing it helps most in half of the failed votes
    results = blocked(
        order,
        blocked_by=by,
        blocked_at_home={"vote.russia": 0.4, "vote.ukraine": 0.45, "consent.eu": 0.15},
        blocked_issue={"territory": 0.3, "money": 0.4},  # in 30% no issue would have helped
    )
    (found,) = why_not(results, "three_legs")
    assert (found.name, found.issue) == ("ratification", None)


def test_a_second_blocker_nearly_as_frequent_is_named_too(order) -> None:
    home = {"vote.ukraine": 1.0}
    by = {"russia": 0.5, "ukraine": 0.05, "ratification": 0.45}
    first, second = why_not(blocked(order, blocked_by=by, blocked_at_home=home), "three_legs")
    assert (first.blocker, first.issue) == ("russia", "Territory")
    assert (second.blocker, second.share, second.issue) == ("ratification", 0.45, None)
    assert second.name == "ratification, chiefly Ukraine's vote"


@pytest.mark.parametrize(
    ("measures", "cause"),
    [
        ({"durable": 0.999}, "signs, and what is signed holds"),
        ({"durable": 0.001, "signed": 0.4}, "signed in 40.0% of paths, but"),
        (
            {"durable": 0, "signed": 0, "ended.ukraine_falls": 0.9, "ended.russia_falls": 0.0},
            "conquest or capitulation in 90%",
        ),
        (
            {"durable": 0, "signed": 0, "overlap_at_start": 0.25},
            "Russia blocks 60% of meetings over Territory; overlap at the start in 25% of draws",
        ),
    ],
)
def test_edges_name_what_binds(order, measures: dict[str, Any], cause: str) -> None:
    (edge,) = at_the_edges(order({("article", "three_legs"): measures}))
    assert cause in edge.cause


def test_within_the_edges_nothing_is_listed(order) -> None:
    assert at_the_edges(order({("article", "three_legs"): {"durable": 0.006}})) == ()


def test_checks_stand_for_every_worldview_they_state(full: Results) -> None:
    found = stated_against_computed(full)
    ceasefire = [c for c in found if c.check == "ceasefire"]
    assert [c.worldview for c in ceasefire] == list(full.worldviews)
    assert {(c.low, c.mid, c.high) for c in ceasefire} == {(0.02, 0.04, 0.08)}
    assert {c.strategy for c in ceasefire} == {"as_in_2025"}
    assert all(c.inside for c in ceasefire)
    overlap = {c.worldview: c for c in found if c.check == "overlap"}
    assert set(overlap) == {"article", "kyiv"}
    assert (overlap["kyiv"].low, overlap["kyiv"].high) == (0.1, 0.1)


def test_a_check_allows_two_errors_and_no_more(order) -> None:
    near = 0.08 + 0.004 * np.array([1, -1, 2, -2] * 4) + 0.001
    for shift, inside in ((0.0, True), (0.05, False)):
        results = order({("article", "as_in_2025"): {"ceasefire_per_month": near + shift}})
        found = next(c for c in stated_against_computed(results) if c.check == "ceasefire")
        assert found.inside is inside


def test_where_a_side_collapses_the_count_is_cut_short(order) -> None:
    falls = {"ended.ukraine_falls": 0.8, "ended.russia_falls": 0.1}
    results = order(
        {
            ("article", "three_legs"): {"deaths": 9e4},
            ("pressure", "three_legs"): {"deaths": 3e4, **falls},
        }
    )
    deaths = next(cost for cost in human_cost(results) if cost.about.name == "deaths")
    assert (deaths.least_at.worldview, deaths.least) == ("pressure", 3e4)
    assert cut_short(results) == pytest.approx(0.9)
    detailed = " ".join(" ".join(detail(results)).split())
    assert "deaths least, 30k: three_legs under pressure, where 90% of wars end" in detailed
    screen = " ".join(" ".join(first_screen(results)).split())
    assert "the count stops at a collapse, so low is not mild: deaths 30k to 90k" in screen


def test_human_cost_spans_the_grid(order) -> None:
    results = order(
        {
            ("article", "three_legs"): {"deaths": [1.0, 3.0]},
            ("article", "walk_away"): {"deaths": [7.0, 9.0]},
        }
    )
    deaths = human_cost(results)[0]
    assert (deaths.about.name, deaths.least, deaths.most) == ("deaths", 2.0, 8.0)
    assert [c.about.name for c in human_cost(results)] == ["deaths", "displaced", "occupied_people"]


def test_inputs_are_counted_once_each() -> None:
    inputs = count_inputs(FakeScenario(small()))  # type: ignore[arg-type]
    assert (inputs.sourced, inputs.judged, inputs.unchecked) == (1, 1, 1)


def test_objectives_have_a_direction_and_others_none() -> None:
    names = ["signed", "durable", "deaths", "escalation", "value.us", "ended.x"]
    assert objectives(names) == {"durable": 1, "deaths": -1, "escalation": -1, "value.us": 1}


def test_measures_are_described_in_the_scenarios_words_first(full: Results) -> None:
    spec = full.scenario.spec
    assert about(spec, "escalation").label == "wider war or nuclear use"
    assert about(spec, "escalation").reads == "share"
    assert about(spec, "deaths").human_cost
    assert about(spec, "ended.wider_war").label == "the war ends: Wider war"
    assert about(spec, "value.us").label == "value to United States, 0 worst to 1 best"
    assert set(full.measures) <= set(known_measures(spec))
