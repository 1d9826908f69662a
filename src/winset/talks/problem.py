"""Everything one cell needs before it is solved: draws, compiled war, packages, candidate texts,
priors, kernel table."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from winset.scenario import Scenario
from winset.scenario.expr import Expr, evaluate
from winset.scenario.sampling import Sample, sample
from winset.talks.cell import Settings
from winset.talks.hidden import Hidden, hidden_of
from winset.talks.menu import Floats
from winset.talks.names import Facts, facts
from winset.talks.outlook import later_state, outlook, readings_at
from winset.talks.packages import Deals, build, fill_scores
from winset.talks.pricing import Table
from winset.talks.readings import readings
from winset.talks.table import endings, layout
from winset.talks.terms import Home, home
from winset.talks.texts import SMALL, Texts, choose_candidates
from winset.talks.track_kernel import Tracked, tracked
from winset.war import War, compile_war


@dataclass(frozen=True)
class Priors:
    """types [S+1,D,T] and hidden [S+1,D,H] priors of each signatory and, last, the public; world
    likewise without the first axis."""

    types: Floats
    hidden: Floats
    world_types: Floats
    world_hidden: Floats


@dataclass(frozen=True)
class Problem:
    """One cell, ready to be solved."""

    scenario: Scenario
    worldview: str
    strategy: str
    settings: Settings
    sample: Sample
    war: War
    key: Mapping[str, int]
    params: Floats
    target: Floats  # [L] set levels
    facts: Facts
    hidden: Hidden
    priors: Priors
    deals: Deals
    home: Home
    texts: Texts
    table: Table
    row_party: np.ndarray  # [R]
    start_ends: Floats  # [D,E+1,R] utilities of endings at the start
    horizon: bool  # an unfinished war has a stated value
    contribution: Floats  # [D,R,O] weighted effective scores at the start
    tracks: Tracked | None  # None: issues are negotiated as one package

    @property
    def rows(self) -> int:
        """Signatory rows (party x own type)."""
        return len(self.row_party)

    @property
    def parties(self) -> tuple[str, ...]:
        """Signatories."""
        return self.scenario.signatories

    @functools.cached_property
    def cost_at(self) -> np.ndarray:
        """[R] reading number of each signatory row's monthly cost of war."""
        rows = [row for row in self.deals.rows if row.signatory]
        return np.array([self.key[f"cost|{w.party}|{w.type}"] for w in rows], dtype=np.int64)

    @functools.cached_property
    def meeting_factor(self) -> Floats:
        """[D] what the strategy multiplies the chance of a meeting with."""
        factor = evaluate(self.deals.strategy.meeting_factor, self.deals.number)
        return np.asarray(np.zeros(self.deals.draws) + factor)

    @functools.cached_property
    def own_types(self) -> np.ndarray:
        """[R, types] type combinations that a signatory row is part of but for the first, -1 where
        there are no more."""
        own = [np.flatnonzero(self.table.row_of[s] == i)[1:] for i, s in enumerate(self.row_party)]
        out = np.full((self.rows, max(len(types) for types in own)), -1, dtype=np.int64)
        for i, types in enumerate(own):
            out[i, : len(types)] = types
        return out


@functools.lru_cache(maxsize=4)
def _sampled(scenario: Scenario, worldview: str, draws: int, replicates: int, seed: int) -> Sample:
    # the same for all strategies of a worldview
    return sample(scenario, worldview, draws, replicates, seed)


@functools.lru_cache(maxsize=8)
def _compiled(scenario: Scenario) -> tuple[War, dict[str, int]]:
    wanted = readings(scenario)
    war = compile_war(scenario, wanted)
    return war, {name: i for i, name in enumerate(war.readings)}


def compiled(scenario: Scenario) -> tuple[War, dict[str, int]]:
    """The compiled war with every reading the talks need, and reading name -> number."""
    return _compiled(scenario)


