"""Issues and lists in words, for every page of the settlement analysis."""

from __future__ import annotations

from typing import Any

from winset.scenario import Scenario


def issue_name(scenario: Scenario, issue: str) -> str:
    """An issue's name, its id where it has none."""
    return scenario.spec.issues[issue].name or issue


def listed(parts: Any) -> str:
    """Commas and a last `and`."""
    items: list[str] = list(parts)
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + " and " + items[-1]
