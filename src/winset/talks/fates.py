"""How the war stood, month by month: the share of paths still at war, signed, or ended so.

    share(m) = mean over draws of the share of the draw's paths in which it was so at the start of m
    se(m)    = sd_r(mean of replicate r) / sqrt(R)          R replicates: independent scrambles

1 - share is the distribution function of the time to the event, so `at_war` is the survival
function of the war (Kaplan and Meier 1958, with nothing censored before the horizon).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from winset.talks.cell import Fate
from winset.talks.menu import Floats
from winset.talks.paths import Record

__all__ = ["fates"]


def fates(
    run: Record, outcomes: tuple[str, ...], replicate: NDArray[np.int64], months: int
) -> dict[str, Fate]:
    """Return `at_war`, `fighting`, `signed`, `ended.OUTCOME` and `unsettled.OUTCOME` by month.

    run: the record of all paths. replicate: [draws]. months: the horizon.
    """
    never = months + 1
    signed = _first(run.signed_at, never)
    ceased = _first(run.ceased_at, never)
    ended = _first(run.ended_at, never)
    unsigned = run.signed_at < 0
    first = np.where(unsigned, ended, never)
    found = {
        "at_war": _share(np.minimum(signed, first), run.draw, replicate, months, before=True),
        "fighting": _share(np.minimum(ceased, ended), run.draw, replicate, months, before=True),
        "signed": _share(signed, run.draw, replicate, months),
    }
    for i, name in enumerate(outcomes):
        for kind, own in (
            ("ended", run.outcome == i),
            ("unsettled", (run.outcome == i) & unsigned),
        ):
            at = np.where(own, ended, never)
            found[f"{kind}.{name}"] = _share(at, run.draw, replicate, months)
    return found


def _first(at: NDArray[np.int64], never: int) -> NDArray[np.int64]:
    """The first month at whose start it has happened: one after the month in which it did."""
    return np.where(at >= 0, at + 1, never)


def _share(
    at: NDArray[np.int64],
    draw: NDArray[np.int64],
    replicate: NDArray[np.int64],
    months: int,
    before: bool = False,
) -> Fate:
    draws = len(replicate)
    counts = np.zeros((draws, months + 2))
    np.add.at(counts, (draw, at), 1.0)
    paths = np.maximum(np.bincount(draw, minlength=draws), 1)[:, None]
    happened: Floats = counts[:, : months + 1].cumsum(axis=1) / paths
    share = 1.0 - happened if before else happened
    names = np.unique(replicate)
    groups = np.stack([share[replicate == name].mean(axis=0) for name in names])
    if len(names) < 2:
        error = np.full(months + 1, np.nan)
    else:
        error = groups.std(axis=0, ddof=1) / np.sqrt(len(names))
    return Fate(share.mean(axis=0), error)
