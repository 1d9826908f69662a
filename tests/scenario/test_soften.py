"""Conditions on gaps become smooth; others stay as they are."""

import numpy as np
import pytest

from winset.scenario.expr import evaluate, parse
from winset.scenario.soften import soften


def test_a_condition_without_gaps_is_left_alone() -> None:
    expr = parse("refused.b > 0 and month >= 3")
    assert soften(expr, 0.02) is expr


@pytest.mark.parametrize(
    ("text", "gap", "expected"),
    [
        ("gap.a > 0.1", 0.1, 0.5),
        ("gap.a > 0.1", 0.12, 1 / (1 + np.exp(-1))),
        ("gap.a < 0.1", 0.12, 1 / (1 + np.exp(1))),
        ("not gap.a > 0.1", 0.12, 1 / (1 + np.exp(1))),
        ("gap.a > 0.1 and month >= 3", 0.12, 1 / (1 + np.exp(-1))),
        ("gap.a > 0.1 and month >= 5", 0.12, 0.0),
    ],
)
def test_thresholds_are_logistic_of_the_width(text: str, gap: float, expected: float) -> None:
    value = evaluate(soften(parse(text), 0.02), {"gap.a": gap, "month": 4.0})
    assert float(value) == pytest.approx(expected, abs=1e-12)
