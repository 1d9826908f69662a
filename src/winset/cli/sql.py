"""`winset sql`: questions in SQL over a study's tables."""

import sys
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["command"]


def command(
    folder: Annotated[Path, typer.Argument(help="A finished study.")],
    query: Annotated[str, typer.Argument(help="One SELECT; `-` reads it from standard input.")],
    rows: Annotated[
        int, typer.Option(min=1, help="Print at most so many rows; --json and --csv print all.")
    ] = 40,
    csv: Annotated[bool, typer.Option("--csv", help="Print comma-separated values.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON array of records.")] = False,
) -> None:
    """Ask a study's tables a question in SQL (DuckDB's).

    The tables are cells, draws, months, terms and the others of the study's folder; the reference
    of the study folder says what is in each. Nothing can be written, and no other file read.
    Example: "SELECT strategy, avg(durable) FROM draws WHERE collapse_hazard < 0.02 GROUP BY ALL".
    """
    from winset.study.query import ask
    from winset.views import console
    from winset.views.text import columns

    text = sys.stdin.read() if query == "-" else query
    answer = ask(folder, text, most=None if csv or json else rows)
    if json:
        import json as plain

        typer.echo(plain.dumps(answer.records(), indent=1, ensure_ascii=False, default=str))
    elif csv:
        import csv as comma

        writer = comma.writer(sys.stdout, lineterminator="\n")
        writer.writerow(answer.columns)
        writer.writerows(answer.rows)
    else:
        cells = [answer.columns, *(tuple(map(_shown, row)) for row in answer.rows)]
        console.say(columns(cells, _sides(answer.rows, len(answer.columns))))
        if answer.more:
            console.say([f"... and more: --rows N for more than {rows}, --csv or --json for all"])


def _shown(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _sides(rows: tuple[tuple[object, ...], ...], count: int) -> str:
    """Numbers to the right, the rest to the left."""
    return "".join(
        "r" if rows and all(isinstance(row[i], int | float | None) for row in rows) else "l"
        for i in range(count)
    )
