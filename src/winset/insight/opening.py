"""What a deal signed today is worth to each party, draw by draw.

For signatory i of type combination t in draw n (model.md section 3),

    v_i(d) = clip(x_i(d), 0, 1) ** aspiration_i,    x_i a sum of scores and pairs
    gain_i(d) = A (v_i - C_i) + (1 - A) shift_i - penalty_i,        -inf beyond a red line

where A, shift and penalty depend on few issues only: those whose options carry what durability and
red lines read. Given these issues' options the win-set of i is x_i >= a threshold, which is what
`winset.insight.winsets` counts by.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from winset.scenario.expr import Expr
from winset.talks.menu import Floats
from winset.talks.packages import Deals, _pair_tables, fill_scores
from winset.talks.problem import Problem, _fill, start_readings
from winset.talks.terms import holding, lasting, ratified, terms, type_combos


@dataclass(frozen=True, eq=False)
class Opening:
    """A problem read at its start.

    contribution [D,R,O]; cover [D,S]; multiplier [D] of the hazard; allowed [D,O] on the table;
    fighting [D,R] value of fighting on of the signatories' rows (of all rows, others 0); truce [D]
    monthly hazard of an armistice (0 where the scenario has none).
    """

    problem: Problem
    contribution: Floats
    cover: Floats
    multiplier: Floats
    allowed: np.ndarray
    fighting: Floats
    truce: Floats

    @property
    def deals(self) -> Deals:
        """The problem's packages and preferences."""
        return self.problem.deals

    def row(self, signatory: int, combo: int) -> int:
        """Row of a signatory's type under a type combination, among all rows."""
        combos, _ = type_combos(self.deals)
        party, kind = self.problem.parties[signatory], combos[combo][signatory]
        return next(r for r, w in enumerate(self.deals.rows) if w.party == party and w.type == kind)

    def rows(self, combo: int) -> list[int]:
        """Rows of all signatories under a type combination."""
        return [self.row(s, combo) for s in range(len(self.problem.parties))]


def open_up(problem: Problem, fighting: Floats) -> Opening:
    """Read a problem at its start. fighting: [D, signatory rows], in the order of
    `Problem.start_ends`.
    """
    deals = problem.deals
    z = start_readings(problem.war, problem.params, problem.target, problem.hidden, deals.draws)
    at = {name: z[:, i] for name, i in problem.key.items()}
    believed = np.where(np.isnan(deals.believed), _fill(deals, at, "believed"), deals.believed)
    no_deal = np.where(np.isnan(deals.no_deal), _fill(deals, at, "no_deal"), deals.no_deal)
    contribution = deals.contribution(fill_scores(deals, at), believed, no_deal)
    cover = [at.get(f"cover|{p}", np.zeros(deals.draws)) for p in problem.parties]
    allowed = np.tile(deals.allowed, (deals.draws, 1))
    for m, issue in enumerate(deals.menu.space.issues):
        for k, option in enumerate(deals.menu.space.options[m]):
            there = at.get(f"available|{issue}|{option}")
            if there is not None:
                allowed[:, int(deals.menu.first[m]) + k] &= there > 0
    every = np.zeros((deals.draws, len(deals.rows)))
    every[:, [r for r, row in enumerate(deals.rows) if row.signatory]] = fighting
    truce = np.clip(at.get("ceasefire.hazard", np.zeros(deals.draws)), 0.0, 1.0)
    return Opening(
        problem, contribution, np.stack(cover, axis=1), at["multiplier"], allowed, every, truce
    )


def straight(opening: Opening, draw: int, row: int) -> tuple[Floats, list[tuple[int, int, Floats]]]:
    """x of a row in a draw: what each option adds [O] (the constant in the first issue's), and
    interaction tables.
    """
    deals = opening.deals
    low, high = deals.low[draw, row], deals.high[draw, row]
    own = opening.contribution[draw, row] / (high - low)
    first = slice(0, len(deals.menu.space.options[0]))
    own = own.copy()
    own[first] -= low / (high - low)
    pairs = [
        (a, b, t[draw] / (high - low)) for a, b, t in _pair_tables(deals, row) if t[draw].any()
    ]
    return own, pairs


def holding_issues(deals: Deals) -> list[int]:
    """Issues whose options the hazard of breakdown, the shift of a renewed war or a red line
    reads.
    """
    spec = deals.scenario.spec
    read: list[Expr] = []
    if spec.durability is not None and spec.durability.played is not None:
        return list(range(len(spec.issues)))  # what an attack is weighed against: the whole deal
    if spec.durability is not None and spec.durability.stated is not None:
        read += [spec.durability.stated, *spec.durability.shift.values()]
    for party in deals.scenario.signatories:
        for line in spec.preferences[party].red_lines:
            read += [line.when] + ([line.cost] if line.cost is not None else [])
    names = {n[5:] for e in read for n in e.names if n.startswith("deal.")}
    out = []
    for m, (issue, body) in enumerate(spec.issues.items()):
        attributes = {a for o in body.options.values() for a in o.attributes}
        if names & attributes or any(n.partition(".")[0] == issue for n in names):
            out.append(m)
    return out


