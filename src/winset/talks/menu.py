"""Issues, options and rows laid flat for arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from winset.deals import Space
from winset.scenario import Scenario

Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Row:
    """A signatory's type or an outsider."""

    party: str
    type: int
    marks: Mapping[str, float]
    signatory: bool


@dataclass(frozen=True)
class Menu:
    """Issues and options laid flat: option o of issue m has flat number first[m] + o."""

    space: Space
    first: np.ndarray
    share: np.ndarray  # [options] the share of a divisible issue's option, NaN elsewhere

    @property
    def size(self) -> int:
        """Number of options over all issues."""
        return int(sum(len(o) for o in self.space.options))

    def flat(self, packages: np.ndarray) -> np.ndarray:
        """Flat option numbers of packages [..., issues]."""
        out: np.ndarray = packages + self.first
        return out

    def describe(self, package: np.ndarray) -> dict[str, Any]:
        """Issue -> option (or share) of one package."""
        out: dict[str, Any] = {}
        for m, issue in enumerate(self.space.issues):
            share = self.share[self.first[m] + package[m]]
            out[issue] = self.space.options[m][package[m]] if np.isnan(share) else float(share)
        return out


def menu(scenario: Scenario) -> Menu:
    """The package space of a scenario; divisible issues get one option per step."""
    spec = scenario.spec
    options: list[tuple[str, ...]] = []
    shares: list[float] = []
    for issue in spec.issues.values():
        if issue.divisible is not None:
            d = issue.divisible
            n = round((d.high - d.low) / d.step) + 1
            values = np.linspace(d.low, d.high, n)
            options.append(tuple(f"{x:g}" for x in values))
            shares.extend(values)
        else:
            options.append(tuple(issue.options))
            shares.extend([np.nan] * len(issue.options))
    issues = tuple(spec.issues)
    where = {f"{i}.{o}": (m, k) for m, i in enumerate(issues) for k, o in enumerate(options[m])}
    hard = []
    for pair in spec.incompatible:
        if pair.strength == "hard":
            (a, x), (b, y) = where[pair.options[0]], where[pair.options[1]]
            hard.append((a, x, b, y))
    first = np.concatenate([[0], np.cumsum([len(o) for o in options])[:-1]]).astype(np.int64)
    return Menu(Space(issues, tuple(options), tuple(hard)), first, np.array(shares))
