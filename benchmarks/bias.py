# ruff: noqa: E501
"""Errors of the solver's shortcuts on random cells, in points of P(durable), with the same luck.

    python benchmarks/bias.py [--scenario ID_OR_FOLDER] [--cells 20] [--only NAMES] [--pick SEED]

Tables: `reference` (default settings against large ones; one cause at a time; the quick ones and
each of their shortcuts), `check` (fitted values of fighting on against what forward play under the
holder's own beliefs brings), `nested` (pooled regression against one draw solved alone), `switches`
(refusals that inform off, horizon doubled, half the errors in acceptance). A cell is a worldview
and a strategy drawn at random. Every difference is paired: same draws, same luck of forward play.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock

import numpy as np

from winset.scenario import Scenario, load
from winset.scenario.sampling import Sample, sample
from winset.talks import problem as problem_module
from winset.talks.cell import LIGHT, Settings
from winset.talks.lsmc import Policy, solve
from winset.talks.paths import Record
from winset.talks.play import Player
from winset.talks.problem import Problem, prepare
from winset.talks.regression import Fit
from winset.talks.texts import Texts

Cell = tuple[str, str]
DEFAULT = Settings()
LARGE: dict[str, Any] = {
    "solver_paths": 4 * DEFAULT.solver_paths, "rounds": 4, "refresh": 1, "texts": 64, "searched": 16,
    "cross_fit": True, "refit": 1,
}  # fmt: skip
QUICK: dict[str, Any] = {"draws": 32, "paths": 64}
MEASURES = ("durable", "signed", "signed_24", "fighting_on")


@dataclass
class Run:
    """One cell run: per-draw measures [D], CPU seconds."""

    by_draw: dict[str, np.ndarray]
    seconds: float

    def mean(self, name: str) -> float:
        return float(self.by_draw[name].mean())


def run(scenario: Scenario, cell: Cell, **changes: Any) -> Run:
    began = time.process_time()
    problem = prepare(scenario, *cell, replace(DEFAULT, **changes))
    policy = solve(problem)
    record = Player(problem, policy).play()[0]
    seconds = time.process_time() - began
    return Run(measures(problem, policy, record), seconds)


def measures(problem: Problem, policy: Policy, record: Record) -> dict[str, np.ndarray]:
    draws, paths = problem.deals.draws, problem.settings.paths
    signed = record.signed_at >= 0

    def mean(values: np.ndarray) -> np.ndarray:
        return np.bincount(record.draw, weights=values, minlength=draws) / paths

    out = {
        "durable": mean(np.where(signed, record.lasting, 0.0)),
        "signed": mean(signed.astype(float)),
        "signed_24": mean((signed & (record.signed_at < 24)).astype(float)),
    }
    # the value of fighting on of the world's types, averaged over signatories
    worth = np.zeros(draws)
    for s in range(len(problem.parties)):
        own = policy.start[:, problem.table.row_of[s]]
        worth += (own * problem.priors.world_types).sum(axis=1) / len(problem.parties)
    out["fighting_on"] = worth
    return out


def random_cells(scenario: Scenario, count: int, seed: int) -> list[Cell]:
    grid = [(w, s) for w in scenario.worldviews for s in scenario.strategies]
    order = np.random.default_rng(seed).permutation(len(grid))
    return [grid[k] for k in order[:count]]


@dataclass
class Column:
    """Paired differences of one change over cells, in points (hundredths)."""

    label: str
    rows: list[dict[str, float]]
    noise: list[float]
    seconds: list[float]
    base: list[float]

    @staticmethod
    def of(label: str) -> "Column":
        return Column(label, [], [], [], [])

    def add(self, changed: Run, against: Run, count: int | None = None) -> None:
        """`changed` minus `against` over their first `count` draws (all where they have as many)."""
        n = count or min(len(changed.by_draw["durable"]), len(against.by_draw["durable"]))
        gaps = {m: changed.by_draw[m][:n] - against.by_draw[m][:n] for m in MEASURES}
        self.rows.append({m: 100 * float(g.mean()) for m, g in gaps.items()})
        self.noise.append(100 * float(gaps["durable"].std() / np.sqrt(n)))
        self.seconds.append(changed.seconds)
        self.base.append(against.seconds)

    def line(self) -> str:
        gap = {m: np.array([row[m] for row in self.rows]) for m in MEASURES}
        durable = gap["durable"]
        text = f"  {self.label:<44} {durable.mean():+6.2f} {np.abs(durable).mean():6.2f}"
        text += f" {np.abs(durable).max():6.2f} {np.mean(self.noise):6.2f}"
        for m in MEASURES[1:]:
            text += f" {np.abs(gap[m]).mean():6.2f}"
        return text + f" {np.mean(self.seconds):7.2f}"


HEAD = (
    f"  {'':<44} {'P(durable)':^27} {'signed':>6} {'by 24':>6} {'fight':>6} {'CPU s':>7}\n"
    f"  {'points':<44} {'mean':>6} {'|mean|':>6} {'worst':>6} {'noise':>6}"
    f" {'|mean|':>6} {'|mean|':>6} {'|mean|':>6}"
)


def large(scenario: Scenario, cells: list[Cell]) -> None:
    """Default against large settings alone: the first lines of `reference`, in a third of its time."""
    total = Column.of("default against large settings")
    for cell in cells:
        base, more = run(scenario, cell), run(scenario, cell, **LARGE)
        total.add(base, more)
        worth = f"default {base.mean('durable'):.4f}, large {more.mean('durable'):.4f}"
        print(f"  {' '.join(cell):<44} {worth}", flush=True)
    print("\nDefault minus large settings, same draws and luck of forward play")
    print(HEAD)
    print(total.line())


def reference(scenario: Scenario, cells: list[Cell]) -> None:
    """Default against large settings, what each of them does alone, and the shortcuts of `--quick`."""
    total = Column.of("default against large settings")
    causes = {
        "large settings' solver paths (x4) alone": {"solver_paths": LARGE["solver_paths"]},
        "their rounds (4) alone": {"rounds": LARGE["rounds"]},
        "their monthly re-pricing alone": {"refresh": 1},
        "their texts (64 kept, 16 draws searched) alone": {"texts": 64, "searched": 16},
        "draws x4 alone (the same first draws)": {
            "draws": 4 * DEFAULT.draws, "replicates": 4 * DEFAULT.replicates,
        },
        "another solver's luck": {"solver_paths": DEFAULT.solver_paths + 1},
    }  # fmt: skip
    shortcuts = {
        **{f"{k} {v}": {k: v} for k, v in LIGHT.items() if getattr(DEFAULT, k) != v},
        "all shortcuts": dict(LIGHT),
        "all but refresh": {k: v for k, v in LIGHT.items() if k != "refresh"},
    }
    alone = {name: Column.of(name) for name in causes}
    small = {name: Column.of(name) for name in shortcuts}
    grid = Column.of("32 x 64 with the default solver, against the same of large settings")
    quick = Column.of("32 x 64 with all shortcuts, against the same of large settings")
    per_cell = []
    for number, cell in enumerate(cells):
        base = run(scenario, cell)
        large = run(scenario, cell, **LARGE)
        total.add(base, large)
        worth = [base.mean("durable"), large.mean("durable")]
        per_cell.append((cell, *worth, total.noise[-1]))
        print(f"  {' '.join(cell):<44} default {worth[0]:.4f}, large {worth[1]:.4f}", flush=True)
        if number >= max(2, len(cells) // 6):  # one cause at a time on fewer cells
            continue
        for name, change in causes.items():
            alone[name].add(run(scenario, cell, **change), base, DEFAULT.draws)
        for name, change in shortcuts.items():
            small[name].add(run(scenario, cell, **change), base)
        coarse = run(scenario, cell, **{**LARGE, **QUICK, "solver_paths": 64})
        grid.add(run(scenario, cell, **QUICK), coarse)
        quick.add(run(scenario, cell, **{**LIGHT, **QUICK}), coarse)
    print("\nDefault minus large settings, same draws and luck of forward play")
    print(HEAD)
    print(total.line())
    print("One change at a time, minus default")
    for column in alone.values():
        print(column.line())
    print("Shortcuts one at a time, minus default")
    for column in small.values():
        print(column.line())
    print("At 32 draws x 64 paths")
    print(grid.line())
    print(quick.line(), flush=True)


class Checker(Player):
    """Forward play after talks that failed in month 0: what the fitted value of fighting on at the
    start is about. An armistice counts as its worth when signed, as in the solver."""

    def _meets(self, t: int) -> np.ndarray:
        met = super()._meets(t)
        return np.zeros_like(met) if t == 0 else met

    def _talk(self, t: int, *beliefs: Any) -> None:
        super()._talk(t, *beliefs)
        if t == 0:
            self.cooling[:] = True

    def _sign(self, t: int, who: np.ndarray, out: dict[str, np.ndarray]) -> None:
        sealed = np.where(out["sealed"] == 2, 1, out["sealed"])
        super()._sign(t, who, {**out, "sealed": sealed})


def check(scenario: Scenario, cells: list[Cell]) -> None:
    """Fitted C at the start against realised values under each holder's own beliefs."""
    print("\nFitted value of fighting on minus what forward play brings, hundredths of a stake")
    print(f"  {'':<44} {'fitted':>8} {'realised':>8} {'gap':>7} {'se':>6}")
    gaps = []
    for cell in cells:
        problem = prepare(scenario, *cell, replace(DEFAULT, paths=512))
        policy = solve(problem)
        for s, party in enumerate(problem.parties):
            own = replace(
                problem.priors,
                world_types=problem.priors.types[s],
                world_hidden=problem.priors.hidden[s],
            )
            record = Checker(replace(problem, priors=own), policy).play()[0]
            rows = problem.table.row_of[s, record.truth]
            for i in np.flatnonzero(problem.row_party == s):
                mine = rows == i
                if mine.mean() < 0.02:
                    continue
                fitted = policy.start[record.draw[mine], i]
                gap = fitted - record.value[mine, s]
                spread = np.bincount(record.draw[mine], weights=gap - gap.mean())
                se = np.sqrt((spread**2).sum()) / len(gap)
                gaps.append((100 * gap.mean(), 100 * se, mine.mean()))
                label = f"{' '.join(cell)} {party} {problem.deals.rows[i].type}"
                print(
                    f"  {label:<52.52} {100 * fitted.mean():8.2f}"
                    f" {100 * record.value[mine, s].mean():8.2f}"
                    f" {100 * gap.mean():+7.2f} {100 * se:6.2f}",
                    flush=True,
                )
    gap, se, share = np.array(gaps).T
    print(
        f"  weighted by how likely a type is: mean {np.average(gap, weights=share):+.2f}, mean size"
        f" {np.average(np.abs(gap), weights=share):.2f} (noise alone would give"
        f" {np.average(0.8 * se, weights=share):.2f}), worst {np.abs(gap).max():.2f}"
    )


