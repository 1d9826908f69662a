"""What a study runs: one scenario, the strategies and worldviews crossed, and how large and careful
the run is.

A design says everything that can change a result, and nothing else: two equal designs of one
scenario give the same tables on the same library versions and CPU type, with any number of workers.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, NamedTuple

from winset.errors import WinsetError
from winset.talks.cell import LIGHT, SKETCH, Settings

if TYPE_CHECKING:
    from winset.scenario import Scenario

__all__ = ["CellKey", "Design", "DesignError", "coarse", "plan", "replicates_for", "sketch"]

#: draws and paths of a quick study, and of the first coarse grid of a full one
QUICK: Final = (32, 64)
COARSE: Final = (16, 16)
#: draws and paths of a sketch of a few cells, before a run on workers that are waiting for it
GLANCE: Final = (8, 16)
#: a coarse grid is worth its time only before a run at least this many times larger
COARSE_WORTH: Final = 16
REPLICATES: Final = 8
#: the horizon where neither the scenario nor the user names one, in months
MONTHS: Final = 60


class DesignError(WinsetError):
    """The study asked for cannot be run: a name is not in the scenario, or a number makes no sense.

    Every problem is in `problems`, one line each.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems: tuple[str, ...] = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """One problem after another, each from the start of a line."""
        return "\n".join(self.problems)


class CellKey(NamedTuple):
    """Which cell: one strategy under one worldview."""

    worldview: str
    strategy: str

    def __str__(self) -> str:
        return f"{self.worldview}/{self.strategy}"


@dataclass(frozen=True, eq=False)
class Design:
    """Strategies crossed with worldviews, in the order of the scenario's files.

    settings: draws, paths, months, seed and the care of the solver. overrides: the `--set` texts
    that made the scenario what it is (its hash holds their effect). quick: whether the short form
    was asked for.
    """

    scenario: Scenario
    strategies: tuple[str, ...]
    worldviews: tuple[str, ...]
    settings: Settings
    overrides: tuple[str, ...] = ()
    quick: bool = False

    @cached_property
    def cells(self) -> tuple[CellKey, ...]:
        """Every cell, one worldview after another, so that a grid fills column by column."""
        return tuple(CellKey(w, s) for w in self.worldviews for s in self.strategies)

    def arguments(self) -> dict[str, Any]:
        """Return all that shapes the tables beside the scenario and the seed, as plain data."""
        numbers = asdict(self.settings)
        del numbers["seed"]
        return {
            "strategies": list(self.strategies),
            "worldviews": list(self.worldviews),
            **numbers,
        }


def plan(
    scenario: Scenario,
    *,
    strategies: Sequence[str] | None = None,
    worldviews: Sequence[str] | None = None,
    draws: int | None = None,
    paths: int | None = None,
    months: int | None = None,
    seed: int = 1,
    quick: bool = False,
    solver: Literal["auto", "exact", "lsmc"] = "auto",
    overrides: Sequence[str] = (),
    **more: Any,
) -> Design:
    """Return the design asked for; what is left out comes from the scenario and the defaults.

    Default 128 draws x 128 paths, quick 32 x 64, over the scenario's months (60 where it names
    none). `more` are further fields of `Settings`, such as `solver_paths`. Raises DesignError
    naming every unknown strategy or worldview (with the nearest name) and every number out of
    range.
    """
    problems: list[str] = []
    chosen_s = _choose("strategy", strategies, scenario.strategies, problems)
    chosen_w = _choose("worldview", worldviews, scenario.worldviews, problems)
    standard = Settings()
    size = {
        "draws": draws if draws is not None else (QUICK[0] if quick else standard.draws),
        "paths": paths if paths is not None else (QUICK[1] if quick else standard.paths),
        "months": months if months is not None else (scenario.months or MONTHS),
    }
    for name, number in size.items():
        if not 1 <= number <= 1_000_000:
            problems.append(f"--{name}: found {number}, allowed 1 to 1000000")
    if not 0 <= seed < 2**63:
        problems.append(f"--seed: found {seed}, allowed 0 to 2**63-1")
    if solver not in ("auto", "exact", "lsmc"):
        problems.append(f"--solver: found {solver!r}, allowed auto, exact or lsmc")
    if problems:
        raise DesignError(problems)
    settings = Settings(
        draws=size["draws"],
        paths=size["paths"],
        months=size["months"],
        seed=seed,
        replicates=replicates_for(size["draws"]),
        solver=solver,
        **({**LIGHT, **more} if quick else more),
    )
    return Design(scenario, chosen_s, chosen_w, settings, tuple(overrides), quick)


def replicates_for(draws: int) -> int:
    """Return how many independent scrambles to split `draws` into: each must get the same number of
    points.

    The divisor of `draws` nearest to 8 that is at least 4 (so that the error can be told from their
    spread); with fewer than 4 draws, one point each.
    """
    if draws < 4:
        return draws
    divisors = [d for d in range(4, draws + 1) if draws % d == 0]
    return min(divisors, key=lambda d: (abs(d - REPLICATES), d))


def coarse(settings: Settings) -> Settings | None:
    """Return the settings of a first coarse grid, or None where the run itself is hardly larger."""
    draws, paths = COARSE
    if settings.draws * settings.paths < COARSE_WORTH * draws * paths:
        return None
    return replace(settings, draws=draws, paths=paths, replicates=replicates_for(draws), **SKETCH)


def sketch(settings: Settings) -> Settings:
    """Return the settings of a first look at a few cells: an answer within a second or two."""
    draws, paths = (
        min(a, b) for a, b in zip(GLANCE, (settings.draws, settings.paths), strict=True)
    )
    return replace(settings, draws=draws, paths=paths, replicates=replicates_for(draws), **SKETCH)


def differences(there: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    """Name each argument in which two designs' `arguments()` differ, as `name: A there, B here`."""
    found = []
    for name in {**there, **here}:
        a, b = there.get(name), here.get(name)
        if a == b:
            continue
        if isinstance(a, list) and isinstance(b, list):
            only_there = ", ".join(str(x) for x in a if x not in b)
            only_here = ", ".join(str(x) for x in b if x not in a)
            parts = [f"only there: {only_there}"] * bool(only_there)
            parts += [f"only here: {only_here}"] * bool(only_here)
            found.append(f"{name}: {'; '.join(parts) or 'in another order'}")
        else:
            found.append(f"{name}: {_plain(a)} there, {_plain(b)} here")
    return found


def _plain(value: Any) -> str:
    return "not stated" if value is None else str(value)


def _choose(
    kind: str, wanted: Sequence[str] | None, known: Sequence[str], problems: list[str]
) -> tuple[str, ...]:
    if wanted is None or not wanted:
        return tuple(known)
    names = (wanted,) if isinstance(wanted, str) else tuple(wanted)
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            problems.append(
                f"--{kind}: the scenario has none called {name!r}.{hint} It has: {', '.join(known)}"
            )
    return tuple(name for name in known if name in names)
