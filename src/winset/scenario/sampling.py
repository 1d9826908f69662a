"""Draws of a scenario's uncertain quantities, the same luck in every worldview.

A quantity's probabilities come from scrambled Sobol points that depend on its id, the seed and the
replicate alone (`winset.scenario.points`); a worldview changes the distribution they are put
through. Rank correlations by a Gaussian copula: with Spearman's rho of two quantities the normal
correlation is 2 sin(pi rho / 6) (Pearson 1907), and normal scores are mixed by its Cholesky factor,
ids in sorted order. What a party believes instead of a number is drawn with the same probability as
the number itself, so that equal beliefs are equal in every draw.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from winset.errors import Problem, ScenarioError
from winset.scenario.distributions import fault, quantile
from winset.scenario.expr import evaluate
from winset.scenario.points import points
from winset.scenario.schema.base import Correlation, Quantity

Floats = NDArray[np.float64]


class _Spec(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def correlations(self) -> tuple[Correlation, ...]: ...


class HasQuantities(Protocol):
    """What sampling needs of a scenario: `winset.scenario.Scenario` has it."""

    @property
    def spec(self) -> Any:
        """The scenario's spec: its id and correlations are read."""
        ...

    @property
    def quantities(self) -> Mapping[str, Quantity]:
        """Every uncertain number by id."""
        ...

    def quantity(self, id: str, worldview: str) -> Quantity:
        """One of them as a worldview has it."""
        ...


@dataclass(frozen=True)
class Sample:
    """Draws of every quantity.

    values: id -> [draws], in the quantity's unit, formulas included. believed: (party, id) ->
    [draws] where the party believes something else, formulas of such numbers included.
    replicate: [draws] which independent scramble a draw belongs to, 0, 1, ... in equal blocks.
    """

    values: Mapping[str, Floats]
    believed: Mapping[tuple[str, str], Floats]
    replicate: NDArray[np.int64]


