"""Collects what a check finds, gives each its file and line, and keeps one mistake from filling
the screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from winset.errors import Problem
from winset.scenario.hoisting import Path
from winset.scenario.overrides import nearest as nearest_of

#: problems shown at most; the rest is counted
MAX_SHOWN: Final = 50
_MAX_TEXT: Final = 80


class Findings:
    """Problems and warnings of one scenario."""

    def __init__(self, places: Mapping[Path, tuple[str, int]], file: str) -> None:
        self._places = places
        self._file = file
        self._problems: list[Problem] = []
        self._warnings: list[Problem] = []
        self._groups: dict[tuple[str, str], tuple[int, Path]] = {}
        self._more: dict[int, int] = {}

    def problem(
        self,
        path: Path,
        message: str,
        *,
        found: object = None,
        allowed: str | Iterable[str] | None = None,
        known: Iterable[str] | None = None,
        group: tuple[str, str] | None = None,
    ) -> None:
        """Add a problem. `known`: names among which the nearest is looked for, and which are
        allowed where they are few.

        `group`: problems of one group are shown once, with the number of other places.
        """
        if group is not None:
            if group in self._groups:
                first, where = self._groups[group]
                if where != path:
                    self._more[first] = self._more.get(first, 0) + 1
                return
            self._groups[group] = (len(self._problems), path)
        self._problems.append(self._made(path, message, found, allowed, known))

    def warning(self, path: Path, message: str, *, found: object = None) -> None:
        """Add a warning: nothing stops, but somebody should look."""
        self._warnings.append(self._made(path, message, found, None, None))

    def unknown(self, path: Path, kind: str, found: str, known: Iterable[str]) -> None:
        """Add the problem that `found` names no `kind` (`an issue`, `a party`)."""
        self.problem(
            path, f"there is no such {kind}", found=found, known=list(known), group=(kind, found)
        )

    @property
    def failed(self) -> bool:
        """Whether there is any problem."""
        return bool(self._problems)

    def problems(self) -> tuple[Problem, ...]:
        """All problems in the order of the files, at most `MAX_SHOWN` and then a count."""
        found = []
        for i, problem in enumerate(self._problems):
            more = self._more.get(i)
            if more:
                places = "one more place" if more == 1 else f"{more} more places"
                problem = replace(problem, message=f"{problem.message}; so in {places}")
            found.append(problem)
        return _capped(found)

    def warnings(self) -> tuple[Problem, ...]:
        """All warnings, ordered and capped as the problems are."""
        return _capped(self._warnings)

    def _made(
        self,
        path: Path,
        message: str,
        found: object,
        allowed: str | Iterable[str] | None,
        known: Iterable[str] | None,
    ) -> Problem:
        file, line = self.place(path)
        near = None
        if known is not None:
            names = list(known)
            near = nearest_of(str(found), names)
            if allowed is None and (near is None or len(names) <= 6) and 0 < len(names) <= 12:
                allowed = names
        if allowed is not None and not isinstance(allowed, str):
            allowed = ", ".join(allowed)
        return Problem(
            file=file,
            line=line,
            path=".".join(str(part) for part in path),
            message=message,
            found=None if found is None else short(found),
            allowed=allowed,
            nearest=near,
        )

    def place(self, path: Path) -> tuple[str, int | None]:
        """File and line of a path, or of the nearest thing around it that was written."""
        for end in range(len(path), 0, -1):
            if path[:end] in self._places:
                return self._places[path[:end]]
        return self._file, None


def short(value: object) -> str:
    """What was found, in a line; texts in quotation marks."""
    text = repr(value) if isinstance(value, str) else _plain(value)
    return text if len(text) <= _MAX_TEXT else text[: _MAX_TEXT - 3] + "..."


def _plain(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, list | tuple):
        return "a list"
    return str(value)


def _capped(found: list[Problem]) -> tuple[Problem, ...]:
    unique = list(dict.fromkeys(found))
    unique.sort(key=lambda p: (p.file, p.line or 0))
    if len(unique) <= MAX_SHOWN:
        return tuple(unique)
    rest = len(unique) - MAX_SHOWN
    last = Problem(file=unique[-1].file, message=f"and {rest} more; mend these first")
    return (*unique[:MAX_SHOWN], last)
