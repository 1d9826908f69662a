"""What a compiled war consists of, and how its functions are called: checked, faults named."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from winset.errors import SolverError
from winset.war.arguments import FLOAT, INT, Given, filled, ready
from winset.war.cache import load
from winset.war.lanes import WIDTH
from winset.war.layout import Layout
from winset.war.randomness import MAX_MONTH, keys

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Calls:
    """The names, numbers and source of a compiled war (see `winset.war.engine.War`)."""

    scenario: str
    stocks: tuple[str, ...]
    levers: tuple[str, ...]
    outcomes: tuple[str, ...]
    readings: tuple[str, ...]
    costs: tuple[str, ...]
    signals: tuple[str, ...]
    learned: tuple[str, ...]
    hypotheses: tuple[tuple[str, str], ...]
    inputs: tuple[str, ...]
    parameters: tuple[str, ...]
    source: str = field(repr=False)
    _layout: Layout = field(repr=False)
    _today: tuple[float, ...] = field(repr=False)
    _keys: tuple[str, ...] = field(repr=False)
    _constants: tuple[float, ...] = field(repr=False)
    _random: Mapping[str, bool] = field(repr=False)

    @property
    def width(self) -> int:
        """Columns of a state: stocks and stored lever levels."""
        return len(self.stocks) + len(self.levers)

    def _refuse(self, state: Floats, bad: Ints, month: int, draw: Ints, path: Ints) -> None:
        code, first, lanes = (int(x) for x in bad)
        paths = [
            p for p in range(first, min(first + WIDTH, len(state))) if lanes >> (p - first) & 1
        ]
        p = paths[0]
        if code > 0:
            what = f"the rate of event {list(self._layout.spec.events)[code - 1]} is not a number"
        else:
            stocks = state[:, : len(self.stocks)]
            p = next((p for p in paths if not np.isfinite(stocks[p]).all()), p)
            at = np.flatnonzero(~np.isfinite(stocks[p]))
            name = self.stocks[at[0]] if len(at) else "(the sum of all)"
            what = f"stock {name} became {stocks[p, at[0]] if len(at) else 'too large'}"
        raise SolverError(
            f"{self.scenario}: {what} in month {month} of draw {draw[p]}, path {path[p]}."
            " Look for a division by zero, a logarithm or root of a negative number, or growth"
            " without bound in what it reads; give the stock bounds."
        )

    def _luck(
        self, what: str, paths: int, seed: int | None, draw: Ints | None, path: Ints | None
    ) -> tuple[int, Ints, Ints]:
        if seed is not None and draw is not None and path is not None:
            return seed, draw, path
        if self._random[what]:
            raise SolverError(
                f"{self.scenario}: `{what}` needs seed, draw and path, since what it works out"
                " depends on a random derived value"
            )
        nobody = np.zeros(paths, dtype=np.int64)
        return 0, nobody, nobody

    def _look(
        self,
        what: str,
        result: Given,
        state: Floats,
        params: Floats,
        row: Ints,
        target: Floats,
        hyp: Floats,
        inputs: Floats,
        month: int,
        seed: int,
        draw: Ints,
        path: Ints,
    ) -> None:
        """Run one of the functions that only look."""
        function = getattr(load(self.source), what)
        q, constants, luck = self._shared(params, month, seed)
        given = [*self._given(state, row, target, hyp, inputs, draw, path, written=False), result]

        def call(arrays: list[NDArray[Any]]) -> None:
            s, r, g, h, x, d, p, out = arrays
            function(s, q, r, g, h, x, month, constants, luck, d, p, out)

        if len(state):
            filled(len(state), given, call)

    @cached_property
    def _numbers(self) -> Floats:
        return np.array(self._constants, dtype=np.float64)

    def _shared(self, params: Floats, month: int, seed: int) -> tuple[Floats, Floats, Any]:
        """What all paths have in common: parameters, constants, keys."""
        if not 0 <= month < MAX_MONTH - 1:
            raise SolverError(f"month {month} is outside 0..{MAX_MONTH - 2}")
        width = len(self.parameters)
        (q,) = ready(len(params), [Given("params", params, FLOAT, width)])
        return q, self._numbers, keys(seed, self._keys)

    def _given(
        self,
        state: Floats,
        row: Ints,
        target: Floats,
        hyp: Floats,
        inputs: Floats,
        draw: Ints,
        path: Ints,
        *,
        written: bool,
    ) -> list[Given]:
        return [
            Given("state", state, FLOAT, self.width, written),
            Given("row", row, INT, -1),
            Given("target", target, FLOAT, len(self.levers)),
            Given("hyp", hyp, FLOAT, len(self.hypotheses)),
            Given("inputs", inputs, FLOAT, len(self.inputs)),
            Given("draw", draw, INT, -1),
            Given("path", path, INT, -1),
        ]
