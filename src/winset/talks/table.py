"""Lay a problem out for the compiled loops: the kernel's table, and what endings impose."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from winset.scenario import Scenario
from winset.scenario.expr import evaluate
from winset.talks.cell import Settings
from winset.talks.menu import Floats
from winset.talks.packages import Deals, fill_scores
from winset.talks.pricing import Table
from winset.talks.terms import Home, terms, type_combos
from winset.talks.texts import Texts
from winset.war import War


def imposed_options(scenario: Scenario, deals: Deals, war: War) -> np.ndarray:
    """[E+1, M] flat option each outcome imposes, -1 where no deal holds; the last row is plain no
    deal."""
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


def endings(
    scenario: Scenario, deals: Deals, at: Mapping[str, Floats], no_deal: Floats, war: War
) -> Floats:
    """[D,E+1,R] utilities of the endings (and of plain no deal) at the start, costs taken off."""
    imposed = imposed_options(scenario, deals, war)
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


def layout(
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
    """The kernel's table of a problem: every draw-level number it reads, texts re-valued in all
    draws."""
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
    for within, points in deals.boxes:
        inside = np.ones(len(texts.packages), dtype=bool)
        for m, chosen in within.items():
            inside &= np.isin(texts.packages[:, m], chosen)
        pairs += inside[None, :, None] * points[rows]
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
    later, settled = np.zeros((0, 0, 0)), 0.0
    if deals.peace is not None and deals.peace.later:
        held = [p.hold(deals, draw, packages, {})[0] for p in deals.peace.later]
        later, settled = np.mean(held, axis=0), float(deals.peace.settled)
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
        later=c(later),
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
        month_at=key.get("month", 0),
        settled=settled,
    )
