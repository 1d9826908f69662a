"""A scenario without its loader: just what the war asks of one, from plain data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from winset.scenario.expr import Expr
from winset.scenario.schema.base import Quantity
from winset.scenario.schema.root import ScenarioSpec
from winset.scenario.schema.talks import Strategy

FRAME = {
    "winset": 1,
    "id": "test",
    "title": "test",
    "as_of": "2000-01-01",
    "start": "2000-01",
    "parties": {"a": {"name": "A"}, "b": {"name": "B"}},
}


@dataclass(frozen=True)
class Standin:
    spec: ScenarioSpec

    @property
    def id(self) -> str:
        return self.spec.id

    @property
    def months(self) -> int | None:
        return self.spec.months

    @property
    def quantities(self) -> Mapping[str, Quantity]:
        return self.spec.quantities

    @property
    def worldviews(self) -> tuple[str, ...]:
        return tuple(self.spec.worldviews) or ("base",)

    def quantity(self, id: str, worldview: str) -> Quantity:
        view = self.spec.worldviews.get(worldview)
        return (view.set if view else {}).get(id, self.spec.quantities[id])

    def enabled(self, mechanism: str, worldview: str) -> bool:
        view = self.spec.worldviews.get(worldview)
        if view and mechanism in view.disable:
            return False
        sections = (self.spec.flows, self.spec.events, self.spec.signals)
        return all(s[mechanism].enabled for s in sections if mechanism in s)

    def prior(self, hypothesis: str, holder: str, worldview: str) -> Mapping[str, Expr]:
        part = self.spec.hypotheses[hypothesis]
        view = self.spec.worldviews.get(worldview)
        own = view.priors.get(hypothesis, {}) if view else {}
        return own.get(holder) or part.priors.get(holder) or own.get("world") or part.prior

    def strategy(self, id: str) -> Strategy:
        part = self.spec.strategies.get(id, Strategy(label=id))
        today = {lever: p.today for lever, p in self.spec.levers.items()}
        return part.model_copy(update={"levers": {**today, **part.levers}})


def standin(**sections: Any) -> Standin:
    return Standin(ScenarioSpec.model_validate({**FRAME, **sections}))


@dataclass(frozen=True)
class Values:
    """A sample given by hand."""

    values: Mapping[str, Any] = field(default_factory=dict)
    believed: Mapping[tuple[str, str], Any] = field(default_factory=dict)

    @property
    def replicate(self) -> Any:
        return np.zeros(len(next(iter(self.values.values()), [0])), dtype=np.int64)


def values(**numbers: float | Sequence[float]) -> Values:
    return Values({k: np.atleast_1d(np.asarray(v, dtype=float)) for k, v in numbers.items()})


class Paths:
    """Arrays for P paths of a war, all of draw 0 unless told; `step` plays a month."""

    def __init__(self, war: Any, params: Any, paths: int, row: Any = None, seed: int = 1) -> None:
        self.war, self.params, self.seed, self.month = war, params, seed, 0
        self.row = np.zeros(paths, dtype=np.int64) if row is None else row
        self.draw = self.row.copy()
        self.path = np.arange(paths, dtype=np.int64)
        self.state = war.start(params, self.row)
        self.target = np.zeros((paths, len(war.levers)))
        self.hyp = np.zeros((paths, len(war.hypotheses)))
        self.inputs = np.zeros((paths, len(war.inputs)))
        self.alive = np.ones(paths, dtype=np.bool_)
        self.ended = np.full(paths, -1, dtype=np.int16)
        self.fired = np.zeros((paths, len(war.learned)), dtype=np.int8)
        self.signal = np.zeros((paths, len(war.signals)), dtype=np.int8)

    @property
    def here(self) -> tuple[Any, ...]:
        return (self.state, self.params, self.row, self.target, self.hyp, self.inputs, self.month)

    def step(self, sample_endings: bool = True) -> None:
        self.war.step(
            *self.here,
            self.seed,
            self.draw,
            self.path,
            self.alive,
            sample_endings=sample_endings,
            ended=self.ended,
            fired=self.fired,
            signal=self.signal,
        )
        self.alive &= self.ended < 0
        self.month += 1

    def hazards(self, luck: bool = False) -> Any:
        out = np.empty((len(self.state), len(self.war.outcomes)))
        self.war.hazards(*self.here, out, **self._luck(luck))
        return out

    def read(self, luck: bool = False) -> Any:
        out = np.empty((len(self.state), len(self.war.readings)))
        self.war.read(*self.here, out, **self._luck(luck))
        return out

    def _luck(self, told: bool) -> dict[str, Any]:
        return {"seed": self.seed, "draw": self.draw, "path": self.path} if told else {}

    def stock(self, name: str) -> Any:
        return self.state[:, self.war.stocks.index(name)]
