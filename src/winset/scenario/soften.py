"""Thresholds on values made smooth: a comparison of a gap becomes a logistic of a stated width.

Gaps depend on the value of fighting on, which is solved by iteration: with hard thresholds a lever
could flip from round to round. a > b becomes logistic((a - b) / width), `and` the product, `or` the
maximum, `not` 1 - x; comparisons that read no gap stay 0 or 1.
"""

from __future__ import annotations

from winset.scenario.expr import Call, Expr, Name, Node, Num, Op, walk
from winset.scenario.substitute import write


def soften(expr: Expr, width: float) -> Expr:
    """The condition as a number in 0..1; unchanged where it reads no gap."""
    if not any(name.startswith("gap.") for name in expr.names):
        return expr
    tree = _soft(expr.tree, width)
    return Expr(write(tree), tree, expr.names, expr.randoms)


def _soft(node: Node, width: float) -> Node:
    if not _reads_gap(node):
        return node
    if isinstance(node, Op):
        if node.op in (">", ">=", "<", "<="):
            a, b = node.args
            high, low = (a, b) if node.op in (">", ">=") else (b, a)
            return Call("logistic", (Op("/", (Op("-", (high, low)), Num(width))),))
        parts = tuple(_soft(part, width) for part in node.args)
        if node.op == "and":
            return _chain("*", parts)
        if node.op == "or":
            return Call("max", parts)
        if node.op == "not":
            return Op("-", (Num(1.0), parts[0]))
        return Op(node.op, parts)
    if isinstance(node, Call):
        return Call(node.function, tuple(_soft(part, width) for part in node.args), node.index)
    return node


def _chain(op: str, parts: tuple[Node, ...]) -> Node:
    out = parts[0]
    for part in parts[1:]:
        out = Op(op, (out, part))
    return out


def _reads_gap(node: Node) -> bool:
    return any(isinstance(n, Name) and n.id.startswith("gap.") for n in walk(node))
