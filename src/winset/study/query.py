"""Questions in SQL over a study's tables, by DuckDB: read where they lie, never written.

Every table of the folder (`cells`, `draws`, `months`, ...) is a view of that name. One statement
that selects is allowed, and no file but the study's tables can be reached from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

from winset.errors import StudyError, WinsetError
from winset.study.manifest import read_manifest

__all__ = ["Answer", "QueryError", "ask"]


class QueryError(WinsetError):
    """The question cannot be answered as it is asked."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True)
class Answer:
    """Rows of plain values under their columns' names; `more` where there were more rows than
    asked for.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    more: bool = False

    def records(self) -> list[dict[str, Any]]:
        """One mapping a row, for JSON."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def ask(folder: Path, query: str, *, most: int | None = None) -> Answer:
    """Return the answer to one SELECT over the tables of a finished study; at most `most` rows.

    Raises StudyError where there is no finished study, QueryError for SQL that is wrong or does
    more than select, WinsetError where DuckDB is not installed.
    """
    try:
        import duckdb
    except ImportError:
        raise WinsetError(
            "`winset sql` needs DuckDB, which is not installed: pip install 'winset[cluster]'"
        ) from None
    tables = _tables(folder)
    with duckdb.connect(":memory:", config={"autoinstall_known_extensions": False}) as base:
        for name, path in tables.items():
            # A path cannot be a parameter of a view; quotes within it are doubled.
            quoted = str(path.resolve()).replace("'", "''")
            base.execute(f"CREATE VIEW \"{name}\" AS SELECT * FROM read_parquet('{quoted}')")
        base.execute("SET allowed_paths=?", [[str(p.resolve()) for p in tables.values()]])
        base.execute("SET enable_external_access=false")
        base.execute("SET lock_configuration=true")
        try:
            statements = base.extract_statements(query)
            if len(statements) != 1 or statements[0].type.name != "SELECT":
                raise QueryError(
                    "one statement that selects is allowed (SELECT, WITH, DESCRIBE, SUMMARIZE); "
                    f"found {', '.join(s.type.name for s in statements) or 'nothing'}"
                )
            result = base.execute(statements[0])
            names = tuple(column[0] for column in result.description or ())
            rows = result.fetchall() if most is None else result.fetchmany(most + 1)
        except duckdb.Error as error:
            raise QueryError(_plainly(str(error), tables)) from None
    more = most is not None and len(rows) > most
    return Answer(names, tuple(tuple(map(_plain, row)) for row in rows[:most]), more)


def _tables(folder: Path) -> dict[str, Path]:
    manifest = read_manifest(folder)
    if not manifest.complete:
        raise StudyError(
            f"{folder}: not finished, and tables are written at the end. "
            "Finish it first: the same `winset run` with --out this folder"
        )
    return {path.stem: path for path in sorted(folder.glob("*.parquet"))}


def _plainly(said: str, tables: Sequence[str] | dict[str, Path]) -> str:
    hint = f"\nTables: {', '.join(tables)}. `DESCRIBE draws` names the columns of one."
    return said.strip() + hint


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value != value:
        return None
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value
