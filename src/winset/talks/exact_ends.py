"""How an exactly played game ended: masses of final situations, and the measures read off them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from winset.scenario.expr import evaluate
from winset.talks.exact import TooLarge
from winset.talks.menu import Floats
from winset.talks.paths import Record
from winset.talks.problem import Problem
from winset.talks.tally import Names, outsiders


@dataclass
class Ends:
    """Final situations of one draw: parallel lists of arrays [n], one entry per way it ended.

    mass: chance; text: number of the signed text, -1 none; split: its share where the Nash split
    itself was signed, NaN elsewhere; outcome: -1 none; fought: months of war; z [n,K]: readings.
    """

    problem: Problem
    draw: int
    mass: list[Floats] = field(default_factory=list)
    text: list[Floats] = field(default_factory=list)
    split: list[Floats] = field(default_factory=list)
    outcome: list[Floats] = field(default_factory=list)
    fought: list[Floats] = field(default_factory=list)
    z: list[Floats] = field(default_factory=list)

    def add(
        self,
        mass: Floats,
        z: Floats,
        fought: int,
        outcome: int = -1,
        text: np.ndarray | int = -1,
        split: Floats | float = np.nan,
    ) -> None:
        """Situations with readings z [n,K] that end like this with chance mass [n]."""
        at = np.flatnonzero(mass > 0)
        n = len(mass)
        self.mass.append(mass[at])
        self.z.append(z[at])
        for column, value in (
            (self.text, text),
            (self.split, split),
            (self.outcome, outcome),
            (self.fought, fought),
        ):
            column.append(np.broadcast_to(np.asarray(value, dtype=float), (n,))[at])

    def measures(self) -> dict[str, float]:
        """Means of the scenario's own measures and of the outsiders' values."""
        problem, declared = self.problem, self.problem.scenario.spec.measures
        weight, run, split = np.concatenate(self.mass), self._record(), np.concatenate(self.split)
        names = Names(problem, run)
        for issue in problem.deals.menu.space.issues:
            if not np.isnan(split).all():
                names[f"deal.{issue}"] = np.where(np.isnan(split), names[f"deal.{issue}"], split)
        out = {}
        for name, body in declared.items():
            if body.outcomes:
                which = [problem.war.outcomes.index(o) for o in body.outcomes]
                out[name] = float(weight @ np.isin(run.outcome, which))
            elif body.value is not None:
                value = np.asarray(evaluate(body.value, names), dtype=float)
                out[name] = float(weight @ np.broadcast_to(value, weight.shape))
        for party, value in outsiders(problem, run).items():
            out[f"value.{party}"] = float(weight @ value)
        return out

    def _record(self) -> Record:
        n = sum(len(m) for m in self.mass)
        draw = np.full(n, self.draw)
        every, zero = np.arange(n), np.zeros(n, dtype=np.int64)
        run = Record.start(draw, every, zero, zero, len(self.problem.parties))
        run.text = np.concatenate(self.text).astype(np.int64)
        run.outcome = np.concatenate(self.outcome).astype(np.int64)
        run.fought = np.concatenate(self.fought)
        run.signed_at = np.where(run.text >= 0, run.fought, -1).astype(np.int64)
        run.z = np.concatenate(self.z)
        return run


def require_readable(problem: Problem) -> None:
    """Raise `TooLarge` where a measure reads a final state that an ending event still changes."""
    spec = problem.scenario.spec
    if any(e.outcome is not None and e.changes for e in spec.events.values()):
        for body in spec.measures.values():
            names = body.value.names if body.value is not None else set()
            if names & (set(spec.state) | set(spec.derived)):
                raise TooLarge("a measure of a state that an ending changes")
