"""What an experiment costs: the same model called one by one by a peer, and in a batch by winset.

    python benchmarks/runner.py [SCENARIO] [--quick] [--plots FOLDER]

1. One by one: EMA Workbench (Kwakkel 2017) samples the uncertain quantities of one worldview by
   Latin hypercube and calls winset's model once for each experiment, as it calls any Python model.
   Batch: winset runs as many draws in one cell. An experiment is one draw of all uncertain
   quantities, solved and played on 64 paths. To reach: at least 25 times less an experiment.
2. Growth: cost with draws (10^2 to 10^5: the ratio of a thousandfold of the time to the time of a
   thousandfold), paths, months and issues, on a made war (`made.py`).

Times are those of this process's processor, on one thread, so that a busy machine changes them
little. The first part needs EMA Workbench, which winset does not: pip install ema_workbench.
"""

from __future__ import annotations

import argparse
import gc
import platform
import tempfile
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from made import written

from winset.api import load
from winset.scenario import Scenario
from winset.scenario.sampling import sample_at, uncertain
from winset.study.pool import one_thread
from winset.talks import run_cell
from winset.talks.cell import LIGHT, Settings

PATHS = 64
#: what is reached by a batch must be at least this many times cheaper
WANTED = 25.0


def clocked(work: Callable[[], Any], runs: int = 1) -> float:
    """Seconds of processor time, best of several runs."""
    best = np.inf
    for _ in range(runs):
        gc.collect()
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return float(best)


