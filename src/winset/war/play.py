"""A war played with no talks: paths from the start to an ending, or to the horizon.

    cost_i = sum over months t fought of  discount_i^t  c_i(state at the start of month t)

Levers stand at a strategy's levels, moved by those of its rules that read the war alone (the others
are for talks); hypotheses are drawn from the world's prior once a path, beliefs stay at their
holders' priors (a holder that knows a hypothesis believes what is so), nobody refuses anything.
What an ending is worth is for later rooms: here are costs, endings, months and final states.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from winset.errors import SolverError
from winset.scenario.expr import evaluate, parse
from winset.scenario.sampling import Sample, sample
from winset.war.engine import Bools, Floats, Ints, War, compile_war
from winset.war.hidden import Playable, draw_hypotheses, start_inputs
from winset.war.lanes import WIDTH
from winset.war.randomness import MAX_DRAW, MAX_PATH
from winset.war.rules import Standing, conditions, standing

MOST_MONTHS: Final = 100_000
QUANTILES: Final = (0.1, 0.25, 0.5, 0.75, 0.9)
#: paths a worker steps at a time: few enough for their state to stay in cache
_CHUNK: Final = 8_192
#: paths whose course is kept, and months of it where there is no horizon
_WATCHED: Final = 8_192
_COURSE_MONTHS: Final = 24


@dataclass(frozen=True)
class Batch:
    """Paths and what they are played with: P paths of D draws.

    row [P] is the draw of a path, path [P] its number within the draw; target [P, L], hyp [P, H]
    and inputs [P, I] as in `War`; discount: party -> monthly factor [D].
    """

    war: War
    params: Floats
    row: Ints
    path: Ints
    target: Floats
    hyp: Floats
    inputs: Floats
    discount: Mapping[str, Floats]
    seed: int
    watch: tuple[str, ...]
    rules: Standing | None = None


@dataclass(frozen=True)
class WarResult:
    """What happened on P paths.

    ended [P]: outcome number (of `batch.war.outcomes`), -1 where the war went on at the horizon.
    months [P]: months fought. state [P, S+L]: at the end. cost: party -> [P] discounted costs of
    the months fought (stakes). courses: name -> [months + 1, 5] `QUANTILES` of the watched paths
    at the start of each month (one that has ended stands still); final: name -> [5] at the end.
    horizon: the month where the war is cut, None where every path was played to its end.
    """

    worldview: str
    strategy: str
    sample: Sample
    batch: Batch
    ended: NDArray[np.int16]
    months: Ints
    state: Floats
    cost: Mapping[str, Floats]
    courses: Mapping[str, Floats]
    final: Mapping[str, Floats]
    horizon: int | None
    path_months: int


def play_war(
    scenario: Playable,
    worldview: str,
    strategy: str,
    draws: int,
    paths: int,
    months: int | None = None,
    seed: int = 1,
    *,
    replicates: int = 8,
    first_path: int = 0,
    workers: int = 1,
    drawn: Sample | None = None,
    watch: bool = True,
) -> WarResult:
    """Play draws x paths wars of one worldview and strategy.

    Args:
        months: horizon; None: the scenario's own, and where it has none until all paths end.
        replicates: independent scrambles among the draws; Monte Carlo error comes from them.
        first_path: number of the first path of every draw; others continue an earlier batch.
        workers: threads; the result does not depend on it.
        drawn: a sample to use again; default `sample(scenario, worldview, ...)`.
        watch: whether to keep the course of the scenario's `course` quantities.

    Raises:
        ScenarioError, SolverError: as `compile_war`, `sample` and `War.step`; or paths still going
            after 100,000 months.
    """
    horizon = months if months is not None else scenario.months
    if not 0 < draws <= MAX_DRAW or not 0 < first_path + paths <= MAX_PATH:
        raise SolverError(f"{draws} draws x {paths} paths: at most {MAX_DRAW} x {MAX_PATH}")
    values = sample(scenario, worldview, draws, replicates, seed) if drawn is None else drawn
    batch = _batch(scenario, worldview, strategy, values, paths, first_path, seed)
    total = draws * paths
    pieces = [slice(i, min(i + _CHUNK, total)) for i in range(0, total, _CHUNK)]
    watched = min(len(pieces), -(-_WATCHED // _CHUNK)) if batch.watch and watch else 0
    shown = horizon if horizon is not None else _COURSE_MONTHS
    play = partial(_play, batch, horizon, shown)
    jobs = [(piece, i < watched) for i, piece in enumerate(pieces)]
    with ThreadPoolExecutor(max(1, workers)) as pool:
        done = list(pool.map(lambda job: play(*job), jobs))
    courses, final = _quantiles(batch, [d.course for d in done[:watched]])
    parties = list(batch.discount)
    return WarResult(
        worldview,
        strategy,
        values,
        batch,
        np.concatenate([d.ended for d in done]),
        np.concatenate([d.months for d in done]),
        np.concatenate([d.state for d in done]),
        {p: np.concatenate([d.cost[:, i] for d in done]) for i, p in enumerate(parties)},
        courses,
        final,
        horizon,
        sum(int(d.months.sum()) for d in done),
    )


def _batch(
    scenario: Playable,
    worldview: str,
    strategy: str,
    values: Sample,
    paths: int,
    first_path: int,
    seed: int,
) -> Batch:
    spec = scenario.spec
    preferences = spec.preferences
    costs = {party: part.war_cost for party, part in preferences.items()}
    watch = tuple(dict.fromkeys(spec.course))
    chosen = scenario.strategy(strategy)
    readings = {name: parse(name) for name in watch} | conditions(chosen)
    war = compile_war(scenario, readings, costs)
    draws = len(values.replicate)
    rules = standing(chosen, war.levers, war.stocks, values, len(watch))
    row, path = _order(draws, paths)
    path += first_path
    levels = chosen.levers
    target = np.tile(np.array([levels[lever] for lever in war.levers]), (len(row), 1))
    hyp = draw_hypotheses(scenario, war, values, worldview, seed, row, path)
    inputs = start_inputs(scenario, war, values, worldview, row, hyp)
    discount = {
        party: np.broadcast_to(np.asarray(evaluate(p.discount, values.values), float), (draws,))
        for party, p in preferences.items()
    }
    params = war.params(values, scenario, worldview)
    return Batch(war, params, row, path, target, hyp, inputs, discount, seed, watch, rules)


def _order(draws: int, paths: int) -> tuple[Ints, Ints]:
    """Draw and path of every path, in groups of eight of one draw, which the step takes at once;
    group by group through all the draws, so that any stretch holds every draw alike.
    """
    row = np.repeat(np.arange(draws, dtype=np.int64), paths)
    path = np.tile(np.arange(paths, dtype=np.int64), draws)
    order = np.lexsort((path % WIDTH, row, path // WIDTH))
    return row[order], path[order]


@dataclass
class _Done:
    """Results of one chunk of paths, in their order."""

    ended: NDArray[np.int16]
    months: Ints
    state: Floats
    cost: Floats
    target: Floats
    course: NDArray[np.float32] | None


class _Going:
    """The paths of a chunk that are carried along, some of which may have ended."""

    def __init__(self, batch: Batch, piece: slice) -> None:
        war = batch.war
        self.row, self.path = batch.row[piece], batch.path[piece]
        self.target, self.hyp, self.inputs = (
            batch.target[piece].copy(),
            batch.hyp[piece],
            batch.inputs[piece],
        )
        count = len(self.row)
        self.place = np.arange(count)
        self.state = war.start(batch.params, self.row)
        self.alive: Bools = np.ones(count, dtype=np.bool_)
        self.ended = np.full(count, -1, dtype=np.int16)
        self.months = np.zeros(count, dtype=np.int64)
        self.cost = np.zeros((count, len(batch.discount)))
        self.weight = np.ones((count, len(batch.discount)))

    def store(self, done: _Done) -> None:
        """Write what is known of these paths to their places."""
        done.ended[self.place] = self.ended
        done.months[self.place] = self.months
        done.state[self.place] = self.state
        done.cost[self.place] = self.cost
        done.target[self.place] = self.target

    def drop_ended(self) -> None:
        """Keep only the paths that are alive."""
        keep = np.flatnonzero(self.alive)
        for name, array in vars(self).items():
            setattr(self, name, array[keep])


def _play(batch: Batch, horizon: int | None, shown: int, piece: slice, watched: bool) -> _Done:
    war, params, seed = batch.war, batch.params, batch.seed
    parties = len(batch.discount)
    factor = (
        np.stack(list(batch.discount.values()), axis=1) if parties else np.ones((len(params), 0))
    )
    p = _Going(batch, piece)
    count = len(p.row)
    done = _Done(
        np.empty(count, dtype=np.int16),
        np.empty(count, dtype=np.int64),
        np.empty_like(p.state),
        np.empty_like(p.cost),
        np.empty_like(p.target),
        np.empty((shown + 2, count, len(batch.watch)), dtype=np.float32) if watched else None,
    )
    month = 0
    last = MOST_MONTHS if horizon is None else horizon
    p.ended[:] = war.crossed(
        p.state, params, p.row, p.target, p.hyp, p.inputs, 0, seed=seed, draw=p.row, path=p.path
    )
    p.alive &= p.ended < 0
    while True:
        going = bool(p.alive.any()) and month < last
        if batch.rules is not None and going:
            z = _read(batch, p, month)
            batch.rules.obey(p.state, p.target, z, p.row, p.alive)
        if done.course is not None and month <= shown:
            _record(batch, p, month, done.course)
            if not going:
                done.course[month + 1 : shown + 1] = done.course[month]
        if not going:
            break
        # Month by month where somebody watches; else in spells, after which the ended are dropped.
        each = batch.rules is not None or (watched and month < shown)
        spell = 1 if each else min(max(month // 4, 4), 256, last - month)
        war.advance(
            p.state, params, p.row, p.target, p.hyp, p.inputs, month, seed, p.row, p.path, p.alive,
            months=spell, factor=factor, weight=p.weight, ended=p.ended, fought=p.months,
            cost=p.cost,
        )  # fmt: skip
        month += spell
        if 4 * np.count_nonzero(p.alive) < 3 * len(p.alive) and not (watched and month <= shown):
            p.store(done)
            p.drop_ended()
    if horizon is None and p.alive.any():
        raise SolverError(
            f"{war.scenario}: {int(p.alive.sum())} of {count} paths have not ended after"
            f" {MOST_MONTHS:,} months; give a horizon with --months, or an ending that comes"
        )
    p.store(done)
    if done.course is not None:
        _read_last(batch, done, piece)
    return done


def _read(batch: Batch, p: _Going, month: int) -> Floats:
    """[P, readings]: the watched quantities, then the conditions of rules."""
    out = np.empty((len(p.row), len(batch.war.readings)))
    batch.war.read(
        p.state, batch.params, p.row, p.target, p.hyp, p.inputs, month, out,
        seed=batch.seed, draw=p.row, path=p.path,
    )  # fmt: skip
    return out


def _record(batch: Batch, p: _Going, month: int, course: NDArray[np.float32]) -> None:
    """The watched quantities at the start of a month; those of paths ended before stand still."""
    out = _read(batch, p, month)[:, : len(batch.watch)]
    if month:
        course[month] = course[month - 1]
    now = p.months == month
    course[month, p.place[now]] = out[now]


def _read_last(batch: Batch, done: _Done, piece: slice) -> None:
    """The watched quantities at each path's own end, into the last row of the course."""
    war, row = batch.war, batch.row[piece]
    reading = np.empty((len(row), len(war.readings)))
    assert done.course is not None
    for month in np.unique(done.months):
        at = np.flatnonzero(done.months == month)
        out = np.empty((len(at), len(war.readings)))
        war.read(
            done.state[at], batch.params, row[at], done.target[at], batch.hyp[piece][at],
            batch.inputs[piece][at], int(month), out,
            seed=batch.seed, draw=row[at], path=batch.path[piece][at],
        )  # fmt: skip
        reading[at] = out
    done.course[-1] = reading[:, : len(batch.watch)]


def _quantiles(
    batch: Batch, parts: list[NDArray[np.float32] | None]
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    kept = [part for part in parts if part is not None]
    if not kept:
        return {}, {}
    values = np.concatenate(kept, axis=1)
    table = np.quantile(values, QUANTILES, axis=1).astype(np.float64)  # [5, months + 2, names]
    courses = {name: table[:, :-1, i].T.copy() for i, name in enumerate(batch.watch)}
    return courses, {name: table[:, -1, i].copy() for i, name in enumerate(batch.watch)}
