# ruff: noqa: E501
"""Loss of the candidate texts against the mediator's exact optimum over all packages.

    python benchmarks/texts.py [--scenario ID_OR_FOLDER] [--states 200] [--pick SEED] [--texts K,...]

States are drawn from forward play: sessions of random cells, with the state of the war, the solved
values of fighting on and the beliefs of that month. At each, the best package out of all that the
strategy may table is found by depth-first search: branches whose bound is below the best known are
cut, what is left is valued exactly. The bound takes every remaining issue at its best for each
party and each group at home, consents and gates as sure, and peace as lasting, so it is never below
the truth. The loss of a list is 1 - (its best) / (the exact best), of the mediator's objective: the
chance that a text tabled now is signed (and, where the strategy cares, holds).
"""

import argparse
import time
from dataclasses import dataclass, replace
from typing import Any

import numba as nb
import numpy as np
from bias import random_cells

from winset.scenario import Scenario, load
from winset.talks.cell import Settings
from winset.talks.kernel import LEAST_RATIFIED, choose, texts_of
from winset.talks.lsmc import solve
from winset.talks.packages import fill_scores
from winset.talks.paths import WAR
from winset.talks.play import Player
from winset.talks.pricing import effective, price_one
from winset.talks.problem import Problem, _fill, prepare, start_readings
from winset.talks.terms import lasting, ratified, terms

BUFFER = 400_000
LIMIT = 60  # buffers: beyond that a state is given up and counted


@dataclass
class State:
    """One session: draw, readings z [K], c [R], b [R,T], mu [T]."""

    draw: int
    month: int
    z: np.ndarray
    c: np.ndarray
    b: np.ndarray
    mu: np.ndarray


class Recorder(Player):
    """Forward play that keeps a random session now and then."""

    states: list[State]

    def _talk(self, t: int, b: np.ndarray, mu: np.ndarray, hidden: np.ndarray) -> None:
        run = self.run
        for p in np.flatnonzero((run.status == WAR) & (run.path == t % 7))[::3]:
            self.states.append(
                State(
                    int(run.draw[p]), t, self.walk.z[p].copy(), self.c[p].copy(), b[p].copy(),
                    mu[p].copy(),
                )
            )  # fmt: skip
        super()._talk(t, b, mu, hidden)


def sessions(problem: Problem, count: int, rng: np.random.Generator) -> list[State]:
    player = Recorder(problem, solve(problem))
    player.states = []
    player.play()
    # months spread evenly: war-months late in a war are few
    months = np.array([s.month for s in player.states])
    weight = 1.0 / np.bincount(months)[months]
    picked = rng.choice(len(months), size=count, replace=False, p=weight / weight.sum())
    return [player.states[k] for k in picked]


def start_contribution(problem: Problem) -> np.ndarray:
    """[D,R,O] what options are worth at the start: consents read values at the start."""
    pr, deals = problem, problem.deals
    z = start_readings(pr.war, pr.params, pr.target, pr.hidden, deals.draws)
    at = {name: z[:, i] for name, i in pr.key.items()}
    believed = np.where(np.isnan(deals.believed), _fill(deals, at, "believed"), deals.believed)
    no_deal = np.where(np.isnan(deals.no_deal), _fill(deals, at, "no_deal"), deals.no_deal)
    return deals.contribution(fill_scores(deals, at), believed, no_deal)


