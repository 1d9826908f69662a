"""Monthly series on record, read from a folder of CSV tables as a scenario's calibration says."""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from winset.errors import Problem, ScenarioError
from winset.scenario.calibration import month_name, month_number
from winset.scenario.overrides import nearest
from winset.scenario.schema.calibration import Calibration, Series

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Recorded:
    """One series: value [months] in its unit or as a share, NaN where a month is not on record;
    counted [months]: of how many a share was counted, NaN where it is no share.
    """

    value: Floats
    counted: Floats


@dataclass(frozen=True)
class Record:
    """All series from `start` on. fitted: months fitted; months: those and the ones scored."""

    start: int
    fitted: int
    months: int
    series: Mapping[str, Recorded]

    def month(self, index: int) -> str:
        """YYYY-MM of a month counted from the start."""
        return month_name(self.start + index)


def read_record(block: Calibration, folder: str | Path) -> Record:
    """Read every series.

    Raises ScenarioError listing every table, column or value that cannot be used, and every series
    with fewer than half of the months to be fitted.
    """
    place = Path(folder)
    if not place.is_dir():
        message = "there is no such folder of data"
        raise ScenarioError([Problem(file=str(folder), message=message)])
    start, fit, end = (month_number(m) for m in (block.start, block.fit_until, block.score_until))
    fitted, months = fit - start + 1, end - start + 1
    problems: list[Problem] = []
    tables: dict[str, list[dict[str, str]] | None] = {}
    found: dict[str, Recorded] = {}
    for id_, series in block.series.items():
        if series.file not in tables:
            tables[series.file] = _table(place, series.file, problems)
        rows = tables[series.file]
        if rows is None:
            continue
        fault = _columns(series, rows)
        if fault is not None:
            problems.append(fault)
            continue
        one = _series(id_, series, rows, start, months, problems)
        held = int(np.isfinite(one.value[:fitted]).sum())
        if 2 * held < fitted:
            message = f"series {id_} has {held} of the {fitted} months to be fitted"
            allowed = "at least half of them"
            problems.append(Problem(file=series.file, message=message, allowed=allowed))
        found[id_] = one
    if problems:
        raise ScenarioError(problems)
    return Record(start, fitted, months, found)


def _table(place: Path, name: str, problems: list[Problem]) -> list[dict[str, str]] | None:
    file = place / name
    if not file.is_file():
        known = sorted(p.name for p in place.glob("*.csv"))
        shown = ", ".join(known[:12]) or "none at all"
        problems.append(
            Problem(
                file=str(place),
                message=f"there is no table {name} in this folder",
                allowed=f"its tables are {shown}",
                nearest=nearest(name, known),
            )
        )
        return None
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        problems.append(Problem(file=str(file), message=f"cannot be read as CSV: {error}"))
        return None


def _columns(series: Series, rows: list[dict[str, str]]) -> Problem | None:
    known = list(rows[0]) if rows else []
    wanted = [series.month, series.value, *series.where]
    for name in wanted if series.of is None else [*wanted, series.of]:
        if name not in known:
            return Problem(
                file=series.file,
                message="the table has no such column",
                found=name,
                allowed=", ".join(known) or "none: the table is empty",
                nearest=nearest(name, known),
            )
    return None


def _series(
    id_: str,
    series: Series,
    rows: list[dict[str, str]],
    start: int,
    months: int,
    problems: list[Problem],
) -> Recorded:
    sums = {name: np.full(months, np.nan) for name in (series.value, series.of or "")}
    for line, row in enumerate(rows, start=2):
        if any(row[column] not in texts for column, texts in series.where.items()):
            continue
        try:
            at = month_number((row[series.month] or "")[:7]) - start
        except ValueError:
            message = "no month stands here"
            where = f"{series.month}"
            problems.append(
                Problem(file=series.file, line=line, path=where, message=message,
                        found=row[series.month])
            )  # fmt: skip
            break
        if not 0 <= at < months:
            continue
        for name, total in sums.items():
            text = (row[name] or "").strip() if name else ""
            if not text:
                continue
            try:
                number = float(text)
            except ValueError:
                number = math.nan
            if not math.isfinite(number):
                message = "a number is due here"
                problems.append(
                    Problem(file=series.file, line=line, path=name, message=message, found=text)
                )
                return Recorded(np.full(months, np.nan), np.full(months, np.nan))
            total[at] = number if math.isnan(total[at]) else total[at] + number
    value, counted = sums[series.value], np.full(months, np.nan)
    if series.of is not None:
        counted = np.where(sums[series.of] >= 1, np.round(sums[series.of]), np.nan)
        value = np.clip(value / counted, 0.0, 1.0)
    elif series.scale == "log":
        value = np.where(value > 0, value, np.nan)
    return Recorded(value, counted)
