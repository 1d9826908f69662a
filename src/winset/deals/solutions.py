"""Points of a frontier that bargaining theory singles out, given what each side has without a deal.

With reservation values r_i and gains g_i = u_i - r_i, over the points with no negative gain (the
*overlap*, or zone of possible agreement), for any number of parties:

- `nash`: largest product of gains. Nash 1950, Econometrica 18.
- `kalai_smorodinsky`: largest smallest share of what each could hope for, min_i g_i / (m_i - r_i),
  with m_i the best of party i *within the overlap*. Kalai and Smorodinsky 1975, Econometrica 43,
  in the max-min form that finitely many points need. (Some programs take the best over all points
  instead, or the smallest spread of shares: those can differ.)
- `egalitarian`: largest smallest gain, min_i g_i. Kalai 1977, Econometrica 45.
- `utilitarian`: largest sum of gains. Harsanyi 1955, Journal of Political Economy 63.
- `raiffa`: balanced increments. From d = r, again and again d_i + (m_i(d) - d_i) / n, with m_i(d)
  the best of party i among the points that give everybody at least d and n the number of parties.
  Where no point lies at or above the next d, the point above the last one with the largest smallest
  share (u_i - d_i) / (m_i(d) - d_i) is taken. Raiffa 1953, Annals of Mathematics Studies 28, in the
  form for points instead of a curve.

Egalitarian and utilitarian compare the parties' units. Between points that tie, the larger smallest
gain wins, then the larger sum, then the smaller u of the first party. A point of the overlap that
leaves a party exactly where it is counts: it is acceptable, only not attractive.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from ._arrays import Bools, Floats, Ints
from .frontier import Frontier

Reservation: TypeAlias = Sequence[float] | Floats


@dataclass(frozen=True, eq=False)
class Solution:
    """A point of a frontier: its place there, its values [parties], its package [n_issues]."""

    place: int
    values: Floats
    package: Ints


def overlap(points: Frontier, reservation: Reservation) -> Frontier:
    """The points at which no party has less than its reservation value; may be empty."""
    return points.only(_inside(points, reservation))


def nash(points: Frontier, reservation: Reservation) -> Solution | None:
    """Nash bargaining point, or None where the overlap is empty."""
    gains = points.values - np.asarray(reservation)
    return _best(points, reservation, np.maximum(gains, 0.0).prod(axis=1))


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


def raiffa(points: Frontier, reservation: Reservation) -> Solution | None:
    """Point reached by balanced increments, or None where the overlap is empty."""
    steps = increments(points, reservation)
    if not len(steps):
        return None
    at = steps[-1]
    above = points.values >= at
    places = np.flatnonzero(above.all(axis=1))
    hope = points.values[places].max(axis=0) - at
    shares = np.ones_like(points.values)
    np.divide(points.values - at, hope, out=shares, where=hope > _LEAST)
    return _best(points, at, shares.min(axis=1))


def increments(points: Frontier, reservation: Reservation) -> Floats:
    """The d's of balanced increments [steps, parties], from the reservation values on, as long as a
    point lies at or above them; empty where the overlap is.
    """
    at = np.asarray(reservation, dtype=np.float64)
    steps = []
    left = points.values
    for _ in range(_MOST_STEPS):
        left = left[(left >= at).all(axis=1)]
        if not len(left):
            break
        steps.append(at)
        move = (left.max(axis=0) - at) / left.shape[1]
        if len(left) == 1 or move.max() <= _LEAST * max(1.0, float(np.abs(left).max())):
            break
        at = at + move
    return np.array(steps).reshape(len(steps), points.values.shape[1])


#: a smaller increment changes no answer
_LEAST = 1e-12
_MOST_STEPS = 200

SOLUTIONS: Final[dict[str, Callable[[Frontier, Reservation], Solution | None]]] = {
    "nash": nash,
    "kalai_smorodinsky": kalai_smorodinsky,
    "egalitarian": egalitarian,
    "utilitarian": utilitarian,
    "raiffa": raiffa,
}
DEFINITIONS: Final = {
    "nash": "largest product of the parties' gains over their reservation values (Nash 1950)",
    "kalai_smorodinsky": "largest smallest share of the most each could gain within the overlap"
    " (Kalai and Smorodinsky 1975)",
    "egalitarian": "largest smallest gain, the parties' units taken as comparable (Kalai 1977)",
    "utilitarian": "largest sum of gains, the parties' units taken as comparable (Harsanyi 1955)",
    "raiffa": "balanced increments: each moves by one n-th of the way to its best, then again"
    " (Raiffa 1953)",
}


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
