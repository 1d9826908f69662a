"""In which order to eliminate issues, so that the tables of bucket elimination stay small.

Issues are the nodes of a graph; a forbidden pair of options or an interaction makes an edge.
Eliminating an issue joins its remaining neighbours (its *separator*) to one another; a table over
the separator and the issue itself is then needed. The best order is NP-hard to find; two greedy
rules are tried, *min-weight* (smallest table first) and *min-fill* (fewest new edges first), and
the order with the smaller total of table cells is kept.

Sources: Dechter 1999, "Bucket elimination", Artificial Intelligence 113; Kjaerulff 1990 for the
greedy rules.
"""

import math
from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations

from .errors import TooEntangled

Step = tuple[int, tuple[int, ...]]


def elimination_order(sizes: tuple[int, ...], edges: Iterable[tuple[int, int]]) -> tuple[Step, ...]:
    """The issues in order of elimination, each with its separator (sorted, eliminated later).

    Args:
        sizes: number of options of each issue.
        edges: pairs of issues that share a table; order and repetition do not matter.
    """
    return _order(sizes, frozenset((min(e), max(e)) for e in edges))


def check_tables(
    names: tuple[str, ...], sizes: tuple[int, ...], steps: tuple[Step, ...], most: int
) -> None:
    """Raise `TooEntangled` if eliminating an issue needs a table of more than `most` cells."""
    for x, separator in steps:
        cells = sizes[x] * math.prod(sizes[y] for y in separator)
        if cells > most:
            joined = ", ".join(repr(names[k]) for k in sorted((x, *separator)))
            raise TooEntangled(
                f"{len(separator) + 1} issues hang together so closely ({joined}) that a table of"
                f" {cells:.3g} cells would be needed; {most:.3g} is the most. Drop some"
                " interactions or incompatible pairs among them, or allow fewer of their options."
            )


def component(issue: int, edges: Iterable[tuple[int, int]]) -> tuple[int, ...]:
    """All issues joined to `issue` by edges, itself included, sorted."""
    pairs = tuple(edges)
    found = {issue}
    while True:
        grown = found | {n for e in pairs if found & set(e) for n in e}
        if grown == found:
            return tuple(sorted(found))
        found = grown


@lru_cache(maxsize=256)
def _order(sizes: tuple[int, ...], edges: frozenset[tuple[int, int]]) -> tuple[Step, ...]:
    tried = [_greedy(sizes, edges, fill_first) for fill_first in (False, True)]
    return min(tried, key=lambda steps: _cells(sizes, steps))


def _cells(sizes: tuple[int, ...], steps: tuple[Step, ...]) -> int:
    return sum(sizes[x] * math.prod(sizes[y] for y in separator) for x, separator in steps)


def _greedy(
    sizes: tuple[int, ...], edges: frozenset[tuple[int, int]], fill_first: bool
) -> tuple[Step, ...]:
    around: dict[int, set[int]] = {x: set() for x in range(len(sizes))}
    for a, b in edges:
        around[a].add(b)
        around[b].add(a)

    def cost(x: int) -> tuple[int, int, int]:
        weight = sizes[x] * math.prod(sizes[y] for y in around[x])
        fill = sum(b not in around[a] for a, b in combinations(around[x], 2))
        return (fill, weight, x) if fill_first else (weight, fill, x)

    steps: list[Step] = []
    while around:
        x = min(around, key=cost)
        separator = around.pop(x)
        for y in separator:
            around[y] |= separator - {y}
            around[y].discard(x)
        steps.append((x, tuple(sorted(separator))))
    return tuple(steps)
