"""Rewrite an expression: names replaced by numbers or other expressions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from winset.scenario.expr import RANDOM, Call, Expr, Name, Node, Num, Op, walk


def substitute(expr: Expr, names: Mapping[str, float | Expr]) -> Expr:
    """The expression with each name in `names` replaced. The text is rebuilt from the tree."""
    if expr.names.isdisjoint(names):
        return expr
    return _substituted(expr, tuple(sorted((k, v) for k, v in names.items() if k in expr.names)))


@lru_cache(maxsize=4096)
def _substituted(expr: Expr, pairs: tuple[tuple[str, float | Expr], ...]) -> Expr:
    tree = _replace(expr.tree, dict(pairs))
    found = frozenset(n.id for n in walk(tree) if isinstance(n, Name))
    randoms = sum(isinstance(n, Call) and n.function in RANDOM for n in walk(tree))
    return Expr(write(tree), tree, found, randoms)


def _replace(node: Node, names: Mapping[str, float | Expr]) -> Node:
    if isinstance(node, Name):
        new = names.get(node.id)
        if new is None:
            return node
        return new.tree if isinstance(new, Expr) else Num(float(new))
    if isinstance(node, Op):
        return Op(node.op, tuple(_replace(a, names) for a in node.args))
    if isinstance(node, Call):
        return Call(node.function, tuple(_replace(a, names) for a in node.args), node.index)
    return node


def write(node: Node) -> str:
    """Text of a tree, fully bracketed; parses back to the same tree."""
    if isinstance(node, Num):
        return repr(node.value) if node.value >= 0 else f"(-{-node.value!r})"
    if isinstance(node, Name):
        return node.id
    parts = [write(a) for a in node.args]
    if isinstance(node, Call):
        return f"{node.function}({', '.join(parts)})"
    if node.op == "neg":
        return f"(-{parts[0]})"
    if node.op == "not":
        return f"(not {parts[0]})"
    return "(" + f" {node.op} ".join(parts) + ")"
