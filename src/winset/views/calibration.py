"""How a calibration is shown: one screen of text, or one JSON document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from winset.history import Calibrated
from winset.history.reproduce import Shape
from winset.history.score import Scored, covered, pooled
from winset.views.text import columns, human, short, wrap

_KINDS: Final = {
    "free": "free quantities",
    "error": "errors of the record",
    "month": "months to come",
}


def calibration_screen(found: Calibrated, width: int) -> list[str]:
    """Lines: the months held back, the numbers fitted, what the model lacks, the check of the
    fit.
    """
    block, record = found.block, found.record
    played = (
        f"The war from {block.start}, fitted to {block.fit_until} ({record.fitted} months) and"
        f" scored on {record.month(record.fitted)} to {block.score_until};"
        f" {found.simulations:,} wars from the priors, {_listed(found.worldviews)} in equal parts;"
        f" seed {found.seed}."
    )
    if found.independent:
        played += " Errors of the record are independent from month to month."
    lines = [found.scenario.spec.title, *wrap(played, width), ""]
    lines += ["Months held back inside the central intervals", *_scores(found, width), ""]
    lines += [*_pooled(found, width), ""]
    lines += ["What was fitted (10th, 50th and 90th percentile)", *_numbers(found, width), ""]
    lines += ["What the war model by itself does not do", *_shapes(found, width), ""]
    return lines + _check(found, width)


def _listed(names: Sequence[str]) -> str:
    return f"worldview {names[0]}" if len(names) == 1 else f"{len(names)} worldviews"


def _scores(found: Calibrated, width: int) -> list[str]:
    head = ["series", "50%", "90%", "model alone", "last year again", "error", "again"]
    rows = [head]
    for s in found.scores:
        n = len(s.value)
        rows.append(
            [
                short(s.series.label or s.id, width - 64),
                f"{s.inside(0.5)} of {n}",
                f"{s.inside(0.9)} of {n}",
                f"{covered(s.alone, 0.9)} of {n}" if s.series.scored else "",
                f"{covered(s.baseline_pit, 0.9)} of {n}",
                _figure(s.crps),
                _figure(s.baseline_crps),
            ]
        )
    note = (
        "`model alone` and `last year again`: inside 90% of the fitted war without errors of the"
        " record, and of a normal with the mean and spread of the last twelve months fitted."
        " `error`: mean CRPS in the series' unit (less is better), beside that of last year again."
    )
    return [*columns(rows, "l"), *wrap(note, width)]


def _figure(number: float) -> str:
    if abs(number) < 1e-6:
        return "0"
    return human(number) if abs(number) >= 999.5 else f"{number:.3g}"


def _pooled(found: Calibrated, width: int) -> list[str]:
    parts = []
    for level in (0.5, 0.9):
        inside, of = pooled(found.scores, level)
        low, high = np.quantile(found.ranks.pooled[level], [0.05, 0.95])
        parts.append(
            f"{inside} of {of} inside {level:.0%} ({inside / of:.0%}; by luck alone an exactly"
            f" right model lands between {low:.0%} and {high:.0%} nine times in ten)"
        )
    groups = []
    for group in dict.fromkeys(s.series.group for s in found.scores if s.series.scored):
        some = [s for s in found.scores if s.series.scored and s.series.group == group]
        groups.append(f"{group or 'other'} {sum(s.inside(0.9) for s in some)} of"
                      f" {sum(len(s.value) for s in some)}")  # fmt: skip
    text = "Pooled over the series that count: " + "; ".join(parts) + "."
    return wrap(f"{text} By group, inside 90%: {', '.join(groups)}.", width)


def _numbers(found: Calibrated, width: int) -> list[str]:
    rows = [["quantity", "prior", f"to {found.block.fit_until}", "by now", "the scenario's"]]
    apart = 0
    for number in found.numbers:
        sign = ""
        if number.stated is not None and not _meets(number.now, number.stated):
            sign, apart = " *", apart + 1
        rows.append(
            [
                short(number.id, width - 70) + sign,
                *(
                    "-" if q is None else " ".join(_figure(float(x)) for x in q)
                    for q in (number.prior, number.fitted, number.now, number.stated)
                ),
            ]
        )
    note = (
        f"`prior` and `to {found.block.fit_until}`: as of {found.block.start}. `by now`: fitted to"
        f" all months to {found.block.score_until}, and where the war moves it, as it has become by"
        " then; what the war does not move is the same over all months, while the scenario's own"
        " speaks of the months after."
    )
    if apart:
        note += " *: one middle lies outside the other's range."
    return [*columns(rows, "l"), *wrap(note, width)]


def _meets(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    return bool(other[0] <= one[1] <= other[2] and one[0] <= other[1] <= one[2])


def _shapes(found: Calibrated, width: int) -> list[str]:
    odd = lacking(found)
    if not odd:
        return wrap("Nothing that was asked: every shape on record lies within its range.", width)
    rows = [["series", "over all months", "on record", "model alone (5%, 50%, 95%)"]]
    for shape in odd:
        series = found.block.series[shape.id]
        what = shape.shape if series.scale == "linear" else f"{shape.shape} ({series.scale})"
        rows.append(
            [
                short(series.label or shape.id, width - 66),
                what,
                _figure(shape.value),
                " ".join(_figure(float(x)) for x in shape.quantiles),
            ]
        )
    note = (
        "Without errors of the record, on the series' scale. The record holds errors of counting"
        " and reporting too, so some more spread is due; a slope or mean apart is the model's."
    )
    return [*columns(rows, "llr"), *wrap(note, width)]


def lacking(found: Calibrated) -> list[Shape]:
    """Shapes on record outside the central 90% of the model alone."""
    return [s for s in found.shapes if not 0.05 <= s.below <= 0.95]


def _check(found: Calibrated, width: int) -> list[str]:
    parts = []
    for kind, name in _KINDS.items():
        asked = _asked(found, kind)
        if asked:
            shares = [found.ranks.coverage(asked, level) for level in (0.5, 0.9)]
            parts.append(f"{name} {shares[0]:.1%} and {shares[1]:.1%}")
    checked = len(found.fit.test)
    text = (
        f"The fit checked on {checked} simulated records whose truth is known (simulation-based"
        f" calibration): inside 50% and 90% intervals lie {'; '.join(parts)}."
    )
    return wrap(text, width)


def _asked(found: Calibrated, kind: str) -> list[int]:
    return [j for j, t in enumerate(found.fit.targets) if t.kind == kind]


def calibration_document(found: Calibrated) -> dict[str, Any]:
    """Plain data, numbers as found."""
    block, record, ranks = found.block, found.record, found.ranks
    inside = {f"{level:g}": pooled(found.scores, level) for level in (0.5, 0.9)}
    return {
        "scenario": {"id": found.scenario.id, "sha256": found.scenario.sha256},
        "start": block.start,
        "fit_until": block.fit_until,
        "score_until": block.score_until,
        "worldviews": list(found.worldviews),
        "simulations": found.simulations,
        "seed": found.seed,
        "independent_errors": found.independent,
        "pooled": {
            level: {
                "inside": n,
                "of": of,
                "by_luck": _list(np.quantile(ranks.pooled[float(level)], [0.05, 0.5, 0.95])),
            }
            for level, (n, of) in inside.items()
        },
        "series": {
            s.id: _scored(s, [record.month(int(m)) for m in s.months]) for s in found.scores
        },
        "quantities": {
            n.id: {
                "prior": _list(n.prior),
                "fitted": _list(n.fitted),
                "latest": _list(n.latest),
                "now": _list(n.now),
                "stated": None if n.stated is None else _list(n.stated),
            }
            for n in found.numbers
        },
        "errors": {id_: _list(q) for id_, q in found.errors().items()},
        "shapes": [
            {"series": s.id, "shape": s.shape, "record": s.value,
             "model_alone": _list(s.quantiles), "below": s.below}
            for s in found.shapes
        ],
        "check": {
            kind: {
                "records": len(found.fit.test),
                "inside_50": ranks.coverage(_asked(found, kind), 0.5),
                "inside_90": ranks.coverage(_asked(found, kind), 0.9),
                "histogram": ranks.histogram(_asked(found, kind)).tolist(),
            }
            for kind in (*_KINDS, "now", "mean")
            if _asked(found, kind)
        },
    }  # fmt: skip


def _scored(s: Scored, months: list[str]) -> dict[str, Any]:
    return {
        "label": s.series.label,
        "group": s.series.group,
        "unit": s.series.unit,
        "scored": s.series.scored,
        "inside_50": s.inside(0.5),
        "inside_90": s.inside(0.9),
        "of": len(s.value),
        "model_alone_90": covered(s.alone, 0.9) if s.series.scored else None,
        "baseline_90": covered(s.baseline_pit, 0.9),
        "crps": s.crps,
        "baseline_crps": s.baseline_crps,
        "months": [
            {"month": m, "record": float(y), "quantiles": _list(q), "pit": float(p)}
            for m, y, q, p in zip(months, s.value, s.quantiles, s.pit, strict=True)
        ],
        "mean": {"record": s.mean, "quantiles": _list(s.mean_quantiles), "pit": s.mean_pit},
    }


def _list(values: Any) -> list[float]:
    return [float(x) for x in values]
