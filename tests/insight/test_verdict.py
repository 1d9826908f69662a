"""The verdict: whom it compares, by which dates, and in which words."""

import re
from typing import Any

import numpy as np
import pytest
from fake_cells import RIVALS, TWO_LEG, small

from winset.insight import judge, rows, three_sentences
from winset.insight.verdict import calendar
from winset.study import Results

#: sixteen draws whose four replicates wobble around nought, with an error of .0091
WOBBLE = 0.01 * np.array([1, -1, 2, -2] * 4)


def test_rivals_and_versions_of_itself_are_told_apart(full: Results) -> None:
    verdict = judge(full)
    assert verdict.headline == "three_legs"
    assert verdict.baseline == "as_in_2025"
    assert verdict.rivals == RIVALS  # the adaptive version is no rival of itself
    assert verdict.two_leg == TWO_LEG
    assert [date.when for date in verdict.by] == ["Jan 2029", "Nov 2030"]
    assert [date.measure for date in verdict.by] == ["durable_term", "durable"]


def test_ends_by_conquest_are_those_with_a_victor(full: Results) -> None:
    conquest = judge(full).conquest["kyiv"]["hardline"].mean
    ends = ("ended.ukraine_falls", "ended.russia_falls")
    assert conquest == pytest.approx(
        sum(full.estimate("kyiv", "hardline", end).mean or 0 for end in ends)
    )


def chances(**values: Any) -> dict[tuple[str, str], dict[str, Any]]:
    """One worldview: strategy -> chance of a durable settlement, the same by either date."""
    return {
        ("article", name): {"durable": value, "durable_term": value}
        for name, value in values.items()
    }


def said(results: Results) -> tuple[str, ...]:
    return three_sentences(judge(results))


def test_clearly_is_said_only_beyond_two_errors(order) -> None:
    rng = np.random.default_rng(3)
    base = rng.uniform(0.2, 0.4, 16)
    for gap in (-0.2, -0.004, 0.0, 0.004, 0.2):
        results = order(chances(three_legs=base + gap + WOBBLE, as_in_2025=base))
        found = judge(results).standings["article"]["durable"].baseline
        assert found is not None and found.se is not None
        first = said(results)[0]
        if abs(found.diff) > 2 * found.se:
            word = "clearly higher" if gap > 0 else "clearly lower"
            assert f"{word} in article" in first
        else:
            assert "not clearly different in article" in first
        assert abs(gap) < 0.01 or "not clearly" not in first


def test_equal_to_the_last_bit_is_not_clearly_anything(order) -> None:
    results = order(chances(three_legs=0.3, as_in_2025=0.3))
    assert "not clearly different" in said(results)[0]
    assert "clearly ahead of all in no worldview; neither in article" in said(results)[2]


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.8 + WOBBLE, "clearly in article (80±1%)"),
        (0.5001 + WOBBLE, "within the error in article (50±1%)"),
        (0.5 + 0 * WOBBLE, "in no worldview (50±0%)"),
        (0.3 + WOBBLE, "in no worldview (30±1%)"),
        (0 * WOBBLE, "in no worldview (0±0%)"),
    ],
)
def test_more_likely_than_not(order, chance: Any, words: str) -> None:
    assert said(order(chances(three_legs=chance)))[1] == (
        f"It is more likely than not: by Jan 2029 as by Nov 2030, {words}."
    )


def test_ahead_of_all_means_all_of_them(order) -> None:
    ahead = order(chances(three_legs=0.5, without_offer=0.3, as_in_2025=0.2, walk_away=0.4))
    assert "clearly ahead of all in article." in said(ahead)[2]
    assert said(ahead)[2].startswith("Against its 2 rivals and 1 version without a leg it is:")
    tied = order(chances(three_legs=0.5, without_offer=0.5, as_in_2025=0.2, walk_away=0.4))
    assert "clearly ahead of all in no worldview; neither in article" in said(tied)[2]
    behind = order(chances(three_legs=0.5, without_offer=0.62, as_in_2025=0.2, walk_away=0.4))
    assert "clearly behind at least one in article (without_offer +12±0)" in said(behind)[2]


def test_the_dates_are_told_apart_where_they_differ(order) -> None:
    results = order(
        {
            ("article", "three_legs"): {"durable": 0.7, "durable_term": 0.4},
            ("article", "as_in_2025"): {"durable": 0.2, "durable_term": 0.4},
        }
    )
    first, second, _ = said(results)
    assert first == (
        "Against as_in_2025 the chance is: by Jan 2029, not clearly different in article — "
        "by Nov 2030, clearly higher in article (+50±0 points)."
    )
    assert (
        "by Jan 2029, in no worldview (40±0%) — by Nov 2030, clearly in article (70±0%)" in second
    )


def test_what_was_not_run_is_said(order) -> None:
    alone = said(order(chances(three_legs=0.3)))
    assert "No reading against the baseline" in alone[0]
    assert "No reading against rivals" in alone[2]
    assert "was not run" in said(order(chances(walk_away=0.3)))[0]
    unnamed = small()
    del unnamed["baseline"]
    results = order(chances(three_legs=0.3, as_in_2025=0.2), unnamed)
    assert "or the scenario names none" in said(results)[0]
    assert "1 rival" in said(results)[2]


def test_no_strategy_is_called_the_winner(full: Results) -> None:
    text = " ".join(said(full)).lower()
    assert not re.search(r"\b(best|winner|wins|optimal|should|recommend)", text)


def test_rows_hold_one_of_each_and_null_where_it_does_not_apply(full: Results) -> None:
    found = rows(full)
    assert [(r["worldview"], r["strategy"]) for r in found] == list(full.keys)
    for row in found:
        own = row["strategy"] == "three_legs"
        assert (row["beats_every_two_leg"] is not None) == own
        assert (row["readings"] is not None) == own
    row = next(r for r in found if r["strategy"] == "three_legs" and r["worldview"] == "kyiv")
    assert set(row["beats_every_two_leg"]) == set(TWO_LEG)
    reading = row["readings"]["durable"]
    assert reading["raises"]["against"] == "as_in_2025"
    assert set(reading["better_than_rival"]) == set(RIVALS)
    mean = full.estimate("kyiv", "three_legs", "durable").mean
    other = full.estimate("kyiv", "as_in_2025", "durable").mean
    assert mean is not None and other is not None
    assert reading["raises"]["diff"] == pytest.approx(mean - other)
    assert reading["more_likely_than_not"]["is"] == (mean > 0.5)


@pytest.mark.parametrize(
    ("start", "month", "words"),
    [("2025-11", 38, "Jan 2029"), ("2025-12", 0, "Dec 2025"), ("2025-12", 1, "Jan 2026")],
)
def test_dates(start: str, month: int, words: str) -> None:
    assert calendar(start, month) == words
