"""How large a study can be: cells, path-months, and the memory of the client.

    python benchmarks/scale.py [--part 0.1] [--workers N] [--out FOLDER] [--copies]

A made war (`made.py`) with 100 strategies under 100 worldviews: 10,000 cells of 16 draws x 105
paths x 60 months, 10^9 path-months in one study (`--part 0.1`: a tenth of the worldviews). Run as
`winset run` runs any study, into a folder. Printed are its size, what it took, the largest resident
memory of this process (the client) and of its workers, and what the folder weighs. To reach: 4 GiB
on the client.

`--copies` measures the client alone: one cell is computed, and every other is a copy of it with
other numbers, so that cells cost next to nothing and all that the client does with ten thousand of
them remains. Its path-months are not simulated, and it says so.

Path-months are counted as asked for; a path that ends or signs early is not stepped further.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from made import written

from winset.api import load, open_study, run
from winset.scenario import Scenario
from winset.study import Makers
from winset.talks import run_cell
from winset.talks.cell import Cell, Course, Settings
from winset.views.console import on_stderr

SIDE = 100
DRAWS, PATHS, MONTHS = 16, 105, 60


_ONE: list[Cell] = []


def copied(scenario: Scenario, worldview: str, strategy: str, settings: Settings) -> Cell:
    """A cell of the first one's shape under another name; its numbers differ by a little."""
    if not _ONE:
        _ONE.append(run_cell(scenario, worldview, strategy, settings))
    one = _ONE[0]
    rng = np.random.default_rng([*f"{worldview}/{strategy}".encode()])
    factor = 1 + 0.1 * rng.random()
    return replace(
        one,
        worldview=worldview,
        strategy=strategy,
        measures={k: v / factor for k, v in one.measures.items()},
        courses={
            k: Course(c.quantiles, np.asarray(c.all_paths) * factor) for k, c in one.courses.items()
        },
    )


def peak(who: int) -> float:
    """Largest resident memory, GiB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(who).ru_maxrss * unit / 2**30


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--part", type=float, default=1.0, help="part of the worldviews")
    parser.add_argument("--workers", type=int, default=None)
    parser.add_argument("--out", type=Path, default=None, help="kept; else a temporary folder")
    parser.add_argument("--copies", action="store_true", help="the client alone, cells copied")
    given = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="winset-scale-"))
    try:
        worldviews = max(1, round(SIDE * given.part))
        scenario = load(written(place, SIDE, worldviews, months=MONTHS))
        cells = SIDE * worldviews
        volume = cells * DRAWS * PATHS * MONTHS
        print(
            f"{cells} cells, "
            + ("copies of one: none simulated" if given.copies else f"{volume:.3g} path-months")
        )
        makers = Makers(cell="scale:copied") if given.copies else None
        out = given.out or place / "study"
        began = time.perf_counter()
        results = run(
            scenario, draws=DRAWS, paths=PATHS, quick=True, out=out,
            workers=1 if given.copies else given.workers, report=on_stderr(), makers=makers,
        )  # fmt: skip
        spent = time.perf_counter() - began
        assert results.complete
        busy = sum(cell.seconds for cell in results.cells.values())
        again = time.perf_counter()
        assert open_study(out, makers=makers).complete
        opened = time.perf_counter() - again
        weight = sum(p.stat().st_size for p in out.rglob("*") if p.is_file()) / 2**20
        parts = {p.name: p.stat().st_size / 2**20 for p in out.iterdir() if p.is_file()}
        print(f"wall {spent:.0f} s; in cells {busy:.0f} s ({1000 * busy / cells:.0f} ms a cell)")
        print(f"opened again in {opened:.1f} s")
        print(f"client at most {peak(resource.RUSAGE_SELF):.2f} GiB (to reach: 4)")
        print(f"largest worker {peak(resource.RUSAGE_CHILDREN):.2f} GiB")
        print(f"folder {weight:.0f} MiB: " + ", ".join(f"{k} {v:.0f}" for k, v in parts.items()))
    finally:
        shutil.rmtree(place)


if __name__ == "__main__":
    main()
