"""Closing of tracks without a war: every way at once, and from which momentum on a sequence is
expected to close before the package."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from winset.insight.tracks import Way, track_sizes, ways_of
from winset.scenario.expr import evaluate
from winset.scenario.sampling import sample
from winset.study.design import DesignError
from winset.talks.tracks import Closing, best_order, closing, factors, scaled, steps

if TYPE_CHECKING:
    from winset.scenario import Scenario

__all__ = ["alone_ways", "break_even", "edges", "medians", "stated_numbers"]

_DRAWS: Final = 256
#: momentum looked at, at most
HIGHEST: Final = 1e6
#: allowed: lowest, highest, whether the lowest itself is
_ALLOWED: Final = {
    "accept": (0.0, 1.0, False),
    "meeting": (0.0, 1.0, False),
    "ratified": (0.0, 1.0, False),
    "ends": (0.0, 1.0, True),
    "momentum": (0.0, HIGHEST, False),
    "complexity": (-10.0, 10.0, True),
}


def stated_numbers(
    scenario: Scenario,
    numbers: Mapping[str, float],
    momentum: float | None = None,
    complexity: float | None = None,
) -> dict[str, float]:
    """The numbers of `closing`, momentum and complexity the scenario's own medians where None
    (over worldviews, where these dispute them). Raises DesignError naming what is out of range."""
    said = dict(numbers)
    for name, given, neutral in (("momentum", momentum, 1.0), ("complexity", complexity, 0.0)):
        said[name] = _median(scenario, name, neutral) if given is None else given
    problems = []
    for name, value in said.items():
        low, high, closed = _ALLOWED[name]
        if not (low < value <= high or (closed and value == low)):
            least = f"{low:g}" if closed else f"above {low:g}"
            problems.append(f"--{name}: found {value:g}, allowed {least} to {high:g}")
    if problems:
        raise DesignError(problems)
    return said


def medians(scenario: Scenario) -> dict[str, tuple[float, float]]:
    """Worldview -> its median (complexity, momentum)."""
    complexity, momentum = (
        _medians(scenario, *n) for n in (("complexity", 0.0), ("momentum", 1.0))
    )
    return {view: (complexity[view], momentum[view]) for view in scenario.worldviews}


def _median(scenario: Scenario, name: str, neutral: float) -> float:
    return float(np.median([*_medians(scenario, name, neutral).values()]))


def _medians(scenario: Scenario, name: str, neutral: float) -> dict[str, float]:
    expr = getattr(scenario.spec.tracks, name)
    if expr is None:
        return dict.fromkeys(scenario.worldviews, neutral)
    found = {}
    levers = scenario.strategy(scenario.spec.headline or scenario.strategies[0]).levers
    for view in scenario.worldviews:
        drawn = sample(scenario, view, _DRAWS, 1, 1)

        def look(name: str, values: Any = drawn.values) -> Any:
            if name.startswith("lever."):
                return levers[name.removeprefix("lever.").removesuffix(".set")]
            return values[name]

        found[view] = float(np.median(evaluate(expr, look)))
    return found


def alone_ways(
    scenario: Scenario, said: Mapping[str, float], months: int
) -> tuple[dict[str, int], list[tuple[Way, Closing]], float | None]:
    """Sizes of the tracks, each way with how it closes, and the momentum above which a sequence is
    expected to close first (None: nowhere up to HIGHEST)."""
    sizes = track_sizes(scenario)
    found = []
    for way in ways_of(sizes):
        order = way.order or tuple(sizes)
        moves = steps(way.mode, {name: sizes[name] for name in order})
        found.append((way, closing(moves, **said, months=months)))
    return sizes, found, break_even(sizes, said["accept"], said["ratified"], said["complexity"])


def sessions(
    sizes: Mapping[str, int], accept: float, ratified: float, momentum: float, complexity: float
) -> float:
    """Expected sessions until signing of a sequence in its best order by size; the war left out."""
    order = best_order(sizes, momentum, complexity)
    moves = steps("sequence", {name: sizes[name] for name in order})
    each = 1.0 / scaled(accept, factors(moves, momentum, complexity))
    return float(each[:-1].sum() + each[-1] / ratified)


def break_even(
    sizes: Mapping[str, int], accept: float, ratified: float, complexity: float
) -> float | None:
    """The momentum at which a sequence and the package need the same expected number of sessions:
    above it the sequence closes first. None where no momentum up to HIGHEST does it.

    The expected number falls in momentum (each later track's odds rise), so the root is bracketed
    and bisected in logarithms to a relative 1e-9.
    """
    package = 1.0 / (accept * ratified)
    low, high = 1e-6, HIGHEST
    if sessions(sizes, accept, ratified, high, complexity) >= package:
        return None
    if sessions(sizes, accept, ratified, low, complexity) < package:
        return low
    while high / low > 1.0 + 1e-9:
        middle = (low * high) ** 0.5
        if sessions(sizes, accept, ratified, middle, complexity) < package:
            high = middle
        else:
            low = middle
    return high


def edges(
    sizes: Mapping[str, int],
    complexities: np.ndarray,
    accepts: np.ndarray,
    ratified: float = 1.0,
) -> np.ndarray:
    """[accepts, complexities] `break_even`, NaN where there is none."""
    return np.array(
        [
            [
                np.nan if (m := break_even(sizes, a, ratified, c)) is None else m
                for c in complexities
            ]
            for a in accepts
        ]
    )
