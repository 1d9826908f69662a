"""Solve and play one cell; trace one path of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from winset.errors import SolverError
from winset.scenario import Scenario
from winset.scenario.sampling import Sample
from winset.talks import compiling
from winset.talks.cell import Cell, Settings, TraceMonth
from winset.talks.exact import TooLarge
from winset.talks.exact_play import exact_cell
from winset.talks.exact_solve import solve_draw
from winset.talks.lsmc import Policy, solve
from winset.talks.play import Player
from winset.talks.problem import Problem, compiled, prepare
from winset.talks.tally import cell
from winset.talks.terms import type_combos

STATUS = ("war", "armistice", "peace", "ended", "war again")


def run_cell(
    scenario: Scenario,
    worldview: str,
    strategy: str,
    settings: Settings,
    progress: Callable[[str], None] | None = None,
    drawn: Sample | None = None,
) -> Cell:
    """One strategy under one worldview: draws sampled (unless `drawn` is given, as many as the
    settings say), fighting on valued, all paths played.

    Raises `SolverError` where nothing can be tabled or the war's state is not finite.
    """
    began = time.perf_counter()
    problem = prepare(scenario, worldview, strategy, settings, drawn)
    if progress:
        progress("solving")
    if settings.solver != "lsmc" and scenario.spec.talks.solver != "lsmc":
        try:
            return exact_cell(problem, time.perf_counter() - began)
        except TooLarge as reason:
            if settings.solver == "exact":
                raise SolverError(
                    f"--solver exact: the reachable public state is not small ({reason}); use lsmc"
                ) from None
    policy = solve(problem)
    if progress:
        progress("playing")
    if settings.solver == "lsmc":
        policy.report.update(_beside_exact(problem))
    player = _player(problem, policy)
    record, counts, courses, blame = player.play()
    seconds = time.perf_counter() - began
    return cell(problem, policy, record, counts, courses, blame, player.worths, seconds)


def _player(problem: Problem, policy: Policy, watch: int | None = None) -> Player:
    if problem.tracks is None:
        return Player(problem, policy, watch)
    from winset.talks.track_play import TrackPlayer

    return TrackPlayer(problem, policy, watch)


def _beside_exact(problem: Problem) -> dict[str, Any]:
    """Where acceptance has no errors (tau = 0) a regression cannot tell indifference: give the
    exact value of fighting on beside it where the game is small, else nothing."""
    if problem.table.tau.any():
        return {}
    try:
        start = solve_draw(problem, 0).start
    except TooLarge:
        return {}
    rows = problem.table.row_of
    exact = {
        p: float(np.dot(problem.priors.world_types[0], start[rows[s]]))
        for s, p in enumerate(problem.parties)
    }
    numbers = ", ".join(f"{p} {v:.4f}" for p, v in exact.items())
    note = f"tau is 0: the exact values of fighting on at the start are {numbers}"
    return {"exact_fighting_on": exact, "note": note}


def warm(scenario: Scenario) -> None:
    """Compile everything a run of this scenario needs (cached on disk), on two cores where there
    are two."""
    small = Settings(draws=2, paths=2, months=2, replicates=1, texts=4)
    worldview, strategy = scenario.worldviews[0], scenario.strategies[0]
    if compiling.cold():
        with compiling.beside() as other:
            try:
                prepare(scenario, worldview, strategy, small)
                compiling.values()
                other.wait()
            finally:
                other.kill()
    run_cell(scenario, worldview, strategy, small)
    compiled(scenario)


@lru_cache(maxsize=2)
def _solved(
    scenario: Scenario, worldview: str, strategy: str, settings: Settings
) -> tuple[Problem, Policy]:
    problem = prepare(scenario, worldview, strategy, settings)
    return problem, solve(problem)


def trace_path(
    scenario: Scenario, worldview: str, strategy: str, settings: Settings, draw: int, path: int
) -> list[TraceMonth]:
    """One path of a cell, month by month, exactly as it was played in the study."""
    problem, policy = _solved(scenario, worldview, strategy, settings)
    player = _player(problem, policy, draw * settings.paths + path)
    player.play()
    return [_month(problem, entry) for entry in player.log]


def _month(problem: Problem, e: dict[str, Any]) -> TraceMonth:
    parties = problem.parties
    _, marks = type_combos(problem.deals)
    beliefs = {}
    for name in sorted({k for m in marks for k in m}):
        beliefs[f"public.{name}"] = float(np.dot(e["types"], [m.get(name, 0.0) for m in marks]))
    for s, holder in enumerate([*parties, "public"]):
        for name in sorted({k for m in problem.hidden.marks for k in m}):
            chance = np.dot(e["hidden"][s], [m.get(name, 0.0) for m in problem.hidden.marks])
            beliefs[f"{holder}.{name}"] = float(chance)
    text = None
    if e["met"] and e["text"] >= 0:
        text = problem.deals.menu.describe(problem.texts.packages[e["text"]])
    event = STATUS[e["status"]]
    if e["met"]:
        event = ("talks failed", "signed", "armistice", "closed")[e["sealed"]]
    watch = {k[6:]: float(e["z"][i]) for k, i in problem.key.items() if k.startswith("watch|")}
    return TraceMonth(
        month=e["month"],
        state=watch,
        levers=dict(zip(problem.war.levers, (float(x) for x in e["target"]), strict=True)),
        beliefs=beliefs,
        fighting_on=e["fighting_on"],
        met=e["met"],
        text=text,
        gains=dict(zip(parties, (float(x) for x in e["gain"]), strict=True)),
        accepts=dict(zip(parties, (float(x) for x in e["accept"]), strict=True)),
        accepted=dict(zip(parties, (not bool(x) for x in e["refused"]), strict=True)),
        ratification=e["ratified"],
        event=event,
        closed=tuple(e.get("closed", ())),
    )


def settings_like(settings: Settings, **changes: Any) -> Settings:
    """A copy with changes."""
    return replace(settings, **changes)