class Objective:
    """The mediator's objective at one state, for any packages; `at` the kernel's own, for a list."""

    def __init__(self, problem: Problem, state: State, contribution: np.ndarray) -> None:
        self.problem, self.state, self.contribution = problem, state, contribution
        tb, d = problem.table, state.draw
        rows, options = tb.score.shape[1], tb.score.shape[2]
        issues = tb.first.shape[0] - 1
        s, nd = np.empty((rows, options)), np.empty((rows, issues))
        self.x, q = np.empty((rows, options)), np.empty(options)
        effective(tb, d, state.z, s, nd, self.x, q)
        self.cover = np.array([state.z[k] if k >= 0 else 0.0 for k in tb.cover_at])
        self.multiplier = state.z[tb.multiplier_at]
        deals = problem.deals
        at = tb.open_at
        self.open = deals.allowed & np.array([k < 0 or state.z[k] > 0.0 for k in at])
        self.signing = [r for r, row in enumerate(deals.rows) if row.signatory]

    def values(self, packages: np.ndarray) -> np.ndarray:
        """[N] chance that each package, tabled now, is signed (times lasting ** omega)."""
        pr, st, tb = self.problem, self.state, self.problem.table
        deals, d = pr.deals, st.draw
        draw = np.full(len(packages), d)
        utility = deals.utility(deals.raw(self.contribution, draw, packages), draw)
        found = terms(deals, pr.home, draw, packages, utility)
        r = ratified(
            pr.home, found, draw, np.broadcast_to(self.cover, (len(draw), len(self.cover)))
        )
        flat = deals.menu.flat(packages)
        raw = self.x[:, flat].sum(axis=2).T
        for (a, x, b, y), points in deals.pairs:
            both = (packages[:, a] == x) & (packages[:, b] == y)
            raw += both[:, None] * points[d, self.signing]
        v = np.clip((raw - tb.low[d]) / (tb.high[d] - tb.low[d]), 0, 1) ** tb.power[d]
        hazard = np.clip(found.hazard * self.multiplier, 0, 1)
        parties, combos = tb.discount.shape[1], hazard.shape[1]
        a = np.stack(
            [lasting(hazard, tb.discount[d, s], tb.window, tb.late[d]) for s in range(parties)],
            axis=2,
        )
        yes = np.zeros((len(packages), pr.rows))
        for i, row in enumerate(self.signing):
            s = int(tb.party_of[i])
            held = a[:, :, s] @ st.b[i]
            gain = (
                held * (v[:, i] - st.c[i]) + (1 - held) * found.shift[:, s] - found.penalty[:, row]
            )
            with np.errstate(divide="ignore"):
                gain = gain - tb.failed[d, s] * (1 - r) / r
            tau = tb.tau[d, s]
            yes[:, i] = (
                gain > 1e-12 if tau <= 0 else 1 / (1 + np.exp(-np.clip(gain / tau, -700, 700)))
            )
            yes[found.veto[:, row], i] = 0.0
        total = np.zeros(len(packages))
        for t in range(combos):
            both = np.prod([yes[:, tb.row_of[s, t]] for s in range(parties)], axis=0)
            total += st.mu[t] * both * r * (1 - hazard[:, t]) ** (tb.window * tb.omega[d])
        return np.where(r < LEAST_RATIFIED, 0.0, total)

    def listed(self, problem: Problem) -> float:
        """The best of a problem's own candidates by the compiled choice (no armistice)."""
        tb, st = problem.table, self.state
        d, kept = st.draw, tb.kept.shape[1]
        rows, options = tb.score.shape[1], tb.score.shape[2]
        parties, combos, issues = tb.discount.shape[1], tb.hazard.shape[2], tb.first.shape[0] - 1
        work = (
            np.empty((rows, options)), np.empty((rows, issues)), np.empty((rows, options)),
            np.empty(options),
        )  # fmt: skip
        v, lasts = np.zeros((kept, rows)), np.zeros((kept, combos, parties))
        hz, r = np.zeros((kept, combos)), np.zeros(kept)
        ends = np.zeros((tb.imposed.shape[0], rows))
        price_one(tb, d, st.z, v, lasts, hz, r, ends, work)
        r[tb.kept[d] == tb.armistice] = -1.0
        gains, yes, scratch = np.zeros(rows), np.zeros(rows), np.zeros((2, rows))
        tx = texts_of(tb)
        k = choose(tx, d, v, lasts, hz, r, st.c, st.b, st.mu, scratch, gains, yes, -1, False)
        if k < 0:
            return 0.0
        total = 0.0
        for t in range(combos):
            both = np.prod([yes[tb.row_of[s, t]] for s in range(parties)])
            total += st.mu[t] * both * r[k] * (1 - hz[k, t]) ** (tb.window * tb.omega[d])
        package = problem.texts.packages[tb.kept[d, k]]
        if not np.isclose(total, self.values(package[None])[0], rtol=1e-6, atol=1e-12):
            raise SystemExit("the objective here is not the one that the talks maximise")
        return float(total)


