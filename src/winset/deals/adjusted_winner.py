"""Adjusted Winner: a division of issues between two that is efficient, even and free of envy.

Each spreads 100 points over the issues (won or lost whole, divisible if need be). First every issue
goes to whoever gives it more points (ties to the first party). Then the one ahead hands over
issues in the order of the ratio of its points to the other's, smallest first, the last of them in
part, until both have the same number of their own points. At most one issue is divided. Brams and
Taylor 1996, "Fair Division", ch. 4; Brams and Togman 1996 for Camp David.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ._arrays import Floats
from .errors import BadPayoff


@dataclass(frozen=True, eq=False)
class Division:
    """shares [issues]: the first party's part of each; points [2]: what each gets of its own 100;
    divided: the issue that is divided, or None.
    """

    shares: Floats
    points: Floats
    divided: int | None


def adjusted_winner(first: Floats, second: Floats) -> Division:
    """Divide issues between two parties.

    Args:
        first, second: points [issues], 0 or more; brought to a sum of 100.

    Raises:
        BadPayoff: points of different number, negative, not finite, or all 0.
    """
    points = np.array([first, second], dtype=np.float64)
    if points.ndim != 2 or not points.shape[1]:
        raise BadPayoff("points must be given for at least one issue, as many by both parties")
    if not np.isfinite(points).all() or (points < 0).any():
        raise BadPayoff("points must be finite numbers of 0 or more")
    if (points.sum(axis=1) == 0).any():
        raise BadPayoff("a party that gives no issue any points has nothing to divide")
    points = 100.0 * points / points.sum(axis=1, keepdims=True)
    shares = (points[0] >= points[1]).astype(np.float64)
    totals = np.array([shares @ points[0], (1 - shares) @ points[1]])
    ahead = int(totals[1] > totals[0])
    mine, theirs = points[ahead], points[1 - ahead]
    held = np.flatnonzero(shares == 1.0 - ahead)
    ratio = np.divide(mine, theirs, out=np.full_like(mine, np.inf), where=theirs > 0)
    divided = None
    for issue in held[np.argsort(ratio[held], kind="stable")]:
        gap = totals[ahead] - totals[1 - ahead]
        if gap <= 1e-12 * 100.0:
            break
        part = min(1.0, gap / (mine[issue] + theirs[issue]))
        shares[issue] += part if ahead else -part
        totals[ahead] -= part * mine[issue]
        totals[1 - ahead] += part * theirs[issue]
        if part < 1.0:
            divided = int(issue)
            break
    return Division(shares, totals, divided)
