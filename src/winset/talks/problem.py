"""Everything one cell needs before it is solved: draws, compiled war, packages, candidate texts, priors, kernel table."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from winset.errors import SolverError
from winset.scenario import Scenario
from winset.scenario.expr import Expr, evaluate
from winset.scenario.sampling import Sample, sample
from winset.talks.cell import Settings
from winset.talks.kernel import Table
from winset.talks.names import Facts, facts
from winset.talks.packages import Deals, Floats, build
from winset.talks.readings import readings
from winset.talks.terms import Home, home, terms, type_combos
from winset.talks.texts import Start, Texts, choose_candidates
from winset.war import War, compile_war


@dataclass(frozen=True)
class Hidden:
    """Hidden facts: combinations [H] as indicator columns [H, columns of War.hypotheses]; dynamic: those whose value moves
    anything but the chances of ending. path_of [H] numbers the dynamic part, ways = how many such parts."""

    columns: Floats
    path_of: np.ndarray
    ways: int
    marks: tuple[Mapping[str, float], ...]


@dataclass(frozen=True)
class Priors:
    """types [S+1,D,T] and hidden [S+1,D,H] priors of each signatory and, last, the public; world likewise without the
    first axis."""

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

    @property
    def rows(self) -> int:
        """Signatory rows (party x own type)."""
        return len(self.row_party)

    @property
    def parties(self) -> tuple[str, ...]:
        """Signatories."""
        return self.scenario.signatories


@functools.lru_cache(maxsize=8)
def _compiled(scenario: Scenario) -> tuple[War, dict[str, int]]:
    wanted = readings(scenario)
    war = compile_war(scenario, wanted)
    return war, {name: i for i, name in enumerate(war.readings)}


def compiled(scenario: Scenario) -> tuple[War, dict[str, int]]:
    """The compiled war with every reading the talks need, and reading name -> number."""
    return _compiled(scenario)


def dynamic_facts(scenario: Scenario) -> frozenset[str]:
    """Hidden hypotheses whose value moves something besides the chances of ending."""
    spec = scenario.spec
    names: set[str] = set()
    for flow in spec.flows.values():
        names |= flow.rate.names
    for event in spec.events.values():
        if event.outcome is None:
            for expr in (event.rate, event.chance):
                names |= expr.names if expr is not None else set()
        for expr in event.changes.values():
            names |= expr.names
    for lever in spec.levers.values():
        for part in (lever.delivered, lever.use, lever.cost, lever.delay):
            names |= part.names if part is not None else set()
    for expr in readings(scenario).values():
        names |= expr.names
    seen: set[str] = set()
    while names - seen:
        name = (names - seen).pop()
        seen.add(name)
        if name in spec.derived:
            names |= spec.derived[name].value.names
        if name.startswith("lever.") and name.split(".")[1] in spec.levers:
            delivered = spec.levers[name.split(".")[1]].delivered
            names |= delivered.names if delivered is not None else set()
    moved = {n.rsplit(".", 1)[0] for n in names}
    moved |= {s.about for s in spec.signals.values()}
    known = facts(scenario)
    return frozenset(
        h for h, owner in zip(known.ids, known.owner, strict=True) if owner is None and h in moved
    )


def prepare(scenario: Scenario, worldview: str, strategy: str, settings: Settings) -> Problem:
    """Sample, compile and lay out one cell."""
    drawn = sample(scenario, worldview, settings.draws, settings.replicates, settings.seed)
    war, key = compiled(scenario)
    params = war.params(drawn, scenario, worldview)
    known = facts(scenario)
    hidden = _hidden(scenario, war, known)
    chosen = scenario.strategy(strategy)
    target = np.array([chosen.levers[lever] for lever in war.levers], dtype=float)
    draws = len(drawn.replicate)
    priors = _priors(scenario, worldview, drawn, known)
    z = start_readings(war, params, target, hidden, draws)
    at = {name: z[:, i] for name, i in key.items()}
    deals = build(scenario, strategy, drawn, at)
    at_home = home(deals)
    tau, failed, discount, omega = _numbers(scenario, deals, settings)
    rows = [r for r, row in enumerate(deals.rows) if row.signatory]
    believed = np.where(np.isnan(deals.believed), _fill(deals, at, "believed"), deals.believed)
    no_deal = np.where(np.isnan(deals.no_deal), _fill(deals, at, "no_deal"), deals.no_deal)
    from winset.talks.packages import fill_scores

    contribution = deals.contribution(fill_scores(deals, at), believed, no_deal)
    cover = np.stack([at.get(f"cover|{p}", np.zeros(draws)) for p in scenario.signatories], axis=1)
    ends = _ends(scenario, deals, at, no_deal, war)
    fighting = _no_talks(war, params, target, hidden, priors, deals, at, ends, discount, rows)
    start = Start(
        contribution, cover, fighting, priors.types[-1], tau, discount, omega, deals.allowed
    )
    texts = choose_candidates(deals, at_home, start, settings.texts, settings.searched)
    table = _table(
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
    )


def start_readings(war: War, params: Floats, target: Floats, hidden: Hidden, draws: int) -> Floats:
    """[D,K] readings of the state at the start (hidden facts at their first combination, beliefs at 0)."""
    row = np.arange(draws)
    state = war.start(params, row)
    out = np.zeros((draws, len(war.readings)))
    hyp = np.repeat(hidden.columns[:1], draws, axis=0)
    inputs = np.zeros((draws, len(war.inputs)))
    war.read(state, params, row, np.tile(target, (draws, 1)), hyp, inputs, 0, out)
    return out


def _hidden(scenario: Scenario, war: War, known: Facts) -> Hidden:
    dynamic = dynamic_facts(scenario)
    own = known.hidden()
    index = known.hidden_index()
    count = int(index.max()) + 1 if len(index) else 1
    columns = np.zeros((count, len(war.hypotheses)))
    marks: list[Mapping[str, float]] = []
    labels: dict[tuple[int, ...], int] = {}
    path_of = np.zeros(count, dtype=np.int64)
    for h in range(count):
        combo = int((index == h).argmax())
        mark = known.indicators(combo)
        marks.append(
            {k: v for k, v in mark.items() if k.rsplit(".", 1)[0] in {known.ids[i] for i in own}}
        )
        for c, (name, value) in enumerate(war.hypotheses):
            columns[h, c] = marks[-1].get(f"{name}.{value}", 0.0)
        part = tuple(int(known.combos[combo, i]) for i in own if known.ids[i] in dynamic)
        path_of[h] = labels.setdefault(part, len(labels))
    return Hidden(columns, path_of, max(1, len(labels)), tuple(marks))


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


def _fill(deals: Deals, at: Mapping[str, Floats], what: str) -> Floats:
    out = np.zeros((deals.draws, deals.menu.size))
    for m, issue in enumerate(deals.menu.space.issues):
        for k, option in enumerate(deals.menu.space.options[m]):
            value = at.get(f"{what}|{issue}|{option}")
            if value is not None:
                out[:, int(deals.menu.first[m]) + k] = np.clip(value, 0.0, 1.0)
    return out


def imposed_options(scenario: Scenario, deals: Deals, war: War) -> np.ndarray:
    """[E+1, M] flat option each outcome imposes, -1 where no deal holds; the last row is plain no deal."""
    out = np.full((len(war.outcomes) + 1, len(deals.menu.space.issues)), -1, dtype=np.int64)
    for e, name in enumerate(war.outcomes):
        for issue, option in scenario.spec.outcomes[name].imposes.items():
            m = deals.menu.space.issues.index(issue)
            names = deals.menu.space.options[m]
            first = int(deals.menu.first[m])
            if option in names:
                out[e, m] = first + names.index(option)
            else:
                shares = deals.menu.share[first : first + len(names)]
                out[e, m] = first + int(np.abs(shares - float(option)).argmin())
    return out


def _ends(
    scenario: Scenario, deals: Deals, at: Mapping[str, Floats], no_deal: Floats, war: War
) -> Floats:
    """[D,E+1,R] utilities of the endings (and of plain no deal) at the start, costs taken off."""
    imposed = imposed_options(scenario, deals, war)
    from winset.talks.packages import fill_scores

    score = fill_scores(deals, at)
    weights = np.broadcast_to(no_deal, (deals.draws, deals.menu.size))
    out = np.zeros((deals.draws, len(imposed), len(deals.rows)))
    for e in range(len(imposed)):
        raw = np.zeros((deals.draws, len(deals.rows)))
        for m, size in enumerate(deals.menu.space.sizes):
            piece = slice(int(deals.menu.first[m]), int(deals.menu.first[m]) + size)
            o = imposed[e, m]
            part = (
                (score[:, :, piece] * weights[:, None, piece]).sum(axis=2)
                if o < 0
                else score[:, :, o]
            )
            raw += deals.weight[:, :, m] * part
        out[:, e] = deals.utility(raw, np.arange(deals.draws))
        if e < len(war.outcomes):
            for r, row in enumerate(deals.rows):
                out[:, e, r] -= at.get(f"outcome|{war.outcomes[e]}|{row.party}", 0.0)
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
) -> Floats:
    """[D,R] value of fighting on with no talks, start hazards for ever, each signatory's own beliefs."""
    draws = deals.draws
    row = np.arange(draws)
    state = war.start(params, row)
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


