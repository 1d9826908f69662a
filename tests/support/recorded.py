"""A small war with a record, whose posterior can be worked out by hand."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from winset.scenario import Scenario, load

#: y_t = rate + wander_t + e_t; rate ~ N(10, 3), wander a random walk of step 1 from 0, e ~ N(0, 2)
SIEGE = """\
winset: 1
id: siege
title: Siege
as_of: "2003-12-31"
start: "2004-01"
parties:
  a: {name: A}
  b: {name: B}
quantities:
  rate: {family: normal, parameters: [40, 1], confidence: J}
  step: {value: 1, unit: 1/month, confidence: J}
  hits: {low: 0.5, mid: 0.7, high: 0.9, bounds: [0, 1], confidence: J}
  camp: {value: 7, confidence: J}
state:
  wander: {start: 0, confidence: J}
  stores: {start: camp, low: 0, confidence: J}
derived:
  gain: {value: rate + wander, confidence: J}
flows:
  wanders: {to: wander, rate: "normal(0, 1) * step", confidence: J}
  eaten: {take_from: stores, rate: lever.supply * step, confidence: J}
events:
  over: {rate: 0.2, outcome: falls, confidence: J}
outcomes:
  falls: {victor: a, label: It falls}
levers:
  supply: {today: 1, confidence: J}
issues:
  town: {options: {A: {}, B: {}}, no_deal: B, power: [a]}
preferences:
  a: {weights: {town: 1}, scores: {town: {A: 100, B: 0}}, war_cost: 0.01, confidence: J}
  b: {weights: {town: 1}, scores: {town: {A: 0, B: 100}}, war_cost: 0.01, confidence: J}
worldviews:
  high: {label: High, confidence: J, set: {rate: 45, camp: 9}}
  low: {label: Low, confidence: J}
calibration:
  start: "2001-01"
  fit_until: "2002-12"
  score_until: "2003-10"
  levers: {supply: {"2001-03": 0.5, "2002-01": 0}}
  given: {camp: {value: 5, confidence: J}}
  free:
    rate: {prior: {family: normal, parameters: [10, 3], confidence: J}, now: gain}
    hits: {prior: {low: 0.2, mid: 0.5, high: 0.8, bounds: [0, 1], confidence: J}}
  series:
    gain:
      label: Ground gained
      group: ground
      file: gains.csv
      value: km2
      reading: gain
      error: {sd: {value: 2, confidence: J}}
    hit:
      label: Share hit
      group: fire
      file: shots.csv
      value: hit
      of: shot
      where: {kind: [gun, mortar]}
      reading: hits
      trials: 50
      scale: logit
      confidence: J
      error: {sd: {value: 0.001, confidence: J}}
"""
FITTED, MONTHS = 24, 34
HEAD = ("month", "km2")


def siege(folder: Path, text: str = SIEGE) -> Scenario:
    file = folder / "siege.yaml"
    file.write_text(text, encoding="utf-8")
    return load(file)


def month(index: int) -> str:
    return f"{2001 + index // 12}-{index % 12 + 1:02d}"


def table(file: Path, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(head)
        writer.writerows(rows)


def record(folder: Path, seed: int, rate: float = 12.0, hits: float = 0.6) -> NDArray[np.float64]:
    """Write a record of the siege made by other means than the engine's; the gains, [MONTHS]."""
    luck = np.random.default_rng(seed)
    wander = np.concatenate([[0.0], np.cumsum(luck.standard_normal(MONTHS - 1))])
    gains = rate + wander + 2 * luck.standard_normal(MONTHS)
    table(folder / "gains.csv", HEAD, [(f"{month(t)}-28", g) for t, g in enumerate(gains)])
    shots = []
    for t in range(MONTHS):
        for kind, n in (("gun", 30), ("mortar", 20), ("stone", 10)):
            shots.append((month(t), kind, int(luck.binomial(n, hits)), n))
    table(folder / "shots.csv", ("month", "kind", "hit", "shot"), shots)
    return gains


def kalman(gains: NDArray[np.float64], ahead: int) -> tuple[float, float]:
    """Mean and spread of y `ahead` months after the last of `gains`, exactly."""
    mean, var = 10.0, 9.0
    for t, y in enumerate(gains):
        if t:
            var += 1.0
        gain = var / (var + 4.0)
        mean, var = mean + gain * (y - mean), (1 - gain) * var
    return mean, float(np.sqrt(var + ahead * 1.0 + 4.0))
