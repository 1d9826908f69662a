"""The tables of a report as plain data: what each cell says, its exact number, and its shade."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from winset.insight import (
    Difference,
    Verdict,
    about,
    objectives,
    p_best,
    stated_against_computed,
)
from winset.insight.why import main_blocker
from winset.study import CellKey, Estimate, Results
from winset.views.charts.names import sentence, units
from winset.views.charts.theme import step_of
from winset.views.detail import option_words
from winset.views.grid import reads_as
from winset.views.text import cell, decimals, human, plain, share

__all__ = ["Heat", "Table", "best", "blockers", "checks", "heat", "packages", "verdict_rows"]

#: packages listed a worldview
_TERMS = 3


@dataclass(frozen=True)
class Heat:
    """A number with its error: as written, exact, and its step of the ramp (None: no shade)."""

    text: str
    mean: float | None
    se: float | None
    step: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Table:
    """Rows by columns of one measure. rows, heads: labels. cells: [row][column]."""

    name: str
    title: str
    unit: str
    rows: tuple[str, ...]
    heads: tuple[str, ...]
    cells: tuple[tuple[Heat, ...], ...]


def heat(
    results: Results, measure: str, rows: Mapping[str, str], heads: Mapping[str, str]
) -> Table:
    """Return one measure over strategies (rows: id -> label) and worldviews (heads)."""
    known = about(results.scenario.spec, measure)
    estimates = {key: results.estimate(*key, measure) for key in results.keys}
    digits = decimals(known, estimates.values())
    means = [e.mean for e in estimates.values() if e.mean is not None]
    least = 0.0 if known.reads in ("share", "value") else min(means, default=0.0)
    span = max(means, default=0.0) - least

    def one(strategy: str, worldview: str) -> Heat:
        key = CellKey(worldview, strategy)
        e = estimates[key]
        if key not in results.cells:
            return Heat("not done", None, None)
        step = None if e.mean is None or span <= 0 else step_of(e.mean - least, span)
        spread = [plain(known, n, digits) for n in (e.p10, e.p90)]
        return Heat(
            cell(known, e, digits),
            e.mean,
            e.se,
            step,
            f"10th to 90th percentile of draws: {' to '.join(spread)}"
            if e.mean is not None
            else "",
        )

    return Table(
        measure,
        sentence(known.label),
        reads_as[known.reads] or units(known.unit),
        tuple(rows.values()),
        tuple(heads.values()),
        tuple(tuple(one(s, w) for w in heads) for s in rows),
    )


def verdict_rows(
    results: Results, verdict: Verdict, heads: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return one row a worldview: chances by each date, against the baseline, the rival furthest
    ahead, conquest, and who blocks.
    """
    found = []
    for worldview, standings in verdict.standings.items():
        dates = []
        for date in verdict.by:
            standing = standings[date.measure]
            others = {**standing.rivals, **standing.two_leg}
            top = min(others, key=lambda s: others[s].diff) if others else None
            dates.append(
                {
                    "when": date.when,
                    "chance": _chance(standing.chance),
                    "likely": _likely(standing.chance),
                    "against": _points(standing.baseline),
                    "rival": top,
                    "gap": _points(others[top]) if top is not None else None,
                }
            )
        key = CellKey(worldview, verdict.headline or "")
        blocker = main_blocker(results.scenario.spec, results.cells[key])
        found.append(
            {
                "worldview": heads[worldview],
                "id": worldview,
                "dates": dates,
                "conquest": _chance(verdict.conquest[worldview][key.strategy]),
                "blocker": blocker,
                "blocked": share(blocker.share) if blocker else "",
                "shortfall": ""
                if blocker is None or blocker.shortfall is None
                else f"{blocker.shortfall:.2f}",
            }
        )
    return found


def _chance(e: Estimate) -> Heat:
    if e.mean is None:
        return Heat("-", None, None)
    error = "" if e.se is None else f"±{_up(100 * e.se)}"
    return Heat(f"{share(e.mean)}{error}%", e.mean, e.se, step_of(e.mean, 1.0))


def _likely(e: Estimate) -> str:
    if e.mean is None:
        return "not defined"
    sure = e.se is not None and abs(e.mean - 0.5) > 2 * e.se
    return ("yes" if e.mean > 0.5 else "no") + ("" if sure else ", within the error")


