"""Options that are not on the table yet: mixtures of two options of an issue, with the rest of the
package chosen to go with them, that every signatory prefers to what it could otherwise get.

A mixture puts an issue a share s of the way from option a to option b: a line between two lines, a
cap between two caps, a period between two periods, part of the ground under one rule and part under
the other. What is half-way is taken to count half-way: the party's raw value, what a deal shifts
and what it costs linearly, the chance of passing and the hazard of breakdown in proportion
(geometric means). Whether such a text can be drafted is for the drafter to say.

What a signatory could otherwise get is its value of fighting on, which knows that all may settle
later. Expected gains over it are r gain - (1 - r) f, with r the chance of passing and f the cost of
a failed vote. A mixture is worth reporting when every signatory's expected gain is above 0 and the
smallest is larger than under any package of options as they are listed. Search is by steepest
ascent of the smallest expected gain, first among listed options, then from there for every pair of
options and share: what it finds is feasible and counted in full, not proved best.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import numpy as np

from winset.deals import Frontier, climb, value
from winset.deals.frontier import frontier_of
from winset.errors import OverrideError
from winset.insight.bargain import Bargain, middle_payoffs
from winset.insight.opening import Opening, deal_terms, ratification
from winset.insight.readied import Readied, Say, ready, strategy_of
from winset.insight.settlement import at_hand
from winset.insight.stated import has_war, known_one
from winset.insight.winsets import lay_out, sweep
from winset.scenario import Scenario
from winset.talks.menu import Floats, Menu, menu

SHARES: Final = (0.25, 0.5, 0.75)
_SHOWN: Final = 5
_STARTS: Final = 6
_MANY: Final = 12  # options from which on pairs are not mixed: the issue is as good as continuous
_LEAST: Final = 0.002  # stakes; a smaller improvement is none


@dataclass(frozen=True, eq=False)
class Parts:
    """What mixtures are made of, for packages [B]: raw value x [B,S] before aspiration, weight A of
    the deal, shift and cost [B,S], chance of passing [B].
    """

    x: Floats
    lasts: Floats
    shift: Floats
    cost: Floats
    passing: Floats


@dataclass(frozen=True, eq=False)
class Ground:
    """A scenario's middle, ready for mixtures: parts of packages, and what turns them into expected
    gains.
    """

    menu: Menu
    parties: tuple[str, ...]
    allowed: tuple[np.ndarray, ...]
    parts: Callable[[np.ndarray], Parts]
    power: Floats
    clipped: bool
    fighting: Floats
    failed: Floats
    seen: np.ndarray  # packages [B, issues] to start from

    def expected(self, found: Parts) -> Floats:
        """Expected gains [B,S]: r gain - (1 - r) f."""
        v = np.clip(found.x, 0.0, 1.0) ** self.power if self.clipped else found.x
        gain = found.lasts * (v - self.fighting) + (1 - found.lasts) * found.shift - found.cost
        r = found.passing[:, None]
        return np.asarray(r * gain - (1 - r) * self.failed)


def mixed(a: Parts, b: Parts, share: Floats) -> Parts:
    """Parts of mixtures a share [B] of the way from a to b."""
    s = share[:, None]
    return Parts(
        (1 - s) * a.x + s * b.x,
        a.lasts ** (1 - s) * b.lasts**s,
        (1 - s) * a.shift + s * b.shift,
        np.where(np.isinf(a.cost) | np.isinf(b.cost), np.inf, 0.0)
        + (1 - s) * np.where(np.isinf(a.cost), 0.0, a.cost)
        + s * np.where(np.isinf(b.cost), 0.0, b.cost),
        a.passing ** (1 - share) * b.passing**share,
    )


def invent(
    scenario: Scenario,
    issue: str,
    worldviews: Sequence[str] | None = None,
    strategy: str | None = None,
    stated: Mapping[str, float] | None = None,
    draws: int = 16,
    seed: int = 1,
    say: Say | None = None,
) -> dict[str, Any]:
    """Mixtures on one issue, worldview by worldview.

    Raises:
        OverrideError: no such issue, worldview or strategy, or an issue of one option.
    """
    layout = menu(scenario)
    known_one("issue", issue, layout.space.issues)
    m = layout.space.issues.index(issue)
    if layout.space.sizes[m] < 2:
        raise OverrideError(f"issue {issue!r} has one option: nothing to mix")
    document: dict[str, Any] = {
        "scenario": scenario.id,
        "issue": issue,
        "parties": {p: scenario.spec.parties[p].name for p in scenario.signatories},
    }
    if not has_war(scenario):
        ground = _without_war(middle_payoffs(scenario, None, stated))
        return document | {"worldviews": [{"id": "", **_look(ground, m)}]}
    chosen = strategy_of(scenario, strategy)
    views = [known_one("worldview", v, scenario.worldviews) for v in worldviews or ()]
    out = []
    for view in views or scenario.worldviews:
        readied = ready(scenario, view, chosen, stated or {}, draws, seed, say)
        out.append({"id": view, **_look(_with_war(readied), m)})
    return document | {"strategy": chosen, "draws": draws, "seed": seed, "worldviews": out}


def _with_war(readied: Readied) -> Ground:
    opening, combo = readied.middle, readied.main
    rows = opening.rows(combo)
    deals = opening.deals
    seen = sweep(lay_out(opening, 0, combo), each=False, kept=20_000).packages
    seen = np.concatenate([at_hand(opening, 0), seen])
    if not len(seen):
        raise OverrideError(f"under {readied.strategy} nothing at all is on the table")

    def parts(packages: np.ndarray) -> Parts:
        at = np.zeros(len(packages), dtype=np.int64)
        raw = deals.raw(opening.contribution, at, packages)[:, rows]
        found = deal_terms(opening, 0, combo, packages)
        low, high = deals.low[0, rows], deals.high[0, rows]
        return Parts(
            (raw - low) / (high - low),
            found.lasts,
            found.shift,
            found.penalty,
            ratification(opening, 0, packages),
        )

    return Ground(
        deals.menu,
        opening.problem.parties,
        _masks(opening),
        parts,
        deals.power[0, rows],
        True,
        opening.fighting[0, rows],
        opening.problem.table.failed[0],
        seen,
    )


def _masks(opening: Opening) -> tuple[np.ndarray, ...]:
    first, space = opening.deals.menu.first, opening.deals.menu.space
    return tuple(
        opening.allowed[0, int(f) : int(f) + n] for f, n in zip(first, space.sizes, strict=True)
    )


def _without_war(bargain: Bargain) -> Ground:
    points = frontier_of(bargain.space, bargain.payoffs)
    bent = Frontier(bargain.bent(points.values), points.packages)
    count = len(bargain.parties)

    def parts(packages: np.ndarray) -> Parts:
        x = np.stack([value(p, packages)[0] for p in bargain.payoffs], axis=1)
        zero = np.zeros((len(packages), count))
        return Parts(x, np.ones((len(packages), count)), zero, zero, np.ones(len(packages)))

    return Ground(
        bargain.menu,
        bargain.parties,
        bargain.space.everything(),
        parts,
        bargain.power,
        bool((bargain.power != 1.0).any()),
        bargain.reservation,
        np.zeros(count),
        bent.packages,
    )


def _look(ground: Ground, m: int) -> dict[str, Any]:
    """Search the mixtures of issue m and say what was found."""
    listed = _best_listed(ground)
    base = ground.expected(ground.parts(listed[None]))[0]
    open_ = np.flatnonzero(ground.allowed[m])
    pure = [(int(o), int(o), 0.0) for o in open_]
    pairs = list(combinations((int(o) for o in open_), 2)) if len(open_) <= _MANY else []
    cases = pure + [(a, b, s) for a, b in pairs for s in SHARES]
    packages, worth = _climbed(ground, m, cases, listed)
    best = max(float(base.min()), float(worth[: len(pure)].max()))
    order = [n for n in np.argsort(-worth, kind="stable") if cases[n][0] != cases[n][1]]
    found = [_told(ground, m, cases[n], packages[n], listed, float(worth[n])) for n in order]
    better = [f for f in found if f["smallest_gain"] > max(best, 0.0) + _LEAST]
    return {
        "as_listed": {
            "package": ground.menu.describe(listed),
            "expected_gains": dict(zip(ground.parties, base.tolist(), strict=True)),
            "smallest_gain": best,
        },
        "tried": len(cases),
        "found": better[:_SHOWN],
        "nearest": found[0] if found and not better else None,
    }


def _best_listed(ground: Ground) -> np.ndarray:
    """The package of listed options with the largest smallest expected gain, by search."""

    def worth(packages: np.ndarray, _: np.ndarray) -> Floats:
        return np.asarray(ground.expected(ground.parts(packages)).min(axis=1))

    first = np.argsort(-worth(ground.seen, np.zeros(0)), kind="stable")[:_STARTS]
    found = climb(ground.menu.space, worth, ground.seen[first], ground.allowed, [])
    return np.asarray(found.packages[int(found.values.argmax())])


def _climbed(
    ground: Ground, m: int, cases: list[tuple[int, int, float]], start: np.ndarray
) -> tuple[np.ndarray, Floats]:
    """For every case the best rest of the package and its smallest expected gain."""
    first = np.array([a for a, _, _ in cases])
    second = np.array([b for _, b, _ in cases])
    share = np.array([s for _, _, s in cases])
    space = ground.menu.space

    def worth(packages: np.ndarray, rows: np.ndarray) -> Floats:
        a, b = packages.copy(), packages.copy()
        a[:, m], b[:, m] = first[rows], second[rows]
        found = mixed(ground.parts(a), ground.parts(b), share[rows])
        out = ground.expected(found).min(axis=1)
        broken = space.broken(a, ground.allowed) + space.broken(b, ground.allowed)
        out = np.where(np.isfinite(out), out, -1e6) - 1e3 * broken
        return np.asarray(out - 1e6 * (packages[:, m] != first[rows]))

    starts = np.tile(start, (len(cases), 1))
    starts[:, m] = first
    free = space.__class__(space.issues, space.options)  # a broken pair costs, it does not wall in
    found = climb(free, worth, starts, ground.allowed, list(space.edges))
    return found.packages, np.asarray(found.values)


def _told(
    ground: Ground, m: int, case: tuple[int, int, float], package: np.ndarray,
    listed: np.ndarray, smallest: float,
) -> dict[str, Any]:  # fmt: skip
    a, b, share = case
    one, two = package[None].copy(), package[None].copy()
    one[:, m], two[:, m] = a, b
    parts = mixed(ground.parts(one), ground.parts(two), np.array([share]))
    expected = ground.expected(parts)[0]
    ends = [ground.expected(ground.parts(p))[0] for p in (one, two)]
    names, issues = ground.menu.space.options[m], ground.menu.space.issues
    old, new = ground.menu.describe(listed), ground.menu.describe(one[0])
    mixture = {names[a]: 1.0 - share, names[b]: share} if a != b else {names[a]: 1.0}
    return {
        "mixture": mixture,
        "package": {i: o for i, o in new.items() if i != issues[m]},
        "changed_elsewhere": {
            i: [old[i], new[i]] for i in issues if i != issues[m] and old[i] != new[i]
        },
        "expected_gains": dict(zip(ground.parties, expected.tolist(), strict=True)),
        "smallest_gain": smallest,
        "passes": float(parts.passing[0]),
        "at_either_end": {
            names[o]: dict(zip(ground.parties, end.tolist(), strict=True))
            for o, end in zip((a, b), ends, strict=True)
        },
    }
