"""A study within another page, such as a notebook: the verdict in sentences and the table."""

from __future__ import annotations

from html import escape

from winset.insight import judge, three_sentences
from winset.study import Results
from winset.views.charts.names import strategy_names, worldview_names
from winset.views.charts.theme import ON_DARK, ON_LIGHT, RAMP
from winset.views.report.page import environment, relabelled
from winset.views.report.tables import heat

__all__ = ["study_html"]


def study_html(results: Results) -> str:
    """Return the fragment; every text of the scenario is escaped. Raises WinsetError where a
    library is not installed.
    """
    rows, heads = strategy_names(results, 90), worldview_names(results, 60)
    verdict = judge(results)
    macros = environment().get_template("macros.html.j2").module
    table = macros.heat(heat(results, "durable", rows, heads))
    spec, settings = results.scenario.spec, results.settings
    said = three_sentences(relabelled(verdict, rows, heads)) if verdict.headline else ()
    items = "".join(f"<li>{escape(text)}</li>" for text in said)
    done = f"{len(results.cells)} of {len(results.keys)} cells, " if not results.complete else ""
    return (
        f'<div class="winset"><style>{_style()}</style><h4>{escape(spec.title)}</h4>'
        f"<p><small>As of {escape(spec.as_of)}; {done}{settings.draws} draws × {settings.paths} "
        f"paths × {settings.months} months, seed {settings.seed}. Not a forecast, and no "
        "endorsement of any party, plan or strategy: what follows from the assumptions of each "
        f"worldview.</small></p>{table}{f'<ol>{items}</ol>' if items else ''}</div>"
    )


def _style() -> str:
    shades = "".join(
        f".winset .s{n}{{background:{fill};color:{ON_LIGHT if n < 4 else ON_DARK}}}"
        for n, fill in enumerate(RAMP)
    )
    return (
        ".winset table{border-collapse:collapse}.winset caption{text-align:left;font-weight:bold}"
        ".winset th,.winset td{padding:4px 8px;text-align:left}.winset td{text-align:center}"
        f".winset ol{{max-width:760px}}{shades}"
    )
