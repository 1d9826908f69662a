"""The Python interface: load a scenario, run a study, open one that was run, make one again.

    import winset

    scenario = winset.load("my-scenario", sets=["rate=0.3"])
    results = winset.run(scenario, worldviews=["sceptic"], quick=True)
    results.measure("durable").mean          # [worldviews, strategies]
    results.to_frame()                       # polars; results.to_xarray() with named axes

The same functions do the work of the command line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from winset.errors import StudyError

if TYPE_CHECKING:
    from winset.insight.claim_study import ClaimStudy, ShowClaims
    from winset.insight.differ import Differing
    from winset.insight.hinges import StudyHinges
    from winset.insight.improve_study import Improved
    from winset.insight.need import Need
    from winset.insight.sobol import StudyIndices
    from winset.scenario import Scenario
    from winset.study import Makers, Reporter, Results
    from winset.talks.cell import TraceMonth

__all__ = [
    "Rerun",
    "Traced",
    "claims",
    "differ",
    "hinges",
    "improve",
    "load",
    "need",
    "open_study",
    "rerun",
    "run",
    "sobol",
    "trace",
]


def load(
    scenario: str | Path,
    *,
    sets: Sequence[str] = (),
    claims: Sequence[str] = (),
    as_of: str | None = None,
    strict: bool = False,
) -> Scenario:
    """Return the scenario called `scenario`, or the one in that folder.

    sets: overrides as in `--set`: `ID=NUMBER`, `ID=LOW,MID,HIGH`, `WORLDVIEW/ID=...`. claims:
    claims of the argument to switch, as in `--claim`: `CLAIM=off`, `CLAIM=rival`,
    `CLAIM=WORLDVIEW`, and sets of claims likewise. as_of: refuse evidence known later than this
    date. strict: demand a source or a mark of judgement on every number. Raises ScenarioError
    listing every problem at once, OverrideError for an override or a claim that fits nothing.
    """
    from winset.scenario import load as load_scenario

    return load_scenario(
        scenario, overrides=tuple(sets), claims=tuple(claims), as_of=as_of, strict=strict
    )


def run(
    scenario: str | Path | Scenario,
    strategies: Sequence[str] | None = None,
    worldviews: Sequence[str] | None = None,
    *,
    draws: int | None = None,
    paths: int | None = None,
    months: int | None = None,
    quick: bool = False,
    seed: int = 1,
    workers: int | None = None,
    out: str | Path | None = None,
    sets: Sequence[str] = (),
    claims: Sequence[str] = (),
    as_of: str | None = None,
    solver: Literal["auto", "exact", "lsmc"] = "auto",
    coarse: bool = False,
    report: Reporter | None = None,
    makers: Makers | None = None,
    default_out: bool = False,
    engine: Literal["local", "dask"] = "local",
    address: str | None = None,
) -> Results:
    """Run every strategy under every worldview and return the results, verdict included.

    strategies, worldviews: those to run, default all. draws, paths, months: default 128 draws x 128
    paths over the scenario's months; `quick`: 32 x 64. The same seed gives the same results, with
    any number of `workers` (default one a core; they are processes of their own and do not import
    the calling script). out: a folder to keep the study in, going on from what it holds;
    default_out: `./studies/<scenario>-<hash>-s<seed>`; with neither, nothing is written. coarse,
    report: say how it goes on (see `winset.study.Reporter`). engine, address: `dask` computes the
    cells on the dask.distributed cluster at that address, or on one started here.

    Raises ScenarioError, OverrideError and DesignError for what cannot be run, StudyError where
    `out` holds something else, Interrupted on Ctrl-C: what was done is kept, and the same call goes
    on from there.
    """
    from winset.insight import rows
    from winset.study import conduct, default_folder, plan
    from winset.study.asked import loaded
    from winset.study.report import SILENT

    scenario = loaded(scenario, sets, as_of, claims)
    design = plan(
        scenario,
        strategies=strategies,
        worldviews=worldviews,
        draws=draws,
        paths=paths,
        months=months,
        seed=seed,
        quick=quick,
        solver=solver,
        overrides=scenario.set_from_outside,
    )
    folder = Path(out) if out is not None else default_folder(design) if default_out else None
    results = conduct(
        design,
        out=folder,
        workers=workers,
        first_coarse=coarse,
        report=report or SILENT,
        verdict=rows,
        makers=makers,
        engine=engine,
        address=address,
    )
    return replace(results, html=_html)


def _html(results: Results) -> str:
    """A study in a notebook: the report's verdict and table."""
    from winset.views.report import study_html

    return study_html(results)


