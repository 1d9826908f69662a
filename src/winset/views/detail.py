"""Everything a study says, for `--detail`: every measure, paired differences, terms, blockers,
checks, the solver.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from numbers import Real
from typing import Any, Final

from winset.insight import (
    Checked,
    about,
    at_home_words,
    at_the_edges,
    cut_short,
    human_cost,
    judge,
    objectives,
    p_best,
    stated_against_computed,
)
from winset.insight.verdict import conquest
from winset.study import CellKey, Estimate, Results
from winset.study.summary import estimate, fighting_on
from winset.views.grid import grid, measure_grid, reads_as
from winset.views.text import WIDTH, cell, columns, human, share, wrap

__all__ = ["detail", "option_words"]

#: packages listed per cell
_TERMS: Final = 3
#: votes and consents listed from this share of the blame on
_LEAST: Final = 0.02


def detail(results: Results, width: int = WIDTH) -> list[str]:
    """Return the detail as lines, section by section."""
    lines: list[str] = []
    for title, body in _sections(results, width):
        found = list(body)
        if found:
            lines += ["", title, "-" * min(len(title), width), *found]
    return lines[1:]


def _sections(results: Results, width: int) -> Iterator[tuple[str, Iterator[str]]]:
    yield (
        "Every measure, by strategy and worldview (± Monte Carlo error)",
        _measures(results, width),
    )
    yield "Differences on the same draws", _differences(results, width)
    yield "Share of draws in which each does best, one objective at a time", _best(results, width)
    yield "Value of fighting on at the start, in each side's own stakes", _fighting(results, width)
    yield "Who blocks: main blocker, share of failed meetings in %", _blockers(results, width)
    yield (
        "Failed at home: whose vote or consent bears most, in % of how low the chance was",
        _at_home(results, width),
    )
    yield "Human cost: what the least of it means", _costs(results, width)
    yield "Terms signed most often, with their share of signed paths", _terms(results, width)
    yield "Stated by the scenario (low / mid / high), computed here", _checks(results, width)
    yield "Cells within 0.5% of 0 or 100, and what binds", _edges(results, width)
    yield (
        "Over 15% of signings worse than fighting on for a signatory: again with errors halved",
        _halved(results),
    )
    yield "The solver, least to most over the cells", _solver(results, width)


def _measures(results: Results, width: int) -> Iterator[str]:
    for number, measure in enumerate(results.measures):
        known = about(results.scenario.spec, measure)
        unit = reads_as[known.reads] or known.unit
        if number:
            yield ""
        yield from wrap(f"{measure}{f', {unit}' if unit else ''}: {known.label}", width)
        yield from measure_grid(results, measure, width)


def _differences(results: Results, width: int) -> Iterator[str]:
    verdict = judge(results)
    if verdict.headline is None:
        return
    for number, date in enumerate(verdict.by):
        found = {w: standing[date.measure] for w, standing in verdict.standings.items()}
        others = (*verdict.rivals, *verdict.two_leg)
        gaps = {w: {**one.rivals, **one.two_leg} for w, one in found.items()}

        def text(worldview: str, strategy: str, gaps: Any = gaps) -> str:
            gap = gaps[worldview].get(strategy)
            if gap is None:
                return "-"
            error = "?" if gap.se is None else f"{100 * gap.se:.1f}"
            return f"{100 * gap.diff:+.1f}±{error}"

        if others and found:
            if number:
                yield ""
            yield f"{verdict.headline} less each other, {date.measure} (by {date.when}), points:"
            yield from grid(others, list(found), text, width)


def _best(results: Results, width: int) -> Iterator[str]:
    if len(results.strategies) < 2:
        return
    for number, (aim, way) in enumerate(objectives(results.measures).items()):
        best = {w: p_best(results, w, aim, way) for w in results.worldviews}

        def text(worldview: str, strategy: str, best: Any = best) -> str:
            found = best[worldview].get(strategy)
            return "-" if found is None else share(found)

        if number:
            yield ""
        yield f"{aim}, {'more' if way > 0 else 'less'} is better, % of draws, ties split:"
        yield from grid(results.strategies, results.worldviews, text, width)


def _fighting(results: Results, width: int) -> Iterator[str]:
    estimates: dict[CellKey, dict[str, Estimate]] = {
        key: fighting_on(one) for key, one in results.cells.items()
    }
    parties = dict.fromkeys(party for found in estimates.values() for party in found)
    value = about(results.scenario.spec, "value.")
    for number, party in enumerate(parties):

        def text(worldview: str, strategy: str, party: str = party) -> str:
            found = estimates.get(CellKey(worldview, strategy), {}).get(party)
            return "-" if found is None else cell(value, found, digits=1)

        if number:
            yield ""
        yield f"{party}:"
        yield from grid(results.strategies, results.worldviews, text, width)


def _blockers(results: Results, width: int) -> Iterator[str]:
    def text(worldview: str, strategy: str) -> str:
        one = results.cells.get(CellKey(worldview, strategy))
        if one is None or not any(one.blocked_by.values()):
            return "-"
        name = max(one.blocked_by, key=lambda b: one.blocked_by[b])
        return f"{name[:13]} {share(one.blocked_by[name])}"

    if results.cells:
        yield from grid(results.strategies, results.worldviews, text, width)


def _at_home(results: Results, width: int) -> Iterator[str]:
    cells = {key: one for key, one in results.cells.items() if one.blocked_at_home}
    if not cells:
        return

    def text(worldview: str, strategy: str) -> str:
        home = getattr(cells.get(CellKey(worldview, strategy)), "blocked_at_home", {})
        if not home:
            return "-"
        name = max(home, key=lambda k: home[k])
        return f"{name.removeprefix('vote.').removeprefix('consent.')[:13]} {share(home[name])}"

    yield from grid(results.strategies, results.worldviews, text, width)
    spec = results.scenario.spec
    for key, one in cells.items():
        if key.strategy != (spec.headline or results.strategies[0]):
            continue
        parts = [
            f"{at_home_words(spec, name)} {share(part)}%"
            for name, part in sorted(one.blocked_at_home.items(), key=lambda item: -item[1])
            if part >= _LEAST
        ]
        text_ = f"{key.strategy} under {key.worldview}: {', '.join(parts)}"
        yield from wrap(text_, width, "  ", "    ")


def _costs(results: Results, width: int) -> Iterator[str]:
    """What is not counted, and where the least stands."""
    spec, costs = results.scenario.spec, human_cost(results)
    if not costs or not cut_short(results):
        return
    yield from wrap(
        "Nothing is counted after a war ended by conquest or capitulation: no deaths under an "
        "occupation, none in a war that follows. Where a side soon collapses the count is "
        "low; the least of it may stand in the worst cells:",
        width,
    )
    for cost in costs:
        chance = conquest(spec, results.cells[cost.least_at]).mean or 0.0
        yield from wrap(
            f"{cost.about.name} least, {human(cost.least)}: {cost.least_at.strategy} under "
            f"{cost.least_at.worldview}, where {share(chance)}% of wars end by conquest or "
            "capitulation",
            width,
            "  ",
            "    ",
        )


def _terms(results: Results, width: int) -> Iterator[str]:
    spec = results.scenario.spec
    for key in results.keys:
        one = results.cells.get(key)
        if one is None or not one.terms:
            continue
        yield f"{key.strategy} under {key.worldview}:"
        first = one.terms[0][0]
        for package, part in one.terms[:_TERMS]:
            other = {i: option for i, option in package.items() if option != first.get(i)}
            words = option_words(spec, package)
            if package is not first and len(other) < len(package):
                words = f"the same but for {option_words(spec, other)}"
            yield from wrap(words, width, f"  {share(part):>3}%  ", " " * 8)
        if len(one.terms) > _TERMS:
            yield f"        and {len(one.terms) - _TERMS} more (terms.parquet)"


def option_words(spec: Any, package: Mapping[str, Any]) -> str:
    """Return a package in words: each issue's name and what its option says."""
    parts = []
    for issue, option in package.items():
        known = spec.issues.get(issue)
        name = (known.name if known is not None else "") or issue
        text = known.options[option].text if known is not None and option in known.options else ""
        words = text or (f"{option:.3g}" if isinstance(option, Real) else str(option))
        parts.append(f"{name}: {words}")
    return "; ".join(parts)


