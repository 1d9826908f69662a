"""One scenario, frozen: what its files say after overlays, worldviews and overrides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from winset.errors import ScenarioError
from winset.scenario import canonical, strategies
from winset.scenario.expr import Expr
from winset.scenario.hoisting import Path as Place
from winset.scenario.hoisting import hoisted
from winset.scenario.overrides import BASE, MECHANISMS, Override, apply_overrides, merged, nearest
from winset.scenario.schema.base import Quantity
from winset.scenario.schema.root import ScenarioSpec
from winset.scenario.schema.talks import Strategy

TODAY = "today"


@dataclass(frozen=True, eq=False)
class Scenario:
    """A scenario ready to run. Two are equal where their `sha256` is.

    Attributes:
        spec: what the files say, overrides written in.
        sha256: of the resolved content.
        places: path -> (file, line), for messages.
        quantities: every uncertain number by id (see `hoisting`), as the base says it.
        paths: id -> where it is written; holds also weights and scores that stay expressions.
        overrides: what was set from outside.
    """

    spec: ScenarioSpec
    sha256: str
    quantities: Mapping[str, Quantity] = field(repr=False)
    paths: Mapping[str, Place] = field(repr=False)
    places: Mapping[Place, tuple[str, int]] = field(repr=False)
    overrides: tuple[Override, ...] = ()

    @property
    def id(self) -> str:
        """The scenario's own id."""
        return self.spec.id

    @property
    def months(self) -> int | None:
        """The horizon in months; None: until all paths end."""
        return self.spec.months

    @property
    def set_from_outside(self) -> tuple[str, ...]:
        """Claims switched and values set, as they were typed."""
        return (*self.spec.switched, *(override.text for override in self.overrides))

    @cached_property
    def signatories(self) -> tuple[str, ...]:
        """Parties that sign."""
        return tuple(p for p, party in self.spec.parties.items() if party.role == "signatory")

    @cached_property
    def outsiders(self) -> tuple[str, ...]:
        """Parties that do not sign."""
        return tuple(p for p, party in self.spec.parties.items() if party.role == "outside")

    @cached_property
    def worldviews(self) -> tuple[str, ...]:
        """Worldviews in the order of the files; `base` where there are none."""
        return tuple(self.spec.worldviews) or (BASE,)

    @cached_property
    def strategies(self) -> tuple[str, ...]:
        """Strategies in the order of the files; `today` where there are none."""
        return tuple(self.spec.strategies) or (TODAY,)

    def quantity(self, id: str, worldview: str) -> Quantity:
        """A quantity as a worldview has it, overrides included. Raises `KeyError` naming the
        nearest id.
        """
        base: Quantity = _look(self.quantities, id, "quantity")
        if not self.spec.worldviews and worldview == BASE:
            return base
        over = _look(self.spec.worldviews, worldview, "worldview").set.get(id)
        return base if over is None else merged(base, over)

    def strategy(self, id: str) -> Strategy:
        """A strategy with every lever set (`today` where it names none), its base and dropped
        legs worked out. `today`, all levers at today's level, is always there.
        """
        if id == TODAY and id not in self.spec.strategies:
            return strategies.today(self.spec)
        _look(self.spec.strategies, id, "strategy")
        return strategies.resolve_strategy(self.spec, id)

    def prior(self, hypothesis: str, holder: str, worldview: str) -> Mapping[str, Expr]:
        """Value -> chance by which `holder` (a party, `public` or `world`) starts; the world's
        where it has no own.

        A worldview's prior replaces the same holder's; expressions of quantities, to be
        renormalised in every draw.
        """
        spec = _look(self.spec.hypotheses, hypothesis, "hypothesis")
        own: Mapping[str, Mapping[str, Expr]] = {}
        if self.spec.worldviews or worldview != BASE:
            view = _look(self.spec.worldviews, worldview, "worldview")
            own = view.priors.get(hypothesis, {})
        for holders in (own, spec.priors):
            if holder in holders:
                return holders[holder]
        return own.get("world", spec.prior)

    def enabled(self, mechanism: str, worldview: str) -> bool:
        """Whether a flow, event or signal acts under a worldview."""
        view = self.spec.worldviews.get(worldview)
        if view is not None and mechanism in view.disable:
            return False
        for section in MECHANISMS:
            found = getattr(self.spec, section).get(mechanism)
            if found is not None:
                return bool(found.enabled)
        return True

    def types(self, party: str) -> tuple[str, ...]:
        """Hypotheses that a party knows: its type."""
        return tuple(h for h, spec in self.spec.hypotheses.items() if party in spec.known_to)

    def resolved(self) -> dict[str, Any]:
        """Plain data that loads to the same hash, overlays and overrides written in."""
        return canonical.plain_data(self.spec)

    def to_yaml(self) -> str:
        """`resolved()` as one YAML text."""
        return canonical.to_yaml(self.resolved())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and other.sha256 == self.sha256

    def __hash__(self) -> int:
        return hash(self.sha256)


def build(
    spec: ScenarioSpec,
    places: Mapping[Place, tuple[str, int]],
    overrides: Sequence[str] = (),
    claims: Sequence[str] = (),
) -> Scenario:
    """A `Scenario` from a valid spec; claims are switched first, so that a number set by hand
    holds. Raises `OverrideError`.
    """
    if claims:
        from winset.scenario.claims import switch_claims

        spec, _ = switch_claims(spec, claims)
    spec, applied = apply_overrides(spec, overrides)
    quantities, paths = hoisted(spec)
    sha = canonical.sha256(canonical.plain_data(spec))
    return Scenario(spec, sha, quantities, paths, places, applied)


def load(
    name_or_path: str | Path,
    *,
    overrides: Sequence[str] = (),
    claims: Sequence[str] = (),
    as_of: str | None = None,
    strict: bool = False,
) -> Scenario:
    """Read and check a scenario: a bundled name, a folder of YAML files or one file.

    overrides: `ID=NUMBER`, `ID=LOW,MID,HIGH`, each also as `WORLDVIEW/ID=...`. claims: claims to
    switch, `CLAIM=off`, `CLAIM=rival` (see `winset.scenario.claims`). as_of: an ISO date; evidence
    known later is refused. strict: every number needs a source or a mark of judgement.

    Raises `ScenarioError` listing every problem at once, `OverrideError` for a value that cannot be
    set.
    """
    from winset.scenario.checking import check

    report = check(name_or_path, overrides=overrides, claims=claims, as_of=as_of, strict=strict)
    if report.scenario is None or report.problems:
        raise ScenarioError(report.problems)
    return report.scenario


def _look(known: Mapping[str, Any], id_: str, kind: str) -> Any:
    try:
        return known[id_]
    except KeyError:
        near = nearest(id_, known)
        hint = f"; did you mean {near!r}?" if near else ""
        raise KeyError(f"no {kind} {id_!r}{hint}") from None
