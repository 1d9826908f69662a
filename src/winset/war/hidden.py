"""What is so on a path though nobody may know it, and what each holder believes at the start."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from winset.errors import SolverError
from winset.scenario.expr import Expr, evaluate
from winset.scenario.sampling import HasQuantities, Sample
from winset.scenario.schema.talks import Strategy
from winset.war.engine import Floats, Ints, War
from winset.war.layout import HasStructure
from winset.war.randomness import uniforms


class Playable(HasStructure, HasQuantities, Protocol):
    """What playing needs of a scenario: `winset.scenario.Scenario` has it."""

    @property
    def months(self) -> int | None:
        """The horizon."""
        ...

    def strategy(self, id: str) -> Strategy:
        """A strategy with all its levers."""
        ...

    def prior(self, hypothesis: str, holder: str, worldview: str) -> Mapping[str, Expr]:
        """Value -> chance by which a holder starts."""
        ...


def prior(
    scenario: Playable, values: Sample, hypothesis: str, holder: str, worldview: str
) -> Floats:
    """A holder's chances of a hypothesis's values, renormalised per draw: [D, values].

    A holder's own numbers (`believed_by`) are used where it has them.
    """
    chances = scenario.prior(hypothesis, holder, worldview)

    def look(name: str) -> Floats:
        return values.believed.get((holder, name), values.values[name])

    draws = len(values.replicate)
    names = scenario.spec.hypotheses[hypothesis].values
    table = np.stack(
        [np.broadcast_to(np.asarray(evaluate(chances[v], look), float), (draws,)) for v in names],
        axis=1,
    )
    table = np.maximum(table, 0.0)
    total = table.sum(axis=1, keepdims=True)
    if not (total > 0).all():
        raise SolverError(
            f"the prior of {hypothesis} held by {holder} under {worldview} gives no value a chance"
            f" in draw {int(np.argmin(total))}"
        )
    return np.asarray(table / total)


def draw_hypotheses(
    scenario: Playable,
    war: War,
    values: Sample,
    worldview: str,
    seed: int,
    row: Ints,
    path: Ints,
) -> Floats:
    """What is so on each path, drawn from the world's prior: 1 or 0, [P, H].

    Each hypothesis has a stream of its own, so that its draw does not depend on others.
    """
    out = np.zeros((len(row), len(war.hypotheses)))
    for hypothesis, part in scenario.spec.hypotheses.items():
        steps = np.cumsum(prior(scenario, values, hypothesis, "world", worldview), axis=1)
        u = uniforms(seed, f"hypothesis/{hypothesis}", row, path)
        chosen = (u[:, None] >= steps[row, :-1]).sum(axis=1)
        first = war.hypotheses.index((hypothesis, part.values[0]))
        out[np.arange(len(row)), first + chosen] = 1.0
    return out


def start_inputs(
    scenario: Playable, war: War, values: Sample, worldview: str, row: Ints, hyp: Floats
) -> Floats:
    """Beliefs at their priors; nothing gained or refused, since nobody talks."""
    out = np.zeros((len(row), len(war.inputs)))
    for i, name in enumerate(war.inputs):
        for column, (hypothesis, value) in enumerate(war.hypotheses):
            ending = f".{hypothesis}.{value}"
            if name.startswith("belief.") and name.endswith(ending):
                holder = name[len("belief.") : -len(ending)]
                part = scenario.spec.hypotheses[hypothesis]
                if holder in part.known_to:
                    out[:, i] = hyp[:, column]
                else:
                    table = prior(scenario, values, hypothesis, holder, worldview)
                    out[:, i] = table[row, part.values.index(value)]
    return out
