"""What the pages say: gathered from scenarios, runs and studies, printed by the templates."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from winset.app.catalogue import Catalogue, opened
from winset.app.loading import load, stamp
from winset.app.numbers import numbers
from winset.app.runs import Run
from winset.app.state import State
from winset.errors import WinsetError
from winset.insight import about, count_inputs, judge, three_sentences
from winset.insight.compare import difference
from winset.study import CellKey, Design, DesignError, Results, default_folder, plan
from winset.views.charts import CHARTS, Figure, bare_svg, figure, timeline_figure
from winset.views.charts.names import strategy_names, worldview_names
from winset.views.charts.theme import NARROW, WIDE, dark_css
from winset.views.report.page import environment as report_environment
from winset.views.report.page import relabelled
from winset.views.report.tables import Heat, Table, heat
from winset.views.text import duration

__all__ = [
    "design",
    "environment",
    "export",
    "grid_so_far",
    "open_results",
    "path_page",
    "picture",
    "progress",
    "scenario_page",
    "study_page",
    "style",
]

#: the grid stands on the page as a table
_CHARTS: Final = {name: kind.shows for name, kind in CHARTS.items() if name != "grid"}
_TABLES: Final = ("cells", "draws", "terms", "months", "fates", "worths", "halved")


def environment() -> Any:
    """Return the templates: those of the app, then those of the report, whose parts they share."""
    from jinja2 import ChoiceLoader, PackageLoader

    made = report_environment()
    made.loader = ChoiceLoader([PackageLoader("winset.app"), made.loader])
    return made


@lru_cache(maxsize=1)
def style() -> str:
    """Return the style sheet: the report's, its dark charts, and the app's own."""
    here, report = Path(__file__).parent, Path(__file__).parents[1] / "views" / "report"
    return "\n".join(
        (
            (report / "templates" / "style.css").read_text(encoding="utf-8"),
            "@media screen and (prefers-color-scheme:dark){" + dark_css(".chart") + "}",
            (here / "static" / "own.css").read_text(encoding="utf-8"),
        )
    )


def scenario_page(scenario: Any, state: State, query: str, part: str = "") -> dict[str, Any]:
    """Return what the page of a scenario prints."""
    spec = scenario.spec
    return {
        "state": state,
        "scenario": scenario,
        "spec": spec,
        "count": count_inputs(scenario),
        "strategies": {
            s: spec.strategies[s].label if s in spec.strategies else s for s in scenario.strategies
        },
        "worldviews": {
            w: spec.worldviews[w].label if w in spec.worldviews else w for w in scenario.worldviews
        },
        **numbers(scenario, state, query, part),
    }


def design(scenario: Any, state: State, root: Path) -> tuple[Design, Path]:
    """Return the design of a quick run and the folder it is kept in. Raises DesignError."""
    made = plan(
        scenario,
        strategies=state.strategies or None,
        worldviews=state.worldviews or None,
        seed=state.seed,
        quick=True,
        overrides=scenario.set_from_outside,
    )
    return made, default_folder(made, root)


def progress(run: Run) -> dict[str, Any]:
    """Return what is said of a run at this moment."""
    stages = {
        "waiting": "Waiting for another run to end",
        "start": "Compiling what the scenario needs",
        "coarse": "A first, coarse grid",
        "full": "Computed",
        "half": "A second look, errors of acceptance halved",
    }
    return {"stage": stages.get(run.stage, run.stage), "took": duration(run.seconds)}


def grid_so_far(run: Run) -> Table | None:
    """Return the grid of a run as far as it is: cells that are done, where they are not yet the
    coarse ones, marked so; None where there is none of either.
    """
    fine, coarse = run.so_far(), run.coarse
    results = fine if fine.cells else coarse
    if results is None or not results.cells:
        return None
    names = strategy_names(results, 90), worldview_names(results, 60)
    table = heat(results, "durable", *names)
    if results is coarse:
        return replace(table, cells=tuple(tuple(map(_coarse, row)) for row in table.cells))
    if coarse is None:
        return table
    before = heat(coarse, "durable", *names)
    rows = zip(table.cells, before.cells, strict=True)
    cells = tuple(
        tuple(a if a.mean is not None else _coarse(b) for a, b in zip(*row, strict=True))
        for row in rows
    )
    return replace(table, cells=cells)


def _coarse(cell: Heat) -> Heat:
    if cell.mean is None:
        return cell
    return replace(cell, text=f"~{cell.text}", note="a first look, few draws", step=None)


def open_results(folder: Path) -> Results:
    """Return a study's results, kept in memory until its record changes."""
    record = (folder / "manifest.json").read_bytes()
    found: Results = opened(folder, hashlib.sha256(record).hexdigest())
    return found