def one_by_one(scenario: Scenario, view: str, strategy: str, experiments: int) -> tuple[float, Any]:
    """Seconds and durable chances of experiments run by EMA Workbench."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ema_workbench import Model, RealParameter, ScalarOutcome, SequentialEvaluator
    ids = [id_ for group in uncertain(scenario, view) for id_ in group]
    settings = Settings(draws=1, paths=PATHS, months=scenario.months or 60, replicates=1, **LIGHT)

    def model(**u: float) -> dict[str, float]:
        at = {id_: np.array([u[f"u{n}"]]) for n, id_ in enumerate(ids)}
        drawn = sample_at(scenario, view, at)
        cell = run_cell(scenario, view, strategy, settings, drawn=drawn)
        return {"durable": float(cell.measures["durable"][0])}

    known = Model("winset", function=model)
    known.uncertainties = [RealParameter(f"u{n}", 0.0, 1.0) for n in range(len(ids))]
    known.outcomes = [ScalarOutcome("durable")]
    model(**{f"u{n}": 0.5 for n in range(len(ids))})  # compiled, caches filled
    found: dict[str, Any] = {}

    def work() -> None:
        with SequentialEvaluator(known) as evaluator:
            _, outcomes = evaluator.perform_experiments(scenarios=experiments)
        found.update(outcomes)

    return clocked(work), found["durable"]


def in_a_batch(scenario: Scenario, view: str, strategy: str, draws: int) -> tuple[float, Any]:
    """Seconds and durable chances of as many draws in one cell."""
    settings = Settings(
        draws=draws, paths=PATHS, months=scenario.months or 60, replicates=8, **LIGHT
    )
    run_cell(scenario, view, strategy, Settings(draws=8, paths=8, months=6, **LIGHT))
    found: list[Any] = []

    def work() -> None:
        found.append(run_cell(scenario, view, strategy, settings).measures["durable"])

    return clocked(work), found[-1]


def compare(name: str, quick: bool) -> None:
    scenario = load(name)
    view = scenario.worldviews[0]
    strategy = scenario.spec.headline or scenario.strategies[0]
    print(f"{scenario.id}, {view}, {strategy}: {PATHS} paths an experiment")
    batch = {}
    for draws in (128, 256) if quick else (128, 512, 1024):
        seconds, values = in_a_batch(scenario, view, strategy, draws)
        batch[draws] = seconds / draws
        print(
            f"  winset, a batch of {draws}: {1000 * seconds / draws:.1f} ms an experiment, "
            f"durable {values.mean():.3f}"
        )
    if find_spec("ema_workbench") is None:
        print(
            "  one by one: not measured, since EMA Workbench is not here. It is no part of "
            "winset:\n  pip install ema_workbench, then run this again."
        )
        return
    experiments = 12 if quick else 40
    seconds, values = one_by_one(scenario, view, strategy, experiments)
    each = seconds / experiments
    error = np.std(values) / np.sqrt(len(values))
    print(
        f"  EMA Workbench, {experiments} one by one: {1000 * each:.0f} ms an experiment, "
        f"durable {np.mean(values):.3f}±{error:.3f}"
    )
    for draws, cost in batch.items():
        print(f"  ratio with a batch of {draws}: {each / cost:.0f} (to reach: {WANTED:.0f})")


def grow(quick: bool) -> dict[str, list[tuple[float, float]]]:
    """Seconds of one cell as each size grows; name -> (size, seconds)."""
    place = Path(tempfile.mkdtemp(prefix="winset-runner-"))
    made = load(written(place, 1, 1, 2, months=60))
    base: dict[str, Any] = {"draws": 100, "paths": 16, "months": 24, "replicates": 1, **LIGHT}

    def seconds(scenario: Scenario, **more: int) -> float:
        settings = Settings(**{**base, **more})
        return clocked(lambda: run_cell(scenario, "w0", "s0", settings), 2)

    seconds(made)
    out: dict[str, list[tuple[float, float]]] = {}
    sizes: dict[str, tuple[int, ...]] = {
        "draws": (100, 1000, 10_000) if quick else (100, 1000, 10_000, 100_000),
        "paths": (16, 64, 256, 1024),
        "months": (12, 24, 48, 96),
    }
    for name, values in sizes.items():
        out[name] = [(v, seconds(made, **{name: v})) for v in values]
        _print(name, out[name])
    issues = []
    for count in (2, 4, 6) if quick else (2, 4, 6, 8, 10):
        scenario = load(written(place, 1, 1, count, months=60))
        seconds(scenario, draws=16)
        issues.append((float(count), seconds(scenario)))
    out["issues"] = issues
    _print("issues", issues)
    return out


def _print(name: str, found: list[tuple[float, float]]) -> None:
    print(f"{name}: " + ", ".join(f"{int(x)} {1000 * s:.0f} ms" for x, s in found))
    (x0, s0), (x1, s1) = found[0], found[-1]
    print(f"  {x1 / x0:g} times as many cost {s1 / s0:.1f} times: {s1 / s0 / (x1 / x0):.2f} of it")
    if name == "draws":
        last = [(s - t) / (x - y) for (y, t), (x, s) in pairwise(found)]
        shown = ", ".join(f"{1e6 * each:.0f}" for each in last)
        print(f"  microseconds a further draw, decade by decade: {shown}")


def plot(found: dict[str, list[tuple[float, float]]], folder: Path) -> None:
    """One picture a size, SVG."""
    import altair as alt

    from winset.views.charts.theme import ACCENT, PAPER, config

    folder.mkdir(parents=True, exist_ok=True)
    for name, points in found.items():
        rows = [{"size": x, "seconds": s} for x, s in points]
        linear = name in ("issues", "months")
        scale = alt.Scale(type="linear" if linear else "log")
        ticks = [] if linear else [10.0**n for n in range(-2, 3) if 10.0**n <= 2 * points[-1][1]]
        up = alt.Axis(tickCount=5) if linear else alt.Axis(values=ticks, format="~g")
        made: Any = alt.Data
        base = alt.Chart(made(values=rows)).encode(
            x=alt.X(
                "size:Q", title=name, scale=scale, axis=alt.Axis(values=[x for x, _ in points])
            ),
            y=alt.Y("seconds:Q", title="seconds of one core", scale=scale, axis=up),
        )
        chart = base.mark_line(color=ACCENT) + base.mark_point(color=ACCENT, filled=True, size=40)
        chart = chart.properties(width=300, height=190)
        chart.config = alt.Config(**{**config(), "background": PAPER})
        chart.save(folder / f"scale-{name}.svg")
        print(f"wrote scale-{name}.svg")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("scenario", nargs="?", default="ukraine-2025")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--plots", type=Path, default=None, help="folder for the pictures")
    parser.add_argument("--only", choices=("peer", "growth"), default=None)
    given = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.machine()}, one thread")
    with one_thread():
        if given.only != "growth":
            compare(given.scenario, given.quick)
        if given.only != "peer":
            found = grow(given.quick)
            if given.plots is not None:
                plot(found, given.plots)


if __name__ == "__main__":
    main()
