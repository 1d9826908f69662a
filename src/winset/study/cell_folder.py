"""Cells by name, in memory and in a folder's `cells`: what a search or a set of variants keeps."""

from __future__ import annotations

from pathlib import Path

from winset.study.files import replace_file
from winset.study.parts import DamagedPart, Part, decode, decode_with, sample_name
from winset.talks.cell import Cell

__all__ = ["CellFolder"]


class CellFolder:
    """Cells by name. folder: None keeps them in memory alone."""

    def __init__(self, folder: Path | None) -> None:
        self._home = None if folder is None else folder / "cells"
        self._cells: dict[str, Cell] = {}

    def get(self, name: str) -> Cell | None:
        """The cell, None where it is not there or what is there is damaged."""
        home = self._home
        if name not in self._cells and home is not None:
            try:
                body = (home / f"{name}.cell").read_bytes()
                self._cells[name] = decode_with(body, lambda part: (home / part).read_bytes())
            except (OSError, DamagedPart):
                return None
        return self._cells.get(name)

    def put(self, name: str, part: Part) -> None:
        """Keep a cell; what cells share is written once."""
        self._cells[name] = decode(part)
        if self._home is None:
            return
        sample = self._home / sample_name(part.sample)
        if not sample.exists():
            replace_file(sample, part.sample)
        replace_file(self._home / f"{name}.cell", part.body)
