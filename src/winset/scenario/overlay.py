"""One scenario laid over another: maps merge by id, lists of pairs by their pair, all else is
replaced.

A `null` in the overlay takes the base's entry away. A quantity may be given anew by a bare number,
a formula, or its percentiles: what then no longer fits (the base's `value` beside new percentiles,
say) is dropped.
"""

from __future__ import annotations

from typing import Final

from winset.scenario.nodes import Node

#: ways to say how an uncertain number is spread; giving one drops the others
SPREADS: Final = (
    frozenset({"low", "mid", "high"}),
    frozenset({"value"}),
    frozenset({"formula"}),
    frozenset({"family", "parameters"}),
)
_ABOUT: Final = frozenset({"unit", "believed_by", "sources", "confidence", "bounds"})
#: top-level lists that grow, and the fields that tell one entry from another
_KEYED: Final = {
    "incompatible": ("options",),
    "interactions": ("options", "party"),
    "correlations": ("between",),
}


def overlay(base: Node, over: Node) -> Node:
    """Both laid together, `over` on top."""
    return _merge(base, over, ())


def _merge(base: Node, over: Node, path: tuple[str, ...]) -> Node:
    if isinstance(base.value, dict) and isinstance(over.value, dict):
        merged = dict(base.value)
        for field in _dropped(over.value):
            merged.pop(field, None)
        for key, node in over.value.items():
            if node.value is None:
                merged.pop(key, None)
            elif key in merged:
                merged[key] = _merge(merged[key], node, (*path, key))
            else:
                merged[key] = node
        return Node(merged, over.file, over.line)
    if isinstance(base.value, list) and isinstance(over.value, list) and len(path) == 1:
        fields = _KEYED.get(path[0])
        if fields is not None:
            return Node(_merge_lists(base.value, over.value, fields), over.file, over.line)
    if isinstance(base.value, dict) and _is_spread(base.value):
        field = "formula" if isinstance(over.value, str) else "value"
        if isinstance(over.value, str | int | float):
            as_map = Node({field: over}, over.file, over.line)
            return _merge(base, as_map, path)
    if isinstance(over.value, dict) and isinstance(base.value, int | float | str):
        more = not _is_spread(over.value) and bool(_ABOUT & over.value.keys())
        if more:  # the number is not said anew, only more of it: its unit, its sources
            field = "formula" if isinstance(base.value, str) else "value"
            return _merge(Node({field: base}, base.file, base.line), over, path)
    return over


def _is_spread(value: dict[str, Node]) -> bool:
    return any(field in value for fields in SPREADS for field in fields)


def _dropped(over: dict[str, Node]) -> set[str]:
    for fields in SPREADS:
        if fields & over.keys():
            return {field for other in SPREADS if other is not fields for field in other}
    return set()


def _merge_lists(base: list[Node], over: list[Node], fields: tuple[str, ...]) -> list[Node]:
    merged = {_key(node, fields, i): node for i, node in enumerate(base)}
    for i, node in enumerate(over):
        merged[_key(node, fields, len(base) + i)] = node
    return list(merged.values())


def _key(node: Node, fields: tuple[str, ...], index: int) -> object:
    if not isinstance(node.value, dict):
        return index
    parts: list[object] = []
    for field in fields:
        child = node.value.get(field)
        if child is None:
            return index
        if isinstance(child.value, list):
            parts.append(frozenset(str(item.value) for item in child.value))
        else:
            parts.append(str(child.value))
    return tuple(parts)
