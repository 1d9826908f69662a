"""One month of a war by plain numpy, straight from the schema's docstring: the engine's oracle.

Slow and separate from the compiler: it evaluates the scenario's expressions with
`winset.scenario.expr.evaluate` and shares only the hash that random numbers come from.
"""

from typing import Any

import numpy as np
from scipy.special import ndtri

from winset.scenario.expr import RANDOM, Call, Expr, Name, Node, Op, evaluate
from winset.war.randomness import uniforms


class Month:
    def __init__(self, scenario: Any, quantities: dict[str, Any], worldview: str, who: Any) -> None:
        self.scenario, self.spec = scenario, scenario.spec
        self.quantities, self.worldview, self.who = quantities, worldview, who

    def value(self, expr: Expr, element: str, level: Any = None) -> Any:
        def look(name: str) -> Any:
            return level if name == "level" and level is not None else self.look(name)

        return evaluate(Expr("", self._drawn(expr.tree, element, look), frozenset(), 0), look)

    def _drawn(self, node: Node, element: str, look: Any) -> Node:
        """The tree with random terms replaced by names of numbers worked out here."""
        if isinstance(node, Call) and node.function in RANDOM:
            a = [
                evaluate(Expr("", self._drawn(x, element, look), frozenset(), 0), look)
                for x in node.args
            ]
            u = self.luck(f"{element}/{node.index}")
            made = {
                "normal": lambda: a[0] + a[1] * ndtri(u),
                "lognormal": lambda: a[0] * np.exp(a[1] * ndtri(u)),
                "uniform": lambda: a[0] + (a[1] - a[0]) * u,
                "bernoulli": lambda: 1.0 * (u < a[0]),
            }[node.function]()
            name = f"drawn {element} {node.index}"
            self.known[name] = made
            return Name(name)
        if isinstance(node, Call):
            return Call(node.function, tuple(self._drawn(x, element, look) for x in node.args))
        if isinstance(node, Op):
            return Op(node.op, tuple(self._drawn(x, element, look) for x in node.args))
        return node

    def luck(self, key: str) -> Any:
        seed, draw, path = self.who
        return uniforms(seed, key, draw, path, int(self.month))

    def look(self, name: str) -> Any:
        if name in self.known:
            return self.known[name]
        if name in self.spec.derived:
            self.known[name] = self.value(self.spec.derived[name].value, f"derived/{name}")
            return self.known[name]
        if name.startswith("lever."):
            return self.lever(name[6:])
        return self.quantities[name]

    def lever(self, name: str) -> Any:
        levers = list(self.spec.levers)
        if name.endswith(".cost"):
            name = name[:-5]
            part = self.spec.levers[name]
            return self.value(part.cost, f"lever/{name}/cost", self.lever(name))
        part, level = self.spec.levers[name], self.levels[name]
        if part.delivered is not None:
            level = np.maximum(0.0, self.value(part.delivered, f"lever/{name}/delivered", level))
        if part.stock is not None:
            left = self.look(part.stock)
            for other in levers[: levers.index(name)]:
                if self.spec.levers[other].stock == part.stock:
                    use = self.value(self.spec.levers[other].use, f"lever/{other}/use")
                    left = left - use * self.lever(other)
            use = self.value(part.use, f"lever/{name}/use")
            level = np.minimum(level, np.maximum(left, 0.0) / use)
        return level

    def begin(
        self, stocks: dict[str, Any], levels: dict[str, Any], target: Any, month: int
    ) -> None:
        self.month, self.known = float(month), {"month": float(month), **stocks}
        self.levels = {}
        for i, (name, part) in enumerate(self.spec.levers.items()):
            self.known[f"lever.{name}.set"] = target[:, i]
            if part.delay is None:
                self.levels[name] = target[:, i]
            else:
                delay = np.maximum(self.value(part.delay, ""), 1.0)
                self.levels[name] = levels[name] + (target[:, i] - levels[name]) / delay

    def on(self, mechanism: str) -> bool:
        return self.scenario.enabled(mechanism, self.worldview)

    def step(
        self, stocks: dict[str, Any], levels: dict[str, Any], target: Any, month: int
    ) -> tuple[dict[str, Any], dict[str, Any], Any]:
        """New stocks, new levels, outcome number or -1."""
        self.begin(stocks, levels, target, month)
        paths = len(target)
        new = {name: np.broadcast_to(v, paths).astype(float) for name, v in stocks.items()}
        for name, flow in self.spec.flows.items():
            if self.on(name):
                rate = self.value(flow.rate, f"flow/{name}/rate")
                for stock, sign in ((flow.to, 1.0), (flow.take_from, -1.0)):
                    if stock is not None:
                        new[stock] = new[stock] + sign * rate
        for name, lever in self.spec.levers.items():
            if lever.stock is not None:
                use = self.value(lever.use, f"lever/{name}/use")
                new[lever.stock] = new[lever.stock] - use * self.lever(name)
        outcomes = list(self.spec.outcomes)
        first = np.full(paths, 1.0)
        which = np.full(paths, -1)
        events = list(self.spec.events.items())
        for i, (name, event) in enumerate(events):
            if not self.on(name):
                continue
            if event.rate is not None:
                rate = np.maximum(self.value(event.rate, f"event/{name}/rate"), 0.0)
            else:
                rate = -np.log1p(-self.value(event.chance, f"event/{name}/chance"))
            clock = -np.log1p(-self.luck(f"event/{name}")) / np.maximum(rate, 1e-300)
            if event.outcome is None:
                self._change(new, name, event, clock < 1.0)
            else:
                which = np.where(clock < first, i, which)
                first = np.minimum(first, clock)
        ended = np.full(paths, -1)
        for i, (name, event) in enumerate(events):
            if event.outcome is not None:
                self._change(new, name, event, which == i)
                ended[which == i] = outcomes.index(event.outcome)
        for name, part in self.spec.state.items():
            if part.low is not None:
                new[name] = np.maximum(new[name], evaluate(part.low, self.quantities))
            if part.high is not None:
                new[name] = np.minimum(new[name], evaluate(part.high, self.quantities))
        kept = dict(self.levels)
        self.begin(new, kept, target, month + 1)
        for i, (name, outcome) in enumerate(self.spec.outcomes.items()):
            if outcome.when is not None:
                held = np.asarray(self.value(outcome.when, f"outcome/{name}/when"), dtype=bool)
                ended = np.where((ended < 0) & held, i, ended)
        return new, kept, ended

    def _change(self, new: dict[str, Any], name: str, event: Any, fired: Any) -> None:
        for stock, amount in event.changes.items():
            value = self.value(amount, f"event/{name}/changes/{stock}")
            new[stock] = new[stock] + np.where(fired, value, 0.0)