def prepare(
    scenario: Scenario,
    worldview: str,
    strategy: str,
    settings: Settings,
    drawn: Sample | None = None,
) -> Problem:
    """Sample (unless `drawn` is given), compile and lay out one cell."""
    if drawn is None:
        drawn = _sampled(scenario, worldview, settings.draws, settings.replicates, settings.seed)
    war, key = compiled(scenario)
    params = war.params(drawn, scenario, worldview)
    known = facts(scenario)
    hidden = hidden_of(scenario, war, known)
    chosen = scenario.strategy(strategy)
    target = np.array([chosen.levers[lever] for lever in war.levers], dtype=float)
    draws = len(drawn.replicate)
    priors = _priors(scenario, worldview, drawn, known)
    z = start_readings(war, params, target, hidden, draws)
    at = {name: z[:, i] for name, i in key.items()}
    deals = build(scenario, strategy, drawn, at)
    at_home = home(deals)
    tau, failed, discount, omega = _numbers(scenario, deals, settings)
    if scenario.spec.durability is not None and scenario.spec.durability.played is not None:
        from winset.talks.peaceful import played_on

        deals = played_on(
            deals, at_home, war, key, params, target, hidden, priors, worldview, drawn,
            (tau, failed, discount, omega), settings,
        )  # fmt: skip
    rows = [r for r, row in enumerate(deals.rows) if row.signatory]
    begin = war.start(params, np.arange(draws))

    def value(z: Mapping[str, Floats], month: int) -> tuple[Floats, Floats, Floats]:
        no_deal = _no_deal(deals, z)
        ends = endings(scenario, deals, z, no_deal, war)
        state = begin if month == 0 else later[month]
        fighting = _no_talks(
            war, params, target, hidden, priors, deals, z, ends, discount, rows, state
        )
        believed = np.where(np.isnan(deals.believed), _fill(deals, z, "believed"), deals.believed)
        contribution = deals.contribution(fill_scores(deals, z), believed, no_deal)
        parties = scenario.signatories
        cover = np.stack([z.get(f"cover|{p}", np.zeros(draws)) for p in parties], axis=1)
        return contribution, cover, fighting

    later: dict[int, Floats] = {}

    def read(month: int) -> Mapping[str, Floats]:
        later[month] = later_state(war, params, target, hidden.columns, month, settings.seed)
        out = readings_at(war, params, target, hidden, draws, later[month])
        return {name: out[:, i] for name, i in key.items()}

    ends = endings(scenario, deals, at, _no_deal(deals, at), war)
    few = deals.menu.space.size <= SMALL  # every package is a candidate
    fixed = (priors.types[-1], tau, discount, omega)
    start = outlook(scenario, deals, at, read, value, 0 if few else settings.months, fixed)
    contribution = start.contribution[:draws]
    texts = choose_candidates(deals, at_home, start, settings.texts, settings.searched)
    table = layout(
        scenario,
        war,
        key,
        deals,
        at_home,
        texts,
        contribution,
        tau,
        failed,
        discount,
        omega,
        settings,
    )
    parties = scenario.signatories
    row_party = np.array([parties.index(deals.rows[r].party) for r in rows], dtype=np.int64)
    return Problem(
        scenario,
        worldview,
        strategy,
        settings,
        drawn,
        war,
        key,
        params,
        target,
        known,
        hidden,
        priors,
        deals,
        at_home,
        texts,
        table,
        row_party,
        ends[:, :, rows],
        scenario.spec.at_horizon.value is not None,
        contribution,
        tracked(deals),
    )


def start_readings(war: War, params: Floats, target: Floats, hidden: Hidden, draws: int) -> Floats:
    """[D,K] readings of the state at the start (hidden facts at their first combination, beliefs at
    0)."""
    return readings_at(war, params, target, hidden, draws, war.start(params, np.arange(draws)))


