"""From a scenario's structure to the source of compiled functions over arrays of paths.

    step      one month, in place           hazards   monthly chances that events end the war
    crossed   whose `when` is true now      read      values of expressions of the state
    spend     costs of this month           advance   months on end, adding up costs

The order within a step is that of `winset.scenario.schema.war`. What happens to a path is written
as a program (`winset.war.program`), eight paths at a time; around it go loops over all paths.
Arguments shared by all:

    state [P, S+L]  stocks, then each lever's stored level      q [D, Q]  parameters, r = row[p]
    row [P]   g [P, L] targets   h [P, H] hypotheses   x [P, I] inputs   c constants   k keys
    month     draw [P], path [P]: whose luck it is
"""

from collections.abc import Mapping
from dataclasses import dataclass

from winset.scenario.expr import Expr
from winset.war.body import Body
from winset.war.layout import Layout
from winset.war.month import Month

_HEAD = '''"""Generated: the compiled war of one structure."""
from winset.war.kernel import compiled, lane_of, lanes_at_stake, read_block, same_row, step_block
'''
_READ = '''
block_{name} = read_block("""
{program}
""", {sizes})


@compiled
def {name}(state, q, row, g, h, x, month, c, k, draw, path, out):
    paths = state.shape[0]
    for start in range(0, paths, 8):
        first = min(start, paths - 8)
        todo = lanes_at_stake(row, q.shape[0], row, first, start, False)
        while todo:
            r = row[first + lane_of(todo)]
            lanes = same_row(todo, row, first, r)
            block_{name}(state, q, g, h, x, c, k, draw, path, month, first, r, lanes, out)
            todo &= ~lanes
'''
_STEP = '''
block_step = step_block("""
{program}
""", {sizes})


@compiled
def step(
    state, q, row, g, h, x, month, c, k, draw, path, alive, endings, ended, fired, signal, bad
):
    paths = state.shape[0]
    for start in range(0, paths, 8):
        first = min(start, paths - 8)
        todo = lanes_at_stake(row, q.shape[0], alive, first, start, True)
        while todo:
            r = row[first + lane_of(todo)]
            lanes = same_row(todo, row, first, r)
            code = block_step(
                state, q, g, h, x, c, k, draw, path, month, first, r, lanes,
                endings, ended, fired, signal,
            )
            if code != 0:
                bad[0] = code
                bad[1] = first
                bad[2] = lanes
                return True
            todo &= ~lanes
    return False
'''
_ADVANCE = """

@compiled
def advance(
    state, q, row, g, h, x, month, c, k, draw, path, alive, months,
    weight, factor, ended, fought, cost, now, fired, signal, bad,
):
    paths = state.shape[0]
    for start in range(0, paths, 8):
        first = min(start, paths - 8)
        for m in range(month, month + months):
            todo = lanes_at_stake(row, q.shape[0], alive, first, start, True)
            if todo == 0:
                break
            while todo:
                r = row[first + lane_of(todo)]
                lanes = same_row(todo, row, first, r)
                block_spend(state, q, g, h, x, c, k, draw, path, m, first, r, lanes, now)
                code = block_step(
                    state, q, g, h, x, c, k, draw, path, m, first, r, lanes,
                    True, ended, fired, signal,
                )
                if code != 0:
                    bad[0] = code
                    bad[1] = first
                    bad[2] = lanes
                    bad[3] = m
                    return True
                todo &= ~lanes
            for p in range(start, first + 8):
                if alive[p]:
                    for j in range(cost.shape[1]):
                        cost[p, j] += weight[p, j] * now[p, j]
                        weight[p, j] *= factor[row[p], j]
                    fought[p] = m + 1
                    alive[p] = ended[p] < 0
    return False
"""


@dataclass(frozen=True)
class Source:
    """Generated source and what its functions need.

    learned, signals: ids in the order of the step's outputs. random: per function whether it draws.
    """

    text: str
    learned: tuple[str, ...]
    signals: tuple[str, ...]
    random: Mapping[str, bool]


