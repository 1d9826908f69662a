"""A search for better strategies from start to end: planned, run, scored, written, taken up again.

In its folder: `cells/` (every cell by its content, so that a search stopped goes on and the same
search costs nothing the second time), `tried.json` (every strategy tried and its gains on the draws
of the search), `strategies.yaml` (the finalists, to be pasted into the scenario), `scenario.yaml`
(the whole scenario with them, to be run), `result.json`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from winset.errors import Interrupted
from winset.insight.improve import Budget, Found, search
from winset.insight.improve_cells import Bench
from winset.insight.improve_judge import Across, Objective, aims
from winset.insight.improve_score import Scored, Scoring, fresh, score
from winset.insight.search_space import SearchSpace, search_space
from winset.study.design import Design, DesignError, plan, replicates_for
from winset.study.files import replace_file
from winset.study.makers import Makers
from winset.study.report import SILENT, Reporter
from winset.talks.cell import SKETCH, Settings

if TYPE_CHECKING:
    from winset.scenario import Scenario

__all__ = ["Improved", "improve_design", "improve_json", "pasted", "study_improvement"]

#: draws and paths of the search, and of the scoring
SEARCH: Final = (32, 16)
SCORE: Final = (64, 64)


@dataclass(frozen=True)
class Improved:
    """What came of a search. wanted: names of the objectives to be better by at once."""

    scenario: Scenario
    space: SearchSpace
    design: Design
    scoring_settings: Settings
    across: Across
    wanted: tuple[str, ...]
    found: Found
    scoring: Scoring

    @property
    def objectives(self) -> tuple[Objective, ...]:
        """What was searched for."""
        return self.found.objectives


def improve_design(
    scenario: Scenario,
    *,
    strategy: str | None = None,
    worldviews: Sequence[str] | None = None,
    hold: Sequence[str] = (),
    draws: int | None = None,
    paths: int | None = None,
    months: int | None = None,
    seed: int = 1,
) -> Design:
    """Return the light design of the search: the strategy to start from (default the one the
    scenario is about), the worldviews, 32 draws x 16 paths unless said otherwise.

    Raises DesignError for what cannot be, unknown levers and scenarios without levers included.
    """
    from difflib import get_close_matches

    problems = []
    levers = list(scenario.spec.levers)
    if not levers:
        problems.append("the scenario has no levers: there is nothing to improve")
    for lever in hold:
        if lever not in levers:
            near = get_close_matches(lever, levers, n=1, cutoff=0.5)
            hint = f" Did you mean {near[0]}?" if near else ""
            problems.append(f"--hold: no lever {lever!r}.{hint} There are: {', '.join(levers)}")
    if levers and set(levers) <= set(hold):
        problems.append("--hold: every lever is held: there is nothing to improve")
    if problems:
        raise DesignError(problems)
    return plan(
        scenario,
        strategies=[strategy or scenario.spec.headline or scenario.strategies[0]],
        worldviews=worldviews,
        draws=SEARCH[0] if draws is None else draws,
        paths=SEARCH[1] if paths is None else paths,
        months=months,
        seed=seed,
        quick=True,
        **{k: v for k, v in SKETCH.items() if k in ("refresh", "rechoose", "refit")},
    )


def study_improvement(
    scenario: Scenario,
    *,
    objectives: Sequence[str] = (),
    budget: Budget | None = None,
    across: Across = "most",
    turns: bool = True,
    keep: int = 6,
    hold: Sequence[str] = (),
    score_draws: int | None = None,
    score_paths: int | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    report: Reporter | None = None,
    makers: Makers | None = None,
    **asked: Any,
) -> Improved:
    """Search, score and write. objectives: names, default all there are; the first two are those to
    be better by at once. budget: default 300 strategies. across: gains as reached in at least two
    thirds of the worldviews, or in all. turns: whether rules may be given, too. hold: levers left
    alone. `asked`: as in `improve_design`.

    Raises as `improve_design`; StudyError where `out` holds something else, Interrupted on Ctrl-C.
    """
    design = improve_design(scenario, hold=hold, **asked)
    base = design.strategies[0]
    draws, paths = score_draws or SCORE[0], score_paths or SCORE[1]
    scoring_settings = fresh(design.settings, draws, paths, replicates_for(draws))
    scoring_settings = _careful(scoring_settings)
    space = search_space(scenario, base, held=hold, turns=turns)
    folder = Path(out) if out is not None else None
    reporter = report or SILENT
    try:
        with Bench(
            space, design.worldviews, folder=folder, workers=workers, report=reporter,
            makers=makers,
        ) as bench:  # fmt: skip
            cells = bench.cells([base], design.settings)
            measures = list(next(iter(cells.values())).measures)
            chosen = aims(scenario.spec, measures, objectives)
            wanted = tuple(range(min(2, len(chosen))))
            found = search(
                bench,
                chosen,
                design.settings,
                wanted=wanted,
                budget=budget or Budget(),
                across=across,
                keep=keep,
                seed=design.settings.seed,
            )
            shown = aims(scenario.spec, measures)
            scoring = score(bench, found, scoring_settings, wanted, shown)
            made = Improved(
                scenario, space, design, scoring_settings, across,
                tuple(chosen[o].name for o in wanted), found, scoring,
            )  # fmt: skip
            if folder is not None:
                _write(made, folder)
            return made
    except KeyboardInterrupt:
        kept = f"what is done is kept in {out}" if out is not None else "nothing was to be kept"
        raise Interrupted(f"stopped: {kept}; the same command goes on") from None


def _careful(settings: Settings) -> Settings:
    """A quick study's care for the scoring, rather than a sketch's."""
    from dataclasses import replace

    from winset.talks.cell import LIGHT

    return replace(settings, **LIGHT)


def pasted(improved: Improved) -> dict[str, Any]:
    """The finalists as a section `strategies` of a scenario file, plain data."""
    return {"strategies": {s.id: _plain(improved.space, s) for s in improved.scoring.scored}}


def _plain(space: SearchSpace, one: Scored) -> dict[str, Any]:
    strategy = space.strategy(one.candidate, one.label)
    data: dict[str, Any] = strategy.model_dump(mode="json", exclude_unset=True)
    return data


def _write(made: Improved, folder: Path) -> None:
    from winset.scenario.canonical import to_yaml

    section = pasted(made)
    head = (
        f"# Found by winset improve from {made.scoring.base} on {made.scenario.id} "
        f"({made.scenario.sha256[:8]}), seed {made.design.settings.seed},\n"
        f"# {len(made.found.tried)} strategies tried. Paste under `strategies:` of the scenario, "
        "or run scenario.yaml beside this file.\n"
    )
    replace_file(folder / "strategies.yaml", (head + to_yaml(section)).encode())
    whole = made.scenario.resolved()
    whole["strategies"] = {**whole.get("strategies", {}), **section["strategies"]}
    replace_file(folder / "scenario.yaml", to_yaml(whole).encode())
    names = [o.name for o in made.objectives]
    tried = [
        {
            "levers": dict(one.candidate.levels),
            "turns": [
                {
                    "when": made.space.rules[t.slot].when.text,
                    "set": dict(t.levels),
                    "otherwise": dict(t.otherwise),
                }
                for t in one.candidate.turns
            ],
            "gains": _finite(dict(zip(names, one.gains.tolist(), strict=True))),
        }
        for one in made.found.tried
    ]
    replace_file(folder / "tried.json", _json({"objectives": names, "tried": tried}))
    replace_file(folder / "result.json", _json(improve_json(made)))


def _json(data: Any) -> bytes:
    return (json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _finite(numbers: dict[str, float]) -> dict[str, float | None]:
    return {k: v if v == v and abs(v) != float("inf") else None for k, v in numbers.items()}


def improve_json(made: Improved) -> dict[str, Any]:
    """Return the whole as one JSON document; no NaN. The same search gives the same document."""
    scenario, settings, scoring = made.scenario, made.design.settings, made.scoring
    return {
        "scenario": {"id": scenario.id, "sha256": scenario.sha256, "as_of": scenario.spec.as_of},
        "strategy": scoring.base,
        "worldviews": list(made.design.worldviews),
        "objectives": [{"name": o.name, "direction": o.way} for o in made.objectives],
        "wanted": list(made.wanted),
        "across": made.across,
        "search": {
            "seed": settings.seed,
            "draws": settings.draws,
            "paths": settings.paths,
            "months": settings.months,
            "tried": len(made.found.tried),
            "algorithm": made.found.algorithm,
            "generations": made.found.generations,
        },
        "scoring": {
            "seed": made.scoring_settings.seed,
            "draws": made.scoring_settings.draws,
            "paths": made.scoring_settings.paths,
            "best_named": dict(scoring.best),
            "start": _means(scoring.means),
        },
        "found": [
            {
                "id": one.id,
                "label": one.label,
                "why": one.why,
                "strategy": _plain(made.space, one),
                "beats_in": list(one.beats),
                "worse_in": list(one.worse),
                "gains": {
                    view: {name: gap.json() for name, gap in gaps.items()}
                    for view, gaps in one.gains.items()
                },
                "means": _means(one.means),
                "gains_in_search": _finite(dict(one.searched)),
            }
            for one in scoring.scored
        ],
    }


def _means(means: Any) -> dict[str, Any]:
    return {v: {name: e.json() for name, e in by.items()} for v, by in means.items()}
