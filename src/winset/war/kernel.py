"""Programs as compiled functions over eight paths: the bridge from `program` to numba.

A block works on the eight rows of the arrays that begin at row `first`, of which those in the bit
set `lanes` are at stake; all of them have the parameters of row `r`. Rows of the arrays are turned
into one vector a column and back at the end; lanes not at stake get back what they held. Loops over
blocks are in the generated source (`codegen`), compiled by numba and cached by it on disk.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numba
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from winset.war.columns import Columns
from winset.war.functions import Functions
from winset.war.lanes import INDEX, REAL, TRUTH, WIDTH, WORD, Value
from winset.war.program import Translator
from winset.war.randomness import poisson_number

_BYTE: Final = ir.IntType(8)
_SHORT: Final = ir.IntType(16)


class _Machine:
    """The arrays of one block of paths (see `winset.war.program.Machine`)."""

    def __init__(
        self,
        context: Any,
        lanes: Functions,
        at: Mapping[str, Any],
        sizes: Mapping[str, int],
    ) -> None:
        builder = lanes.builder
        self.context, self.builder, self.lanes, self.at = context, builder, lanes, at
        bits = builder.trunc(at["lanes"], ir.IntType(WIDTH))
        self.at_stake = builder.bitcast(bits, ir.VectorType(TRUTH, WIDTH))
        self.columns = {
            name: Columns(builder, at[name].data, sizes[name], at["first"])
            for name in ("state", "g", "h", "x", "out")
            if name in at
        }
        self.sizes = sizes
        width = builder.extract_value(at["q"].shape, 1)
        self.parameters = builder.gep(at["q"].data, [builder.mul(at["r"], width)])
        self.shared: dict[tuple[str, int], Value] = {}
        self.stored: dict[str, dict[int, Any]] = {name: {} for name in self.columns}
        self.code = ir.Constant(WORD, 0)
        self.raw: tuple[Any, dict[int, Any]] | None = None

    def load(self, array: str, column: int) -> Value:
        if array in self.columns:
            return Value(self.columns[array].load(column), True)
        key = (array, column)
        if key not in self.shared:
            data = self.parameters if array == "q" else self.at[array].data
            place = self.builder.gep(data, [ir.Constant(WORD, column)])
            self.shared[key] = Value(self.builder.load(place), False, array == "c")
        return self.shared[key]

    def words(self, array: str) -> Value:
        """Eight words of a one-dimensional array."""
        place = self.builder.gep(self.at[array].data, [self.at["first"]])
        kind = ir.VectorType(WORD, WIDTH).as_pointer()
        return Value(self.builder.load(self.builder.bitcast(place, kind), align=8), True)

    def store(self, array: str, column: int, value: Value) -> None:
        if array in self.columns:
            self.stored[array][column] = self.lanes.spread(value)
        elif array == "ended":
            self._store_shorts(self.builder.gep(self.at[array].data, [self.at["first"]]), value)
        else:
            self._store_bytes(array, column, value)

    def _store_shorts(self, place: Any, value: Value) -> None:
        vector = ir.VectorType(_SHORT, WIDTH)
        pointer = self.builder.bitcast(place, vector.as_pointer())
        whole = self.builder.fptosi(self.lanes.spread(value), vector)
        before = self.builder.load(pointer, align=2)
        kept = self.builder.select(self.at_stake, whole, before)
        self.builder.store(kept, pointer, align=2)

    def _store_bytes(self, array: str, column: int, value: Value) -> None:
        whole = self.builder.fptosi(self.lanes.spread(value), ir.VectorType(_BYTE, WIDTH))
        for lane in range(WIDTH):
            number = ir.Constant(INDEX, lane)
            row = self.builder.add(self.at["first"], ir.Constant(WORD, lane))
            index = self.builder.mul(row, ir.Constant(WORD, self.sizes[array]))
            index = self.builder.add(index, ir.Constant(WORD, column))
            place = self.builder.gep(self.at[array].data, [index])
            new = self.builder.extract_element(whole, number)
            mine = self.builder.extract_element(self.at_stake, number)
            self.builder.store(self.builder.select(mine, new, self.builder.load(place)), place)

    def refuse_rate(self, event: int, rate: Value) -> None:
        wrong = self.builder.and_(self.lanes.spread(self.lanes.is_nan(rate)), self.at_stake)
        code = ir.Constant(WORD, event + 1)
        self.code = self.builder.select(self.lanes.any(wrong), code, self.code)

    def refuse_state(self, total: Value, stocks: list[Value]) -> None:
        rest = self.lanes.sub(total, total)
        wrong = self.lanes.spread(self.lanes.compare("!=", rest, self.lanes.real(0.0)))
        wrong = self.builder.and_(wrong, self.at_stake)
        self.raw = wrong, {i: self.lanes.spread(v) for i, v in enumerate(stocks)}

    def poisson(self, mean: Value, word: Value) -> Value:
        """One lane at a time: the number of steps differs from lane to lane."""
        out = ir.Constant(ir.VectorType(REAL, WIDTH), ir.Undefined)
        means, words = self.lanes.spread(mean), self.lanes.spread(word)
        signature = types.float64(types.float64, types.uint64)
        for lane in range(WIDTH):
            number = ir.Constant(INDEX, lane)
            arguments = [self.builder.extract_element(v, number) for v in (means, words)]
            found = self.context.compile_internal(
                self.builder, poisson_number, signature, arguments
            )
            out = self.builder.insert_element(out, found, number)
        return Value(out, True)

    def finish(self) -> Any:
        """Write what was stored; returns the block's code: 0, or why it is refused.

        A state that is not finite is written as it is, for the message.
        """
        for name in ("state", "out"):
            if not self.stored.get(name):
                continue
            if self.raw is None:
                self.columns[name].store(self.stored[name], self.at_stake)
                continue
            wrong, raw = self.raw
            # A refused lane shows its raw numbers; the others are not looked at any more.
            any_wrong = self.lanes.any(wrong)
            values = {
                column: self.builder.select(wrong, raw.get(column, value), value)
                for column, value in self.stored[name].items()
            }
            self.columns[name].store(values, self.at_stake)
            self.code = self.builder.select(any_wrong, ir.Constant(WORD, -1), self.code)
        return self.code


def _instructions(
    names: Sequence[str], program: str, sizes: Mapping[str, int]
) -> Callable[..., Any]:
    """The code generator of a block whose arguments have these names."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Sequence[Any]) -> Any:
        at: dict[str, Any] = {}
        for name, kind, argument in zip(names, signature.args, arguments, strict=True):
            if isinstance(kind, types.Array):
                at[name] = context.make_array(kind)(context, builder, argument)
            else:
                at[name] = argument
        lanes = Functions(builder)
        machine = _Machine(context, lanes, at, sizes)
        month = Value(at["month"], False)
        given = {
            "month": month,
            "fm": Value(builder.sitofp(month.ir, REAL), False),
            "next_month": lanes.add(month, lanes.word(1)),
        }
        if "endings" in at:
            endings = at["endings"]
            holds = builder.icmp_unsigned("!=", endings, ir.Constant(endings.type, 0))
            given["endings"] = Value(holds, False)
        translator = Translator(lanes, machine, given)
        for array in ("draw", "path"):
            translator.names[array] = machine.words(array)
        translator.run(program)
        return machine.finish()

    return generate


