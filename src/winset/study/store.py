"""A study's folder: what is kept of a run, so that it can be resumed, read, checked and made again.

    manifest.json   scenario/scenario.yaml   cells/   cells.parquet draws.parquet terms.parquet
    months.parquet fates.parquet halved.parquet   results.json

docs/reference/study-folder.md documents it. Cells are written as they finish, whole or not at all;
the tables and `results.json` when all are done. A part that is damaged or missing is computed
again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, Self

from winset.errors import StudyError, WinsetError
from winset.study.design import CellKey, Design
from winset.study.files import Lock, replace_file, sweep
from winset.study.makers import Makers, resolve
from winset.study.manifest import NAME, Manifest, manifest_of, read_manifest
from winset.study.parts import DamagedPart, Part, decode_with, sample_name
from winset.study.results import Results
from winset.study.tables import TABLES, write_table
from winset.talks.cell import Cell

__all__ = ["Store", "default_folder", "document", "open_study"]

SCENARIO: Final = "scenario"
CELLS: Final = "cells"
RESULTS: Final = "results.json"


def default_folder(design: Design, root: Path = Path("studies")) -> Path:
    """Return `ROOT/ID-HASH8-sSEED`, or with `-2`, `-3`, ... the first that is free or holds this
    very study.
    """
    scenario = design.scenario
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", scenario.id)
    stem = f"{name}-{scenario.sha256[:8]}-s{design.settings.seed}"
    mine = manifest_of(design)
    for number in range(1, 1000):
        folder = root / (stem if number == 1 else f"{stem}-{number}")
        if not folder.exists() or not any(folder.iterdir()):
            return folder
        try:
            if not read_manifest(folder).against(mine):
                return folder
        except StudyError:
            continue
    raise StudyError(f"{root / stem} and 998 folders like it are taken: name one with --out")


class Store:
    """A study's folder, held for writing. Use it as a context: leaving it lets the folder go."""

    def __init__(self, folder: Path, design: Design) -> None:
        """Begin a study in `folder`, or resume the one that is there.

        Raises StudyError where the folder holds something else: another study, naming every
        difference, or files that are none.
        """
        mine = manifest_of(design)
        known = _check(folder, mine)
        try:
            (folder / CELLS).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StudyError(f"{folder}: cannot be made: {error.strerror}") from None
        self.folder = folder
        self.design = design
        self._numbers = {key: number for number, key in enumerate(design.cells)}
        self._lock = Lock(folder)
        try:
            self.manifest = _check(folder, mine) or known or mine
            sweep(folder)
            sweep(folder / CELLS)
            _write_scenario(folder / SCENARIO, design.scenario.to_yaml())
            self.manifest.write(folder)
        except BaseException:
            self._lock.release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._lock.release()

    def get(self, key: CellKey, *, half: bool = False) -> Cell | None:
        """Return a cell that is done, or None where it is not, or is damaged."""
        return _read_cell(self.folder, self._name(key, half))

    def put(self, key: CellKey, part: Part, *, half: bool = False) -> None:
        """Keep a cell."""
        cells = self.folder / CELLS
        sample = cells / sample_name(part.sample)
        if not sample.exists() or sample.read_bytes() != part.sample:
            replace_file(sample, part.sample)
        replace_file(cells / self._name(key, half), part.body)

    def worked(self, began: datetime, seconds: float, cells: int, workers: int) -> None:
        """Record a session of work."""
        self.manifest = self.manifest.worked(
            {
                "began": began.astimezone(UTC).isoformat(timespec="seconds"),
                "seconds": round(seconds, 3),
                "cells": cells,
                "workers": workers,
            }
        )
        self.manifest.write(self.folder)

    def finish(self, results: Results) -> None:
        """Write the tables and `results.json`, where they are not there as they should be."""
        if not self.manifest.complete or changed_tables(self.folder, self.manifest):
            for name, make in TABLES.items():
                replace_file(self.folder / name, partial(write_table, make(results)))
            tables = {name: _digest(self.folder / name) for name in TABLES}
            self.manifest = replace(self.manifest, tables=tables)
        text, path = document(results), self.folder / RESULTS
        if not path.is_file() or path.read_bytes() != text:
            replace_file(path, text)
        self.manifest.write(self.folder)

    def _name(self, key: CellKey, half: bool) -> str:
        return _part_name(self._numbers[key], key, half)


