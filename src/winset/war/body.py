"""The inside of a compiled function: expressions of a scenario turned into lines of Python source.

A `Body` stands for one moment (the start of a month, for one path). Asking it for an expression
writes, once and in order, the lines for the derived values and lever levels which that needs, and
returns source for the value. Identifiers are numbered (`s3`, `d7`, `a2`): no string of a scenario
ever reaches the source.

Levers (all within one month, `g` being the target level of the strategy):

    level     <- level + (target - level) / max(delay, 1), or target where there is no delay
    delivered <- max(0, `delivered` expression of level), then at most what its stock allows:
                 use x delivered <= stock less what levers before it in the scenario draw
"""

from collections.abc import Callable

from winset.scenario.expr import Call, Expr, Node, Num, Op, emit
from winset.war.layout import INPUT_PREFIXES, READING_INPUTS, READING_NAMES, Layout

_RANDOM = {
    "normal": "({a[0]} + {a[1]} * normal({u} + {key}))",
    "lognormal": "({a[0]} * exp({a[1]} * normal({u} + {key})))",
    "uniform": "({a[0]} + ({a[1]} - {a[0]}) * uniform({u} + {key}))",
    "poisson": "poisson({a[0]}, {u} + {key})",
    "bernoulli": "(uniform({u} + {key}) < {a[0]})",
}


class Body:
    """Source of one moment of one path.

    Args:
        layout: where everything lives; grows as names are used.
        stock: source of a stock's value by number.
        level: source of a lever's stored level by number.
        month: source of the month as a float.
        suffix: told apart in one function by this ending of every local name.
        reading: whether names that only readings know may appear.
    """

    def __init__(
        self,
        layout: Layout,
        stock: Callable[[int], str],
        level: Callable[[int], str],
        month: str,
        suffix: str = "",
        reading: bool = False,
    ) -> None:
        self.layout = layout
        self.lines: list[str] = []
        self.random = False
        self._stock, self._level, self._month = stock, level, month
        self._suffix, self._reading = suffix, reading
        self._known: dict[str, str] = {}
        self._asking: list[str] = []

    def source(self, expr: Expr, element: str, level: str | None = None) -> str:
        """Source of an expression's value as a float.

        `element` names the expression for luck and errors, `level` is what `level` means in it.
        """
        return self.tree(expr.tree, element, level)

    def tree(self, node: Node, element: str, level: str | None = None) -> str:
        """As `source`, of a tree."""
        lifted = self.layout.lift(node)
        return emit(
            Expr("", lifted, frozenset(), 0),
            lambda name: self._name(name, element, level),
            lambda call, args: self._draw(call, args, element),
        )

    def level(self, lever: int) -> str:
        """This month's lagged level of a lever."""
        return self._once(f"level {lever}", lambda: self._lagged(lever))

    def delivered(self, lever: int) -> str:
        """This month's delivered level of a lever."""
        return self._once(f"lever {lever}", lambda: self._deliver(lever))

    def used(self, lever: int) -> str:
        """What a lever draws from its stock this month."""
        return self._once(f"use {lever}", lambda: self._use(lever))

    def _once(self, what: str, make: Callable[[], str]) -> str:
        if what in self._asking:
            circle = " -> ".join([*self._asking[self._asking.index(what) :], what])
            raise self.layout.problem(circle, "the definition goes round in a circle")
        if what not in self._known:
            self._asking.append(what)
            self._known[what] = make()
            self._asking.pop()
        return self._known[what]

    def _set(self, letter: str, number: int, source: str) -> str:
        name = f"{letter}{number}{self._suffix}"
        self.lines.append(f"{name} = {source}")
        return name

    def _name(self, name: str, element: str, level: str | None) -> str:
        layout = self.layout
        if name.startswith("#"):
            return name[1:]
        if name == "month":
            return self._month
        if name == "level" and level is not None:
            return level
        if name in layout.spec.state:
            number = layout.stocks.index(name)
            return self._stock(number)
        if name in layout.spec.derived:
            return self._once(name, lambda: self._derive(name))
        what, number = layout.named.get(name, ("", -1))
        if what == "hypothesis":
            return f"h[{number}]"
        if what == "set":
            return f"g[{number}]"
        if what:
            return self.delivered(number) if what == "delivered" else self._cost(number)
        given = INPUT_PREFIXES + (READING_INPUTS if self._reading else ())
        if name.startswith(given) or (self._reading and name in READING_NAMES):
            return layout.input(name)
        raise layout.problem(element, "the expression reads a name that nothing has", found=name)

    def _cost(self, number: int) -> str:
        lever = self.layout.levers[number]
        cost = self.layout.spec.levers[lever].cost
        if cost is None:
            return "0.0"

        def make() -> str:
            source = self.source(cost, f"lever/{lever}/cost", self.delivered(number))
            return self._set("m", number, source)

        return self._once(f"cost {number}", make)

    def _derive(self, name: str) -> str:
        derived = self.layout.spec.derived[name]
        source = self.source(derived.value, f"derived/{name}")
        return self._set("d", list(self.layout.spec.derived).index(name), source)

    def _lagged(self, number: int) -> str:
        lever = self.layout.levers[number]
        delay = self.layout.spec.levers[lever].delay
        if delay is None:
            return f"g[{number}]"
        rate = Op("/", (Num(1.0), Call("max", (delay.tree, Num(1.0)))))
        lag = self.tree(rate, f"lever/{lever}/delay")
        before = self._level(number)
        return self._set("l", number, f"{before} + (g[{number}] - {before}) * {lag}")

    def _deliver(self, number: int) -> str:
        lever = self.layout.levers[number]
        part = self.layout.spec.levers[lever]
        level = self.level(number)
        if part.delivered is not None:
            source = self.source(part.delivered, f"lever/{lever}/delivered", level)
            level = self._set("a", number, f"max({source}, 0.0)")
        if part.stock is None or part.use is None:
            return level
        left = self._left(number)
        use = self._once(f"per level {number}", lambda: self._per_level(number))
        return self._set("b", number, f"{left} / {use} if {use} * {level} > {left} else {level}")

    def _per_level(self, number: int) -> str:
        lever = self.layout.levers[number]
        use = self.layout.spec.levers[lever].use
        assert use is not None
        return self._set("y", number, self.source(use, f"lever/{lever}/use"))

    def _left(self, number: int) -> str:
        """What levers earlier in the scenario leave of the stock of this one."""
        layout = self.layout
        lever = layout.levers[number]
        stock = layout.spec.levers[lever].stock
        assert stock is not None
        before = [
            self.used(i)
            for i, other in enumerate(layout.levers[:number])
            if layout.spec.levers[other].stock == stock
            and layout.spec.levers[other].use is not None
        ]
        terms = " - ".join([self._name(stock, f"lever/{lever}/stock", None), *before])
        return self._set("w", number, f"max({terms}, 0.0)")

    def _use(self, number: int) -> str:
        delivered = self.delivered(number)
        return self._set("o", number, f"{self._known[f'per level {number}']} * {delivered}")

    def _draw(self, call: Call, args: list[str], element: str) -> str:
        self.random = True
        key = self.layout.key(f"{element}/{call.index}")
        return _RANDOM[call.function].format(a=args, key=key, u=f"u{self._suffix}")
