"""Forward play on the tree: probability mass of every public situation, type and hidden fact under
the world's chances."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from winset.talks import session
from winset.talks.cell import Cell
from winset.talks.exact_ends import Ends
from winset.talks.exact_solve import Solved, beliefs, solve_draw
from winset.talks.meeting import costs
from winset.talks.menu import Floats
from winset.talks.problem import Problem


def play_exact(problem: Problem, solved: list[Solved], seconds: float) -> Cell:
    """Measures of a cell as expectations. `solved`: one per draw (the same object where draws are
    alike)."""
    cache: dict[int, dict[str, Any]] = {}
    for one in solved:
        if id(one) not in cache:
            cache[id(one)] = _play(problem, one)
    played = [cache[id(one)] for one in solved]
    names = list(played[0]["measures"])
    measures = {n: np.array([p["measures"][n] for p in played]) for n in names}
    terms: dict[tuple[int, float | None], float] = defaultdict(float)
    for p in played:
        for text, mass in p["terms"].items():
            terms[text] += mass / len(played)
    total = max(sum(terms.values()), 1e-300)
    listed = sorted(terms.items(), key=lambda item: (-item[1], item[0][0], item[0][1] or 0.0))
    fighting = {
        party: np.array(
            [
                sum(
                    problem.priors.world_types[d, k] * one.start[problem.table.row_of[s, k]]
                    for k in range(problem.table.row_of.shape[1])
                )
                for d, one in enumerate(solved)
            ]
        )
        for s, party in enumerate(problem.parties)
    }
    blocked: dict[str, float] = defaultdict(float)
    for p in played:
        for name, mass in p["blocked"].items():
            blocked[name] += mass
    everything = max(sum(blocked.values()), 1e-300)
    return Cell(
        worldview=problem.worldview,
        strategy=problem.strategy,
        measures=measures,
        replicate=problem.sample.replicate,
        sampled=problem.sample.values,
        courses={},
        terms=tuple((_described(problem, *text), m / total) for text, m in listed[:50]),
        blocked_by={n: m / everything for n, m in blocked.items()},
        fighting_on=fighting,
        fitted={
            "solver": "exact",
            "rounds": solved[0].rounds,
            "nodes": sum(len(x.met) for x in solved[0].tree.levels),
        },
        seconds=seconds,
    )


def _described(problem: Problem, text: int, split: float | None) -> dict[str, Any]:
    """The package of a text; `split`: the share it stands for, where that is no listed one."""
    package = problem.deals.menu.describe(problem.texts.packages[text])
    return package if split is None else dict.fromkeys(package, split)


def _play(problem: Problem, solved: Solved) -> dict[str, Any]:
    d, tb, months = solved.draw, problem.table, problem.settings.months
    combos, facts = tb.hazard.shape[2], len(problem.hidden.marks)
    levels, nodes = solved.tree.levels, solved.nodes
    mass = np.zeros((2, len(levels[0].met), combos, facts))
    mass[0, 0] = problem.priors.world_types[d][:, None] * problem.priors.world_hidden[d][None, :]
    signed = np.zeros(months)
    lasting, worse, fought = np.zeros(months), 0.0, 0.0
    ended = np.zeros((months, len(problem.war.outcomes)))
    value = np.zeros(len(problem.parties))
    terms: dict[tuple[int, float | None], float] = defaultdict(float)
    final = Ends(problem, d)
    blocked: dict[str, float] = defaultdict(float)
    factor = np.ones(len(problem.parties))
    row = tb.row_of
    for t in range(months):
        node, level = nodes[t], levels[t]
        cool = node.z[:, problem.key["cooling"]]
        heal = node.z[:, problem.key["recovery"]]
        met = np.stack(
            [mass[0] * node.kappa[:, None, None], mass[1] * (node.kappa * cool)[:, None, None]]
        )
        sign = met.sum(axis=0) * node.signs[:, :, None]
        signed[t] = sign.sum()
        k = np.maximum(node.text, 0)
        at = np.arange(len(k))
        v, lasts, hz, r, ends = node.prices
        flat = tb.kept[d, k]
        for combo in range(combos):
            m = sign[:, combo].sum(axis=1)
            lasting[t] += (m * (1.0 - hz[at, k, combo]) ** tb.window).sum()
            short = np.zeros(len(k), dtype=bool)
            for s in range(len(problem.parties)):
                i = row[s, combo]
                last = lasts[at, k, combo, s]
                shift = tb.shift[d, flat, s]
                worth = (
                    last * v[at, k, i]
                    + (1 - last) * (node.fighting[:, i] + shift)
                    - tb.penalty[d, flat, i]
                )
                value[s] += factor[s] * (m * worth).sum()
                short |= worth < node.fighting[:, i] - 1e-12
            worse += m[short].sum()
        split = np.where(k == node.moved, node.split, np.nan) if node.moved >= 0 else k * np.nan
        for j in np.flatnonzero(sign.sum(axis=(1, 2)) > 0):
            share = None if np.isnan(split[j]) else round(float(split[j]), 6)
            terms[int(flat[j]), share] += float(sign[j].sum())
        final.add(sign.sum(axis=(1, 2)), node.z, t, text=flat, split=split)
        rr = np.maximum(r[at, k], 1e-12)
        broken = float((sign.sum(axis=(1, 2)) * (1.0 - rr) / rr).sum())
        for s in range(len(problem.parties)):  # what failing at home costs those who agreed
            value[s] -= factor[s] * broken * tb.failed[d, s]
        _who_blocks(problem, level, node, met - met * node.signs[None, :, :, None], blocked, d)
        failed = met * (1.0 - node.signs)[None, :, :, None]
        quiet = mass - met
        live = quiet.sum(axis=0) + failed.sum(axis=0)
        fought += live.sum()
        cost = costs(problem, node.z)
        for s in range(len(problem.parties)):
            for combo in range(combos):
                i = row[s, combo]
                value[s] -= factor[s] * (live[:, combo].sum(axis=1) * cost[:, i]).sum()
        factor = factor * tb.discount[d]
        lost = np.einsum("ntf,nfe->nte", live, node.hazard)
        ended[t] += lost.sum(axis=(0, 1))
        assert level.chance is not None and level.children is not None
        for w in range(level.chance.shape[2]):
            child = np.maximum(level.children[:, w, 0], 0)
            for e in range(lost.shape[2]):
                if len(nodes[t + 1].z):
                    gone_here = lost[:, :, e].sum(axis=1) * level.chance[-1, :, w]
                    final.add(gone_here, nodes[t + 1].z[child], t + 1, outcome=e)
        for s in range(len(problem.parties)):
            for combo in range(combos):
                value[s] += factor[s] * (lost[:, combo] * ends[:, :-1, row[s, combo]]).sum()
        alive = 1.0 - node.hazard.sum(axis=2)
        if solved.tree.history:
            stay, gone = quiet.sum(axis=0) * alive[:, None], failed.sum(axis=0) * alive[:, None]
            following = _move(level, stay, gone, len(levels[t + 1].met))
        else:
            healed = quiet[1] * heal[:, None, None]
            open_ = (quiet[0] + healed) * alive[:, None]
            cold = (quiet[1] - healed + failed.sum(axis=0)) * alive[:, None]
            following = np.stack([_spread(level, x, len(levels[t + 1].met)) for x in (open_, cold)])
        crossed = levels[t + 1].ended
        for e in range(len(problem.war.outcomes)):
            at_e = crossed == e
            if at_e.any():
                gone_mass = following[:, at_e].sum(axis=0)
                ended[t, e] += gone_mass.sum()
                final.add(gone_mass.sum(axis=(1, 2)), nodes[t + 1].z[at_e], t + 1, outcome=e)
                for s in range(len(problem.parties)):
                    for combo in range(combos):
                        worth = nodes[t + 1].prices[4][at_e, e, row[s, combo]]
                        value[s] += factor[s] * (gone_mass[:, combo].sum(axis=1) * worth).sum()
                following[:, at_e] = 0.0
        mass = following
    left = mass.sum(axis=(0, 3))
    final.add(left.sum(axis=1), nodes[months].z, months)
    for s, party in enumerate(problem.parties):
        for combo in range(combos):
            if problem.horizon:
                worth = nodes[months].z[:, problem.key[f"horizon|{party}"]]
            else:
                worth = nodes[months].fighting[:, row[s, combo]]
            value[s] += factor[s] * (left[:, combo] * worth).sum()
    measures = _measures(problem, signed, lasting, worse, fought, ended, value)
    measures["overlap_at_start"] = _overlap(problem, solved)
    return {
        "measures": {**measures, **final.measures()},
        "terms": terms,
        "blocked": blocked,
    }


def _overlap(problem: Problem, solved: Solved) -> float:
    """Chance, over the world's types, that some text at the start beats fighting on for all."""
    d, node, combos = solved.draw, solved.nodes[0], problem.table.hazard.shape[2]
    v, lasts, _, r, _ = node.prices
    b = beliefs(problem, solved.tree.levels[0], d)[0]
    found, draw = np.zeros(combos), np.full(combos, d)
    many = tuple(np.repeat(x, combos, axis=0) for x in (v, lasts, r, node.fighting, b))
    v, lasts, r, c, b = many
    session.overlaps(problem.table, draw, np.arange(combos), v, lasts, r, c, b, found)
    return float(problem.priors.world_types[d] @ found)