class Exact:
    """Depth-first search of one state's best package."""

    def __init__(self, objective: Objective) -> None:
        self.objective = objective
        pr, st, tb = objective.problem, objective.state, objective.problem.table
        deals, d = pr.deals, st.draw
        sizes = np.array(deals.menu.space.sizes)
        self.first = deals.menu.first
        # issues that move the parties' values most come first
        spread = [
            np.ptp(objective.x[:, f : f + n], axis=1).sum()
            for f, n in zip(self.first, sizes, strict=True)
        ]
        self.order = np.argsort(-np.array(spread), kind="stable")
        pairs = [(a, x, b, y, points[d, objective.signing]) for (a, x, b, y), points in deals.pairs]
        walls = list(deals.menu.space.forbidden)
        place = {int(m): k for k, m in enumerate(self.order)}
        self.pair_at, self.pair_points = _later(pairs, place, self.first, pr.rows)
        self.wall_at, _ = _later(
            [(*w, np.zeros(pr.rows)) for w in walls], place, self.first, pr.rows
        )
        groups = []
        for s, party in enumerate(pr.parties):
            mine = pr.home.tolerance.get(party, ())
            if np.isnan(tb.steep[d, s]):
                continue
            total = sum(float(g[0][d]) for g in mine)
            for influence, table, eased in mine:
                if eased is not None:
                    raise SystemExit("the bound knows no eased support")
                groups.append((s, float(influence[d]) / total, table))
        self.group_party = np.array([g[0] for g in groups], dtype=np.int64)
        self.group_share = np.array([g[1] for g in groups])
        self.group_table = np.array([g[2] for g in groups])
        self.shift = self._additive()

    def _additive(self) -> np.ndarray:
        """[S,O] what each option adds to the shift of renewed war; checked to be additive."""
        pr, d = self.objective.problem, self.objective.state.draw
        deals = pr.deals
        sizes = np.array(deals.menu.space.sizes)
        base = np.zeros((1, len(sizes)), dtype=np.int64)

        def shift(packages: np.ndarray) -> np.ndarray:
            draw = np.full(len(packages), d)
            utility = np.zeros((len(packages), len(deals.rows)))
            found = terms(deals, pr.home, draw, packages, utility)
            if found.penalty.min() < 0 or found.cover_on.max() > 1 or found.cover_on.min() < 0:
                raise SystemExit("the bound expects costs above 0 and cover between 0 and 1")
            return found.shift

        zero = shift(base)[0]
        out = np.zeros((len(zero), deals.menu.size))
        for m, n in enumerate(sizes):
            packages = np.repeat(base, n, axis=0)
            packages[:, m] = np.arange(n)
            out[:, self.first[m] : self.first[m] + n] = (shift(packages) - zero).T
        out[:, : sizes[0]] += zero[:, None]
        rng = np.random.default_rng(0)
        some = np.stack([rng.integers(0, n, 2000) for n in sizes], axis=1)
        if not np.allclose(out[:, deals.menu.flat(some)].sum(axis=2).T, shift(some), atol=1e-9):
            raise SystemExit("the bound expects additive shifts")
        return out

    def best(self, known: float) -> tuple[float, int, int, bool]:
        """Exact best value, leaves valued, nodes seen, whether it was completed."""
        o, pr, st, tb = (
            self.objective,
            self.objective.problem,
            self.objective.state,
            self.objective.problem.table,
        )
        d, sizes = st.draw, np.array(pr.deals.menu.space.sizes)[self.order]
        first = self.first[self.order]
        found = np.empty((BUFFER, len(sizes)), dtype=np.int64)
        stack = np.full(len(sizes), -1, dtype=np.int64)
        stack[0] = 0
        best, leaves, nodes = known, 0, 0
        for _ in range(LIMIT):
            count, seen = walk(
                sizes, first, o.open, o.x, self.pair_at, self.pair_points, self.wall_at,
                self.group_party, self.group_share, self.group_table, self.shift, tb.steep[d],
                tb.midpoint[d], np.maximum(o.cover, 0.0), tb.low[d], tb.high[d], tb.power[d], tb.party_of,
                tb.row_of, st.c, st.mu, tb.tau[d], tb.failed[d], best, stack, found,
            )  # fmt: skip
            leaves, nodes = leaves + count, nodes + seen
            if count:
                packages = np.empty((count, len(sizes)), dtype=np.int64)
                packages[:, self.order] = found[:count]
                best = max(best, float(o.values(packages).max()))
            if stack[0] < 0:
                return best, leaves, nodes, True
        return best, leaves, nodes, False


