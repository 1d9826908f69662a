"""When it is signed: beliefs, the value of fighting on, acceptance, ratification, forward play.

`Cell`, `Settings` and their parts are light; solving and playing (numba) are imported when first
called.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from winset.talks.cell import LIGHT, SKETCH, Cell, Course, Settings, TraceMonth

if TYPE_CHECKING:
    from winset.talks.run import run_cell, trace_path, warm

__all__ = [
    "LIGHT",
    "SKETCH",
    "Cell",
    "Course",
    "Settings",
    "TraceMonth",
    "run_cell",
    "trace_path",
    "warm",
]


def __getattr__(name: str) -> Any:
    if name in ("run_cell", "trace_path", "warm"):
        return getattr(import_module("winset.talks.run"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
