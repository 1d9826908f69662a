"""A quantity in words: its own label, or, for a weight, score or influence, what it is of whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from winset.scenario import Scenario

__all__ = ["amount", "quantity_words"]


def quantity_words(scenario: Scenario, id_: str) -> str:
    """Return a quantity's label, or one made from where it is written; its id where there is
    neither.
    """
    quantity = scenario.quantities.get(id_)
    if quantity is not None and quantity.label:
        return quantity.label
    return _made(scenario, id_) or id_


def _made(scenario: Scenario, id_: str) -> str:
    spec, parts = scenario.spec, scenario.paths.get(id_, ())
    match parts:
        case ("preferences", str(party), "weights", str(issue)):
            return f"{_party(scenario, party)}'s weight on {_issue(scenario, issue)}"
        case ("preferences", str(party), "scores", str(issue), str(option)):
            said = _issue(scenario, issue)
            return f"{_party(scenario, party)}'s score for {option} ({said})"
        case ("constituencies", str(group), "influence"):
            name = spec.constituencies[group].name or group
            return f"influence of {name}"
        case _:
            return ""


def _party(scenario: Scenario, party: str) -> str:
    known = scenario.spec.parties.get(party)
    return known.name if known is not None else party


def _issue(scenario: Scenario, issue: str) -> str:
    known = scenario.spec.issues.get(issue)
    return (known.name if known is not None else "") or issue


def amount(scenario: Scenario, id_: str, value: float) -> str:
    """Return a value of a quantity with its unit: `0.025`, `2.5% a month`, `420 km**2/month`."""
    quantity = scenario.quantities.get(id_)
    unit = quantity.unit if quantity is not None else "1"
    if unit == "1/month":
        return f"{100 * value:.2g}% a month" if abs(value) < 1 else f"{value:.3g} a month"
    number = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return number if unit in ("1", "") else f"{number} {unit}"
