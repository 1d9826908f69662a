"""Small compiled helpers that generated code calls; they keep what is not a number visible."""

import math
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

_F = TypeVar("_F", bound=Callable[..., Any])


def compiled(function: _F) -> _F:
    """Compile with numba, cached on disk, without the interpreter's lock; fast maths stays off."""
    made = numba.njit(cache=True, nogil=True, error_model="numpy", fastmath=False)(function)
    return cast(_F, made)


@compiled
def max_(a: Any, b: Any) -> Any:
    """The larger; NaN where either is (as numpy's `maximum`)."""
    return a if a > b or a != a else b


@compiled
def min_(a: Any, b: Any) -> Any:
    """The smaller; NaN where either is (as numpy's `minimum`)."""
    return a if a < b or a != a else b


@compiled
def rate_(a: Any) -> Any:
    """A rate: nothing below 0; NaN stays."""
    return 0.0 if a <= 0.0 else a


@compiled
def logistic_(x: Any) -> Any:
    """1 / (1 + exp(-x))."""
    return 1.0 / (1.0 + math.exp(-x))


@compiled
def exponential_(u: Any) -> Any:
    """Standard exponential number of a uniform: -log(1 - u), rising with it."""
    return -math.log1p(-u)
