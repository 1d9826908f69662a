"""Choosing a path to follow."""

from pathlib import Path

import pytest
from fake_cells import MAKERS

from winset.study import DesignError, Results, open_study
from winset.study.follow import follow


@pytest.fixture(scope="module")
def results(finished: Path) -> Results:
    return open_study(finished, makers=MAKERS)


def test_left_to_itself_it_takes_a_signed_path_of_the_headline(results: Results) -> None:
    found = follow(results, None, None, None, None, MAKERS)
    assert (found["worldview"], found["strategy"]) == ("article", "three_legs")
    assert found["path"] == 2  # the first that signs, made up so
    assert found["months"][-1].event == "signed"
    signed = results.cells["article", "three_legs"].measures["signed"]
    assert signed[found["draw"]] > 0


def test_it_follows_what_it_is_asked(results: Results) -> None:
    found = follow(results, "pressure", "walk_away", 3, 0, MAKERS)
    assert [found[k] for k in ("worldview", "strategy", "draw", "path")] == [
        *("pressure", "walk_away", 3, 0)
    ]
    assert found["chosen"] == "as asked"


def test_every_wrong_wish_is_named(results: Results) -> None:
    with pytest.raises(DesignError) as caught:
        follow(results, "presure", "walkaway", 16, -1, MAKERS)
    text = str(caught.value)
    assert "Did you mean pressure?" in text
    assert "Did you mean walk_away?" in text
    assert "--draw: found 16, allowed 0 to 15" in text
    assert "--path: found -1" in text
