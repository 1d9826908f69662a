"""Sobol indices by design, on a terminal."""

from __future__ import annotations

from winset.insight.labels import quantity_words
from winset.insight.saltelli import REST, Factor, ViewIndices
from winset.insight.sobol import StudyIndices
from winset.views.text import columns, short, wrap

__all__ = ["sobol_lines"]


def sobol_lines(found: StudyIndices, width: int) -> list[str]:
    """Return a table for each worldview: what each factor explains alone and with all others."""
    spec, settings = found.scenario.spec, found.results.settings
    lines = wrap(
        f"{spec.title}: shares of the variance of {found.measure} under {found.strategy}, from a "
        f"design of {found.points} points a set × {settings.months} months, seed {settings.seed}",
        width,
    )
    for worldview, view in found.views.items():
        lines += ["", f"{worldview} ({view.points} draws run)", *_table(found, view, width)]
    lines += [
        "",
        *wrap(
            "± is half a 95% interval. alone: of the variance, by itself (first order). with all: "
            "what would be left if everything else were known (total order); the difference is "
            "made together with others. Luck is the same in all sets: it is held, not a factor. A "
            "statement about this model under these ranges. Not a forecast.",
            width,
        ),
    ]
    return lines


def _table(found: StudyIndices, view: ViewIndices, width: int) -> list[str]:
    room = max(20, width - 24)
    rows = [("% of variance", "alone", "with all")]
    for factor in sorted(view.factors, key=lambda f: (f.name == REST, -f.total)):
        name = short(_words(found, factor), room)
        rows.append((name, *_numbers(factor)))
    return [f"  {line}" for line in columns(rows, "lrr")]


def _numbers(factor: Factor) -> tuple[str, str]:
    pairs = ((factor.first, factor.first_half), (factor.total, factor.total_half))
    one, other = (f"{100 * x + 0.0:.0f}±{100 * half:.0f}" for x, half in pairs)
    return one, other


def _words(found: StudyIndices, factor: Factor) -> str:
    if factor.name in found.scenario.quantities:
        return f"{quantity_words(found.scenario, factor.name)} ({factor.name})"
    return factor.name
