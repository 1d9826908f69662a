"""What a running study tells whoever is waiting for it."""

from __future__ import annotations

from typing import Protocol

from winset.study.design import CellKey
from winset.study.results import Results

__all__ = ["SILENT", "Reporter", "Silent"]


class Reporter(Protocol):
    """Told what happens, in the parent's process and thread."""

    def note(self, text: str) -> None:
        """Something worth a line."""

    def begin(self, stage: str, cells: int, done: int) -> None:
        """A stage starts, `coarse`, `full` or `half`: so many cells, of which `done` were kept from
        before.
        """

    def cell(self, key: CellKey) -> None:
        """A cell of the stage is done."""

    def coarse(self, results: Results) -> None:
        """The first coarse grid is whole, or as far as it got in the time one will wait."""

    def end(self) -> None:
        """The stage is over, or was stopped."""


class Silent:
    """Tells nobody."""

    def note(self, text: str) -> None:
        """Say nothing."""

    def begin(self, stage: str, cells: int, done: int) -> None:
        """Say nothing."""

    def cell(self, key: CellKey) -> None:
        """Say nothing."""

    def coarse(self, results: Results) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""


SILENT = Silent()
