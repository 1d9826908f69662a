"""Numbers of a war: the parameter array of a sample, and the states it starts from."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from winset.errors import SolverError
from winset.war.layout import HasStructure, Layout

Floats = NDArray[np.float64]


class HasValues(Protocol):
    """What the war needs of a sample: `winset.scenario.sampling.Sample` has it."""

    @property
    def values(self) -> Mapping[str, Floats]:
        """Quantity id -> values [draws]."""
        ...

    @property
    def believed(self) -> Mapping[tuple[str, str], Floats]:
        """(party, quantity id) -> values [draws] where the party believes something else."""
        ...

    @property
    def replicate(self) -> NDArray[np.int64]:
        """[draws] which scramble a draw belongs to; here only their number counts."""
        ...


def parameters(
    layout: Layout, sample: HasValues, scenario: HasStructure, worldview: str, holder: str | None
) -> Floats:
    """Quantities, switches and expressions of quantities, per draw [D, Q] (see `War.params`)."""
    believed = sample.believed

    def look(name: str) -> Floats | float:
        if holder is not None and (holder, name) in believed:
            return believed[holder, name]
        return sample.values[name]

    draws = len(sample.replicate)
    out = np.empty((draws, len(layout.parameters)))
    column = 0
    for name in layout.quantities:
        out[:, column] = look(name)
        column += 1
    for name in layout.switches:
        out[:, column] = float(scenario.enabled(name, worldview))
        column += 1
    for value in layout.evaluated(look):
        out[:, column] = value
        column += 1
    return out


def start_states(layout: Layout, today: Sequence[float], params: Floats) -> Floats:
    """State at the start in every draw [D, S+L]. Raises `SolverError` naming the stock."""
    draws = len(params)
    values = {name: params[:, i] for i, name in enumerate(layout.parameters)}
    table = np.empty((draws, len(layout.stocks) + len(today)))
    for i, stock in enumerate(layout.stocks):
        table[:, i] = values[f"start.{stock}"]
        for limit, clip in (("low", np.maximum), ("high", np.minimum)):
            if f"{limit}.{stock}" in values:
                table[:, i] = clip(table[:, i], values[f"{limit}.{stock}"])
    table[:, len(layout.stocks) :] = today
    bad = np.argwhere(~np.isfinite(table))
    if len(bad):
        raise SolverError(
            f"{layout.scenario}: the start of stock {layout.stocks[bad[0][1]]} is"
            f" {table[bad[0][0], bad[0][1]]} in draw {bad[0][0]}; mend its `start`"
        )
    return table
