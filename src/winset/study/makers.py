"""Who does the work a study hands out, by name: so that another process can find the same function.

Each is `module:function`. The real ones are the rooms before this one; tests put others in their
place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

__all__ = ["Makers", "resolve"]


@dataclass(frozen=True)
class Makers:
    """cell: (scenario, worldview, strategy, settings) -> Cell. warm: (scenario) -> None, compiles
    what a cell needs; None = nothing to do. load: (folder) -> Scenario. trace: see
    `winset.talks.trace_path`.
    """

    cell: str = "winset.talks:run_cell"
    warm: str | None = "winset.talks:warm"
    load: str = "winset.scenario:load"
    trace: str = "winset.talks:trace_path"


def resolve(name: str) -> Callable[..., Any]:
    """Return the function called `module:function`."""
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found
