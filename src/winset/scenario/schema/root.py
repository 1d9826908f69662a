"""The whole scenario: a folder of YAML files whose sections are laid together."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from winset.scenario.schema.base import (
    Claim,
    Correlation,
    Id,
    Part,
    Quantity,
    Source,
    Texts,
    Uncertain,
    Whole,
)
from winset.scenario.schema.beliefs import Hypothesis, Learning, Signal, Term
from winset.scenario.schema.deals import (
    Consent,
    Constituency,
    Durability,
    Incompatible,
    Interaction,
    Issue,
    Plan,
    Preference,
    Ratification,
)
from winset.scenario.schema.talks import (
    Ceasefire,
    Check,
    Leg,
    Measure,
    Strategy,
    Talks,
    Tracks,
    Worldview,
)
from winset.scenario.schema.war import AtHorizon, Derived, Event, Flow, Lever, Outcome, Stock


class Party(Part):
    """A party. Signatories sign; outsiders consent, give and report their value."""

    name: str
    adjective: str = ""
    role: Literal["signatory", "outside"] = "signatory"


class ScenarioSpec(Part):
    """Everything a scenario says, as written (after overlays). `winset.scenario.Scenario` adds
    what follows from it.
    """

    winset: Literal[1] = Field(description="version of the scenario language")
    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]*$", max_length=100)]
    title: str
    about: str = ""
    question: str = ""
    extends: str | None = Field(None, description="the scenario this one overlays")
    as_of: str = Field(description="ISO date: evidence known later is refused by --as-of")
    start: str = Field(description="first month simulated, YYYY-MM")
    months: Whole | None = Field(
        None, ge=1, description="horizon; none = until all paths end (winset war)"
    )
    mediator: Id | None = Field(None, description="the outside power whose strategies are compared")
    baseline: Id | None = Field(None, description="the strategy the verdict compares with")
    headline: Id | None = Field(None, description="the strategy the verdict is about")
    terms: dict[Id, Term] = Field(
        default_factory=dict, description="named dates, such as the end of a term"
    )
    notes: Texts = ()
    units: dict[str, str] = Field(
        default_factory=dict, description="own units, pint definitions, e.g. person: '[person]'"
    )
    sources: dict[str, Source] = Field(default_factory=dict)
    claims: dict[Id, Claim] = Field(default_factory=dict)
    parties: dict[Id, Party]
    quantities: dict[Id, Uncertain] = Field(default_factory=dict)
    correlations: tuple[Correlation, ...] = ()
    state: dict[Id, Stock] = Field(default_factory=dict)
    derived: dict[Id, Derived] = Field(default_factory=dict)
    flows: dict[Id, Flow] = Field(default_factory=dict)
    events: dict[Id, Event] = Field(default_factory=dict)
    outcomes: dict[Id, Outcome] = Field(default_factory=dict)
    at_horizon: AtHorizon = AtHorizon()
    course: tuple[Id, ...] = Field(
        (), description="stocks and derived values whose course by month is reported"
    )
    levers: dict[Id, Lever] = Field(default_factory=dict)
    legs: dict[Id, Leg] = Field(default_factory=dict)
    hypotheses: dict[Id, Hypothesis] = Field(default_factory=dict)
    signals: dict[Id, Signal] = Field(default_factory=dict)
    learning: dict[Id, Learning] = Field(default_factory=dict)
    issues: dict[Id, Issue] = Field(default_factory=dict)
    incompatible: tuple[Incompatible, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    plans: dict[Id, Plan] = Field(default_factory=dict)
    preferences: dict[Id, Preference] = Field(default_factory=dict)
    constituencies: dict[Id, Constituency] = Field(default_factory=dict)
    ratification: dict[Id, Ratification] = Field(default_factory=dict)
    consents: dict[Id, Consent] = Field(default_factory=dict)
    durability: Durability | None = None
    talks: Talks = Talks()
    ceasefire: Ceasefire | None = None
    tracks: Tracks = Tracks()
    strategies: dict[Id, Strategy] = Field(default_factory=dict)
    worldviews: dict[Id, Worldview] = Field(default_factory=dict)
    measures: dict[Id, Measure] = Field(default_factory=dict)
    checks: dict[Id, Check] = Field(default_factory=dict)


Quantity.model_rebuild()
