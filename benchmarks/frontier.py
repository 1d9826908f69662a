"""Times of the exact methods of winset.deals, beside NegMAS where it can be imported.

    python benchmarks/frontier.py [--quick] [--negmas SITE_PACKAGES]

Every time of winset's is the best of several runs after one that warms up (compilation is cached
on disk). NegMAS enumerates: its time, of one run after a small one, is shown for spaces small
enough for that, on the same numbers, with the number of its points (rounded to 9 decimals, as it
keeps float near-duplicates).
"""

import argparse
import platform
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from itertools import product
from typing import Any

import numpy as np

from winset.deals import (
    Payoff,
    Space,
    choose_texts,
    extremes,
    frontier,
    frontier_of,
    near_frontier,
    search,
    value,
    value_each,
)
from winset.deals.programme import Programme

REAL_SIZES = (5, 5, 6, 6, 6, 4, 6, 5, 5, 5, 4, 4)  # 2.6e8 packages
# Issue pairs as closely knit as in a scenario made from published proposals.
REAL_PAIRS = (
    (3, 0, 4, 1), (3, 0, 4, 2), (3, 0, 4, 3), (3, 0, 5, 1), (3, 0, 5, 2), (3, 3, 9, 1),
    (3, 4, 9, 1), (4, 1, 9, 1), (4, 1, 5, 0), (4, 1, 6, 0), (4, 5, 5, 1), (5, 1, 9, 1),
    (1, 0, 0, 1), (1, 0, 0, 2), (1, 0, 0, 3), (1, 0, 0, 4), (1, 0, 2, 3), (1, 0, 2, 4),
    (1, 0, 2, 5), (1, 1, 2, 5), (1, 2, 2, 5), (0, 0, 2, 5), (7, 4, 8, 1), (7, 4, 9, 4),
    (8, 0, 11, 1), (8, 1, 11, 2), (10, 0, 0, 4), (11, 1, 9, 3),
)  # fmt: skip


def named(sizes: tuple[int, ...], forbidden: tuple[tuple[int, int, int, int], ...] = ()) -> Space:
    return Space(
        tuple(f"i{k}" for k in range(len(sizes))),
        tuple(tuple(f"v{j}" for j in range(n)) for n in sizes),
        forbidden,
    )


def best_of(work: Callable[[], Any], runs: int) -> tuple[float, Any]:
    result = work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return min(times), result


def weighted(
    rng: np.random.Generator, sizes: tuple[int, ...], rising: bool, whole: bool,
    soft: tuple[tuple[int, int, int, int], ...] = (), draws: int | None = None,
) -> Payoff:  # fmt: skip
    """Scores 0-100 in steps of 5 times whole weights 1-20 (or any floats), mostly in one order."""
    lead = () if draws is None else (draws,)
    scores = []
    for n in sizes:
        line = np.linspace(0, 100, n) if rising else np.linspace(100, 0, n)
        line = np.clip(line + rng.normal(0, 20, n), 0, 100)
        weight = rng.uniform(1, 20)
        if draws is not None:
            line = np.clip(line + rng.normal(0, 8, (draws, n)), 0, 100)
            weight = weight * np.exp(rng.normal(0, 0.3, (draws, 1)))
        scores.append(np.round(line / 5) * 5 * np.round(weight) if whole else line * weight)
    pairs = []
    for a, i, b, j in soft:
        cost = np.zeros((*lead, sizes[a], sizes[b]))
        cost[..., i, j] = -50.0
        pairs.append((a, b, cost))
    return Payoff(tuple(scores), tuple(pairs))


def tangled(rng: np.random.Generator, sizes: tuple[int, ...], count: int) -> tuple[Any, ...]:
    pairs = []
    for _ in range(count):
        a, b = (int(k) for k in rng.choice(len(sizes), 2, replace=False))
        pairs.append((a, int(rng.integers(sizes[a])), b, int(rng.integers(sizes[b]))))
    return tuple(pairs)


