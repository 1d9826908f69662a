"""Who knows what: types, hidden facts, their combinations, and which names an expression may still
vary with."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from winset.scenario import Scenario
from winset.scenario.expr import Expr


@dataclass(frozen=True, eq=False)
class Facts:
    """All hypotheses of a scenario, split into types (known to a signatory) and hidden facts.

    combos: every combination of values, one value index per hypothesis, [n_combos, n_hypotheses].
    """

    ids: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    owner: tuple[str | None, ...]  # the signatory whose type it is
    combos: np.ndarray

    @property
    def size(self) -> int:
        """Number of combinations."""
        return len(self.combos)

    def indicators(self, combo: int) -> dict[str, float]:
        """HYPOTHESIS.VALUE -> 1 or 0 under a combination."""
        out: dict[str, float] = {}
        for h, (name, values) in enumerate(zip(self.ids, self.values, strict=True)):
            for v, value in enumerate(values):
                out[f"{name}.{value}"] = float(self.combos[combo, h] == v)
        return out

    def of(self, party: str) -> tuple[int, ...]:
        """Indices of the hypotheses that are this party's type."""
        return tuple(h for h, owner in enumerate(self.owner) if owner == party)

    def type_index(self, party: str) -> np.ndarray:
        """[n_combos] the party's own type under each combination, numbered from 0."""
        own = self.of(party)
        index = np.zeros(self.size, dtype=np.int64)
        for h in own:
            index = index * len(self.values[h]) + self.combos[:, h]
        return index

    def hidden(self) -> tuple[int, ...]:
        """Indices of the hypotheses no signatory knows."""
        return tuple(h for h, owner in enumerate(self.owner) if owner is None)

    def hidden_index(self) -> np.ndarray:
        """[n_combos] the hidden facts' combination under each combination, numbered from 0."""
        index = np.zeros(self.size, dtype=np.int64)
        for h in self.hidden():
            index = index * len(self.values[h]) + self.combos[:, h]
        return index


@lru_cache(maxsize=16)
def facts(scenario: Scenario) -> Facts:
    """The hypotheses of a scenario."""
    spec = scenario.spec
    ids = tuple(spec.hypotheses)
    values = tuple(tuple(spec.hypotheses[h].values) for h in ids)
    owner = tuple(
        next((p for p in spec.hypotheses[h].known_to if p in scenario.signatories), None)
        for h in ids
    )
    every = list(itertools.product(*[range(len(v)) for v in values]))
    combos = np.array(every, dtype=np.int64)
    return Facts(ids, values, owner, combos.reshape(max(1, len(combos)), len(ids)))


def holders_of(scenario: Scenario, event: str) -> Mapping[str, tuple[Expr, Expr]]:
    """Who holds a Beta belief about the chance of a learned event: party -> (alpha, beta)."""
    return next(body.holders for body in scenario.spec.learning.values() if body.event == event)


@lru_cache(maxsize=16)
def type_names(scenario: Scenario) -> frozenset[str]:
    """HYPOTHESIS.VALUE names of hypotheses that are some signatory's type."""
    known = facts(scenario)
    return frozenset(
        f"{h}.{v}"
        for h, values, owner in zip(known.ids, known.values, known.owner, strict=True)
        if owner is not None
        for v in values
    )


def is_static(expr: Expr, scenario: Scenario) -> bool:
    """True where an expression reads only quantities, types, the package and the strategy's set
    levels."""
    types = type_names(scenario)
    return all(
        name in scenario.quantities
        or name in types
        or name.startswith(("deal.", "value.", "support."))
        or (name.startswith("lever.") and name.endswith(".set"))
        or name in ("strategy.omega", "share")
        for name in expr.names
    )
