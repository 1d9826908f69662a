"""No page of the settlement analysis proposes a package that holds a hard incompatible pair."""

from collections.abc import Iterator
from typing import Any

from winset.insight.named import named_plans
from winset.insight.plan_report import broken
from winset.insight.plans import exact_improvement, judge_of, mend
from winset.insight.readied import ready
from winset.insight.settlement import one_worldview
from winset.scenario import load

STATED = {"ukraine": 0.1, "russia": 0.2}


def packages(found: Any) -> Iterator[dict[str, Any]]:
    """Every package of a document."""
    if isinstance(found, dict):
        for key, value in found.items():
            if key in ("package", "best_package") and isinstance(value, dict):
                yield value
            else:
                yield from packages(value)
    elif isinstance(found, list):
        for value in found:
            yield from packages(value)


def test_deals_and_plans() -> None:
    scenario = load("ukraine-2025")
    hard = [pair.options for pair in scenario.spec.incompatible if pair.strength == "hard"]
    assert len(hard) > 10
    readied = ready(scenario, "sceptic", "three_legs", STATED, 2, 1)
    menu = readied.middle.deals.menu
    listed = list(packages(one_worldview(readied)))
    assert len(listed) > 100
    for text in named_plans(scenario, menu):
        start = menu.describe(text.package)
        found = mend(judge_of(readied), text.package)
        changes = [c for group in found["changes"].values() for c in group]
        improved = [found["improvement"], exact_improvement(readied, text.package)]
        for change in changes + [one for one in improved if one is not None]:
            listed.append(start | {i: new for i, (_, new) in change["change"].items()})
        assert not broken(menu.space, text.package)
    for package in listed:
        for one, other in hard:
            (a, x), (b, y) = one.split("."), other.split(".")
            assert (package[a], package[b]) != (x, y)
