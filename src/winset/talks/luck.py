"""Uniform numbers of the talks: a pure function of (seed, name, draw, path, month), like the war's
own."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

import numba as nb
import numpy as np

from winset.war.randomness import mix_

Floats = np.ndarray[Any, np.dtype[np.float64]]


@lru_cache(maxsize=1024)
def key_of(seed: int, name: str) -> np.uint64:
    """Stable 64-bit key of a stream."""
    digest = hashlib.blake2b(f"{seed}|talks|{name}".encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))


@nb.njit(cache=True, nogil=True)
def _uniform(
    draw: Any, path: Any, month: np.uint64, first: np.uint64, second: np.uint64, out: Any
) -> None:
    for p in range(len(draw)):
        counter = (np.uint64(draw[p]) << np.uint64(40)) ^ (np.uint64(path[p]) << np.uint64(16))
        counter = counter ^ month
        x = mix_(counter * np.uint64(0x9E3779B97F4A7C15) + first)
        x = mix_(x + second)
        out[p] = np.float64(x >> np.uint64(11)) * 2.0**-53 + 2.0**-54


def uniform(seed: int, name: str, draw: np.ndarray, path: np.ndarray, month: int) -> Floats:
    """[P] numbers in (0,1)."""
    out = np.empty(len(draw))
    keys = key_of(seed, name), key_of(seed, name + "'")
    _uniform(draw, path, np.uint64(month), *keys, out)
    return out


def lattice(seed: int, name: str, number: int, draw: np.ndarray, path: np.ndarray) -> Floats:
    """[P] evenly spread numbers in [0,1) over the paths of a draw (Kronecker sequence, random shift
    per draw and name): a path's hidden facts are stratified, other names' streams are untouched."""
    root = 1.0
    for _ in range(60):
        root = (1.0 + root) ** (1.0 / (number + 2.0))
    shift = uniform(seed, name + "|shift", draw, np.zeros_like(path), 0)
    return np.asarray((shift + (path + 1) * (1.0 / root)) % 1.0)
