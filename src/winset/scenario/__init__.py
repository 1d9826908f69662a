"""Read, check and overlay scenarios: YAML -> one frozen `Scenario`."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from winset.scenario.checking import Report, check
    from winset.scenario.overrides import Override
    from winset.scenario.reading import bundled
    from winset.scenario.scenario import Scenario, load
    from winset.scenario.schema.base import Quantity
    from winset.scenario.schema.root import ScenarioSpec

__all__ = [
    "Override",
    "Quantity",
    "Report",
    "Scenario",
    "ScenarioSpec",
    "bundled",
    "check",
    "load",
]

_HOMES = {
    "Override": "winset.scenario.overrides",
    "Quantity": "winset.scenario.schema.base",
    "Report": "winset.scenario.checking",
    "Scenario": "winset.scenario.scenario",
    "ScenarioSpec": "winset.scenario.schema.root",
    "bundled": "winset.scenario.reading",
    "check": "winset.scenario.checking",
    "load": "winset.scenario.scenario",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"winset.scenario has no public name {name!r}")
    return getattr(import_module(_HOMES[name]), name)
