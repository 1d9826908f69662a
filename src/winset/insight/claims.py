"""What each claim of the argument does to the answer: paired effects of switching it.

    effect = mean_d (m_d with the claim switched - m_d without)

on the same draws and the same luck (`winset.insight.compare`), for the headline strategy's chance
of a durable settlement (`durable`), for its lead over each of the two best rivals of the base run
(`lead.RIVAL`: the headline's less the rival's, both switched) and for the killed (`deaths`). The
two best rivals are those with the highest chance of a durable settlement in that worldview before
anything is switched, versions of the headline strategy left out. An effect is called measurable
where it exceeds two standard errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from winset.insight.compare import Difference, difference
from winset.insight.verdict import versions
from winset.study.summary import Estimate, estimate
from winset.study.variants import Lab, Variant
from winset.talks.cell import Cell

if TYPE_CHECKING:
    from winset.scenario import Scenario

__all__ = ["Baseline", "ClaimEffect", "Effect", "base_run", "claims_json", "measured_claims"]

_STATES: Final = ("off", "rival")
#: claims measured before the rest is looked through, so that rows come soon
_FIRST: Final = 3
_RIVALS: Final = 2


@dataclass(frozen=True)
class Baseline:
    """Nothing switched. rivals: worldview -> the two best, best first. values: worldview ->
    measure -> estimate.
    """

    headline: str
    rivals: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Mapping[str, Estimate]]


@dataclass(frozen=True)
class Effect:
    """One switch in one worldview. same: nothing it changes is read in any of the cells compared,
    so that every effect is exactly 0.
    """

    measures: Mapping[str, Difference]
    same: bool

    @property
    def clear(self) -> bool:
        """Whether any of its measures moves by more than two standard errors."""
        return any(found.clear for found in self.measures.values())


@dataclass(frozen=True)
class ClaimEffect:
    """One claim: state (`off`, `rival`) -> worldview -> effect; a state it lacks is left out."""

    claim: str
    effects: Mapping[str, Mapping[str, Effect]]

    def clear(self, state: str) -> bool:
        """Whether the switch has a measurable effect in some worldview."""
        return any(effect.clear for effect in self.effects.get(state, {}).values())


def base_run(lab: Lab, headline: str) -> Baseline:
    """Run the headline and its rivals with nothing switched, and find the two best in each
    worldview.
    """
    scenario = lab.scenario
    own = versions(scenario.spec, headline, scenario.strategies)
    others = [s for s in scenario.strategies if s != headline and s not in own]
    views = lab.design.worldviews
    wanted = [Variant((), w, s) for w in views for s in (headline, *others)]
    for _ in lab.run(wanted, "base"):
        pass
    rivals, values = {}, {}
    for w in views:
        means = {s: _mean(lab.get(Variant((), w, s))) for s in others}
        rivals[w] = tuple(sorted(others, key=lambda s: -means[s])[:_RIVALS])
        cells = _cells(lab, (), w, (headline, *rivals[w]))
        values[w] = {
            name: estimate(draws, cells[headline].replicate)
            for name, draws in _measures(cells, headline).items()
        }
    return Baseline(headline, rivals, values)


def measured_claims(lab: Lab, base: Baseline, claims: Sequence[str]) -> Iterator[ClaimEffect]:
    """Measure claims in the order given, and yield each as soon as its cells and those before it
    are there.
    """
    for part in (claims[:_FIRST], claims[_FIRST:]):
        wanted = {claim: list(_variants(lab, base, claim)) for claim in part}
        waiting = list(part)
        for _ in lab.run([v for found in wanted.values() for v in found], "claims"):
            while waiting and not lab.missing(wanted[waiting[0]]):
                yield _effects(lab, base, waiting.pop(0))
        for claim in waiting:
            yield _effects(lab, base, claim)


def claims_json(scenario: Scenario, found: Sequence[ClaimEffect]) -> list[dict[str, Any]]:
    """The claims as plain data, one of each in the order of the scenario; effects null where a
    claim has no such switch or was not measured.
    """
    from winset.scenario.claims import elements

    carried, spec = elements(scenario.spec), scenario.spec
    measured = {one.claim: one for one in found}
    rows = []
    for id_, claim in spec.claims.items():
        one = measured.get(id_)
        row: dict[str, Any] = {
            "id": id_,
            "text": claim.text,
            "kind": claim.kind,
            "status": claim.status,
            "contradicted_by": claim.contradicted_by,
            "sources": list(claim.sources),
            "elements": [{"kind": e.kind, "name": e.name} for e in carried[id_]],
            "measured": list(claim.measured),
            "sets": [name for name, group in spec.claim_sets.items() if id_ in group.claims],
            "off": None if claim.off is None else claim.off.means,
            "rival": None
            if claim.rival is None
            else {"of": list(claim.rival.of), "means": claim.rival.means},
            "no_switch": claim.no_switch or None,
        }
        for state in _STATES:
            effects = one.effects.get(state) if one is not None else None
            row[f"effect_{state}"] = None if effects is None else _plain(effects)
            row[f"measurable_{state}"] = (
                None if effects is None or one is None else one.clear(state)
            )
        rows.append(row)
    return rows


def _plain(effects: Mapping[str, Effect]) -> dict[str, Any]:
    return {
        worldview: {
            name: {"mean": found.diff, "se": found.se} for name, found in effect.measures.items()
        }
        for worldview, effect in effects.items()
    }


def _variants(lab: Lab, base: Baseline, claim: str) -> Iterator[Variant]:
    for state in _states(lab, claim):
        for w in lab.design.worldviews:
            for strategy in (base.headline, *base.rivals[w]):
                yield Variant((f"{claim}={state}",), w, strategy)


def _states(lab: Lab, claim: str) -> list[str]:
    body = lab.scenario.spec.claims[claim]
    return [state for state in _STATES if getattr(body, state) is not None]


def _effects(lab: Lab, base: Baseline, claim: str) -> ClaimEffect:
    effects: dict[str, dict[str, Effect]] = {}
    for state in _states(lab, claim):
        effects[state] = {}
        for w in lab.design.worldviews:
            strategies = (base.headline, *base.rivals[w])
            switches = (f"{claim}={state}",)
            before = _cells(lab, (), w, strategies)
            after = _cells(lab, switches, w, strategies)
            same = all(
                lab.name(Variant(switches, w, s)) == lab.name(Variant((), w, s)) for s in strategies
            )
            effects[state][w] = Effect(_differences(before, after, base.headline), same)
    return ClaimEffect(claim, effects)


def _cells(
    lab: Lab, switches: tuple[str, ...], worldview: str, strategies: Sequence[str]
) -> dict[str, Cell]:
    found = {s: lab.get(Variant(switches, worldview, s)) for s in strategies}
    return {s: cell for s, cell in found.items() if cell is not None}


def _differences(
    before: Mapping[str, Cell], after: Mapping[str, Cell], headline: str
) -> dict[str, Difference]:
    old, new = _measures(before, headline), _measures(after, headline)
    replicate = before[headline].replicate
    found = {name: difference(new[name], old[name], replicate) for name in old if name in new}
    return {name: value for name, value in found.items() if value is not None}


def _measures(cells: Mapping[str, Cell], headline: str) -> dict[str, Any]:
    """Measure -> [draws]: durable, lead.RIVAL, deaths."""
    own = cells[headline].measures
    found = {"durable": own["durable"]}
    for strategy, cell in cells.items():
        if strategy != headline:
            found[f"lead.{strategy}"] = own["durable"] - cell.measures["durable"]
    if "deaths" in own:
        found["deaths"] = own["deaths"]
    return found


def _mean(cell: Cell | None) -> float:
    assert cell is not None
    return float(np.nanmean(cell.measures["durable"]))
