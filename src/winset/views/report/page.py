"""From a study to the page: gathers what the template prints, renders it, writes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from winset import __version__
from winset.errors import WinsetError
from winset.insight import Verdict, count_inputs, human_cost, judge, three_sentences
from winset.study import DesignError, Results
from winset.views.charts import CHARTS, Figure, bare_svg, courses, figure
from winset.views.charts.names import course_name, strategy_names, worldview_names
from winset.views.charts.theme import NARROW, RAMP, WIDE, dark_css
from winset.views.inputs import inputs
from winset.views.report.tables import (
    best,
    blockers,
    by_section,
    checks,
    heat,
    packages,
    verdict_rows,
)
from winset.views.text import duration, human

__all__ = ["LARGEST", "environment", "relabelled", "report_html", "write_report"]

#: bytes a report may take
LARGEST: Final = 5_000_000
#: quantities of the war drawn
_FANS: Final = 6
_MISSING: Final = "the report needs jinja2, which is not installed: pip install 'winset[charts]'"


def write_report(results: Results, path: Path) -> Path:
    """Write the page. Raises WinsetError where it cannot be written."""
    text = report_html(results)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise WinsetError(f"{path}: cannot be written: {error.strerror}") from None
    return path


def report_html(results: Results) -> str:
    """Return a study as one HTML document.

    Raises DesignError where no cell is done, WinsetError where a library is not installed.
    """
    if not results.cells:
        raise DesignError(["no cell of this study is done yet: there is nothing to report"])
    template = environment().get_template("report.html.j2")
    page: str = ""
    for widths in ((WIDE, NARROW), (WIDE,)):  # a very large grid goes without its narrow pictures
        page = template.render(_context(results, widths))
        if len(page.encode()) <= LARGEST:
            break
    return page


def environment() -> Any:
    """Return the templates, every text escaped. Raises WinsetError where jinja2 is missing."""
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError:
        raise WinsetError(_MISSING) from None
    made = Environment(
        loader=PackageLoader("winset.views.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["web"] = _web
    return made


def _web(address: str) -> str:
    """An address that may be followed, or nothing: only the web, never a script."""
    return address if address.startswith(("https://", "http://")) else ""


def _context(results: Results, widths: tuple[int, ...]) -> dict[str, Any]:
    scenario, spec = results.scenario, results.scenario.spec
    rows, heads = strategy_names(results, 90), worldview_names(results, 60)
    verdict = judge(results)
    named = relabelled(verdict, rows, heads)
    shown = verdict.headline or results.strategies[0]
    measures = [m for m in results.measures if m != "durable"]
    costs = [c.about.name for c in human_cost(results)]
    return {
        "version": __version__,
        "scenario": scenario,
        "spec": spec,
        "results": results,
        "settings": results.settings,
        "took": duration(results.elapsed_s),
        "inputs_count": count_inputs(scenario),
        "verdict": verdict,
        "sentences": three_sentences(named) if verdict.headline else (),
        "headline": rows.get(verdict.headline or "", ""),
        "baseline": rows.get(verdict.baseline or "", ""),
        "verdict_rows": verdict_rows(results, verdict, heads),
        "strategies": rows,
        "worldviews": heads,
        "durable": heat(results, "durable", rows, heads),
        "others": [heat(results, m, rows, heads) for m in measures if m not in costs],
        "costs": [heat(results, m, rows, heads) for m in costs],
        "cost_spans": [(c.about.label, human(c.least), human(c.most)) for c in human_cost(results)],
        "best": best(results, rows, heads),
        "blockers": blockers(results, rows, heads),
        "shown": rows[shown],
        "packages": packages(results, shown, heads),
        "checks": checks(results, heads),
        "inputs": by_section(inputs(scenario), lambda i: i.section),
        "pictures": _pictures(results, widths),
        "ramp": RAMP,
        "dark": dark_css(".chart"),
    }


def relabelled(verdict: Verdict, rows: dict[str, str], heads: dict[str, str]) -> Verdict:
    """Return the verdict with labels in place of ids, for its sentences."""

    def quoted(strategy: str | None) -> str | None:
        return None if strategy is None else f"“{rows[strategy]}”"

    def each(gaps: Any) -> dict[str, Any]:
        return {quoted(s) or "": gap for s, gap in gaps.items()}

    return replace(
        verdict,
        headline=quoted(verdict.headline),
        baseline=quoted(verdict.baseline),
        rivals=tuple(quoted(s) or "" for s in verdict.rivals),
        two_leg=tuple(quoted(s) or "" for s in verdict.two_leg),
        standings={
            f"“{heads[w]}”": {
                m: replace(one, rivals=each(one.rivals), two_leg=each(one.two_leg))
                for m, one in by.items()
            }
            for w, by in verdict.standings.items()
        },
    )


def _pictures(results: Results, widths: tuple[int, ...]) -> dict[str, dict[str, Any]]:
    """Name -> a figure drawn wide and narrow; those a study cannot give are left out, with why."""
    made: dict[str, Callable[[], Figure]] = {
        name: (lambda name=name: figure(results, name))  # type: ignore[misc]
        for name in CHARTS
        if name not in ("grid", "war")
    }
    labelled = [q for q in courses(results) if course_name(results.scenario.spec, q)[0] != q]
    for quantity in (labelled or list(courses(results)))[:_FANS]:
        made[f"war-{quantity}"] = lambda quantity=quantity: figure(  # type: ignore[misc]
            results, "war", quantity=quantity
        )
    found: dict[str, dict[str, Any]] = {}
    for number, (name, make) in enumerate(made.items()):
        try:
            one = make()
        except WinsetError as why:
            found[name] = {"missing": str(why)}
            continue
        found[name] = {
            "finding": one.finding,
            "reads": one.reads,
            "caption": one.caption,
            "drawn": [_safe(bare_svg(one, width, f"p{number}-{width}")) for width in widths],
        }
    return found


def _safe(svg: str) -> Any:
    """Mark a picture as HTML: made by vl-convert, which escapes every text it sets."""
    from markupsafe import Markup

    return Markup(svg)
