"""A peace played on by the engine of the war, and what a war from the states reached is worth.

Endings are not drawn but weighed (model.md section 4): a war from state s is worth to row i

    W_i(s) = sum_m L_m d_i^m [ -c_i(s_m) + d_i sum_e p_e(s_m) U_ie(s_m) ]
    L_0 = 1,  L_m+1 = L_m (1 - sum_e p_e(s_m))

with what is left at the horizon at its stationary value (or the scenario's own `at_horizon`): the
war without further talks, each signatory weighing hidden facts by its own prior.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np

from winset.scenario import Scenario
from winset.scenario.sampling import Sample
from winset.scenario.schema.deals import PlayedPeace
from winset.scenario.schema.root import ScenarioSpec
from winset.talks.menu import Floats
from winset.talks.pricing import Table, ending
from winset.war import War, compile_war

_CHUNK = 8_192
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class PeaceMonths:
    """What the war's compiler needs of a peace: the stocks and levers of the war, the flows that go
    on and those of the peace itself; `names`: numbers of the deal, read as quantities."""

    scenario: Scenario
    names: tuple[str, ...]

    @property
    def spec(self) -> ScenarioSpec:
        """The scenario with the peace in the place of its war."""
        spec = self.scenario.spec
        assert spec.durability is not None and spec.durability.played is not None
        played = spec.durability.played
        flows = {id_: spec.flows[id_] for id_ in played.flows} | played.peace
        gone = dict.fromkeys(("events", "outcomes", "signals", "learning"), _NOTHING)
        return spec.model_copy(update={**gone, "flows": flows})

    @property
    def quantities(self) -> Mapping[str, Any]:
        """The scenario's, and the numbers of the deal."""
        return {**self.scenario.quantities, **dict.fromkeys(self.names)}

    def enabled(self, mechanism: str, worldview: str) -> bool:
        """As the scenario says."""
        return self.scenario.enabled(mechanism, worldview)


def read_of_deals(played: PlayedPeace) -> tuple[str, ...]:
    """`deal.*` names that the peace and the renewed war read."""
    exprs = [flow.rate for flow in played.peace.values()] + list(played.renewed.values())
    return tuple(sorted({n for e in exprs for n in e.names if n.startswith("deal.")}))


@lru_cache(maxsize=8)
def compiled_peace(scenario: Scenario) -> War:
    """The compiled months of a scenario's peace."""
    assert scenario.spec.durability is not None and scenario.spec.durability.played is not None
    return compile_war(PeaceMonths(scenario, read_of_deals(scenario.spec.durability.played)), {})


def repeated(sample: Sample, rows: np.ndarray, given: Mapping[str, Floats]) -> Sample:
    """Draws `rows` [N] of a sample, some quantities replaced by `given` [N]."""
    values = {name: numbers[rows] for name, numbers in sample.values.items()} | dict(given)
    believed = {key: n[rows] for key, n in sample.believed.items() if key[1] not in given}
    return Sample(values, believed, sample.replicate[rows])


@dataclass(frozen=True, eq=False)
class Ground:
    """What wars are played on. columns [H, *] and path_of [H]: hidden facts; prior [S,D,H] of each
    signatory; table: of any text, for what endings are worth; months: played before the war is
    given its stationary value."""

    scenario: Scenario
    war: War
    key: Mapping[str, int]
    table: Table
    target: Floats
    columns: Floats
    path_of: np.ndarray
    prior: Floats
    costs: np.ndarray  # [R] reading of each signatory row's cost
    months: int
    seed: int

    def worth(
        self, state: Floats, params: Floats, row: np.ndarray, draw: np.ndarray, path: np.ndarray,
        month: int,
    ) -> Floats:  # fmt: skip
        """[P,R] what a war from `state` [P,*] at `month` is worth. row: of params; draw, path: of
        whom it is."""
        parts = [
            self._worth(state[at], params, row[at], draw[at], path[at], month)
            for at in (slice(i, i + _CHUNK) for i in range(0, len(row), _CHUNK))
        ]
        return np.concatenate(parts)

    def _worth(
        self, state: Floats, params: Floats, row: np.ndarray, draw: np.ndarray, path: np.ndarray,
        month: int,
    ) -> Floats:  # fmt: skip
        tb = self.table
        out = np.zeros((len(row), len(tb.party_of)))
        for way in range(int(self.path_of.max()) + 1):
            mine = np.flatnonzero(self.path_of == way)
            values = _Fought(self, mine, params, row, draw, path).play(state.copy(), month)
            for k, h in enumerate(mine):
                out += self.prior[tb.party_of][:, draw, h].T * values[k]
        return out