def sample(
    scenario: HasQuantities, worldview: str, draws: int, replicates: int = 8, seed: int = 1
) -> Sample:
    """Draw every quantity of a scenario under a worldview.

    The first draws/replicates draws are the first scramble, and so on; where it does not divide,
    the first replicates have one draw more.

    Raises:
        ScenarioError: numbers that make no distribution, a disputed quantity without a value,
            circular formulas, correlations that no joint distribution has; all at once.
    """
    replicates = max(1, min(replicates, draws))
    chosen = {id: scenario.quantity(id, worldview) for id in scenario.quantities}
    _check(scenario.spec.id, worldview, chosen)
    sizes = np.full(replicates, draws // replicates)
    sizes[: draws % replicates] += 1
    replicate = np.repeat(np.arange(replicates, dtype=np.int64), sizes)
    u = _probabilities(scenario, chosen, replicate, int(sizes.max()), seed)
    return _filled(scenario.spec.id, chosen, u, replicate)


def uncertain(scenario: HasQuantities, worldview: str) -> list[tuple[str, ...]]:
    """The quantities that vary in a worldview by themselves, in sorted order; those that
    correlations connect stand together.
    """
    chosen = {id: scenario.quantity(id, worldview) for id in scenario.quantities}
    linked = {id for c in scenario.spec.correlations for id in c.between if c.rank != 0}
    ids = sorted({id for id, q in chosen.items() if _uncertain(q)} | linked)
    groups = [tuple(group) for group, _ in _factors(scenario.spec.id, scenario.spec.correlations)]
    together = {id: group for group in groups for id in group}
    return list(dict.fromkeys(together.get(id, (id,)) for id in ids))


def sample_at(scenario: HasQuantities, worldview: str, u: Mapping[str, Floats]) -> Sample:
    """Every quantity at the probabilities u, id -> [draws] in 0..1, independent uniform; a half
    where there is none. Correlations are then put in, as in `sample`. One replicate.

    Raises as `sample`.
    """
    chosen = {id: scenario.quantity(id, worldview) for id in scenario.quantities}
    _check(scenario.spec.id, worldview, chosen)
    draws = len(next(iter(u.values())))
    table = {id: np.clip(x, 1e-16, 1 - 1e-16) for id, x in u.items()}
    linked = {id for c in scenario.spec.correlations for id in c.between if c.rank != 0}
    for id in linked - set(table):
        table[id] = np.full(draws, 0.5)
    _mix(scenario, table)
    return _filled(scenario.spec.id, chosen, table, np.zeros(draws, dtype=np.int64))


def middles(scenario: HasQuantities, worldview: str) -> Sample:
    """One draw with every quantity at its median. Raises as `sample`."""
    chosen = {id: scenario.quantity(id, worldview) for id in scenario.quantities}
    _check(scenario.spec.id, worldview, chosen)
    return _filled(scenario.spec.id, chosen, {}, np.zeros(1, dtype=np.int64))


def _filled(
    scenario: str,
    chosen: Mapping[str, Quantity],
    u: Mapping[str, Floats],
    replicate: NDArray[np.int64],
) -> Sample:
    """Every quantity at its probabilities `u` (a half where it has none), formulas worked out."""
    draws = len(replicate)
    values: dict[str, Floats] = {}
    believed: dict[tuple[str, str], Floats] = {}
    for id in _in_order(scenario, chosen):
        quantity = chosen[id]
        if quantity.formula is None:
            values[id] = _put(quantity, u.get(id), draws)
        else:
            values[id] = _spread(evaluate(quantity.formula, values), draws)
        for party, own in quantity.believed_by.items():
            if own.formula is None:
                believed[party, id] = _put(own, u.get(id), draws)
            else:
                believed[party, id] = _spread(_seen_by(party, own, values, believed), draws)
        if quantity.formula is not None:
            for party in sorted({p for p, name in believed if name in quantity.formula.names}):
                if party not in quantity.believed_by:
                    seen = _seen_by(party, quantity, values, believed)
                    believed[party, id] = _spread(seen, draws)
    return Sample(values, believed, replicate)


def _put(quantity: Quantity, u: Floats | None, draws: int) -> Floats:
    return quantile(quantity, np.full(draws, 0.5) if u is None else u)


def _spread(value: Any, draws: int) -> Floats:
    return np.array(np.broadcast_to(np.asarray(value, dtype=np.float64), (draws,)))


def _seen_by(
    party: str,
    quantity: Quantity,
    values: Mapping[str, Floats],
    believed: Mapping[tuple[str, str], Floats],
) -> Any:
    assert quantity.formula is not None
    return evaluate(quantity.formula, lambda name: believed.get((party, name), values[name]))


def _uncertain(quantity: Quantity) -> bool:
    return any(
        part.value is None and part.formula is None
        for part in (quantity, *quantity.believed_by.values())
    )


def _probabilities(
    scenario: HasQuantities,
    chosen: Mapping[str, Quantity],
    replicate: NDArray[np.int64],
    count: int,
    seed: int,
) -> dict[str, Floats]:
    # A correlated quantity needs its point even where a worldview fixes it: others lean on it.
    correlations = scenario.spec.correlations
    linked = {id for c in correlations for id in c.between if c.rank != 0}
    ids = sorted({id for id, q in chosen.items() if _uncertain(q)} | linked)
    if not ids:
        return {}
    u = points(ids, count, int(replicate[-1]) + 1, seed)
    within = np.arange(len(replicate)) - np.searchsorted(replicate, replicate)
    table = {id: u[i, replicate, within] for i, id in enumerate(ids)}
    _mix(scenario, table)
    return table


def _mix(scenario: HasQuantities, table: dict[str, Floats]) -> None:
    """Put the correlations into independent probabilities, in place."""
    for group, factor in _factors(scenario.spec.id, scenario.spec.correlations):
        scores = factor @ ndtri(np.stack([table[id] for id in group]))
        # A score of exactly 0 or 1 would be an infinite value; the normal tail ends far inside.
        mixed = np.clip(ndtr(scores), 1e-16, 1 - 1e-16)
        table.update(zip(group[1:], mixed[1:], strict=True))


def _factors(
    scenario: str, correlations: Iterable[Correlation]
) -> list[tuple[list[str], NDArray[np.float64]]]:
    """Cholesky factors of the groups of ids that correlations connect."""
    groups: list[set[str]] = []
    rank: dict[frozenset[str], float] = {}
    for link in correlations:
        if link.rank == 0:
            continue
        pair = frozenset(link.between)
        rank[pair] = link.rank
        touched = [g for g in groups if g & pair]
        groups = [g for g in groups if not g & pair] + [set(pair).union(*touched)]
    out = []
    for group in groups:
        ids = sorted(group)
        matrix = np.eye(len(ids))
        for i, first in enumerate(ids):
            for j, second in enumerate(ids[:i]):
                rho = rank.get(frozenset((first, second)), 0.0)
                matrix[i, j] = matrix[j, i] = 2.0 * np.sin(np.pi * rho / 6.0)
        values, vectors = np.linalg.eigh(matrix)
        # Rounding of ranks near 1 may leave a shade below zero; more than that is a contradiction.
        if values[0] < -0.02:
            message = "these rank correlations contradict one another: no quantities can have them"
            path = f"correlations: {', '.join(ids)}"
            raise ScenarioError([Problem(file=scenario, path=path, message=message)])
        near = (vectors * np.maximum(values, 1e-10)) @ vectors.T
        scale = np.sqrt(np.diag(near))
        out.append((ids, np.linalg.cholesky(near / np.outer(scale, scale))))
    return out


def _check(scenario: str, worldview: str, chosen: Mapping[str, Quantity]) -> None:
    problems = []
    for id, quantity in chosen.items():
        for whose, part in (("", quantity), *quantity.believed_by.items()):
            if part.formula is not None:
                continue
            message = fault(part)
            if part is quantity and quantity.disputed and message.startswith("it needs"):
                message = f"it is disputed, and worldview {worldview} gives it no value"
            if message:
                path = f"quantities.{id}" + (f".believed_by.{whose}" if whose else "")
                problems.append(Problem(file=scenario, path=path, message=message))
    if problems:
        raise ScenarioError(problems)


def _in_order(scenario: str, chosen: Mapping[str, Quantity]) -> list[str]:
    """Ids so that a formula comes after what it reads."""
    order: dict[str, None] = {}
    waiting: list[str] = []

    def visit(id: str, asked_by: str) -> None:
        if id in order:
            return
        if id in waiting or id not in chosen:
            circle = " -> ".join([*waiting[waiting.index(id) :], id]) if id in waiting else ""
            message = "the formulas go round in a circle" if circle else "no such quantity"
            path = f"quantities.{asked_by}"
            problem = Problem(file=scenario, path=path, message=message, found=circle or id)
            raise ScenarioError([problem])
        waiting.append(id)
        formulas = [chosen[id], *chosen[id].believed_by.values()]
        for name in sorted({n for q in formulas if q.formula is not None for n in q.formula.names}):
            visit(name, id)
        waiting.pop()
        order[id] = None

    for id in chosen:
        visit(id, id)
    return list(order)
