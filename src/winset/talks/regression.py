"""Weighted ridge regression pooled over draws, with a shrunk intercept per draw, cross-fitted over
two halves.

Longstaff and Schwartz (2001) regress realised continuation values on functions of the state. Here
one regression a month serves all draws; each draw's own level is its mean residual, shrunk by n /
(n + within / between). Paths of one half are predicted by the other half's fit, so that a path's
luck never informs its own choices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from winset.talks.menu import Floats

RIDGE = 1e-3


@dataclass(frozen=True)
class Fit:
    """Coefficients [F] on raw features, intercepts [D] per draw, share of variance explained."""

    slope: Floats
    intercept: Floats
    explained: float

    def predict(self, common: Floats, own: Floats, draw: np.ndarray) -> Floats:
        """[P] fitted values from shared and own features [F,P], [G,P]."""
        split = len(common)
        out: Floats = self.slope[:split] @ common
        out += self.slope[split:] @ own
        out += self.intercept[draw]
        return out


class Regression:
    """What fits of several values on the same paths share: x [F,P] (no constant row needed) with
    weights [P].

    noise [Q,P]: control variates whose conditional mean is zero under the weights (a learned
    event's surprise times features): they take up the month's luck and are left out of the
    prediction.
    """

    def __init__(
        self, x: Floats, weight: Floats, draw: np.ndarray, draws: int, noise: Floats | None = None
    ) -> None:
        self.features, self.weight, self.draw, self.draws = len(x), weight, draw, draws
        total = weight.sum()
        self.empty = bool(total <= 1e-12)
        if self.empty:
            return
        w = self.w = weight / total
        self.mean = x @ w
        centred = x - self.mean[:, None]
        scale = np.sqrt(centred**2 @ w)
        self.used = scale > 1e-9
        self.scale = scale[self.used]
        z = centred[self.used] / scale[self.used, None]
        if noise is not None:
            size = np.sqrt(noise**2 @ w)
            z = np.concatenate([z, noise[size > 1e-9] / size[size > 1e-9, None]])
        self.z, self.wz = z, z * w
        if len(z):
            self.gram = self.wz @ z.T
            self.gram[np.diag_indices_from(self.gram)] += RIDGE if noise is None else 1e-9

    def fit(self, y: Floats) -> Fit:
        """Fit y [P]."""
        if self.empty:
            return Fit(np.zeros(self.features), np.zeros(self.draws), 0.0)
        w, draw, draws, weight = self.w, self.draw, self.draws, self.weight
        level = float(w @ y)
        slope = np.zeros(self.features)
        taken: Floats | float = 0.0
        if len(self.z):
            found = np.linalg.solve(self.gram, self.wz @ (y - level))
            slope[self.used] = found[: len(self.scale)] / self.scale
            taken = found @ self.z
        residual = y - level - taken
        sums = np.bincount(draw, weights=weight, minlength=draws)
        means = np.bincount(draw, weights=weight * residual, minlength=draws) / np.maximum(
            sums, 1e-300
        )
        within = float(w @ (residual - means[draw]) ** 2)
        seen = sums > 0
        each = np.bincount(draw, minlength=draws)[seen].mean()
        spare = float(np.average(means[seen] ** 2, weights=sums[seen])) - within / each
        between = max(spare, 1e-12)
        paths = sums / np.maximum(sums[seen].mean(), 1e-300) * each
        shrink = paths / np.maximum(paths + within / between, 1e-300)
        intercept = level - float(self.mean @ slope) + means * shrink
        spread = float(w @ (y - level) ** 2)
        return Fit(slope, intercept, 1.0 - within / spread if spread > 1e-15 else 1.0)


def average(first: Fit, second: Fit) -> Fit:
    """The mean of two fits, for paths that belong to neither half."""
    return Fit(
        0.5 * (first.slope + second.slope),
        0.5 * (first.intercept + second.intercept),
        0.5 * (first.explained + second.explained),
    )
