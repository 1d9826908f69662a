"""Candidate texts of the flagship: what is kept can still be tabled when the war has moved on."""

import numpy as np
import pytest

from winset.scenario import load
from winset.talks.cell import LIGHT, Settings
from winset.talks.outlook import later_state, readings_at
from winset.talks.problem import Problem, prepare


@pytest.fixture(scope="module", params=[("moscow_stated", "as_in_2025"), ("kyiv", "three_legs")])
def problem(request: pytest.FixtureRequest) -> Problem:
    settings = Settings(draws=8, paths=2, replicates=2, **LIGHT)
    return prepare(load("ukraine-2025"), *request.param, settings)


def test_every_draw_keeps_texts_that_the_war_cannot_close(problem: Problem) -> None:
    # Found by the benchmark of texts: searched at the start alone, every kept text divided ground
    # that is later all in one hand, and from then on nothing was on the table.
    table = problem.table
    closable = table.open_at[table.texts] >= 0  # [N, issues]
    assert closable.any()  # else this tests nothing
    lasting = ~closable.any(axis=1)
    assert lasting[table.kept].any(axis=1).all()


def test_a_later_state_is_another_state(problem: Problem) -> None:
    columns, draws = problem.hidden.columns, problem.deals.draws
    given = (problem.war, problem.params, problem.target)
    now = later_state(*given, columns, 0, 1)
    later = later_state(*given, columns, 30, 1)
    np.testing.assert_array_equal(later, later_state(*given, columns, 30, 1))
    assert (later != now).any(axis=1).all()
    z = readings_at(*given, problem.hidden, draws, later)
    assert np.isfinite(z).all()
