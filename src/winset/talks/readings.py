"""Every state-level expression the talks need, named, so that the war's compiled step can read them
all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from winset.scenario import Scenario
from winset.scenario.expr import Expr, parse
from winset.scenario.soften import soften
from winset.scenario.substitute import substitute
from winset.talks.names import Facts, facts, is_static


def types_of(scenario: Scenario, known: Facts, party: str) -> list[dict[str, float]]:
    """One mapping of type indicators per type of a party, in the order of `Facts.type_index`."""
    index = known.type_index(party)
    own = known.of(party)
    names = {known.ids[h] for h in own}
    out = []
    for t in range(int(index.max()) + 1 if len(index) else 1):
        combo = int((index == t).argmax()) if len(index) else 0
        marks = known.indicators(combo) if len(index) else {}
        out.append({k: v for k, v in marks.items() if k.rsplit(".", 1)[0] in names})
    return out


def readings(scenario: Scenario) -> dict[str, Expr]:
    """Key -> expression. Structure only: the same for every worldview, strategy and override."""
    return dict(_readings(scenario))


def _readings(scenario: Scenario) -> Iterator[tuple[str, Expr]]:
    spec = scenario.spec
    known = facts(scenario)
    for party in scenario.signatories:
        preference = spec.preferences.get(party)
        if preference is None:
            continue
        for t, marks in enumerate(types_of(scenario, known, party)):
            yield f"cost|{party}|{t}", substitute(preference.war_cost, marks)
            for issue, scores in preference.scores.items():
                if isinstance(scores, Mapping):
                    for option, score in scores.items():
                        if score.formula is not None and not is_static(score.formula, scenario):
                            key = f"score|{party}|{t}|{issue}|{option}"
                            yield key, substitute(score.formula, marks)
    for issue, body in spec.issues.items():
        for option, choice in body.options.items():
            if choice.available is not None:
                yield f"available|{issue}|{option}", choice.available
            if choice.believed is not None and not is_static(choice.believed, scenario):
                yield f"believed|{issue}|{option}", choice.believed
        if isinstance(body.no_deal, Mapping):
            for option, weight in body.no_deal.items():
                yield f"no_deal|{issue}|{option}", weight
    for name, outcome in spec.outcomes.items():
        for party, cost in outcome.cost.items():
            yield f"outcome|{name}|{party}", cost
    for party, ratification in spec.ratification.items():
        if ratification.cover is not None:
            yield f"cover|{party}", ratification.cover
    yield "multiplier", _or(spec.durability.multiplier if spec.durability else None, 1.0)
    if spec.durability is not None and spec.durability.played is not None:
        yield "month", parse("month")
    yield "meeting", spec.talks.meeting
    yield "cooling", spec.talks.cooling
    yield "recovery", spec.talks.recovery
    if spec.ceasefire is not None:
        yield "ceasefire.hazard", spec.ceasefire.hazard
        yield "ceasefire.meeting", spec.ceasefire.meeting or spec.talks.meeting
        yield "ceasefire.war_cost", spec.ceasefire.war_cost
    for name, feature in spec.talks.features.items():
        yield f"feature|{name}", feature
    for name in spec.strategies:
        # As it acts: rules of the strategy it is based on come first.
        for n, rule in enumerate(scenario.strategy(name).rules):
            yield f"rule|{name}|{n}", soften(rule.when, rule.width)
    for name, signal in spec.signals.items():
        for value, likelihood in signal.chance.items():
            yield f"signal|{name}|{value}", likelihood
    for learning in spec.learning.values():
        event = spec.events[learning.event]
        if event.chance is not None:
            yield f"learn|{learning.event}", event.chance
    for party, worth in (spec.at_horizon.value or {}).items():
        yield f"horizon|{party}", worth
    for name in sorted(_watched(scenario)):
        yield f"watch|{name}", parse(name)
    for lever in spec.levers:
        if spec.levers[lever].cost is not None:
            yield f"watch|lever.{lever}.cost", parse(f"lever.{lever}.cost")


def _watched(scenario: Scenario) -> set[str]:
    """Stocks and derived values the course and the measures read."""
    spec = scenario.spec
    names = set(spec.course)
    for measure in spec.measures.values():
        if measure.value is not None:
            names |= measure.value.names
    return {n for n in names if n in spec.state or n in spec.derived or _is_lever(n, scenario)}


def _is_lever(name: str, scenario: Scenario) -> bool:
    return name.startswith("lever.") and name[6:] in scenario.spec.levers


def _or(expr: Expr | None, number: float) -> Expr:
    return parse(number) if expr is None else expr
