"""The whole of it: simulate, fit to the months before the cut-off, score the rest, check the fit.

Two fits rest on the same simulations: one to `fit_until`, whose months to come are scored, and one
to `score_until`, which says what the quantities are by all that is on record, beside the
scenario's own ranges.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from winset.errors import OverrideError
from winset.history.earlier import calibration_of
from winset.history.fit import Fit
from winset.history.observe import observe
from winset.history.record import Record, read_record
from winset.history.reproduce import Shape, reproduce
from winset.history.sbc import Ranks, ranks
from winset.history.score import Scored, score
from winset.history.simulate import simulate
from winset.scenario import Scenario
from winset.scenario.distributions import quantile
from winset.scenario.overrides import nearest
from winset.scenario.schema.calibration import Calibration

Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]

#: what is played unless said otherwise, and what checks the fit
SIMULATIONS: Final = 40_000
CHECKS: Final = 400
LEAST: Final = 4_000
TENTHS: Final = np.array([0.1, 0.5, 0.9])


@dataclass(frozen=True)
class Number:
    """A free quantity: 10th, 50th and 90th percentile before (`prior`) and after the fit to the
    cut-off (`fitted`) and to all months (`latest`); `now`: what it has become by the end of all
    months, which `stated`, the scenario's own range, speaks of (None where it is a formula or
    disputed); `far`: share of simulations whose summary of it lies below the record's.
    """

    id: str
    prior: Floats
    fitted: Floats
    latest: Floats
    now: Floats
    stated: Floats | None
    far: float


@dataclass(frozen=True)
class Calibrated:
    """What `calibrate` found. `fit`: to the cut-off; `latest`: to all months."""

    scenario: Scenario
    block: Calibration
    record: Record
    worldviews: tuple[str, ...]
    simulations: int
    seed: int
    independent: bool
    fit: Fit
    scores: Sequence[Scored]
    ranks: Ranks
    latest: Fit
    numbers: Sequence[Number]
    shapes: Sequence[Shape]

    def errors(self) -> Mapping[str, Floats]:
        """Posterior tenths of each uncertain error of the record, fitted to the cut-off."""
        return {
            t.id: self.fit.quantiles(j, TENTHS)
            for j, t in enumerate(self.fit.targets)
            if t.kind == "error"
        }


def calibrate(
    scenario: Scenario,
    data: str | Path,
    *,
    worldviews: Sequence[str] | None = None,
    simulations: int = SIMULATIONS,
    checks: int = CHECKS,
    seed: int = 1,
    independent: bool = False,
    progress: Progress | None = None,
) -> Calibrated:
    """Fit the war to the series in the folder `data` and score the months held back.

    worldviews: those that take equal parts of the simulations, default all. simulations: at least
    4,000. checks: simulated records held apart for simulation-based calibration. independent:
    errors of the record do not carry over from month to month. progress: told (stage, done, of).

    Raises ScenarioError where the scenario has no `calibration` or the data do not fit it,
    OverrideError for an unknown worldview or too few simulations.
    """
    block = calibration_of(scenario)
    chosen = _worldviews(scenario, worldviews)
    if simulations < LEAST or not 0 < checks <= simulations // 10:
        raise OverrideError(
            f"{simulations:,} simulations of which {checks:,} check the fit: at least {LEAST:,} are"
            " needed, and at most a tenth of them can be held apart"
        )
    say = progress or (lambda stage, done, of: None)
    record = read_record(block, data)
    played = simulate(
        scenario, chosen, simulations, record.months, seed,
        lambda done: say("wars simulated", done, simulations),
    )  # fmt: skip
    say("fits", 0, 2)
    seen = observe(block, played, record, record.fitted, seed, independent=independent)
    fit = Fit(block, played, seen, record, record.fitted, checks)
    say("fits", 1, 2)
    seen = observe(block, played, record, record.months, seed, independent=independent)
    latest = Fit(block, played, seen, record, record.months, checks)
    say("fits", 2, 2)
    asked = len(fit.targets)
    found = ranks(fit, lambda done: say("numbers checked on simulated records", done, asked))
    return Calibrated(
        scenario, block, record, chosen, simulations, seed, independent, fit, score(fit), found,
        latest, _numbers(scenario, fit, latest), reproduce(latest),
    )  # fmt: skip


def _worldviews(scenario: Scenario, wanted: Sequence[str] | None) -> tuple[str, ...]:
    if not wanted:
        return scenario.worldviews
    for name in wanted:
        if name not in scenario.worldviews:
            near = nearest(name, scenario.worldviews)
            hint = f" (did you mean {near}?)" if near else ""
            known = ", ".join(scenario.worldviews)
            raise OverrideError(f"there is no worldview {name!r}{hint}; allowed: {known}")
    return tuple(dict.fromkeys(wanted))


def _numbers(scenario: Scenario, fit: Fit, latest: Fit) -> list[Number]:
    out = []
    for id_, free in fit.block.free.items():
        j, k = fit.find("free", id_), latest.find("free", id_)
        own = scenario.quantities[id_]
        stated = None if own.formula is not None or own.disputed else quantile(own, TENTHS)
        now = latest.quantiles(k, TENTHS)
        out.append(
            Number(
                id_,
                np.quantile(fit.natural[:, j], TENTHS),
                fit.quantiles(j, TENTHS),
                now,
                now if free.now is None else latest.quantiles(latest.find("now", id_), TENTHS),
                stated,
                float(latest.far["m"][k]),
            )
        )
    return out