def _checks(results: Results, width: int) -> Iterator[str]:
    spec = results.scenario.spec
    groups: dict[str, list[Checked]] = {}
    for one in stated_against_computed(results):
        groups.setdefault(one.check, []).append(one)
    for ones in groups.values():
        known = about(spec, ones[0].measure)
        yield from wrap(f"{ones[0].label} ({known.name} under {ones[0].strategy}):", width)
        table = [["", "stated", "computed", ""]]
        for one in ones:
            verdict = {True: "", False: "outside", None: "?"}[one.inside]
            stated = _stated(one, known.reads == "share")
            table.append([one.worldview, stated, cell(known, one.computed, digits=1), verdict])
        yield from (f"  {line}" for line in columns(table, "lrrl"))


def _stated(one: Checked, percent: bool) -> str:
    numbers = [n for n in (one.low, one.mid, one.high) if n is not None]
    texts = [f"{100 * n:.3g}" if percent else human(n) for n in numbers]
    return " / ".join(dict.fromkeys(texts)) or "-"


def _edges(results: Results, width: int) -> Iterator[str]:
    for edge in at_the_edges(results):
        text = f"{edge.strategy} under {edge.worldview}, {share(edge.mean, 2)}%: {edge.cause}"
        yield from wrap(text, width, "  ", "    ")


def _halved(results: Results) -> Iterator[str]:
    spec = results.scenario.spec
    outside, durable = (about(spec, m) for m in ("signed_outside_overlap", "durable"))
    table = [["", "worldview", "outside", "halved", "durable", "halved"]]
    for key, one in results.halved.items():
        row = [key.strategy, key.worldview]
        for known in (outside, durable):
            if known.name in one.measures:
                weights = one.measures.get("signed") if known is outside else None
                again = estimate(one.measures[known.name], one.replicate, weights)
                row += [cell(known, results.estimate(*key, known.name)), cell(known, again)]
            else:
                row += ["-", "-"]
        table.append(row)
    if len(table) > 1:
        yield from columns(table, "ll")


def _solver(results: Results, width: int) -> Iterator[str]:
    found: dict[str, list[Any]] = {}
    for one in results.cells.values():
        for name, value in _flat(one.fitted):
            found.setdefault(name, []).append(value)
    table = []
    for name, values in found.items():
        numbers = [v for v in values if isinstance(v, int | float)]
        if len(numbers) == len(values):
            least, most = human(float(min(numbers))), human(float(max(numbers)))
            table.append([name, least if least == most else f"{least} to {most}"])
        else:
            table.append([name, ", ".join(dict.fromkeys(str(v) for v in values))[: width // 2]])
    yield from columns(table, "ll")


def _flat(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, Sequence) and not isinstance(value, str):
            yield from _flat({str(i): v for i, v in enumerate(value[:8])}, f"{prefix}{name}.")
        else:
            yield prefix + name, value
