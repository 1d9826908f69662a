"""Uncertain numbers by their quantiles: the metalog of three percentiles, and named families.

With low, mid, high the 10th, 50th and 90th percentiles (Keelin 2016, Decision Analysis 13, eq. 3,
and its closed form for three symmetric percentiles):

    M(y) = a1 + a2 ln(y/(1-y)) + a3 (y - 1/2) ln(y/(1-y)),
    a1 = mid,   a2 = (high - low) / (2 ln 9),   a3 = (high + low - 2 mid) / (0.8 ln 9)

A quantity with one bound takes the logarithm of its distance from it, with two bounds the logit.
M rises everywhere iff |a3| < 1.66711 a2, that is if mid lies between 16.7% and 83.3% of the way
from low to high (after the transformation); otherwise the three numbers are refused.

Where a percentile touches a bound (low = bound, say) the transformation does not exist: part of the
chance then sits on the bound itself. The metalog is fitted without bounds and clipped to them. And
where that does not rise, or two percentiles are equal, each side of mid takes its own scale,

    Q(y) = mid + (high - mid or mid - low) ln(y/(1-y)) / ln 9,   clipped to the bounds,

which is the logistic where the sides are equal. In all these cases the three percentiles hold.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, gammaincinv, logit, ndtri

from winset.scenario.schema.base import Quantity

Floats = NDArray[np.float64]

LN9: Final = math.log(9.0)
#: largest |a3| / a2 at which a 3-term metalog still rises (Keelin 2016, section 4.1)
STEEPEST: Final = 1.66711

#: parameters a family takes, and what they must be
_FAMILIES: Final[Mapping[str, tuple[str, Callable[..., bool]]]] = {
    "normal": ("mean sd, sd >= 0", lambda m, s: s >= 0),
    "lognormal": ("median sigma, median > 0, sigma >= 0", lambda m, s: m > 0 and s >= 0),
    "uniform": ("low high, low <= high", lambda low, high: low <= high),
    "beta": ("a b, both > 0", lambda a, b: a > 0 and b > 0),
    "gamma": ("shape scale, both > 0", lambda k, s: k > 0 and s > 0),
    "triangular": ("low mode high in rising order", lambda a, m, b: a <= m <= b),
}


class DistributionError(ValueError):
    """The numbers of a quantity make no distribution; the message says why and what to do."""


def quantile(quantity: Quantity, u: ArrayLike) -> Floats:
    """Values of a quantity at the probabilities `u` in (0, 1), in the quantity's unit, shape of u.

    Raises:
        DistributionError: the quantity is a formula, says nothing, or its numbers do not fit.
    """
    message = fault(quantity)
    if message:
        raise DistributionError(message)
    y = np.asarray(u, dtype=np.float64)
    if quantity.value is not None:
        return np.full(y.shape, quantity.value)
    if quantity.family is not None:
        return _clipped(_family(quantity.family, quantity.parameters, y), quantity)
    return _from_percentiles(quantity, y)


def fault(quantity: Quantity) -> str:
    """What is wrong with a quantity's numbers, as a sentence; empty where nothing is."""
    if quantity.formula is not None:
        return "it is a formula of other quantities and has no distribution of its own"
    if quantity.value is not None:
        return ""
    low, high = quantity.bounds
    if low is not None and high is not None and low >= high:
        return f"its bounds {low:g} and {high:g} are not in rising order"
    if quantity.family is not None:
        return _fault_of_family(quantity.family, quantity.parameters)
    if quantity.low is None or quantity.mid is None or quantity.high is None:
        return "it needs low, mid and high, or a value, a formula or a family"
    if not quantity.low <= quantity.mid <= quantity.high:
        numbers = f"{quantity.low:g}, {quantity.mid:g}, {quantity.high:g}"
        return f"low, mid and high must rise, found {numbers}"
    for bound, beyond in ((low, quantity.low), (high, quantity.high)):
        if bound is not None and (beyond < bound if bound is low else beyond > bound):
            return f"{beyond:g} lies beyond its bound {bound:g}"
    if _kind(quantity) == "refused":
        return _too_skewed(quantity)
    return ""