def study_page(
    catalogue: Catalogue,
    name: str,
    results: Results,
    before: str,
    other: Results | None,
    measure: str,
) -> dict[str, Any]:
    """Return what the page of a study prints. Raises DesignError for a measure it does not have."""
    if not results.cells:
        raise DesignError(["no cell of this study is done yet"])
    results.measure(measure)
    rows, heads = strategy_names(results, 90), worldview_names(results, 60)
    verdict = judge(results)
    spec = results.scenario.spec
    sets = _recorded(catalogue, name)
    again = again_from(catalogue, name, results, sets)
    compare = None
    if other is not None:
        compare = {
            "name": before,
            "sets": _recorded(catalogue, before),
            "table": (table := differences(results, other, measure, rows, heads)),
            "moved": moved(table),
            "gained": [text for text in sets if text not in _recorded(catalogue, before)],
            "lost": [text for text in _recorded(catalogue, before) if text not in sets],
            "paired": _paired(results, other),
        }
    return {
        "name": name,
        "results": results,
        "spec": spec,
        "sets": sets,
        "sentences": three_sentences(relabelled(verdict, rows, heads)) if verdict.headline else (),
        "headline": rows.get(verdict.headline or "", ""),
        "measure": measure,
        "measures": {m: about(spec, m).label for m in results.measures},
        "table": heat(results, measure, rows, heads),
        "compare": compare,
        "others": [s for s in catalogue.studies() if s.name != name and s.manifest.complete],
        "again": again,
        "charts": _CHARTS,
        "tables": _TABLES,
        "count": count_inputs(results.scenario),
        "took": duration(results.elapsed_s),
    }


def again_from(catalogue: Catalogue, name: str, results: Results, sets: tuple[str, ...]) -> State:
    """The state in which a study was run: its scenario's name and what was changed, where that
    still gives what was run; else the scenario as the study keeps it.
    """
    claims = tuple(results.scenario.spec.switched)
    numbers = tuple(text for text in sets if text not in claims)
    for known in catalogue.scenarios():
        place = catalogue.place(known)
        if place is None or known.rsplit("/", 1)[-1] != results.scenario.id:
            continue
        with suppress(WinsetError):
            same = load(place, numbers, claims, stamp(place))
            if same.sha256 == results.scenario.sha256:
                return State(known, numbers, results.settings.seed, before=name, claims=claims)
    return State(f"studies/{name}", seed=results.settings.seed, before=name)


def _recorded(catalogue: Catalogue, name: str) -> tuple[str, ...]:
    row = next((s for s in catalogue.studies() if s.name == name), None)
    return tuple(row.manifest.overrides) if row is not None else ()


def _paired(results: Results, other: Results) -> bool:
    """Whether two studies share draws and luck, so that differences can be taken draw by draw."""
    mine, theirs = results.settings, other.settings
    return (mine.seed, mine.draws, mine.replicates) == (
        theirs.seed,
        theirs.draws,
        theirs.replicates,
    )


