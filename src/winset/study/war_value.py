"""What a war played with no talks was worth to each party, path by path, in stakes.

    value_i = - sum_t discount^t c_i(t)  +  discount^T  W_i

T months were fought; W_i is the worth of how it ended. An outcome imposes its options on the issues
in the victor's power and leaves the others to what holds with no deal; scores, weights, type and
aspiration make that a utility as they do for a package, and the outcome's own cost comes off. A war
still going on at the horizon has the value the scenario states, or goes on for ever as it is:

    W = (-c + discount sum_e p_e W_e) / (1 - discount (1 - sum_e p_e))

with the hazards p_e and the cost c of the last state (a stationary value).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from winset.scenario import Scenario
from winset.talks.packages import Deals, build
from winset.talks.problem import compiled
from winset.talks.table import imposed_options
from winset.war import War, WarResult
from winset.war.engine import Floats, Ints


def war_values(scenario: Scenario, result: WarResult) -> dict[str, Floats]:
    """Value of the war to each party with preferences: party -> [P], in stakes.

    NaN where a war that never ends is worth no number (undiscounted, costly, no ending in sight).
    """
    war, key = compiled(scenario)
    params = war.params(result.sample, scenario, result.worldview)
    start = _at_start(scenario, war, params, result)
    named = {name: start[:, i] for name, i in key.items()}
    deals = build(scenario, result.strategy, result.sample, named)
    imposed = imposed_options(scenario, deals, war)
    ends = _Ends(scenario, war, key, params, deals, imposed, result)
    out = {}
    for party, cost in result.cost.items():
        factor = result.batch.discount[party][result.batch.row]
        later = factor**result.months
        out[party] = -cost + later * ends.worth(party, factor)
    return out


def _at_start(scenario: Scenario, war: War, params: Floats, result: WarResult) -> Floats:
    """Readings of the start in every draw [D, K]: they anchor the best and the worst package.

    Hypotheses that no party knows stand at their first value, as where talks begin.
    """
    draws = len(params)
    row = np.arange(draws, dtype=np.int64)
    hyp = np.zeros((draws, len(war.hypotheses)))
    for name, part in scenario.spec.hypotheses.items():
        if not set(part.known_to) & set(scenario.signatories):
            hyp[:, war.hypotheses.index((name, part.values[0]))] = 1.0
    target = np.tile(result.batch.target[:1], (draws, 1))
    out = np.zeros((draws, len(war.readings)))
    inputs = np.zeros((draws, len(war.inputs)))
    luck: Any = {"seed": result.batch.seed, "draw": row, "path": np.zeros_like(row)}
    war.read(war.start(params, row), params, row, target, hyp, inputs, 0, out, **luck)
    return out


class _Ends:
    """How some paths ended, and what that is worth."""

    def __init__(
        self,
        scenario: Scenario,
        war: War,
        key: Mapping[str, int],
        params: Floats,
        deals: Deals,
        imposed: Ints,
        result: WarResult,
    ) -> None:
        batch = result.batch
        self.scenario, self.war, self.key, self.deals = scenario, war, key, deals
        self.imposed, self.row, self.hyp = imposed, batch.row, batch.hyp
        self.ended = result.ended
        paths = len(self.ended)
        self.reading = np.empty((paths, len(war.readings)))
        self.hazard = np.zeros((paths, len(war.outcomes)))
        self.cost = np.zeros((paths, len(result.cost)))
        self.parties = list(result.cost)
        inputs = _inputs(war, result)
        order = np.argsort(result.months, kind="stable")
        months, starts = np.unique(result.months[order], return_index=True)
        for month, at in zip(months, np.split(order, starts[1:]), strict=True):
            row: Any = batch.row[at]
            luck: Any = {"seed": batch.seed, "draw": row, "path": batch.path[at]}
            target, hyp, given = batch.target[at], batch.hyp[at], inputs[at]
            state = result.state[at]
            out = np.empty((len(at), len(war.readings)))
            war.read(state, params, row, target, hyp, given, int(month), out, **luck)
            self.reading[at] = out
            if (self.ended[at] < 0).any():
                chances = np.empty((len(at), len(war.outcomes)))
                war.hazards(state, params, row, target, hyp, given, int(month), chances, **luck)
                self.hazard[at] = chances
                given, played = batch.inputs[at], batch.war
                costs = np.empty((len(at), len(self.parties)))
                played.spend(
                    state, batch.params, row, target, hyp, given, int(month), costs, **luck
                )
                self.cost[at] = costs

    def worth(self, party: str, factor: Floats) -> Floats:
        """Worth of each path's ending, or of what goes on at the horizon [n]."""
        out = np.zeros(len(self.row))
        for outcome in np.unique(self.ended[self.ended >= 0]):
            here = self.ended == outcome
            out[here] = self._outcome(party, int(outcome), np.flatnonzero(here))
        going = np.flatnonzero(self.ended < 0)
        if not len(going):
            return out
        stated = self.scenario.spec.at_horizon.value
        if stated is not None and party in stated:
            out[going] = self._read(f"horizon|{party}", going)
            return out
        factor = factor[going]
        gain = -self.cost[going, self.parties.index(party)]
        for outcome in range(len(self.war.outcomes)):
            chance = self.hazard[going, outcome]
            if chance.any():
                gain += factor * chance * self._outcome(party, outcome, going)
        left = 1.0 - factor * (1.0 - self.hazard[going].sum(axis=1))
        with np.errstate(divide="ignore", invalid="ignore"):
            out[going] = np.where(left > 1e-12, gain / left, np.where(gain == 0.0, 0.0, np.nan))
        return out

    def _read(self, name: str, at: Ints) -> Floats:
        return np.asarray(self.reading[at, self.key[name]])

    def _outcome(self, party: str, outcome: int, at: Ints) -> Floats:
        """Utility of what an outcome imposes on the paths `at`, its cost taken off."""
        out = np.zeros(len(at))
        for r, row in enumerate(self.deals.rows):
            if row.party != party:
                continue
            mine = np.ones(len(at), dtype=np.bool_)
            for name, mark in row.marks.items():
                column = [f"{h}.{v}" for h, v in self.war.hypotheses].index(name)
                mine &= self.hyp[at, column] == mark
            out[mine] = self._utility(r, outcome, at[mine])
        name = f"outcome|{self.war.outcomes[outcome]}|{party}"
        return out - (self._read(name, at) if name in self.key else 0.0)

    def _utility(self, r: int, outcome: int, at: Ints) -> Floats:
        deals, draw = self.deals, self.row[at]
        raw = np.zeros(len(at))
        for m, issue in enumerate(deals.menu.space.issues):
            first, size = int(deals.menu.first[m]), deals.menu.space.sizes[m]
            chosen = int(self.imposed[outcome, m])
            if chosen >= 0:
                part = self._score(r, issue, m, chosen, at)
            else:
                part = np.zeros(len(at))
                for o in range(first, first + size):
                    weight = self._no_deal(issue, m, o, at)
                    if np.any(weight):
                        part += weight * self._score(r, issue, m, o, at)
            raw += deals.weight[draw, r, m] * part
        low, high, power = deals.low[draw, r], deals.high[draw, r], deals.power[draw, r]
        return np.asarray(np.clip((raw - low) / (high - low), 0.0, 1.0) ** power)

    def _option(self, m: int, flat: int) -> str:
        return self.deals.menu.space.options[m][flat - int(self.deals.menu.first[m])]

    def _score(self, r: int, issue: str, m: int, flat: int, at: Ints) -> Floats:
        known = self.deals.score[self.row[at], r, flat]
        if not np.isnan(known).any():
            return np.asarray(known)
        row = self.deals.rows[r]
        name = f"score|{row.party}|{row.type}|{issue}|{self._option(m, flat)}"
        return self._read(name, at) / 100.0

    def _no_deal(self, issue: str, m: int, flat: int, at: Ints) -> Floats:
        known = self.deals.no_deal[flat]
        if not np.isnan(known):
            return np.full(len(at), float(known))
        return self._read(f"no_deal|{issue}|{self._option(m, flat)}", at)


def _inputs(war: War, result: WarResult) -> Floats:
    """The played inputs in the order of another compilation of the same war; others are 0."""
    batch = result.batch
    out = np.zeros((len(result.ended), len(war.inputs)))
    for i, name in enumerate(war.inputs):
        if name in batch.war.inputs:
            out[:, i] = batch.inputs[:, batch.war.inputs.index(name)]
    return out
