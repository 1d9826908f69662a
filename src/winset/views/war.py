"""How a war played with no talks is shown: one screen of text, or one JSON document."""

from collections.abc import Sequence
from typing import Any, Final

from winset.insight import About
from winset.scenario import Scenario
from winset.study import Estimate
from winset.study.war_report import TODAY, WarReport
from winset.views.text import cell, columns, decimals, human, short, wrap

#: months after which the course is shown, beside the start and the end
_AT: Final = (0, 6, 12, 24)
_SHARE: Final = About("chance", "", "share")
_VALUE: Final = About("value", "", "value")
_MONTHS: Final = About("months", "", "months")


def war_screen(scenario: Scenario, reports: Sequence[WarReport], width: int) -> list[str]:
    """Lines: endings, length and values by worldview, then the course under the first of them."""
    spec, first = scenario.spec, reports[0]
    where = "at today's levels" if first.strategy == TODAY else f"as in {first.strategy}"
    until = "until it ends" if first.horizon is None else f"for at most {first.horizon} months"
    played = (
        f"The war alone, no talks: levers {where}, {until}; {first.draws:,} draws x "
        f"{first.paths:,} paths{'' if len(reports) == 1 else ' a worldview'}."
    )
    lines = [spec.title, *wrap(played, width)]
    rules = first.strategy in spec.strategies and spec.strategies[first.strategy].rules
    if rules:
        lines += wrap("Its rules need talks and are left out: its levers stand still.", width)
    chances = {name: [r.outcomes[name] for r in reports] for name in first.outcomes}
    if first.horizon is not None:
        chances["still at war"] = [r.going for r in reports]
    labels = {name: part.label or name for name, part in spec.outcomes.items()}
    views = [r.worldview for r in reports]
    room = max(24, width - 14 * len(views))
    rows = [["How it ends (%)", *views]]
    digits = decimals(_SHARE, [e for row in chances.values() for e in row])
    for name, row in chances.items():
        label = short(labels.get(name, name), room)
        rows.append([label, *(cell(_SHARE, e, digits) for e in row)])
    rows.append(["Months fought", *(_number(r.months) for r in reports)])
    for party in first.value:
        label = short(f"Value to {spec.parties[party].name} (stakes)", room)
        rows.append([label, *(cell(_VALUE, r.value[party], 1) for r in reports)])
    lines += ["", *columns(rows)]
    if first.courses:
        lines += ["", *_course(scenario, first, len(reports) > 1, width)]
    return lines


def _number(estimate: Estimate) -> str:
    return cell(_MONTHS, estimate, 2 if (estimate.se or 0) < 0.05 else 1)


def _course(scenario: Scenario, report: WarReport, several: bool, width: int) -> list[str]:
    spec = scenario.spec
    months = [m for m in _AT if m < len(next(iter(report.courses.values())))]
    under = f" under {report.worldview}" if several else ""
    head = ["start" if m == 0 else f"month {m}" for m in months]
    rows = [[f"Course{under}: median (10-90%)", *head, "end"]]
    for name, table in report.courses.items():
        part = spec.state.get(name) or spec.derived.get(name)
        label = part.label if part is not None and part.label else name
        unit = f" [{part.unit}]" if part is not None and part.unit != "1" else ""
        spreads = [table[m] for m in months] + [report.final[name]]
        rows.append([label + unit, *(_spread(quantiles) for quantiles in spreads)])
    taken = sum(max(len(row[i]) for row in rows) + 2 for i in range(1, len(rows[0])))
    room = max(20, width - taken)
    return columns([[short(row[0], room), *row[1:]] for row in rows])


def _spread(quantiles: Any) -> str:
    low, mid, high = (human(float(quantiles[i])) for i in (0, 2, 4))
    return mid if low == mid == high else f"{mid} ({low} {high})"


def war_document(scenario: Scenario, reports: Sequence[WarReport], seed: int) -> dict[str, Any]:
    """Plain data: `worldviews{...}`; where there is only one, its numbers at the top too."""
    views = {report.worldview: _numbers(report) for report in reports}
    document: dict[str, Any] = {
        "scenario": {"id": scenario.id, "sha256": scenario.sha256, "as_of": scenario.spec.as_of},
        "strategy": reports[0].strategy,
        "seed": seed,
        "horizon": reports[0].horizon,
    }
    if len(views) == 1:
        document.update(_numbers(reports[0]))
    return {**document, "worldviews": views}


def _numbers(report: WarReport) -> dict[str, Any]:
    def pair(estimate: Estimate) -> dict[str, float | None]:
        return {"mean": estimate.mean, "se": estimate.se}

    quantiles = ("p10", "p25", "p50", "p75", "p90")
    return {
        "draws": report.draws,
        "paths": report.paths,
        "outcomes": {name: pair(e) for name, e in report.outcomes.items()},
        "still_at_war": pair(report.going),
        "months": pair(report.months),
        "value": {party: pair(e) for party, e in report.value.items()},
        "course": {
            name: {
                **{q: [float(x) for x in table[:, i]] for i, q in enumerate(quantiles)},
                "end": {q: float(report.final[name][i]) for i, q in enumerate(quantiles)},
            }
            for name, table in report.courses.items()
        },
    }
