"""A worldview that is ready for the analysis of deals, read again with other preferences.

What the parties want (weights, scores, links, influence at home) enters the value of a package
only. It is worked out anew, draw by draw; what fighting on is worth is held where it was, or where
it is stated. That leaves out that a party which wants other things also values the war differently:
`winset.insight.ready` works that out, at the price of solving it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from winset.insight.opening import Opening, open_up
from winset.insight.readied import Readied
from winset.scenario import Scenario
from winset.scenario.sampling import Sample, middles, sample
from winset.talks.packages import build
from winset.talks.problem import start_readings
from winset.talks.terms import home

__all__ = ["only_preferences", "reweighed"]

#: sections that only the value of a package, and its chance at home, read
_SECTIONS: Final = ("preferences", "constituencies", "incompatible", "interactions")


def only_preferences(scenario: Scenario, ids: Iterable[str]) -> bool:
    """Whether quantities of these ids enter through preferences and support at home alone."""
    return all(id_ in scenario.paths and scenario.paths[id_][0] in _SECTIONS for id_ in ids)


def reweighed(
    readied: Readied, scenario: Scenario, stated: Mapping[str, float] | None = None
) -> Readied:
    """`readied` under `scenario`, which may differ from its own in preferences and influence only.

    stated: signatory -> value of fighting on, in its own stake (0 worst package, 1 best), in every
    draw and for every type; the others keep theirs.
    """
    settings = readied.drawn.problem.settings
    drawn = sample(scenario, readied.worldview, settings.draws, settings.replicates, settings.seed)
    middle = middles(scenario, readied.worldview)
    return replace(
        readied,
        middle=_opened(readied.middle, scenario, middle, stated or {}),
        drawn=_opened(readied.drawn, scenario, drawn, stated or {}),
    )


def _opened(
    opening: Opening, scenario: Scenario, drawn: Sample, stated: Mapping[str, float]
) -> Opening:
    old = opening.problem
    params = old.war.params(drawn, scenario, old.worldview)
    z = start_readings(old.war, params, old.target, old.hidden, len(drawn.replicate))
    deals = build(scenario, old.strategy, drawn, {name: z[:, i] for name, i in old.key.items()})
    problem = replace(
        old, scenario=scenario, sample=drawn, params=params, deals=deals, home=home(deals)
    )
    rows = [r for r, row in enumerate(deals.rows) if row.signatory]
    fighting = np.array(opening.fighting[:, rows])
    for place, r in enumerate(rows):
        if deals.rows[r].party in stated:
            fighting[:, place] = stated[deals.rows[r].party]
    return open_up(problem, fighting)