def _spread(level: Any, mass: Floats, size: int) -> Floats:
    out = np.zeros((size, *mass.shape[1:]))
    for w in range(level.chance.shape[2]):
        child = level.children[:, w, 0]
        good = child >= 0
        np.add.at(out, child[good], (mass * level.chance[-1, :, w][:, None, None])[good])
    return out


def _move(level: Any, stay: Floats, gone: Floats, size: int) -> Floats:
    out = np.zeros((2, size, *stay.shape[1:]))
    for w in range(level.chance.shape[2]):
        for m, mass in ((0, stay), (1, gone)):
            child = level.children[:, w, m]
            good = child >= 0
            np.add.at(out[0], child[good], (mass * level.chance[-1, :, w][:, None, None])[good])
    return out


def _who_blocks(
    problem: Problem, level: Any, node: Any, unsigned: Floats, blocked: dict[str, float], d: int
) -> None:
    """The party with the largest shortfall over texts the others accept; ratification where nobody
    falls short."""
    v, lasts, _, r, _ = node.prices
    parties = len(problem.parties)
    short = np.zeros((len(v), unsigned.shape[2], parties))
    b = beliefs(problem, level, d)[0]
    session.shortfalls(problem.table, np.full(len(v), d), v, lasts, r, node.fighting, b, short)
    mass, most = unsigned.sum(axis=(0, 3)), short.max(axis=2)
    who = np.where(most > 1e-12, short.argmax(axis=2), parties)
    for i, name in enumerate((*problem.parties, "ratification")):
        blocked[name] += float(mass[who == i].sum())


