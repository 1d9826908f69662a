"""Where a package lies among all that could be signed: a picture of two signatories' gains.

Each axis is one signatory's gain over fighting on, in its own stake (best feasible package less
worst); 0 is its reservation value, so the overlap of the win-sets is the quadrant right of and
above the two lines. Marks are filled where a package passes at home and with outsiders at least as
likely as not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from winset.app.composing import Bench

__all__ = ["picture"]

#: width, height, and margins left, top, right, bottom of the wide and of the narrow picture
_SIZES: Final = {"wide": (620, 460), "narrow": (350, 350)}
_MARGIN: Final = (46, 26, 14, 44)
_DOTS: Final = 140
_LETTER: Final = 6.6
_SHORT: Final = 14


def picture(
    on: Bench, gain: Sequence[float | None], odds: float, names: Any
) -> list[dict[str, Any]]:
    """Return the wide and the narrow picture as the template draws them; none for other than two
    signatories.
    """
    if len(on.judge.parties) != 2:
        return []
    mine = np.array([np.nan if g is None else g for g in gain])
    return [_drawn(on, size, mine, odds, names) for size in _SIZES]


def _drawn(on: Bench, size: str, mine: np.ndarray, odds: float, names: Any) -> dict[str, Any]:
    width, height = _SIZES[size]
    left, top, right, bottom = _MARGIN
    every = np.array([*on.frontier, *on.known, mine])
    finite = every[np.isfinite(every).all(axis=1)]
    low = np.clip(finite.min(axis=0, initial=-0.1), -0.6, -0.05) - 0.03
    high = np.clip(finite.max(axis=0, initial=0.1), 0.05, 1.5) + 0.04

    def at(point: np.ndarray) -> tuple[float, float]:
        share = (np.clip(np.nan_to_num(point, nan=-9.0), low, high) - low) / (high - low)
        return (
            round(left + share[0] * (width - left - right), 1),
            round(height - bottom - share[1] * (height - top - bottom), 1),
        )

    def off(point: np.ndarray) -> bool:
        return bool((np.nan_to_num(point, nan=-9.0) < low).any())

    zero = at(np.zeros(2))
    step = max(1, -(-len(on.frontier) // _DOTS))
    marks = [
        {
            "id": id_, "title": title, "at": at(point), "passes": float(passed), "off": off(point),
            "says": _says(on, point, passed, names),
        }
        for (id_, title, _, _), point, passed in zip(on.plans, on.known, on.odds, strict=True)
    ]  # fmt: skip
    own = {"at": at(mine), "passes": odds, "off": off(mine), "says": _says(on, mine, odds, names)}
    _label(marks, own, width - right, top)
    return {
        "size": size, "width": width, "height": height,
        "box": (left, top, width - right, height - bottom), "zero": zero,
        "frontier": [
            {"at": at(p), "passes": bool(r >= 0.5)}
            for p, r in zip(on.frontier[::step], on.passing[::step], strict=True)
        ],
        "marks": marks, "own": own,
        "ticks": [_ticks(low[k], high[k], k, at) for k in (0, 1)],
        "axes": [
            f"{names[p]}: gain over fighting on ({on.fighting[p]:.2f} of its stake)"
            if size == "wide" else f"{names[p]}'s gain"
            for p in on.judge.parties
        ],
        "overlap": bool((on.frontier >= 0).all(axis=1).any()) if len(on.frontier) else False,
        "exact": on.exact,
    }  # fmt: skip


def _says(on: Bench, point: np.ndarray, odds: float, names: Any) -> str:
    gains = ", ".join(
        f"{names[p]} {'refuses outright' if not np.isfinite(g) else f'{g:+.2f}'}"
        for p, g in zip(on.judge.parties, point, strict=True)
    )
    return f"{gains}; passes with {100 * odds:.0f}%"


def _ticks(low: float, high: float, axis: int, at: Any) -> list[dict[str, Any]]:
    span = high - low
    step = next(s for s in (0.05, 0.1, 0.2, 0.5, 1.0) if span / s <= 6 or s == 1.0)
    found = []
    for k in range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1):
        point = np.zeros(2)
        point[axis] = k * step
        found.append({"text": f"{k * step:+.2g}" if k else "0", "at": at(point)})
    return found


def _label(marks: list[dict[str, Any]], own: dict[str, Any], right: float, top: float) -> None:
    """Place every plan's name where it covers nothing; a name without room is left to the table."""
    taken = [(*_around(m["at"], 6),) for m in (*marks, own)]
    for mark in marks:
        x, y = mark["at"]
        text = mark["id"] if len(mark["id"]) <= _SHORT else mark["id"][: _SHORT - 1] + "…"
        wide = _LETTER * len(text)
        mark["label"] = None
        for dx, dy, anchor in (
            (9, 4, "start"), (-9, 4, "end"), (0, -10, "middle"), (0, 18, "middle"),
        ):  # fmt: skip
            start = x + dx - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
            box = (start, y + dy - 10, start + wide, y + dy + 2)
            inside = start >= 2 and start + wide <= right and box[1] >= top
            clear = not any(
                box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken
            )
            if inside and clear:
                mark["label"] = {"x": x + dx, "y": y + dy, "anchor": anchor, "text": text}
                taken.append(box)
                break


def _around(at: tuple[float, float], size: float) -> tuple[float, float, float, float]:
    return at[0] - size, at[1] - size, at[0] + size, at[1] + size
