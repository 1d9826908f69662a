"""Solve a small game on its tree of public situations, and play it exactly: every number is an
expectation, none is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from winset.talks import kernel, pricing
from winset.talks.exact import Level, TooLarge, Tree, World, grow
from winset.talks.exact_ends import require_readable
from winset.talks.horizon import stationary
from winset.talks.meeting import costs, meeting_chance
from winset.talks.menu import Floats
from winset.talks.problem import Problem
from winset.talks.readings import readings

ROUNDS = 60
STILL = 1e-11
STEPS = 200  # towards the stationary value at the horizon; each halves the distance


@dataclass
class Node:
    """What was solved at one level: chosen text, signing chances [N,T], values of fighting on
    [N,R], prices."""

    z: Floats
    prices: tuple[Floats, ...]
    hazard: Floats
    kappa: Floats
    signs: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    text: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    fighting: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    v_open: Floats = field(default_factory=lambda: np.zeros(0))
    v_cool: Floats = field(default_factory=lambda: np.zeros(0))
    # where the Nash split itself is on the table: the kept text that stands for it, its share [N]
    moved: int = -1
    split: Floats = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True)
class Solved:
    """One draw, solved."""

    tree: Tree
    nodes: tuple[Node, ...]
    draw: int
    rounds: int

    @property
    def start(self) -> Floats:
        """[R] value of fighting on at the start."""
        out: Floats = self.nodes[0].fighting[0]
        return out


def solve_draw(problem: Problem, draw: int) -> Solved:
    """Backward induction for one draw; repeated while beliefs still move. Raises `TooLarge`."""
    require_readable(problem)
    tree = grow(problem, draw)
    world = World(problem, draw)
    names = readings(problem.scenario)
    nodes = [_node(problem, world, level, t, names) for t, level in enumerate(tree.levels)]
    if tree.history and any((n.z[:, problem.key["cooling"]] != 1).any() for n in nodes):
        raise TooLarge("cooling-off beside hidden facts")
    turn = 0
    for turn in range(ROUNDS):
        _believe(problem, tree, nodes)
        before = [n.signs for n in nodes]
        _backward(problem, tree, nodes, draw)
        if not tree.history:
            break
        moved = max(
            (
                np.abs(a - n.signs).max()
                for a, n in zip(before, nodes, strict=True)
                if a.shape == n.signs.shape and a.size
            ),
            default=1.0,
        )
        if turn and moved < STILL:
            break
        if turn > 20:  # damp a cycle
            for a, n in zip(before, nodes, strict=True):
                n.signs = 0.5 * (a + n.signs)
    return Solved(tree, tuple(nodes), draw, turn + 1)


def _node(problem: Problem, world: World, level: Level, t: int, names: dict[str, Any]) -> Node:
    tb = problem.table
    n, rows, combos, parties = (
        len(level.met),
        problem.rows,
        tb.hazard.shape[2],
        len(problem.parties),
    )
    z = world.readings(level.stocks, t, names)
    kept = tb.kept.shape[1]
    v, lasts = np.zeros((n, kept, rows)), np.zeros((n, kept, combos, parties))
    hz, r, ends = (
        np.zeros((n, kept, combos)),
        np.zeros((n, kept)),
        np.zeros((n, tb.imposed.shape[0], rows)),
    )
    draw = np.full(n, world.draw)
    pricing.price(tb, draw, z, np.ones(n, dtype=bool), v, lasts, hz, r, ends)
    return Node(
        z, (v, lasts, hz, r, ends), world.hazards(level.stocks, t), meeting_chance(problem, z, draw)
    )


def _believe(problem: Problem, tree: Tree, nodes: list[Node]) -> None:
    """Public likelihoods of types and hidden facts along every history, from the last round's
    signing chances."""
    if not tree.history:
        return
    for t in range(len(tree.levels) - 1):
        here, after, node = tree.levels[t], tree.levels[t + 1], nodes[t]
        news = np.zeros_like(here.types)
        if node.signs.size:
            news = np.log(np.maximum(1.0 - node.signs, 1e-12))
        after.types = here.types[after.parent] + np.where(
            after.met[:, None], news[after.parent], 0.0
        )
        alive = np.log(np.maximum(1.0 - node.hazard.sum(axis=2), 1e-12))
        after.hidden = here.hidden[after.parent] + alive[after.parent]


def beliefs(problem: Problem, level: Level, draw: int) -> tuple[Floats, Floats, Floats]:
    """Each row's belief over type combinations [N,R,T], the public's [N,T], and each signatory's
    over hidden facts [S,N,H]."""
    n, rows = len(level.met), problem.rows
    like = np.exp(level.types - level.types.max(axis=1, keepdims=True))
    b = np.zeros((n, rows, like.shape[1]))
    for i in range(rows):
        s = int(problem.row_party[i])
        own = problem.table.row_of[s] == i
        mass = problem.priors.types[s][draw] * like * own
        empty = mass.sum(axis=1, keepdims=True) <= 1e-300
        b[:, i] = np.where(empty, like * own, mass)
    b /= np.maximum(b.sum(axis=2, keepdims=True), 1e-300)
    mu = problem.priors.types[-1][draw] * like
    mu /= np.maximum(mu.sum(axis=1, keepdims=True), 1e-300)
    hidden = np.exp(level.hidden - level.hidden.max(axis=1, keepdims=True))
    facts = problem.priors.hidden[:-1, draw][:, None] * hidden[None]
    facts /= np.maximum(facts.sum(axis=2, keepdims=True), 1e-300)
    return b, mu, facts


def _backward(problem: Problem, tree: Tree, nodes: list[Node], draw: int) -> None:
    tb, months = problem.table, problem.settings.months
    parties, combos, facts = len(problem.parties), tb.hazard.shape[2], len(problem.hidden.marks)
    for t in range(months, -1, -1):
        level, node = tree.levels[t], nodes[t]
        n = len(level.met)
        here = np.full(n, draw)
        b, mu, belief = beliefs(problem, level, draw)
        cost = costs(problem, node.z)
        shape = (n, parties, combos, facts)
        y_open, y_cool = np.zeros(shape), np.zeros(shape)
        every = np.tile(np.arange(facts), (n, 1))
        if t == months:
            stationary(
                problem,
                here,
                node.z,
                (b, mu),
                node.prices,
                node.hazard,
                belief,
                every,
                cost,
                y_open,
                y_cool,
                steps=STEPS,
            )
        else:
            _fight(problem, tree, nodes, t, cost, y_open, y_cool, draw)
        c = np.zeros((n, problem.rows))
        for i in range(problem.rows):
            s = int(problem.row_party[i])
            mine = tb.row_of[s] == i
            c[:, i] = np.einsum("pt,ptf,pf->p", b[:, i] * mine, y_cool[:, s], belief[s])
        node.fighting = c
        node.v_open, node.v_cool = np.zeros(shape), np.zeros(shape)
        if t == months and problem.horizon:
            node.v_open, node.v_cool = y_open, y_cool
            node.signs, node.text = np.zeros((n, combos)), np.full(n, -1, dtype=np.int64)
            continue
        _midpoint(problem, node, c, draw)
        v, lasts, hz, r, _ = node.prices
        signs, text = np.zeros((n, combos)), np.zeros(n, dtype=np.int64)
        accept, gap = np.zeros((n, parties)), np.zeros((n, parties))
        kernel.settle(
            tb,
            here,
            v,
            lasts,
            hz,
            r,
            c,
            b,
            mu,
            node.kappa,
            node.z[:, problem.key["cooling"]],
            node.z[:, problem.key["recovery"]],
            y_open,
            y_cool,
            node.v_open,
            node.v_cool,
            signs,
            text,
            accept,
            gap,
            False,
        )
        node.signs, node.text = signs, text


def _midpoint(problem: Problem, node: Node, c: Floats, draw: int) -> None:
    """Where the only issue is divisible, values are straight lines and the texts differ in nothing
    else, put the Nash split itself on the table.

    The first and the last text stay as they are; the middle one is moved to the split that halves
    the surplus.
    """
    tb, share = problem.table, problem.deals.menu.share
    v, _, _, r, _ = node.prices
    texts = tb.kept[draw]
    if problem.rows != 2 or tb.texts.shape[1] != 1 or np.isnan(share).any() or len(texts) < 3:
        return
    alike = not tb.veto[draw].any() and np.ptp(tb.penalty[draw], axis=0).max() == 0
    alike = alike and tb.hazard.max() == 0 and (np.ptp(r, axis=1) == 0).all()
    if not alike or problem.texts.armistice >= 0:
        return
    at = share[tb.texts[texts, 0]]
    part = (at - at[0]) / (at[-1] - at[0])
    first, slope = v[:, 0], v[:, -1] - v[:, 0]
    k = len(texts) // 2
    off = np.abs(v - first[:, None] - part[:, None] * slope[:, None])
    off[:, k] = 0.0
    if off.max(initial=0.0) > 1e-12 or not (slope[:, 0] * slope[:, 1] < 0).all():
        return
    x = np.clip(0.5 * ((c - first) / slope).sum(axis=1), 0.0, 1.0)
    v[:, k] = first + x[:, None] * slope
    node.moved, node.split = k, at[0] + x * (at[-1] - at[0])


def _fight(
    problem: Problem,
    tree: Tree,
    nodes: list[Node],
    t: int,
    cost: Floats,
    y_open: Floats,
    y_cool: Floats,
    draw: int,
) -> None:
    tb = problem.table
    level, node, after = tree.levels[t], nodes[t], tree.levels[t + 1]
    ends = node.prices[4]
    following = nodes[t + 1]
    assert level.children is not None and level.chance is not None
    worth_open, worth_cool = following.v_open.copy(), following.v_cool.copy()
    for j in np.flatnonzero(after.ended >= 0):
        for s in range(len(problem.parties)):
            for k in range(tb.hazard.shape[2]):
                value = following.prices[4][j, after.ended[j], tb.row_of[s, k]]
                worth_open[j, s, k], worth_cool[j, s, k] = value, value
    for s in range(len(problem.parties)):
        wait = np.zeros(y_open[:, s].shape)
        fail = np.zeros(y_open[:, s].shape)
        for w in range(level.chance.shape[2]):
            for m, total in ((0, wait), (1, fail)):
                child = level.children[:, w, m]
                source = worth_open if tree.history or m == 0 else worth_cool
                if not (child >= 0).any():
                    continue
                value = np.where((child >= 0)[:, None, None], source[np.maximum(child, 0), s], 0.0)
                total += level.chance[s, :, w][:, None, None] * value
        for k in range(tb.hazard.shape[2]):
            i = tb.row_of[s, k]
            lost = np.einsum("phe,pe->ph", node.hazard, ends[:, :-1, i])
            alive = 1.0 - node.hazard.sum(axis=2)
            d = tb.discount[draw, s]
            y_open[:, s, k] = -cost[:, i, None] + d * (lost + alive * wait[:, k])
            y_cool[:, s, k] = -cost[:, i, None] + d * (lost + alive * fail[:, k])
