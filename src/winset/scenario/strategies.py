"""Strategies as they act: what they are based on, and what they drop, worked out.

A strategy starts from the one it is `based_on`; what it states replaces that (levers, texts and
grants one by one; excluded options and rules are added). `without` then drops whole legs: a leg to
be `withdrawn` sets its levers to their withdrawn level, another to 0, and rules and grants that
work through those levers go too. Every lever that nobody names stays at `today`.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from winset.scenario.schema.root import ScenarioSpec
from winset.scenario.schema.talks import Rule, Strategy

#: what a derived strategy takes over from its base unless it says otherwise
_INHERITED = (
    "omega", "ceasefire", "meeting_factor", "switch_cost", "credibility", "tracks", "track_order",
)  # fmt: skip


def resolve_strategy(spec: ScenarioSpec, id_: str) -> Strategy:
    """The strategy with every lever set and nothing left to work out. `id_` must be declared; no
    cycles.
    """
    resolved = _resolve(spec, id_, ())
    today = {lever: definition.today for lever, definition in spec.levers.items()}
    return resolved.model_copy(update={"levers": {**today, **resolved.levers}})


def today(spec: ScenarioSpec) -> Strategy:
    """What is done today: the one strategy of a scenario that declares none."""
    levers = {lever: definition.today for lever, definition in spec.levers.items()}
    return Strategy(label="As today", kind="baseline", levers=levers)


def legs_of(spec: ScenarioSpec, lever: str) -> tuple[str, ...]:
    """The legs a lever belongs to."""
    named = [leg for leg, definition in spec.legs.items() if lever in definition.levers]
    own = spec.levers[lever].leg if lever in spec.levers else None
    return tuple(dict.fromkeys([*named, *([own] if own else [])]))


def _resolve(spec: ScenarioSpec, id_: str, above: tuple[str, ...]) -> Strategy:
    strategy = spec.strategies[id_]
    if strategy.based_on is None or strategy.based_on in above or strategy.based_on == id_:
        merged: dict[str, Any] = {"levers": dict(strategy.levers), "based_on": None}
        if strategy.without:
            merged |= _dropped(spec, strategy, strategy)
        return strategy.model_copy(update={**merged, "without": ()})
    base = _resolve(spec, strategy.based_on, (*above, id_))
    given = strategy.model_fields_set
    rules_given = "rules" in given
    merged = {
        "based_on": None,
        "without": (),
        "levers": {**base.levers, **strategy.levers},
        "tables": {**base.tables, **strategy.tables},
        "grants": {**base.grants, **strategy.grants},
        "excludes": tuple(dict.fromkeys((*base.excludes, *strategy.excludes))),
        # An empty list of rules says: none of the base's either.
        "rules": () if rules_given and not strategy.rules else (*base.rules, *strategy.rules),
        **{field: getattr(base, field) for field in _INHERITED if field not in given},
    }
    whole = strategy.model_copy(update=merged)
    if not strategy.without:
        return whole
    return whole.model_copy(update=_dropped(spec, whole, strategy))


def _dropped(spec: ScenarioSpec, whole: Strategy, own: Strategy) -> dict[str, Any]:
    """Levers, rules and grants of `whole` less the legs that `own` goes without."""
    levers = dict(whole.levers)
    gone: set[str] = set()
    for lever, definition in spec.levers.items():
        legs = [leg for leg in legs_of(spec, lever) if leg in own.without]
        if not legs or lever in own.levers:
            continue
        gone.add(lever)
        withdrawn = any(leg in spec.legs and spec.legs[leg].to == "withdrawn" for leg in legs)
        levers[lever] = definition.withdrawn if withdrawn else 0.0
    rules = tuple(rule for rule in (_less(rule, gone) for rule in whole.rules) if rule is not None)
    return {"levers": levers, "rules": rules, "grants": _kept_grants(spec, whole, own, gone)}


def _less(rule: Rule, gone: Set[str]) -> Rule | None:
    """The rule without the levers that are gone; None where it sets nothing else."""
    if not gone & (rule.set.keys() | rule.otherwise.keys()):
        return rule
    kept = {lever: level for lever, level in rule.set.items() if lever not in gone}
    other = {lever: level for lever, level in rule.otherwise.items() if lever not in gone}
    return rule.model_copy(update={"set": kept, "otherwise": other}) if kept or other else None


def _kept_grants(
    spec: ScenarioSpec, whole: Strategy, own: Strategy, gone: Set[str]
) -> dict[str, str]:
    kept = {}
    for issue, option in whole.grants.items():
        definition = spec.issues.get(issue)
        gift = (
            definition.options[option].gift if definition and option in definition.options else None
        )
        if gift is None or gift.lever not in gone or issue in own.grants:
            kept[issue] = option
    return kept