def _table(
    scenario: Scenario,
    war: War,
    key: Mapping[str, int],
    deals: Deals,
    at_home: Home,
    texts: Texts,
    contribution: Floats,
    tau: Floats,
    failed: Floats,
    discount: Floats,
    omega: Floats,
    settings: Settings,
) -> Table:
    rows = np.array([r for r, row in enumerate(deals.rows) if row.signatory])
    parties = scenario.signatories
    packages, draw = texts.packages[None], np.arange(deals.draws)[:, None]
    utility = deals.utility(deals.raw(contribution, draw, packages), draw)
    found = terms(deals, at_home, draw, packages, utility)
    combos, _ = type_combos(deals)
    mine = [deals.rows[r] for r in rows]
    row_of = np.array(
        [
            [next(i for i, w in enumerate(mine) if w.party == p and w.type == c[s]) for c in combos]
            for s, p in enumerate(parties)
        ],
        dtype=np.int64,
    )
    pairs = np.zeros((deals.draws, len(texts.packages), len(rows)))
    for (a, x, b, y), points in deals.pairs:
        both = (texts.packages[:, a] == x) & (texts.packages[:, b] == y)
        pairs += both[None, :, None] * points[:, None, rows]
    sizes = np.array(deals.menu.space.sizes)
    spec = scenario.spec

    def numbers(what: str) -> np.ndarray:
        out = np.full(deals.menu.size, -1, dtype=np.int64)
        for m, issue in enumerate(deals.menu.space.issues):
            for k, option in enumerate(deals.menu.space.options[m]):
                out[int(deals.menu.first[m]) + k] = key.get(f"{what}|{issue}|{option}", -1)
        return out

    score_at = np.full((len(rows), deals.menu.size), -1, dtype=np.int64)
    for i, row in enumerate(mine):
        score_at[i] = numbers(f"score|{row.party}|{row.type}")
    no_deal_at = np.where(np.isnan(deals.no_deal), numbers("no_deal"), -1)
    believed_at = np.where(np.isnan(deals.believed[0]), numbers("believed"), -1)
    worth = np.zeros(deals.draws)
    if spec.ceasefire is not None:
        worth += evaluate(spec.ceasefire.worth, deals.number)
    late = np.zeros(deals.draws)
    if spec.durability is not None:
        late += evaluate(spec.durability.late_hazard, deals.number)
    veto = found.veto[..., rows].copy()
    shift, penalty = found.shift.copy(), found.penalty[..., rows].copy()
    if texts.armistice >= 0:  # an armistice shifts nothing and binds nobody
        shift[:, texts.armistice], penalty[:, texts.armistice] = 0.0, 0.0
        veto[:, texts.armistice] = False
    c = np.ascontiguousarray
    return Table(
        weight=c(deals.weight[:, rows]),
        score=c(np.nan_to_num(deals.score[:, rows])),
        believed=c(np.nan_to_num(deals.believed)),
        no_deal=c(np.nan_to_num(deals.no_deal)),
        score_at=score_at,
        believed_at=believed_at,
        no_deal_at=no_deal_at,
        open_at=numbers("available"),
        issue_of=np.repeat(np.arange(len(sizes)), sizes),
        first=np.concatenate([deals.menu.first, [deals.menu.size]]).astype(np.int64),
        texts=c(deals.menu.flat(texts.packages)),
        kept=c(texts.kept.astype(np.int64)),
        pairs=c(pairs),
        low=c(deals.low[:, rows]),
        high=c(deals.high[:, rows]),
        power=c(deals.power[:, rows]),
        support=c(found.support),
        cover_on=c(found.cover_on),
        passing=c(found.pass_),
        hazard=c(found.hazard),
        shift=c(shift),
        veto=c(veto),
        penalty=c(penalty),
        steep=c(at_home.steepness),
        midpoint=c(at_home.midpoint),
        cover_at=np.array([key.get(f"cover|{p}", -1) for p in parties], dtype=np.int64),
        multiplier_at=key["multiplier"],
        party_of=np.array([parties.index(w.party) for w in mine], dtype=np.int64),
        row_of=row_of,
        discount=c(discount),
        late=late,
        window=spec.durability.window if spec.durability else 60,
        tau=c(tau),
        failed=c(failed),
        omega=omega,
        imposed=imposed_options(scenario, deals, war),
        outcome_cost_at=np.array(
            [[key.get(f"outcome|{e}|{p}", -1) for p in parties] for e in war.outcomes],
            dtype=np.int64,
        ).reshape(len(war.outcomes), len(parties)),
        armistice=texts.armistice,
        worth=worth,
        ceasefire_at=key.get("ceasefire.hazard", 0),
        ceasefire_cost_at=key.get("ceasefire.war_cost", -1),
        refresh=1,
    )


def require(condition: bool, message: str) -> None:
    """Raise `SolverError` with the message unless the condition holds."""
    if not condition:
        raise SolverError(message)
