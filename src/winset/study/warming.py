"""Compile what a scenario needs before its cells are handed out, once.

What was compiled is kept on disk by numba; a mark beside the kept sources of wars says for which
scenario (its numbers aside: they compile nothing), code, interpreter and machine that was done.
Where the mark is there but the compiled code
is not (somebody swept a cache), each worker compiles for itself: slower, and just as right.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import platformdirs

from winset.study.makers import Makers, resolve
from winset.study.pool import Pool, open_pool
from winset.study.provenance import code, cpu

__all__ = ["warm_pool", "warm_up"]

#: seconds of compiling that are worth a word
NOTICED: Final = 2.0
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")


def warm_up(maker: str | None, scenario: Any) -> None:
    """Call the maker that compiles, unless a scenario that differs in numbers alone was compiled
    here before."""
    if maker is None:
        return
    mark = _mark(maker, scenario)
    if mark.exists():
        return
    resolve(maker)(scenario)
    try:
        mark.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark.touch()
    except OSError:
        pass  # compiled again next time


def warm_pool(
    scenario: Any, makers: Makers, workers: int, note: Callable[[str], None] = lambda text: None
) -> Pool:
    """A pool for the scenario's cells; what they need is compiled while its workers start. note: is
    told where that took long."""
    pool = open_pool(scenario, makers.cell, workers)
    clock = time.perf_counter()
    try:
        warm_up(makers.warm, scenario)
    except BaseException:
        pool.__exit__()
        raise
    spent = time.perf_counter() - clock
    if spent > NOTICED:
        note(f"compiled what the scenario needs in {spent:.0f} s; kept for next time")
    return pool


def _mark(maker: str, scenario: Any) -> Path:
    parts = (
        maker,
        _NUMBER.sub("0", json.dumps(scenario.resolved())),
        code(),
        cpu(),
        sys.version,
        __file__,
        os.environ.get("NUMBA_CACHE_DIR", ""),
    )
    name = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
    return Path(platformdirs.user_cache_dir("winset", appauthor=False)) / "compiled" / name
