"""Source of the monthly step: flows, events, endings, levers, bounds, and outcomes by state.

An event of rate L fires where an exponential number E < L, that is with chance 1 - exp(-L); its
clock is E / L. Ending events race: the earliest clock below 1 ends the war (competing risks:
Kalbfleisch and Prentice 2002, ch. 8). As 1 - exp(-L) <= L, a uniform above L settles most months
without a logarithm.
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
        self.body = Body(layout, lambda i: f"s{i}", lambda i: f"state[p, {first + i}]", "fm")
        self.changes: dict[int, list[str]] = {i: [] for i in range(first)}
        self.number = {stock: i for i, stock in enumerate(layout.stocks)}
        self.checks: list[str] = []

    def source(self, shared: str) -> tuple[str, bool]:
        """The function's source and whether it draws."""
        layout, spec = self.layout, self.layout.spec
        flows = [line for i, flow in enumerate(spec.flows) for line in self._flow(i, flow)]
        events = [line for i, event in enumerate(spec.events) for line in self._event(i, event)]
        levels = self._levers()
        sums = [f"n{i} = s{i}{''.join(terms)}" for i, terms in self.changes.items()]
        fired = [*self._fired(), *self._endings()]
        signals = [
            line for i, signal in enumerate(spec.signals) for line in self._signal(i, signal)
        ]
        finish, after = self._finish(), self._after()
        # Only now has the body every line that some part asked for.
        month = [*self.body.lines, *flows, *events, *sums, *fired, *signals, *finish]
        month += [*levels, *after]
        opening = ["if not alive[p]:", "    continue", "r = row[p]"]
        opening += [f"s{i} = state[p, {i}]" for i in range(len(layout.stocks))]
        if self._draws():
            opening.append("u = counter_(draw[p], path[p], month)")
        lines = ["@compiled", f"def step({shared}, alive, endings, ended, fired, signal, bad):"]
        lines += ["    fm = float(month)", "    for p in range(state.shape[0]):"]
        lines += ["        " + line for line in [*opening, "end = -1", *month]]
        return "\n".join([*lines, "    return -1"]), self._draws()

    def _draws(self) -> bool:
        return self.body.random or bool(self.layout.spec.events or self.layout.spec.signals)

    def _flow(self, i: int, flow: str) -> list[str]:
        part = self.layout.spec.flows[flow]
        rate = self.body.source(part.rate, f"flow/{flow}/rate")
        if part.to is not None:
            self.changes[self.number[part.to]].append(f" + f{i}")
        if part.take_from is not None:
            self.changes[self.number[part.take_from]].append(f" - f{i}")
        return [f"f{i} = {rate} if {self.layout.switch(flow)} > 0.0 else 0.0"]

    def _event(self, i: int, event: str) -> list[str]:
        """Whether the event fires (z: 1 or 0); for an ending one, its clock (t: below 1 fires)."""
        part = self.layout.spec.events[event]
        name = "chance" if part.chance is not None else "rate"
        expr = part.chance if part.chance is not None else part.rate
        assert expr is not None
        hazard = f"rate_({self.body.source(expr, f'event/{event}/{name}')})"
        luck = f"uniform_(u + {self.layout.key(f'event/{event}')})"
        ending = part.outcome is not None
        on = f"{self.layout.switch(event)} > 0.0" + (" and endings" if ending else "")
        lines = [f"t{i} = 2.0" if ending else f"z{i} = 0.0", f"if {on}:", f"    lam = {hazard}"]
        lines += ["    if lam != lam:", f"        bad[0] = {i}", "        return p"]
        lines += [f"    z = {luck}", "    if z < lam:"]
        if name == "chance" and ending:
            clock = "exponential_(z) / exponential_(lam) if lam < 1.0 else 0.0"
        elif ending:
            clock = "exponential_(z) / lam"
        elif name == "chance":
            return [*lines, f"        z{i} = 1.0"]
        else:
            return [*lines, "        if exponential_(z) < lam:", f"            z{i} = 1.0"]
        return [*lines, f"        t{i} = {clock}"]

    def _changed(self, event: str) -> list[str]:
        lines = []
        for stock, amount in self.layout.spec.events[event].changes.items():
            change = self.body.source(amount, f"event/{event}/changes/{stock}")
            number = self.number[stock]
            lines.append(f"    n{number} += {change}")
        return lines

    def _fired(self) -> list[str]:
        """Changes of the events that fired and do not end the war; which of the learned fired."""
        lines = []
        for i, (event, part) in enumerate(self.layout.spec.events.items()):
            if part.outcome is None:
                changed = self._changed(event)
                lines += [f"if z{i} > 0.0:", *changed] if changed else []
                if event in self.learned:
                    lines.append(f"fired[p, {self.learned.index(event)}] = z{i} > 0.0")
        return lines

    def _endings(self) -> list[str]:
        spec = self.layout.spec
        ending = [(i, e) for i, (e, part) in enumerate(spec.events.items()) if part.outcome]
        if not ending:
            return []
        lines = ["first = 1.0", "who = -1"]
        for i, _ in ending:
            lines += [f"if t{i} < first:", f"    first = t{i}", f"    who = {i}"]
        for i, event in ending:
            outcome = spec.events[event].outcome
            assert outcome is not None
            lines += [f"if who == {i}:", f"    end = {self.layout.outcomes.index(outcome)}"]
            lines += self._changed(event)
            if event in self.learned:
                lines.append(f"fired[p, {self.learned.index(event)}] = who == {i}")
        return lines

    def _signal(self, i: int, signal: str) -> list[str]:
        part = self.layout.spec.signals[signal]
        if part.world is not None:
            chance = self.body.source(part.world, f"signal/{signal}/world")
        else:
            columns = self.layout.named
            terms = [
                f"h[p, {columns[f'{part.about}.{value}'][1]}]"
                f" * {self.body.source(expr, f'signal/{signal}/chance/{value}')}"
                for value, expr in part.chance.items()
            ]
            chance = " + ".join(terms)
        luck = f"uniform_(u + {self.layout.key(f'signal/{signal}')})"
        seen = f"(1 if {luck} < {chance} else 0)"
        return [f"signal[p, {i}] = {seen} if {self.layout.switch(signal)} > 0.0 else -1"]

    def _levers(self) -> list[str]:
        """Lines that store this month's levels; what stocks lose to levers joins their changes."""
        first = len(self.layout.stocks)
        lines = []
        for i, part in enumerate(self.layout.spec.levers.values()):
            lines.append(f"state[p, {first + i}] = {self.body.level(i)}")
            if part.stock is not None and part.use is not None:
                self.changes[self.number[part.stock]].append(f" - {self.body.used(i)}")
        return lines

    def _finish(self) -> list[str]:
        """Refuse what is not finite, clip to the bounds, store."""
        spec = self.layout.spec
        if not spec.state:
            return []
        total = " + ".join(f"n{i}" for i in range(len(spec.state)))
        lines = [f"total = {total}", "if total - total != 0.0:", "    bad[0] = -1"]
        lines += [f"    state[p, {i}] = n{i}" for i in range(len(spec.state))]
        lines.append("    return p")
        for i, (stock, part) in enumerate(spec.state.items()):
            for test, bound, name in (("<", part.low, "low"), (">", part.high, "high")):
                if bound is not None:
                    limit = self._bound(bound, f"state/{stock}/{name}")
                    lines.append(f"n{i} = {limit} if n{i} {test} {limit} else n{i}")
            lines.append(f"state[p, {i}] = n{i}")
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
                lines += [f"{'elif' if lines else 'if'} {condition}:", f"    end = {i}"]
        lines = [*after.lines, *lines]
        if after.random:
            lines.insert(0, "u = counter_(draw[p], path[p], month + 1)")
        if lines:
            lines = ["if end < 0:", *("    " + line for line in lines)]
        return [*lines, "ended[p] = end"]
