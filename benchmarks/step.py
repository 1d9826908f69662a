"""How fast the compiled month is: path-months a second, and against a kernel written by hand.

    python benchmarks/step.py [SCENARIO]

1. A war of 7 stocks and 9 normal numbers a month, written in the scenario language, against the
   same equations written by hand for numba, with numba's own generator of normal numbers. To
   reach: at most 1.5 times the time of the hand-written one.
2. The war of a real scenario (default: ukraine-2025, where it is bundled). To reach: 5 million
   path-months a second on two cores, aiming at 10.

Best of several runs, on one thread and on two. The time is what the threads got of the cores, which
is the clock's on a machine that does nothing else, and nearly so on one that does.
"""

from __future__ import annotations

import math
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numba
import numpy as np

from winset.errors import ScenarioError
from winset.scenario import load
from winset.scenario.sampling import sample
from winset.war import compile_war
from winset.war.hidden import draw_hypotheses, start_inputs

PATHS = 1 << 14
MONTHS = 40
REPEATS = 12

SEVEN = """
winset: 1
id: seven
title: Seven stocks, nine normal numbers
as_of: "2000-01-01"
start: 2000-01
months: 60
parties: {a: {name: A}, b: {name: B}}
quantities:
  loss: {value: 0.02, unit: 1/month}
  fill: {value: 0.018, unit: 1/month}
  wear: {value: 0.004, unit: 1/month}
  pace: {value: 120, unit: 1/month}
  hazard: {value: 0.004, unit: 1/month}
  hard: {value: 10, unit: 1/month}
  shake: {value: 0.01, unit: 1/month}
state:
  front: {start: 0, low: -20000, high: 20000}
  men_a: {start: 300, low: 20, high: 900}
  men_b: {start: 500, low: 50, high: 1500}
  arms_a: {start: 1, low: 0, high: 2}
  arms_b: {start: 1, low: 0, high: 2}
  will_a: {start: 1, low: 0.2, high: 1.1}
  will_b: {start: 1, low: 0.2, high: 1.1}
derived:
  odds: {value: men_b * arms_b / (men_a * arms_a + 1)}
  fire_a: {value: "loss * men_b * arms_b * (1 + 0.1 * normal(0, 1))", unit: 1/month}
  fire_b: {value: "loss * men_a * arms_a * (1 + 0.1 * normal(0, 1))", unit: 1/month}
flows:
  line: {to: front, rate: "pace * (odds - 1) * (1 + 0.2 * normal(0, 1))"}
  dead_a: {take_from: men_a, rate: fire_a}
  dead_b: {take_from: men_b, rate: fire_b}
  fresh_a: {to: men_a, rate: "fill * 300 * will_a * (1 + 0.1 * normal(0, 1))"}
  fresh_b: {to: men_b, rate: "fill * 500 * will_b * (1 + 0.1 * normal(0, 1))"}
  supply_a: {to: arms_a, rate: "0.1 * (1 - arms_a) + 0.03 * normal(0, 1)"}
  supply_b: {to: arms_b, rate: "0.1 * (1 - arms_b) + 0.03 * normal(0, 1)"}
  tired_a: {take_from: will_a, rate: "wear * (1 + fire_a / hard) + shake * normal(0, 1)"}
  tired_b: {take_from: will_b, rate: "wear * (1 + fire_b / hard) + shake * normal(0, 1)"}
events:
  breaks_a: {rate: "hazard * exp(3 * (1 - will_a)) * odds", outcome: b_wins}
  breaks_b: {rate: "hazard * exp(3 * (1 - will_b)) / (odds + 0.1)", outcome: a_wins}
outcomes: {a_wins: {victor: a}, b_wins: {victor: b}}
"""


@numba.njit(nogil=True, error_model="numpy")
def by_hand(state: Any, q: Any, row: Any, alive: Any, ended: Any) -> None:
    """One month of `SEVEN`, as one would write it."""
    for p in range(state.shape[0]):
        if not alive[p]:
            continue
        loss, fill, wear, pace, hazard, hard, shake = q[row[p]]
        front, men_a, men_b, arms_a, arms_b, will_a, will_b = state[p]
        odds = men_b * arms_b / (men_a * arms_a + 1.0)
        fire_a = loss * men_b * arms_b * (1.0 + 0.1 * np.random.standard_normal())
        fire_b = loss * men_a * arms_a * (1.0 + 0.1 * np.random.standard_normal())
        line = pace * (odds - 1.0) * (1.0 + 0.2 * np.random.standard_normal())
        fresh_a = fill * 300.0 * will_a * (1.0 + 0.1 * np.random.standard_normal())
        fresh_b = fill * 500.0 * will_b * (1.0 + 0.1 * np.random.standard_normal())
        supply_a = 0.1 * (1.0 - arms_a) + 0.03 * np.random.standard_normal()
        supply_b = 0.1 * (1.0 - arms_b) + 0.03 * np.random.standard_normal()
        tired_a = wear * (1.0 + fire_a / hard) + shake * np.random.standard_normal()
        tired_b = wear * (1.0 + fire_b / hard) + shake * np.random.standard_normal()
        rate_a = hazard * math.exp(3.0 * (1.0 - will_a)) * odds
        rate_b = hazard * math.exp(3.0 * (1.0 - will_b)) / (odds + 0.1)
        total = rate_a + rate_b
        end = -1
        if np.random.random() < 1.0 - math.exp(-total):
            end = 1 if np.random.random() * total < rate_a else 0
        state[p, 0] = min(max(front + line, -20000.0), 20000.0)
        state[p, 1] = min(max(men_a - fire_a + fresh_a, 20.0), 900.0)
        state[p, 2] = min(max(men_b - fire_b + fresh_b, 50.0), 1500.0)
        state[p, 3] = min(max(arms_a + supply_a, 0.0), 2.0)
        state[p, 4] = min(max(arms_b + supply_b, 0.0), 2.0)
        state[p, 5] = min(max(will_a - tired_a, 0.2), 1.1)
        state[p, 6] = min(max(will_b - tired_b, 0.2), 1.1)
        ended[p] = end