def _measures(
    problem: Problem,
    signed: Floats,
    lasting: Floats,
    worse: float,
    fought: float,
    ended: Floats,
    value: Floats,
) -> dict[str, float]:
    total = float(signed.sum())
    months = np.arange(len(signed))
    gone = signed + ended.sum(axis=1)
    years = np.minimum(months + 1, 12)
    exposed = float(gone @ years) + (1.0 - float(gone.sum())) * min(len(signed), 12)
    out = {
        "ceasefire": total,
        "signed": total,
        "signed_24": float(signed[:24].sum()),
        "durable": float(lasting.sum()),
        "durable_if_signed": float(lasting.sum() / total) if total > 0 else np.nan,
        "months_to_signing": float((signed * months).sum() / total) if total > 0 else np.nan,
        "signed_outside_overlap": worse / total if total > 0 else np.nan,
        "ceasefire_per_month": float(signed[:12].sum()) / max(exposed, 1e-9),
        "months_of_war": fought,
        "at_war": max(0.0, 1.0 - total - float(ended.sum())),
    }
    term = next(iter(problem.scenario.spec.terms.values()), None)
    if term is not None:
        out["signed_term"] = float(signed[: term.month].sum())
        out["durable_term"] = float(lasting[: term.month].sum())
    for e, name in enumerate(problem.war.outcomes):
        out[f"ended.{name}"] = float(ended[:, e].sum())
    for s, party in enumerate(problem.parties):
        out[f"value.{party}"] = float(value[s])
    return out


def exact_cell(problem: Problem, seconds: float) -> Cell:
    """The cell of a small game; draws that are all alike are solved once."""
    draws = problem.deals.draws
    alike = all((v == v[0]).all() for v in problem.sample.values.values())
    solved = [solve_draw(problem, d) for d in ([0] if alike else range(draws))]
    return play_exact(problem, solved * draws if alike else solved, seconds)
