"""The compiled war of a scenario: start states, the monthly step, hazards, readings.

Structure is compiled once (and found again in a cache); numbers, worldviews, overrides and
switched mechanisms are the parameter array. What a step does is told in
`winset.scenario.schema.war`; where luck comes from in `winset.war.randomness`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from winset.scenario.expr import Expr
from winset.war.arguments import BOOL, BYTE, FLOAT, INT, SHORT, Given, filled, ready
from winset.war.cache import load
from winset.war.calls import Calls
from winset.war.codegen import generate
from winset.war.lanes import WIDTH
from winset.war.layout import HasStructure, Layout
from winset.war.parameters import HasValues, parameters, start_states

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class War(Calls):
    """A compiled war, made by `compile_war`. Can be pickled: the code is found by its source.

    Names give the order of columns: `stocks` then one stored level per lever in a state [P, S+L],
    `levers` in targets [P, L], `hypotheses` (hypothesis, value) in hyp [P, H], `inputs` in inputs
    [P, I], `outcomes` in hazards [P, O], `readings` in what `read` writes [P, K], `costs` in what
    `spend` writes and `advance` adds up [P, C], `learned` (events) and `signals` in what a step
    reports, `parameters` in params [D, Q].
    """

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
            Given("alive", alive, BOOL, -1),
            Given("ended", ended, SHORT, -1, True),
            Given("fired", fired, BYTE, len(self.learned), True),
            Given("signal", signal, BYTE, len(self.signals), True),
        ]

        def call(arrays: list[NDArray[Any]]) -> None:
            s, r, g, h, x, d, p, going, over, events, seen = arrays
            going[paths:] = False
            step(
                s, q, r, g, h, x, month, constants, luck, d, p,
                going, sample_endings, over, events, seen, bad,
            )  # fmt: skip

        paths = len(state)
        if paths:
            filled(paths, given, call)
        if bad[0] != 0:
            self._refuse(state, bad, month, draw, path)

    def advance(
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
        months: int,
        factor: Floats,
        weight: Floats,
        ended: NDArray[np.int16],
        fought: Ints,
        cost: Floats,
    ) -> None:
        """Up to `months` months on end, in place, of the paths alive, each until it ends.

        Targets and inputs stand still. factor [D, C]: by how much less each cost counts a month
        later; weight [P, C]: how much it counts now (in and out); cost [P, C]: the sum so far (in
        and out). alive, ended and fought [P] (months since the start) are brought up to date.
        Raises as `step`.
        """
        paths, bad = len(state), np.zeros(4, dtype=np.int64)
        q, constants, luck = self._shared(params, month, seed)
        self._shared(params, month + months, seed)
        (factors,) = ready(len(params), [Given("factor", factor, FLOAT, len(self.costs))])
        many = len(self.costs)
        given = [
            *self._given(state, row, target, hyp, inputs, draw, path, written=True),
            Given("alive", alive, BOOL, -1, True),
            Given("weight", weight, FLOAT, many, True),
            Given("ended", ended, SHORT, -1, True),
            Given("fought", fought, INT, -1, True),
            Given("cost", cost, FLOAT, many, True),
        ]
        function = load(self.source).advance

        def call(arrays: list[NDArray[Any]]) -> None:
            s, r, g, h, x, d, p, going, counts, over, spent, sums = arrays
            going[paths:] = False
            now = np.zeros((len(s), many))
            fired = np.zeros((len(s), len(self.learned)), dtype=np.int8)
            signal = np.zeros((len(s), len(self.signals)), dtype=np.int8)
            function(
                s, q, r, g, h, x, month, constants, luck, d, p, going, months,
                counts, factors, over, spent, sums, now, fired, signal, bad,
            )  # fmt: skip

        if paths:
            filled(paths, given, call)
        if bad[0] != 0:
            self._refuse(state, bad[:3], int(bad[3]), draw, path)

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
        result = Given("out", out, FLOAT, len(self.outcomes), True)
        luck = self._luck("hazards", len(state), seed, draw, path)
        self._look("hazards", result, state, params, row, target, hyp, inputs, month, *luck)

    def hazards_under(
        self,
        state: Floats,
        params: Floats,
        row: Ints,
        target: Floats,
        hyps: Sequence[Floats],
        inputs: Floats,
        month: int,
    ) -> Floats:
        """`hazards` under each of the hypotheses hyps [H][P, ...], without luck: [P, H, O]."""
        paths = len(state)
        out = np.empty((paths, len(hyps), len(self.outcomes)))
        one = np.empty((paths, len(self.outcomes)))
        if paths < WIDTH:
            for h, hyp in enumerate(hyps):
                self.hazards(state, params, row, target, hyp, inputs, month, one)
                out[:, h] = one
            return out
        seed, draw, path = self._luck("hazards", paths, None, None, None)
        q, constants, luck = self._shared(params, month, seed)
        given = self._given(state, row, target, hyps[0], inputs, draw, path, written=False)
        s, r, g, _, x, d, p = ready(paths, given)
        function, width = load(self.source).hazards, len(self.hypotheses)
        for h, hyp in enumerate(hyps):
            (known,) = ready(paths, [Given("hyp", hyp, FLOAT, width)])
            function(s, q, r, g, known, x, month, constants, luck, d, p, one)
            out[:, h] = one
        return out

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
        result = Given("out", out, SHORT, -1, True)
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
        result = Given("out", out, FLOAT, len(self.readings), True)
        luck = self._luck("read", len(state), seed, draw, path)
        self._look("read", result, state, params, row, target, hyp, inputs, month, *luck)

    def spend(
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
        """This month's costs at states at its start, into out [P, C]; else as `read`."""
        result = Given("out", out, FLOAT, len(self.costs), True)
        luck = self._luck("spend", len(state), seed, draw, path)
        self._look("spend", result, state, params, row, target, hyp, inputs, month, *luck)


def compile_war(
    scenario: HasStructure,
    readings: Mapping[str, Expr],
    costs: Mapping[str, Expr] | None = None,
) -> War:
    """The war of a scenario and the expressions to be read along it, compiled when first used.

    costs: what `War.advance` adds up over the months, such as each side's cost of the war.

    Raises:
        ScenarioError: an expression reads a name that nothing has, or definitions are circular.
    """
    layout = Layout.of(scenario)
    source = generate(layout, readings, costs or {})
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
        costs=tuple(costs or ()),
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
