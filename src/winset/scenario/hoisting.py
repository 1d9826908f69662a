"""Every uncertain number of a scenario under one id, wherever it is written.

    quantities' own ids
    PARTY.weight.ISSUE                      weight of an issue
    PARTY.score.ISSUE.OPTION                score of an option
    CONSTITUENCY.influence                  influence of a domestic group
    soft.ISSUE.OPTION.ISSUE.OPTION          cost of a soft incompatibility
    link.ISSUE.OPTION.ISSUE.OPTION.PARTY    points of an interaction

A weight or score given as a formula that reads anything but quantities (a type, the state) is no
quantity: it stays an expression and is evaluated where it is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from winset.scenario.expr import Expr
from winset.scenario.schema.base import Evidence, Quantity
from winset.scenario.schema.root import ScenarioSpec

Path = tuple[str | int, ...]


def hoisted(spec: ScenarioSpec) -> tuple[dict[str, Quantity], dict[str, Path]]:
    """Quantities by id in the order of the files, and the path at which each id is written.

    The second holds also the ids of weights and scores that stay expressions.
    """
    found: dict[str, Quantity] = {}
    paths: dict[str, Path] = {}
    for id_, path, quantity in _written(spec):
        found[id_] = quantity
        paths[id_] = path
    # What reads a name that is no quantity is none itself; repeat until nothing changes.
    while True:
        known = found.keys()
        expressions = [
            id_
            for id_, quantity in found.items()
            if paths[id_][0] != "quantities"
            and quantity.formula is not None
            and not quantity.formula.names <= known
        ]
        if not expressions:
            return found, paths
        for id_ in expressions:
            del found[id_]


def pair_id(kind: str, options: tuple[str, str], party: str | None = None) -> str:
    """The id of a soft incompatibility's cost (`soft`) or of an interaction's points (`link`)."""
    return ".".join((kind, *options) if party is None else (kind, *options, party))


def _written(spec: ScenarioSpec) -> Iterator[tuple[str, Path, Quantity]]:
    for id_, quantity in spec.quantities.items():
        yield id_, ("quantities", id_), quantity
    for party, preference in spec.preferences.items():
        home: Path = ("preferences", party)
        for issue, weight in preference.weights.items():
            path = (*home, "weights", issue)
            yield f"{party}.weight.{issue}", path, _evidenced(weight, preference)
        for issue, scores in preference.scores.items():
            if isinstance(scores, Expr):
                continue
            for option, score in scores.items():
                path = (*home, "scores", issue, option)
                yield f"{party}.score.{issue}.{option}", path, _evidenced(score, preference)
    for id_, group in spec.constituencies.items():
        path = ("constituencies", id_, "influence")
        yield f"{id_}.influence", path, _evidenced(group.influence, group)
    for i, pair in enumerate(spec.incompatible):
        if pair.cost is not None:
            path = ("incompatible", i, "cost")
            yield pair_id("soft", pair.options), path, _evidenced(pair.cost, pair)
    for i, link in enumerate(spec.interactions):
        path = ("interactions", i, "points")
        yield pair_id("link", link.options, link.party), path, _evidenced(link.points, link)


def _evidenced(quantity: Quantity, owner: Evidence) -> Quantity:
    """The quantity with its owner's evidence where it gives none of its own."""
    if quantity.sources or quantity.confidence or quantity.known_on:
        return quantity
    if not (owner.sources or owner.confidence or owner.known_on):
        return quantity
    return quantity.model_copy(
        update={
            "sources": owner.sources,
            "confidence": owner.confidence,
            "known_on": owner.known_on,
            "claims": quantity.claims or owner.claims,
        }
    )


def at(model: Any, path: Path) -> Any:
    """What stands at `path` of a model. Raises `KeyError`, `IndexError` or `AttributeError`."""
    here: Any = model
    for step in path:
        if isinstance(here, dict) or isinstance(step, int):
            here = here[step]
        else:
            here = getattr(here, step)
    return here


def replaced(model: Any, path: Path, value: Any) -> Any:
    """A copy of a frozen model, map or tuple with `value` at `path` (added where it is new)."""
    if not path:
        return value
    head, rest = path[0], path[1:]
    if isinstance(model, Mapping):
        inner = replaced(model.get(head), rest, value) if rest else value
        return {**model, head: inner}
    if isinstance(model, tuple):
        assert isinstance(head, int)
        return (*model[:head], replaced(model[head], rest, value), *model[head + 1 :])
    assert isinstance(head, str)
    return model.model_copy(update={head: replaced(getattr(model, head), rest, value)})
