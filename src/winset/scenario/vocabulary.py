"""Which names an expression may read, by where it stands, and the unit of each.

QUANTITY   quantities
DRAW       and the levels a strategy sets: `lever.ID.set`
STATE      quantities; stocks; derived values; `month`; `lever.ID` (delivered), `lever.ID.set`,
           `lever.ID.cost`; HYPOTHESIS.VALUE unless it is a signatory's type;
           `belief.HOLDER.HYPOTHESIS.VALUE`; `gap.PARTY`, `refused.PARTY`
LEVER      the same and `level`
RULE       as STATE without HYPOTHESIS.VALUE, unless the mediator knows it
PEACE      STATE and the names of a deal
MEASURE    the same, `ended.OUTCOME`, `signed` and `months`
DEAL       quantities; `lever.ID.set`; `strategy.omega`; `deal.ATTRIBUTE`,
           `deal.ISSUE.OPTION`, `deal.ISSUE` (share)
CONSENT    the same and `value.PARTY`, `support.PARTY`
LASTING    DEAL and every signatory's type
TYPE       quantities and the party's own type (WEIGHT: the same)
COST       STATE and the party's own type (SCORE: the same)
SHARE      quantities, the party's own type and `share`
RED_LINE   DEAL and the party's own type
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cached_property
from typing import Final

from winset.scenario.scenario import Scenario

_STATE: Final = (
    "quantities, stocks, derived values, month, lever.ID, HYPOTHESIS.VALUE,"
    " belief.HOLDER.HYPOTHESIS.VALUE, gap.PARTY, refused.PARTY"
)
_DEAL: Final = "quantities, deal.ATTRIBUTE, deal.ISSUE.OPTION, lever.ID.set, strategy.omega"


class Context(Enum):
    """Where an expression stands; the value says in words what it may read there."""

    QUANTITY = "quantities"
    DRAW = "quantities and lever.ID.set"
    STATE = _STATE
    LEVER = _STATE + ", level"
    RULE = _STATE + " (no hypothesis that the mediator does not know)"
    PEACE = _STATE + ", deal.ATTRIBUTE, deal.ISSUE.OPTION"
    MEASURE = _STATE + ", ended.OUTCOME, signed, months, deal.ATTRIBUTE, deal.ISSUE.OPTION"
    DEAL = _DEAL
    CONSENT = _DEAL + ", value.PARTY, support.PARTY"
    LASTING = _DEAL + " and the signatories' types"
    TYPE = "quantities and the party's own type"
    COST = _STATE + " and the party's own type"
    SHARE = "share, quantities and the party's own type"
    RED_LINE = _DEAL + " and the party's own type"


#: names with a meaning of their own, which no id may take
RESERVED: Final = frozenset({"month", "months", "level", "share", "signed"})
#: first parts with a meaning of their own
RESERVED_HEADS: Final = frozenset(
    {"lever", "belief", "gap", "refused", "deal", "ended", "value", "support", "strategy", "on"}
)


class Vocabulary:
    """Names and units of one scenario, by context."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._spec = scenario.spec
        self._made: dict[tuple[Context, str | None], Mapping[str, str]] = {}

    def names(self, context: Context, party: str | None = None) -> Mapping[str, str]:
        """Name -> unit of everything that may be read. `party` matters where its own type may be
        read.
        """
        key = (context, party)
        if key not in self._made:
            self._made[key] = self._make(context, party)
        return self._made[key]

    def what(self, name: str) -> str | None:
        """What a name is that may not be read where it stands; None where nothing has that name."""
        spec = self._spec
        if name in spec.state:
            return "a stock"
        if name in spec.derived:
            return "a derived value"
        if name in self.types:
            return f"a type of {self.types[name]}"
        if name in self.hidden:
            return "a fact that nobody is sure of"
        if name in self._scenario.quantities:
            return "a quantity"
        if name in self._scenario.paths:
            return "an expression of the state or of a type"
        for context in (Context.MEASURE, Context.CONSENT, Context.LEVER, Context.SHARE):
            if name in self.names(context):
                return "known only elsewhere"
        return None

    def _make(self, context: Context, party: str | None) -> Mapping[str, str]:
        quantities, state, deal = self.quantities, self.state, self.deal
        if context is Context.QUANTITY:
            return quantities
        if context is Context.DRAW:
            return {**quantities, **self.set_levels}
        if context is Context.STATE:
            return state
        if context is Context.LEVER:
            return {**state, "level": "1"}
        if context is Context.RULE:
            mediator = self._spec.mediator
            secret = {
                f"{h}.{v}"
                for h, hypothesis in self._spec.hypotheses.items()
                for v in hypothesis.values
                if mediator not in hypothesis.known_to
            }
            return {name: unit for name, unit in state.items() if name not in secret}
        if context is Context.PEACE:
            return {**state, **deal}
        if context is Context.MEASURE:
            ends = {f"ended.{outcome}": "1" for outcome in self._spec.outcomes}
            return {**state, **deal, **ends, "signed": "1", "months": "month"}
        if context is Context.DEAL:
            return deal
        if context is Context.CONSENT:
            marks = {
                f"{what}.{p}": "1" for what in ("value", "support") for p in self._spec.parties
            }
            return {**deal, **marks}
        if context is Context.LASTING:
            return {**deal, **dict.fromkeys(self.types, "1")}
        own = self._own(party)
        if context is Context.TYPE:
            return {**quantities, **own}
        if context is Context.COST:
            return {**state, **own}
        if context is Context.SHARE:
            return {**quantities, **own, "share": "1"}
        return {**deal, **own}

    def _own(self, party: str | None) -> dict[str, str]:
        hypotheses = self._scenario.types(party) if party is not None else ()
        return {f"{h}.{v}": "1" for h in hypotheses for v in self._spec.hypotheses[h].values}

    @cached_property
    def quantities(self) -> Mapping[str, str]:
        """Every quantity's unit."""
        return {id_: quantity.unit for id_, quantity in self._scenario.quantities.items()}

    @cached_property
    def set_levels(self) -> Mapping[str, str]:
        """`lever.ID.set`."""
        return {f"lever.{lever}.set": "1" for lever in self._spec.levers}

    @cached_property
    def types(self) -> Mapping[str, str]:
        """HYPOTHESIS.VALUE -> the signatory whose type it is."""
        signatories = self._scenario.signatories
        return {
            f"{h}.{v}": party
            for h, hypothesis in self._spec.hypotheses.items()
            for party in signatories
            if party in hypothesis.known_to
            for v in hypothesis.values
        }

    @cached_property
    def hidden(self) -> frozenset[str]:
        """HYPOTHESIS.VALUE of what is no signatory's type."""
        every = {f"{h}.{v}" for h, spec in self._spec.hypotheses.items() for v in spec.values}
        return frozenset(every - self.types.keys())

    @cached_property
    def holders(self) -> tuple[str, ...]:
        """Who holds beliefs: the parties and the public."""
        return tuple(dict.fromkeys([*self._spec.parties, "public"]))

    @cached_property
    def state(self) -> Mapping[str, str]:
        """What an expression of the war may read."""
        return dict(self._state_names())

    def _state_names(self) -> Iterator[tuple[str, str]]:
        spec = self._spec
        yield from self.quantities.items()
        for section in (spec.state, spec.derived):
            for id_, part in section.items():
                yield id_, part.unit
        yield "month", "month"
        yield from self.set_levels.items()
        for lever in spec.levers:
            yield f"lever.{lever}", "1"
            yield f"lever.{lever}.cost", "?"
        for name in self.hidden:
            yield name, "1"
        for holder in self.holders:
            for h, hypothesis in spec.hypotheses.items():
                for v in hypothesis.values:
                    yield f"belief.{holder}.{h}.{v}", "1"
        for party in self._scenario.signatories:
            yield f"gap.{party}", "1"
            yield f"refused.{party}", "1"

    @cached_property
    def deal(self) -> Mapping[str, str]:
        """What an expression of a package may read."""
        names = {**self.quantities, **self.set_levels, "strategy.omega": "1"}
        for issue, definition in self._spec.issues.items():
            for option, choice in definition.options.items():
                names[f"deal.{issue}.{option}"] = "1"
                for attribute in choice.attributes:
                    names[f"deal.{attribute}"] = "1"
            if definition.divisible is not None:
                names[f"deal.{issue}"] = "1"
        return names
