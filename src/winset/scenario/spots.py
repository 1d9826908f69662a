"""Every expression of a scenario, with where it stands: what it may read there and what unit it
must have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from winset.scenario.expr import Expr
from winset.scenario.hoisting import Path
from winset.scenario.scenario import Scenario
from winset.scenario.schema.base import Quantity
from winset.scenario.schema.deals import PlayedPeace
from winset.scenario.schema.root import ScenarioSpec
from winset.scenario.vocabulary import Context

_NUMBER = ("1",)
_HAZARD = ("1/month", "1")


@dataclass(frozen=True, slots=True)
class Spot:
    """One expression and where it stands.

    units: the units it may have, none = not checked. random: whether random terms may stand here.
    party: whose own type it may read. chance: whether it is a probability.
    """

    path: Path
    expr: Expr
    context: Context
    units: tuple[str, ...] = _NUMBER
    party: str | None = None
    random: bool = False
    chance: bool = False


def spots(scenario: Scenario) -> tuple[Spot, ...]:
    """Every expression of a scenario in the order of the schema."""
    spec = scenario.spec
    parts = (_quantities, _war, _levers, _beliefs, _issues, _wants, _home, _talks, _views, _record)
    found = [spot for part in parts for spot in part(spec)]
    return (*found, *_sets(scenario))


def _quantity(
    path: Path, quantity: Quantity, context: Context, party: str | None = None
) -> Iterator[Spot]:
    if quantity.formula is not None:
        yield Spot((*path, "formula"), quantity.formula, context, (quantity.unit,), party)
    for holder, believed in quantity.believed_by.items():
        inner = (*path, "believed_by", holder)
        if believed.formula is not None:
            units = (quantity.unit,)
            yield Spot((*inner, "formula"), believed.formula, Context.QUANTITY, units)


def _quantities(spec: ScenarioSpec) -> Iterator[Spot]:
    for id_, quantity in spec.quantities.items():
        yield from _quantity(("quantities", id_), quantity, Context.QUANTITY)


def _war(spec: ScenarioSpec) -> Iterator[Spot]:
    for id_, stock in spec.state.items():
        for name in ("start", "low", "high"):
            expr = getattr(stock, name)
            if expr is not None:
                yield Spot(("state", id_, name), expr, Context.QUANTITY, (stock.unit,))
    for id_, derived in spec.derived.items():
        path: Path = ("derived", id_, "value")
        yield Spot(path, derived.value, Context.STATE, (derived.unit,), random=True)
    for id_, flow in spec.flows.items():
        units = {_a_month(spec.state[s].unit) for s in (flow.to, flow.take_from) if s in spec.state}
        for unit in sorted(units):
            yield Spot(("flows", id_, "rate"), flow.rate, Context.STATE, (unit,), random=True)
    for id_, event in spec.events.items():
        home: Path = ("events", id_)
        if event.rate is not None:
            rate = ("1/month",)
            yield Spot((*home, "rate"), event.rate, Context.STATE, rate, random=True)
        if event.chance is not None:
            yield Spot((*home, "chance"), event.chance, Context.STATE, random=True, chance=True)
        for stock_id, change in event.changes.items():
            due = (spec.state[stock_id].unit,) if stock_id in spec.state else ()
            path = (*home, "changes", stock_id)
            yield Spot(path, change, Context.STATE, due, random=True)
    for id_, outcome in spec.outcomes.items():
        if outcome.when is not None:
            yield Spot(("outcomes", id_, "when"), outcome.when, Context.STATE)
        for party, cost in outcome.cost.items():
            yield Spot(("outcomes", id_, "cost", party), cost, Context.STATE)
    for party, value in (spec.at_horizon.value or {}).items():
        yield Spot(("at_horizon", "value", party), value, Context.STATE)


def _a_month(unit: str) -> str:
    return "1/month" if unit in ("", "1") else f"({unit})/month"


def _levers(spec: ScenarioSpec) -> Iterator[Spot]:
    for id_, lever in spec.levers.items():
        home: Path = ("levers", id_)
        if lever.delay is not None:
            yield Spot((*home, "delay"), lever.delay, Context.QUANTITY, ("month",))
        if lever.cost is not None:
            yield Spot((*home, "cost"), lever.cost, Context.LEVER, ())
        if lever.use is not None:
            stock = spec.state.get(lever.stock or "")
            units = (_a_month(stock.unit),) if stock else ()
            yield Spot((*home, "use"), lever.use, Context.STATE, units)
        if lever.delivered is not None:
            yield Spot((*home, "delivered"), lever.delivered, Context.LEVER)


def _beliefs(spec: ScenarioSpec) -> Iterator[Spot]:
    for id_, hypothesis in spec.hypotheses.items():
        home: Path = ("hypotheses", id_)
        yield from _chances((*home, "prior"), hypothesis.prior, Context.QUANTITY)
        for holder, prior in hypothesis.priors.items():
            yield from _chances((*home, "priors", holder), prior, Context.QUANTITY)
    for id_, signal in spec.signals.items():
        yield from _chances(("signals", id_, "chance"), signal.chance, Context.STATE)
        if signal.world is not None:
            yield Spot(("signals", id_, "world"), signal.world, Context.STATE, chance=True)
    for id_, learning in spec.learning.items():
        for holder, pair in learning.holders.items():
            for i, expr in enumerate(pair):
                yield Spot(("learning", id_, "holders", holder, i), expr, Context.QUANTITY)


def _chances(home: Path, chances: Mapping[str, Expr], context: Context) -> Iterator[Spot]:
    for value, expr in chances.items():
        yield Spot((*home, value), expr, context, chance=True)


def _issues(spec: ScenarioSpec) -> Iterator[Spot]:
    for id_, issue in spec.issues.items():
        for name, option in issue.options.items():
            home: Path = ("issues", id_, "options", name)
            if option.available is not None:
                yield Spot((*home, "available"), option.available, Context.STATE)
            if option.believed is not None:
                yield Spot((*home, "believed"), option.believed, Context.STATE, chance=True)
            for attribute, expr in option.attributes.items():
                yield Spot((*home, "attributes", attribute), expr, Context.DRAW)
        if isinstance(issue.no_deal, Mapping):
            yield from _chances(("issues", id_, "no_deal"), issue.no_deal, Context.STATE)
    for i, pair in enumerate(spec.incompatible):
        if pair.cost is not None:
            yield from _quantity(("incompatible", i, "cost"), pair.cost, Context.QUANTITY)
    for i, link in enumerate(spec.interactions):
        yield from _quantity(("interactions", i, "points"), link.points, Context.QUANTITY)


def _wants(spec: ScenarioSpec) -> Iterator[Spot]:
    for party, wants in spec.preferences.items():
        home: Path = ("preferences", party)
        for issue, weight in wants.weights.items():
            yield from _quantity((*home, "weights", issue), weight, Context.TYPE, party)
        for issue, scores in wants.scores.items():
            path = (*home, "scores", issue)
            if isinstance(scores, Expr):
                yield Spot(path, scores, Context.SHARE, party=party)
                continue
            for option, score in scores.items():
                yield from _quantity((*path, option), score, Context.COST, party)
        for i, group in enumerate(wants.weight_groups):
            path = (*home, "weight_groups", i, "share")
            yield Spot(path, group.share, Context.TYPE, party=party, chance=True)
        for i, line in enumerate(wants.red_lines):
            path = (*home, "red_lines", i)
            yield Spot((*path, "when"), line.when, Context.RED_LINE, party=party)
            if line.cost is not None:
                yield Spot((*path, "cost"), line.cost, Context.RED_LINE, party=party)
        yield Spot((*home, "aspiration"), wants.aspiration, Context.TYPE, party=party)
        yield Spot((*home, "war_cost"), wants.war_cost, Context.COST, _HAZARD, party)
        yield Spot((*home, "discount"), wants.discount, Context.QUANTITY, chance=True)
        if wants.reservation is not None:
            yield Spot((*home, "reservation"), wants.reservation, Context.QUANTITY)


def _home(spec: ScenarioSpec) -> Iterator[Spot]:
    for id_, group in spec.constituencies.items():
        yield from _quantity(
            ("constituencies", id_, "influence"), group.influence, Context.QUANTITY
        )
        if group.eased is not None:
            yield Spot(("constituencies", id_, "eased"), group.eased, Context.DEAL)
    for party, rule in spec.ratification.items():
        home: Path = ("ratification", party)
        yield Spot((*home, "midpoint"), rule.midpoint, Context.DRAW)
        yield Spot((*home, "steepness"), rule.steepness, Context.DRAW)
        if rule.cover is not None:
            yield Spot((*home, "cover"), rule.cover, Context.STATE)
        if rule.cover_on is not None:
            yield Spot((*home, "cover_on"), rule.cover_on, Context.DEAL, chance=True)
        for i, gate in enumerate(rule.gates):
            yield Spot((*home, "gates", i, "when"), gate.when, Context.DEAL)
            yield Spot((*home, "gates", i, "chance"), gate.chance, Context.DEAL, chance=True)
    for id_, consent in spec.consents.items():
        yield Spot(("consents", id_, "chance"), consent.chance, Context.CONSENT, chance=True)
    lasting = spec.durability
    if lasting is not None:
        if lasting.hazard is not None:
            yield Spot(("durability", "hazard"), lasting.hazard, Context.LASTING, _HAZARD)
        if lasting.multiplier is not None:
            yield Spot(("durability", "multiplier"), lasting.multiplier, Context.STATE)
        yield Spot(("durability", "late_hazard"), lasting.late_hazard, Context.DRAW, _HAZARD)
        for party, shift in lasting.shift.items():
            yield Spot(("durability", "shift", party), shift, Context.DEAL)
        if lasting.endogenous is not None:
            yield from _peace(spec, lasting.endogenous)


def _peace(spec: ScenarioSpec, played: PlayedPeace) -> Iterator[Spot]:
    home: Path = ("durability", "endogenous")
    for id_, flow in played.peace.items():
        units = {_a_month(spec.state[s].unit) for s in (flow.to, flow.take_from) if s in spec.state}
        for unit in sorted(units):
            yield Spot((*home, "peace", id_, "rate"), flow.rate, Context.PEACE, (unit,))
    for id_, expr in played.renewed.items():
        due = (spec.quantities[id_].unit,) if id_ in spec.quantities else ()
        yield Spot((*home, "renewed", id_), expr, Context.DEAL, due)
    for party, expr in played.attack_cost.items():
        yield Spot((*home, "attack_cost", party), expr, Context.DEAL)
    for party, expr in played.temperature.items():
        yield Spot((*home, "temperature", party), expr, Context.DRAW)


def _talks(spec: ScenarioSpec) -> Iterator[Spot]:
    talks = spec.talks
    for name in ("meeting", "cooling", "recovery"):
        yield Spot(("talks", name), getattr(talks, name), Context.STATE, chance=True)
    for name in ("temperature", "failed_cost"):
        for party, expr in getattr(talks, name).items():
            yield Spot(("talks", name, party), expr, Context.DRAW)
    for feature, expr in talks.features.items():
        yield Spot(("talks", "features", feature), expr, Context.STATE, ())
    if (armistice := spec.ceasefire) is not None:
        yield Spot(("ceasefire", "hazard"), armistice.hazard, Context.STATE, _HAZARD)
        if armistice.meeting is not None:
            yield Spot(("ceasefire", "meeting"), armistice.meeting, Context.STATE, chance=True)
        yield Spot(("ceasefire", "worth"), armistice.worth, Context.DRAW, chance=True)
        yield Spot(("ceasefire", "war_cost"), armistice.war_cost, Context.STATE, chance=True)
    for name in ("momentum", "complexity", "partial"):
        expr = getattr(spec.tracks, name)
        if expr is not None:
            yield Spot(("tracks", name), expr, Context.DRAW, (), chance=name == "partial")
    for id_, strategy in spec.strategies.items():
        home: Path = ("strategies", id_)
        yield Spot((*home, "omega"), strategy.omega, Context.DRAW)
        yield Spot((*home, "meeting_factor"), strategy.meeting_factor, Context.STATE)
        if strategy.switch_cost is not None:
            yield Spot((*home, "switch_cost"), strategy.switch_cost, Context.DRAW, ())
        for i, rule in enumerate(strategy.rules):
            yield Spot((*home, "rules", i, "when"), rule.when, Context.RULE)


def _views(spec: ScenarioSpec) -> Iterator[Spot]:
    for id_, view in spec.worldviews.items():
        home: Path = ("worldviews", id_)
        for hypothesis, holders in view.priors.items():
            for holder, prior in holders.items():
                path = (*home, "priors", hypothesis, holder)
                yield from _chances(path, prior, Context.QUANTITY)
    for id_, measure in spec.measures.items():
        if measure.value is not None:
            path = ("measures", id_, "value")
            yield Spot(path, measure.value, Context.MEASURE, (measure.unit,))
    for id_, check in spec.checks.items():
        stated = {"": check.stated} if isinstance(check.stated, Quantity) else check.stated
        for name, quantity in stated.items():
            path = ("checks", id_, "stated", name) if name else ("checks", id_, "stated")
            yield from _quantity(path, quantity, Context.QUANTITY)


def _record(spec: ScenarioSpec) -> Iterator[Spot]:
    if (calibration := spec.calibration) is None:
        return
    for id_, quantity in calibration.given.items():
        path: Path = ("calibration", "given", id_)
        yield from _quantity(path, quantity, Context.QUANTITY)
    for id_, free in calibration.free.items():
        yield from _quantity(("calibration", "free", id_, "prior"), free.prior, Context.QUANTITY)
        if free.now is not None:
            yield Spot(("calibration", "free", id_, "now"), free.now, Context.STATE, ())
    for id_, series in calibration.series.items():
        home: Path = ("calibration", "series", id_)
        yield Spot((*home, "reading"), series.reading, Context.STATE, (series.unit,))
        if series.trials is not None:
            yield Spot((*home, "trials"), series.trials, Context.STATE, ())


def _sets(scenario: Scenario) -> Iterator[Spot]:
    for id_, view in scenario.spec.worldviews.items():
        for name, quantity in view.set.items():
            if quantity.formula is not None:
                base = scenario.quantities.get(name)
                units = (base.unit,) if base is not None else ()
                path: Path = ("worldviews", id_, "set", name, "formula")
                yield Spot(path, quantity.formula, Context.QUANTITY, units)
