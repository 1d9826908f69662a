"""Scenarios read once and kept: by place, by what was changed, and by when their files changed."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from winset.scenario import reading

__all__ = ["bundled", "load", "stamp"]


@cache
def bundled() -> dict[str, Path]:
    """The scenarios that come with winset: name -> folder or file; looked for once."""
    return reading.bundled()


@lru_cache(maxsize=32)
def load(place: str, sets: tuple[str, ...], claims: tuple[str, ...] = (), now: int = 0) -> Any:
    """Return a scenario with its changes. `now`: the stamp of its files. Raises ScenarioError,
    OverrideError.
    """
    from winset.api import load as load_scenario

    return load_scenario(place, sets=sets, claims=claims)


def stamp(place: str) -> int:
    """Return a number that changes when a scenario's own files do; 0 for those that come with
    winset.
    """
    if place in bundled():
        return 0
    path = Path(place)
    files = [path] if path.is_file() else sorted(path.glob("*.y*ml"))
    return hash(tuple((file.name, file.stat().st_mtime_ns) for file in files))
