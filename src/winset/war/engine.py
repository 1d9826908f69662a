"""The compiled war of a scenario: start states, the monthly step, hazards, readings.

Structure is compiled once (and found again in a cache); numbers, worldviews, overrides and
switched mechanisms are the parameter array. What a step does is told in
`winset.scenario.schema.war`; where luck comes from in `winset.war.randomness`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from winset.errors import SolverError
from winset.scenario.expr import Expr
from winset.war.arguments import Given, filled, ready
from winset.war.cache import load
from winset.war.codegen import generate
from winset.war.lanes import WIDTH
from winset.war.layout import HasStructure, Layout
from winset.war.parameters import HasValues, parameters, start_states
from winset.war.randomness import MAX_MONTH, keys

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class War:
    """A compiled war, made by `compile_war`. Can be pickled: the code is found by its source.

    Names give the order of columns: `stocks` then one stored level per lever in a state [P, S+L],
    `levers` in targets [P, L], `hypotheses` (hypothesis, value) in hyp [P, H], `inputs` in inputs
    [P, I], `outcomes` in hazards [P, O], `readings` in what `read` writes [P, K], `learned`
    (events) and `signals` in what a step reports, `parameters` in params [D, Q].
    """

    scenario: str
    stocks: tuple[str, ...]
    levers: tuple[str, ...]
    outcomes: tuple[str, ...]
    readings: tuple[str, ...]
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

    def params(
        self, sample: HasValues, scenario: HasStructure, worldview: str, holder: str | None = None
    ) -> Floats:
        """Quantities, switches (1 on, 0 off) and expressions of quantities, per draw: [D, Q].

        A mechanism is off where the scenario or the worldview says so. `holder`: a party whose own
        beliefs about quantities (`believed_by`) stand in for the world's.
        """
        return parameters(self._layout, sample, scenario, worldview, holder)

    def start(self, params: Floats, row: Ints) -> Floats:
        """States [P, S+L] at the start: stocks within their bounds, levers at `today`."""
        return start_states(self._layout, self._today, params)[row]

    def step(
        self,
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
        alive: Bools,
        *,
        sample_endings: bool,
        ended: NDArray[np.int16],
        fired: NDArray[np.int8],
        signal: NDArray[np.int8],
    ) -> None:
        """One month, in place, of the paths that are alive; the others are untouched.

        ended: -1, or the outcome that ended the war this month. fired [P, learned]: 1 where the
        event fired. signal [P, signals]: 1 seen, 0 not seen, -1 where the signal is switched off.
        With `sample_endings` False no event ends the war (nor are its changes applied); outcomes
        with a `when` still end it.

        Raises:
            SolverError: a stock or rate is no finite number; names it, the draw, path and month.
        """
        bad = np.zeros(3, dtype=np.int64)
        step = load(self.source).step
        q, constants, luck = self._shared(params, month, seed)
        given = [
            *self._given(state, row, target, hyp, inputs, draw, path, written=True),
            Given("alive", alive, np.bool_, -1),
            Given("ended", ended, np.int16, -1, True),
            Given("fired", fired, np.int8, len(self.learned), True),
            Given("signal", signal, np.int8, len(self.signals), True),
        ]

        def call(arrays: list[NDArray[Any]]) -> int:
            s, r, g, h, x, d, p, going, over, events, seen = arrays
            if paths < WIDTH:
                going[paths:] = False
            step(
                s, q, r, g, h, x, month, constants, luck, d, p,
                going, sample_endings, over, events, seen, bad,
            )  # fmt: skip
            return 0

        paths = len(state)
        if paths:
            filled(paths, given, call)
        if bad[0] != 0:
            self._refuse(state, bad, month, draw, path)

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

    def hazards(
        self,
        state: Floats,
        params: Floats,
        row: Ints,
        target: Floats,
        hyp: Floats,
        inputs: Floats,
        month: int,
        out: Floats,
        *,
        seed: int | None = None,
        draw: Ints | None = None,
        path: Ints | None = None,
    ) -> None:
        """Chance that each outcome ends the war this month by an event, into out [P, O].

        Competing risks, L_e / L (1 - exp(-L)); outcomes with a `when` have 0. Seed, draw and path
        are needed only where a rate reads a random derived value.
        """
        result = Given("out", out, np.float64, len(self.outcomes), True)
        luck = self._luck("hazards", len(state), seed, draw, path)
        self._look("hazards", result, state, params, row, target, hyp, inputs, month, *luck)

    def crossed(
        self,
        state: Floats,
        params: Floats,
        row: Ints,
        target: Floats,
        hyp: Floats,
        inputs: Floats,
        month: int,
        *,
        seed: int | None = None,
        draw: Ints | None = None,
        path: Ints | None = None,
    ) -> NDArray[np.int16]:
        """The first outcome whose `when` is true of the state at the start of `month`, -1 none."""
        out = np.full(len(state), -1, dtype=np.int16)
        result = Given("out", out, np.int16, -1, True)
        luck = self._luck("crossed", len(state), seed, draw, path)
        self._look("crossed", result, state, params, row, target, hyp, inputs, month, *luck)
        return out

    def read(
        self,
        state: Floats,
        params: Floats,
        row: Ints,
        target: Floats,
        hyp: Floats,
        inputs: Floats,
        month: int,
        out: Floats,
        *,
        seed: int | None = None,
        draw: Ints | None = None,
        path: Ints | None = None,
    ) -> None:
        """Values of the readings at states at the start of `month`, into out [P, K].

        Levers are read as this month's step would deliver them. Random derived values are those
        that this month's step draws; they need seed, draw and path.
        """
        result = Given("out", out, np.float64, len(self.readings), True)
        luck = self._luck("read", len(state), seed, draw, path)
        self._look("read", result, state, params, row, target, hyp, inputs, month, *luck)

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

        def call(arrays: list[NDArray[Any]]) -> int:
            s, r, g, h, x, d, p, out = arrays
            function(s, q, r, g, h, x, month, constants, luck, d, p, out)
            return 0

        if len(state):
            filled(len(state), given, call)

    def _shared(self, params: Floats, month: int, seed: int) -> tuple[Floats, Floats, Any]:
        """What all paths have in common: parameters, constants, keys."""
        if not 0 <= month < MAX_MONTH - 1:
            raise SolverError(f"month {month} is outside 0..{MAX_MONTH - 2}")
        width = len(self.parameters)
        (q,) = ready(len(params), [Given("params", params, np.float64, width)])
        return q, np.array(self._constants, dtype=np.float64), keys(seed, self._keys)

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
            Given("state", state, np.float64, self.width, written),
            Given("row", row, np.int64, -1),
            Given("target", target, np.float64, len(self.levers)),
            Given("hyp", hyp, np.float64, len(self.hypotheses)),
            Given("inputs", inputs, np.float64, len(self.inputs)),
            Given("draw", draw, np.int64, -1),
            Given("path", path, np.int64, -1),
        ]


def compile_war(scenario: HasStructure, readings: Mapping[str, Expr]) -> War:
    """The war of a scenario and the expressions to be read along it, compiled when first used.

    Raises:
        ScenarioError: an expression reads a name that nothing has, or definitions are circular.
    """
    layout = Layout.of(scenario)
    source = generate(layout, readings)
    for stock, part in layout.spec.state.items():
        for name, expr in (("start", part.start), ("low", part.low), ("high", part.high)):
            if expr is None:
                continue
            if not layout.is_constant(expr.tree):
                place = f"state.{stock}.{name}"
                raise layout.problem(place, "only quantities may be read here", found=str(expr))
            layout.edge(f"{name}.{stock}", expr.tree)
    return War(
        scenario=layout.scenario,
        stocks=layout.stocks,
        levers=layout.levers,
        outcomes=layout.outcomes,
        readings=tuple(readings),
        signals=source.signals,
        learned=source.learned,
        hypotheses=layout.hypotheses,
        inputs=tuple(layout.inputs),
        parameters=layout.parameters,
        source=source.text,
        _layout=layout,
        _today=tuple(lever.today for lever in layout.spec.levers.values()),
        _keys=tuple(layout.keys),
        _constants=tuple(layout.constants),
        _random=source.random,
    )