def nested(scenario: Scenario, cells: list[Cell], draws: int = 3, paths: int = 64) -> None:
    """The pooled regression against one draw solved alone, both with many paths, same texts."""
    print(f"\nPooled regression minus a solve of its own for single draws, {draws} a cell")
    print(f"  {'':<44} {'C':>16} {'P(durable)':>20}")
    print(f"  {'points':<44} {'mean':>8} {'|mean|':>7} {'pooled':>8} {'alone':>7} {'gap':>6}")
    worth, lasts = [], []
    for cell in cells:
        problem = prepare(scenario, *cell, replace(DEFAULT, solver_paths=16))
        policy = solve(problem)
        for d in np.linspace(0, DEFAULT.draws - 1, draws).astype(int):
            single = _single(scenario, cell, problem, int(d))
            own = solve(single)
            moved = tuple(tuple(_only(f, int(d)) for f in fits) for fits in policy.fits)
            at = tuple(Player(single, p).play()[0] for p in (replace(policy, fits=moved), own))
            prior = single.priors.world_types[:, None, :]
            types = prior[0, 0][None] * np.ones((len(problem.parties), 1))
            gap = np.array(
                [
                    (
                        types[s]
                        * (policy.start[d] - own.start.mean(axis=0))[problem.table.row_of[s]]
                    ).sum()
                    for s in range(len(problem.parties))
                ]
            )
            durable = [float(np.where(r.signed_at >= 0, r.lasting, 0.0).mean()) for r in at]
            worth.extend(100 * gap)
            lasts.append(100 * (durable[0] - durable[1]))
            print(
                f"  {' '.join(cell) + f' draw {d}':<44} {100 * gap.mean():+8.2f}"
                f" {100 * np.abs(gap).mean():7.2f} {100 * durable[0]:8.2f} {100 * durable[1]:7.2f}"
                f" {lasts[-1]:+6.2f}",
                flush=True,
            )
    print(
        f"  all: C mean {np.mean(worth):+.2f}, mean size {np.abs(worth).mean():.2f}; P(durable)"
        f" mean {np.mean(lasts):+.2f}, mean size {np.abs(lasts).mean():.2f},"
        f" worst {np.abs(lasts).max():.2f}"
    )


