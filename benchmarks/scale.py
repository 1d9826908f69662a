"""How large a study can be: cells, path-months, and the memory of the client.

    python benchmarks/scale.py [--part 0.1] [--workers N] [--out FOLDER]

A made war (`made.py`) with 100 strategies under 100 worldviews: 10,000 cells of 16 draws x 105
paths x 60 months, 10^9 path-months in one study (`--part 0.1`: a tenth of the worldviews). Run as
`winset run` runs any study, into a folder. Printed are its size, what it took, the largest resident
memory of this process (the client) and of its workers, and what the folder weighs. To reach: 4 GiB
on the client.

Path-months are counted as asked for; a path that ends or signs early is not stepped further.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

from made import written

from winset.api import load, open_study, run
from winset.views.console import on_stderr

SIDE = 100
DRAWS, PATHS, MONTHS = 16, 105, 60


def peak(who: int) -> float:
    """Largest resident memory, GiB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(who).ru_maxrss * unit / 2**30


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--part", type=float, default=1.0, help="part of the worldviews")
    parser.add_argument("--workers", type=int, default=None)
    parser.add_argument("--out", type=Path, default=None, help="kept; else a temporary folder")
    given = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="winset-scale-"))
    try:
        worldviews = max(1, round(SIDE * given.part))
        scenario = load(written(place, SIDE, worldviews, months=MONTHS))
        cells = SIDE * worldviews
        volume = cells * DRAWS * PATHS * MONTHS
        print(f"{cells} cells, {volume:.3g} path-months")
        out = given.out or place / "study"
        began = time.perf_counter()
        results = run(
            scenario, draws=DRAWS, paths=PATHS, quick=True, workers=given.workers, out=out,
            report=on_stderr(),
        )  # fmt: skip
        spent = time.perf_counter() - began
        assert results.complete
        busy = sum(cell.seconds for cell in results.cells.values())
        again = time.perf_counter()
        assert open_study(out).complete
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
