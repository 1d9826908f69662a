"""What gets signed: under one strategy, the share of signed paths that hold each option, by issue
and worldview.
"""

from __future__ import annotations

from numbers import Real
from typing import Any, Final

from winset.study import CellKey, DesignError, Results
from winset.views.charts.figure import Figure, caption, clean, need_altair, short, table
from winset.views.charts.names import LINES, MIDDLE, strategy_names, two_lines, worldview_names
from winset.views.charts.theme import ON_DARK, ON_LIGHT, RAMP, step_of
from winset.views.text import share

__all__ = ["option_shares", "terms_figure"]

#: an option is shown where it is in at least this share of what is signed in some worldview
LEAST: Final = 0.02
_DARK_FROM: Final = 4
#: told apart from options by the letter it begins with; options begin with a no-break space
_INDENT: Final = "\u00a0\u00a0"


def option_shares(results: Results, strategy: str) -> dict[str, dict[str, dict[str, float]]]:
    """Return issue -> option -> worldview -> share of the cell's signed paths, in the scenario's
    order of issues and options; shares of a divisible issue by tenths.
    """
    found: dict[str, dict[str, dict[str, float]]] = {}
    for worldview in results.worldviews:
        cell = results.cells.get(CellKey(worldview, strategy))
        for package, part in cell.terms if cell is not None else ():
            for issue, option in package.items():
                name = f"{option:.1f}" if isinstance(option, Real) else str(option)
                views = found.setdefault(issue, {}).setdefault(name, {})
                views[worldview] = views.get(worldview, 0.0) + float(part)
    issues: Any = results.scenario.spec.issues
    ordered: dict[str, dict[str, dict[str, float]]] = {}
    for issue in [i for i in issues if i in found] + [i for i in found if i not in issues]:
        known = list(issues[issue].options) if issue in issues else []
        rest = sorted(o for o in found[issue] if o not in known)
        ordered[issue] = {o: found[issue][o] for o in [*known, *rest] if o in found[issue]}
    return ordered


def terms_figure(results: Results, strategy: str | None = None) -> Figure:
    """Return the table of options signed under a strategy (default: the headline).

    Raises DesignError for a strategy the study does not have.
    """
    shown = strategy or results.scenario.spec.headline
    if shown not in results.strategies:
        if strategy is not None:
            raise DesignError(
                [f"no strategy {strategy!r} in this study; it has: {', '.join(results.strategies)}"]
            )
        shown = results.strategies[0]
    label = strategy_names(results, 60)[shown]
    return Figure(
        name="terms",
        finding=_finding(results, shown),
        reads=f"Share of the settlements signed under “{label}” that hold each option, % of signed "
        "paths in each worldview; options below 2% everywhere are left out, blank is none. A "
        "signing may still be rare: see the table of strategies.",
        caption=caption(results),
        draw=lambda width: _draw(results, shown, width),
        options={"strategy": shown},
    )


def _finding(results: Results, strategy: str) -> str:
    shares = option_shares(results, strategy)
    views = [
        w for w in results.worldviews if any(w in v for o in shares.values() for v in o.values())
    ]
    if not views:
        return "Nothing is signed"
    firm: list[str] = []
    open_: list[str] = []
    for issue, options in shares.items():
        tops = {max(options, key=lambda o: options[o].get(w, 0.0)) for w in views}
        (firm if len(tops) == 1 else open_).append(_issue(results, issue))
    if not open_:
        return "The option signed most often is the same on every issue in every worldview"
    if not firm:
        return "On no issue do all worldviews sign the same option most often"
    return (
        f"On {len(firm)} of {len(shares)} issues every worldview signs the same option most often; "
        f"they part over {', '.join(short(name, 60) for name in open_[:3])}"
        + (f" and {len(open_) - 3} more" if len(open_) > 3 else "")
    )


def _issue(results: Results, issue: str) -> str:
    known = results.scenario.spec.issues.get(issue)
    return clean(known.name if known is not None and known.name else issue)


def _option(results: Results, issue: str, option: str) -> str:
    known = results.scenario.spec.issues.get(issue)
    text = known.options[option].text if known is not None and option in known.options else ""
    return clean(text or option)


def _draw(results: Results, strategy: str, width: int) -> Any:
    alt = need_altair()
    narrow = width < 500
    views = worldview_names(results, 24, wrap=0 if narrow else 11)
    letters = 24 if narrow else 48
    order: dict[str, None] = {}
    values = []
    for issue, options in option_shares(results, strategy).items():
        kept = {o: v for o, v in options.items() if max(v.values()) >= LEAST}
        head = _own(two_lines(short(_issue(results, issue), 90), letters), order)
        values.append({"row": head, "worldview": next(iter(views.values())), "head": 1})
        for option, by in kept.items():
            text = two_lines(short(_option(results, issue, option), 110), letters)
            row = _own(_INDENT + text.replace("\n", "\n" + _INDENT), order)
            for worldview, name in views.items():
                part = by.get(worldview)
                if part is None:
                    continue
                step = step_of(part, 1.0)
                values.append(
                    {
                        "row": row,
                        "worldview": name,
                        "text": share(part),
                        "fill": RAMP[step],
                        "ink": ON_DARK if step >= _DARK_FROM else ON_LIGHT,
                    }
                )
    names = 148 if narrow else 290
    aslant = 34 if narrow else 0  # what the last head stands out to the right
    step_x = max((width - names - aslant) / max(len(views), 1), 25)
    base = alt.Chart(table(values)).encode(
        x=alt.X(
            "worldview:N",
            sort=list(views.values()),
            scale=alt.Scale(paddingInner=0.04),
            axis=alt.Axis(
                orient="top",
                title=None,
                labelAngle=-50 if narrow else 0,
                labelAlign="left" if narrow else "center",
                labelExpr=LINES,
                ticks=False,
                domain=False,
                labelPadding=6,
            ),
        ),
        y=alt.Y(
            "row:N",
            sort=list(order),
            scale=alt.Scale(paddingInner=0.06),
            axis=alt.Axis(
                title=None,
                ticks=False,
                domain=False,
                labelAlign="left",
                labelPadding=names,
                labelLimit=names,
                labelExpr=LINES,
                labelLineHeight=11.5,
                labelFontSize=10.5,
                labelBaseline=MIDDLE,
                labelFontWeight={
                    "condition": {"test": "indexof(datum.value, '\u00a0') != 0", "value": "bold"},
                    "value": "normal",
                },
            ),
        ),
    )
    tiles = base.mark_rect().encode(
        color=alt.Color("fill:N", scale=None),
        opacity=alt.condition("datum.head", alt.value(0), alt.value(1)),
    )
    text = base.mark_text(fontSize=10.5).encode(text="text:N", color=alt.Color("ink:N", scale=None))
    return alt.layer(tiles, text).properties(
        width=step_x * max(len(views), 1), height=26 * max(len(order), 1)
    )


def _own(label: str, taken: dict[str, None]) -> str:
    """Note a row's label, made its own by spaces of no width where another reads the same."""
    while label in taken:
        label += "\u200b"
    taken[label] = None
    return label
