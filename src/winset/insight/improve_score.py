"""What a search found, run again on draws and luck that the search did not see.

The best of many noisy numbers is too good (the winner's curse): on the draws of the search a
finalist's gain holds the luck for which it was chosen. So finalists and the named strategies are
run with another seed (other scrambles, other luck, in common), and only these differences are
reported, each with its error over scrambles. A finalist beats the start in a worldview where it is
clearly better, beyond two standard errors, by every objective wanted at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from winset.insight.compare import Difference, difference
from winset.insight.improve import Found, Tried
from winset.insight.improve_cells import Bench
from winset.insight.improve_judge import REGRET, Objective, mean
from winset.insight.search_space import TEMPLATE, Candidate, SearchSpace
from winset.study.design import CellKey
from winset.study.summary import Estimate, estimate
from winset.talks.cell import Cell, Settings

__all__ = ["FRESH", "Scored", "Scoring", "fresh", "score", "words_of"]

#: the seed of the draws on which finalists are scored is that of the search plus this
FRESH: Final = 1_000_003


@dataclass(frozen=True)
class Scored:
    """A finalist on fresh draws.

    gains: worldview -> objective -> paired difference from the strategy started from, above 0 where
    it is better (regret: how much less is given up). means: worldview -> measure -> estimate.
    searched: its gains on the draws of the search, across worldviews, for comparison. beats:
    worldviews in which every objective wanted is clearly better; worse: those in which one of them
    is clearly worse.
    """

    id: str
    label: str
    why: str
    candidate: Candidate
    gains: Mapping[str, Mapping[str, Difference]]
    means: Mapping[str, Mapping[str, Estimate]]
    searched: Mapping[str, float]
    beats: tuple[str, ...]
    worse: tuple[str, ...]


@dataclass(frozen=True)
class Scoring:
    """All finalists, most worldviews beaten first, and the start's own numbers.

    objectives: what gains are given by: those searched for come first.
    best: worldview -> the named strategy with the best chance of a durable settlement there.
    """

    base: str
    objectives: tuple[Objective, ...]
    means: Mapping[str, Mapping[str, Estimate]]
    best: Mapping[str, str]
    scored: tuple[Scored, ...]


def fresh(settings: Settings, draws: int, paths: int, replicates: int) -> Settings:
    """The settings of the scoring: another seed, another size."""
    return replace(
        settings, seed=settings.seed + FRESH, draws=draws, paths=paths, replicates=replicates
    )


def score(
    bench: Bench,
    found: Found,
    settings: Settings,
    wanted: Sequence[int],
    shown: Sequence[Objective],
) -> Scoring:
    """Run the finalists and the named strategies under `settings` and compare, paired, by the
    objectives searched for and those to be `shown` besides.
    """
    objectives = (*found.objectives, *(o for o in shown if o not in found.objectives))
    space = bench.space
    named = [s for s in space.scenario.strategies if s != TEMPLATE]
    names = {bench.name(one.candidate): one for one, _ in found.finalists}
    total = sum(len(bench.worldviews) - bench.known(name, settings) for name in (*named, *names))
    bench.report.begin("score", total, 0)
    try:
        cells = bench.cells([*named, *names], settings)
    finally:
        bench.report.end()
    best = {
        view: max(named, key=lambda s: mean(cells[CellKey(view, s)], "durable"))
        for view in bench.worldviews
    }
    taken = set(space.scenario.spec.strategies)
    scored = []
    for one, why in found.finalists:
        scored.append(_scored(bench, objectives, wanted, one, why, cells, best))
    scored.sort(key=lambda s: (-len(s.beats), len(s.worse), s.candidate.parts))
    numbered, number = [], 0
    for s in scored:
        number += 1
        while f"improved_{number}" in taken:
            number += 1
        numbered.append(replace(s, id=f"improved_{number}"))
    means = {
        view: _means(cells[CellKey(view, space.base)], objectives) for view in bench.worldviews
    }
    return Scoring(space.base, objectives, means, best, tuple(numbered))


def _scored(
    bench: Bench,
    objectives: Sequence[Objective],
    wanted: Sequence[int],
    one: Tried,
    why: str,
    cells: Mapping[CellKey, Cell],
    best: Mapping[str, str],
) -> Scored:
    name = bench.name(one.candidate)
    gains: dict[str, dict[str, Difference]] = {}
    means: dict[str, dict[str, Estimate]] = {}
    beats, worse = [], []
    for view in bench.worldviews:
        cell, base = cells[CellKey(view, name)], cells[CellKey(view, bench.space.base)]
        top = cells[CellKey(view, best[view])]
        gaps: dict[str, Difference] = {}
        for objective in objectives:
            gap = _gap(objective, cell, base, top)
            if gap is not None:
                gaps[objective.name] = gap
        gains[view], means[view] = gaps, _means(cell, objectives)
        signs = [gaps[objectives[o].name].sign for o in wanted if objectives[o].name in gaps]
        if signs and all(sign > 0 for sign in signs):
            beats.append(view)
        if any(sign < 0 for sign in signs):
            worse.append(view)
    # Those shown besides come last and were not searched for.
    searched = {o.name: float(g) for o, g in zip(objectives, one.gains, strict=False)}
    label = words_of(bench.space, one.candidate)
    return Scored("", label, why, one.candidate, gains, means, searched, tuple(beats), tuple(worse))


def _gap(objective: Objective, cell: Cell, base: Cell, top: Cell) -> Difference | None:
    if objective.name == REGRET:
        # What the candidate gives up against the best named strategy here, above 0 where it gives
        # up nothing and gains.
        return difference(cell.measures["durable"], top.measures["durable"], cell.replicate)
    gap = difference(
        objective.way * cell.measures[objective.name],
        objective.way * base.measures[objective.name],
        cell.replicate,
    )
    return gap


def _means(cell: Cell, objectives: Sequence[Objective]) -> dict[str, Estimate]:
    return {
        o.name: estimate(cell.measures[o.name], cell.replicate)
        for o in objectives
        if o.name != REGRET
    }


def words_of(space: SearchSpace, candidate: Candidate, most: int = 3) -> str:
    """What a candidate does in a few words: its largest changes, and its turns."""
    levers = space.scenario.spec.levers
    changes = sorted(candidate.levels, key=lambda p: -abs(p[1] - space.start[p[0]]))
    parts = [
        f"{'more' if level > space.start[lever] else 'less'} {levers[lever].name or lever}"
        for lever, level in changes[:most]
    ]
    if len(changes) > most:
        parts.append(f"{len(changes) - most} more levers")
    parts += [f"a turn {space.rules[turn.slot].label}" for turn in candidate.turns]
    base = space.scenario.spec.strategies.get(space.base)
    start = base.label if base is not None and base.label else space.base
    return f"{start}; {', '.join(parts)}" if parts else start
