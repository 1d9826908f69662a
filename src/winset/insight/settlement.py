"""`winset deals` of a scenario with a war: per worldview the win-sets, whether they meet, and why.

A package is in a party's *win-set* (Putnam 1988, International Organization 42) when its leadership
would rather have it than fight on, and it is *signable* when it is in every win-set and its chance
r of ratification and outsiders' consent is at least a half. Counts at the middle of every number
are exact (`winsets`); of the overlap's packages those that are signable are counted one by one
where there are at most 60,000, else estimated from an even selection, with the standard error.
Chances over the draws count draws and types, weighted by the world's prior, in which some package
is in the overlap (a text at hand shows it, else `winsets.closest` settles it) or signable (a text
at hand or found by search shows it: a lower bound).

Solution points come twice: by the leaderships' values alone, over the exact frontier, and by what
each side can expect when a text must still pass at home, r gain_i - (1 - r) f_i with f_i the cost
of a failed vote (model.md section 5): over the packages looked at and those that local search
finds from the best of them, so these are found, not proved.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from winset.deals import DEFINITIONS, SOLUTIONS, Frontier, climb
from winset.deals.frontier import undominated_points
from winset.insight import why_apart
from winset.insight.hurdles import hurdles
from winset.insight.left import left_of, scale_of
from winset.insight.opening import Opening, gains, ratification
from winset.insight.readied import Readied, Say, ready, strategy_of, type_labels
from winset.insight.stated import known_one
from winset.insight.winsets import Laid, Meeting, closest, lay_out, outline, sweep
from winset.scenario import Scenario
from winset.talks.menu import Floats
from winset.talks.texts import package_of

#: packages of an overlap whose ratification is worked out
RATIFIED: Final = 60_000
#: least chance of ratification and consent of what is called signable
EVEN: Final = 0.5
_STARTS: Final = 6


def settlement(
    scenario: Scenario,
    worldviews: Sequence[str] | None = None,
    strategy: str | None = None,
    stated: Mapping[str, float] | None = None,
    draws: int = 16,
    seed: int = 1,
    say: Say | None = None,
) -> dict[str, Any]:
    """The whole document: `worldviews`, each with `overlap`, `types`, `frontier`, `solutions`,
    `cares`, `trades`, `best_text` and `why`.

    Raises:
        OverrideError: an unknown worldview or strategy.
        DealError: more packages than can be gone through.
    """
    views = [known_one("worldview", v, scenario.worldviews) for v in worldviews or ()]
    chosen = strategy_of(scenario, strategy)
    out = []
    for view in views or scenario.worldviews:
        readied = ready(scenario, view, chosen, stated or {}, draws, seed, say)
        if say:
            say(f"{view}: win-sets")
        out.append(one_worldview(readied))
    document = {
        "scenario": scenario.id,
        "strategy": chosen,
        "parties": {p: scenario.spec.parties[p].name for p in scenario.signatories},
        "draws": draws,
        "seed": seed,
        "possible_packages": _size(scenario),
        "definitions": dict(DEFINITIONS),
        "worldviews": out,
    }
    if len(out) == 1:
        keys = ("packages", "frontier", "solutions", "overlap", "reservation")
        document |= {key: out[0][key] for key in keys}
    return document


def _size(scenario: Scenario) -> int:
    from winset.talks.menu import menu

    return menu(scenario).space.size


def one_worldview(readied: Readied) -> dict[str, Any]:
    """What is said of one worldview."""
    opening, scenario = readied.middle, readied.middle.deals.scenario
    labels, main = type_labels(opening), readied.main
    kinds, found = [], {}
    for combo, label in enumerate(labels):
        laid = lay_out(opening, 0, combo)
        meeting = sweep(laid)
        found[combo] = (laid, meeting)
        kinds.append(
            {
                "type": label,
                "chance": float(readied.chances[combo]),
                **_counts(readied, combo, laid, meeting),
            }
        )
    laid, meeting = found[main]
    met, signable = chances(readied)
    points = frontier(opening, main, laid, meeting)
    text = best_text(opening, 0, main, meeting.packages)
    why = why_apart.explain(opening, main, laid, kinds[main], text)
    out = {
        "id": readied.worldview,
        "label": _label(scenario, readied.worldview),
        "fighting_on": _fighting(readied),
        "fighting_on_how": readied.how,
        "reservation": {
            p: float(opening.fighting[0, r])
            for p, r in zip(opening.problem.parties, opening.rows(main), strict=True)
        },
        "packages": meeting.feasible,
        "main_type": labels[main],
        "types": kinds,
        "overlap": {**kinds[main]["overlap"], "chance": met, "chance_signable": signable},
        "frontier": [_point(opening, main, p) for p in points.packages],
        "frontier_step": STEP,
        "solutions": _solutions(opening, main, points),
        "solutions_with_ratification": _expected(opening, main, meeting.packages),
        "best_text": None if text is None else _point(opening, main, text),
        "cares": why_apart.cares(opening, main),
        "trades": why_apart.trades(opening, main),
        "adjusted_winner": why_apart.adjusted(
            opening.deals.menu.space,
            opening.problem.parties,
            why_apart.stakes(opening, main),
            why_apart.favourites(opening, main),
        ),
        "why": why,
    }
    if text is not None:
        out["left_on_table"] = why_apart.left_on_table(opening, main, text, points)
    scale = scale_of(opening, main)
    texts = {} if text is None else {"best_text": text}
    if len(points):
        nash = SOLUTIONS["nash"](points, np.zeros(len(opening.problem.parties)))
        texts |= {} if nash is None else {"nash": nash.package}
    out["left"] = {name: left_of(scale, package, points) for name, package in texts.items()}
    return out


def _label(scenario: Scenario, worldview: str) -> str:
    body = scenario.spec.worldviews.get(worldview)
    return body.label if body is not None else worldview


def _fighting(readied: Readied) -> dict[str, Any]:
    """party -> list of types with the middle and the 10th and 90th percentile over the draws."""
    drawn = readied.drawn
    rows = [(r, row) for r, row in enumerate(drawn.deals.rows) if row.signatory]
    out: dict[str, Any] = {}
    for r, row in rows:
        named = [m.rpartition(".")[2] for m, on in row.marks.items() if on]
        own = [
            n for n in named if any(n in drawn.deals.scenario.spec.hypotheses[h].values
                                    for h in drawn.deals.scenario.types(row.party))
        ]  # fmt: skip
        low, middle, high = np.quantile(drawn.fighting[:, r], [0.1, 0.5, 0.9])
        out.setdefault(row.party, []).append(
            {
                "type": ", ".join(own),
                "low": float(low),
                "middle": float(middle),
                "high": float(high),
            }
        )
    return out


def _counts(readied: Readied, combo: int, laid: Laid, meeting: Meeting) -> dict[str, Any]:
    opening = readied.middle
    total = max(meeting.feasible, 1)
    each = {
        p: {"packages": int(n), "share": int(n) / total}
        for p, n in zip(opening.problem.parties, meeting.each, strict=True)
    }
    share, error = 0.0, 0.0
    packages = meeting.packages
    if len(packages):
        stride = -(-len(packages) // RATIFIED)
        looked = packages[::stride]
        passing = float((ratification(opening, 0, looked) >= EVEN).mean())
        whole = meeting.complete and stride == 1
        share = passing * meeting.both / total
        error = 0.0 if whole else math.sqrt(passing * (1 - passing) / len(looked))
        error *= meeting.both / total
        signable = round(passing * meeting.both) if whole else None
    else:
        signable = 0
    gap, at, surplus = closest(laid)
    return {
        "win_sets": each,
        "overlap": {
            "packages": meeting.both,
            "share": meeting.both / total,
            "signable": {"packages": signable, "share": share, "share_error": error},
        },
        "closest": {
            "surplus": gap,
            "by_party": dict(zip(opening.problem.parties, surplus.tolist(), strict=True)),
            "package": opening.deals.menu.describe(at) if len(at) else None,
        },
    }


def chances(readied: Readied) -> tuple[float, float]:
    """Chance over draws and types that some package is in the overlap, and that one is signable."""
    opening = readied.drawn
    prior = opening.problem.priors.world_types
    met, signable = 0.0, 0.0
    for draw in range(opening.deals.draws):
        texts = at_hand(opening, draw)
        r = ratification(opening, draw, texts) if len(texts) else np.zeros(0)
        for combo in range(prior.shape[1]):
            weight = float(prior[draw, combo]) / opening.deals.draws
            if weight == 0.0:
                continue
            good = (gains(opening, draw, combo, texts) >= 0).all(axis=1)
            if good.any() or closest(lay_out(opening, draw, combo))[0] >= 0:
                met += weight
            if (good & (r >= EVEN)).any():
                signable += weight
                continue
            text = best_text(opening, draw, combo, texts)
            if text is not None and _signable(opening, draw, combo, text):
                signable += weight
    return met, signable


def _signable(opening: Opening, draw: int, combo: int, text: np.ndarray) -> bool:
    one = text[None]
    fine = (gains(opening, draw, combo, one) >= 0).all()
    return bool(fine and ratification(opening, draw, one)[0] >= EVEN)


def at_hand(opening: Opening, draw: int) -> np.ndarray:
    """The mediator's candidate texts and the named plans that are on the table in a draw."""
    deals, texts = opening.deals, opening.problem.texts
    listed = [texts.packages[texts.packages[:, 0] >= 0]]
    plans = [package_of(deals, p) for p in deals.scenario.spec.plans]
    packages = np.unique(np.concatenate([*listed, *(p[None] for p in plans)]), axis=0)
    good = deals.menu.space.feasible(packages)
    good &= opening.allowed[draw][deals.menu.flat(packages)].all(axis=1)
    return np.asarray(packages[good])


