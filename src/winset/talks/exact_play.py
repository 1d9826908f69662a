"""Forward play on the tree: probability mass of every public situation, type and hidden fact under
the world's chances."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from winset.talks.cell import Cell
from winset.talks.exact_solve import Solved
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
    terms: dict[int, float] = defaultdict(float)
    for p in played:
        for text, mass in p["terms"].items():
            terms[text] += mass / len(played)
    total = max(sum(terms.values()), 1e-300)
    listed = sorted(terms.items(), key=lambda item: (-item[1], item[0]))
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
        terms=tuple(
            (problem.deals.menu.describe(problem.texts.packages[t]), m / total)
            for t, m in listed[:50]
        ),
        blocked_by={n: m / everything for n, m in blocked.items()},
        fighting_on=fighting,
        fitted={
            "solver": "exact",
            "rounds": solved[0].rounds,
            "nodes": sum(len(x.met) for x in solved[0].tree.levels),
        },
        seconds=seconds,
    )


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
    terms: dict[int, float] = defaultdict(float)
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
        v, lasts, hz, _, ends = node.prices
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
        for j in np.flatnonzero(sign.sum(axis=(1, 2)) > 0):
            terms[int(flat[j])] += float(sign[j].sum())
        _who_blocks(problem, node, met - met * node.signs[None, :, :, None], blocked, d)
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
                for s in range(len(problem.parties)):
                    for combo in range(combos):
                        worth = nodes[t + 1].prices[4][at_e, e, row[s, combo]]
                        value[s] += factor[s] * (gone_mass[:, combo].sum(axis=1) * worth).sum()
                following[:, at_e] = 0.0
        mass = following
    left = mass.sum(axis=(0, 3))
    for s, party in enumerate(problem.parties):
        for combo in range(combos):
            if problem.horizon:
                worth = nodes[months].z[:, problem.key[f"horizon|{party}"]]
            else:
                worth = nodes[months].fighting[:, row[s, combo]]
            value[s] += factor[s] * (left[:, combo] * worth).sum()
    return {
        "measures": _measures(problem, signed, lasting, worse, fought, ended, value),
        "terms": terms,
        "blocked": blocked,
    }


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
    problem: Problem, node: Any, unsigned: Floats, blocked: dict[str, float], d: int
) -> None:
    """The party with the largest shortfall over texts the others accept; ratification where nobody
    falls short."""
    rows = problem.rows
    if rows != len(problem.parties):
        return
    v, lasts, _, r, _ = node.prices
    gain = lasts[:, :, 0, :] * (v - node.fighting[:, None, :])
    good = (r >= kernel_least())[:, :, None] & (gain >= 0)
    mass = unsigned.sum(axis=(0, 2, 3))
    short = np.zeros((len(mass), rows))
    for i in range(rows):
        others = np.all(np.delete(good, i, axis=2), axis=2)
        best = np.where(others, gain[:, :, i], -9.0).max(axis=1)
        short[:, i] = np.maximum(-best, 0.0)
    who = short.argmax(axis=1)
    for i, party in enumerate(problem.parties):
        blocked[party] += float(mass[(who == i) & (short.max(axis=1) > 1e-12)].sum())
    blocked["ratification"] += float(mass[short.max(axis=1) <= 1e-12].sum())


def kernel_least() -> float:
    """The least ratification chance a text is tabled with."""
    from winset.talks.kernel import LEAST_RATIFIED

    return LEAST_RATIFIED


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
    out = {
        "ceasefire": total,
        "signed": total,
        "signed_24": float(signed[:24].sum()),
        "durable": float(lasting.sum()),
        "durable_if_signed": float(lasting.sum() / total) if total > 0 else np.nan,
        "months_to_signing": float((signed * months).sum() / total) if total > 0 else np.nan,
        "signed_outside_overlap": worse / total if total > 0 else np.nan,
        "overlap_at_start": np.nan,
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
