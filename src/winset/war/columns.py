"""Eight rows of a two-dimensional array as columns, one vector each, and back.

Eight columns are turned together: eight rows are loaded and transposed by 24 shuffles in three
rounds (Eklundh 1972).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from llvmlite import ir

from winset.war.lanes import INDEX, REAL, WIDTH, WORD


class Columns:
    """One two-dimensional array: eight rows of it as columns."""

    def __init__(self, builder: Any, data: Any, width: int, first: Any) -> None:
        self.builder, self.width = builder, width
        start = self.builder.mul(first, ir.Constant(WORD, width))
        self.data = self.builder.gep(data, [start])
        self.loaded: dict[int, Any] = {}
        self.kind = ir.VectorType(REAL, WIDTH)

    def _at(self, lane: int, column: int) -> Any:
        return self.builder.gep(self.data, [ir.Constant(WORD, lane * self.width + column)])

    def _group(self, column: int) -> int:
        """First of the eight columns that are turned together with this one."""
        return min(column - column % WIDTH, self.width - WIDTH)

    def load(self, column: int) -> Any:
        """A column as a vector."""
        if column not in self.loaded:
            if self.width < WIDTH:
                vector = ir.Constant(self.kind, ir.Undefined)
                for lane in range(WIDTH):
                    number = self.builder.load(self._at(lane, column))
                    place = ir.Constant(INDEX, lane)
                    vector = self.builder.insert_element(vector, number, place)
                self.loaded[column] = vector
            else:
                first = self._group(column)
                rows = [self._row(lane, first) for lane in range(WIDTH)]
                for i, vector in enumerate(self._turned(rows)):
                    self.loaded.setdefault(first + i, vector)
        return self.loaded[column]

    def _pointer(self, lane: int, column: int) -> Any:
        return self.builder.bitcast(self._at(lane, column), self.kind.as_pointer())

    def _row(self, lane: int, first: int) -> Any:
        return self.builder.load(self._pointer(lane, first), align=8)

    def _turned(self, rows: Sequence[Any]) -> list[Any]:
        out = list(rows)
        for step in (1, 2, 4):
            for i in range(WIDTH):
                if not i & step:
                    a, b = out[i], out[i | step]
                    upper = [n + WIDTH - step if n & step else n for n in range(WIDTH)]
                    lower = [n + WIDTH if n & step else n + step for n in range(WIDTH)]
                    out[i] = self._shuffled(a, b, upper)
                    out[i | step] = self._shuffled(a, b, lower)
        return out

    def _shuffled(self, a: Any, b: Any, order: Sequence[int]) -> Any:
        mask = ir.Constant(ir.VectorType(INDEX, WIDTH), list(order))
        return self.builder.shuffle_vector(a, b, mask)

    def store(self, values: Mapping[int, Any], at_stake: Any) -> None:
        """Write columns for the lanes at stake; every column of the array must be given."""
        assert len(values) == self.width
        kept = {}
        for column, value in values.items():
            kept[column] = self.builder.select(at_stake, value, self.load(column))
        if self.width < WIDTH:
            for column, vector in kept.items():
                for lane in range(WIDTH):
                    number = self.builder.extract_element(vector, ir.Constant(INDEX, lane))
                    self.builder.store(number, self._at(lane, column))
            return
        for column in range(0, self.width, WIDTH):
            first = self._group(column)
            turned = self._turned([kept[first + i] for i in range(WIDTH)])
            for lane, row in enumerate(turned):
                self.builder.store(row, self._pointer(lane, first), align=8)
