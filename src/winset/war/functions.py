"""Elementary functions and random numbers, eight at a time.

Exponential and logarithm follow fdlibm (Sun Microsystems 1993): reduction to a small argument and a
polynomial, errors within about one unit in the last place. Normal numbers are AS 241
(`winset.war.normal`), random words those of `winset.war.randomness`.
"""

import math
import struct
from collections.abc import Sequence

from winset.war.lanes import Lanes, Value
from winset.war.normal import COEFFICIENTS

# fdlibm e_exp.c and e_log.c
_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_LOG = (
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860511658591e-01,
)
_EXP = tuple(1.0 / math.factorial(n) for n in range(13, 1, -1))
#: adding it rounds to a whole number, which then stands in the low bits
_ROUNDER = 6755399441055744.0
_ROUNDER_BITS = struct.unpack("<q", struct.pack("<d", _ROUNDER))[0]


class Functions(Lanes):
    """Lanes that also know functions."""

    def polynomial(self, x: Value, falling: Sequence[float]) -> Value:
        """Value of a polynomial by Horner's rule, coefficients of the highest power first."""
        out = self.real(falling[0])
        for coefficient in falling[1:]:
            out = self.fused(out, x, self.real(coefficient))
        return out

    def exp(self, x: Value) -> Value:
        """e^x: x = n ln 2 + r with |r| <= ln 2 / 2, then a polynomial of degree 13 in r."""
        low, high = self.real(-746.0), self.real(710.0)
        y = self.choose(self.compare(">", x, low), x, low)
        y = self.choose(self.compare("<", y, high), y, high)
        shifted = self.add(self.mul(y, self.real(1.0 / math.log(2.0))), self.real(_ROUNDER))
        n = self.sub(shifted, self.real(_ROUNDER))
        r = self.sub(y, self.mul(n, self.real(_LN2_HIGH)))
        r = self.sub(r, self.mul(n, self.real(_LN2_LOW)))
        p = self.mul(self.mul(r, r), self.polynomial(r, _EXP))
        result = self.add(self.real(1.0), self.add(r, p))
        whole = self.sub(self.bits(shifted), self.word(_ROUNDER_BITS))
        # In two steps, since 2^n itself may lie outside the numbers that can be written.
        half = self.shift(whole, 1, signed=True)
        for part in (half, self.sub(whole, half)):
            power = self.shift(self.add(part, self.word(1023)), -52)
            result = self.mul(result, self.from_bits(power))
        return self.choose(self.is_nan(x), x, result)

    def log(self, x: Value) -> Value:
        """Natural logarithm: x = 2^k m, sqrt(1/2) <= m < sqrt(2), s = (m-1)/(m+1)."""
        tiny = self.compare("<", x, self.real(2.0**-1022))
        scaled = self.choose(tiny, self.mul(x, self.real(2.0**54)), x)
        bits = self.bits(scaled)
        above = self.sub(bits, self.word(0x3FE6A09E667F3BCD))
        k = self.sub(
            self.from_bits(self.add(self.shift(above, 52, signed=True), self.word(_ROUNDER_BITS))),
            self.real(_ROUNDER),
        )
        k = self.sub(k, self.choose(tiny, self.real(54.0), self.real(0.0)))
        power = self.both(above, self.word(0xFFF0000000000000))
        f = self.sub(self.from_bits(self.sub(bits, power)), self.real(1.0))
        s = self.div(f, self.add(f, self.real(2.0)))
        z = self.mul(s, s)
        w = self.mul(z, z)
        odd = self.mul(z, self.polynomial(w, (_LOG[6], _LOG[4], _LOG[2], _LOG[0])))
        even = self.mul(w, self.polynomial(w, (_LOG[5], _LOG[3], _LOG[1])))
        half = self.mul(self.mul(self.real(0.5), f), f)
        rest = self.mul(s, self.add(half, self.add(odd, even)))
        rest = self.add(rest, self.mul(k, self.real(_LN2_LOW)))
        result = self.sub(self.mul(k, self.real(_LN2_HIGH)), self.sub(self.sub(half, rest), f))
        infinite = self.real(math.inf)
        result = self.choose(self.compare("==", x, infinite), infinite, result)
        result = self.choose(self.compare("==", x, self.real(0.0)), self.real(-math.inf), result)
        wrong = self.either(self.compare("<", x, self.real(0.0)), self.is_nan(x))
        return self.choose(wrong, self.real(math.nan), result)

    def exponential(self, u: Value) -> Value:
        """-log(1 - u), to the last place also where u is small (Kahan's correction)."""
        left = self.sub(self.real(1.0), u)
        exact = self.sub(self.real(1.0), left)
        plain = self.neg(self.log(left))
        same = self.compare("==", exact, u)
        none = self.compare("==", exact, self.real(0.0))
        scaled = self.mul(plain, self.div(u, self.choose(none, self.real(1.0), exact)))
        # 0 comes back as it is: minus the logarithm of 1 would be a negative zero.
        return self.choose(none, u, self.choose(same, plain, scaled))

    def eased(self, t: Value) -> Value:
        """(1 - exp(-t)) / t for t >= 0, which is 1 at 0 (Kahan's way round the cancellation)."""
        left, one = self.exp(self.neg(t)), self.real(1.0)
        kahan = self.div(self.sub(left, one), self.log(left))
        kahan = self.choose(self.compare("==", left, one), one, kahan)
        return self.choose(self.compare(">", t, self.real(40.0)), self.div(one, t), kahan)

    def logistic(self, x: Value) -> Value:
        """1 / (1 + exp(-x))."""
        return self.div(self.real(1.0), self.add(self.real(1.0), self.exp(self.neg(x))))

    def whole_power(self, x: Value, n: int) -> Value:
        """x^n of a whole number n by repeated multiplication."""
        if n == 0:
            return self.real(1.0)
        result, square, left = None, x, abs(n)
        while left:
            if left & 1:
                result = square if result is None else self.mul(result, square)
            left >>= 1
            square = self.mul(square, square) if left else square
        assert result is not None
        return result if n > 0 else self.div(self.real(1.0), result)

    def power(self, x: Value, y: Value) -> Value:
        """x^y = exp(y log |x|); below 0 only for whole y, as in C's `pow`. Zeros have no sign."""
        zero, one = self.real(0.0), self.real(1.0)
        size = self.exp(self.mul(y, self.log(self.abs(x))))
        rounder = self.real(_ROUNDER)
        whole = self.compare("==", self.sub(self.add(y, rounder), rounder), y)
        half = self.mul(y, self.real(0.5))
        even = self.compare("==", self.sub(self.add(half, rounder), rounder), half)
        below = self.compare("<", x, zero)
        signed = self.choose(even, size, self.neg(size))
        signed = self.choose(whole, signed, self.real(math.nan))
        result = self.choose(below, signed, size)
        always = self.either(self.compare("==", y, zero), self.compare("==", x, one))
        return self.choose(always, one, result)

    def mix(self, z: Value) -> Value:
        """`winset.war.randomness.mix_`."""
        for places, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            z = self.mul(self.exclusive(z, self.shift(z, places)), self.word(factor))
        return self.exclusive(z, self.shift(z, 31))

    def counter(self, draw: Value, path: Value, month: Value) -> Value:
        """`winset.war.randomness.counter_`."""
        word = self.either(self.shift(draw, -44), self.shift(path, -17))
        return self.mix(self.add(self.either(word, month), self.word(0x9E3779B97F4A7C15)))

    def uniform(self, word: Value) -> Value:
        """`winset.war.randomness.uniform_`: the high 52 bits become the digits of 1.x, less 1."""
        bits = self.either(self.shift(self.mix(word), 12), self.word(0x3FF0000000000000))
        return self.add(self.sub(self.from_bits(bits), self.real(1.0)), self.real(2.0**-53))

    def normal(self, word: Value) -> Value:
        """Standard normal number by inversion."""
        return self.normal_at(self.uniform(word))

    def normal_at(self, u: Value) -> Value:
        """Normal quantile of u in (0, 1): AS 241, central part and tails side by side."""
        q = self.sub(u, self.real(0.5))
        central = self.compare("<=", self.abs(q), self.real(0.425))
        r = self.sub(self.real(0.180625), self.mul(q, q))
        top, low = self._ratio(0, r)
        top = self.mul(q, top)
        near = self.least(u, self.sub(self.real(1.0), u))
        tail = self.sqrt(self.neg(self.log(near)))
        tail_top, tail_low = self._ratio(16, self.sub(tail, self.real(1.6)))
        far = self.both(self.compare(">", tail, self.real(5.0)), self.opposite(central))
        tail_top, tail_low = self._far(far, tail, tail_top, tail_low)
        below = self.compare("<", q, self.real(0.0))
        tail_top = self.choose(below, self.neg(tail_top), tail_top)
        return self.div(self.choose(central, top, tail_top), self.choose(central, low, tail_low))

    def _far(self, far: Value, tail: Value, top: Value, low: Value) -> tuple[Value, Value]:
        """Beyond r = 5, once in 10^10 numbers, the third ratio in place of the second."""
        before = self.builder.block
        with self.builder.if_then(self.any(self.spread(far)), likely=False):
            other = self._ratio(32, self.sub(tail, self.real(5.0)))
            new = [self.choose(far, x, y) for x, y in zip(other, (top, low), strict=True)]
            inside = self.builder.block
        found = []
        for old, changed in zip((top, low), new, strict=True):
            merged = self.builder.phi(old.ir.type)
            merged.add_incoming(old.ir, before)
            merged.add_incoming(self.spread(changed), inside)
            found.append(Value(merged, True))
        return found[0], found[1]

    def _ratio(self, first: int, r: Value) -> tuple[Value, Value]:
        top = [float(c) for c in COEFFICIENTS[first : first + 8][::-1]]
        low = [float(c) for c in COEFFICIENTS[first + 8 : first + 16][::-1]]
        return self.polynomial(r, top), self.polynomial(r, low)