def _fault_of_family(family: str, parameters: tuple[float, ...]) -> str:
    wanted, good = _FAMILIES[family]
    places = 3 if family == "triangular" else 2
    if len(parameters) != places or not good(*parameters):
        found = ", ".join(f"{p:g}" for p in parameters) or "nothing"
        return f"a {family} family takes the parameters {wanted}; found {found}"
    return ""


def _too_skewed(quantity: Quantity) -> str:
    low, mid, high = _percentiles(quantity)
    forward, back, _ = _scale(quantity)
    span = forward(high) - forward(low)
    least, most = back(forward(low) + 0.167 * span), back(forward(low) + 0.833 * span)
    advice = "move it there"
    if quantity.bounds == (None, None) and low > 0:
        advice += ", or say `bounds: [0, null]` if the quantity cannot be negative"
    return (
        f"{low:g}, {mid:g}, {high:g} are too lopsided for a metalog: with this low and high, mid"
        f" must lie between {least:.4g} and {most:.4g}; {advice}"
    )


def _percentiles(quantity: Quantity) -> tuple[float, float, float]:
    low, mid, high = quantity.low, quantity.mid, quantity.high
    assert low is not None and mid is not None and high is not None
    return low, mid, high


def _kind(quantity: Quantity) -> str:
    """How the percentiles are met: constant, metalog, clipped (metalog), sides, or refused."""
    low, mid, high = _percentiles(quantity)
    if low == high:
        return "constant"
    touching = quantity.bounds[0] == low or quantity.bounds[1] == high
    forward, _, _ = _scale(quantity)
    if low == mid or mid == high:
        return "sides"
    if _rises(forward(low), forward(mid), forward(high)):
        return "clipped" if touching else "metalog"
    return "sides" if touching else "refused"


def _rises(low: float, mid: float, high: float) -> bool:
    a2, a3 = (high - low) / (2.0 * LN9), (high + low - 2.0 * mid) / (0.8 * LN9)
    return abs(a3) < STEEPEST * a2


def _scale(quantity: Quantity) -> tuple[Callable[[Any], Any], Callable[[Any], Any], bool]:
    """To the scale of the metalog, back from it, and whether that scale knows the bounds."""
    low, high = quantity.bounds
    touching = low == quantity.low or high == quantity.high
    if touching or (low is None and high is None):
        return (lambda x: x), (lambda z: z), False
    if high is None:
        return (lambda x: np.log(x - low)), (lambda z: low + np.exp(z)), True
    if low is None:
        return (lambda x: -np.log(high - x)), (lambda z: high - np.exp(-z)), True
    width = high - low
    return (
        (lambda x: np.log((x - low) / (high - x))),
        (lambda z: low + width / (1.0 + np.exp(-z))),
        True,
    )


def _from_percentiles(quantity: Quantity, y: Floats) -> Floats:
    low, mid, high = _percentiles(quantity)
    kind = _kind(quantity)
    if kind == "constant":
        return np.full(y.shape, mid)
    odds = logit(y)
    if kind == "sides":
        side = np.where(y < 0.5, mid - low, high - mid)
        return _clipped(mid + side * odds / LN9, quantity)
    forward, back, _ = _scale(quantity)
    q10, q50, q90 = forward(low), forward(mid), forward(high)
    a2, a3 = (q90 - q10) / (2.0 * LN9), (q90 + q10 - 2.0 * q50) / (0.8 * LN9)
    return _clipped(back(q50 + a2 * odds + a3 * (y - 0.5) * odds), quantity)


def _clipped(values: Any, quantity: Quantity) -> Floats:
    low, high = quantity.bounds
    if low is not None:
        values = np.maximum(values, low)
    if high is not None:
        values = np.minimum(values, high)
    return np.asarray(values, dtype=np.float64)


def _family(family: str, parameters: tuple[float, ...], y: Floats) -> Any:
    if family == "triangular":
        low, mode, high = parameters
        if low == high:
            return np.full(y.shape, low)
        width, peak = high - low, (mode - low) / (high - low)
        rising = low + np.sqrt(y * width * (mode - low))
        return np.where(y < peak, rising, high - np.sqrt((1.0 - y) * width * (high - mode)))
    a, b = parameters
    if family == "normal":
        return a + b * ndtri(y)
    if family == "lognormal":
        return a * np.exp(b * ndtri(y))
    if family == "uniform":
        return a + (b - a) * y
    if family == "beta":
        return betaincinv(a, b, y)
    return b * gammaincinv(a, y)
