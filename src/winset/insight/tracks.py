"""Orders of tracks compared: the package, all tracks side by side, and sequences, each played by
the talks of one strategy under each worldview, on the same draws and luck.

Every way of negotiating is the same strategy with another `tracks` and `track_order`, so that
nothing else differs. Where there are more orders than `MOST`, the stated order, the two by size and
those that put each track last are played, and from the best of them neighbouring tracks are swapped
while that raises the chance of a durable settlement (a local search: what it finds may not be the
best).

Beside each stands what closing alone would take (`winset.talks.tracks.closing`): sessions all
alike, as frequent, as often accepted and cut short as often as in the package's own run, with the
median momentum and complexity of the worldview. What differs between the two is what the war, the
text and the sides' patience add.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import factorial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from winset.insight.compare import Difference, paired
from winset.scenario.expr import evaluate
from winset.scenario.schema.talks import MOST_TRACKS, Strategy
from winset.study.design import CellKey, Design, DesignError, plan
from winset.study.engine import conduct
from winset.study.report import SILENT, Reporter
from winset.study.results import Results
from winset.study.summary import Estimate
from winset.talks.tracks import Closing, Mode, best_order, closing, steps

if TYPE_CHECKING:
    from winset.scenario import Scenario

__all__ = [
    "MOST",
    "Alone",
    "TrackStudy",
    "Way",
    "WayRow",
    "compare_tracks",
    "negotiated",
    "track_sizes",
    "ways_of",
]

#: orders played at most; 4 tracks have 24
MOST: Final = 24


@dataclass(frozen=True)
class Way:
    """One way of negotiating: `package`, `parallel`, or `sequence` in an order."""

    mode: Mode
    order: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Short and unambiguous: the mode, and the order where there is one."""
        return " > ".join(self.order) if self.mode == "sequence" else self.mode


@dataclass(frozen=True)
class Alone:
    """Sessions all alike, as in the package's own run: chance a month that talks meet, that all
    accept and it is ratified, that the war ends otherwise; momentum, complexity: medians."""

    meeting: float
    signed: float
    ends: float
    momentum: float
    complexity: float


@dataclass(frozen=True)
class WayRow:
    """One way under one worldview: what its run gave, less the package's on the same draws and
    luck, and what closing alone would take."""

    way: Way
    worldview: str
    found: Mapping[str, Estimate]
    against: Mapping[str, Difference]
    alone: Closing


@dataclass(frozen=True)
class TrackStudy:
    """Ways of negotiating compared. design: what was played (its scenario holds a strategy for each
    way). sessions: the package's own, by worldview. rows: ways within worldviews."""

    scenario: Scenario
    strategy: str
    design: Design
    sessions: Mapping[str, Alone]
    rows: tuple[WayRow, ...]


def track_sizes(scenario: Scenario) -> dict[str, int]:
    """Tracks and their numbers of issues, in their order. Raises DesignError where the scenario
    states fewer than two, too many, or leaves an issue out."""
    spec = scenario.spec
    groups, most = spec.tracks.groups, MOST_TRACKS["sequence"]
    if len(groups) < 2:
        raise DesignError(
            [f"scenario {scenario.id} states {len(groups)} tracks: name 2 to {most} under"
             " tracks.groups, each with its issues"]
        )  # fmt: skip
    problems = []
    if len(groups) > most:
        problems.append(f"tracks.groups: found {len(groups)} tracks, allowed 2 to {most}")
    held = {issue for issues in groups.values() for issue in issues}
    left = [issue for issue in spec.issues if issue not in held]
    if left:
        problems.append("these issues are in no track: " + ", ".join(left))
    if problems:
        raise DesignError(problems)
    names = spec.tracks.order or tuple(groups)
    return {name: len(groups[name]) for name in names}


def ways_of(sizes: Mapping[str, int]) -> list[Way]:
    """The ways to play first: all where there are few orders, else a spread of them."""
    names, out = tuple(sizes), [Way("package")]
    if len(names) <= MOST_TRACKS["parallel"]:
        out.append(Way("parallel"))
    if factorial(len(names)) <= MOST:
        return [*out, *(Way("sequence", order) for order in permutations(names))]
    rising = best_order(sizes, 2.0, 1.0)
    orders = [names, rising, best_order(sizes, 0.5, 1.0)]
    orders += [(*(n for n in rising if n != last), last) for last in names]
    return [*out, *(Way("sequence", order) for order in dict.fromkeys(orders))]


