"""Points of a frontier that bargaining theory singles out, given what each side has without a deal.

With reservation values r = (r_a, r_b) and gains g_i = u_i - r_i, over the points with no negative
gain (the *overlap*, or zone of possible agreement):

- `nash`: largest product of gains g_a g_b. Nash 1950, Econometrica 18.
- `kalai_smorodinsky`: largest smaller share of what each could hope for, min_i g_i / (m_i - r_i),
  with m_i the best of party i *within the overlap*. Kalai and Smorodinsky 1975, Econometrica 43,
  in the max-min form that finitely many points need. (Some programs take the best over all points
  instead, or the smallest spread of shares: those can differ.)
- `egalitarian`: largest smaller gain, min_i g_i. Kalai 1977, Econometrica 45.
- `utilitarian`: largest sum of gains g_a + g_b. Harsanyi 1955, Journal of Political Economy 63.

The last two compare the parties' units. Between points that tie, the larger smaller gain wins, then
the larger sum, then the smaller u_a. A point of the overlap that leaves a party exactly where it
is counts: it is acceptable, only not attractive.
"""

from dataclasses import dataclass

import numpy as np

from ._arrays import Bools, Floats, Ints
from .frontier import Frontier

Reservation = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Solution:
    """A point of a frontier: its place there, its values [2] and its package [n_issues]."""

    place: int
    values: Floats
    package: Ints


def overlap(points: Frontier, reservation: Reservation) -> Frontier:
    """The points at which neither party has less than its reservation value; may be empty."""
    return points.only(_inside(points, reservation))


def nash(points: Frontier, reservation: Reservation) -> Solution | None:
    """Nash bargaining point, or None where the overlap is empty."""
    gains = points.values - np.asarray(reservation)
    return _best(points, reservation, gains[:, 0] * gains[:, 1])


def kalai_smorodinsky(points: Frontier, reservation: Reservation) -> Solution | None:
    """Kalai-Smorodinsky point, or None where the overlap is empty."""
    inside = _inside(points, reservation)
    if not inside.any():
        return None
    gains = points.values - np.asarray(reservation)
    hope = gains[inside].max(axis=0)
    # A party that can gain nothing has no share to speak of: the other's decides.
    shares = np.divide(gains, hope, out=np.ones_like(gains), where=hope > 0)
    return _best(points, reservation, shares.min(axis=1))


def egalitarian(points: Frontier, reservation: Reservation) -> Solution | None:
    """Egalitarian point, or None where the overlap is empty."""
    gains = points.values - np.asarray(reservation)
    return _best(points, reservation, gains.min(axis=1))


def utilitarian(points: Frontier, reservation: Reservation) -> Solution | None:
    """Utilitarian point of the overlap, or None where it is empty."""
    gains = points.values - np.asarray(reservation)
    return _best(points, reservation, gains.sum(axis=1))


def _inside(points: Frontier, reservation: Reservation) -> Bools:
    return np.asarray((points.values >= np.asarray(reservation)).all(axis=1))


def _best(points: Frontier, reservation: Reservation, measure: Floats) -> Solution | None:
    """The point of the overlap with the largest measure, ties as the file says."""
    places = np.flatnonzero(_inside(points, reservation))
    if not places.size:
        return None
    gains = points.values[places] - np.asarray(reservation)
    order = np.lexsort((places, -gains.sum(axis=1), -gains.min(axis=1), -measure[places]))
    place = int(places[order[0]])
    return Solution(place, points.values[place], points.packages[place])
