"""Errors: how they read, what they exit with, and that they travel between processes."""

import pickle

import pytest

import winset
from winset.errors import (
    Interrupted,
    OverrideError,
    Problem,
    ScenarioError,
    SolverError,
    StudyError,
    WinsetError,
)

FULL = Problem(
    file="parties.yaml",
    line=12,
    path="red.resolve",
    message="no such kind",
    found="'hihg'",
    allowed="low, high",
    nearest="high",
)


def test_a_problem_tells_where_what_and_what_else() -> None:
    assert str(FULL) == (
        "parties.yaml:12: red.resolve: no such kind "
        "(found 'hihg'; allowed low, high; did you mean high?)"
    )


def test_a_problem_leaves_out_what_is_not_known() -> None:
    assert (
        str(Problem(file="war.yaml", message="the file is empty")) == "war.yaml: the file is empty"
    )


def test_a_scenario_error_lists_every_problem() -> None:
    other = Problem(file="war.yaml", message="the file is empty")
    error = ScenarioError([FULL, other])
    assert error.problems == (FULL, other)
    assert str(error).splitlines() == [str(FULL), str(other)]


def test_a_scenario_error_survives_pickling() -> None:
    copy = pickle.loads(pickle.dumps(ScenarioError([FULL])))
    assert copy.problems == (FULL,)
    assert str(copy) == str(FULL)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (WinsetError, 1),
        (ScenarioError, 2),
        (OverrideError, 2),
        (StudyError, 2),
        (SolverError, 1),
        (Interrupted, 130),
    ],
)
def test_exit_codes(kind: type[WinsetError], code: int) -> None:
    assert issubclass(kind, WinsetError)
    assert kind.exit_code == code
    assert kind.__doc__


def test_errors_are_public_names() -> None:
    assert winset.ScenarioError is ScenarioError
    assert "StudyError" in dir(winset)
    with pytest.raises(AttributeError, match="no_such_name"):
        winset.no_such_name  # noqa: B018