def combinations_of(opening: Opening, draw: int, issues: list[int]) -> np.ndarray:
    """Feasible combinations [C, len(issues)] of the options of some issues on the table."""
    space, first = opening.deals.menu.space, opening.deals.menu.first
    open_ = [
        [o for o in range(space.sizes[m]) if opening.allowed[draw, int(first[m]) + o]]
        for m in issues
    ]
    listed = list(product(*open_))  # of no issues: one combination
    combos = np.array(listed, dtype=np.int64).reshape(len(listed), len(issues))
    good = np.ones(len(combos), dtype=bool)
    for (a, b), table in space.conflicts().items():
        if a in issues and b in issues:
            good &= ~table[combos[:, issues.index(a)], combos[:, issues.index(b)]]
    return combos[good]


@dataclass(frozen=True, eq=False)
class Terms:
    """Of packages [B]: A, shift and penalty of every signatory [B,S], inf where refused."""

    lasts: Floats
    shift: Floats
    penalty: Floats
    hazard: Floats  # [B] under the combination itself


def deal_terms(
    opening: Opening,
    draw: int,
    combo: int,
    packages: np.ndarray,
    truce: np.ndarray | None = None,
) -> Terms:
    """What holds of packages [B, issues] in a draw under a type combination. A party that does not
    know the other's type averages A over its own prior. truce [B]: which are an armistice.
    """
    held = holding(opening.deals, np.full(len(packages), draw), packages)
    return _terms(opening, draw, combo, held, truce)


def every_deal_terms(
    opening: Opening, draw: int, packages: np.ndarray, truce: np.ndarray | None = None
) -> list[Terms]:
    """`deal_terms` under every type combination, in their order."""
    held = holding(opening.deals, np.full(len(packages), draw), packages)
    combos, _ = type_combos(opening.deals)
    return [_terms(opening, draw, combo, held, truce) for combo in range(len(combos))]


def _terms(
    opening: Opening,
    draw: int,
    combo: int,
    held: tuple[Floats, ...],
    truce: np.ndarray | None,
) -> Terms:
    problem, deals = opening.problem, opening.deals
    hazard, shift, veto, penalty = held
    hazard = np.clip(hazard * opening.multiplier[draw], 0.0, 1.0)
    combos, _ = type_combos(deals)
    lasts = np.zeros((len(hazard), len(problem.parties)))
    costs = np.zeros_like(lasts)
    for s in range(len(problem.parties)):
        same = [u for u, other in enumerate(combos) if other[s] == combos[combo][s]]
        prior = problem.priors.types[s][draw, same]
        weight = prior / prior.sum() if prior.sum() > 0 else np.full(len(same), 1 / len(same))
        discount = problem.table.discount[draw, s]
        window, late = problem.table.window, problem.table.late[draw]
        lasts[:, s] = lasting(hazard[:, same], discount, window, late) @ weight
        row = opening.row(s, combo)
        costs[:, s] = np.where(veto[:, row], np.inf, penalty[:, row])
    if truce is not None and truce.any():
        h, d = opening.truce[draw], problem.table.discount[draw]
        gap = 1.0 - d * (1.0 - h)
        lasted = np.where(gap > 1e-15, (1.0 - d) / np.maximum(gap, 1e-15), 1.0)
        shift = shift.copy()
        hazard[truce], shift[truce], costs[truce], lasts[truce] = h, 0.0, 0.0, lasted
    return Terms(lasts, shift, costs, hazard[:, combo])


def values(opening: Opening, draw: int, packages: np.ndarray) -> Floats:
    """v [B,R] of packages, outsiders included."""
    at = np.full(len(packages), draw)
    return opening.deals.utility(opening.deals.raw(opening.contribution, at, packages), at)


def gains(
    opening: Opening,
    draw: int,
    combo: int,
    packages: np.ndarray,
    truce: np.ndarray | None = None,
) -> Floats:
    """Gain over fighting on [B,S] of packages in a draw under a type combination; truce [B]: which
    of them are an armistice."""
    worth = values(opening, draw, packages)
    return gains_of(opening, draw, combo, worth, deal_terms(opening, draw, combo, packages, truce))


def gains_of(opening: Opening, draw: int, combo: int, worth: Floats, found: Terms) -> Floats:
    """`gains` of packages whose values [B,R] and terms are known."""
    rows = opening.rows(combo)
    return np.asarray(
        found.lasts * (worth[:, rows] - opening.fighting[draw, rows])
        + (1 - found.lasts) * found.shift
        - found.penalty
    )


def ratification(opening: Opening, draw: int, packages: np.ndarray) -> Floats:
    """Chance [B] that packages pass at home on every side and get the consents they need."""
    at = np.full(len(packages), draw)
    utility = values(opening, draw, packages)
    found = terms(opening.deals, opening.problem.home, at, packages, utility)
    return ratified(opening.problem.home, found, at, opening.cover[at])