def open_study(
    folder: Path | str,
    *,
    verdict: Callable[[Results], Sequence[Mapping[str, Any]]] | None = None,
    makers: Makers | None = None,
) -> Results:
    """Read a study, finished or not; `verdict` makes the verdict's rows from its cells.

    Raises StudyError where the folder holds no study, or a scenario other than the one recorded.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    scenario = _read_scenario(folder, manifest, (makers or Makers()).load)
    strategies = tuple(manifest.arguments["strategies"])
    worldviews = tuple(manifest.arguments["worldviews"])
    keys = [CellKey(w, s) for w in worldviews for s in strategies]
    cells: dict[CellKey, Cell] = {}
    halved: dict[CellKey, Cell] = {}
    for index, key in enumerate(keys):
        for half, found in ((False, cells), (True, halved)):
            cell = _read_cell(folder, _part_name(index, key, half))
            if cell is not None:
                found[key] = cell
    if manifest.complete and len(cells) < len(keys):
        lost = ", ".join(str(key) for key in keys if key not in cells)
        raise StudyError(
            f"{folder}: parts of {CELLS}/ are damaged or missing: {lost}. "
            "The same `winset run` with --out this folder computes them again"
        )
    results = Results(
        scenario=scenario,
        settings=manifest.settings,
        worldviews=worldviews,
        strategies=strategies,
        cells=cells,
        halved=halved,
        elapsed_s=manifest.seconds,
        folder=folder,
    )
    return results.with_verdict(verdict(results)) if verdict and results.complete else results


def document(results: Results) -> bytes:
    """Return the JSON document as it is written and printed."""
    text = json.dumps(results.json(), indent=1, ensure_ascii=False, allow_nan=False)
    return text.encode() + b"\n"


def changed_tables(folder: Path, manifest: Manifest) -> list[str]:
    """Return the tables that are missing or not as they were written."""
    return [
        name
        for name in TABLES
        if name in manifest.tables  # an older winset may have written fewer
        and (not (folder / name).is_file() or _digest(folder / name) != manifest.tables[name])
    ]


def _check(folder: Path, mine: Manifest) -> Manifest | None:
    """Return the record of the same study in `folder`, None where it is free. Raises StudyError for
    any other.
    """
    if folder.exists() and not folder.is_dir():
        raise StudyError(f"{folder}: is a file; a study needs a folder of its own")
    if not (folder / NAME).exists():
        strange = sorted(p.name for p in folder.iterdir()) if folder.exists() else []
        strange = [name for name in strange if name not in (".lock", CELLS, SCENARIO)]
        if strange:
            raise StudyError(
                f"{folder}: not empty, and no study: it holds {', '.join(strange[:5])}. "
                "Choose another folder with --out"
            )
        return None
    there = read_manifest(folder)
    found = there.against(mine)
    if found:
        raise StudyError(
            f"{folder}: holds another study. It differs in:\n  "
            + "\n  ".join(found)
            + "\nChoose another folder with --out, or ask for the same study to resume it"
        )
    return there


def _part_name(index: int, key: CellKey, half: bool) -> str:
    # The number keeps apart ids that differ in case only, on systems that do not.
    return f"{index:04}.{key.worldview}.{key.strategy}{'.half' if half else ''}.cell"


def _read_cell(folder: Path, name: str) -> Cell | None:
    try:
        body = (folder / CELLS / name).read_bytes()
        return decode_with(body, lambda name: (folder / CELLS / name).read_bytes())
    except (OSError, DamagedPart):
        return None


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write_scenario(folder: Path, text: str) -> None:
    folder.mkdir(exist_ok=True)
    replace_file(folder / "scenario.yaml", text.encode())


def _read_scenario(folder: Path, manifest: Manifest, load: str) -> Any:
    place = folder / SCENARIO
    try:
        scenario = resolve(load)(place)
    except WinsetError as error:
        raise StudyError(f"{place}: the study's scenario cannot be read:\n{error}") from error
    if scenario.sha256 != manifest.scenario["sha256"]:
        raise StudyError(
            f"{place}: not the scenario the study was made with: hash {scenario.sha256[:8]}, "
            f"recorded {manifest.scenario['sha256'][:8]}"
        )
    return scenario
