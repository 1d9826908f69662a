"""The packages that could be signed: issues, options, and the pairs that cannot stand together.

A *package* takes one option of every issue. It is written as a row of option numbers, shape
[n_issues]; a batch of packages has shape [B, n_issues], dtype int64. Two options of different
issues may be *forbidden* together (a hard incompatibility): a package holding both is infeasible.
Options that are merely costly together belong in a `Payoff`.

A strategy need not put every option on the table. Functions of this folder therefore take
`allowed`: one boolean array [n_options] per issue, or None for everything. Where a function works
on many rows (draws, grid points) at once an array may also be [rows, n_options].
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ._arrays import Bools, Ints
from .errors import BadSpace

Allowed: TypeAlias = Sequence[Bools]


@dataclass(frozen=True)
class Space:
    """Issues, options and forbidden pairs; checks itself.

    Args:
        issues: names, each once.
        options: for each issue the names of its options, at least one, each once.
        forbidden: (issue a, option a, issue b, option b) by number; kept sorted and each once.

    Raises:
        BadSpace: naming the issue or the pair at fault.
    """

    issues: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]
    forbidden: tuple[tuple[int, int, int, int], ...] = ()

    def __post_init__(self) -> None:
        if len(self.issues) != len(self.options):
            raise BadSpace(f"{len(self.issues)} issues but {len(self.options)} lists of options")
        if not self.issues:
            raise BadSpace("a space needs at least one issue")
        if len(set(self.issues)) != len(self.issues):
            raise BadSpace(f"an issue is named twice: {', '.join(self.issues)}")
        for issue, options in zip(self.issues, self.options, strict=True):
            if not options:
                raise BadSpace(f"issue {issue!r} has no options")
            if len(set(options)) != len(options):
                raise BadSpace(f"issue {issue!r} names an option twice: {', '.join(options)}")
        object.__setattr__(
            self, "forbidden", tuple(sorted({self._checked(p) for p in self.forbidden}))
        )

    def _checked(self, pair: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
        a, i, b, j = (int(n) for n in pair)
        for issue, option in ((a, i), (b, j)):
            if not 0 <= issue < len(self.issues):
                raise BadSpace(f"forbidden pair {pair}: there is no issue number {issue}")
            if not 0 <= option < len(self.options[issue]):
                raise BadSpace(
                    f"forbidden pair {pair}: issue {self.issues[issue]!r} has no option number"
                    f" {option} (it has {len(self.options[issue])})"
                )
        if a == b:
            raise BadSpace(
                f"forbidden pair {pair}: both options belong to issue {self.issues[a]!r};"
                " a package takes one option of an issue anyway"
            )
        return (a, i, b, j) if a < b else (b, j, a, i)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of options of each issue."""
        return tuple(len(o) for o in self.options)

    @property
    def size(self) -> int:
        """Number of packages, feasible or not, as an exact Python integer."""
        return math.prod(self.sizes)

    @property
    def edges(self) -> tuple[tuple[int, int], ...]:
        """Pairs of issues (a < b) with at least one forbidden pair of options."""
        return tuple(sorted({(a, b) for a, _, b, _ in self.forbidden}))

    def conflicts(self) -> dict[tuple[int, int], Bools]:
        """For each edge (a, b) the table [n_a, n_b], True where the two options are forbidden."""
        tables = {
            (a, b): np.zeros((len(self.options[a]), len(self.options[b])), dtype=np.bool_)
            for a, b in self.edges
        }
        for a, i, b, j in self.forbidden:
            tables[a, b][i, j] = True
        return tables

    def package(self, choice: Mapping[str, str]) -> Ints:
        """Row of option numbers, shape [n_issues], of a package written {issue: option}.

        Raises:
            BadSpace: an issue is missing or unknown, or has no such option.
        """
        unknown = [name for name in choice if name not in self.issues]
        if unknown:
            raise BadSpace(f"no issue {unknown[0]!r}; there are {', '.join(self.issues)}")
        row = np.empty(len(self.issues), dtype=np.int64)
        for k, (issue, options) in enumerate(zip(self.issues, self.options, strict=True)):
            if issue not in choice:
                raise BadSpace(f"the package says nothing on issue {issue!r}")
            if choice[issue] not in options:
                raise BadSpace(
                    f"issue {issue!r} has no option {choice[issue]!r}; it has {', '.join(options)}"
                )
            row[k] = options.index(choice[issue])
        return row

    def describe(self, package: NDArray[Any]) -> dict[str, str]:
        """{issue: option} of one row of option numbers."""
        return {
            issue: options[int(n)]
            for issue, options, n in zip(self.issues, self.options, package, strict=True)
        }

    def everything(self) -> tuple[Bools, ...]:
        """Masks that allow every option."""
        return tuple(np.ones(n, dtype=np.bool_) for n in self.sizes)

    def restrict(self, offered: Mapping[str, Sequence[str]]) -> tuple[Bools, ...]:
        """Masks that allow, on the issues named, only the options listed; on the others all.

        Raises:
            BadSpace: an unknown issue or option, or an issue left with no option.
        """
        masks = self.everything()
        for issue, names in offered.items():
            if issue not in self.issues:
                raise BadSpace(f"no issue {issue!r}; there are {', '.join(self.issues)}")
            k = self.issues.index(issue)
            unknown = [name for name in names if name not in self.options[k]]
            if unknown:
                raise BadSpace(
                    f"issue {issue!r} has no option {unknown[0]!r};"
                    f" it has {', '.join(self.options[k])}"
                )
            masks[k][:] = [name in names for name in self.options[k]]
        self.check_allowed(masks)
        return masks

    def check_allowed(self, allowed: Allowed) -> None:
        """Raise `BadSpace` unless `allowed` has one mask per issue, each leaving an option."""
        if len(allowed) != len(self.issues):
            raise BadSpace(f"{len(allowed)} option masks for {len(self.issues)} issues")
        for issue, n, mask in zip(self.issues, self.sizes, allowed, strict=True):
            if mask.dtype != np.bool_ or mask.shape[-1:] != (n,) or mask.ndim > 2:
                raise BadSpace(
                    f"the mask of issue {issue!r} must be boolean [{n}] or [rows, {n}],"
                    f" not {mask.dtype} {list(mask.shape)}"
                )
            if not mask.any(axis=-1).all():
                raise BadSpace(f"no option of issue {issue!r} is allowed")

    def broken(
        self, packages: Ints, allowed: Allowed | None = None, rows: Ints | None = None
    ) -> Ints:
        """How many forbidden pairs and options not allowed each package holds.

        Args:
            packages: option numbers, shape [B, n_issues].
            allowed: masks [n_options] or [rows, n_options] per issue.
            rows: which row of the two-dimensional masks each package is judged by, shape [B].

        Returns:
            Counts, shape [B]; 0 is feasible.
        """
        count = np.zeros(len(packages), dtype=np.int64)
        column = packages.T
        for (a, b), table in self.conflicts().items():
            count += table[column[a], column[b]]
        for k, mask in enumerate(allowed or ()):
            if mask.ndim == 1:
                count += ~mask[column[k]]
            elif rows is not None:
                count += ~mask[rows if len(mask) > 1 else 0, column[k]]
            else:
                raise BadSpace(f"the mask of issue {self.issues[k]!r} needs `rows`")
        return count

    def feasible(self, packages: Ints, allowed: Allowed | None = None) -> Bools:
        """Which packages [B, n_issues] hold no forbidden pair and only allowed options: [B]."""
        return np.asarray(self.broken(packages, allowed) == 0)
