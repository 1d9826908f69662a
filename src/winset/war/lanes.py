"""Arithmetic on eight paths at a time, written as LLVM instructions.

Every operation works lane by lane, so what a path gets does not depend on its neighbours, and is
one that IEEE 754 fixes to the last bit (sums, products, quotients, square roots, products fused
with a sum where written so) or a shift of bits: nothing is fused or reordered by the compiler, and
no library of the machine takes part.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from llvmlite import ir

WIDTH: Final = 8
REAL: Final = ir.DoubleType()
WORD: Final = ir.IntType(64)
TRUTH: Final = ir.IntType(1)
INDEX: Final = ir.IntType(32)


class Value(NamedTuple):
    """An LLVM value: one number for all lanes, or a vector of eight; real, word or truth.

    `literal`: a number of the scenario as written, which is certainly a number.
    """

    ir: Any
    vector: bool
    literal: bool = False

    @property
    def scalar_type(self) -> Any:
        """The type of one lane."""
        return self.ir.type.element if self.vector else self.ir.type


class Lanes:
    """Writes instructions with an LLVM builder. Values of all lanes alike stay scalars."""

    def __init__(self, builder: Any) -> None:
        self.builder = builder

    def real(self, number: float) -> Value:
        """A literal."""
        return Value(ir.Constant(REAL, float(number)), False, True)

    def word(self, number: int) -> Value:
        """A literal word of 64 bits."""
        number &= (1 << 64) - 1
        return Value(ir.Constant(WORD, number - (1 << 64) if number >> 63 else number), False)

    def spread(self, value: Value) -> Any:
        """The vector of a value."""
        if value.vector:
            return value.ir
        if isinstance(value.ir, ir.Constant):
            return ir.Constant(ir.VectorType(value.ir.type, WIDTH), [value.ir] * WIDTH)
        kind = ir.VectorType(value.ir.type, WIDTH)
        empty = ir.Constant(kind, ir.Undefined)
        one = self.builder.insert_element(empty, value.ir, ir.Constant(INDEX, 0))
        order = ir.Constant(ir.VectorType(INDEX, WIDTH), [0] * WIDTH)
        return self.builder.shuffle_vector(one, empty, order)

    def _apply(self, make: Callable[..., Any], *values: Value) -> Value:
        if any(v.vector for v in values):
            return Value(make(*(self.spread(v) for v in values)), True)
        return Value(make(*(v.ir for v in values)), False)

    def add(self, a: Value, b: Value) -> Value:
        """Sum of reals, or of words modulo 2^64."""
        words = isinstance(a.scalar_type, ir.IntType)
        return self._apply(self.builder.add if words else self.builder.fadd, a, b)

    def sub(self, a: Value, b: Value) -> Value:
        """Difference."""
        words = isinstance(a.scalar_type, ir.IntType)
        return self._apply(self.builder.sub if words else self.builder.fsub, a, b)

    def mul(self, a: Value, b: Value) -> Value:
        """Product."""
        words = isinstance(a.scalar_type, ir.IntType)
        return self._apply(self.builder.mul if words else self.builder.fmul, a, b)

    def div(self, a: Value, b: Value) -> Value:
        """Quotient of reals; infinite or not a number where the divisor is 0."""
        return self._apply(self.builder.fdiv, a, b)

    def neg(self, a: Value) -> Value:
        """The number with its sign turned."""
        return self._apply(self.builder.fneg, a)

    def compare(self, op: str, a: Value, b: Value) -> Value:
        """Truth of a comparison of reals; with what is not a number only != holds."""
        make = self.builder.fcmp_unordered if op == "!=" else self.builder.fcmp_ordered
        return self._apply(lambda x, y: make(op, x, y), a, b)

    def is_nan(self, a: Value) -> Value:
        """Whether it is not a number."""
        return self.compare("!=", a, a)

    def both(self, a: Value, b: Value) -> Value:
        """And (of truths, or of the bits of words)."""
        return self._apply(self.builder.and_, a, b)

    def either(self, a: Value, b: Value) -> Value:
        """Or."""
        return self._apply(self.builder.or_, a, b)

    def opposite(self, a: Value) -> Value:
        """Not."""
        return self._apply(self.builder.xor, a, Value(ir.Constant(TRUTH, 1), False))

    def truth(self, a: Value) -> Value:
        """A real as a truth: everything but 0 holds."""
        return a if a.scalar_type == TRUTH else self.compare("!=", a, self.real(0.0))

    def number(self, a: Value) -> Value:
        """A truth as a real: 1 or 0."""
        if a.scalar_type != TRUTH:
            return a
        return self.choose(a, self.real(1.0), self.real(0.0))

    def choose(self, condition: Value, a: Value, b: Value) -> Value:
        """`a` where the condition holds, else `b`."""
        if not condition.vector:
            if a.vector or b.vector:
                a, b = Value(self.spread(a), True), Value(self.spread(b), True)
            return Value(self.builder.select(condition.ir, a.ir, b.ir), a.vector)
        return Value(self.builder.select(condition.ir, self.spread(a), self.spread(b)), True)

    def least(self, a: Value, b: Value) -> Value:
        """The smaller, not a number where either is not."""
        return self._extreme(">", a, b)

    def most(self, a: Value, b: Value) -> Value:
        """The larger, not a number where either is not."""
        return self._extreme("<", a, b)

    def _extreme(self, worse: str, a: Value, b: Value) -> Value:
        """`a`, unless `b` is better; beside a literal one comparison sees to both."""
        if a.literal:
            a, b = b, a
        if b.literal:
            return self.choose(self.compare(worse, a, b), b, a)
        better = {"<": ">", ">": "<"}[worse]
        return self.choose(self.either(self.compare(better, a, b), self.is_nan(a)), a, b)

    def any(self, mask: Any) -> Any:
        """Whether any lane of a vector of truths holds."""
        bits = self.builder.bitcast(mask, ir.IntType(WIDTH))
        return self.builder.icmp_unsigned("!=", bits, ir.Constant(ir.IntType(WIDTH), 0))

    def sqrt(self, a: Value) -> Value:
        """Square root; not a number below 0."""
        return self._library("sqrt", a)

    def abs(self, a: Value) -> Value:
        """Size."""
        return self._library("fabs", a)

    def _library(self, name: str, *values: Value) -> Value:
        def call(*arguments: Any) -> Any:
            kind = arguments[0].type
            full = f"llvm.{name}.{'f64' if kind == REAL else f'v{WIDTH}f64'}"
            found = self.builder.module.globals.get(full)
            if found is None:
                of_kind = ir.FunctionType(kind, [kind] * len(arguments))
                found = ir.Function(self.builder.module, of_kind, full)
            return self.builder.call(found, arguments)

        return self._apply(call, *values)

    def bits(self, a: Value) -> Value:
        """The bits of a real as a word."""
        kind = ir.VectorType(WORD, WIDTH) if a.vector else WORD
        return Value(self.builder.bitcast(a.ir, kind), a.vector)

    def from_bits(self, a: Value) -> Value:
        """The real of some bits."""
        kind = ir.VectorType(REAL, WIDTH) if a.vector else REAL
        return Value(self.builder.bitcast(a.ir, kind), a.vector)

    def shift(self, a: Value, places: int, signed: bool = False) -> Value:
        """A word shifted to the right (places > 0) or left."""
        make = self.builder.shl if places < 0 else self.builder.lshr
        make = self.builder.ashr if signed and places > 0 else make
        return self._apply(make, a, self.word(abs(places)))

    def fused(self, a: Value, b: Value, c: Value) -> Value:
        """a b + c rounded once."""
        return self._library("fma", a, b, c)

    def exclusive(self, a: Value, b: Value) -> Value:
        """Bits set in one word but not in both."""
        return self._apply(self.builder.xor, a, b)
