"""Why win-sets do or do not meet, in words and numbers; who cares more about which issue; which
trades create value.

Stakes of an issue for a party: best less worst of its options on the table, in points of 100 of
the party's own stake, before aspiration. A *trade* of issues k and l (logrolling: Buchanan and
Tullock 1962, ch. 10; Froman and Cohen 1970, Behavioral Science 15): a has its best option on k and
b its best on l, against both issues split evenly,

    a gains (stake_a(k) - stake_a(l)) / 2,     b gains (stake_b(l) - stake_b(k)) / 2,

between options in which the two want opposite ends; it creates value where both gain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, permutations
from typing import Any, Final

import numpy as np

from winset.deals import Frontier, Space
from winset.deals.adjusted_winner import adjusted_winner
from winset.insight.hurdles import hurdles
from winset.insight.opening import Opening, gains, ratification, straight
from winset.insight.winsets import Laid, closest, lay_out
from winset.talks.menu import Floats

_TRADES: Final = 5
_NOTHING: Final = 0.05  # points of 100; a smaller gain is none


def stakes(opening: Opening, combo: int) -> Floats:
    """[issues, signatories] stakes in points of 100."""
    space, first = opening.deals.menu.space, opening.deals.menu.first
    out = np.zeros((len(space.issues), len(opening.problem.parties)))
    for s, row in enumerate(opening.rows(combo)):
        own, _ = straight(opening, 0, row)
        for m, size in enumerate(space.sizes):
            at = slice(int(first[m]), int(first[m]) + size)
            there = own[at][opening.allowed[0, at]]
            out[m, s] = 100.0 * float(np.ptp(there))
    return out


def cares(opening: Opening, combo: int) -> list[dict[str, Any]]:
    """Issue by issue what each side has at stake, and who cares most."""
    space, parties = opening.deals.menu.space, opening.problem.parties
    return cared_for(space, parties, stakes(opening, combo))


def cared_for(space: Space, parties: Sequence[str], worth: Floats) -> list[dict[str, Any]]:
    """As `cares`, from stakes [issues, signatories]."""
    out = []
    for issue, row in zip(space.issues, worth, strict=True):
        top = int(row.argmax())
        rest = float(np.delete(row, top).max()) if len(row) > 1 else 0.0
        out.append(
            {
                "issue": issue,
                "stakes": dict(zip(parties, row.tolist(), strict=True)),
                "cares_most": parties[top] if row[top] > rest else None,
                "times": float(row[top] / rest) if rest > 0 else None,
            }
        )
    return out


def trades(opening: Opening, combo: int) -> list[dict[str, Any]]:
    """The trades of two issues in which two signatories both gain, largest smaller gain first."""
    return traded(
        opening.deals.menu.space,
        opening.problem.parties,
        stakes(opening, combo),
        favourites(opening, combo),
    )


def traded(
    space: Space, parties: Sequence[str], worth: Floats, best: np.ndarray
) -> list[dict[str, Any]]:
    """As `trades`, from stakes and everybody's best options [issues, signatories]."""
    found: list[dict[str, Any]] = []
    for a, b in combinations(range(len(parties)), 2):
        opposed = [m for m in range(len(space.issues)) if best[m, a] != best[m, b]]
        for k, m in permutations(opposed, 2):
            gain_a, gain_b = (worth[k, a] - worth[m, a]) / 2, (worth[m, b] - worth[k, b]) / 2
            if gain_a > _NOTHING and gain_b > _NOTHING:
                found.append(
                    {
                        "to": {parties[a]: space.issues[k], parties[b]: space.issues[m]},
                        "options": {
                            space.issues[k]: space.options[k][best[k, a]],
                            space.issues[m]: space.options[m][best[m, b]],
                        },
                        "gains": {parties[a]: float(gain_a), parties[b]: float(gain_b)},
                    }
                )
    found.sort(key=lambda t: -min(t["gains"].values()))
    return found[:_TRADES]


def adjusted(
    space: Space, parties: Sequence[str], worth: Floats, best: np.ndarray
) -> dict[str, Any] | None:
    """Adjusted Winner over the issues on which two signatories want different options, taken as
    divisible: the first's share of each and what both get of 100 points; None where there are more
    or fewer than two, or nothing is opposed to both.
    """
    if len(parties) != 2:
        return None
    opposed = [m for m in range(len(space.issues)) if best[m, 0] != best[m, 1]]
    points = worth[opposed]
    if not len(opposed) or (points.sum(axis=0) <= 0).any():
        return None
    found = adjusted_winner(points[:, 0], points[:, 1])
    return {
        "shares": {
            space.issues[m]: {parties[0]: float(s), parties[1]: float(1 - s)}
            for m, s in zip(opposed, found.shares, strict=True)
        },
        "points": dict(zip(parties, found.points.tolist(), strict=True)),
        "divided": None if found.divided is None else space.issues[opposed[found.divided]],
    }


def favourites(opening: Opening, combo: int) -> np.ndarray:
    """[issues, signatories] the option each likes best of those on the table."""
    space, first = opening.deals.menu.space, opening.deals.menu.first
    out = np.zeros((len(space.issues), len(opening.problem.parties)), dtype=np.int64)
    for s, row in enumerate(opening.rows(combo)):
        own, _ = straight(opening, 0, row)
        for m, size in enumerate(space.sizes):
            at = slice(int(first[m]), int(first[m]) + size)
            out[m, s] = int(np.where(opening.allowed[0, at], own[at], -np.inf).argmax())
    return out


