"""`winset tracks` as lines of text and as a document; computes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from winset.insight import about
from winset.insight.tracks import Alone, TrackStudy, Way, WayRow
from winset.talks.tracks import Closing
from winset.views.text import cell, columns, short, wrap

if TYPE_CHECKING:
    from winset.scenario import Scenario

__all__ = ["alone_document", "alone_lines", "tracks_document", "tracks_lines"]

_MEASURES = ("signed", "months_to_signing", "durable")
_HEADS = ("signed", "months", "durable")


def tracks_lines(study: TrackStudy, width: int) -> list[str]:
    """The comparison, worldview by worldview."""
    scenario, design, alone = study.scenario, study.design, study.sessions
    spec, settings = scenario.spec, design.settings
    lines = wrap(
        f"{spec.title}: how the issues are negotiated, under {study.strategy}. {settings.draws}"
        f" draws × {settings.paths} paths × {settings.months} months, seed {settings.seed}; all"
        " ways on the same draws and luck.",
        width,
        rest="",
    )
    lines += ["", *_tracks(scenario, width)]
    for view in design.worldviews:
        own = [row for row in study.rows if row.worldview == view]
        lines += ["", *_view(scenario, view, alone[view], own, width)]
    lines += [
        "",
        *wrap(
            "Chances in percent; ± is one standard error. Months: to signing, where signed. To"
            " package: points of durable above or below it, paired. In vain: tracks closed and"
            " nothing signed by the horizon. Under a party's name: its value, in its own stake."
            " Alone: the chance of signing were every session like the package's average one, at"
            " the worldview's median momentum and complexity; the rest of the difference is the"
            " war's, the text's and the sides' waiting. Not a forecast.",
            width,
            rest="",
        ),
    ]
    return lines


def _tracks(scenario: Scenario, width: int) -> Iterator[str]:
    spec = scenario.spec
    for n, (name, issues) in enumerate(spec.tracks.groups.items(), start=1):
        said = ", ".join(spec.issues[i].name or i for i in issues)
        yield from wrap(f"{n} {name}: {said}", width, "  ", "      ")


def _way_words(scenario: Scenario, way: Way) -> str:
    """A way by the numbers of its tracks."""
    number = {name: str(n) for n, name in enumerate(scenario.spec.tracks.groups, start=1)}
    return " then ".join(number[name] for name in way.order) if way.order else way.mode


def _view(
    scenario: Scenario, view: str, alone: Alone, rows: Sequence[WayRow], width: int
) -> Iterator[str]:
    spec = scenario.spec
    known = spec.worldviews.get(view)
    yield short(f"{view}: {known.label}" if known is not None else view, width)
    yield from wrap(
        f"momentum {alone.momentum:.3g}, complexity {alone.complexity:.3g} (medians); as a package,"
        f" talks meet in {100 * alone.meeting:.0f}% of months and {100 * alone.signed:.0f}% of"
        f" sessions sign",
        width,
        "  ",
        "  ",
    )
    parties = scenario.signatories
    head = ["  way", *_HEADS, "to package", "in vain", *parties, "alone"]
    table = [head]
    for row in rows:
        cells = [_cell(scenario, row, m) for m in (*_MEASURES, "closed_in_vain")]
        gap = row.against.get("durable")
        error = "?" if gap is None or gap.se is None else f"{100 * gap.se:.1f}"
        less = "" if gap is None else f"{100 * gap.diff:+.1f}±{error}"
        values = [_cell(scenario, row, f"value.{p}") for p in parties]
        signed = f"{100 * row.alone.by[-1]:.0f}"
        way = "  " + short(_way_words(scenario, row.way), 30)
        table.append([way, *cells[:3], less, cells[3], *values, signed])
    yield from columns(table, "l")
    yield from wrap(_said(scenario, rows), width, "  ", "  ")


def _cell(scenario: Scenario, row: WayRow, measure: str) -> str:
    known = about(scenario.spec, measure)
    digits = 1 if known.reads == "months" else 0
    found = row.found.get(measure)
    return "-" if found is None else cell(known, found, digits)


def _said(scenario: Scenario, rows: Sequence[WayRow]) -> str:
    """Which ways are clearly better or worse than the package, in words."""
    told = [(r, r.against["durable"].sign) for r in rows if "durable" in r.against]
    above, below = ([_way_words(scenario, r.way) for r, s in told if s == way] for way in (1, -1))
    others = len([r for r in rows if r.way.mode != "package"])
    if not above and len(below) == others:
        return (
            "A durable settlement is likeliest as a package: every other way is clearly below it."
        )
    if not above and not below:
        return "No way differs clearly from the package."
    parts = []
    if above:
        parts.append("Clearly above the package: " + "; ".join(above) + ".")
    if below:
        parts.append("Clearly below it: " + "; ".join(below) + ".")
    if len(above) + len(below) < others:
        parts.append("The rest cannot be told from it.")
    return " ".join(parts)


def tracks_document(study: TrackStudy) -> dict[str, Any]:
    """The comparison as plain data."""
    scenario, alone = study.scenario, study.sessions
    tracks, settings = scenario.spec.tracks, study.design.settings
    return {
        "scenario": {"id": scenario.id, "sha256": scenario.sha256, "as_of": scenario.spec.as_of},
        "strategy": study.strategy,
        "seed": settings.seed,
        "draws": settings.draws,
        "paths": settings.paths,
        "months": settings.months,
        "tracks": {name: list(issues) for name, issues in tracks.groups.items()},
        "worldviews": [
            {
                "id": view,
                "sessions": {
                    "meeting": alone[view].meeting,
                    "signed": alone[view].signed,
                    "ends": alone[view].ends,
                    "momentum": alone[view].momentum,
                    "complexity": alone[view].complexity,
                },
                "ways": [_way(row) for row in study.rows if row.worldview == view],
            }
            for view in study.design.worldviews
        ],
    }


def _way(row: WayRow) -> dict[str, Any]:
    return {
        "mode": row.way.mode,
        "order": list(row.way.order),
        "measures": {
            name: {"mean": one.mean, "se": one.se}
            for name, one in row.found.items()
            if one.mean is not None
        },
        "less_package": {name: gap.json() for name, gap in row.against.items()},
        "alone": _closing(row.alone),
    }


def _closing(found: Closing) -> dict[str, Any]:
    months = found.months if found.months == found.months else None
    return {
        "signed": found.signed,
        "signed_by_horizon": float(found.by[-1]),
        "months_to_signing": months,
        "ended": found.ended,
        "ended_with_tracks_closed": found.half,
    }


def alone_lines(
    sizes: Mapping[str, int],
    said: Mapping[str, float],
    found: Sequence[tuple[Way, Closing]],
    momentum: float | None,
    width: int,
) -> list[str]:
    """Closing without a war: the table, and where a sequence would close first."""
    lines = wrap(
        "Closing alone, sessions all alike: "
        + ", ".join(f"{name.replace('_', ' ')} {value:.3g}" for name, value in said.items())
        + ". Tracks (issues): "
        + ", ".join(f"{name} ({n})" for name, n in sizes.items())
        + ".",
        width,
        rest="",
    )
    table = [["  way", "signed %", "months", "by 12 %", "by 24 %", "war ends %", "some closed %"]]
    for way, one in found:
        months = f"{one.months:.1f}" if one.months == one.months else "-"
        by = [f"{100 * one.by[min(t, len(one.by)) - 1]:.1f}" for t in (12, 24)]
        table.append(
            ["  " + short(way.id, 48), f"{100 * one.signed:.1f}", months, *by,
             f"{100 * one.ended:.1f}", f"{100 * one.half:.1f}"]
        )  # fmt: skip
    lines += ["", *columns(table, "l"), ""]
    if momentum is None:
        text = "No momentum makes a sequence close first, on average, with these numbers."
    else:
        text = (
            "A sequence closes first, on average, where momentum is above"
            f" {momentum:.3g} (in its best order)."
        )
    return [
        *lines,
        *wrap(
            text + " Months: to signing, where signed; the month of signing counts.", width, rest=""
        ),
    ]


def alone_document(
    sizes: Mapping[str, int],
    said: Mapping[str, float],
    found: Sequence[tuple[Way, Closing]],
    momentum: float | None,
) -> dict[str, Any]:
    """Closing without a war as plain data; `by` lists the chance of having signed by each month."""
    return {
        "tracks": dict(sizes),
        **said,
        "sequence_closes_first_above_momentum": momentum,
        "ways": [
            {
                "mode": way.mode,
                "order": list(way.order),
                **_closing(one),
                "by": [float(x) for x in one.by],
            }
            for way, one in found
        ],
    }
