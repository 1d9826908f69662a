"""The compiled war of a scenario: start states, the monthly step, hazards, readings.

Structure is compiled once (and found again in a cache); numbers, worldviews, overrides and
switched mechanisms are the parameter array. What a step does is told in
`winset.scenario.schema.war`; where luck comes from in `winset.war.randomness`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from winset.errors import SolverError
from winset.scenario.expr import Expr
from winset.war.cache import load
from winset.war.codegen import generate
from winset.war.layout import HasStructure, Layout
from winset.war.randomness import MAX_MONTH, keys

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


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
        layout, spec = self._layout, scenario.spec
        believed = sample.believed

        def look(name: str) -> Floats | float:
            if holder is not None and (holder, name) in believed:
                return believed[holder, name]
            if name.startswith("term.") and name not in sample.values:
                return float(spec.terms[name[5:]].month)
            return sample.values[name]

        draws = len(next(iter(sample.values.values()))) if sample.values else 1
        out = np.empty((draws, len(self.parameters)))
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

    def start(self, params: Floats, row: Ints) -> Floats:
        """States [P, S+L] at the start: stocks within their bounds, levers at `today`."""
        layout = self._layout
        draws = len(params)
        values = {name: params[:, i] for i, name in enumerate(self.parameters)}
        table = np.empty((draws, self.width))
        for i, stock in enumerate(self.stocks):
            table[:, i] = values[f"start.{stock}"]
            for limit, clip in (("low", np.maximum), ("high", np.minimum)):
                if f"{limit}.{stock}" in values:
                    table[:, i] = clip(table[:, i], values[f"{limit}.{stock}"])
        table[:, len(self.stocks) :] = self._today
        bad = np.argwhere(~np.isfinite(table))
        if len(bad):
            raise SolverError(
                f"{layout.scenario}: the start of stock {self.stocks[bad[0][1]]} is"
                f" {table[bad[0][0], bad[0][1]]} in draw {bad[0][0]}; mend its `start`"
            )
        return table[row]

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
        shared = self._arguments(state, params, row, target, hyp, inputs, month, seed, draw, path)
        bad = np.empty(1, dtype=np.int64)
        step = load(self.source).step
        p = step(*shared, alive, sample_endings, ended, fired, signal, bad)
        if p >= 0:
            self._refuse(state, int(p), int(bad[0]), month, int(draw[p]), int(path[p]))

    def _refuse(self, state: Floats, p: int, bad: int, month: int, draw: int, path: int) -> None:
        if bad >= 0:
            what = f"the rate of event {list(self._layout.spec.events)[bad]} is not a number"
        else:
            at = [i for i in range(len(self.stocks)) if not np.isfinite(state[p, i])]
            name = self.stocks[at[0]] if at else "(their sum)"
            what = f"stock {name} became {state[p, at[0]] if at else 'too large'}"
        raise SolverError(
            f"{self.scenario}: {what} in month {month} of draw {draw}, path {path}."
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
        luck = self._luck("hazards", len(state), seed, draw, path)
        shared = self._arguments(state, params, row, target, hyp, inputs, month, *luck)
        load(self.source).hazards(*shared, out)

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
        luck = self._luck("crossed", len(state), seed, draw, path)
        shared = self._arguments(state, params, row, target, hyp, inputs, month, *luck)
        load(self.source).crossed(*shared, out)
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
        luck = self._luck("read", len(state), seed, draw, path)
        shared = self._arguments(state, params, row, target, hyp, inputs, month, *luck)
        load(self.source).read(*shared, out)

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

    def _arguments(
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
    ) -> tuple[Any, ...]:
        if not 0 <= month < MAX_MONTH - 1:
            raise SolverError(f"month {month} is outside 0..{MAX_MONTH - 2}")
        constants = np.array(self._constants, dtype=np.float64)
        return (
            state, params, row, target, hyp, inputs, month, constants,
            keys(seed, self._keys), draw, path,
        )  # fmt: skip


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