def best_text(opening: Opening, draw: int, combo: int, packages: np.ndarray) -> np.ndarray | None:
    """The package likeliest to be accepted and ratified, product of acceptances times r, by search
    from the likeliest of `packages` and of the texts at hand; None where nothing is on the table.
    """
    starts = np.concatenate([at_hand(opening, draw), packages[:: max(1, len(packages) // 400)]])
    if not len(starts):
        return None
    tau = np.maximum(opening.problem.table.tau[draw], 1e-3)

    def worth(looked: np.ndarray, _: np.ndarray) -> Floats:
        z = np.clip(gains(opening, draw, combo, looked) / tau, -60, 60)
        accept = 1.0 / (1.0 + np.exp(-z))
        return np.asarray(accept.prod(axis=1) * ratification(opening, draw, looked))

    first = np.argsort(-worth(starts, np.zeros(0)), kind="stable")[:_STARTS]
    found = climb(opening.deals.menu.space, worth, starts[first], _masks(opening, draw), [])
    return np.asarray(found.packages[int(found.values.argmax())])


#: a frontier point is at most this far, in stakes, from the frontier of the overlap's packages
STEP: Final = 0.0005


def frontier(opening: Opening, combo: int, laid: Laid, meeting: Meeting) -> Frontier:
    """Undominated gains over fighting on of the overlap's packages at the middle: for two
    signatories of all of them, to `STEP`; for another number of those at hand.
    """
    packages = meeting.packages
    if len(packages) and len(opening.problem.parties) == 2:
        packages = outline(opening, 0, combo, laid, STEP)
    if not len(packages):
        size = len(opening.deals.menu.space.issues)
        return Frontier(np.zeros((0, len(opening.problem.parties))), np.zeros((0, size), np.int64))
    found = gains(opening, 0, combo, packages)
    return undominated_points(found, packages, [1e-12] * found.shape[1])


def _solutions(opening: Opening, combo: int, points: Frontier) -> dict[str, Any]:
    """Solution points by the parties' gains over fighting on."""
    nothing = np.zeros(len(opening.problem.parties))
    out: dict[str, Any] = {}
    for name, solution in SOLUTIONS.items():
        found = solution(points, nothing) if len(points) else None
        out[name] = None if found is None else _point(opening, combo, found.package)
    return out


def _expected(opening: Opening, combo: int, packages: np.ndarray) -> dict[str, Any]:
    """Solution points by expected gains, ratification and the cost of its failure counted."""
    failed = opening.problem.table.failed[0]
    looked = np.unique(
        np.concatenate([at_hand(opening, 0), packages[:: -(-len(packages) // RATIFIED) or 1]]),
        axis=0,
    )

    def expected(some: np.ndarray) -> Floats:
        r = ratification(opening, 0, some)[:, None]
        return np.asarray(r * gains(opening, 0, combo, some) - (1 - r) * failed)

    if not len(looked):
        return dict.fromkeys(SOLUTIONS)
    found = expected(looked)
    masks = _masks(opening, 0)
    aims: tuple[Callable[[Floats], Any], ...] = (
        lambda e: np.where(e.min(axis=1) > 0, np.abs(e).prod(axis=1), e.min(axis=1)),
        lambda e: e.min(axis=1),
        lambda e: e.sum(axis=1) + 1e3 * np.minimum(e.min(axis=1), 0.0),
    )
    more = []
    for aim in aims:
        first = looked[np.argsort(-aim(found), kind="stable")[:_STARTS]]

        def worth(some: np.ndarray, _: np.ndarray, aim: Any = aim) -> Floats:
            return np.asarray(aim(expected(some)))

        more.append(climb(opening.deals.menu.space, worth, first, masks, []).packages)
    every = np.unique(np.concatenate([looked, *more]), axis=0)
    values = expected(every)
    points = undominated_points(values, every, [1e-12] * values.shape[1])
    out: dict[str, Any] = {}
    for name, solution in SOLUTIONS.items():
        point = solution(points, np.zeros(values.shape[1]))
        out[name] = None
        if point is not None:
            out[name] = _point(opening, combo, point.package)
            out[name]["expected_gains"] = dict(
                zip(opening.problem.parties, point.values.tolist(), strict=True)
            )
    return out


def _masks(opening: Opening, draw: int) -> tuple[np.ndarray, ...]:
    return tuple(
        opening.allowed[draw, int(f) : int(f) + n]
        for f, n in zip(opening.deals.menu.first, opening.deals.menu.space.sizes, strict=True)
    )


def _point(opening: Opening, combo: int, package: np.ndarray) -> dict[str, Any]:
    """A package: value of the deal and gain over fighting on to each signatory, chance of
    ratification, the lowest hurdles.
    """
    one = package[None]
    parties, rows = opening.problem.parties, opening.rows(combo)
    gain = gains(opening, 0, combo, one)[0]
    fight = opening.fighting[0, rows]
    lowest = sorted(hurdles(opening, 0, one), key=lambda h: float(h.chance[0]))[:3]
    return {
        "values": {p: float(f + g) for p, f, g in zip(parties, fight, gain, strict=True)},
        "gains": dict(zip(parties, gain.tolist(), strict=True)),
        "ratification": float(ratification(opening, 0, one)[0]),
        "hurdles": [
            {"who": h.who, "what": h.label, "chance": float(h.chance[0])}
            for h in lowest
            if h.chance[0] < 0.995
        ],
        "package": opening.deals.menu.describe(package),
    }
