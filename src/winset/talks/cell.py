"""One cell of a study: one strategy under one worldview, solved and played on all draws and
paths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Settings:
    """How large and how careful a run is.

    draws: draws of the uncertain quantities, `replicates` independent scrambles of draws/replicates
    points each. paths: paths a draw in forward play. months: horizon. solver_paths: base paths a
    draw for the value of fighting on (more where draws are few); refresh: months between
    re-pricings of texts on those paths; searched: draws at which texts are searched; enough: least
    number of solver paths in all; cross_fit: predict each half of the paths by the other half's
    fit. solver: `exact`, `lsmc` or `auto`. rounds: rounds for rules and refusals.
    rechoose: months between choices of the text out of all candidates on those paths. texts:
    candidate texts kept. temperature_factor: multiplies every tau (0.5 for the second headline).
    """

    draws: int = 128
    paths: int = 128
    months: int = 60
    seed: int = 1
    replicates: int = 8
    solver: Literal["auto", "exact", "lsmc"] = "auto"
    solver_paths: int = 2
    rounds: int = 2
    refresh: int = 3
    searched: int = 8
    enough: int = 1024
    cross_fit: bool = True
    refit: int = 2
    rechoose: int = 3
    texts: int = 24
    temperature_factor: float = 1.0
    refusals_inform: bool | None = None  # None: as the scenario says


@dataclass(frozen=True)
class Course:
    """Course of one quantity by month: quantiles over paths still at war and over all paths."""

    quantiles: tuple[float, ...]
    all_paths: Floats  # [months + 1, quantiles]


@dataclass(frozen=True)
class Fate:
    """Share of all paths by month, and its Monte Carlo error (NaN with one replicate).

    Entry m is read at the start of month m, so that the first is the start and the last the
    horizon.
    """

    mean: Floats  # [months + 1], 0 to 1
    se: Floats  # [months + 1]


@dataclass(frozen=True)
class Worth:
    """What fighting on is worth to a signatory of one own type, month by month, in its own stakes,
    over paths neither settled nor ended whose true type it is (16 paths a draw are read).

    type: `HYPOTHESIS.VALUE`, empty where the party has one type. share: of the paths read, those
    counted. quantiles of `values`; NaN in a month without such a path.
    """

    party: str
    type: str
    quantiles: tuple[float, ...]
    share: Floats  # [months], 0 to 1
    values: Floats  # [months, quantiles]


@dataclass(frozen=True)
class Cell:
    """What one strategy does under one worldview.

    measures: name -> [draws] means over the draw's paths (NaN where a conditional mean has no
    path). replicate: [draws] which scramble a draw belongs to (Monte Carlo error comes from these).
    sampled: quantity id -> [draws] values used. courses: by month. terms: (package, share of signed
    paths), largest first. blocked_by: blocker -> share of unsigned meeting-months (a signatory, or
    `ratification`); `blocked_issue` and `shortfall` describe the main blocker. blocked_at_home:
    `vote.PARTY`, `gate.PARTY.N` or `consent.ID` -> its share of how low the chance of ratification
    was where that failed (empty from the exact solver). fighting_on:
    signatory -> [draws] value of fighting on at the start, averaged over the world's types. fitted:
    diagnostics of the solver (R2, exact value beside the regression's, rounds, moves). fates: by
    month, `at_war` (neither settled nor ended), `fighting` (before any ceasefire or end), `signed`,
    `ended.OUTCOME` (also after a peace that broke) and `unsettled.OUTCOME` (with no settlement
    before), each a share of all paths; empty where the game was solved exactly. `at_war`, `signed`
    and all `unsettled` sum to 1. overlap: share of paths at war in which some candidate text is
    worth at least fighting on to every signatory's true type and likelier than not to be ratified;
    NaN but every sixth month. worths: fighting on by month. Neither comes from the exact solver.
    """

    worldview: str
    strategy: str
    measures: Mapping[str, Floats]
    replicate: NDArray[np.int64]
    sampled: Mapping[str, Floats]
    courses: Mapping[str, Course]
    terms: tuple[tuple[Mapping[str, Any], float], ...]
    blocked_by: Mapping[str, float]
    fighting_on: Mapping[str, Floats]
    blocked_issue: Mapping[str, float] = field(default_factory=dict)
    blocked_at_home: Mapping[str, float] = field(default_factory=dict)
    shortfall: Mapping[str, float] = field(default_factory=dict)
    fitted: Mapping[str, Any] = field(default_factory=dict)
    fates: Mapping[str, Fate] = field(default_factory=dict)
    overlap: Fate | None = None
    worths: tuple[Worth, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class TraceMonth:
    """One month of one path: what was, who did what, why."""

    month: int
    state: Mapping[str, float]
    levers: Mapping[str, float]
    beliefs: Mapping[str, float]
    fighting_on: Mapping[str, float]
    met: bool
    text: Mapping[str, Any] | None
    gains: Mapping[str, float]
    accepts: Mapping[str, float]
    accepted: Mapping[str, bool]
    ratification: float
    event: str
    closed: tuple[str, ...] = ()  # tracks that closed at this month's session


#: shortcuts of a quick run (measured in docs/explanation/solver) and of a first coarse grid
LIGHT: Final[dict[str, Any]] = {
    "solver_paths": 1,
    "rounds": 1,
    "searched": 2,
    "enough": 256,
    "refresh": 6,
    "rechoose": 6,
    "texts": 12,
    "cross_fit": False,
    "refit": 3,
}
SKETCH: Final[dict[str, Any]] = {
    **LIGHT,
    "enough": 128,
    "searched": 1,
    "texts": 8,
    "refresh": 12,
    "rechoose": 12,
    "refit": 6,
}