def compare_tracks(
    scenario: Scenario,
    *,
    strategy: str | None = None,
    worldviews: Sequence[str] | None = None,
    draws: int | None = None,
    paths: int | None = None,
    months: int | None = None,
    quick: bool = False,
    seed: int = 1,
    workers: int | None = None,
    out: Path | None = None,
    report: Reporter = SILENT,
) -> TrackStudy:
    """Play every way under each worldview.

    strategy: default the one the scenario is about. out: a folder that keeps what is done and is
    taken up again (where orders are searched, only the first round). Raises DesignError for names
    or numbers that cannot be, StudyError for a folder of another kind, Interrupted on Ctrl-C.
    """
    sizes = track_sizes(scenario)
    base = strategy or scenario.spec.headline or scenario.strategies[0]
    # a name that is not there is refused before anything is made of it
    plan(scenario, strategies=[base], worldviews=worldviews)

    def play(ways: Sequence[Way], folder: Path | None) -> tuple[Design, Results]:
        design = plan(
            negotiated(scenario, base, ways),
            strategies=[_name(n) for n in range(len(ways))],
            worldviews=worldviews,
            draws=draws,
            paths=paths,
            months=months,
            seed=seed,
            quick=quick,
            solver="lsmc",
        )
        return design, conduct(design, out=folder, workers=workers, report=report)

    ways = ways_of(sizes)
    design, results = play(ways, out)
    alone = {view: _alone(results, view, base) for view in design.worldviews}
    rows = list(_rows(results, ways, alone, sizes))
    if factorial(len(sizes)) > MOST:
        rows += _searched(rows, play, alone, sizes)
    order = {view: n for n, view in enumerate(design.worldviews)}
    rows.sort(key=lambda row: order[row.worldview])
    return TrackStudy(scenario, base, design, alone, tuple(rows))


def negotiated(scenario: Scenario, base: str, ways: Iterable[Way]) -> Scenario:
    """The scenario with one strategy for each way: `base`, negotiating so."""
    from winset.scenario.scenario import build

    resolved = scenario.strategy(base)
    made: dict[str, Strategy] = {}
    for n, way in enumerate(ways):
        changes = {"label": way.id, "tracks": way.mode, "track_order": way.order}
        made[_name(n)] = resolved.model_copy(update=changes)
    spec = scenario.spec
    new = spec.model_copy(update={"strategies": {**spec.strategies, **made}})
    return build(new, scenario.places)


def _name(number: int) -> str:
    return f"by_tracks.{number}"


def _rows(
    results: Results, ways: Sequence[Way], alone: Mapping[str, Alone], sizes: Mapping[str, int]
) -> Iterable[WayRow]:
    for view in results.worldviews:
        for n, way in enumerate(ways):
            found = {m: results.estimate(view, _name(n), m) for m in results.measures}
            against = {
                m: gap
                for m in results.measures
                if n and (gap := paired(results, view, _name(n), _name(0), m)) is not None
            }
            yield WayRow(way, view, found, against, _closing(way, alone[view], sizes, results))


def _closing(way: Way, alone: Alone, sizes: Mapping[str, int], results: Results) -> Closing:
    order = way.order or tuple(sizes)
    return closing(
        steps(way.mode, {name: sizes[name] for name in order}),
        alone.signed,
        momentum=alone.momentum,
        complexity=alone.complexity,
        meeting=alone.meeting,
        ends=alone.ends,
        months=results.settings.months,
    )


def _alone(results: Results, view: str, base: str) -> Alone:
    """What the package's run amounts to as sessions that are all alike."""
    cell = results.cells[CellKey(view, _name(0))]
    settings, spec = results.settings, results.scenario.spec
    runs = settings.draws * settings.paths
    met, exposed = float(cell.fitted["met"]), float(cell.fitted["exposed"])
    signed = float(np.mean(cell.measures["signed"])) * runs
    ended = runs - signed - float(np.mean(cell.measures["at_war"])) * runs
    levers = results.scenario.strategy(_name(0)).levers

    def look(name: str) -> Any:
        if name.startswith("lever."):
            return levers[name.removeprefix("lever.").removesuffix(".set")]
        return cell.sampled[name]

    def median(expr: Any, default: float) -> float:
        return default if expr is None else float(np.median(evaluate(expr, look)))

    return Alone(
        meeting=float(np.clip(met / max(exposed, 1.0), 1e-9, 1.0)),
        signed=float(np.clip(signed / max(met, 1.0), 1e-9, 1.0)),
        ends=float(np.clip(ended / max(exposed, 1.0), 0.0, 1.0)),
        momentum=max(median(spec.tracks.momentum, 1.0), 1e-9),
        complexity=median(spec.tracks.complexity, 0.0),
    )


def _searched(
    rows: Sequence[WayRow],
    play: Callable[[Sequence[Way], Path | None], tuple[Design, Results]],
    alone: Mapping[str, Alone],
    sizes: Mapping[str, int],
) -> list[WayRow]:
    """Neighbours of the best order so far, round by round, until none is better or enough were
    played."""

    def best(rows: Iterable[WayRow]) -> tuple[float, tuple[str, ...]]:
        chances: dict[tuple[str, ...], list[float]] = {}
        for row in rows:
            if row.way.mode == "sequence":
                chances.setdefault(row.way.order, []).append(row.found["durable"].mean or 0.0)
        return max((float(np.mean(c)), order) for order, c in chances.items())

    found: list[WayRow] = []
    tried = {row.way.order for row in rows if row.way.mode == "sequence"}
    top, order = best(rows)
    while len(tried) < MOST:
        near = []
        for k in range(len(order) - 1):
            swapped = (*order[:k], order[k + 1], order[k], *order[k + 2 :])
            if swapped not in tried:
                near.append(swapped)
        near = near[: MOST - len(tried)]
        if not near:
            break
        tried |= set(near)
        ways = [Way("package"), *(Way("sequence", one) for one in near)]
        _, results = play(ways, None)
        new = [row for row in _rows(results, ways, alone, sizes) if row.way.mode == "sequence"]
        found += new
        better, candidate = best(new)
        if better <= top:
            break
        top, order = better, candidate
    return found
