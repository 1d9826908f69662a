"""Answers worked out once and kept: however many ask at the same time, one works."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

__all__ = ["Once"]

T = TypeVar("T")


class Once(Generic[T]):
    """The last `most` answers by their key; who asks for one under way waits for it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._working: dict[Hashable, threading.Lock] = {}
        self._guard = threading.Lock()

    def __contains__(self, key: Hashable) -> bool:
        return key in self._kept

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the answer of a key, made where it is not kept. Raises what `make` raises."""
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            lock = self._working.setdefault(key, threading.Lock())
        with lock:
            if key in self._kept:
                return self._kept[key]
            made = make()
            with self._guard:
                self._kept[key] = made
                self._working.pop(key, None)
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            return made