_READ: Final = (
    "state", "q", "g", "h", "x", "c", "k", "draw", "path", "month", "first", "r", "lanes",
)  # fmt: skip


def read_block(program: str, sizes: Mapping[str, int]) -> Any:
    """A block of a function that writes `out`, [P, size] of reals or, as `ended`, [P] of shorts."""
    target = "out" if "out" in sizes else "ended"
    generate = _instructions((*_READ, target), program, sizes)

    @intrinsic  # type: ignore[untyped-decorator,unused-ignore]
    def block(
        _context: Any, state: Any, q: Any, g: Any, h: Any, x: Any, c: Any, k: Any, draw: Any,
        path: Any, month: Any, first: Any, r: Any, lanes: Any, out: Any,
    ) -> Any:  # fmt: skip
        given = (state, q, g, h, x, c, k, draw, path, month, first, r, lanes, out)
        return types.int64(*given), generate

    return block


def step_block(program: str, sizes: Mapping[str, int]) -> Any:
    """A block of the monthly step."""
    names = (*_READ, "endings", "ended", "fired", "signal")
    generate = _instructions(names, program, sizes)

    @intrinsic  # type: ignore[untyped-decorator,unused-ignore]
    def block(
        _context: Any, state: Any, q: Any, g: Any, h: Any, x: Any, c: Any, k: Any, draw: Any,
        path: Any, month: Any, first: Any, r: Any, lanes: Any, endings: Any, ended: Any,
        fired: Any, signal: Any,
    ) -> Any:  # fmt: skip
        given = (
            state, q, g, h, x, c, k, draw, path, month, first, r, lanes, endings, ended, fired,
            signal,
        )  # fmt: skip
        return types.int64(*given), generate

    return block


def compiled(function: Any) -> Any:
    """Compile with numba, cached on disk, without the interpreter's lock; fast maths stays off."""
    return numba.njit(cache=True, nogil=True, error_model="numpy", fastmath=False)(function)


@compiled
def lanes_at_stake(row: Any, draws: Any, alive: Any, first: Any, start: Any, ask: Any) -> Any:
    """Bit set of the lanes of a block that are at or after `start` and, where asked, alive."""
    lanes = 0
    for lane in range(WIDTH):
        p = first + lane
        if row[p] < 0 or row[p] >= draws:
            raise IndexError("a path's row is no draw")
        if p >= start and (not ask or alive[p]):
            lanes |= 1 << lane
    return lanes


@compiled
def lane_of(lanes: Any) -> Any:
    """The first lane of a bit set that is not empty."""
    lane = 0
    while not (lanes >> lane) & 1:
        lane += 1
    return lane


@compiled
def same_row(todo: Any, row: Any, first: Any, r: Any) -> Any:
    """The lanes of a bit set whose path has row `r`."""
    lanes = 0
    for lane in range(WIDTH):
        if (todo >> lane) & 1 and row[first + lane] == r:
            lanes |= 1 << lane
    return lanes
