"""Elementary functions and random numbers of the compiled code against numpy and scipy."""

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import pytest
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from scipy.special import ndtri
from scipy.stats import chi2, poisson

from winset.war import randomness
from winset.war.functions import Functions
from winset.war.lanes import REAL, WIDTH, WORD, Value

Array = np.ndarray[Any, Any]


def applied(name: str, *arrays: Array) -> Array:
    """A function of `Functions` on arrays, through the same compiler as the step."""

    def instructions(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        lanes = Functions(builder)
        made = [context.make_array(k) for k in signature.args[:-1]]
        data = [m(context, builder, a).data for m, a in zip(made, arguments, strict=False)]
        values = []
        for kind, pointer in zip(signature.args[:-2], data[:-1], strict=True):
            lane = REAL if kind.dtype == types.float64 else WORD
            vector = ir.VectorType(lane, WIDTH).as_pointer()
            place = builder.bitcast(builder.gep(pointer, [arguments[-1]]), vector)
            values.append(Value(builder.load(place, align=8), True))
        result = getattr(lanes, name)(*values)
        vector = ir.VectorType(REAL, WIDTH).as_pointer()
        place = builder.bitcast(builder.gep(data[-1], [arguments[-1]]), vector)
        builder.store(lanes.spread(result), place, align=8)
        return context.get_dummy_value()

    if len(arrays) == 1:

        @intrinsic
        def one(_context: Any, a: Any, out: Any, i: Any) -> Any:
            return types.void(a, out, i), instructions

        @numba.njit
        def loop(a: Any, out: Any) -> None:
            for i in range(0, out.size, 8):
                one(a, out, i)
    else:

        @intrinsic
        def two(_context: Any, a: Any, b: Any, out: Any, i: Any) -> Any:
            return types.void(a, b, out, i), instructions

        @numba.njit
        def loop(a: Any, b: Any, out: Any) -> None:
            for i in range(0, out.size, 8):
                two(a, b, out, i)

    count = len(arrays[0])
    padded = [np.concatenate([a, np.repeat(a[:1], -count % WIDTH)]) for a in arrays]
    out = np.empty(len(padded[0]))
    loop(*padded, out)
    return out[:count]


RNG = np.random.default_rng(5)
WIDE = np.concatenate([RNG.normal(size=4000) * s for s in (1e-8, 1e-3, 1, 30, 300)])
TINY = [5e-324, 1e-310]
SPECIAL = np.array([0.0, -0.0, 1, -1, np.inf, -np.inf, np.nan, *TINY, 710, 709.7, -745, -800])
GOLDEN_KEYS = ["0xc2735a52a0a119ee", "0xaee19787a12d3eb8"]
GOLDEN_UNIFORM = 0.9991064505619284
UNIT = np.concatenate([RNG.random(4000), RNG.random(100) * 1e-12, [2.0**-53, 1 - 2.0**-53, 1e-300]])


@pytest.mark.parametrize(
    ("name", "reference", "inputs", "places"),
    [
        ("exp", np.exp, np.concatenate([WIDE, SPECIAL]), 1),
        ("log", np.log, np.concatenate([np.exp(WIDE / 2), 1 + WIDE / 1e6, SPECIAL]), 1),
        ("sqrt", np.sqrt, np.concatenate([abs(WIDE), SPECIAL]), 0),
        ("exponential", lambda u: -np.log1p(-u), UNIT, 2),
        ("eased", lambda t: -np.expm1(-t) / t, np.exp(WIDE[WIDE < 300] / 3), 3),
        ("normal_at", ndtri, UNIT[UNIT > 1e-17], 16),
        ("logistic", lambda x: 1 / (1 + np.exp(-x)), np.concatenate([WIDE, SPECIAL]), 2),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_functions_are_right_to_a_few_units_in_the_last_place(
    name: str, reference: Callable[[Array], Array], inputs: Array, places: int
) -> None:
    with np.errstate(all="ignore"):
        expected = reference(inputs)
    got = applied(name, inputs)
    np.testing.assert_array_equal(np.isnan(got), np.isnan(expected))
    number = np.isfinite(expected)
    np.testing.assert_array_equal(got[np.isinf(expected)], expected[np.isinf(expected)])
    unit = np.spacing(np.maximum(abs(expected[number]), 2.0**-1022))
    assert (abs(got[number] - expected[number]) <= places * unit).all()


def test_power_is_that_of_c() -> None:
    base = np.concatenate([np.exp(WIDE[::7] / 20), -np.exp(WIDE[::9] / 40), SPECIAL])
    # Not as in C: a zero has no sign, and -inf no power that is not whole.
    base = base[(base != -np.inf) & ~((base == 0) & np.signbit(base))]
    for exponent in (-1.5, -1, 0, 0.5, 2, 3, 7.25, -2):
        y = np.full(len(base), float(exponent))
        with np.errstate(all="ignore"):
            expected = np.power(base, y)
            # One rounding of y log|x| becomes a relative error of its size in the power.
            product = np.nan_to_num(exponent * np.log(abs(base)), posinf=0, neginf=0)
            error = 2.3e-16 * (4 + abs(product))
        got = applied("power", base, y)
        number = np.isfinite(expected) & (expected != 0)
        np.testing.assert_array_equal(got[~number], expected[~number])
        size = abs(expected[number])
        assert (abs(got[number] - expected[number]) <= error[number] * size).all()


def test_the_largest_and_the_smallest_keep_what_is_not_a_number() -> None:
    a = np.array([1.0, np.nan, 3.0, np.nan])
    b = np.array([2.0, 2.0, np.nan, np.nan])
    np.testing.assert_array_equal(applied("least", a, b), np.minimum(a, b))
    np.testing.assert_array_equal(applied("most", a, b), np.maximum(a, b))


def stream(name: str, count: int, seed: int = 1, month: int = 0, draw: int = 0) -> Array:
    draws = np.full(count, draw)
    return randomness.uniforms(seed, name, draws, np.arange(count), month)


def test_the_vector_and_the_plain_uniforms_are_the_same_bits() -> None:
    counters = randomness.counters(np.arange(999) % 7, np.arange(999), 3)
    words = counters + randomness.keys(4, ("here",))[0]
    got = applied("uniform", words.view(np.int64))
    np.testing.assert_array_equal(
        got, randomness.uniforms(4, "here", np.arange(999) % 7, np.arange(999), 3)
    )
    assert got.min() > 0 and got.max() < 1


def test_uniforms_are_uniform_and_pairs_of_neighbours_fill_the_square() -> None:
    count = 200_000
    along = {
        "path": stream("a", count),
        "month": np.array([stream("a", 1, month=m)[0] for m in range(20_000)]),
        "draw": randomness.uniforms(1, "a", np.arange(count), np.zeros(count, dtype=int)),
        "name": np.array([stream(f"flow/f{i}/rate/0", 1)[0] for i in range(20_000)]),
        "seed": np.array([stream("a", 1, seed=s)[0] for s in range(20_000)]),
    }
    for what, u in along.items():
        bins = np.histogram(u, 64, (0, 1))[0]
        assert chi2.sf(((bins - len(u) / 64) ** 2 / (len(u) / 64)).sum(), 63) > 1e-4, what
        for lag in (1, 2, 3, 8, 64):
            square = np.histogram2d(u[:-lag], u[lag:], 16, [[0, 1], [0, 1]])[0]
            expected = square.sum() / 256
            assert chi2.sf(((square - expected) ** 2 / expected).sum(), 255) > 1e-4, (what, lag)
            assert abs(np.corrcoef(u[:-lag], u[lag:])[0, 1]) < 4.5 / np.sqrt(len(u)), (what, lag)


def test_streams_of_different_names_seeds_and_months_are_uncorrelated() -> None:
    count = 100_000
    streams = [stream(name, count, seed, month)
               for name in ("flow/a/rate/0", "flow/a/rate/1", "flow/b/rate/0")
               for seed in (1, 2) for month in (0, 1)]  # fmt: skip
    correlation = np.corrcoef(np.array(streams)) - np.eye(len(streams))
    assert abs(correlation).max() < 4.5 / np.sqrt(count)


def test_every_bit_is_even_and_flips_half_the_others() -> None:
    counters = randomness.counters(np.zeros(4096, dtype=int), np.arange(4096))
    bits = np.unpackbits(counters.view(np.uint8).reshape(-1, 8), axis=1)
    assert abs(bits.mean(axis=0) - 0.5).max() < 4.5 * 0.5 / 64
    for place in range(12):  # one bit of the path's number changed
        other = randomness.counters(np.zeros(4096, dtype=int), np.arange(4096) ^ (1 << place))
        changed = np.unpackbits((counters ^ other).view(np.uint8).reshape(-1, 8), axis=1)
        assert abs(changed.mean(axis=0) - 0.5).max() < 5 * 0.5 / 64


def test_counters_are_distinct() -> None:
    draw, path, _month = np.meshgrid(np.arange(40), np.arange(50), np.arange(60), indexing="ij")
    found = [randomness.counters(draw[..., m].ravel(), path[..., m].ravel(), m) for m in range(60)]
    assert len(np.unique(np.concatenate(found))) == 40 * 50 * 60


def test_keys_are_the_same_everywhere() -> None:
    # Golden: a change here changes every result of every seed.
    got = [hex(k) for k in randomness.keys(1, ("flow/losses/rate/0", "event/won"))]
    assert got == GOLDEN_KEYS
    assert float(stream("event/won", 1)[0]) == GOLDEN_UNIFORM


poisson_ = numba.njit(randomness.poisson_number)


@numba.njit
def poissons(mean: float, words: Array) -> Array:
    out = np.empty(words.size)
    for i in range(words.size):
        out[i] = poisson_(mean, words[i])
    return out


@pytest.mark.parametrize("mean", [0.01, 0.7, 4.0, 29.9, 30.1, 75.0, 2500.0])
def test_poisson_numbers_have_their_distribution(mean: float) -> None:
    count = 200_000
    words = randomness.counters(np.zeros(count, dtype=int), np.arange(count))
    got = poissons(mean, words + randomness.keys(1, (f"poisson {mean}",))[0])
    low, high = poisson.ppf([1e-4, 1 - 1e-4], mean)
    edges = np.unique(np.linspace(low, high, 40).round())
    chances = np.diff(np.concatenate([[0], poisson.cdf(edges, mean), [1]]))
    counts = np.bincount(np.searchsorted(edges, got, side="left"), minlength=len(chances))
    keep = chances * count > 5
    chances = np.append(chances[keep], chances[~keep].sum())
    counts = np.append(counts[keep], counts[~keep].sum())
    expected = count * chances
    kept = expected > 1
    statistic = ((counts - expected)[kept] ** 2 / expected[kept]).sum()
    assert chi2.sf(statistic, kept.sum() - 1) > 1e-4


def test_poisson_at_the_edges() -> None:
    words = randomness.counters(np.zeros(100, dtype=int), np.arange(100))
    assert (poissons(0.0, words) == 0).all() and (poissons(-3.0, words) == 0).all()
    assert np.isnan(poissons(np.nan, words)).all() and np.isnan(poissons(np.inf, words)).all()