def _later(
    pairs: list[Any], place: dict[int, int], first: np.ndarray, rows: int
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs by the issue that is fixed later: [N, 4] (its place, its flat option, the earlier
    place, option of the earlier one), sorted by place; points [N,R]."""
    out = []
    for a, x, b, y, points in pairs:
        if place[a] < place[b]:
            a, x, b, y = b, y, a, x
        out.append((place[a], x, place[b], y, points))
    out.sort(key=lambda p: p[:4])
    at = np.array([p[:4] for p in out], dtype=np.int64).reshape(len(out), 4)
    return at, np.array([p[4] for p in out], dtype=float).reshape(len(out), rows)


@nb.njit(cache=True, error_model="numpy")
def walk(
    sizes, first, open_, x, pair_at, pair_points, wall_at, group_party, group_share, group_table,
    shift, steep, midpoint, cover, low, high, power, party_of, row_of, c, mu, tau, failed, best,
    stack, found,
):  # fmt: skip
    """Fill `found` with packages whose bound beats `best`; resume from `stack`, which is left at
    (-1, ...) when everything was seen. Returns how many were found and how many nodes were seen."""
    issues, rows, groups = len(sizes), x.shape[0], group_table.shape[0]
    parties, combos = shift.shape[0], len(mu)
    # the most that the issues after place k can add
    rest_x = np.zeros((issues + 1, rows))
    rest_g = np.zeros((issues + 1, groups))
    rest_s = np.zeros((issues + 1, parties))
    for k in range(issues - 1, -1, -1):
        for i in range(rows):
            top = -1e300
            for j in range(sizes[k]):
                if open_[first[k] + j]:
                    top = max(top, x[i, first[k] + j])
            for n in range(pair_at.shape[0]):
                if pair_at[n, 0] == k:
                    top += max(pair_points[n, i], 0.0)
            rest_x[k, i] = rest_x[k + 1, i] + top
        for g in range(groups):
            top = -1e300
            for j in range(sizes[k]):
                if open_[first[k] + j]:
                    top = max(top, group_table[g, first[k] + j])
            rest_g[k, g] = rest_g[k + 1, g] + top
        for p in range(parties):
            top = -1e300
            for j in range(sizes[k]):
                if open_[first[k] + j]:
                    top = max(top, shift[p, first[k] + j])
            rest_s[k, p] = rest_s[k + 1, p] + top
    sum_x = np.zeros((issues + 1, rows))
    sum_g = np.zeros((issues + 1, groups))
    sum_s = np.zeros((issues + 1, parties))
    count, seen = 0, 0
    depth = 0
    for k in range(issues):  # restore the sums of a stack that was left
        if stack[k] < 0:
            break
        depth = k
    support = np.zeros(parties)
    accept = np.zeros(rows)
    for k in range(depth):
        add(
            k,
            stack[k],
            stack,
            first,
            x,
            pair_at,
            pair_points,
            group_table,
            shift,
            sum_x,
            sum_g,
            sum_s,
        )
    while depth >= 0:
        j = stack[depth]
        if j >= sizes[depth]:
            stack[depth] = -1
            depth -= 1
            if depth >= 0:
                stack[depth] += 1
            continue
        ok = open_[first[depth] + j]
        if ok:
            for n in range(wall_at.shape[0]):
                if (
                    wall_at[n, 0] == depth
                    and wall_at[n, 1] == j
                    and stack[wall_at[n, 2]] == wall_at[n, 3]
                ):
                    ok = False
        if not ok:
            stack[depth] += 1
            continue
        seen += 1
        add(
            depth, j, stack, first, x, pair_at, pair_points, group_table, shift, sum_x, sum_g, sum_s
        )
        after = depth + 1
        support[:] = 0.0
        for g in range(groups):
            u = sum_g[after, g] + rest_g[after, g]
            support[group_party[g]] += group_share[g] * min(max(u, 0.0), 1.0)
        r = 1.0
        for p in range(parties):
            if not np.isnan(steep[p]):
                r /= 1.0 + np.exp(-steep[p] * (support[p] + cover[p] - midpoint[p]))
        for i in range(rows):
            v = (sum_x[after, i] + rest_x[after, i] - low[i]) / (high[i] - low[i])
            v = min(max(v, 0.0), 1.0) ** power[i]
            p = party_of[i]
            gain = max(v - c[i], sum_s[after, p] + rest_s[after, p]) - failed[p] * (1.0 - r) / r
            if tau[p] > 0.0:
                accept[i] = 1.0 / (1.0 + np.exp(-min(max(gain / tau[p], -700.0), 700.0)))
            else:
                accept[i] = 1.0 if gain > 0.0 else 0.0
        bound = 0.0
        for t in range(combos):
            both = mu[t] * r
            for p in range(parties):
                both *= accept[row_of[p, t]]
            bound += both
        if bound <= best:
            stack[depth] += 1
            continue
        if after == issues:
            found[count] = stack
            count += 1
            stack[depth] += 1
            if count == found.shape[0]:
                return count, seen
            continue
        depth = after
        stack[depth] = 0
    return count, seen


@nb.njit(cache=True, error_model="numpy")
def add(k, j, stack, first, x, pair_at, pair_points, group_table, shift, sum_x, sum_g, sum_s):
    """Sums with place k at option j."""
    o = first[k] + j
    for i in range(x.shape[0]):
        sum_x[k + 1, i] = sum_x[k, i] + x[i, o]
        for n in range(pair_at.shape[0]):
            if pair_at[n, 0] == k and pair_at[n, 1] == j and stack[pair_at[n, 2]] == pair_at[n, 3]:
                sum_x[k + 1, i] += pair_points[n, i]
    for g in range(group_table.shape[0]):
        sum_g[k + 1, g] = sum_g[k, g] + group_table[g, o]
    for p in range(shift.shape[0]):
        sum_s[k + 1, p] = sum_s[k, p] + shift[p, o]


def checked(objective: Objective, exact: float, rng: np.random.Generator) -> None:
    """No random package beats what is called the best."""
    deals = objective.problem.deals
    some = np.stack([rng.integers(0, n, 20_000) for n in deals.menu.space.sizes], axis=1)
    good = deals.menu.space.feasible(some) & objective.open[deals.menu.flat(some)].all(axis=1)
    if good.any() and objective.values(some[good]).max() > exact * (1 + 1e-9):
        raise SystemExit("a random package beats the exact optimum")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenario", default="ukraine-2025")
    parser.add_argument("--states", type=int, default=200)
    parser.add_argument("--each", type=int, default=10, help="states a cell")
    parser.add_argument("--pick", type=int, default=11)
    parser.add_argument("--searched", default="2,4,8,16", help="draws in which texts are searched")
    parser.add_argument("--kept", default="16,48", help="texts kept, beside the default")
    given = parser.parse_args()
    scenario = load(given.scenario)
    report(scenario, given)


def report(scenario: Scenario, given: argparse.Namespace) -> None:
    default = Settings()
    lists: dict[str, dict[str, Any]] = {"default": {}}
    lists |= {f"{n} draws searched": {"searched": int(n)} for n in given.searched.split(",")}
    lists |= {f"{n} texts kept": {"texts": int(n)} for n in given.kept.split(",")}
    rng = np.random.default_rng(given.pick)
    cells = random_cells(scenario, -(-given.states // given.each), given.pick)
    loss: dict[str, list[float]] = {name: [] for name in lists}
    seconds: dict[str, list[float]] = {name: [] for name in lists}
    chances, leaves, open_ended, clock = [], [], 0, []
    prepare(scenario, *cells[0], default)  # compiled
    for cell in cells:
        problems = {}
        for name, change in lists.items():
            began = time.process_time()
            problems[name] = prepare(scenario, *cell, replace(default, **change))
            seconds[name].append(time.process_time() - began)
        worst, contribution = 0.0, start_contribution(problems["default"])
        for state in sessions(problems["default"], given.each, rng):
            objective = Objective(problems["default"], state, contribution)
            listed = {name: objective.listed(problem) for name, problem in problems.items()}
            began = time.process_time()
            exact, count, _, done = Exact(objective).best(max(listed.values()))
            clock.append(time.process_time() - began)
            checked(objective, exact, rng)
            leaves.append(count)
            open_ended += not done
            if not done or exact < 1e-6:
                continue
            chances.append(exact)
            for name in lists:
                loss[name].append(1 - listed[name] / exact)
            worst = max(worst, loss["default"][-1])
        print(f"  {' '.join(cell):<44} worst loss {worst:7.2%}", flush=True)
    print(
        f"\n{scenario.id}: {len(chances)} states of {len(cells)} cells, exact in all but {open_ended};"
        f" best chance {np.mean(chances):.3f} on average; {np.mean(leaves):,.0f} packages valued a state,"
        f" {np.mean(clock):.2f} s"
    )
    print(
        f"  {'loss of the best listed text':<30} {'mean':>8} {'weighted':>9} {'95%':>8} {'worst':>8}   prepared in"
    )
    chance = np.array(chances)
    for name, values in loss.items():
        gap = np.array(values)
        print(
            f"  {name:<30} {gap.mean():8.3%} {np.average(gap, weights=chance):9.3%}"
            f" {np.quantile(gap, 0.95):8.3%} {gap.max():8.3%} {np.median(seconds[name]):9.2f} s"
        )


if __name__ == "__main__":
    main()
