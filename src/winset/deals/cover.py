"""A few packages that between them serve many cases almost as well as all of them would.

Choosing k of the candidates so as to maximise sum over rows of the best score among the chosen is
the *maximum coverage* (facility location) problem. The gain of one more candidate never grows as
others are added (submodularity), so that taking the best addition each time gets at least
1 - 1/e = 63% of the optimum, in practice nearly all of it: Nemhauser, Wolsey and Fisher 1978,
Mathematical Programming 14.
"""

from dataclasses import dataclass

import numpy as np

from ._arrays import Floats, Ints
from .errors import DealError


@dataclass(frozen=True, eq=False)
class Chosen:
    """Candidates chosen, in order of choice [at most k], and what the rows lose by it.

    `loss` is the mean over rows of 1 - best chosen / best candidate, rows where no candidate has a
    positive score counting as no loss; `row_loss` [rows] gives it row by row.
    """

    candidates: Ints
    loss: float
    row_loss: Floats


def choose_texts(scores: Floats, k: int) -> Chosen:
    """Greedy choice of at most k candidates that maximises the sum over rows of the best score.

    Args:
        scores: [rows, candidates], not negative; -inf (not available in this row) counts as 0.
        k: how many to choose; fewer are returned when another would add nothing.

    Returns:
        The choice; of equally good candidates the one listed first is taken.

    Raises:
        DealError: no candidate, k below 1, or a score that is NaN, infinite or negative.
    """
    if scores.ndim != 2 or scores.size == 0:
        raise DealError(f"scores must be [rows, candidates], not {list(scores.shape)}")
    if k < 1:
        raise DealError(f"at least one text must be chosen, not {k}")
    worth = np.where(np.isneginf(scores), 0.0, scores)
    if not (np.isfinite(worth).all() and (worth >= 0.0).all()):
        raise DealError("scores must be 0 or more, or -inf where a candidate is not available")

    # Candidates in rows: what is read over and over lies together.
    worth = np.ascontiguousarray(worth.T)
    best = np.zeros(worth.shape[1])
    chosen: list[int] = []
    # Gains only shrink, so an old gain is a ceiling: most candidates need not be looked at again
    # (the lazy greedy of Minoux 1978).
    ceiling = worth.sum(axis=1)
    while len(chosen) < k:
        top, pick = 0.0, -1
        for c in np.argsort(-ceiling, kind="stable"):
            if ceiling[c] < top or ceiling[c] <= 0.0:
                break
            ceiling[c] = np.maximum(worth[c] - best, 0.0).sum()
            if ceiling[c] > top or (ceiling[c] == top and 0 <= c < pick):
                top, pick = float(ceiling[c]), int(c)
        if pick < 0:
            break
        chosen.append(pick)
        best = np.maximum(best, worth[pick])
        ceiling[pick] = 0.0

    full = worth.max(axis=0)
    row_loss = 1.0 - np.divide(best, full, out=np.ones_like(full), where=full > 0.0)
    return Chosen(np.array(chosen, dtype=np.int64), float(row_loss.mean()), row_loss)