def open_study(folder: str | Path, *, makers: Makers | None = None) -> Results:
    """Return the results kept in a study's folder, finished or so far.

    Raises StudyError where the folder holds no study, or one that is damaged.
    """
    from winset.insight import rows
    from winset.study import open_study as read_study

    return replace(read_study(folder, verdict=rows, makers=makers), html=_html)


@dataclass(frozen=True)
class Rerun:
    """A study made again: where, and every table in which it differs from the first (empty: bit for
    bit the same).
    """

    results: Results
    differences: tuple[str, ...]
    other_makers: tuple[str, ...]


def rerun(
    folder: str | Path,
    out: str | Path | None = None,
    *,
    workers: int | None = None,
    report: Reporter | None = None,
    makers: Makers | None = None,
) -> Rerun:
    """Make a finished study again from its record alone, into `out` (default `FOLDER-rerun`), and
    compare.

    Raises StudyError where the study is not finished or damaged, or `out` is taken.
    """
    from winset.insight import rows
    from winset.study.again import make_again

    results, differences, others = make_again(
        Path(folder),
        Path(out) if out is not None else None,
        workers=workers,
        report=report,
        verdict=rows,
        makers=makers,
    )
    return Rerun(results, tuple(differences), tuple(others))


@dataclass(frozen=True)
class Traced:
    """One path of a study, month by month: which cell, draw and path, and whether it was looked for
    or asked for.
    """

    results: Results
    worldview: str
    strategy: str
    draw: int
    path: int
    months: list[TraceMonth]
    chosen: str


def trace(
    folder: str | Path,
    worldview: str | None = None,
    strategy: str | None = None,
    draw: int | None = None,
    path: int | None = None,
    *,
    makers: Makers | None = None,
) -> Traced:
    """Follow one path of a study. What is left out is chosen: the headline strategy, the first
    worldview, a draw that signs about as often as the cell does, and its first signed path.

    Raises DesignError for a worldview, strategy, draw or path that the study does not have.
    """
    from winset.study import open_study as read_study
    from winset.study.follow import follow

    results = read_study(folder, makers=makers)
    if not results.cells:
        raise StudyError(f"{folder}: no cell of this study is done yet")
    found: dict[str, Any] = follow(results, worldview, strategy, draw, path, makers)
    return Traced(results=results, **found)


def claims(
    scenario: str | Path | Scenario,
    only: Sequence[str] = (),
    worldviews: Sequence[str] | None = None,
    *,
    draws: int | None = None,
    paths: int | None = None,
    months: int | None = None,
    quick: bool = False,
    seed: int = 1,
    workers: int | None = None,
    out: str | Path | None = None,
    sets: Sequence[str] = (),
    as_of: str | None = None,
    report: Reporter | None = None,
    makers: Makers | None = None,
    show: ShowClaims | None = None,
) -> ClaimStudy:
    """Measure what each claim of the argument does to the headline strategy's results.

    Every claim that can be switched is put off, and to its rival, in every worldview, for the
    headline strategy and the two best rivals, on the same draws and luck. only: these claims. out:
    a folder taken up again. show: told of each part as it is ready. The rest as in `run`.

    Raises DesignError where it has no headline strategy or no such claims; else as `run`.
    """
    from winset.insight.claim_study import study_claims
    from winset.study.asked import planned

    size = {"draws": draws, "paths": paths, "months": months, "quick": quick, "seed": seed}
    design = planned(scenario, worldviews, sets, as_of, **size)
    folder = Path(out) if out is not None else None
    return study_claims(
        design, only, folder=folder, workers=workers, report=report, makers=makers, show=show
    )


