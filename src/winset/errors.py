"""What can go wrong, each kind under its own plain name.

Everything winset raises on purpose is a `WinsetError`. Its `exit_code` is what the command line
ends with: 2 where the user's input is wrong, 1 where the fault is ours, 130 where the user
stopped it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

__all__ = [
    "Interrupted",
    "OverrideError",
    "Problem",
    "ScenarioError",
    "SolverError",
    "StudyError",
    "WinsetError",
]


class WinsetError(Exception):
    """Anything winset raises on purpose: catch it to catch them all, and do as its message says."""

    exit_code: ClassVar[int] = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing wrong in a scenario, and where it is.

    Attributes:
        file: the file as the user would name it.
        path: the place inside it, such as `parties.red.costs.monthly`; empty for the whole file.
        message: what is wrong, in one short sentence.
        line: counted from 1; None where no line can be named.
        found: what stands there, as text.
        allowed: what may stand there, as text.
        nearest: the known name closest to the one found.
    """

    file: str
    line: int | None = None
    path: str = ""
    found: str | None = None
    allowed: str | None = None
    nearest: str | None = None
    message: str

    def __str__(self) -> str:
        """Read as `file:line: path: message (found X; allowed Y; did you mean Z?)`, where known."""
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        hints = []
        if self.found is not None:
            hints.append(f"found {self.found}")
        if self.allowed is not None:
            hints.append(f"allowed {self.allowed}")
        if self.nearest is not None:
            hints.append(f"did you mean {self.nearest}?")
        tail = f" ({'; '.join(hints)})" if hints else ""
        return ": ".join(part for part in (where, self.path, self.message) if part) + tail


class ScenarioError(WinsetError):
    """The scenario's files cannot be used. Mend every problem listed, then `winset check` it again.

    All the problems found are in `problems`, in the order of the files, not only the first.
    """

    exit_code = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        # The problems themselves are the args, so that the error survives a trip between processes.
        super().__init__(self.problems)

    def __str__(self) -> str:
        """One problem after another, each from the start of a line."""
        return "\n".join(str(problem) for problem in self.problems)


class OverrideError(WinsetError):
    """A value set from outside names nothing in the scenario, or does not fit there.

    `winset show` lists the names that can be set; correct the name or the value and run again.
    """

    exit_code = 2


class StudyError(WinsetError):
    """A study folder belongs to another run, or is damaged.

    Choose another folder with `--out`, or `winset rerun` the study to make it anew.
    """

    exit_code = 2


class SolverError(WinsetError):
    """A computation gave no usable answer for inputs that passed every check: a fault of ours.

    Report it with the scenario and the seed; another seed or fewer overrides may get past it.
    """


class Interrupted(WinsetError):
    """The user stopped the run.

    What was finished is kept: give the same command with the same `--out` to go on from there.
    """

    exit_code = 130
