"""Making a finished study again from its folder alone, and comparing the two, table by table, bit
for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from winset.errors import StudyError
from winset.study.design import Design
from winset.study.engine import conduct
from winset.study.makers import Makers
from winset.study.manifest import Manifest, read_manifest
from winset.study.provenance import made_by
from winset.study.report import SILENT, Reporter
from winset.study.results import Results
from winset.study.store import changed_tables, open_study
from winset.study.tables import TABLES

__all__ = ["compare_tables", "make_again"]


def make_again(
    folder: Path,
    out: Path | None,
    *,
    workers: int | None = None,
    report: Reporter | None = None,
    verdict: Callable[[Results], Sequence[Mapping[str, Any]]],
    makers: Makers | None = None,
) -> tuple[Results, list[str], list[str]]:
    """Return the new results, the differences in the tables, and in what made them.

    Raises StudyError where the study is not finished, was changed since, or `out` holds a finished
    study.
    """
    manifest = read_manifest(folder)
    if not manifest.complete:
        raise StudyError(
            f"{folder}: not finished, so there is nothing to compare with. "
            "Finish it first: the same `winset run` with --out this folder"
        )
    changed = changed_tables(folder, manifest)
    if changed:
        raise StudyError(f"{folder}: changed since it was written: {', '.join(changed)}")
    first = open_study(folder, makers=makers)
    place = out or folder.with_name(f"{folder.resolve().name}-rerun")
    if (place / "manifest.json").exists() and read_manifest(place).complete:
        raise StudyError(
            f"{place}: holds a finished study; a rerun has to be made anew. "
            "Remove it or choose another folder with --out"
        )
    design = Design(
        scenario=first.scenario,
        strategies=first.strategies,
        worldviews=first.worldviews,
        settings=first.settings,
        overrides=tuple(manifest.overrides),
        quick=manifest.quick,
    )
    results = conduct(
        design,
        out=place,
        workers=workers,
        report=report or SILENT,
        verdict=verdict,
        makers=makers,
    )
    return results, compare_tables(folder, place), _other_makers(manifest)


def compare_tables(one: Path, other: Path) -> list[str]:
    """Say in which tables two studies differ, and by how much at most; nothing where every byte is
    the same.
    """
    found = []
    for name in TABLES:
        if not (one / name).exists():  # written by an older winset, which had no such table
            continue
        if (one / name).read_bytes() != (other / name).read_bytes():
            found.append(
                f"{name}: {_difference(pl.read_parquet(one / name), pl.read_parquet(other / name))}"
            )
    return found


def _difference(a: pl.DataFrame, b: pl.DataFrame) -> str:
    if a.columns != b.columns or a.height != b.height:
        return f"{a.height} rows x {a.width} columns there, {b.height} x {b.width} here"
    worst, where, columns = 0.0, "", []
    for name in a.columns:
        x, y = a[name], b[name]
        if x.equals(y):
            continue
        columns.append(name)
        if x.dtype.is_numeric() and y.dtype.is_numeric():
            gap = np.abs(x.cast(pl.Float64).to_numpy() - y.cast(pl.Float64).to_numpy())
            most = float(np.nanmax(gap, initial=0.0))
            if most > worst:
                worst, where = most, name
    if not columns:
        return "the same numbers, written in other bytes"
    size = f", at most by {worst:.3g} (in {where})" if where else ""
    return f"{len(columns)} of {a.width} columns differ{size}"


def _other_makers(manifest: Manifest) -> list[str]:
    """Say what made the first study that is not what runs now: versions, code, CPU."""
    found = []
    for name, now in made_by().items():
        then = manifest.made_by.get(name)
        if isinstance(now, dict) and isinstance(then, dict):
            found += [
                f"{k}: {then.get(k)} then, {v} now" for k, v in now.items() if then.get(k) != v
            ]
        elif then != now:
            found.append(f"{name}: {then} then, {now} now")
    return found
