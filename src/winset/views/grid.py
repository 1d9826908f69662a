"""One measure over strategies (rows) and worldviews (columns), in the order of the scenario's
files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from winset.insight import about
from winset.study import CellKey, Results
from winset.views.text import WIDTH, cell, columns, decimals, short

__all__ = ["grid", "measure_grid", "reads_as"]

_NOT_DONE: Final = "."
#: how the numbers of a grid read
reads_as: Final = {
    "share": "%",
    "months": "months",
    "count": "",
    "value": "0 to 1",
}


def measure_grid(
    results: Results, measure: str, width: int = WIDTH, indent: str = "  "
) -> list[str]:
    """Return a measure's grid, each number with its Monte Carlo error; `-` undefined, `.` not done
    yet.
    """
    known = about(results.scenario.spec, measure)
    digits = decimals(known, [results.estimate(*key, measure) for key in results.keys])

    def text(worldview: str, strategy: str) -> str:
        if CellKey(worldview, strategy) not in results.cells:
            return _NOT_DONE
        return cell(known, results.estimate(worldview, strategy, measure), digits)

    return grid(results.strategies, results.worldviews, text, width, indent)


def grid(
    rows: Sequence[str],
    heads: Sequence[str],
    text: Callable[[str, str], str],
    width: int = WIDTH,
    indent: str = "  ",
) -> list[str]:
    """Return a table of `text(head, row)`; heads that do not fit beside one another go below in
    further blocks.
    """
    names = max((len(row) for row in rows), default=0)
    room = width - len(indent)
    names = min(names, max(room // 2, 12))
    blocks: list[list[str]] = [[]]
    used = names
    for head in heads:
        need = 2 + max(min(len(head), 16), *(len(text(head, row)) for row in rows))
        if used + need > room and blocks[-1]:
            blocks.append([])
            used = names
        blocks[-1].append(head)
        used += need
    lines = []
    for block in blocks:
        table = [["", *(short(head, 16) for head in block)]]
        table += [[short(row, names), *(text(head, row) for head in block)] for row in rows]
        lines += [indent + line for line in columns(table)]
    return lines