def scenario_like(runs: int) -> None:
    hard, soft = REAL_PAIRS[::3] + REAL_PAIRS[1::3], REAL_PAIRS[2::3]
    for name, walls, costs in (
        ("knit as a scenario", hard, soft),
        ("pairs anywhere", *(tangled(np.random.default_rng(5), REAL_SIZES, n) for n in (17, 8))),
    ):
        space = named(REAL_SIZES, walls)
        for whole in (True, False):
            rng = np.random.default_rng(1)
            a = weighted(rng, REAL_SIZES, True, whole, costs)
            b = weighted(rng, REAL_SIZES, False, whole, costs)
            took, points = best_of(lambda s=space, a=a, b=b: frontier(s, a, b), runs)
            kind = "whole scores x weights" if whole else "any floats"
            label = f"12 issues, {len(walls)} hard + {len(costs)} soft, {name}, {kind}"
            line(label, space, took, f"{len(points)} points")


def additive(runs: int) -> None:
    for issues in (12, 20, 50):
        sizes = (10,) * issues
        space = named(sizes)
        for order in ("random", "opposed"):
            for whole in (True, False):
                rng = np.random.default_rng(2)
                if order == "random":
                    a, b = (Payoff(tuple(_scores(rng, whole) for _ in sizes)) for _ in range(2))
                else:
                    a = Payoff(tuple(np.sort(_scores(rng, whole)) for _ in sizes))
                    b = Payoff(tuple(np.sort(_scores(rng, whole))[::-1] for _ in sizes))
                took, points = best_of(lambda s=space, a=a, b=b: frontier(s, a, b), runs)
                kind = "whole scores" if whole else "any floats"
                line(f"additive, {order}, {kind}", space, took, f"{len(points)} points")


def _scores(rng: np.random.Generator, whole: bool) -> np.ndarray:
    return rng.integers(0, 101, 10).astype(float) if whole else rng.random(10)


def more_parties(runs: int) -> None:
    """Three parties exactly; four and five exactly where they fit, else with a stated error."""
    for issues in (12, 20):
        sizes = (10,) * issues
        space = named(sizes)
        for order in ("random", "two opposed"):
            for whole in (True, False):
                rng = np.random.default_rng(2)
                parties = [Payoff(tuple(_scores(rng, whole) for _ in sizes)) for _ in range(3)]
                if order == "two opposed":
                    up, down = (
                        tuple(np.sort(s[0])[::step] for s in p.scores)
                        for p, step in ((parties[0], 1), (parties[1], -1))
                    )
                    parties = [Payoff(up), Payoff(down), parties[2]]
                took, points = best_of(lambda s=space, p=parties: frontier_of(s, p), min(runs, 3))
                kind = "whole scores" if whole else "any floats"
                line(f"three parties, {order}, {kind}", space, took, f"{len(points)} points")
    for parties_, issues in ((4, 8), (5, 6)):
        space = named((10,) * issues)
        rng = np.random.default_rng(2)
        payoffs = [
            Payoff(tuple(_scores(rng, True) for _ in range(issues))) for _ in range(parties_)
        ]
        took, near = best_of(lambda s=space, p=payoffs: near_frontier(s, p), 1)
        error = "exact" if near.exact else f"error up to {near.error.max():.0f} points"
        line(
            f"{parties_} parties, whole scores", space, took, f"{len(near.points)} points, {error}"
        )
        took, found = best_of(lambda s=space, p=payoffs: Programme(s, p).nash([0.0] * len(p)), 1)
        gap = found.bound / found.measure - 1 if found else 0.0
        line(f"{parties_} parties, Nash point, integer programmes", space, took, f"gap {gap:.1e}")


def flagship(runs: int) -> None:
    """The bundled scenario: exact frontier of values, and every package of the win-sets."""
    from winset.insight.opening import straight
    from winset.insight.readied import ready
    from winset.insight.winsets import lay_out, sweep
    from winset.scenario import load

    stated = {"ukraine": 0.1, "russia": 0.35}
    opening = ready(load("ukraine-2025"), "article", "three_legs", stated, 1, 1).middle
    menu = opening.deals.menu
    payoffs = []
    for row in opening.rows(0):
        own, pairs = straight(opening, 0, row)
        scores = tuple(
            own[int(f) : int(f) + n] for f, n in zip(menu.first, menu.space.sizes, strict=True)
        )
        payoffs.append(Payoff(scores, tuple(pairs)))
    took, points = best_of(lambda: frontier(menu.space, *payoffs), runs)
    hard = len(menu.space.forbidden)
    line(f"ukraine-2025, {hard} hard pairs, all links", menu.space, took, f"{len(points)} points")
    took, met = best_of(lambda: sweep(lay_out(opening, 0, 0)), min(runs, 3))
    result = f"{met.feasible:,} feasible, {met.both:,} in both"
    line("ukraine-2025, win-sets counted one by one", menu.space, took, result)