def left_on_table(
    opening: Opening, combo: int, text: np.ndarray, points: Frontier
) -> dict[str, Any]:
    """What the parties could still gain by their own values with nobody worse off than under a
    text, and issue by issue how far the text is from each party's best (points of 100).
    """
    parties = opening.problem.parties
    now = gains(opening, 0, combo, text[None])[0]
    better = points.values[(points.values >= now - 1e-12).all(axis=1)]
    most = better.max(axis=0) - now if len(better) else np.zeros(len(parties))
    space, first = opening.deals.menu.space, opening.deals.menu.first
    by_issue: dict[str, dict[str, float]] = {}
    for party, row in zip(parties, opening.rows(combo), strict=True):
        own, _ = straight(opening, 0, row)
        for m, issue in enumerate(space.issues):
            at = slice(int(first[m]), int(first[m]) + space.sizes[m])
            top = own[at][opening.allowed[0, at]].max()
            by_issue.setdefault(issue, {})[party] = 100.0 * float(top - own[at][text[m]])
    return {
        "most": dict(zip(parties, np.maximum(most, 0.0).tolist(), strict=True)),
        "by_issue": by_issue,
    }


def explain(
    opening: Opening,
    combo: int,
    laid: Laid,
    counts: Mapping[str, Any],
    text: np.ndarray | None,
) -> dict[str, Any]:
    """Whether the win-sets meet, and what keeps them apart: `state` is apart, home or meet."""
    over = counts["overlap"]
    if over["packages"] == 0:
        return _apart(opening, combo, laid, counts)
    if text is None:
        return {"state": "home", "hurdles": [], "best": 0.0}
    one = text[None]
    best = float(ratification(opening, 0, one)[0])
    kept = bool((gains(opening, 0, combo, one) >= 0).all())
    lowest = sorted(hurdles(opening, 0, one), key=lambda h: float(h.chance[0]))
    listed = [
        {"who": h.who, "what": h.label, "chance": float(h.chance[0])}
        for h in lowest
        if h.chance[0] < 0.9
    ]
    state = "meet" if (best >= 0.5 and kept) or over["signable"]["share"] > 0 else "home"
    found = {"state": state, "best": best, "in_overlap": kept, "hurdles": listed[:4]}
    return found | {"pulls": _pulls(opening, combo, text)} if state == "home" else found


def _pulls(opening: Opening, combo: int, text: np.ndarray) -> list[dict[str, Any]]:
    """The single options and the pair that would raise a text's chance of passing most, and whose
    leadership would then rather fight on: where home and the other side pull apart.
    """
    space, first = opening.deals.menu.space, opening.deals.menu.first
    options = [
        (m, o)
        for m, size in enumerate(space.sizes)
        for o in range(size)
        if o != text[m] and opening.allowed[0, int(first[m]) + o]
    ]
    sets = [(c,) for c in options]
    sets += [(c, d) for c, d in combinations(options, 2) if c[0] != d[0]]  # type: ignore[misc]
    packages = np.tile(text, (len(sets), 1))
    for n, changes in enumerate(sets):
        for m, o in changes:
            packages[n, m] = o
    good = space.feasible(packages)
    passes = np.where(good, ratification(opening, 0, packages), -1.0)
    single = np.array([len(changes) == 1 for changes in sets])
    now = float(ratification(opening, 0, text[None])[0])
    order = [
        *np.argsort(np.where(single, -passes, 1.0), kind="stable")[:3],
        int(np.where(single, -1.0, passes).argmax()),
    ]
    out = []
    for n in order:
        if passes[n] <= now + 0.01:
            continue
        gain = gains(opening, 0, combo, packages[n][None])[0]
        against = [p for p, g in zip(opening.problem.parties, gain, strict=True) if g < 0]
        change = {
            space.issues[m]: [space.options[m][text[m]], space.options[m][o]] for m, o in sets[n]
        }
        out.append({"change": change, "passes": float(passes[n]), "against": against})
    return out


def _apart(opening: Opening, combo: int, laid: Laid, counts: Mapping[str, Any]) -> dict[str, Any]:
    """The shortfall, and the issues that would close it if both sides had their best there."""
    issues = opening.deals.menu.space.issues
    gap = counts["closest"]["surplus"]
    single = {issue: closest(lay_out(opening, 0, combo, (m,)))[0] for m, issue in enumerate(issues)}
    closing = sorted((i for i, g in single.items() if g >= 0), key=lambda i: -single[i])
    pair: list[str] = []
    if not closing:
        likely = sorted(issues, key=lambda i: -single[i])[:5]
        tried = {
            p: closest(lay_out(opening, 0, combo, tuple(issues.index(i) for i in p)))[0]
            for p in combinations(likely, 2)
        }
        best = max(tried, key=lambda p: tried[p])
        pair = list(best) if tried[best] >= 0 else []
    refused = [p for p, w in counts["win_sets"].items() if w["packages"] == 0]
    return {
        "state": "apart",
        "shortfall": -100.0 * gap,
        "nothing_for": refused,
        "single_issues": closing,
        "pair": pair,
        "narrows": {i: 100.0 * (g - gap) for i, g in sorted(single.items(), key=lambda x: -x[1])},
    }
