"""Compile the large loops of the talks ahead of a run, in two processes at once.

Compiling is half a minute's work of one core the first time and none later, since numba keeps what
it compiled on disk. The loops that read a whole `Table` take most of it. They are called here on
arrays of the same kinds with nothing in them: `sessions` in a process of its own, `values` in the
caller's, so that two cores share the wait.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any, Final

import numpy as np

from winset.talks import kernel, pricing, session
from winset.talks.pricing import Table

#: axes of the arrays of whole numbers in a table; its other arrays hold floats
_WHOLE: Final = {
    "score_at": 2, "believed_at": 1, "no_deal_at": 1, "open_at": 1, "issue_of": 1, "first": 1,
    "texts": 2, "kept": 2, "cover_at": 1, "party_of": 1, "row_of": 2, "imposed": 2,
    "outcome_cost_at": 2,
}  # fmt: skip
_NUMBERS: Final = (
    "multiplier_at", "month_at", "window", "armistice", "ceasefire_at", "ceasefire_cost_at",
    "refresh",
)  # fmt: skip
_PER_DRAW: Final = {"no_deal": 1, "late": 1, "omega": 1, "worth": 1}
_WIDE: Final = (
    "weight", "score", "pairs", "support", "cover_on", "hazard", "later", "shift", "veto",
    "penalty",
)  # fmt: skip


def empty_table() -> Table:
    """A table of the kinds that `winset.talks.table.layout` makes, with no draws in it."""
    parts: dict[str, Any] = {}
    for name in Table._fields:
        if name in _NUMBERS:
            parts[name] = 0
        elif name == "settled":
            parts[name] = 0.0
        elif name in _WHOLE:
            parts[name] = np.zeros((1,) * _WHOLE[name], dtype=np.int64)
        else:
            axes = _PER_DRAW.get(name, 3 if name in _WIDE else 2)
            parts[name] = np.zeros((1,) * axes, dtype=bool if name == "veto" else float)
    return Table(**parts)


def _floats(*shape: int) -> np.ndarray:
    return np.zeros(shape)


def sessions() -> None:
    """Compile pricing and the sessions of forward play."""
    tb = empty_table()
    none, whole, flags = _floats(0, 1), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)
    pricing.prices(tb, whole, none, flags)
    pricing.ending(tb, whole, none, whole, whole, none)
    session.meet(
        tb, whole, none, whole, none, _floats(0, 1, 1), none, whole, flags, none,
        whole, whole, none, none, none, none, _floats(0), none, none, _floats(0), none, whole,
    )  # fmt: skip


def values() -> None:
    """Compile the steps of the value of fighting on."""
    tb = empty_table()
    none, whole = _floats(0, 1), np.zeros(0, dtype=np.int64)
    v, lasts, hz, r = (np.zeros((0, *(1,) * n), dtype=np.float32) for n in (2, 3, 2, 1))
    column = _floats(2, 2)[:, 1]  # as a column of readings: not in one piece
    wide = _floats(0, 1, 1, 1)
    kernel.settle(
        tb, whole, v, lasts, hz, r, none, _floats(0, 1, 1), none, _floats(0), column, column,
        wide, wide, wide, wide, none, whole, none, none, True,
    )  # fmt: skip
    _fight()


def cold() -> bool:
    """Whether numba finds nothing on disk of what these loops compiled to (told by the smallest of
    them)."""
    _fight()
    return not kernel.fight.stats.cache_hits


def _fight() -> None:
    whole, cube, wide = np.zeros(0, dtype=np.int64), _floats(0, 1, 1), _floats(0, 1, 1, 1)
    kernel.fight(
        empty_table(), whole, np.zeros((0, 1), dtype=np.int64), _floats(0, 1), cube, cube, whole,
        cube, wide, wide, wide, wide,
    )  # fmt: skip


def beside() -> subprocess.Popen[bytes]:
    """Start a process that compiles `sessions`; wait for it before anything calls them."""
    path = os.pathsep.join(p or os.getcwd() for p in sys.path)
    return subprocess.Popen(
        [sys.executable, "-m", "winset.talks.compiling"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
    )


if __name__ == "__main__":
    from winset.talks import compiling

    compiling.sessions()