def many_draws(runs: int) -> None:
    """Extremes, local search by a chance of signing, and a choice of texts, for 128 draws."""
    hard, soft = REAL_PAIRS[::3] + REAL_PAIRS[1::3], REAL_PAIRS[2::3]
    space = named(REAL_SIZES, hard)
    rng = np.random.default_rng(3)
    parties = [weighted(rng, REAL_SIZES, up, False, soft, 128) for up in (True, False)]
    took, _ = best_of(lambda: extremes(space, parties[0]), runs)
    line("extremes of one payoff, 128 draws", space, took, "min and max")

    # Of domestic support too, so that the best text need not lie on the two parties' frontier.
    parties.append(weighted(rng, REAL_SIZES, True, False, (), 128))
    signing = chance(space, parties)
    starts = from_frontiers(space, parties)
    took, result = best_of(lambda: search(space, signing, starts), max(1, runs // 5))
    label = f"local search, 128 rows x {starts.shape[1]} starts"
    line(label, space, took, f"{result.evaluations:,} evaluations")

    texts = np.unique(result.packages, axis=0)
    scores = np.stack([signing(texts, np.full(len(texts), r)) for r in range(128)])
    took, chosen = best_of(lambda: choose_texts(scores, 24), runs)
    line(f"24 of {len(texts)} texts for 128 rows", space, took, f"loss {chosen.loss:.2%}")


def misses() -> None:
    """How often and by how much local search misses, where every package can be listed."""
    issues = (0, 1, 2, 3, 4, 5, 9)
    sizes = tuple(REAL_SIZES[k] for k in issues)
    pairs = tuple(
        (issues.index(a), i, issues.index(b), j)
        for a, i, b, j in REAL_PAIRS
        if a in issues and b in issues
    )
    space = named(sizes, pairs[::3] + pairs[1::3])
    rng = np.random.default_rng(6)
    parties = [weighted(rng, sizes, up, False, pairs[2::3], 128) for up in (True, False, True)]
    signing = chance(space, parties)
    packages = np.array(list(product(*(range(n) for n in sizes))))
    packages = packages[space.feasible(packages)]
    best = np.array([signing(packages, np.full(len(packages), r)).max() for r in range(128)])
    starts = from_frontiers(space, parties)
    edges = space.edges + tuple(e for p in parties for e in p.edges)
    print(f"\nLocal search against all {len(packages):,} feasible packages, 128 rows:")
    for label, given, options in (
        ("best packages and 8 frontier points", starts, {}),
        ("the same, all climbs kept", starts, {"keep": 99}),
        ("the same, one climb kept", starts, {"keep": 1}),
        ("the same, pairs with an edge only", starts, {"pairs": edges}),
        ("the same, no pair moves", starts, {"pair_moves": False}),
        ("best packages only", starts[:, :3], {}),
    ):
        lost = 1 - search(space, signing, given, **options).values / best
        print(
            f"  {label:<40} missed {(lost > 1e-9).mean():6.2%}, mean loss {lost.mean():7.3%},"
            f" largest {lost.max():6.2%}"
        )


def chance(space: Space, parties: list[Payoff]) -> Callable[..., np.ndarray]:
    """Product over parties of logistic((share of stake - 0.6) / 0.05), as a function of rows."""
    spans = [extremes(space, p) for p in parties]

    def signing(packages: np.ndarray, at: np.ndarray) -> np.ndarray:
        product_of = np.ones(len(packages))
        for party, span in zip(parties, spans, strict=True):
            share = (value_each(party, packages, at) - span.low[at]) / (span.high - span.low)[at]
            product_of /= 1 + np.exp((0.6 - share) / 0.05)
        return product_of

    return signing


def from_frontiers(space: Space, parties: list[Payoff], count: int = 8) -> np.ndarray:
    """Starts [draws, parties + count, n_issues]: best packages, points of the first two's front."""
    best = np.stack([extremes(space, p).best for p in parties], axis=1)
    fronts = [frontier(space, *(p.at(d) for p in parties[:2])).packages for d in range(len(best))]
    points = [f[np.linspace(0, len(f) - 1, count).round().astype(int)] for f in fronts]
    return np.concatenate([best, np.stack(points)], axis=1)


def against_negmas(runs: int, quick: bool) -> None:
    if find_spec("negmas") is None:
        print("\nNegMAS cannot be imported here: no comparison (--negmas, or pip install negmas).")
        return
    from negmas import LinearAdditiveUtilityFunction, make_issue, make_os
    from negmas.preferences.ops import pareto_frontier

    print("\nNegMAS pareto_frontier on the same tables (its outcomes are listed before the clock):")
    for issues in (3, 4, 5) if quick else (3, 4, 5, 6):
        space = named((10,) * issues)
        rng = np.random.default_rng(4)
        tables = [[rng.integers(0, 101, 10).astype(float) for _ in range(issues)] for _ in "ab"]
        a, b = (Payoff(tuple(t)) for t in tables)
        ours, points = best_of(lambda s=space, a=a, b=b: frontier(s, a, b), runs)
        outcomes = make_os([make_issue(list(o), name=i) for i, o in _named_options(space)])
        utilities = [
            LinearAdditiveUtilityFunction(
                {
                    i: {v: float(x) for v, x in zip(o, t, strict=True)}
                    for (i, o), t in zip(_named_options(space), table, strict=True)
                },
                outcome_space=outcomes,
            )
            for table in tables
        ]
        listed = list(outcomes.enumerate())
        start = time.perf_counter()
        front, _ = pareto_frontier(utilities, outcomes=listed)
        theirs = time.perf_counter() - start
        distinct = len(np.unique(np.round(np.array(front, dtype=float), 9), axis=0))
        same = "equal" if np.allclose(
            np.unique(np.round(np.array(front, dtype=float), 9), axis=0), points.values
        ) else "NOT EQUAL"  # fmt: skip
        print(
            f"  10^{issues} packages: winset {ours * 1e3:8.2f} ms, NegMAS {theirs * 1e3:10.1f} ms,"
            f" ratio {theirs / ours:8.0f}; {len(points)} and {distinct} points, {same}"
        )


def _named_options(space: Space) -> list[tuple[str, tuple[str, ...]]]:
    return list(zip(space.issues, space.options, strict=True))


def line(what: str, space: Space, seconds: float, result: str) -> None:
    print(f"  {what:<78} {space.size:8.1e} packages {seconds * 1e3:9.2f} ms  {result}")


def checked() -> None:
    """The values printed belong to the packages found (a benchmark of wrong answers is none)."""
    space = named((4, 3, 4), ((0, 0, 1, 1),))
    a, b = (weighted(np.random.default_rng(s), space.sizes, s > 0, True) for s in (0, 1))
    points = frontier(space, a, b)
    if not np.array_equal(value(a, points.packages)[0], points.values[:, 0]):
        raise SystemExit("the frontier's values are not those of its packages")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    parser.add_argument(
        "--negmas",
        metavar="SITE_PACKAGES",
        help="the site-packages of another environment that has NegMAS (AGPL), put last on the"
        " path, so that it need not be installed beside winset",
    )
    given = parser.parse_args()
    if given.negmas:
        sys.path.append(given.negmas)
    quick = given.quick
    runs = 3 if quick else 15
    print(f"Python {platform.python_version()}, {platform.machine()}; best of {runs}\n")
    checked()
    scenario_like(runs)
    additive(runs)
    more_parties(runs)
    flagship(runs)
    many_draws(runs)
    misses()
    against_negmas(runs, quick)


if __name__ == "__main__":
    main()