def _only(fit: Fit, d: int) -> Fit:
    return replace(fit, intercept=np.full_like(fit.intercept, fit.intercept[d]))


def _single(scenario: Scenario, cell: Cell, pooled: Problem, d: int) -> Problem:
    """The cell with every draw equal to one of its draws and that draw's texts."""

    def repeated(*args: Any, **more: Any) -> Sample:
        drawn = sample(*args, **more)
        same = np.full(len(drawn.replicate), d)
        return Sample(
            {k: v[same] for k, v in drawn.values.items()},
            {k: v[same] for k, v in drawn.believed.items()},
            drawn.replicate,
        )

    def kept(deals: Any, *rest: Any) -> Texts:
        texts = pooled.texts
        return Texts(
            texts.packages, np.repeat(texts.kept[d : d + 1], deals.draws, axis=0),
            texts.armistice, texts.loss,
        )  # fmt: skip

    with (
        mock.patch.object(problem_module, "_sampled", repeated),
        mock.patch.object(problem_module, "choose_candidates", kept),
    ):
        return prepare(scenario, *cell, replace(DEFAULT, solver_paths=8))


def switches(scenario: Scenario, cells: list[Cell]) -> None:
    """Refusals that inform off, horizon doubled, half the errors in acceptance: minus default."""
    changes: dict[str, dict[str, Any]] = {
        "refusals that inform: off": {"refusals_inform": False},
        "horizon doubled": {"months": 2 * DEFAULT.months},
        "errors in acceptance (tau) halved": {"temperature_factor": 0.5},
    }
    columns = {name: Column.of(name) for name in changes}
    for cell in cells:
        base = run(scenario, cell)
        for name, change in changes.items():
            columns[name].add(run(scenario, cell, **change), base)
    print("\nSwitches, minus default")
    print(HEAD)
    for column in columns.values():
        print(column.line())
    worst = {name: max(abs(r["signed_24"]) for r in c.rows) for name, c in columns.items()}
    print("  worst in signed by month 24: " + ", ".join(f"{k} {v:.2f}" for k, v in worst.items()))


TABLES: dict[str, Callable[[Scenario, list[Cell]], None]] = {
    "reference": reference, "check": check, "nested": nested, "switches": switches, "large": large,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenario", default="ukraine-2025")
    parser.add_argument("--cells", type=int, default=20)
    parser.add_argument("--pick", type=int, default=7, help="seed of the choice of cells")
    parser.add_argument(
        "--only", default="reference,check,nested,switches", help="tables, with commas between"
    )
    given = parser.parse_args()
    scenario = load(given.scenario)
    cells = random_cells(scenario, given.cells, given.pick)
    run(scenario, cells[0], draws=4, paths=4, months=3)  # compiled before the clock starts
    print(f"{scenario.id}, {len(cells)} cells, {DEFAULT}")
    for name in given.only.split(","):
        few = cells[: max(2, given.cells // 4)] if name in ("check", "nested") else cells
        TABLES[name](scenario, few)


if __name__ == "__main__":
    main()
