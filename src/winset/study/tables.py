"""The tables of a study: what is written as Parquet, the same bytes for the same results.

Columns are documented in docs/reference/study-folder.md; a change there raises the folder's format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from winset.study.results import Results
from winset.study.summary import Estimate, fighting_on, summarise
from winset.talks.cell import Cell, Fate

__all__ = ["TABLES", "write_table"]

_KEYS: Final = ("worldview", "strategy")
_NUMBERS: Final = ("mean", "se", "p10", "p50", "p90")
#: the value of fighting on at the start stands beside the measures under this name and the party's
FIGHTING_ON: Final = "start.fighting_on."


def cells_table(results: Results) -> pl.DataFrame:
    """One row per cell and measure."""
    return _estimates(
        (cell, {**results.summaries[key], **_fighting(cell)})
        for key in results.keys
        if (cell := results.cells.get(key)) is not None
    )


def halved_table(results: Results) -> pl.DataFrame:
    """As `cells_table`, for the cells run again with half the errors of acceptance."""
    halved = (results.halved[key] for key in results.keys if key in results.halved)
    return _estimates((cell, summarise(cell)) for cell in halved)


def _fighting(cell: Cell) -> dict[str, Estimate]:
    return {FIGHTING_ON + party: e for party, e in fighting_on(cell).items()}


def _estimates(cells: Iterable[tuple[Cell, Mapping[str, Estimate]]]) -> pl.DataFrame:
    rows = [
        (cell.worldview, cell.strategy, name, *e.json().values())
        for cell, estimates in cells
        for name, e in estimates.items()
    ]
    schema = {
        **dict.fromkeys((*_KEYS, "measure"), pl.String),
        **dict.fromkeys(_NUMBERS, pl.Float64),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def draws_table(results: Results) -> pl.DataFrame:
    """One row per cell and draw: worldview, strategy, draw, replicate, sampled quantities,
    measures.

    A quantity that bears a measure's name, or that of another column, is called `quantities.ID`.
    """
    taken = {*_KEYS, "draw", "replicate", *results.measures}
    names = {}  # a cell's quantities mostly bear the names of the one before
    blocks = []
    for key in results.keys:
        cell = results.cells.get(key)
        if cell is None:
            continue
        for q in cell.sampled:
            if q not in names:
                names[q] = f"quantities.{q}" if q in taken else q
        columns = {names[q]: v for q, v in cell.sampled.items()}
        columns.update(cell.measures)
        columns.update({FIGHTING_ON + party: v for party, v in cell.fighting_on.items()})
        fixed = {"draw": np.arange(len(cell.replicate)), "replicate": cell.replicate}
        blocks.append(_Block(key, fixed, columns))
    if not blocks:
        return pl.DataFrame(schema={**dict.fromkeys(_KEYS, pl.String), "draw": pl.Int64})
    return _joined(blocks, ())


class _Block(NamedTuple):
    """Rows of one cell: its key (and more of what is the same in all rows), whole numbers, and
    columns of numbers."""

    key: tuple[str, ...]
    fixed: Mapping[str, NDArray[np.int64]]
    columns: Mapping[str, NDArray[np.float64]]


def _joined(blocks: Sequence[_Block], more: tuple[str, ...]) -> pl.DataFrame:
    """One frame of all blocks, NaN and what a block lacks null; column by column, since thousands
    of small frames take longer than the cells they are made of."""
    lengths = np.array([len(next(iter(block.fixed.values()))) for block in blocks])
    out: dict[str, Any] = {}
    for at, name in enumerate((*_KEYS, *more)):
        labels = pl.Series(name, [block.key[at] for block in blocks], dtype=pl.String)
        out[name] = labels.gather(np.repeat(np.arange(len(blocks)), lengths))
    for name in blocks[0].fixed:
        out[name] = np.concatenate([block.fixed[name] for block in blocks])
    ends = np.cumsum(lengths)
    for name in dict.fromkeys(name for block in blocks for name in block.columns):
        values = np.full(ends[-1], np.nan)
        for block, end, length in zip(blocks, ends, lengths, strict=True):
            if name in block.columns:
                values[end - length : end] = block.columns[name]
        out[name] = values
    return pl.DataFrame(out).with_columns(pl.selectors.float().fill_nan(None))


def terms_table(results: Results) -> pl.DataFrame:
    """One row per cell and package signed, most often first: share of signed paths, then a column
    an issue.
    """
    fixed = (*_KEYS, "rank", "share")
    rows: list[dict[str, Any]] = []
    issues: dict[str, None] = {}
    for key in results.keys:
        cell = results.cells.get(key)
        for rank, (package, share) in enumerate(cell.terms if cell else (), start=1):
            named = {f"issues.{i}" if i in fixed else i: option for i, option in package.items()}
            issues.update(dict.fromkeys(named))
            rows.append(dict(zip(fixed, (*key, rank, share), strict=True)) | named)
    schema: dict[str, Any] = dict(
        zip(fixed, (pl.String, pl.String, pl.Int64, pl.Float64), strict=True)
    )
    for issue in issues:
        # An issue divided into shares holds numbers, every other one the names of options.
        number = all(isinstance(row.get(issue, 0.0), int | float) for row in rows)
        schema[issue] = pl.Float64 if number else pl.String
        if not number:
            for row in rows:
                row[issue] = None if row.get(issue) is None else str(row[issue])
    columns = {name: [row.get(name) for row in rows] for name in schema}
    return pl.DataFrame(columns, schema=schema, strict=False)


def months_table(results: Results) -> pl.DataFrame:
    """One row per cell, quantity and month: quantiles over all paths, p10 the 10th percentile."""
    blocks = []
    for key in results.keys:
        cell = results.cells.get(key)
        for quantity, course in (cell.courses if cell else {}).items():
            numbers = {
                f"p{100 * q:02g}": course.all_paths[:, i] for i, q in enumerate(course.quantiles)
            }
            month = {"month": np.arange(len(course.all_paths))}
            blocks.append(_Block((*key, quantity), month, numbers))
    if not blocks:
        return pl.DataFrame(
            schema={**dict.fromkeys((*_KEYS, "quantity"), pl.String), "month": pl.Int64}
        )
    return _joined(blocks, ("quantity",))


def fates_table(results: Results) -> pl.DataFrame:
    """One row per cell, fate and month: share of all paths and its error."""
    blocks = [
        _Block(
            (*key, fate),
            {"month": np.arange(len(found.mean))},
            {"mean": found.mean, "se": found.se},
        )
        for key in results.keys
        if (cell := results.cells.get(key)) is not None
        for fate, found in _fates(cell).items()
    ]
    if not blocks:
        schema = {**dict.fromkeys((*_KEYS, "fate"), pl.String), "month": pl.Int64}
        return pl.DataFrame(schema={**schema, "mean": pl.Float64, "se": pl.Float64})
    return _joined(blocks, ("fate",))


def _fates(cell: Cell) -> dict[str, Fate]:
    """The fates and, beside them, the overlap among the paths still at war."""
    return {**cell.fates, **({"overlap": cell.overlap} if cell.overlap is not None else {})}


def worths_table(results: Results) -> pl.DataFrame:
    """One row per cell, signatory, own type and month: share of the paths read that count, and
    quantiles of what fighting on is worth there.
    """
    blocks = []
    for key in results.keys:
        cell = results.cells.get(key)
        for worth in cell.worths if cell else ():
            numbers = {f"p{100 * q:02g}": worth.values[:, i] for i, q in enumerate(worth.quantiles)}
            month = {"month": np.arange(len(worth.share))}
            name = (*key, worth.party, worth.type)
            blocks.append(_Block(name, month, {"share": worth.share, **numbers}))
    if not blocks:
        return pl.DataFrame(
            schema={**dict.fromkeys((*_KEYS, "party", "type"), pl.String), "month": pl.Int64}
        )
    return _joined(blocks, ("party", "type"))


#: file -> how it is made
TABLES: Final[Mapping[str, Callable[[Results], pl.DataFrame]]] = {
    "cells.parquet": cells_table,
    "draws.parquet": draws_table,
    "terms.parquet": terms_table,
    "months.parquet": months_table,
    "fates.parquet": fates_table,
    "worths.parquet": worths_table,
    "halved.parquet": halved_table,
}


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame as Parquet: equal frames, equal bytes."""
    frame.write_parquet(
        path, compression="zstd", compression_level=3, statistics=True, row_group_size=65_536
    )
