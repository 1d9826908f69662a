"""From played paths to a cell: measures per draw, terms, who blocks, courses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from winset.scenario.expr import evaluate
from winset.talks.blame import Blame
from winset.talks.cell import Cell, Course
from winset.talks.fates import fates
from winset.talks.lsmc import Policy
from winset.talks.menu import Floats
from winset.talks.paths import ARMISTICE, QUANTILES, Counts, Courses, Record
from winset.talks.problem import Problem
from winset.talks.table import imposed_options
from winset.talks.worth import Worths


def cell(
    problem: Problem,
    policy: Policy,
    run: Record,
    counts: Counts,
    courses: Courses,
    blame: Blame,
    worths: Worths,
    seconds: float,
) -> Cell:
    """The cell of one played problem."""
    months = problem.settings.months
    signed = run.signed_at >= 0
    per_draw = _PerDraw(run.draw, problem.deals.draws)
    measures: dict[str, Floats] = {
        "ceasefire": per_draw.mean(run.ceased_at >= 0),
        "signed": per_draw.mean(signed),
        "signed_24": per_draw.mean(signed & (run.signed_at < 24)),
        "durable": per_draw.mean(np.where(signed, run.lasting, 0.0)),
        "durable_if_signed": per_draw.mean(run.lasting, signed),
        "months_to_signing": per_draw.mean(run.signed_at, signed),
        "signed_outside_overlap": per_draw.mean(run.worse, signed),
        "overlap_at_start": per_draw.mean(run.overlap),
        "months_of_war": per_draw.mean(run.fought),
    }
    term = next(iter(problem.scenario.spec.terms.values()), None)
    if term is not None:
        inside = signed & (run.signed_at < term.month)
        measures["signed_term"] = per_draw.mean(inside)
        measures["durable_term"] = per_draw.mean(np.where(inside, run.lasting, 0.0))
    early = np.where((run.ceased_at >= 0) & (run.ceased_at < 12), 1.0, 0.0)
    at_war = np.minimum(
        np.where(run.ceased_at >= 0, run.ceased_at + 1, months),
        np.where(run.ended_at >= 0, run.ended_at + 1, months),
    ).clip(max=12)
    measures["ceasefire_per_month"] = per_draw.mean(early) / np.maximum(per_draw.mean(at_war), 1e-9)
    for name in problem.war.outcomes:
        measures[f"ended.{name}"] = per_draw.mean(run.outcome == problem.war.outcomes.index(name))
    measures["at_war"] = per_draw.mean((run.outcome < 0) & ~signed)
    measures |= _closings(problem, run, per_draw)
    for s, party in enumerate(problem.parties):
        measures[f"value.{party}"] = per_draw.mean(run.value[:, s])
    for party, value in outsiders(problem, run).items():
        measures[f"value.{party}"] = per_draw.mean(value)
    for name, body in problem.scenario.spec.measures.items():
        if body.outcomes:
            which = [problem.war.outcomes.index(o) for o in body.outcomes]
            measures[name] = per_draw.mean(np.isin(run.outcome, which))
        elif body.value is not None:
            value = evaluate(body.value, Names(problem, run))
            measures[name] = per_draw.mean(
                np.broadcast_to(np.asarray(value, dtype=float), run.draw.shape)
            )
    return Cell(
        worldview=problem.worldview,
        strategy=problem.strategy,
        measures=measures,
        replicate=problem.sample.replicate,
        sampled=problem.sample.values,
        courses={
            name: Course(QUANTILES, np.array([month[i] for month in courses.months]))
            for i, name in enumerate(courses.names)
        },
        terms=_terms(problem, run),
        blocked_by=_blocked(problem, counts),
        fighting_on=_fighting_on(problem, policy),
        blocked_issue=blame.shares(int(counts.blocked.argmax())),
        blocked_at_home=blame.at_home(),
        shortfall={
            p: float(counts.short[s] / max(counts.blocked[s], 1.0))
            for s, p in enumerate(problem.parties)
        },
        fitted={
            **policy.report,
            "loss_of_texts": problem.texts.loss,
            "met": counts.met,
            "exposed": counts.exposed,
        },
        fates=fates(run, problem.war.outcomes, problem.sample.replicate, months),
        overlap=worths.shared(),
        worths=worths.worths(),
        seconds=seconds,
    )


def _closings(problem: Problem, run: Record, per_draw: _PerDraw) -> dict[str, Floats]:
    """On separate tracks: the chance that each closes and the months until then, and the chance
    that some closed and nothing was signed."""
    if problem.tracks is None:
        return {}
    found: dict[str, Floats] = {}
    closed = run.closed_at >= 0
    for k, name in enumerate(problem.tracks.steps.names):
        found[f"closed.{name}"] = per_draw.mean(closed[:, k])
        found[f"months_to_closing.{name}"] = per_draw.mean(run.closed_at[:, k], closed[:, k])
    found["closed_in_vain"] = per_draw.mean(closed.any(axis=1) & (run.signed_at < 0))
    return found


class _PerDraw:
    """Means over the paths of each draw."""

    def __init__(self, draw: np.ndarray, draws: int) -> None:
        self.draw, self.draws = draw, draws

    def mean(self, values: Any, where: np.ndarray | None = None) -> Floats:
        """[D]; NaN where a condition leaves no path."""
        weight = np.ones(len(self.draw)) if where is None else where.astype(float)
        clean = np.where(weight > 0, np.asarray(values, dtype=float), 0.0)
        total = np.bincount(self.draw, weights=clean * weight, minlength=self.draws)
        count = np.bincount(self.draw, weights=weight, minlength=self.draws)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(count > 0, total / count, np.nan))


class Names(dict[str, Any]):
    """Names a measure may read, looked up on demand."""

    def __init__(self, problem: Problem, run: Record) -> None:
        super().__init__()
        self.problem, self.run = problem, run

    def __missing__(self, name: str) -> Any:
        pr, run = self.problem, self.run
        key = f"watch|{name}"
        if key in pr.key:
            return run.z[:, pr.key[key]]
        if name in pr.sample.values:
            return pr.sample.values[name][run.draw]
        if name.startswith("ended."):
            return (run.outcome == pr.war.outcomes.index(name[6:])).astype(float)
        if name == "signed":
            return (run.signed_at >= 0).astype(float)
        if name == "armistice":
            return (run.status == ARMISTICE).astype(float)
        if name == "months":
            return run.fought
        if name.startswith("deal."):
            packages = pr.texts.packages[np.maximum(run.text, 0)]
            flat = pr.deals.menu.flat(packages)
            return np.where(run.text >= 0, pr.deals._deal(name[5:], run.draw, packages, flat), 0.0)
        raise KeyError(name)


def _terms(problem: Problem, run: Record) -> tuple[tuple[Mapping[str, Any], float], ...]:
    texts, counts = np.unique(run.text[run.text >= 0], return_counts=True)
    order = np.lexsort((texts, -counts))
    total = max(int(counts.sum()), 1)
    return tuple(
        (problem.deals.menu.describe(problem.texts.packages[texts[i]]), float(counts[i] / total))
        for i in order
    )


def _blocked(problem: Problem, counts: Counts) -> dict[str, float]:
    total = max(counts.blocked.sum(), 1.0)
    names = [*problem.parties, "ratification"]
    return {name: float(n / total) for name, n in zip(names, counts.blocked, strict=True)}


def _fighting_on(problem: Problem, policy: Policy) -> dict[str, Floats]:
    out = {}
    for s, party in enumerate(problem.parties):
        value = np.zeros(problem.deals.draws)
        for t in range(problem.table.row_of.shape[1]):
            value += problem.priors.world_types[:, t] * policy.start[:, problem.table.row_of[s, t]]
        out[party] = value
    return out


def outsiders(problem: Problem, run: Record) -> dict[str, Floats]:
    """Utility of what came, for parties that do not sign: the package signed, the ending, or no
    deal."""
    out: dict[str, Floats] = {}
    deals = problem.deals
    rows = [r for r, row in enumerate(deals.rows) if not row.signatory]
    if not rows:
        return out
    imposed = imposed_options(problem.scenario, deals, problem.war)
    believed = np.ones_like(deals.believed)
    no_deal = np.nan_to_num(deals.no_deal)
    weights = np.broadcast_to(no_deal, (deals.draws, deals.menu.size))
    score = np.nan_to_num(deals.score)
    table = deals.contribution(score, believed, weights)
    packages = problem.texts.packages[np.maximum(run.text, 0)]
    signed = deals.utility(deals.raw(table, run.draw, packages), run.draw)
    ends = np.zeros((deals.draws, len(imposed), len(deals.rows)))
    for e in range(len(imposed)):
        raw = np.zeros((deals.draws, len(deals.rows)))
        for m, size in enumerate(deals.menu.space.sizes):
            piece = slice(int(deals.menu.first[m]), int(deals.menu.first[m]) + size)
            o = imposed[e, m]
            raw += deals.weight[:, :, m] * (
                (score[:, :, piece] * weights[:, None, piece]).sum(axis=2)
                if o < 0
                else score[:, :, o]
            )
        ends[:, e] = deals.utility(raw, np.arange(deals.draws))
    which = np.where(run.outcome >= 0, run.outcome, len(imposed) - 1)
    for r in rows:
        party = deals.rows[r].party
        value = np.where(run.signed_at >= 0, signed[:, r], ends[run.draw, which, r])
        for e, name in enumerate(problem.war.outcomes):
            key = problem.key.get(f"outcome|{name}|{party}")
            if key is not None:
                value = value - np.where(run.outcome == e, run.z[:, key], 0.0)
        out[party] = value
    return out
