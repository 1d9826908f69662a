"""What a text leaves on the table: for every party and issue by issue.

- A party's *best feasible* package is the frontier point it likes best: nobody is worse off than
  with no agreement. What it is short of that is what the text leaves it, and issue by issue the
  points of 100 of its own stake (before aspiration) that its best package has over the text; a
  minus says that it would give there to get elsewhere. Points that hang on several issues together
  are `links`.
- The *joint gain* (Raiffa 1982, ch. 11: value left on the table by both) is the frontier point that
  leaves nobody worse off than the text and makes the smallest further gain as large as possible:
  none where the text is itself on the frontier.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from winset.deals import Frontier, Space, value
from winset.insight.bargain import Bargain
from winset.insight.opening import Opening, gains, straight
from winset.talks.menu import Floats, Menu

_NONE: Final = 1e-9


@dataclass(frozen=True, eq=False)
class Scale:
    """How texts are weighed. points: per issue [options, S] of 100; whole: packages [B, issues] ->
    [B,S] the same with what hangs on several issues; gain: packages -> [B,S] over no agreement.
    """

    space: Space
    menu: Menu
    parties: tuple[str, ...]
    points: Sequence[Floats]
    whole: Callable[[np.ndarray], Floats]
    gain: Callable[[np.ndarray], Floats]


def scale_of(opening: Opening, combo: int) -> Scale:
    """The middle of a worldview under a combination of types."""
    space, first = opening.deals.menu.space, opening.deals.menu.first
    rows = opening.rows(combo)
    laid = [straight(opening, 0, row) for row in rows]
    own = np.stack([o for o, _ in laid], axis=1) * 100.0
    points = [own[int(f) : int(f) + n] for f, n in zip(first, space.sizes, strict=True)]

    def whole(packages: np.ndarray) -> Floats:
        out = own[first + packages].sum(axis=1)
        for s, (_, pairs) in enumerate(laid):
            for a, b, table in pairs:
                out[:, s] += 100.0 * table[packages[:, a], packages[:, b]]
        return np.asarray(out)

    return Scale(
        space,
        opening.deals.menu,
        opening.problem.parties,
        points,
        whole,
        lambda packages: gains(opening, 0, combo, packages),
    )


def scale_without_war(bargain: Bargain) -> Scale:
    """The middle of a scenario without a war."""
    count = len(bargain.space.issues)
    points = [
        np.stack([100.0 * p.scores[m][0] for p in bargain.payoffs], axis=1) for m in range(count)
    ]

    def raw(packages: np.ndarray) -> Floats:
        return np.stack([value(p, packages)[0] for p in bargain.payoffs], axis=1)

    return Scale(
        bargain.space,
        bargain.menu,
        bargain.parties,
        points,
        lambda packages: 100.0 * raw(packages),
        lambda packages: np.asarray(bargain.bent(raw(packages)) - bargain.reservation),
    )


def left_of(scale: Scale, text: np.ndarray, frontier: Frontier) -> dict[str, Any]:
    """What a text [issues] leaves on the table; frontier: undominated packages at or above
    everybody's value of no agreement, valued by gains over it [F,S].
    """
    now, each = scale.gain(text[None])[0], _by_issue(scale, text)
    best: list[np.ndarray | None] = [None] * len(scale.parties)
    if len(frontier):
        best = [frontier.packages[int(n)] for n in frontier.values.argmax(axis=0)]
    parties: dict[str, Any] = {}
    for s, party in enumerate(scale.parties):
        top = best[s]
        parties[party] = {"gain": float(now[s]), "best": None, "left": None, "best_package": None}
        if top is not None:
            most = float(scale.gain(top[None])[0, s])
            parties[party] |= {
                "best": most,
                "left": most - float(now[s]),
                "best_package": scale.menu.describe(top),
            }
    joint = _joint(scale, text, now, frontier)
    issues: dict[str, Any] = {}
    options = scale.menu.describe(text)
    other = None if joint is None else joint.pop("_at")
    for m, issue in enumerate(scale.space.issues):
        row: dict[str, Any] = {"option": options[issue], "parties": {}, "joint": None}
        for s, party in enumerate(scale.parties):
            here: dict[str, Any] = {"points": float(each[m, s]), "best": None, "left": None}
            top = best[s]
            if top is not None:
                there = float(scale.points[m][top[m], s])
                here |= {
                    "best": there,
                    "left": there - float(each[m, s]),
                    "option": scale.menu.describe(top)[issue],
                }
            row["parties"][party] = here
        if other is not None:
            moved = scale.points[m][other[m]] - each[m]
            row["joint"] = {
                "option": scale.menu.describe(other)[issue],
                "points": dict(zip(scale.parties, moved.tolist(), strict=True)),
                "sum": float(moved.sum()),
            }
        issues[issue] = row
    return {
        "parties": parties,
        "issues": issues,
        "links": _links(scale, text, best, other),
        "joint": joint,
    }


def _by_issue(scale: Scale, package: np.ndarray) -> Floats:
    """[issues, S] points of 100 of a package's options."""
    return np.stack([points[o] for points, o in zip(scale.points, package, strict=True)])


def _joint(
    scale: Scale, text: np.ndarray, now: Floats, frontier: Frontier
) -> dict[str, Any] | None:
    """The frontier point with the largest smallest gain over a text, nobody worse off."""
    if not len(frontier) or not np.isfinite(now).all():
        return None
    further = frontier.values - now
    smallest = further.min(axis=1)
    n = int(smallest.argmax())
    if smallest[n] < -_NONE or further[n].max() <= _NONE or (frontier.packages[n] == text).all():
        return None
    return {
        "gains": dict(zip(scale.parties, further[n].tolist(), strict=True)),
        "smallest": float(smallest[n]),
        "sum": float(further[n].sum()),
        "package": scale.menu.describe(frontier.packages[n]),
        "_at": frontier.packages[n],
    }


def _links(
    scale: Scale, text: np.ndarray, best: Sequence[np.ndarray | None], other: np.ndarray | None
) -> dict[str, Any]:
    """Points that hang on several issues together: party -> at the text, at its best, and what the
    joint gain changes in them.
    """

    def of(package: np.ndarray) -> Floats:
        return np.asarray(scale.whole(package[None])[0] - _by_issue(scale, package).sum(axis=0))

    here = of(text)
    out: dict[str, Any] = {}
    for s, party in enumerate(scale.parties):
        top = best[s]
        out[party] = {
            "points": float(here[s]),
            "best": None if top is None else float(of(top)[s]),
            "joint": None if other is None else float(of(other)[s] - here[s]),
        }
    return out
