"""The program of a month: flows, events, endings, levers, bounds, and outcomes by state.

An event of rate L fires where an exponential number E < L, that is with chance 1 - exp(-L); its
clock is E / L. Ending events race: the earliest clock below 1 ends the war (competing risks:
Kalbfleisch and Prentice 2002, ch. 8).
"""

from winset.scenario.expr import Expr, Num
from winset.war.body import Body
from winset.war.layout import Layout


class Month:
    """Writes the step of one layout. `learned` are the events whose firing is reported."""

    def __init__(self, layout: Layout, learned: tuple[str, ...]) -> None:
        self.layout = layout
        self.learned = learned
        first = len(layout.stocks)
        self.body = Body(layout, lambda i: f"state[{i}]", lambda i: f"state[{first + i}]", "fm")
        self.changes: dict[int, list[str]] = {i: [] for i in range(first)}
        self.number = {stock: i for i, stock in enumerate(layout.stocks)}

    def program(self) -> list[str]:
        """The lines of the step."""
        layout, spec = self.layout, self.layout.spec
        flows = [self._flow(i, flow) for i, flow in enumerate(spec.flows)]
        events = [line for i, event in enumerate(spec.events) for line in self._event(i, event)]
        levels = self._levers()
        sums = [f"n{i} = state[{i}]{''.join(terms)}" for i, terms in self.changes.items()]
        fired = [*self._fired(), *self._endings()]
        signals = [self._signal(i, signal) for i, signal in enumerate(spec.signals)]
        finish, after = self._finish(), self._after()
        # Only now has the body every line that some part asked for.
        lines = [*self.body.lines, *flows, *events, "end = -1.0", *sums, *fired, *signals]
        if self.body.random or spec.events or spec.signals:
            lines.insert(0, "u = counter(draw, path, month)")
        stores = [f"state[{i}] = n{i}" for i in range(len(layout.stocks))]
        return [*lines, *finish, *after, *stores, *levels, "ended[0] = end"]

    def _flow(self, i: int, flow: str) -> str:
        part = self.layout.spec.flows[flow]
        rate = self.body.source(part.rate, f"flow/{flow}/rate")
        if part.to is not None:
            self.changes[self.number[part.to]].append(f" + f{i}")
        if part.take_from is not None:
            self.changes[self.number[part.take_from]].append(f" - f{i}")
        return f"f{i} = {rate} if {self.layout.switch(flow)} > 0.0 else 0.0"

    def _event(self, i: int, event: str) -> list[str]:
        """Whether the event fires (z: 1 or 0); for an ending one, its clock (t: below 1 fires)."""
        part = self.layout.spec.events[event]
        name = "chance" if part.chance is not None else "rate"
        expr = part.chance if part.chance is not None else part.rate
        assert expr is not None
        hazard = f"max({self.body.source(expr, f'event/{event}/{name}')}, 0.0)"
        on = f"{self.layout.switch(event)} > 0.0"
        lines = [f"lam = {hazard} if {on} else 0.0", f"refuse_rate({i}, lam)"]
        luck = f"uniform(u + {self.layout.key(f'event/{event}')})"
        if part.outcome is not None:
            rate = "exponential(min(lam, 1.0))" if name == "chance" else "lam"
            clock = f"exponential({luck}) / {rate}"
            return [*lines, f"t{i} = {clock} if {on} and endings else 2.0"]
        fires = f"{luck} < lam" if name == "chance" else f"exponential({luck}) < lam"
        return [*lines, f"z{i} = {fires}"]

    def _changed(self, event: str, condition: str) -> list[str]:
        lines = []
        for stock, amount in self.layout.spec.events[event].changes.items():
            change = self.body.source(amount, f"event/{event}/changes/{stock}")
            number = self.number[stock]
            lines.append(f"n{number} = n{number} + ({change} if {condition} else 0.0)")
        return lines

    def _fired(self) -> list[str]:
        """Changes of the events that fired and do not end the war; which of the learned fired."""
        lines = []
        for i, (event, part) in enumerate(self.layout.spec.events.items()):
            if part.outcome is None:
                lines += self._changed(event, f"z{i}")
                if event in self.learned:
                    lines.append(f"fired[{self.learned.index(event)}] = z{i}")
        return lines

    def _endings(self) -> list[str]:
        spec = self.layout.spec
        ending = [(i, e) for i, (e, part) in enumerate(spec.events.items()) if part.outcome]
        lines = ["first = 1.0", "who = -1.0"] if ending else []
        for i, _ in ending:
            lines += [
                f"who = {float(i)} if t{i} < first else who",
                f"first = t{i} if t{i} < first else first",
            ]
        for i, event in ending:
            outcome = spec.events[event].outcome
            assert outcome is not None
            won = f"who == {float(i)}"
            lines.append(f"end = {float(self.layout.outcomes.index(outcome))} if {won} else end")
            lines += self._changed(event, won)
            if event in self.learned:
                lines.append(f"fired[{self.learned.index(event)}] = {won}")
        return lines

    def _signal(self, i: int, signal: str) -> str:
        part = self.layout.spec.signals[signal]
        if part.world is not None:
            chance = self.body.source(part.world, f"signal/{signal}/world")
        else:
            columns = self.layout.named
            terms = [
                f"h[{columns[f'{part.about}.{value}'][1]}]"
                f" * {self.body.source(expr, f'signal/{signal}/chance/{value}')}"
                for value, expr in part.chance.items()
            ]
            chance = " + ".join(terms)
        luck = f"uniform(u + {self.layout.key(f'signal/{signal}')})"
        return f"signal[{i}] = ({luck} < {chance}) if {self.layout.switch(signal)} > 0.0 else -1.0"

    def _levers(self) -> list[str]:
        """Lines that store this month's levels; what stocks lose to levers joins their changes."""
        first = len(self.layout.stocks)
        lines = []
        for i, part in enumerate(self.layout.spec.levers.values()):
            lines.append(f"state[{first + i}] = {self.body.level(i)}")
            if part.stock is not None and part.use is not None:
                self.changes[self.number[part.stock]].append(f" - {self.body.used(i)}")
        return lines

    def _finish(self) -> list[str]:
        """Refuse what is not finite, clip to the bounds."""
        spec = self.layout.spec
        if not spec.state:
            return []
        names = [f"n{i}" for i in range(len(spec.state))]
        lines = [f"refuse_state({' + '.join(names)}, {', '.join(names)})"]
        for i, (stock, part) in enumerate(spec.state.items()):
            for clip, bound, name in (("max", part.low, "low"), ("min", part.high, "high")):
                if bound is not None:
                    limit = self._bound(bound, f"state/{stock}/{name}")
                    lines.append(f"n{i} = {clip}(n{i}, {limit})")
        return lines

    def _bound(self, bound: Expr, element: str) -> str:
        if not self.layout.is_constant(bound.tree):
            raise self.layout.problem(element, "a bound may read quantities only", found=str(bound))
        if isinstance(bound.tree, Num) and bound.tree.value == 0.0:
            return "0.0"
        return self.body.source(bound, element)

    def _after(self) -> list[str]:
        """Outcomes with a condition, on the new state, as the next month would see it."""
        levels = {i: self.body.level(i) for i in range(len(self.layout.levers))}
        after = Body(self.layout, lambda i: f"n{i}", lambda i: levels[i], "(fm + 1.0)", "_")
        lines: list[str] = []
        for i, (outcome, part) in enumerate(self.layout.spec.outcomes.items()):
            if part.when is not None:
                condition = after.source(part.when, f"outcome/{outcome}/when")
                lines.append(f"end = {float(i)} if end < 0.0 and {condition} else end")
        lines = [*after.lines, *lines]
        if after.random:
            lines.insert(0, "u_ = counter(draw, path, next_month)")
        return lines
