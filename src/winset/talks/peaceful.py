"""A cell's deals with the peace played on, where its scenario asks for that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from winset.scenario.sampling import Sample
from winset.talks.cell import Settings
from winset.talks.menu import Floats
from winset.talks.outlook import later_state, readings_at
from winset.talks.packages import Deals, fill_scores
from winset.talks.peace import make
from winset.talks.renewed import Ground
from winset.talks.table import layout
from winset.talks.terms import Home
from winset.talks.texts import Texts
from winset.war import War

#: months of a war played where the scenario has no horizon
_MONTHS = 60
#: paths of the war on which later deals are looked at
_LATER = 2


def played_on(
    deals: Deals,
    at_home: Home,
    war: War,
    key: Mapping[str, int],
    params: Floats,
    target: Floats,
    hidden: Any,
    priors: Any,
    worldview: str,
    drawn: Sample,
    numbers: tuple[Floats, Floats, Floats, Floats],
    settings: Settings,
) -> Deals:
    """`deals` with `peace`. hidden, priors: `Hidden` and `Priors` of the problem; numbers: tau,
    failed, discount, omega. Raises as `peace.make`."""
    scenario = deals.scenario
    assert scenario.spec.durability is not None and scenario.spec.durability.played is not None
    played = scenario.spec.durability.played
    first = war.start(params, np.arange(deals.draws))
    contribution = _contribution(deals, war, key, params, target, hidden, first)
    draws, issues = deals.draws, len(deals.menu.space.issues)
    some = Texts(np.zeros((1, issues), np.int64), np.zeros((draws, 1), np.int64), -1, 0.0)
    table = layout(
        scenario, war, key, deals, at_home, some, contribution, *numbers, settings
    )  # fmt: skip
    rows = [row for row in deals.rows if row.signatory]
    ground = Ground(
        scenario,
        war,
        key,
        table,
        target,
        hidden.columns,
        hidden.path_of,
        priors.hidden[: len(scenario.signatories)],
        np.array([key[f"cost|{row.party}|{row.type}"] for row in rows], dtype=np.int64),
        scenario.months or _MONTHS,
        settings.seed,
    )
    peaces = []
    half = settings.months // 2
    states = [(first, 0)]
    if half >= played.review:
        states += [
            (later_state(war, params, target, hidden.columns, half, settings.seed + n), half)
            for n in range(_LATER)
        ]
    for state, month in states:
        there = _contribution(deals, war, key, params, target, hidden, state)
        peaces.append(
            make(deals, ground, params, drawn, worldview, priors.world_types, there, state, month)
        )
    peace = replace(peaces[0], later=tuple(peaces[1:]), settled=half)
    return replace(deals, peace=peace)


def _contribution(
    deals: Deals, war: War, key: Mapping[str, int], params: Floats, target: Floats, hidden: Any,
    state: Floats,
) -> Floats:  # fmt: skip
    """[D,R,O] what options add at one state a draw."""
    z = readings_at(war, params, target, hidden, deals.draws, state)
    at = {name: z[:, i] for name, i in key.items()}
    believed = np.where(np.isnan(deals.believed), _filled(deals, at, "believed"), deals.believed)
    no_deal = np.where(np.isnan(deals.no_deal), _filled(deals, at, "no_deal"), deals.no_deal)
    return deals.contribution(fill_scores(deals, at), believed, no_deal)


def _filled(deals: Deals, at: Mapping[str, Floats], what: str) -> Floats:
    """[D,O] readings `what|ISSUE|OPTION` of options, 0 where there is none."""
    out = np.zeros((deals.draws, deals.menu.size))
    for m, issue in enumerate(deals.menu.space.issues):
        for k, option in enumerate(deals.menu.space.options[m]):
            value = at.get(f"{what}|{issue}|{option}")
            if value is not None:
                out[:, int(deals.menu.first[m]) + k] = np.clip(value, 0.0, 1.0)
    return out