def differ(
    scenario: str | Path | Scenario,
    a: str,
    b: str,
    *,
    permutations: int | None = None,
    draws: int | None = None,
    paths: int | None = None,
    months: int | None = None,
    quick: bool = False,
    seed: int = 1,
    workers: int | None = None,
    out: str | Path | None = None,
    sets: Sequence[str] = (),
    as_of: str | None = None,
    report: Reporter | None = None,
    makers: Makers | None = None,
) -> Differing:
    """Split the difference between worldviews `a` and `b` in the headline strategy's chance of a
    durable settlement into parts that add up to it, one for each claim they dispute: swapped one at
    a time, and by Shapley's average over sampled orders. Raises as `run`.
    """
    from winset.insight.differ import study_difference
    from winset.study.asked import planned

    size = {"draws": draws, "paths": paths, "months": months, "quick": quick, "seed": seed}
    design = planned(scenario, None, sets, as_of, **size)
    return study_difference(
        design,
        a,
        b,
        permutations=permutations,
        folder=Path(out) if out is not None else None,
        workers=workers,
        report=report,
        makers=makers,
    )


def hinges(
    folder: str | Path,
    *,
    measure: str = "durable",
    strategy: str | None = None,
    worldviews: Sequence[str] | None = None,
    above: float | None = None,
    seed: int = 0,
    report: Reporter | None = None,
    makers: Makers | None = None,
) -> StudyHinges:
    """Say what a study's answer hangs on, from the draws it holds; nothing is run.

    measure, strategy: whose (default: durable, the strategy the scenario is about). above: what
    makes a draw a success. seed: of shuffling and resampling. Raises StudyError where the folder
    holds no study, DesignError for what it does not have.
    """
    from winset.insight.hinges import study_hinges
    from winset.study import open_study as read_study
    from winset.study.report import SILENT

    return study_hinges(
        read_study(Path(folder), makers=makers),
        measure=measure,
        strategy=strategy,
        worldviews=worldviews,
        above=above,
        seed=seed,
        report=report or SILENT,
    )


def sobol(folder: str | Path, points: int = 256, **more: Any) -> StudyIndices:
    """Run a Saltelli design of `points` points (a power of 2) on a study's scenario: first and
    total order indices of the quantities that a measure hangs on, and of all others together.

    `more`: everything `winset.insight.sobol.study_indices` takes. Raises as `hinges`.
    """
    from winset.insight.sobol import study_indices
    from winset.study import open_study as read_study

    results = read_study(Path(folder), makers=more.get("makers"))
    return study_indices(results, points, **more)


def need(
    scenario: str | Path | Scenario, *, durable: float = 0.5, by: int = 24, **more: Any
) -> list[Need]:
    """Look for the least change that gives a chance `durable` of a settlement signed by month `by`
    that holds for five years: one answer a worldview.

    `more`: sets, as_of, and everything `winset.insight.need_study.study_needs` takes. Raises
    DesignError for what cannot be; StudyError, Interrupted as `run`.
    """
    from winset.insight.need_study import study_needs
    from winset.study.asked import loaded

    scenario = loaded(scenario, more.pop("sets", ()), more.pop("as_of", None))
    return study_needs(scenario, durable=durable, by=by, **more)


def improve(scenario: str | Path | Scenario, **more: Any) -> Improved:
    """Search for strategies that are better than a named one by several objectives at once.

    `more`: sets, as_of, and everything `winset.insight.improve_study.study_improvement` takes.
    Raises DesignError for what cannot be; StudyError, Interrupted as `run`.
    """
    from winset.insight.improve_study import study_improvement
    from winset.study.asked import loaded

    scenario = loaded(scenario, more.pop("sets", ()), more.pop("as_of", None))
    return study_improvement(scenario, **more)
