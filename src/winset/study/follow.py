"""Choosing one path of a study to follow, and following it."""

from __future__ import annotations

import difflib
from typing import Any, Final

import numpy as np

from winset.study.design import CellKey, DesignError
from winset.study.makers import Makers, resolve
from winset.study.results import Results
from winset.talks.cell import Cell

__all__ = ["follow"]

#: paths tried before giving up on a signed one
_TRIES: Final = 8


def follow(
    results: Results,
    worldview: str | None,
    strategy: str | None,
    draw: int | None,
    path: int | None,
    makers: Makers | None = None,
) -> dict[str, Any]:
    """Return worldview, strategy, draw, path, the months of that path, and how it was chosen, in
    words.

    Left out: the headline strategy, the first worldview that is done, a draw that signs about as
    often as the cell does, its first signed path (path 0 where the cell signs in none). Raises
    DesignError for a worldview, strategy, draw or path that the study does not have.
    """
    _check(results, worldview, strategy, draw, path)
    key = _cell(results, worldview, strategy)
    settings = results.settings
    trace = resolve((makers or Makers()).trace)
    cell = results.cells[key]
    signing = "signed" in cell.measures and bool(np.nanmax(cell.measures["signed"]) > 0)
    at = draw if draw is not None else (_typical(cell) if signing else 0)
    signs = "signed" in cell.measures and bool(cell.measures["signed"][at] > 0)
    if path is not None or not signs:
        where = path or 0
        months = trace(results.scenario, *key, settings, at, where)
        chosen = "as asked" if path is not None else "no path of this draw signs: the first one"
    else:
        for where in range(min(_TRIES, settings.paths)):
            months = trace(results.scenario, *key, settings, at, where)
            if any(month.event == "signed" for month in months):
                chosen = "the first of its draw that signs"
                break
        else:
            where = 0
            months = trace(results.scenario, *key, settings, at, where)
            chosen = f"the first one; none of the first {_TRIES} signs"
    return {**key._asdict(), "draw": at, "path": where, "months": months, "chosen": chosen}


def _typical(cell: Cell) -> int:
    """Return the draw that signs about as often as the cell does, among those that sign at all."""
    signed = cell.measures["signed"]
    distance = np.where(signed > 0, np.abs(signed - np.nanmean(signed)), np.inf)
    return int(np.argmin(distance))


def _cell(results: Results, worldview: str | None, strategy: str | None) -> CellKey:
    headline = results.scenario.spec.headline
    wanted = [
        key
        for key in results.keys
        if key in results.cells
        and worldview in (None, key.worldview)
        and strategy in (None, key.strategy)
    ]
    if not wanted:
        raise DesignError([f"the cell {worldview or '*'}/{strategy or '*'} is not done yet"])
    return next((key for key in wanted if key.strategy == headline), wanted[0])


def _check(
    results: Results,
    worldview: str | None,
    strategy: str | None,
    draw: int | None,
    path: int | None,
) -> None:
    problems = []
    for kind, name, known in (
        ("worldview", worldview, results.worldviews),
        ("strategy", strategy, results.strategies),
    ):
        if name is not None and name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f" Did you mean {near[0]}?" if near else ""
            problems.append(
                f"--{kind}: not in this study: {name!r}.{hint} It has: {', '.join(known)}"
            )
    for kind, number, most in (
        ("draw", draw, results.settings.draws),
        ("path", path, results.settings.paths),
    ):
        if number is not None and not 0 <= number < most:
            problems.append(f"--{kind}: found {number}, allowed 0 to {most - 1}")
    if problems:
        raise DesignError(problems)
