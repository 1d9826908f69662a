"""A study's tables for other programs: CSV files, or one workbook with a sheet for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from winset.errors import StudyError, WinsetError
from winset.study.manifest import read_manifest
from winset.study.tables import TABLES

__all__ = ["export_csv", "export_xlsx"]

#: what a sheet of a workbook can hold
_SHEET_ROWS: Final = 1_048_576
_SHEET_COLUMNS: Final = 16_384


def export_csv(folder: Path, place: Path) -> list[Path]:
    """Write every table into `place` as NAME.csv and return the files. Raises StudyError."""
    written = []
    tables = list(_tables(folder))
    _make(place)
    for name, frame in tables:
        path = place / f"{name}.csv"
        try:
            frame.write_csv(path)
        except OSError as error:
            raise StudyError(f"{path}: cannot be written: {error}") from None
        written.append(path)
    return written


def export_xlsx(folder: Path, path: Path) -> list[Path]:
    """Write every table into one workbook and return its path in a list.

    Raises StudyError where the study is not finished, a table does not fit on a sheet, or the file
    cannot be written; WinsetError where the writer is not installed.
    """
    try:
        from xlsxwriter import Workbook  # type: ignore[import-untyped]
    except ImportError:
        raise WinsetError(
            "a workbook needs xlsxwriter, which is not installed: pip install 'winset[xlsx]'"
        ) from None
    tables = list(_tables(folder))
    for name, frame in tables:
        if frame.height >= _SHEET_ROWS or frame.width > _SHEET_COLUMNS:
            raise StudyError(f"{name}: too large for a sheet; write --csv instead")
    if path.suffix.lower() != ".xlsx":
        raise StudyError(f"{path}: a workbook's name ends in .xlsx")
    _make(path.parent)
    try:
        with Workbook(str(path)) as book:
            for name, frame in tables:
                frame.write_excel(book, worksheet=name, autofit=False)
    except OSError as error:
        raise StudyError(f"{path}: cannot be written: {error}") from None
    return [path]


def _make(place: Path) -> None:
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StudyError(f"{place}: cannot be made: {error.strerror}") from None


def _tables(folder: Path) -> Iterator[tuple[str, pl.DataFrame]]:
    manifest = read_manifest(folder)
    if not manifest.complete:
        raise StudyError(
            f"{folder}: not finished. Finish it first: the same `winset run` with --out this folder"
        )
    # A study made by an older winset may lack a table that came later.
    for name in (name for name in TABLES if name in manifest.tables):
        try:
            yield name.removesuffix(".parquet"), pl.read_parquet(folder / name)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise StudyError(f"{folder / name}: cannot be read: {error}") from None