def generate(layout: Layout, readings: Mapping[str, Expr], costs: Mapping[str, Expr]) -> Source:
    """Write the source; fills the places of `layout` as it goes."""
    learned = tuple(dict.fromkeys(part.event for part in layout.spec.learning.values()))
    signals = tuple(layout.spec.signals)
    programs = {"step": Month(layout, learned).program()}
    programs["hazards"] = _hazards(layout)
    programs["crossed"] = _crossed(layout)
    programs["read"] = _read(layout, readings, "reading")
    programs["spend"] = _read(layout, costs, "cost")
    sizes = {
        "state": len(layout.stocks) + len(layout.levers),
        "g": len(layout.levers),
        "h": len(layout.hypotheses),
        "x": len(layout.inputs),
    }
    wide = {
        "step": {"fired": len(learned), "signal": len(signals)},
        "hazards": {"out": len(layout.outcomes)},
        "crossed": {},
        "read": {"out": len(readings)},
        "spend": {"out": len(costs)},
    }
    text = _HEAD
    for name, program in programs.items():
        lines = "\n".join(program)
        template = _STEP if name == "step" else _READ
        text += "\n" + template.format(name=name, program=lines, sizes={**sizes, **wide[name]})
    text += _ADVANCE
    random = {name: any("counter" in line for line in p) for name, p in programs.items()}
    return Source(_with_offsets(text, layout), learned, signals, random)


def _with_offsets(text: str, layout: Layout) -> str:
    """Columns of switches and lifted expressions, now that it is known how many come before."""
    quantities, switches = len(layout.quantities), len(layout.switches)
    for mark, offset in ((" + NQ]", quantities), (" + NL]", quantities + switches)):
        pieces = text.split(mark)
        for i in range(len(pieces) - 1):
            stem, _, number = pieces[i].rpartition("[")
            pieces[i] = f"{stem}[{int(number) + offset}]"
        text = "".join(pieces)
    return text


def _start_of_month(layout: Layout, reading: bool = False) -> Body:
    first = len(layout.stocks)
    return Body(
        layout, lambda i: f"state[{i}]", lambda i: f"state[{first + i}]", "fm", reading=reading
    )


def _with_luck(body: Body, lines: list[str]) -> list[str]:
    return ["u = counter(draw, path, month)", *lines] if body.random else lines


def _hazards(layout: Layout) -> list[str]:
    """L_e / L (1 - exp(-L)) by outcome; a certain event takes all, the first of several."""
    body = _start_of_month(layout)
    ending = [e for e, part in layout.spec.events.items() if part.outcome is not None]
    lines: list[str] = []
    for i, event in enumerate(ending):
        part = layout.spec.events[event]
        if part.chance is not None:
            chance = f"max({body.source(part.chance, f'event/{event}/chance')}, 0.0)"
            rate = f"exponential(min({chance}, 1.0))"
        else:
            assert part.rate is not None
            rate = f"max({body.source(part.rate, f'event/{event}/rate')}, 0.0)"
        lines.append(f"e{i} = {rate} if {layout.switch(event)} > 0.0 else 0.0")
    shares: dict[str, list[str]] = {outcome: [] for outcome in layout.outcomes}
    if ending:
        total = " + ".join(f"e{i}" for i in range(len(ending)))
        lines += [f"t = {total}", "w = eased(t)", "free = 1.0"]
    for i, event in enumerate(ending):
        certain = f"e{i} > 1e300"
        lines += [f"c{i} = free if {certain} else 0.0", f"free = 0.0 if {certain} else free"]
        lines.append(f"p{i} = c{i} if t > 1e300 else e{i} * w")
        outcome = layout.spec.events[event].outcome
        assert outcome is not None
        shares[outcome].append(f"p{i}")
    lines += [f"out[{o}] = {' + '.join(p) or 0.0}" for o, p in enumerate(shares.values())]
    return _with_luck(body, [*body.lines, *lines])


def _crossed(layout: Layout) -> list[str]:
    body = _start_of_month(layout)
    lines = ["end = -1.0"]
    for i, (outcome, part) in enumerate(layout.spec.outcomes.items()):
        if part.when is not None:
            condition = body.source(part.when, f"outcome/{outcome}/when")
            lines.append(f"end = {float(i)} if end < 0.0 and {condition} else end")
    return _with_luck(body, [*body.lines, *lines, "ended[0] = end"])


def _read(layout: Layout, readings: Mapping[str, Expr], kind: str) -> list[str]:
    body = _start_of_month(layout, reading=True)
    lines = []
    for i, (name, expr) in enumerate(readings.items()):
        source = body.source(expr, f"{kind}/{name}")
        lines += [*body.lines, f"out[{i}] = {source}"]
        body.lines.clear()
    return _with_luck(body, lines)
