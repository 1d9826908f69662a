"""What would have to change, on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from winset.insight.labels import amount, quantity_words
from winset.insight.moves import Change, Step
from winset.insight.need import Need, Single, Way
from winset.views.text import columns, share, short, wrap

if TYPE_CHECKING:
    from winset.scenario import Scenario
    from winset.study import Estimate
    from winset.talks.cell import Settings

__all__ = ["need_closing", "need_head", "need_lines"]

_SHOWN = 5
_WORDS = {
    "levers": ("levers", "every lever within 0 to 1"),
    "beliefs": ("beliefs", "every disputed number within what the worldviews span"),
}


def need_head(
    scenario: Scenario, settings: Settings, strategy: str, durable: float, by: int, width: int
) -> list[str]:
    """What is asked."""
    spec = scenario.spec
    known = spec.strategies.get(strategy)
    label = known.label if known is not None else ""
    return [
        *wrap(
            f"{spec.title}: what would have to change under {strategy} ({label or strategy}) for a"
            f" settlement signed by month {by} that holds for five years to have a chance of"
            f" {100 * durable:.0f}%",
            width,
        ),
        *wrap(
            f"{settings.draws} draws × {settings.paths} paths × {settings.months} months, seed"
            f" {settings.seed}; every change on the same draws and luck; what is found is run"
            " again on other draws, and those numbers are given",
            width,
        ),
    ]


def need_lines(scenario: Scenario, found: Need, durable: float, width: int) -> list[str]:
    """One worldview."""
    lines = ["", f"{found.worldview}: {_chance(found.now)} as it is."]
    if not found.ways:
        return [*lines, "  Nothing need change."]
    for way in found.ways:
        lines += _way(scenario, found, way, durable, width)
    return lines


def need_closing(width: int) -> list[str]:
    """How to read it."""
    return [
        "",
        *wrap(
            "± is one standard error. The search is greedy: what it finds does it, but something"
            " smaller may. Size: 1 is a lever from 0 to 1, or a number from one end of what the"
            " worldviews span to the other. What a change would take, and whether it can be had, is"
            " not in the model. Not a forecast.",
            width,
        ),
    ]


def _way(scenario: Scenario, found: Need, way: Way, durable: float, width: int) -> list[str]:
    name, within = _WORDS[way.kind]
    if not way.singles:
        return [f"  {name}: there is nothing to change."]
    if way.change is not None and way.reaches(durable):
        said = (
            f"{name}: {change_words(scenario, way.change)} gives {_chance(way.chance)} (size "
            f"{way.change.size:.2f}; the least found of {way.tried} changes tried)."
        )
    elif way.change is not None:
        said = (
            f"{name}: on the draws of the search {change_words(scenario, way.change)} does it, on "
            f"other draws it gives {_chance(way.chance)}: at the edge of what can be reached."
        )
    else:
        most = (
            f"the most found is {_chance(way.best)}, with {change_words(scenario, way.best_change)}"
            if way.best_change.steps
            else "no move raises the chance beyond its error"
        )
        said = f"{name}: nothing found does it, {within} ({way.tried} changes tried); {most}."
    lines = wrap(said, width, "  ", "    ")
    rows = [_single(scenario, one) for one in way.singles[:_SHOWN] if one.effect.diff > 0]
    if rows:
        lines += ["    one at a time, to its end, in points of chance:"]
        lines += [short(f"      {line}", width) for line in columns(rows, "ll")]
    return lines


def change_words(scenario: Scenario, change: Change) -> str:
    """A change in words: what goes from where to where."""
    return " and ".join(_step(scenario, step) for step in change.steps)


def _step(scenario: Scenario, step: Step) -> str:
    move = step.move
    if move.kind == "levers":
        return f"{_lever(scenario, move.id)} {move.start:.3g} → {step.value:.3g}"
    start, value = (amount(scenario, move.id, x) for x in (move.start, step.value))
    return f"{quantity_words(scenario, move.id)} ({move.id}) {start} → {value}"


def _lever(scenario: Scenario, id_: str) -> str:
    lever = scenario.spec.levers.get(id_)
    return f"{lever.name} ({id_})" if lever is not None and lever.name else id_


def _single(scenario: Scenario, one: Single) -> tuple[str, str]:
    gap = one.effect
    error = "?" if gap.se is None else f"{100 * gap.se:.1f}"
    star = "*" if gap.clear else ""
    return (f"{100 * gap.diff:+.1f}±{error}{star}", _step(scenario, Step(one.move)))


def _chance(estimate: Estimate | None) -> str:
    if estimate is None or estimate.mean is None:
        return "-"
    error = "?" if estimate.se is None else f"{100 * estimate.se:.1f}"
    return f"{share(estimate.mean, 1)}±{error}%"
