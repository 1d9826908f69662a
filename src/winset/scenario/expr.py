"""The arithmetic language of scenarios: parse, list names, evaluate with numpy, emit source for
numba.

An expression is data and can never run code: the text is parsed by Python's own parser in `eval`
mode and only the node types listed here survive. There are no calls but the functions in
`FUNCTIONS` and the random terms in `RANDOM`, no subscripts, no strings, no comprehensions. Names
may hold dots (`cost.a`).

    numbers, names, + - * / **, unary -, comparisons (chained too), and / or / not,
    where(condition, a, b), min, max, clip(x, low, high), exp, log, sqrt, abs, logistic,
    normal(mean, sd), lognormal(median, sigma), uniform(low, high), poisson(mean), bernoulli(chance)
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

MAX_LENGTH: Final = 4_000
MAX_DEPTH: Final = 60

#: name -> (least, most) number of arguments; None = any number
FUNCTIONS: Final[dict[str, tuple[int, int | None]]] = {
    "where": (3, 3),
    "min": (2, None),
    "max": (2, None),
    "clip": (3, 3),
    "exp": (1, 1),
    "log": (1, 1),
    "sqrt": (1, 1),
    "abs": (1, 1),
    "logistic": (1, 1),
}
#: random terms -> number of arguments
RANDOM: Final[dict[str, int]] = {
    "normal": 2,
    "lognormal": 2,
    "uniform": 2,
    "poisson": 1,
    "bernoulli": 1,
}
_BINARY: Final = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_COMPARE: Final = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


class ExpressionError(ValueError):
    """The text is not an expression of the language; the message says what was found and what is
    allowed.
    """


@dataclass(frozen=True)
class Num:
    """A number."""

    value: float


@dataclass(frozen=True)
class Name:
    """A name, dots included."""

    id: str


@dataclass(frozen=True)
class Op:
    """An operator: + - * / ** neg < <= > >= == != and or not."""

    op: str
    args: tuple[Node, ...]


@dataclass(frozen=True)
class Call:
    """A function of `FUNCTIONS` or a random term of `RANDOM`; `index` numbers the random terms
    of one expression.
    """

    function: str
    args: tuple[Node, ...]
    index: int = -1


Node = Num | Name | Op | Call


@dataclass(frozen=True)
class Expr:
    """A parsed expression. Equality and hash are by text."""

    text: str
    tree: Node = field(compare=False)
    names: frozenset[str] = field(compare=False)
    randoms: int = field(compare=False)

    @property
    def constant(self) -> float | None:
        """The value where the expression is a plain number, else None."""
        if isinstance(self.tree, Num):
            return self.tree.value
        if (
            isinstance(self.tree, Op)
            and self.tree.op == "neg"
            and isinstance(self.tree.args[0], Num)
        ):
            return -self.tree.args[0].value
        return None

    def __str__(self) -> str:
        return self.text


def parse(value: object) -> Expr:
    """Read a number or a text. Raises `ExpressionError`: what was found and what is allowed."""
    if isinstance(value, Expr):
        return value
    if isinstance(value, bool):
        value = float(value)
    if isinstance(value, int | float):
        if not _usable(value):
            raise ExpressionError(f"the number {value!r:.40} is not finite or too large")
        return Expr(repr(value), Num(float(value)), frozenset(), 0)
    if not isinstance(value, str):
        found = {dict: "a map", list: "a list", type(None): "nothing"}.get(type(value), "neither")
        raise ExpressionError(f"a number or an expression is due here, found {found}")
    text = " ".join(value.split())
    if not text:
        raise ExpressionError("the expression is empty")
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"the expression has {len(text)} characters; at most {MAX_LENGTH}")
    depth = deepest = 0
    for char in text:
        depth += (char in "([{") - (char in ")]}")
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise ExpressionError(f"brackets are nested {deepest} deep; at most {MAX_DEPTH}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        where = getattr(error, "offset", None)
        at = f" at character {where}" if where else ""
        raise ExpressionError(f"cannot read {text[:60]!r}{at}") from None
    counter = iter(range(1_000_000))
    node = _convert(tree, counter, 0)
    names = frozenset(_names(node))
    return Expr(text, node, names, next(counter))


def _usable(number: float) -> bool:
    """Finite, and within the range of floats."""
    return abs(number) < 1e300


def _convert(node: ast.AST, counter: Iterator[int], depth: int) -> Node:
    if depth > 4 * MAX_DEPTH:
        raise ExpressionError("the expression is nested too deeply")
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            return Num(float(node.value))
        if isinstance(node.value, int | float) and _usable(node.value):
            return Num(float(node.value))
        raise ExpressionError(f"{node.value!r:.40} is not a usable number")
    if isinstance(node, ast.Name | ast.Attribute):
        return Name(_dotted(node))
    if isinstance(node, ast.UnaryOp):
        arg = _convert(node.operand, counter, depth + 1)
        if isinstance(node.op, ast.USub):
            return Op("neg", (arg,))
        if isinstance(node.op, ast.UAdd):
            return arg
        if isinstance(node.op, ast.Not):
            return Op("not", (arg,))
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        left = _convert(node.left, counter, depth + 1)
        return Op(_BINARY[type(node.op)], (left, _convert(node.right, counter, depth + 1)))
    if isinstance(node, ast.BoolOp):
        op = "and" if isinstance(node.op, ast.And) else "or"
        return Op(op, tuple(_convert(v, counter, depth + 1) for v in node.values))
    if isinstance(node, ast.Compare):
        terms = [_convert(v, counter, depth + 1) for v in (node.left, *node.comparators)]
        parts: list[Node] = []
        for i, op_type in enumerate(node.ops):
            if type(op_type) not in _COMPARE:
                raise ExpressionError("only < <= > >= == != compare")
            parts.append(Op(_COMPARE[type(op_type)], (terms[i], terms[i + 1])))
        return parts[0] if len(parts) == 1 else Op("and", tuple(parts))
    if isinstance(node, ast.Call):
        if not isinstance(node.func, ast.Name) or node.keywords:
            raise ExpressionError(
                "only plain calls of " + ", ".join([*FUNCTIONS, *RANDOM]) + " are allowed"
            )
        name = node.func.id
        index = -1
        if name in RANDOM:
            least: int = RANDOM[name]
            most: int | None = RANDOM[name]
            index = next(counter)
        elif name in FUNCTIONS:
            least, most = FUNCTIONS[name]
        else:
            raise ExpressionError(
                f"{name!r} cannot be called; allowed: " + ", ".join([*FUNCTIONS, *RANDOM])
            )
        args = tuple(_convert(a, counter, depth + 1) for a in node.args)
        if len(args) < least or (most is not None and len(args) > most):
            wanted = f"{least}{'' if most == least else ' or more'}"
            raise ExpressionError(f"{name} takes {wanted} arguments, found {len(args)}")
        return Call(name, args, index)
    raise ExpressionError(f"{type(node).__name__} is not part of the expression language")


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    raise ExpressionError("a dot must stand between names")


def _names(node: Node) -> Iterator[str]:
    if isinstance(node, Name):
        yield node.id
    elif isinstance(node, Op | Call):
        for arg in node.args:
            yield from _names(arg)


def walk(node: Node) -> Iterator[Node]:
    """Every node of a tree, parents first."""
    yield node
    if isinstance(node, Op | Call):
        for arg in node.args:
            yield from walk(arg)


def evaluate(expr: Expr, env: Mapping[str, Any] | Callable[[str], Any]) -> Any:
    """Value of an expression with numpy broadcasting. `env` gives each name a number or an array.

    Random terms are refused: they exist only in the monthly step.
    """
    look: Callable[[str], Any] = env if callable(env) else env.__getitem__
    with np.errstate(all="ignore"):
        return _value(expr.tree, look)


def _value(node: Node, look: Callable[[str], Any]) -> Any:
    if isinstance(node, Num):
        return node.value
    if isinstance(node, Name):
        return look(node.id)
    if isinstance(node, Call) and node.function in RANDOM:
        raise ExpressionError(f"the random term {node.function} may not stand here")
    a = [_value(arg, look) for arg in node.args]
    if isinstance(node, Call):
        return _apply_function(node.function, a)
    return _apply_operator(node.op, a)


def _apply_function(name: str, a: list[Any]) -> Any:
    if name == "where":
        return np.where(a[0], a[1], a[2])
    if name in ("min", "max"):
        combine = np.minimum if name == "min" else np.maximum
        out = a[0]
        for other in a[1:]:
            out = combine(out, other)
        return out
    if name == "clip":
        return np.minimum(np.maximum(a[0], a[1]), a[2])
    if name == "logistic":
        return 1.0 / (1.0 + np.exp(-np.asarray(a[0], dtype=float)))
    return {"exp": np.exp, "log": np.log, "sqrt": np.sqrt, "abs": np.abs}[name](a[0])


def _apply_operator(op: str, a: list[Any]) -> Any:
    if op == "neg":
        return -1.0 * a[0]
    if op == "not":
        return np.logical_not(a[0])
    if op in ("and", "or"):
        combine = np.logical_and if op == "and" else np.logical_or
        out = a[0]
        for other in a[1:]:
            out = combine(out, other)
        return out
    x, y = a
    if op == "+":
        return np.add(x, y, dtype=float)
    if op == "-":
        return np.subtract(x, y, dtype=float)
    if op == "*":
        return np.multiply(x, y, dtype=float)
    if op == "/":
        return np.divide(x, y, dtype=float)
    if op == "**":
        return np.power(x, y, dtype=float)
    return {
        "<": np.less,
        "<=": np.less_equal,
        ">": np.greater,
        ">=": np.greater_equal,
        "==": np.equal,
        "!=": np.not_equal,
    }[op](x, y)


def emit(expr: Expr, name: Callable[[str], str], random: Callable[[Call, list[str]], str]) -> str:
    """The expression as a line of a program (see `winset.war.program`), fully bracketed.

    `name` turns a scenario's name into a generated identifier (never the scenario's own string);
    `random` turns a random term and its arguments' sources into source. Truth values stand for 1
    and 0, and numbers for truth unless 0, as in `evaluate`; `min` and `max` take two arguments.
    """
    return _emit(expr.tree, name, random)


def _emit(node: Node, name: Callable[[str], str], random: Callable[[Call, list[str]], str]) -> str:
    if isinstance(node, Num):
        return repr(node.value)
    if isinstance(node, Name):
        return name(node.id)
    a = [_emit(arg, name, random) for arg in node.args]
    if isinstance(node, Call):
        if node.function in RANDOM:
            return random(node, a)
        if node.function == "where":
            return f"({a[1]} if {a[0]} else {a[2]})"
        if node.function == "clip":
            return f"min(max({a[0]}, {a[1]}), {a[2]})"
        if node.function in ("min", "max"):
            source = a[0]
            for other in a[1:]:
                source = f"{node.function}({source}, {other})"
            return source
        return f"{node.function}({', '.join(a)})"
    if node.op in ("neg", "not"):
        return f"(-{a[0]})" if node.op == "neg" else f"(not {a[0]})"
    return "(" + f" {node.op} ".join(a) + ")"
