"""Luck as a pure function: a random number is a hash of who asks, in which draw, path and month.

    h = M(counter + key),   counter = M(draw << 44 | path << 17 | month),
    key = blake2b(seed, element, term),   u = (h >> 12) 2^-52 + 2^-53  in (0, 1)

M is the finaliser of splitmix64 (Steele, Lea and Flood 2014, variant 13 of Stafford), a bijection
of 64-bit words. Nothing is drawn in sequence, so a number does not depend on the order of work, on
the number of workers, or on which other elements a scenario has (counter-based generation: Salmon
and others 2011). `keys` makes the keys; the functions below turn a hashed word into
a uniform or Poisson number; `winset.war.functions` does so for eight paths at a time.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

MAX_DRAW: Final = 1 << 20
MAX_PATH: Final = 1 << 27
MAX_MONTH: Final = 1 << 17

_F = TypeVar("_F", bound=Callable[..., Any])


def _compiled(function: _F) -> _F:
    made = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return cast(_F, made)


@lru_cache(maxsize=64)
def _keys(seed: int, names: tuple[str, ...]) -> NDArray[np.uint64]:
    out = np.empty(len(names), dtype=np.uint64)
    for i, name in enumerate(names):
        digest = blake2b(f"{seed}\0{name}".encode(), digest_size=8, person=b"winset.luck")
        out[i] = int.from_bytes(digest.digest(), "little")
    out.setflags(write=False)
    return out


def keys(seed: int, names: Sequence[str]) -> NDArray[np.uint64]:
    """One 64-bit key per name, the same on every machine: uint64[len(names)], read-only.

    A name says who asks and for which of its random terms, such as `flow/losses/rate/0`.
    """
    return _keys(int(seed), tuple(names))


def uniforms(
    seed: int, name: str, draw: NDArray[Any], path: NDArray[Any], month: int = 0
) -> NDArray[np.float64]:
    """Uniform numbers in (0, 1) of one name, one for each pair of draw and path: float64[P]."""
    out: NDArray[np.float64] = _uniforms(counters(draw, path, month), keys(seed, (name,))[0])
    return out


def counters(draw: NDArray[Any], path: NDArray[Any], month: int = 0) -> NDArray[np.uint64]:
    """The mixed counters of pairs of draw and path in one month: uint64[P]."""
    draws = np.ascontiguousarray(draw, dtype=np.int64)
    out: NDArray[np.uint64] = _counters(draws, np.ascontiguousarray(path, dtype=np.int64), month)
    return out


@_compiled
def mix_(z: Any) -> Any:
    """Finaliser of splitmix64: a bijection of 64-bit words that scatters every bit."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@_compiled
def counter_(draw: Any, path: Any, month: Any) -> Any:
    """Mixed counter of one draw, path and month; distinct below the limits `MAX_...`."""
    word = (np.uint64(draw) << np.uint64(44)) | (np.uint64(path) << np.uint64(17))
    # The odd constant keeps the counter of (0, 0, 0) away from the fixed point 0 of the mixer.
    return mix_((word | np.uint64(month)) + np.uint64(0x9E3779B97F4A7C15))


@_compiled
def uniform_(word: Any) -> Any:
    """Uniform in (0, 1), never 0 or 1, from a counter plus a key."""
    return float(mix_(word) >> np.uint64(12)) * 2.220446049250313e-16 + 1.1102230246251565e-16


@_compiled
def _counters(draw: Any, path: Any, month: Any) -> Any:
    out = np.empty(draw.size, dtype=np.uint64)
    for p in range(draw.size):
        out[p] = counter_(draw[p], path[p], month)
    return out


@_compiled
def _uniforms(counter: Any, key: Any) -> Any:
    out = np.empty(counter.size)
    for p in range(counter.size):
        out[p] = uniform_(counter[p] + key)
    return out


def poisson_number(mean: Any, word: Any) -> Any:
    """Poisson number as a float; 0 where the mean is not above 0, NaN where it is not finite.

    Means up to 30 by inversion (sequential search, Devroye 1986, X.3.3): exact and monotone in the
    uniform. Larger means by transformed rejection with squeeze (PTRS, Hormann 1993): exact too.
    """
    if not mean < 1e15:
        return math.nan
    if mean <= 0.0:
        return 0.0
    if mean <= 30.0:
        u = uniform_(word)
        term = math.exp(-mean)
        k = 0.0
        total = term
        while u > total and k < 1000.0:
            k += 1.0
            term *= mean / k
            total += term
        return k
    root = math.sqrt(mean)
    b = 0.931 + 2.53 * root
    a = -0.059 + 0.02483 * b
    inverse = 1.1239 + 1.1328 / (b - 3.4)
    edge = 0.9277 - 3.6224 / (b - 2.0)
    logarithm = math.log(mean)
    while True:
        word = mix_(word) + np.uint64(0x9E3779B97F4A7C15)
        u = uniform_(word) - 0.5
        word = mix_(word) + np.uint64(0x9E3779B97F4A7C15)
        v = uniform_(word)
        us = 0.5 - abs(u)
        k = math.floor((2.0 * a / us + b) * u + mean + 0.43)
        if us >= 0.07 and v <= edge:
            return k
        if k < 0.0 or (us < 0.013 and v > us):
            continue
        left = math.log(v * inverse / (a / (us * us) + b))
        if left <= k * logarithm - mean - math.lgamma(k + 1.0):
            return k
