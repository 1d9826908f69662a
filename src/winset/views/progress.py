"""Progress on stderr: a bar with the time left on a terminal, a plain line now and then anywhere
else.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any, Final, Protocol

from winset.study import CellKey, Reporter, Results
from winset.views.grid import measure_grid
from winset.views.text import duration, say, terminal_width

__all__ = ["counter", "note", "on_stderr"]

#: seconds between two plain lines
_INTERVAL: Final = 10.0
_STAGES: Final = {
    "coarse": "first coarse grid",
    "full": "cells",
    "half": "second look, errors of acceptance halved",
    "base": "cells with nothing switched",
    "claims": "cells with a claim switched",
    "swaps": "cells with claims swapped",
    "hinges": "worldviews",
    "need": "changes tried",
    "improve": "cells of strategies tried",
    "score": "cells on draws the search has not seen",
    "sobol": "blocks of the design",
}


def on_stderr() -> Reporter:
    """Return the reporter that suits this process's stderr."""
    return _Reporter(_Bar() if sys.stderr.isatty() else _Lines())


def counter() -> Callable[[str, int, int], None]:
    """Return what shows (stage, done, of) on stderr, for work that has no cells."""
    display: _Display = _Bar() if sys.stderr.isatty() else _Lines()
    stage, clock = "", 0.0

    def tell(name: str, done: int, of: int) -> None:
        nonlocal stage, clock
        if name != stage:
            display.end()
            stage, clock = name, time.perf_counter()
            display.begin(name, of, done)
        elif done:
            left = (time.perf_counter() - clock) / done * (of - done)
            display.update(done, f"about {duration(left)} left")
        if done >= of:
            display.end()
            stage = ""

    return tell


class _Display(Protocol):
    def begin(self, text: str, total: int, done: int) -> None: ...

    def update(self, done: int, text: str) -> None: ...

    def end(self) -> None: ...


class _Reporter:
    """Keeps count and time; a display shows them."""

    def __init__(self, display: _Display) -> None:
        self._display = display
        self._total = self._done = self._kept = 0
        self._clock = 0.0
        self._stage = ""

    def note(self, text: str) -> None:
        """Say it on a line of its own."""
        self._print([text])

    def begin(self, stage: str, cells: int, done: int) -> None:
        """Start counting a stage."""
        self._total, self._done, self._kept = cells, done, done
        self._stage = ""
        self._clock = time.perf_counter()
        if done:
            self.note(f"going on: {done} of {cells} cells were kept from before")
        self._stage = _STAGES[stage]
        self._display.begin(self._stage, cells, done)

    def cell(self, key: CellKey) -> None:
        """Count one more cell and say how long the rest will take."""
        self._done += 1
        spent = time.perf_counter() - self._clock
        left = spent / (self._done - self._kept) * (self._total - self._done)
        self._display.update(self._done, f"about {duration(left)} left")

    def coarse(self, results: Results) -> None:
        """Show the first coarse grid."""
        settings = results.settings
        head = (
            f"First coarse grid after {duration(results.elapsed_s)} ({settings.draws} draws × "
            f"{settings.paths} paths); durable, % ± Monte Carlo error"
        )
        tail = "; refining:" if results.complete else ", so far:"
        self._print([head + tail, *measure_grid(results, "durable", terminal_width())])

    def end(self) -> None:
        """Stop showing."""
        self._stage = ""
        self._display.end()

    def _print(self, lines: list[str]) -> None:
        # What is printed would cut through a bar: take it down meanwhile.
        self._display.end()
        say(lines, sys.stderr)
        if self._stage:
            self._display.begin(self._stage, self._total, self._done)


class _Lines:
    """A plain line every ten seconds, for logs and pipes."""

    def __init__(self) -> None:
        self._said = 0.0
        self._total = 0
        self._text = ""

    def begin(self, text: str, total: int, done: int) -> None:
        self._said, self._total, self._text = time.perf_counter(), total, text

    def update(self, done: int, text: str) -> None:
        now = time.perf_counter()
        if now - self._said >= _INTERVAL and done < self._total:
            self._said = now
            say([f"{self._text}: {done} of {self._total} done, {text}"], sys.stderr)

    def end(self) -> None:
        return


class _Bar:
    """A bar that stays on its line."""

    def __init__(self) -> None:
        self._progress: Any = None
        self._task: Any = None

    def begin(self, text: str, total: int, done: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self.end()
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(
                bar_width=30, style="dim", complete_style="default", finished_style="default"
            ),
            MofNCompleteColumn(),
            TextColumn("{task.fields[left]}"),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task(text, total=total, completed=done, left="")
        self._progress.start()

    def update(self, done: int, text: str) -> None:
        self._progress.update(self._task, completed=done, left=text)

    def end(self) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None


def note(text: str) -> None:
    """One line of progress on stderr, for commands that are done in a minute."""
    say([text], sys.stderr)
