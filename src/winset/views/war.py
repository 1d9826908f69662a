"""How a war played with no talks is shown: one screen of text, or one JSON document."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from winset.insight import About
from winset.scenario import Scenario
from winset.study import Estimate
from winset.study.war_report import TODAY, WarReport
from winset.views.text import cell, decimals, human, short, wrap
from winset.war.rules import acting

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
    if spec.switched:
        lines += wrap(f"Claims switched: {', '.join(spec.switched)}.", width)
    lines += [line for text in _left_out(scenario, first.strategy) for line in wrap(text, width)]
    chances = {name: [r.outcomes[name] for r in reports] for name in first.outcomes}
    if first.horizon is not None:
        chances["still at war"] = [r.going for r in reports]
    many = len(reports) > 4
    rows = [["How it ends (%)", *(short(r.worldview, 11 if many else 20) for r in reports)]]
    digits = decimals(_SHARE, [e for row in chances.values() for e in row])
    names = {name: _ending(scenario, name) for name in chances}
    if many and max(map(len, names.values())) > 30:
        names = {name: name for name in chances}
    for name, row in chances.items():
        rows.append([names[name], *(cell(_SHARE, e, digits) for e in row)])
    rows.append(["Months fought", *(_number(r.months) for r in reports)])
    for party in first.value:
        values = (cell(_VALUE, r.value[party], 0 if many else 1) for r in reports)
        rows.append([f"Value to {spec.parties[party].name}", *values])
    lines += ["", *_table(rows, width)]
    if first.value:
        lines += wrap(
            "Values in each side's own stakes: its best package against its worst.", width
        )
    if first.courses:
        lines += ["", *_course(scenario, first, len(reports) > 1, width)]
    return lines


def _left_out(scenario: Scenario, strategy: str) -> Iterator[str]:
    """Which rules of a strategy do not act without talks."""
    if strategy not in scenario.spec.strategies:
        return
    chosen = scenario.strategy(strategy)
    acts = acting(chosen)
    idle = [rule for rule in chosen.rules if rule not in acts]
    if not idle:
        return
    names = "; ".join(rule.label or str(rule.when) for rule in idle)
    still = "its levers stand still" if not acts else "its other rules act"
    which = "Its rules" if not acts else f"{len(idle)} of its {len(chosen.rules)} rules"
    yield (
        f"{which} read gaps, refusals or beliefs, which only talks move, and are left out: {still}"
        f" ({names})."
    )


def _number(estimate: Estimate) -> str:
    return cell(_MONTHS, estimate, 2 if (estimate.se or 0) < 0.05 else 1)


def _ending(scenario: Scenario, name: str) -> str:
    part = scenario.spec.outcomes.get(name)
    return part.label or name if part is not None else name


def _table(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Rows in columns, the first flush left and cut where there is no room for it."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    room = min(widths[0], max(12, width - sum(w + 2 for w in widths[1:])))
    lines = []
    for row in rows:
        numbers = (text.rjust(w) for text, w in zip(row[1:], widths[1:], strict=True))
        lines.append("  ".join([short(row[0], room).ljust(room), *numbers]).rstrip())
    return lines


def _course(scenario: Scenario, report: WarReport, several: bool, width: int) -> list[str]:
    """Median and range (10-90%), the range on a line of its own where there is no room beside it;
    where there still is none, fewer months.
    """
    spec = scenario.spec
    given = [m for m in _AT if m < len(next(iter(report.courses.values())))]
    under = f" under {report.worldview}" if several else ""
    title = f"Course{under}: median (10-90%)"
    for months in (given, [m for m in given if m != 6], [m for m in given if m % 24 == 0]):
        head = ["start" if m == 0 else f"month {m}" for m in months]
        one = [[title, *head, "end"]]
        two = [[title, *head, "end"]]
        for name, table in report.courses.items():
            part = spec.state.get(name) or spec.derived.get(name)
            label = part.label if part is not None and part.label else name
            label += f" [{part.unit}]" if part is not None and part.unit != "1" else ""
            spreads = [_spread(q) for q in [*(table[m] for m in months), report.final[name]]]
            one.append([label, *(f"{mid} {around}".strip() for mid, around in spreads)])
            two += [[label, *(mid for mid, _ in spreads)], ["", *(around for _, around in spreads)]]
        if _needed(one) <= width:
            return _table(one, width)
        if _needed([row[1:] for row in two]) <= width - 32:
            break
    return _table(two, width)


def _needed(rows: Sequence[Sequence[str]]) -> int:
    return sum(max(len(row[i]) for row in rows) + 2 for i in range(len(rows[0]))) - 2


def _spread(quantiles: Any) -> tuple[str, str]:
    numbers = [float(quantiles[i]) for i in (0, 2, 4)]
    largest = max(map(abs, numbers))
    # What is nothing beside the largest of the three is shown as nothing.
    low, mid, high = (x if abs(x) > 1e-3 * largest else 0.0 for x in numbers)
    return _figure(mid), "" if low == high else f"({human(low)} {human(high)})"


def _figure(number: float) -> str:
    return human(number) if abs(number) >= 999.5 else f"{number:.3g}"


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
