"""Programs: the lines in which a war's functions are written, translated to instructions.

A program is a small part of Python, straight on, without branches or loops:

    NAME = EXPRESSION           ARRAY[COLUMN] = EXPRESSION
    refuse_rate(EVENT, RATE)    refuse_state(TOTAL, STOCK 0, STOCK 1, ...)

with + - * / ** unary -, comparisons, and / or / not, `a if condition else b`, and the functions in
`_CALLS`. A number is one for all lanes (parameters `q`, constants `c`, keys `k`, the month) or one
a lane (columns of `state`, `g`, `h`, `x`); every line is worked out for eight lanes at once.
"""

import ast
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from winset.war.functions import Functions
from winset.war.lanes import Value

_OPERATORS: Final = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div"}
_COMPARISONS: Final = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_CALLS: Final = {
    "abs": "abs",
    "counter": "counter",
    "eased": "eased",
    "exp": "exp",
    "exponential": "exponential",
    "log": "log",
    "logistic": "logistic",
    "max": "most",
    "min": "least",
    "normal": "normal",
    "sqrt": "sqrt",
    "uniform": "uniform",
}


class Machine(Protocol):
    """What a program runs on: arrays to read and write, and what to do with what is refused."""

    def load(self, array: str, column: int) -> Value:
        """A column of an array."""
        ...

    def store(self, array: str, column: int, value: Value) -> None:
        """Note what a column becomes at the end."""
        ...

    def refuse_rate(self, event: int, rate: Value) -> None:
        """Stop where a rate is not a number."""
        ...

    def refuse_state(self, total: Value, stocks: list[Value]) -> None:
        """Stop where the sum of all stocks is not finite."""
        ...

    def poisson(self, mean: Value, word: Value) -> Value:
        """A Poisson number."""
        ...


class Translator:
    """Translates the lines of one program, in order, with an LLVM builder behind `lanes`."""

    def __init__(self, lanes: Functions, machine: Machine, names: Mapping[str, Value]) -> None:
        self.lanes, self.machine = lanes, machine
        self.names = dict(names)

    def run(self, program: str) -> None:
        """Write the instructions of all lines."""
        for line in ast.parse(program).body:
            if isinstance(line, ast.Assign):
                value = self.value(line.value)
                target = line.targets[0]
                if isinstance(target, ast.Name):
                    self.names[target.id] = value
                else:
                    array, column = self._place(target)
                    self.machine.store(array, column, self.lanes.number(value))
                continue
            assert isinstance(line, ast.Expr) and isinstance(line.value, ast.Call)
            assert isinstance(line.value.func, ast.Name)
            arguments = line.value.args
            if line.value.func.id == "refuse_rate":
                event = ast.literal_eval(arguments[0])
                self.machine.refuse_rate(event, self.value(arguments[1]))
            else:
                values = [self.value(a) for a in arguments]
                self.machine.refuse_state(values[0], values[1:])

    def _place(self, node: ast.AST) -> tuple[str, int]:
        assert isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name)
        return node.value.id, int(ast.literal_eval(node.slice))

    def value(self, node: ast.AST) -> Value:
        """The value of an expression."""
        lanes = self.lanes
        if isinstance(node, ast.Constant):
            return lanes.real(float(node.value))  # type: ignore[arg-type]
        if isinstance(node, ast.Name):
            return self.names[node.id]
        if isinstance(node, ast.Subscript):
            return self.machine.load(*self._place(node))
        if isinstance(node, ast.UnaryOp):
            inner = self.value(node.operand)
            if isinstance(node.op, ast.Not):
                return lanes.opposite(lanes.truth(inner))
            return lanes.neg(lanes.number(inner))
        if isinstance(node, ast.BoolOp):
            join = lanes.both if isinstance(node.op, ast.And) else lanes.either
            out = lanes.truth(self.value(node.values[0]))
            for other in node.values[1:]:
                out = join(out, lanes.truth(self.value(other)))
            return out
        if isinstance(node, ast.Compare):
            a, b = self._number(node.left), self._number(node.comparators[0])
            return lanes.compare(_COMPARISONS[type(node.ops[0])], a, b)
        if isinstance(node, ast.IfExp):
            condition = lanes.truth(self.value(node.test))
            return lanes.choose(condition, self._number(node.body), self._number(node.orelse))
        if isinstance(node, ast.BinOp):
            return self._binary(node)
        assert isinstance(node, ast.Call) and isinstance(node.func, ast.Name), ast.dump(node)
        values = [self._number(a) for a in node.args]
        if node.func.id == "poisson":
            return self.machine.poisson(*values)
        make: Callable[..., Value] = getattr(lanes, _CALLS[node.func.id])
        return make(*values)

    def _number(self, node: ast.AST) -> Value:
        return self.lanes.number(self.value(node))

    def _binary(self, node: ast.BinOp) -> Value:
        left = self._number(node.left)
        if isinstance(node.op, ast.Pow):
            whole = _whole(node.right)
            if whole is not None:
                return self.lanes.whole_power(left, whole)
            return self.lanes.power(left, self._number(node.right))
        right = self._number(node.right)
        make: Callable[[Value, Value], Value] = getattr(self.lanes, _OPERATORS[type(node.op)])
        return make(left, right)


def _whole(node: ast.AST) -> int | None:
    """The number of a literal that is a small whole one."""
    sign = 1
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        sign, node = -1, node.operand
    if isinstance(node, ast.Constant):
        number: Any = node.value
        return sign * int(number) if number in range(9) else None
    return None
