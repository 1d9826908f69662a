"""Facts that are hidden from all: their combinations, and which of them move more than the chances
of ending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from winset.scenario import Scenario
from winset.talks.menu import Floats
from winset.talks.names import Facts, facts
from winset.talks.readings import readings
from winset.war import War


@dataclass(frozen=True)
class Hidden:
    """Hidden facts: combinations [H] as indicator columns [H, columns of War.hypotheses]; dynamic:
    those whose value moves anything but the chances of ending. path_of [H] numbers the dynamic
    part, ways = how many such parts."""

    columns: Floats
    path_of: np.ndarray
    ways: int
    marks: tuple[Mapping[str, float], ...]


def dynamic_facts(scenario: Scenario) -> frozenset[str]:
    """Hidden hypotheses whose value moves something besides the chances of ending."""
    spec = scenario.spec
    names: set[str] = set()
    for flow in spec.flows.values():
        names |= flow.rate.names
    for event in spec.events.values():
        if event.outcome is None:
            for expr in (event.rate, event.chance):
                names |= expr.names if expr is not None else set()
        for expr in event.changes.values():
            names |= expr.names
    for lever in spec.levers.values():
        for part in (lever.delivered, lever.use, lever.cost, lever.delay):
            names |= part.names if part is not None else set()
    for expr in readings(scenario).values():
        names |= expr.names
    seen: set[str] = set()
    while names - seen:
        name = (names - seen).pop()
        seen.add(name)
        if name in spec.derived:
            names |= spec.derived[name].value.names
        if name.startswith("lever.") and name.split(".")[1] in spec.levers:
            delivered = spec.levers[name.split(".")[1]].delivered
            names |= delivered.names if delivered is not None else set()
    moved = {n.rsplit(".", 1)[0] for n in names}
    moved |= {s.about for s in spec.signals.values()}
    known = facts(scenario)
    return frozenset(
        h for h, owner in zip(known.ids, known.owner, strict=True) if owner is None and h in moved
    )


def hidden_of(scenario: Scenario, war: War, known: Facts) -> Hidden:
    """The hidden facts of a scenario, as columns of its compiled war."""
    dynamic = dynamic_facts(scenario)
    own = known.hidden()
    index = known.hidden_index()
    count = int(index.max()) + 1 if len(index) else 1
    columns = np.zeros((count, len(war.hypotheses)))
    marks: list[Mapping[str, float]] = []
    labels: dict[tuple[int, ...], int] = {}
    path_of = np.zeros(count, dtype=np.int64)
    for h in range(count):
        combo = int((index == h).argmax())
        mark = known.indicators(combo)
        marks.append(
            {k: v for k, v in mark.items() if k.rsplit(".", 1)[0] in {known.ids[i] for i in own}}
        )
        for c, (name, value) in enumerate(war.hypotheses):
            columns[h, c] = marks[-1].get(f"{name}.{value}", 0.0)
        part = tuple(int(known.combos[combo, i]) for i in own if known.ids[i] in dynamic)
        path_of[h] = labels.setdefault(part, len(labels))
    return Hidden(columns, path_of, max(1, len(labels)), tuple(marks))
