"""The block `calibration`: months in order, names that exist, numbers that fit, marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from winset.scenario.evidence import Origin, standing
from winset.scenario.findings import Findings
from winset.scenario.hoisting import Path
from winset.scenario.overrides import merged
from winset.scenario.scenario import Scenario
from winset.scenario.schema.base import Quantity
from winset.scenario.schema.calibration import Calibration, Series

_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_HOME: Final = "calibration"
#: months that a series must have in the fit to say anything of its course
LEAST_MONTHS: Final = 6


def month_number(text: str) -> int:
    """Months since the year 0 of a text YYYY-MM. Raises `ValueError` where it is none."""
    if not _MONTH.fullmatch(text):
        raise ValueError(f"{text!r} is no month")
    return 12 * int(text[:4]) + int(text[5:]) - 1


def month_name(number: int) -> str:
    """YYYY-MM of a number of months since the year 0."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def check_calibration(
    scenario: Scenario, strict: bool, dropped: frozenset[Path], findings: Findings
) -> None:
    """Everything about the block but names and units in its expressions, which go with all
    others.
    """
    block = scenario.spec.calibration
    if block is None:
        return
    _months(block, findings)
    _levers(scenario, block, findings)
    for part, id_, quantity in _quantities(block):
        path: Path = (_HOME, part, id_)
        if id_ not in scenario.spec.quantities and ("quantities", id_) not in dropped:
            findings.unknown(path, "quantity", id_, scenario.spec.quantities)
            continue
        _number(merged(scenario.spec.quantities[id_], quantity), path, findings)
        if part == "free" and (quantity.formula is not None or quantity.value is not None):
            findings.problem(path, "a prior must be spread: low, mid, high, or a family")
    for id_ in block.free.keys() & block.given.keys():
        findings.problem((_HOME, "given", id_), "this is free: it cannot be given too", found=id_)
    if not block.free:
        findings.problem((_HOME, "free"), "nothing is free: name a quantity to be fitted")
    if not any(series.scored for series in block.series.values()):
        findings.problem((_HOME, "series"), "no series is scored")
    for id_, series in block.series.items():
        _series(series, (_HOME, "series", id_), findings)
    if strict:
        _marks(scenario, block, findings)


def _quantities(block: Calibration) -> Iterator[tuple[str, str, Quantity]]:
    for id_, quantity in block.given.items():
        yield "given", id_, quantity
    for id_, free in block.free.items():
        yield "free", id_, free.prior


def _months(block: Calibration, findings: Findings) -> None:
    known = []
    for name in ("start", "fit_until", "score_until"):
        text = getattr(block, name)
        if not _MONTH.fullmatch(text):
            findings.problem((_HOME, name), "a month is due here", found=text, allowed="YYYY-MM")
        else:
            known.append(month_number(text))
    if len(known) < 3:
        return
    start, fitted, scored = known
    if fitted - start + 1 < LEAST_MONTHS:
        message = f"at least {LEAST_MONTHS} months must be fitted"
        findings.problem((_HOME, "fit_until"), message, found=block.fit_until)
    if scored <= fitted:
        message = "the months scored come after those fitted"
        findings.problem((_HOME, "score_until"), message, found=block.score_until)


def _levers(scenario: Scenario, block: Calibration, findings: Findings) -> None:
    for id_, level in block.levers.items():
        path: Path = (_HOME, "levers", id_)
        if id_ not in scenario.spec.levers:
            findings.unknown(path, "lever", id_, scenario.spec.levers)
        for month, value in level.items() if isinstance(level, dict) else ((None, level),):
            if month is not None and not _MONTH.fullmatch(month):
                findings.problem(path, "a month is due here", found=month, allowed="YYYY-MM")
            if not 0 <= value <= 1:
                findings.problem(path, "this level is out of range", found=value, allowed="0 to 1")


def _number(quantity: Quantity, path: Path, findings: Findings) -> None:
    from winset.scenario.distributions import fault

    if quantity.formula is None and (message := fault(quantity)):
        findings.problem(path, message)


def _series(series: Series, path: Path, findings: Findings) -> None:
    from winset.scenario.distributions import DistributionError, quantile

    for name, quantity, low, high in (
        ("bias", series.bias, 0.0, None),
        ("error.sd", series.error.sd, 0.0, None),
        ("error.persistence", series.error.persistence, -1.0, 1.0),
    ):
        inner = (*path, *name.split("."))
        try:
            least, most = (float(quantile(quantity, u)) for u in (0.001, 0.999))
        except DistributionError as error:
            findings.problem(inner, str(error))
            continue
        if least < low or (high is not None and (most >= high or least <= low)):
            span = f"above {low:g}" + ("" if high is None else f" and below {high:g}")
            message = "this may lie outside its range: give it `bounds`"
            findings.problem(inner, message, found=f"{least:.3g} to {most:.3g}", allowed=span)
    if (series.scale == "logit") != (series.of is not None):
        message = "a share (`of`) goes with the scale `logit`, and the other way round"
        findings.problem((*path, "scale"), message, found=series.scale)
    if (series.trials is None) != (series.of is None):
        findings.problem(path, "a share needs `of` and `trials`, anything else neither")
    if "/" in series.file or "\\" in series.file:
        message = "a file's name in the data folder is due here, not a path"
        findings.problem((*path, "file"), message, found=series.file)


def _marks(scenario: Scenario, block: Calibration, findings: Findings) -> None:
    parts: list[tuple[Path, Quantity]] = [
        ((_HOME, part, id_), quantity) for part, id_, quantity in _quantities(block)
    ]
    for id_, series in block.series.items():
        home: Path = (_HOME, "series", id_)
        parts.append(((*home, "bias"), series.bias))
        parts.append(((*home, "error", "sd"), series.error.sd))
        parts.append(((*home, "error", "persistence"), series.error.persistence))
    for path, quantity in parts:
        if quantity.formula is not None or quantity.value in (0, 1):
            continue
        series_of = block.series.get(str(path[2])) if path[1] == "series" else None
        own = Origin(quantity.sources, quantity.confidence)
        if series_of is not None and not own.marked:
            error = series_of.error
            own = Origin(error.sources, error.confidence)
        if standing(scenario, own) == "unchecked":
            message = "a number without a source or a mark of judgement"
            findings.problem(path, message, found=path[2])