class _Fought:
    """Wars of P paths under some hidden facts which move only the chances of ending."""

    def __init__(
        self,
        ground: Ground,
        facts: np.ndarray,
        params: Floats,
        row: np.ndarray,
        draw: np.ndarray,
        path: np.ndarray,
    ) -> None:
        self.ground, self.params, self.row, self.draw, self.path = ground, params, row, draw, path
        paths, war = len(row), ground.war
        self.hyp = [np.tile(ground.columns[h], (paths, 1)) for h in facts]
        self.target = np.tile(ground.target, (paths, 1))
        self.inputs = np.zeros((paths, len(war.inputs)))
        self.z = np.zeros((paths, len(war.readings)))
        self.luck: dict[str, Any] = {"seed": ground.seed, "draw": draw, "path": path}
        tb = ground.table
        self.factor = tb.discount[draw][:, tb.party_of]
        self.whole = np.ones((len(facts), paths, len(tb.party_of)))
        self.sum = np.zeros_like(self.whole)

    def play(self, state: Floats, month: int) -> Floats:
        """[facts, P, R] what the wars are worth."""
        war = self.ground.war
        alive = np.ones(len(self.row), dtype=bool)
        fired = np.zeros((len(alive), len(war.learned)), dtype=np.int8)
        signal = np.zeros((len(alive), len(war.signals)), dtype=np.int8)
        for m in range(month, month + self.ground.months):
            self._count(state, m)
            ended = np.full(len(alive), -1, dtype=np.int16)
            war.step(
                state, self.params, self.row, self.target, self.hyp[0], self.inputs, m,
                self.ground.seed, self.draw, self.path, alive,
                sample_endings=False, ended=ended, fired=fired, signal=signal,
            )  # fmt: skip
            if (ended >= 0).any():
                self._over(state, m + 1, ended)
                alive &= ended < 0
            if not alive.any():
                break
        if alive.any():
            self._rest(state, month + self.ground.months)
        return self.sum

    def _look(self, state: Floats, month: int) -> tuple[Floats, list[Floats]]:
        """Costs [P,R] of this month and, by facts, its chances of endings [P,E]."""
        war, given = self.ground.war, (self.params, self.row, self.target)
        war.read(state, *given, self.hyp[0], self.inputs, month, self.z, **self.luck)
        chances = []
        for hyp in self.hyp:
            found = np.empty((len(self.row), len(war.outcomes)))
            war.hazards(state, *given, hyp, self.inputs, month, found, **self.luck)
            chances.append(found)
        return self.z[:, self.ground.costs], chances

    def _worth_of(self, outcome: np.ndarray) -> Floats:
        """[P,R] of the endings [P] at the state last read."""
        tb = self.ground.table
        out = np.zeros((len(self.row), len(tb.party_of)))
        ending(tb, self.draw, self.z, np.arange(len(out)), outcome, out)
        return out

    def _ends(self, chances: list[Floats]) -> list[Floats]:
        """By facts: sum over endings of chance x worth [P,R]."""
        total = [np.zeros((len(self.row), len(self.ground.table.party_of))) for _ in chances]
        for e in range(len(self.ground.war.outcomes)):
            if any(c[:, e].any() for c in chances):
                worth = self._worth_of(np.full(len(self.row), e))
                for sums, c in zip(total, chances, strict=True):
                    sums += c[:, e, None] * worth
        return total

    def _count(self, state: Floats, month: int) -> None:
        cost, chances = self._look(state, month)
        for k, ends in enumerate(self._ends(chances)):
            self.sum[k] += self.whole[k] * (-cost + self.factor * ends)
            self.whole[k] *= self.factor * (1.0 - chances[k].sum(axis=1, keepdims=True))

    def _over(self, state: Floats, month: int, ended: np.ndarray) -> None:
        """Some wars ended by the state they came to: an outcome with a `when`."""
        self._look(state, month)
        at = ended >= 0
        worth = self._worth_of(np.where(at, ended, 0).astype(np.int64))
        for k in range(len(self.hyp)):
            self.sum[k][at] += self.whole[k][at] * worth[at]
            self.whole[k][at] = 0.0

    def _rest(self, state: Floats, month: int) -> None:
        """What goes on at the horizon: stated by the scenario, or for ever as it is."""
        cost, chances = self._look(state, month)
        stated = self.ground.scenario.spec.at_horizon.value or {}
        parties = self.ground.scenario.signatories
        for k, ends in enumerate(self._ends(chances)):
            gain = -cost + self.factor * ends
            left = 1.0 - self.factor * (1.0 - chances[k].sum(axis=1, keepdims=True))
            safe = np.maximum(left, 1e-12)
            worth = np.where(left > 1e-12, gain / safe, np.where(gain == 0.0, 0.0, gain / 1e-6))
            worth = np.clip(worth, -2.0, 2.0)  # as the talks' own first guess
            for i, p in enumerate(self.ground.table.party_of):
                if parties[p] in stated:
                    worth[:, i] = self.z[:, self.ground.key[f"horizon|{parties[p]}"]]
            self.sum[k] += self.whole[k] * worth
