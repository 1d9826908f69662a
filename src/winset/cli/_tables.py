"""Plain tables and paragraphs, through rich: no colour is needed to read them, and they can be
piped.
"""

import shutil
import sys
import textwrap
from collections.abc import Sequence
from io import StringIO
from typing import Any

#: columns used where the output is not a terminal
WIDTH = 100


def width() -> int:
    """Columns to use."""
    if not sys.stdout.isatty():
        return WIDTH
    return max(60, min(140, shutil.get_terminal_size((WIDTH, 40)).columns))


def rendered(parts: Sequence[Any]) -> str:
    """Texts and rich tables one below the other."""
    from rich.console import Console

    console = Console(
        file=StringIO(),
        width=width(),
        color_system=None,
        highlight=False,
        markup=False,
        emoji=False,
    )
    with console.capture() as capture:
        for part in parts:
            for piece in _wrapped(part) if isinstance(part, str) else [part]:
                console.print(piece, soft_wrap=isinstance(piece, str))
    text = "\n".join(line.rstrip() for line in capture.get().splitlines())
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.replace("─", "-").encode(encoding, "replace").decode(encoding)
    return text


def _wrapped(text: str) -> list[str]:
    """Lines of a paragraph; what runs over is indented below where it began."""
    indent = " " * (len(text) - len(text.lstrip()))
    hanging = indent + "  " if indent or text.startswith("- ") else indent
    lines = textwrap.wrap(
        text.strip(),
        width(),
        initial_indent=indent,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return lines or [""]


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], kinds: str) -> Any:
    """A table. `kinds`, a letter a column: n a name (never broken), t a text, r a number."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1))
    for column, kind in zip(columns, kinds, strict=True):
        made.add_column(
            column,
            justify="right" if kind == "r" else "left",
            overflow="fold",
            no_wrap=kind != "t",
        )
    for row in rows:
        made.add_row(*row)
    return made


def side_by_side(
    first: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]
) -> list[Any]:
    """A table too wide for the page as several, each with the first column."""
    widest = max((len(cell) for _, cells in rows for cell in cells), default=1)
    column = max([widest, *map(len, columns)]) + 2
    name = min(34, max([len(first), *(len(row) for row, _ in rows)], default=10))
    most = max(1, (width() - name - 2) // column)
    tables = max(1, -(-len(columns) // most))
    most = max(1, -(-len(columns) // tables))  # as many columns in each
    parts: list[Any] = []
    for start in range(0, max(1, len(columns)), most):
        part = slice(start, start + most)
        heads = [first, *columns[part]]
        lines = [[name, *cells[part]] for name, cells in rows]
        parts += [""] if parts else []
        made = table(heads, lines, "t" + "r" * (len(heads) - 1))
        made.columns[0].max_width = name
        parts.append(made)
    return parts
