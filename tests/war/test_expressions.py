"""Random expressions, compiled and interpreted: the same numbers, also where they are none."""

import random

import numpy as np
import pytest
from standin import Paths, standin, values

from winset.scenario.expr import Expr, evaluate, parse
from winset.war import compile_war

UNARY = ("exp", "log", "sqrt", "abs", "logistic", "-", "not ")
BINARY = ("+", "-", "*", "/", "**", "<", "<=", ">", ">=", "==", "!=", "and", "or")


def expression(dice: random.Random, depth: int) -> str:
    """Text of a random expression of stocks x and y, quantities q and r, and numbers."""
    if depth == 0 or dice.random() < 0.1:
        return dice.choice(["x", "y", "q", "r", "0", "1", "2", "0.25", "-3", "month"])
    kind = dice.randrange(8)
    a, b, c = (expression(dice, depth - 1) for _ in range(3))
    if kind < 2:
        operator = dice.choice(UNARY)
        return f"({operator}({a}))" if operator in ("-", "not ") else f"{operator}({a})"
    if kind == 2:
        return f"where({a}, {b}, {c})"
    if kind == 3:
        return f"{dice.choice(['min', 'max'])}({a}, {b}, {c})"
    if kind == 4:
        return f"clip({a}, {b}, {c})"
    return f"({a} {dice.choice(BINARY)} {b})"


@pytest.mark.parametrize("seed", range(4))
def test_compiled_expressions_are_what_the_language_says(seed: int) -> None:
    dice = random.Random(seed)
    expressions: dict[str, Expr] = {}
    while len(expressions) < 60:
        text = expression(dice, dice.randrange(1, 5))
        expressions[f"e{len(expressions)}"] = parse(text)
    scenario = standin(
        quantities={"q": 0.5, "r": -2.0}, state={"x": {"start": 0}, "y": {"start": 0}}
    )
    sample = values(q=[0.5, 3.0, 0.0], r=[-2.0, 1.0, 1e3])
    war = compile_war(scenario, expressions)
    paths = 60
    row = np.arange(paths) % 3
    run = Paths(war, war.params(sample, scenario, "base"), paths, row)
    rng = np.random.default_rng(seed)
    run.state[:] = rng.normal(size=run.state.shape) * rng.choice([0.1, 1, 30], run.state.shape)
    run.state[:6] = [[0, 0], [1, 1], [-1, 2], [np.inf, 1], [np.nan, 0], [2, np.nan]]
    run.month = 7
    got = run.read()
    known = {
        **{name: sample.values[name][row] for name in "qr"},
        "x": run.state[:, 0],
        "y": run.state[:, 1],
        "month": 7.0,
    }
    for i, expr in enumerate(expressions.values()):
        expected = np.broadcast_to(np.asarray(evaluate(expr, known), dtype=float), paths)
        np.testing.assert_allclose(got[:, i], expected, rtol=1e-11, err_msg=expr.text)
