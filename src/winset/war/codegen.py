"""From a scenario's structure to the source of four compiled functions over arrays of paths.

    step      one month, in place           hazards   monthly chances that events end the war
    crossed   whose `when` is true now      read      values of expressions of the state

The order within a step is that of `winset.scenario.schema.war`. Arguments shared by all four:

    state [P, S+L]  stocks, then each lever's stored level      q [D, Q]  parameters, r = row[p]
    row [P]   g [P, L] targets   h [P, H] hypotheses   x [P, I] inputs   c constants   k keys
    month     draw [P], path [P]: whose luck it is
"""

from collections.abc import Mapping
from dataclasses import dataclass

from winset.scenario.expr import Expr
from winset.war.body import Body
from winset.war.layout import Layout

_SHARED = "state, q, row, g, h, x, month, c, k, draw, path"
_HEAD = '''"""Generated: the compiled war of one structure."""
import math
import numpy as np
from winset.war.randomness import counter_, normal_, poisson_, uniform_
from winset.war.support import compiled, exponential_, logistic_, max_, min_, rate_

min, max = min_, max_  # not a number stays not a number, as in numpy
'''


@dataclass(frozen=True)
class Source:
    """Generated source and what its functions need.

    learned, signals: ids in the order of the step's outputs. random: per function whether it draws.
    """

    text: str
    learned: tuple[str, ...]
    signals: tuple[str, ...]
    random: Mapping[str, bool]


def generate(layout: Layout, readings: Mapping[str, Expr]) -> Source:
    """Write the source; fills the places of `layout` as it goes."""
    learned = tuple(dict.fromkeys(part.event for part in layout.spec.learning.values()))
    signals = tuple(layout.spec.signals)
    step, uses = _step(layout, learned)
    parts = {"step": (step, uses)}
    parts["hazards"] = _hazards(layout)
    parts["crossed"] = _crossed(layout)
    parts["read"] = _read(layout, readings)
    text = _HEAD + "\n\n".join(["", *(source for source, _ in parts.values())]) + "\n"
    quantities, switches = len(layout.quantities), len(layout.switches)
    for mark, offset in ((" + NQ]", quantities), (" + NL]", quantities + switches)):
        pieces = text.split(mark)
        for i in range(len(pieces) - 1):
            stem, _, number = pieces[i].rpartition(" ")
            pieces[i] = f"{stem} {int(number) + offset}]"
        text = "".join(pieces)
    return Source(text, learned, signals, {name: random for name, (_, random) in parts.items()})


def _start_of_month(layout: Layout, reading: bool = False) -> Body:
    first = len(layout.stocks)
    return Body(
        layout, lambda i: f"s{i}", lambda i: f"state[p, {first + i}]", "fm", reading=reading
    )


def _loads(body: Body) -> list[str]:
    return [f"s{i} = state[p, {i}]" for i in sorted(body.stocks_read)]


def _function(name: str, extra: str, body: Body, opening: list[str], rest: list[str]) -> str:
    inner = ["r = row[p]", *opening]
    if body.random:
        inner.append("u = counter_(draw[p], path[p], month)")
    inner += rest
    lines = ["@compiled", f"def {name}({_SHARED}{extra}):", "    fm = float(month)"]
    lines += ["    for p in range(state.shape[0]):"]
    return "\n".join(lines + ["        " + line for line in inner])


def _hazard(layout: Layout, body: Body, event: str) -> tuple[str, bool]:
    """Source of an event's rate or chance, and whether it is a chance."""
    part = layout.spec.events[event]
    if part.chance is not None:
        source = body.source(part.chance, f"event/{event}/chance")
        return f"min_(1.0, rate_({source}))", True
    rate = part.rate
    assert rate is not None
    return f"rate_({body.source(rate, f'event/{event}/rate')})", False


def _hazards(layout: Layout) -> tuple[str, bool]:
    body = _start_of_month(layout)
    ending = [e for e, part in layout.spec.events.items() if part.outcome is not None]
    lines: list[str] = []
    for i, event in enumerate(ending):
        hazard, chance = _hazard(layout, body, event)
        value = f"-math.log1p(-{hazard})" if chance else hazard
        lines.append(f"e{i} = {value} if {layout.switch(event)} > 0.0 else 0.0")
    lines += [f"out[p, {i}] = 0.0" for i in range(len(layout.outcomes))]
    if ending:
        total = " + ".join(f"e{i}" for i in range(len(ending)))
        lines += [f"t = {total}", "if t > 0.0 and t < math.inf:", "    t = -math.expm1(-t) / t"]
        for i, event in enumerate(ending):
            lines.append(f"    out[p, {_outcome(layout, event)}] += e{i} * t")
        # A certain event strikes at once; of two, the first in the scenario.
        for i, event in enumerate(ending):
            lines.append(f"elif e{i} == math.inf:")
            lines.append(f"    out[p, {_outcome(layout, event)}] = 1.0")
        lines += ["elif t != t:", *(f"    out[p, {o}] = t" for o in range(len(layout.outcomes)))]
    source = _function("hazards", ", out", body, _loads(body), body.lines + lines)
    return source, body.random


def _outcome(layout: Layout, event: str) -> int:
    outcome = layout.spec.events[event].outcome
    assert outcome is not None
    return layout.outcomes.index(outcome)


def _whens(layout: Layout, body: Body, found: str) -> list[str]:
    """Lines that set `found` to the first outcome whose condition holds."""
    lines: list[str] = []
    for i, (outcome, part) in enumerate(layout.spec.outcomes.items()):
        if part.when is not None:
            condition = body.source(part.when, f"outcome/{outcome}/when")
            lines += [f"{'elif' if lines else 'if'} {condition}:", f"    {found} = {i}"]
    return lines


def _crossed(layout: Layout) -> tuple[str, bool]:
    body = _start_of_month(layout)
    lines = _whens(layout, body, "out[p]")
    opening = [*_loads(body), "out[p] = -1"]
    return _function("crossed", ", out", body, opening, body.lines + lines), body.random


def _read(layout: Layout, readings: Mapping[str, Expr]) -> tuple[str, bool]:
    body = _start_of_month(layout, reading=True)
    lines = []
    for i, (name, expr) in enumerate(readings.items()):
        source = body.source(expr, f"reading/{name}")
        lines += [*body.lines, f"out[p, {i}] = {source}"]
        body.lines.clear()
    source = _function("read", ", out", body, _loads(body), lines)
    return source, body.random


def _step(layout: Layout, learned: tuple[str, ...]) -> tuple[str, bool]:
    from winset.war.month import Month

    return Month(layout, learned).source(_SHARED)