def _points(gap: Difference | None) -> Heat | None:
    if gap is None:
        return None
    error = "?" if gap.se is None else str(_up(100 * gap.se))
    words = {1: "clearly higher", -1: "clearly lower", 0: "not clearly different"}[gap.sign]
    points = f"{100 * gap.diff:+.0f}"
    return Heat(
        f"{'0' if points in ('+0', '-0') else points}±{error}", gap.diff, gap.se, None, words
    )


def _up(error: float) -> int:
    """An error in whole points, rounded up so that it never reads as none."""
    return int(-(-round(error, 6) // 1))


def best(results: Results, rows: Mapping[str, str], heads: Mapping[str, str]) -> list[Table]:
    """Return, one objective at a time, the share of draws in which each strategy does best."""
    tables = []
    if len(results.strategies) < 2:
        return []
    for aim, way in objectives(results.measures).items():
        shares = {w: p_best(results, w, aim, way) for w in heads}
        cells = tuple(tuple(_share(shares[w].get(s)) for w in heads) for s in rows)
        label = sentence(about(results.scenario.spec, aim).label)
        title = f"{label}: {'more' if way > 0 else 'less'} is better"
        tables.append(
            Table(
                f"best-{aim}",
                title,
                "% of draws",
                tuple(rows.values()),
                tuple(heads.values()),
                cells,
            )
        )
    return tables


def _share(value: float | None) -> Heat:
    return (
        Heat("-", None, None)
        if value is None
        else Heat(share(value), value, None, step_of(value, 1.0))
    )


def blockers(results: Results, rows: Mapping[str, str], heads: Mapping[str, str]) -> Table:
    """Return the main blocker of every cell and its share of failed meetings."""

    def one(strategy: str, worldview: str) -> Heat:
        done = results.cells.get(CellKey(worldview, strategy))
        found = main_blocker(results.scenario.spec, done) if done is not None else None
        if found is None:
            return Heat("-", None, None)
        over = f"over {found.issue}" if found.issue else ""
        return Heat(f"{found.name} {share(found.share)}", found.share, None, None, over)

    cells = tuple(tuple(one(s, w) for w in heads) for s in rows)
    return Table(
        "blockers",
        "Who blocks most, by share of failed meetings",
        "%",
        tuple(rows.values()),
        tuple(heads.values()),
        cells,
    )


def packages(results: Results, strategy: str, heads: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return, a worldview, the texts signed most often under a strategy, in words."""
    spec = results.scenario.spec
    found = []
    for worldview, name in heads.items():
        done = results.cells.get(CellKey(worldview, strategy))
        if done is None or not done.terms:
            continue
        first = done.terms[0][0]
        texts = []
        for package, part in done.terms[:_TERMS]:
            other = {i: o for i, o in package.items() if o != first.get(i)}
            same = package is not first and len(other) < len(package)
            words = option_words(spec, other if same else package).split("; ")
            texts.append({"share": share(part), "same": same, "words": words})
        found.append({"worldview": name, "texts": texts, "more": len(done.terms) - len(texts)})
    return found


def checks(results: Results, heads: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return what the scenario says the model should reproduce, beside what it does."""
    groups: dict[str, dict[str, Any]] = {}
    spec = results.scenario.spec
    for one in stated_against_computed(results):
        known = about(spec, one.measure)
        percent = known.reads == "share"
        group = groups.setdefault(
            one.check,
            {"label": one.label, "unit": "%" if percent else units(known.unit), "rows": []},
        )
        stated = [n for n in (one.low, one.mid, one.high) if n is not None]
        words = [f"{100 * n:.3g}" if percent else human(n) for n in stated]
        group["rows"].append(
            {
                "worldview": heads[one.worldview],
                "stated": " / ".join(dict.fromkeys(words)) or "-",
                "computed": Heat(
                    cell(known, one.computed, digits=1), one.computed.mean, one.computed.se
                ),
                "inside": {True: "yes", False: "no", None: "-"}[one.inside],
            }
        )
    return list(groups.values())


def by_section(rows: Iterable[Any], key: Callable[[Any], str]) -> dict[str, Sequence[Any]]:
    """Return rows in groups, in the order in which the groups first appear."""
    groups: dict[str, list[Any]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return dict(groups)