def _priors(scenario: Scenario, worldview: str, drawn: Sample, known: Facts) -> Priors:
    draws = len(drawn.replicate)
    holders = [*scenario.signatories, "public"]

    def one(hypothesis: str, holder: str | None) -> Floats:
        spec = scenario.spec.hypotheses[hypothesis]
        table: Mapping[str, Expr] = spec.prior
        changed: Mapping[str, Mapping[str, Expr]] = {}
        if worldview in scenario.spec.worldviews:
            changed = scenario.spec.worldviews[worldview].priors.get(hypothesis, {})
        table = changed.get("world", table)
        if holder is not None:
            table = changed.get(holder, spec.priors.get(holder, table))

        def look(name: str) -> Any:
            if holder is not None and (holder, name) in drawn.believed:
                return drawn.believed[holder, name]
            return drawn.values[name]

        out = np.stack([np.zeros(draws) + evaluate(table[v], look) for v in spec.values], axis=1)
        out = np.clip(out, 0.0, None)
        total = out.sum(axis=1, keepdims=True)
        return np.asarray(out / np.where(total > 0, total, 1.0), dtype=float)

    def joint(kind: str, holder: str | None) -> Floats:
        if kind == "types":
            index = np.stack([known.type_index(p) for p in scenario.signatories], axis=1)
            own = [h for h, o in enumerate(known.owner) if o is not None]
            _, first = np.unique(index, axis=0, return_index=True)
        else:
            own = list(known.hidden())
            _, first = np.unique(known.hidden_index(), return_index=True)
        out = np.ones((draws, max(1, len(first))))
        for h in own:
            table = one(known.ids[h], holder)
            for k, f in enumerate(first):
                out[:, k] *= table[:, known.combos[f, h]]
        return out

    return Priors(
        np.stack([joint("types", h) for h in holders]),
        np.stack([joint("hidden", h) for h in holders]),
        joint("types", None),
        joint("hidden", None),
    )


def _numbers(
    scenario: Scenario, deals: Deals, settings: Settings
) -> tuple[Floats, Floats, Floats, Floats]:
    parties = scenario.signatories
    talks = scenario.spec.talks
    tau, failed = np.zeros((deals.draws, len(parties))), np.zeros((deals.draws, len(parties)))
    discount = np.ones((deals.draws, len(parties)))
    for s, party in enumerate(parties):
        if party in talks.temperature:
            tau[:, s] = evaluate(talks.temperature[party], deals.number)
        if party in talks.failed_cost:
            failed[:, s] = evaluate(talks.failed_cost[party], deals.number)
        discount[:, s] = evaluate(scenario.spec.preferences[party].discount, deals.number)
    omega = np.zeros(deals.draws) + evaluate(deals.strategy.omega, deals.number)
    return tau * settings.temperature_factor, failed, discount, omega


def _no_deal(deals: Deals, at: Mapping[str, Floats]) -> Floats:
    return np.where(np.isnan(deals.no_deal), _fill(deals, at, "no_deal"), deals.no_deal)


def _fill(deals: Deals, at: Mapping[str, Floats], what: str) -> Floats:
    out = np.zeros((deals.draws, deals.menu.size))
    for m, issue in enumerate(deals.menu.space.issues):
        for k, option in enumerate(deals.menu.space.options[m]):
            value = at.get(f"{what}|{issue}|{option}")
            if value is not None:
                out[:, int(deals.menu.first[m]) + k] = np.clip(value, 0.0, 1.0)
    return out


def _no_talks(
    war: War,
    params: Floats,
    target: Floats,
    hidden: Hidden,
    priors: Priors,
    deals: Deals,
    at: Mapping[str, Floats],
    ends: Floats,
    discount: Floats,
    rows: list[int],
    state: Floats,
) -> Floats:
    """[D,R] value of fighting on with no talks, the hazards at `state` for ever, each signatory's
    own beliefs."""
    draws = deals.draws
    row = np.arange(draws)
    levels = np.tile(target, (draws, 1))
    inputs = np.zeros((draws, len(war.inputs)))
    hazard = np.zeros((len(hidden.columns), draws, len(war.outcomes)))
    for h, columns in enumerate(hidden.columns):
        war.hazards(state, params, row, levels, np.tile(columns, (draws, 1)), inputs, 0, hazard[h])
    parties = deals.scenario.signatories
    out = np.zeros((draws, len(deals.rows)))
    for r in rows:
        s = parties.index(deals.rows[r].party)
        cost = at[f"cost|{deals.rows[r].party}|{deals.rows[r].type}"]
        d = discount[:, s]
        value = np.zeros(draws)
        for h in range(len(hidden.columns)):
            lost = (hazard[h] * ends[:, :-1, r]).sum(axis=1)
            alive = 1.0 - hazard[h].sum(axis=1)
            value += priors.hidden[s][:, h] * (-cost + d * lost) / np.maximum(1.0 - d * alive, 1e-6)
        out[:, r] = np.clip(value, -2.0, 2.0)
    return out
