"""What a study found: cells on named axes, their summaries, and the one JSON document."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from winset.errors import WinsetError
from winset.study.design import CellKey, DesignError
from winset.study.summary import UNDEFINED, Estimate, fighting_on, summarise
from winset.talks.cell import Cell, Settings

if TYPE_CHECKING:
    import polars as pl

    from winset.scenario import Scenario

__all__ = ["Grid", "Results"]


@dataclass(frozen=True)
class Grid:
    """One measure over strategies and worldviews; each array is [worldviews, strategies], NaN where
    undefined.
    """

    measure: str
    worldviews: tuple[str, ...]
    strategies: tuple[str, ...]
    mean: NDArray[np.float64]
    se: NDArray[np.float64]
    p10: NDArray[np.float64]
    p50: NDArray[np.float64]
    p90: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Results:
    """The results of a study, whole or so far.

    scenario, settings: what was run. worldviews, strategies: the axes, in the order of the
    scenario's files. cells: (worldview, strategy) -> Cell, those that are done. halved: the
    headline's cells run again with half the errors of acceptance, where more than a few signings
    fell outside the overlap. verdict: rows made by `winset.insight`. elapsed_s: seconds of work.
    folder: where it is kept, if anywhere. html: shows it in a notebook.
    """

    scenario: Scenario
    settings: Settings
    worldviews: tuple[str, ...]
    strategies: tuple[str, ...]
    cells: Mapping[CellKey, Cell]
    halved: Mapping[CellKey, Cell] = field(default_factory=dict)
    verdict: tuple[Mapping[str, Any], ...] = ()
    elapsed_s: float = 0.0
    folder: Path | None = None
    html: Callable[[Results], str] | None = None

    def _repr_html_(self) -> str | None:
        """What a notebook shows; None (then the plain line) where nobody said how."""
        return self.html(self) if self.html is not None and self.cells else None

    def __repr__(self) -> str:
        return (
            f"<Results of {self.scenario.id}: {len(self.strategies)} strategies x "
            f"{len(self.worldviews)} worldviews, {len(self.cells)} cells done>"
        )

    @property
    def keys(self) -> tuple[CellKey, ...]:
        """Every cell of the design, done or not, one worldview after another."""
        return tuple(CellKey(w, s) for w in self.worldviews for s in self.strategies)

    @property
    def complete(self) -> bool:
        """Whether every cell is done."""
        return all(key in self.cells for key in self.keys)

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """The names of all measures, in the order of the cells."""
        return tuple(dict.fromkeys(m for c in self.cells.values() for m in c.measures))

    @cached_property
    def summaries(self) -> dict[CellKey, dict[str, Estimate]]:
        """Cell -> measure -> estimate."""
        return {key: summarise(self.cells[key]) for key in self.keys if key in self.cells}

    def estimate(self, worldview: str, strategy: str, measure: str) -> Estimate:
        """Return one number with its error; all None where the cell is not done or never defines
        it.
        """
        return self.summaries.get(CellKey(worldview, strategy), {}).get(measure, UNDEFINED)

    def measure(self, name: str) -> Grid:
        """Return a measure over the grid. Raises DesignError naming the measures there are."""
        if name not in self.measures:
            raise DesignError([f"no measure {name!r}; there are: {', '.join(self.measures)}"])
        table = np.full((5, len(self.worldviews), len(self.strategies)), np.nan)
        for i, worldview in enumerate(self.worldviews):
            for j, strategy in enumerate(self.strategies):
                numbers = self.estimate(worldview, strategy, name).json().values()
                table[:, i, j] = [np.nan if x is None else x for x in numbers]
        return Grid(name, self.worldviews, self.strategies, *table)

    def to_frame(self) -> pl.DataFrame:
        """Return one row per cell and measure: worldview, strategy, measure, mean, se, p10, p50,
        p90 (polars).
        """
        from winset.study.tables import cells_table

        return cells_table(self)

    def draws_frame(self) -> pl.DataFrame:
        """Return one row per cell and draw: the sampled quantities and every measure (polars)."""
        from winset.study.tables import draws_table

        return draws_table(self)

    def to_xarray(self) -> Any:
        """Return an xarray Dataset: every measure over (worldview, strategy, draw), NaN where
        undefined.

        Raises WinsetError where xarray is not installed.
        """
        try:
            import xarray
        except ImportError:
            raise WinsetError(
                "to_xarray() needs xarray, which is not installed: pip install 'winset[xarray]'"
            ) from None
        shape = (len(self.worldviews), len(self.strategies), self.settings.draws)
        data = {name: np.full(shape, np.nan) for name in self.measures}
        replicate = np.zeros(self.settings.draws, np.int64)
        for i, worldview in enumerate(self.worldviews):
            for j, strategy in enumerate(self.strategies):
                cell = self.cells.get(CellKey(worldview, strategy))
                if cell is not None:
                    replicate = cell.replicate
                    for name, values in cell.measures.items():
                        data[name][i, j] = values
        axes = ("worldview", "strategy", "draw")
        return xarray.Dataset(
            {name: (axes, values) for name, values in data.items()},
            coords={
                "worldview": list(self.worldviews),
                "strategy": list(self.strategies),
                "draw": np.arange(self.settings.draws),
                "replicate": ("draw", replicate),
            },
            attrs={"scenario": self.scenario.id, "sha256": self.scenario.sha256},
        )

    def json(self) -> dict[str, Any]:
        """Return the whole as one JSON document; no NaN, undefined numbers are null.

        The same study gives the same document, `elapsed_s` aside.
        """
        scenario = self.scenario
        return {
            "scenario": {
                "id": scenario.id,
                "sha256": scenario.sha256,
                "as_of": scenario.spec.as_of,
            },
            "seed": self.settings.seed,
            "draws": self.settings.draws,
            "paths": self.settings.paths,
            "months": self.settings.months,
            "elapsed_s": round(self.elapsed_s, 3),
            "cells": [self._cell(key) for key in self.keys if key in self.cells],
            "verdict": [dict(row) for row in self.verdict],
        }

    def with_verdict(self, verdict: Sequence[Mapping[str, Any]]) -> Results:
        """Return a copy with the verdict's rows."""
        found = replace(self, verdict=tuple(verdict))
        found.__dict__["summaries"] = self.summaries  # of the same cells
        return found

    def _cell(self, key: CellKey) -> dict[str, Any]:
        cell = self.cells[key]
        start = {party: value.mean for party, value in fighting_on(cell).items()}
        return {
            "worldview": key.worldview,
            "strategy": key.strategy,
            "measures": {name: e.json() for name, e in self.summaries[key].items()},
            "start": {"fighting_on": start},
            "terms": [
                {"package": dict(package), "share": float(share)} for package, share in cell.terms
            ],
            "blocked_by": _finite(cell.blocked_by),
            "blocked_issue": _finite(cell.blocked_issue),
            "blocked_at_home": _finite(cell.blocked_at_home),
            "shortfall": _finite(cell.shortfall),
            "solver": dict(cell.fitted),
        }


def _finite(numbers: Mapping[str, float]) -> dict[str, float | None]:
    return {k: float(v) if np.isfinite(v) else None for k, v in numbers.items()}
