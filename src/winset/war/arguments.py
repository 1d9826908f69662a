"""Checks before compiled code runs, which trusts its arrays: their shapes and kinds.

Compiled blocks work on eight rows at a time; fewer paths are filled up with copies of the first.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from winset.errors import SolverError
from winset.war.lanes import WIDTH

#: the kinds of arrays that compiled code takes; numpy has one object of each, so that `is` will do
FLOAT, INT, BOOL = np.dtype(np.float64), np.dtype(np.int64), np.dtype(np.bool_)
SHORT, BYTE = np.dtype(np.int16), np.dtype(np.int8)


class Given(NamedTuple):
    """An array: its name for messages, kind, columns (-1: it has one axis), and whether written."""

    name: str
    array: NDArray[Any]
    kind: np.dtype[Any]
    columns: int
    written: bool = False


def ready(paths: int, given: Sequence[Given]) -> list[NDArray[Any]]:
    """The arrays as compiled code wants them. Raises `SolverError` naming the one that is wrong."""
    return [_one(paths, part) for part in given]


def _one(paths: int, part: Given) -> NDArray[Any]:
    shape = (paths,) if part.columns < 0 else (paths, part.columns)
    array = part.array
    if array.shape != shape:
        raise SolverError(f"{part.name} has shape {array.shape}; it must be {shape}")
    if (array.dtype is part.kind or array.dtype == part.kind) and array.flags.c_contiguous:
        return array
    if part.written:
        raise SolverError(
            f"{part.name} must be a contiguous array of {part.kind.name}: it is written to"
        )
    return np.ascontiguousarray(array, dtype=part.kind)


def filled(paths: int, given: Sequence[Given], call: Callable[[list[NDArray[Any]]], None]) -> None:
    """Call with the arrays ready, at least eight rows of them; what is written comes back."""
    arrays = ready(paths, given)
    if paths >= WIDTH:
        call(arrays)
        return
    more = WIDTH - paths
    longer = [np.concatenate([a, np.repeat(a[:1], more, axis=0)]) for a in arrays]
    call(longer)
    for part, long in zip(given, longer, strict=True):
        if part.written:
            part.array[...] = long[:paths]
