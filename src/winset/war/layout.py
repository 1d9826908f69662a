"""What a war's structure is: which name means what, and where each number lives in the arrays.

Numbers never become part of the structure: quantities and switches are columns of a parameter
array, expressions of quantities alone are worked out once per draw into further columns, and the
other literals of the scenario lie in an array of constants. So changing a number compiles nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from winset.errors import Problem, ScenarioError
from winset.scenario.expr import RANDOM, Call, Expr, Name, Node, Num, Op, evaluate, walk
from winset.scenario.schema.root import ScenarioSpec

#: how an expression's names that the program supplies begin (beliefs and what talks are like)
INPUT_PREFIXES: Final = ("belief.", "gap.", "refused.")
#: the same, for readings only: what is known when a path has ended, or a package is named
READING_INPUTS: Final = ("ended.", "deal.", "value.", "support.", "strategy.")
READING_NAMES: Final = ("signed", "months")


class HasStructure(Protocol):
    """What the war needs of a scenario: `winset.scenario.Scenario` has it."""

    @property
    def spec(self) -> ScenarioSpec:
        """The scenario as written, after overlays and overrides."""
        ...

    @property
    def quantities(self) -> Mapping[str, Any]:
        """Every uncertain number by id."""
        ...

    def enabled(self, mechanism: str, worldview: str) -> bool:
        """Whether a flow, event or signal acts under a worldview."""
        ...


@dataclass
class Layout:
    """Places of stocks, levers, outcomes, parameters, constants, inputs and keys, in order.

    `lifted` holds, per extra parameter column, an expression of quantities (a tree); `edges` the
    starts and bounds of stocks by name, which the compiled code need not know; `constants` the
    literals; `keys` the names of random terms.
    """

    scenario: str
    spec: ScenarioSpec
    quantity_ids: frozenset[str]
    stocks: tuple[str, ...]
    levers: tuple[str, ...]
    outcomes: tuple[str, ...]
    hypotheses: tuple[tuple[str, str], ...]
    named: dict[str, tuple[str, int]]
    quantities: list[str] = field(default_factory=list)
    switches: list[str] = field(default_factory=list)
    lifted: list[Node] = field(default_factory=list)
    constants: list[float] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    edges: dict[str, Node] = field(default_factory=dict)
    _placed: dict[int, tuple[Node, Name]] = field(default_factory=dict)

    @classmethod
    def of(cls, scenario: HasStructure) -> "Layout":
        """An empty layout of a scenario: names are given places as expressions ask for them."""
        spec = scenario.spec
        hypotheses = tuple((h, v) for h, hyp in spec.hypotheses.items() for v in hyp.values)
        named = {f"{h}.{v}": ("hypothesis", i) for i, (h, v) in enumerate(hypotheses)}
        for i, lever in enumerate(spec.levers):
            named[f"lever.{lever}"] = ("delivered", i)
            named[f"lever.{lever}.set"] = ("set", i)
            named[f"lever.{lever}.cost"] = ("cost", i)
        return cls(
            scenario=spec.id,
            spec=spec,
            quantity_ids=frozenset(scenario.quantities) | frozenset(spec.quantities),
            stocks=tuple(spec.state),
            levers=tuple(spec.levers),
            outcomes=tuple(spec.outcomes),
            hypotheses=hypotheses,
            named=named,
        )

    def switch(self, mechanism: str) -> str:
        """Source of the switch of a flow, event or signal (1 on, 0 off)."""
        return f"q[{_place(self.switches, mechanism)} + NQ]"

    def key(self, name: str) -> str:
        """Source of the key of a random term."""
        return f"k[{_place(self.keys, name)}]"

    def input(self, name: str) -> str:
        """Source of a number that the caller supplies per path."""
        return f"x[{_place(self.inputs, name)}]"

    def is_constant(self, node: Node) -> bool:
        """Whether a tree is the same in all months and paths of a draw."""
        for part in walk(node):
            if isinstance(part, Name) and not self._is_quantity(part.id):
                return False
            if isinstance(part, Call) and part.function in RANDOM:
                return False
        return True

    def _is_quantity(self, name: str) -> bool:
        return name in self.quantity_ids and name not in self.spec.state

    def lift(self, node: Node, exponent: bool = False) -> Node:
        """The tree with every part that is constant in a draw replaced by its place.

        Zero, one and whole exponents stay literals: the compiler makes something of them. One part
        of the scenario has one place however often it is used; equal numbers in different parts
        have places of their own, so that equality is no part of the structure.
        """
        if isinstance(node, Num) and node.value in (0.0, 1.0):
            return node
        if isinstance(node, Num) and exponent and node.value in range(-8, 9):
            return Name(f"#{int(node.value)}")
        if isinstance(node, Name):
            if self._is_quantity(node.id):
                return Name(f"#q[{_place(self.quantities, node.id)}]")
            return node
        if self.is_constant(node):
            if id(node) not in self._placed:
                # The node is kept, so that its identity cannot pass to another.
                self._placed[id(node)] = node, self._new_place(node)
            return self._placed[id(node)][1]
        if isinstance(node, Op):
            raised = node.op == "**"
            args = tuple(self.lift(a, raised and i == 1) for i, a in enumerate(node.args))
            return Op(node.op, args)
        assert isinstance(node, Call)
        return Call(node.function, tuple(self.lift(a) for a in node.args), node.index)

    def _new_place(self, node: Node) -> Name:
        if isinstance(node, Num):
            self.constants.append(node.value)
            return Name(f"#c[{len(self.constants) - 1}]")
        self.lifted.append(node)
        return Name(f"#q[{len(self.lifted) - 1} + NL]")

    def edge(self, name: str, node: Node) -> None:
        """Give an expression of quantities a named column (starts and bounds of stocks)."""
        self.edges[name] = node

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameter columns: quantities, switches, expressions, starts and bounds."""
        switches = (f"on.{name}" for name in self.switches)
        lifted = (f"={i}" for i in range(len(self.lifted)))
        return (*self.quantities, *switches, *lifted, *self.edges)

    def problem(self, path: str, message: str, **more: Any) -> ScenarioError:
        """An error about one place of the scenario."""
        return ScenarioError([Problem(file=self.scenario, path=path, message=message, **more)])

    def evaluated(self, look: Callable[[str], Any]) -> list[Any]:
        """Values of the lifted expressions, quantities being looked up by name."""
        return [
            evaluate(Expr("", tree, frozenset(), 0), look)
            for tree in (*self.lifted, *self.edges.values())
        ]


def _place(names: list[str], name: str) -> int:
    if name not in names:
        names.append(name)
    return names.index(name)
