"""Texts by name: the plans of a scenario, and YAML files of options."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from winset.errors import OverrideError
from winset.insight.stated import unknown
from winset.scenario import Scenario
from winset.talks.menu import Menu


class Named(NamedTuple):
    """A text. armistice: it stops the fighting and settles nothing for good, so it is held by the
    scenario's `ceasefire` (own hazard, no vote at home) rather than by `durability`.
    """

    id: str
    title: str
    package: np.ndarray
    armistice: bool


def package_named(scenario: Scenario, menu: Menu, plan: str) -> Named:
    """A named plan, or a YAML file of options (`armistice: true` beside them where it is one).

    Raises:
        OverrideError: no such plan or file, or a file that leaves an issue open, or names what is
            not there; every problem at once.
    """
    if plan in scenario.spec.plans:
        body = scenario.spec.plans[plan]
        chosen: Mapping[str, Any] = body.options
        named = scenario.spec.ceasefire is not None and scenario.spec.ceasefire.plan == plan
        package = package_from(menu, plan, chosen)
        return Named(plan, body.title or plan, package, _armistice(scenario, body.armistice, named))
    file = Path(plan)
    if not file.is_file():
        known = unknown("plan", plan, tuple(scenario.spec.plans))
        raise OverrideError(f"{known}. A YAML file of `issue: option` lines is taken, too.")
    import yaml

    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise OverrideError(f"{plan}: not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(data, dict):
        raise OverrideError(f"{plan}: a map of issue: option is due")
    options = data.get("options", data)
    if not isinstance(options, dict):
        raise OverrideError(f"{plan}: options: a map of issue: option is due")
    armistice = data.get("armistice", False) if "options" in data else False
    if not isinstance(armistice, bool):
        raise OverrideError(f"{plan}: armistice: true or false is due, found {armistice!r}")
    if armistice and scenario.spec.ceasefire is None:
        raise OverrideError(f"{plan}: armistice: the scenario says nothing of a ceasefire")
    title = str(data.get("title", file.stem))
    return Named(file.stem, title, package_from(menu, plan, options), armistice)


def _armistice(scenario: Scenario, flagged: bool, named: bool) -> bool:
    return scenario.spec.ceasefire is not None and (flagged or named)


def package_from(menu: Menu, where: str, options: Mapping[str, Any]) -> np.ndarray:
    """A package [issues] from a map of issue -> option (or share); `where` begins the message.

    Raises:
        OverrideError: an issue left open, or a name that is not there; every problem at once.
    """
    space = menu.space
    wrong = [unknown("issue", str(i), space.issues) for i in options if i not in space.issues]
    out = np.zeros(len(space.issues), dtype=np.int64)
    for m, (issue, names) in enumerate(zip(space.issues, space.options, strict=True)):
        chosen = options.get(issue)
        first = int(menu.first[m])
        shares = menu.share[first : first + len(names)]
        if issue not in options:
            wrong.append(f"issue {issue!r} is left open; it has {', '.join(names[:12])}")
        elif not np.isnan(shares[0]) and isinstance(chosen, int | float):
            out[m] = int(np.abs(shares - float(chosen)).argmin())
        elif str(chosen) in names:
            out[m] = names.index(str(chosen))
        else:
            wrong.append(f"on {issue!r}: {unknown('option', str(chosen), names)}")
    if wrong:
        raise OverrideError(f"{where}: " + "; ".join(wrong))
    return out


def named_plans(scenario: Scenario, menu: Menu) -> list[Named]:
    """Every named plan."""
    return [package_named(scenario, menu, plan) for plan in scenario.spec.plans]
