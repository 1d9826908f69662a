"""What a mediator would choose at some states of a war: the objective of `kernel.choose` for any
packages, at values of fighting on moved by so much.

What a package is (utility, terms at home, how it holds) is looked up once; the objective at many
moves of the values of fighting on is then one compiled loop.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numba as nb
import numpy as np

from winset.talks.menu import Floats
from winset.talks.packages import Deals
from winset.talks.pricing import Array
from winset.talks.terms import Home, lasting, terms, type_combos

#: acceptance is no sharper than this in a search, in stakes, so that it sees a slope
LEAST_TAU = 1e-3
#: what crossing a red line costs in a search, in stakes
BEYOND = 10.0


@dataclass(frozen=True)
class Start:
    """What the search needs to know of the states it looks at: W states of every draw, the first
    the start of the war, laid in rows w D + d. Per row: contribution [WD,R,O], cover [WD,S],
    fighting on [WD,R] (a first guess), shut [WD,O] options not available; per draw: public prior
    over type combinations [D,T], tau, discount [D,S], omega [D]."""

    contribution: Floats
    cover: Floats
    fighting: Floats
    shut: np.ndarray
    prior: Floats
    tau: Floats
    discount: Floats
    omega: Floats


@dataclass(frozen=True)
class Looked:
    """Packages [N] as they are in their draws. worth [N,R]: A v + (1 - A) shift - penalty, what a
    row expects of the package if A were not multiplied with fighting on; held [N,R] that A; chance
    [N,T] prior x ratified x hold; fighting, tau [N,R]; row_of [S,T] position of a row."""

    worth: Floats
    held: Floats
    chance: Floats
    fighting: Floats
    tau: Floats
    party_of: np.ndarray
    row_of: np.ndarray
    shape: tuple[int, ...]

    def at(self, moves: Floats) -> Floats:
        """[M, ...] the objective with fighting on moved by `moves` [M,S] in every package, or each
        package by its own: [1,N,S]."""
        moves = moves[:, None, :] if moves.ndim == 2 else moves
        out = np.empty((len(moves), len(self.worth)))
        wide = np.broadcast_to(moves, (*out.shape, moves.shape[-1]))
        _value(
            _own(self.worth),
            _own(self.held),
            _own(self.chance),
            _own(self.fighting),
            _own(self.tau),
            self.party_of,
            self.row_of,
            _own(wide),
            out,
        )
        return out.reshape(len(moves), *self.shape)


def _own(array: Floats) -> Floats:
    """The array, or a copy that lies in one piece and may be written to: one kind to compile."""
    return np.require(array, requirements=["C", "W"])


def look(
    deals: Deals, at_home: Home, start: Start, row: np.ndarray, packages: np.ndarray
) -> Looked:
    """Look up packages [..., issues] in states `row` [...] (broadcast together)."""
    draw = row % deals.draws
    shape = np.broadcast_shapes(draw.shape, packages.shape[:-1])
    parties = deals.scenario.signatories
    rows = [r for r, row in enumerate(deals.rows) if row.signatory]
    utility = deals.utility(deals.raw(start.contribution, draw, packages, row), draw)
    combos, _ = type_combos(deals)
    row_of = np.array(
        [
            [
                next(
                    k
                    for k, r in enumerate(rows)
                    if deals.rows[r].party == party and deals.rows[r].type == combo[s]
                )
                for combo in combos
            ]
            for s, party in enumerate(parties)
        ]
    )
    party_of = np.array([parties.index(deals.rows[r].party) for r in rows])
    standing = _standing(deals, at_home, start, row, packages, rows, party_of, row_of)
    worth = standing.held * utility[..., rows] + standing.rest
    z = standing.margin + standing.cover * start.cover[row]
    each = np.where(np.isnan(z), 1.0, 1.0 / (1.0 + np.exp(-np.clip(z, -500, 500))))
    chance = standing.chance * each.prod(axis=-1)[..., None]
    if start.shut.any():
        open_ = ~start.shut[row[..., None], deals.menu.flat(packages)].any(axis=-1)
        chance = chance * open_[..., None]
    count = math.prod(shape)
    return Looked(
        worth.reshape(count, -1),
        standing.held.reshape(count, -1),
        np.broadcast_to(chance, (*shape, len(combos))).reshape(count, -1),
        np.broadcast_to(start.fighting[:, rows][row], worth.shape).reshape(count, -1),
        np.broadcast_to(np.maximum(start.tau[:, party_of], LEAST_TAU)[draw], worth.shape).reshape(
            count, -1
        ),
        party_of,
        row_of,
        shape,
    )


class _Standing(NamedTuple):
    """What of packages [..., N] moves with the draw alone and not with the state. held [..., R] A;
    rest [..., R] (1 - A) shift - penalty - red lines; margin + cover x (the state's cover): what
    the vote at home goes by [..., S] (NaN where none is needed); chance [..., T] prior x gates and
    consents x hold."""

    held: Floats
    rest: Floats
    margin: Floats
    cover: Floats
    chance: Floats


def _standing(
    deals: Deals,
    at_home: Home,
    start: Start,
    row: np.ndarray,
    packages: np.ndarray,
    rows: list[int],
    party_of: np.ndarray,
    row_of: np.ndarray,
) -> _Standing:
    """`_Standing` of packages in states `row`; where all states of all draws are asked for, it is
    worked out at the start alone."""
    draw, states = row % deals.draws, len(start.cover) // deals.draws
    all_states = states > 1 and len(row) == row.size == len(start.cover) and len(packages) == 1
    if all_states and np.array_equal(row.ravel(), np.arange(row.size)):
        once = _standing(
            deals, at_home, start, row[: deals.draws], packages, rows, party_of, row_of
        )
        return _Standing(*(np.concatenate([part] * states) for part in once))
    shape = np.broadcast_shapes(draw.shape, packages.shape[:-1])
    # as in the kernel's table, consents that read what outsiders get read it at the start
    utility = deals.utility(deals.raw(start.contribution, draw, packages, draw), draw)
    found = terms(deals, at_home, draw, packages, utility)
    window = deals.scenario.spec.durability.window if deals.scenario.spec.durability else 60
    prior = start.prior[draw]
    lasts: list[Floats] = []
    for s in range(len(row_of)):
        same = [j for j in range(s) if np.array_equal(start.discount[:, j], start.discount[:, s])]
        d = start.discount[draw][..., s, None]
        lasts.append(lasts[same[0]] if same else lasting(found.hazard, d, window, 0.0))
    held, rest = np.empty((*shape, len(rows))), np.empty((*shape, len(rows)))
    for i, r in enumerate(rows):
        s = int(party_of[i])
        # a party that does not know the others' types averages over them
        mine = np.flatnonzero(row_of[s] == i)
        total = np.maximum(prior[..., mine].sum(-1, keepdims=True), 1e-12)
        a = (lasts[s][..., mine] * (prior[..., mine] / total)).sum(-1)
        held[..., i] = a
        rest[..., i] = (1 - a) * found.shift[..., s] - found.penalty[..., r]
        rest[..., i] -= BEYOND * found.veto[..., r]
    steep = at_home.steepness[draw]
    margin = np.broadcast_to(steep * (found.support - at_home.midpoint[draw]), found.support.shape)
    chance = prior * found.pass_[..., None]
    if start.omega.any():
        chance = chance * (1.0 - found.hazard) ** (window * start.omega[draw][..., None])
    return _Standing(held, rest, margin, steep * found.cover_on, chance)


@nb.njit(cache=True, nogil=True, error_model="numpy")
def _value(
    worth: Array,
    held: Array,
    chance: Array,
    fighting: Array,
    tau: Array,
    party_of: Array,
    row_of: Array,
    moves: Array,
    out: Array,
) -> None:
    """out [M,N]: sum over type combinations of chance x what everybody accepts it with."""
    rows, parties, combos = worth.shape[1], row_of.shape[0], row_of.shape[1]
    accept = np.empty(rows)
    for m in range(out.shape[0]):
        for n in range(out.shape[1]):
            for i in range(rows):
                c = fighting[n, i] + moves[m, n, party_of[i]]
                x = (worth[n, i] - held[n, i] * c) / tau[n, i]
                accept[i] = 1.0 / (1.0 + math.exp(-min(max(x, -60.0), 60.0)))
            total = 0.0
            for t in range(combos):
                s = chance[n, t]
                for p in range(parties):
                    s *= accept[row_of[p, t]]
                total += s
            out[m, n] = total
