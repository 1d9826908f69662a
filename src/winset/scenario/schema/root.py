"""The whole scenario: a folder of YAML files whose sections are laid together."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from winset.scenario.schema.base import (
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
from winset.scenario.schema.calibration import Calibration
from winset.scenario.schema.claims import Claim, ClaimSet
from winset.scenario.schema.deals import (
    Consent,
    Constituency,
    Durability,
    Incompatible,
    Interaction,
    Issue,
    Joint,
    Plan,
    Preference,
    Ratification,
)
from winset.scenario.schema.map import Map
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
from winset.scenario.schema.war import (
    AtHorizon,
    Derived,
    Event,
    Flow,
    Lever,
    Observed,
    Outcome,
    Stock,
)


class Party(Part):
    """A party. Signatories sign; outsiders consent, give and report their value."""

    name: str = Field(description="its name")
    adjective: str = Field("", description="its adjective")
    role: Literal["signatory", "outside"] = Field(
        "signatory", description="signatory: signs; outside: consents, gives, reports its value"
    )


class ScenarioSpec(Part):
    """Everything a scenario says, as written (after overlays). `winset.scenario.Scenario` adds
    what follows from it.
    """

    winset: Literal[1] = Field(description="version of the scenario language")
    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]*$", max_length=100)] = (
        Field(description="its id")
    )
    title: str = Field(description="its title")
    about: str = Field("", description="what a reader must know first")
    question: str = Field("", description="the question it was built for")
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
    notes: Texts = Field((), description="what it leaves out, and what it is not")
    units: dict[str, str] = Field(
        default_factory=dict,
        description="own units: person: '[person]', or a product such as '1e9 * usd'",
    )
    sources: dict[str, Source] = Field(default_factory=dict, description="what numbers point to")
    claims: dict[Id, Claim] = Field(default_factory=dict, description="what the argument says")
    claim_sets: dict[Id, ClaimSet] = Field(
        default_factory=dict, description="claims that switch together"
    )
    switched: tuple[str, ...] = Field(
        (), description="the claims switched to make this scenario: a record, it changes nothing"
    )
    parties: dict[Id, Party] = Field(description="who signs and who does not")
    quantities: dict[Id, Uncertain] = Field(default_factory=dict, description="uncertain constants")
    correlations: tuple[Correlation, ...] = Field((), description="rank correlations of quantities")
    state: dict[Id, Stock] = Field(default_factory=dict, description="stocks: what the war moves")
    derived: dict[Id, Derived] = Field(
        default_factory=dict, description="named expressions of the state"
    )
    flows: dict[Id, Flow] = Field(default_factory=dict, description="what moves stocks each month")
    events: dict[Id, Event] = Field(
        default_factory=dict, description="what happens by chance, and may end the war"
    )
    outcomes: dict[Id, Outcome] = Field(
        default_factory=dict, description="how the war can end without agreement"
    )
    at_horizon: AtHorizon = Field(AtHorizon(), description="what an unfinished war is worth")
    course: tuple[Id, ...] = Field(
        (), description="stocks and derived values whose course by month is reported"
    )
    observed: dict[Id, Observed] = Field(
        default_factory=dict, description="what was measured before the start; never an input"
    )
    map: Map | None = Field(None, description="the ground, region by region; only ever drawn")
    levers: dict[Id, Lever] = Field(
        default_factory=dict, description="what the outside power can do"
    )
    legs: dict[Id, Leg] = Field(default_factory=dict, description="groups of levers")
    hypotheses: dict[Id, Hypothesis] = Field(
        default_factory=dict, description="facts that somebody does not know"
    )
    signals: dict[Id, Signal] = Field(
        default_factory=dict, description="observations that move beliefs"
    )
    learning: dict[Id, Learning] = Field(
        default_factory=dict, description="beliefs about the chance of an event"
    )
    issues: dict[Id, Issue] = Field(default_factory=dict, description="what is negotiated")
    incompatible: tuple[Incompatible, ...] = Field(
        (), description="pairs of options that contradict or cost"
    )
    interactions: tuple[Interaction, ...] = Field(
        (), description="pairs of options that add to a value"
    )
    joint: tuple[Joint, ...] = Field(
        (), description="options of several issues that add to a value together"
    )
    plans: dict[Id, Plan] = Field(default_factory=dict, description="named packages")
    preferences: dict[Id, Preference] = Field(default_factory=dict, description="what parties want")
    constituencies: dict[Id, Constituency] = Field(
        default_factory=dict, description="groups at home that must put up with a package"
    )
    ratification: dict[Id, Ratification] = Field(
        default_factory=dict, description="party -> the chance that a text passes at home"
    )
    consents: dict[Id, Consent] = Field(
        default_factory=dict, description="outsiders' consent to options"
    )
    durability: Durability | None = Field(None, description="how deals break down")
    talks: Talks = Field(Talks(), description="how talks meet and who accepts")
    ceasefire: Ceasefire | None = Field(None, description="an armistice apart from a settlement")
    tracks: Tracks = Field(Tracks(), description="how issues are negotiated")
    strategies: dict[Id, Strategy] = Field(
        default_factory=dict, description="what the outside power may do"
    )
    worldviews: dict[Id, Worldview] = Field(
        default_factory=dict, description="rival readings; none is the default answer"
    )
    measures: dict[Id, Measure] = Field(default_factory=dict, description="what is reported")
    checks: dict[Id, Check] = Field(
        default_factory=dict, description="numbers the model should reproduce, never inputs"
    )
    calibration: Calibration | None = Field(
        None, description="series on record that the war is fitted to and scored on"
    )


Quantity.model_rebuild()