class Compiled:
    """Paths of a scenario's war, stepped by what winset compiles; every path is kept alive."""

    def __init__(self, scenario: Any) -> None:
        worldview = scenario.worldviews[0]
        began = time.perf_counter()
        self.drawn = drawn = sample(scenario, worldview, 128, 8, 1)
        self.war = war = compile_war(scenario, {})
        self.params = war.params(drawn, scenario, worldview)
        self.row = np.repeat(np.arange(128, dtype=np.int64), PATHS // 128)
        self.path = np.tile(np.arange(PATHS // 128, dtype=np.int64), 128)
        levels = scenario.strategy("today").levers
        level = np.array([levels[lever] for lever in war.levers], dtype=float)
        self.target = np.tile(level, (PATHS, 1))
        self.hyp = draw_hypotheses(scenario, war, drawn, worldview, 1, self.row, self.path)
        self.inputs = start_inputs(scenario, war, drawn, worldview, self.row, self.hyp)
        self.state = war.start(self.params, self.row)
        self.alive = np.ones(PATHS, dtype=np.bool_)
        self.ended = np.full(PATHS, -1, dtype=np.int16)
        self.fired = np.zeros((PATHS, len(war.learned)), dtype=np.int8)
        self.signal = np.zeros((PATHS, len(war.signals)), dtype=np.int8)
        self.play(slice(0, 64), 1)
        self.ready = time.perf_counter() - began

    def play(self, part: slice, months: int) -> None:
        for month in range(months):
            self.war.step(
                self.state[part], self.params, self.row[part], self.target[part], self.hyp[part],
                self.inputs[part], month, 1, self.row[part], self.path[part], self.alive[part],
                sample_endings=True, ended=self.ended[part], fired=self.fired[part],
                signal=self.signal[part],
            )  # fmt: skip


class ByHand:
    """The same paths, stepped by hand."""

    def __init__(self, like: Compiled) -> None:
        names = ("loss", "fill", "wear", "pace", "hazard", "hard", "shake")
        self.q = np.stack([like.drawn.values[name] for name in names], axis=1)
        self.row = like.row
        self.state = like.war.start(like.params, like.row)
        self.alive, self.ended = like.alive, like.ended.copy()
        self.play(slice(0, 64), 1)

    def play(self, part: slice, months: int) -> None:
        for _ in range(months):
            by_hand(self.state[part], self.q, self.row[part], self.alive[part], self.ended[part])


def speed(play: Callable[[slice, int], None], threads: int) -> float:
    """Path-months a second, the best of several runs."""
    # Pieces that stay in a core's cache, as where a study plays them.
    size = 1 << 11
    pieces = [slice(i, i + size) for i in range(0, PATHS, size)]

    def timed(piece: slice) -> float:
        began = time.thread_time()
        play(piece, MONTHS)
        return time.thread_time() - began

    best = math.inf
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(REPEATS):
            best = min(best, sum(pool.map(timed, pieces)) / threads)
    return PATHS * MONTHS / best


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "seven.yaml"
        file.write_text(SEVEN, encoding="utf-8")
        seven = Compiled(load(file))
    hand = ByHand(seven)
    print(f"{'million path-months a second':44}{'1 core':>8}{'2 cores':>9}")
    ours = [speed(seven.play, n) for n in (1, 2)]
    theirs = [speed(hand.play, n) for n in (1, 2)]
    show("7 stocks, 9 normals: winset", ours)
    show("7 stocks, 9 normals: by hand in numba", theirs)
    ratio = theirs[0] / ours[0]
    print(f"time against by hand, 1 core: {ratio:.2f} (to reach: 1.50 or less)")
    for name in sys.argv[1:] or ["ukraine-2025"]:
        try:
            scenario = load(name)
        except ScenarioError as error:
            print(f"{name}: not measured ({error.problems[0]})")
            continue
        real = Compiled(scenario)
        spec = scenario.spec
        size = f"{len(spec.state)} stocks, {len(spec.levers)} levers"
        rates = [speed(real.play, n) for n in (1, 2)]
        show(f"{name}: {size}", rates)
        print(f"2 cores: {rates[1] / 1e6:.1f} million (to reach: 5, aiming at 10);", end=" ")
        print(f"ready after {real.ready:.1f} s")


def show(name: str, rates: list[float]) -> None:
    print(
        f"{name:44}"
        + "".join(f"{rate / 1e6:{w}.1f}" for rate, w in zip(rates, (8, 9), strict=True))
    )


if __name__ == "__main__":
    main()
