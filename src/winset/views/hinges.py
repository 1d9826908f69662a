"""What a study hangs on, on a terminal: a table of hinges over worldviews, then each worldview in
sentences, then what each strategy gives up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from winset.insight.hinge_words import SURE, view_sentences
from winset.insight.hinges import Leaning, StudyHinges
from winset.insight.labels import quantity_words
from winset.insight.measures import about
from winset.insight.regret_table import RegretRow
from winset.views.text import columns, human, short, wrap

__all__ = ["hinges_lines"]


def hinges_lines(found: StudyHinges, width: int, *, detail: bool = False) -> list[str]:
    """Return the page; `detail`: the regret of every objective too, not of the measure alone."""
    spec, settings = found.scenario.spec, found.results.settings
    known = spec.strategies.get(found.strategy)
    label = known.label if known is not None else ""
    lines = [
        *wrap(f"{spec.title}: what {found.measure} under {found.strategy} hangs on", width),
        *wrap(
            f"{found.strategy}: {label or found.strategy}. {found.measure}:"
            f" {about(spec, found.measure).label}. {settings.draws} draws"
            f" × {settings.paths} paths × {settings.months} months, seed {settings.seed}. Each"
            " worldview by itself: they share draws and luck.",
            width,
        ),
        "",
        *_table(found, width),
    ]
    for worldview, view in found.views.items():
        lines += ["", worldview]
        for sentence in view_sentences(found, view):
            lines += wrap(sentence, width, "  ", "    ")
    for part in (_across(found, width), _regret(found, width, detail)):
        lines += ["", *part] if part else []
    lines += ["", *wrap(_CLOSING, width)]
    return lines


_CLOSING = (
    "± is one standard error. A hinge is a statement about this model under these ranges, not about"
    " the world; what the ranges leave out cannot show up as one. Not a forecast."
)


def _table(found: StudyHinges, width: int) -> list[str]:
    """Quantity x worldview: percent of the variance over draws explained, with its error."""
    ids = list(dict.fromkeys(one.id for v in found.views.values() for one in v.hinges))
    if not ids:
        return wrap("In no worldview does a single quantity stand out of chance.", width)
    shown = {
        id_: [next((_index(h) for h in v.hinges if h.id == id_), "·") for v in found.views.values()]
        for id_ in ids
    }
    ids.sort(key=lambda id_: -sum(cell != "·" for cell in shown[id_]))
    names = [short(w, 13) for w in found.views]
    room = max(20, width - sum(max(len(n), 5) + 2 for n in names))
    rows = [("% of variance over draws, alone", *names)]
    rows += [(short(quantity_words(found.scenario, id_), room), *shown[id_]) for id_ in ids]
    note = (
        "· not beyond what chance gives some quantity in one worldview of twenty; ? beyond that,"
        " but not beyond one in a hundred"
    )
    return [*columns(rows, "l"), *wrap(note, width)]


def _index(one: Leaning) -> str:
    doubt = "" if one.p <= SURE else "?"
    return f"{100 * one.index:.0f}±{math.ceil(round(100 * one.error, 6))}{doubt}"


def _across(found: StudyHinges, width: int) -> list[str]:
    if found.view_worth is None:
        return []
    gain, best = found.view_worth
    flips = found.flips()
    lines = [
        f"Knowing which worldview is right, before choosing, would raise {found.measure} by "
        f"{_points(found, gain)} on average over choosing {best} (each worldview counted alike, "
        "which is a convention and no belief)."
    ]
    if not flips:
        lines.append("No flip within a worldview: the order of strategies changes between them.")
    return [part for line in lines for part in wrap(line, width)]


def _regret(found: StudyHinges, width: int, detail: bool) -> list[str]:
    table = found.regrets
    aims = [aim for aim in table.rows if detail or aim == found.measure]
    lines: list[str] = []
    for aim in aims:
        rows = [("strategy", "most", "where", "mean", *_short(table.rows[aim]))]
        for row in table.rows[aim]:
            each = [_number(found, aim, gap.diff) for gap in row.each.values()]
            rows.append(
                (
                    row.strategy,
                    f"{_number(found, aim, row.most.diff)}±{_error(found, aim, row.most.se)}",
                    row.where,
                    _number(found, aim, row.mean),
                    *each,
                )
            )
        wide = max(len(line) for line in columns(rows, "lrl"))
        kept = rows if wide <= width else [row[:4] for row in rows]
        unit = "points" if _is_share(found, aim) else "in its unit"
        lines += [
            *wrap(f"What each strategy gives up by {aim}, {unit}, against the best there:", width),
            *columns(kept, "lrl"),
            "",
        ]
    close = {aim: names for aim, names in table.close.items() if names and aim in aims}
    for aim, names in close.items():
        near = _points(found, table.near[aim], aim)
        lines += wrap(
            f"Within {near} of the best in every worldview by {aim}: " + ", ".join(names), width
        )
    if not close and aims:
        lines += wrap(
            f"No strategy is near the best in every worldview by {' or '.join(aims)}.", width
        )
    never = ", ".join(table.never_best) or "none"
    lines += wrap(
        "Clearly behind the best in every worldview by every objective "
        f"({', '.join(table.rows)}): {never}.",
        width,
    )
    return lines


def _short(rows: tuple[RegretRow, ...]) -> list[str]:
    longest: Mapping[str, object] = max((row.each for row in rows), key=len, default={})
    return [short(w, 13) for w in longest]


def _is_share(found: StudyHinges, aim: str) -> bool:
    return about(found.scenario.spec, aim).reads in ("share", "value")


def _number(found: StudyHinges, aim: str, value: float) -> str:
    return f"{100 * value:.0f}" if _is_share(found, aim) else human(value)


def _error(found: StudyHinges, aim: str, error: float | None) -> str:
    if error is None:
        return "?"
    return f"{100 * error:.0f}" if _is_share(found, aim) else human(error)


def _points(found: StudyHinges, value: float, aim: str | None = None) -> str:
    name = aim or found.measure
    return f"{100 * value:.1f} points" if _is_share(found, name) else human(value)