def differences(
    results: Results, other: Results, measure: str, rows: dict[str, str], heads: dict[str, str]
) -> Table:
    """Return this study's measure less the other's, cell by cell, with its error; paired where both
    share draws, and shaded where it exceeds two errors.
    """
    known = about(results.scenario.spec, measure)
    scale = 100.0 if known.reads == "share" else 1.0
    paired = _paired(results, other)

    def one(strategy: str, worldview: str) -> Heat:
        key = CellKey(worldview, strategy)
        a, b = results.estimate(*key, measure), other.estimate(*key, measure)
        if a.mean is None or b.mean is None:
            return Heat("-", None, None)
        diff, se = a.mean - b.mean, None
        if paired:
            mine, theirs = results.cells[key], other.cells[key]
            gap = difference(mine.measures[measure], theirs.measures[measure], mine.replicate)
            se = gap.se if gap is not None else None
        elif a.se is not None and b.se is not None:
            se = (a.se**2 + b.se**2) ** 0.5
        digits = 0 if scale * abs(diff) >= 100 else 1
        error = "?" if se is None else f"{scale * se:.{digits}f}"
        clear = se is not None and abs(diff) > 2 * se
        text = f"{scale * diff:+,.{digits}f}±{error}"
        return Heat(text, diff, se, 2 if clear else None, "beyond two errors" if clear else "")

    unit = "percentage points" if known.reads == "share" else known.unit
    return Table(
        f"change-{measure}",
        "What changed: this study less the other",
        unit,
        tuple(rows.values()),
        tuple(heads.values()),
        tuple(tuple(one(s, w) for w in heads) for s in rows),
    )


def moved(table: Table, most: int = 4) -> list[str]:
    """The cells that moved most, beyond two errors, in words."""
    found = [
        (abs(cell.mean), f"{row}, {head}: {cell.text}")
        for row, cells in zip(table.rows, table.cells, strict=True)
        for head, cell in zip(table.heads, cells, strict=True)
        if cell.mean is not None and cell.step is not None
    ]
    return [text for _, text in sorted(found, key=lambda pair: -pair[0])[:most]]


@lru_cache(maxsize=64)
def _drawn(results: Results, chart: str) -> dict[str, Any]:
    return _words(figure(results, chart), chart)


def _words(made: Figure, prefix: str) -> dict[str, Any]:
    """Return a figure as the report's macro takes it; its ids begin with `prefix`."""
    from markupsafe import Markup

    return {
        "finding": made.finding,
        "reads": made.reads,
        "caption": made.caption,
        "drawn": [Markup(bare_svg(made, w, f"{prefix}-{w}")) for w in (WIDE, NARROW)],
    }


def path_page(
    name: str,
    folder: Path,
    worldview: str | None,
    strategy: str | None,
    draw: int | None,
    path: int | None,
) -> dict[str, Any]:
    """Return what the page of one path prints: which it is, its timeline, and every month in words.

    Raises DesignError for a worldview, strategy, draw or path the study does not have.
    """
    from winset.api import trace
    from winset.views.trace import trace_lines

    found = trace(folder, worldview, strategy, draw, path)
    results = found.results
    made = timeline_figure(
        results, found.worldview, found.strategy, found.draw, found.path, found.months
    )
    return {
        "name": name,
        "found": found,
        "spec": results.scenario.spec,
        "strategies": strategy_names(results, 90),
        "worldviews": worldview_names(results, 60),
        "p": _words(made, "path"),
        "lines": trace_lines(results.scenario.spec, "", found.months, 100),
    }


def picture(results: Results, chart: str) -> dict[str, Any]:
    """Return a chart as the report's macro takes it. Raises DesignError for one there is not."""
    return _drawn(results, chart)


def export(folder: Path, file: str) -> tuple[bytes, str] | None:
    """Return a study as a file and its media type; None where there is no such export."""
    from winset.views.report import report_html

    name, _, ending = file.partition(".")
    if file == "report.html":
        return report_html(open_results(folder)).encode(), "text/html; charset=utf-8"
    if file == "scenario.yaml":
        return open_results(folder).scenario.to_yaml().encode(), "application/yaml"
    if file == "results.json" and (folder / file).is_file():
        return (folder / file).read_bytes(), "application/json"
    if ending == "csv" and name in _TABLES and (folder / f"{name}.parquet").is_file():
        import polars as pl

        return pl.read_parquet(folder / f"{name}.parquet").write_csv().encode(), "text/csv"
    return None
