"""How talks meet, who accepts, what a ceasefire is; strategies, rules, worldviews, measures."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from winset.scenario.schema.base import Evidence, Expr, Id, Number, Part, Texts, Uncertain


class Talks(Evidence):
    """Meetings and acceptance (all monthly).

    `meeting`: chance that talks meet (state-level). After a failed meeting a cooling-off: the
    chance is multiplied by `cooling` and returns to normal with monthly chance `recovery`.
    `temperature`: per party, the scale of errors in acceptance (stakes); `failed_cost`: stakes lost
    when a text it accepted fails at home. `features`: state-level expressions the regression may
    use.
    """

    meeting: Expr = Field(
        default="1",
        validate_default=True,
        description="chance a month that talks meet (state-level)",
    )
    cooling: Expr = Field(
        default="1", validate_default=True, description="factor on it after a failed meeting"
    )
    recovery: Expr = Field(
        default="1", validate_default=True, description="chance a month of returning to normal"
    )
    temperature: dict[Id, Expr] = Field(
        default_factory=dict, description="party -> tau; 0 = accept iff better"
    )
    failed_cost: dict[Id, Expr] = Field(
        default_factory=dict,
        description="party -> stakes lost when a text it accepted fails at home",
    )
    refusals_inform: bool = Field(True, description="whether a month without a signature is news")
    features: dict[Id, Expr] = Field(
        default_factory=dict, description="state-level expressions the regression may use"
    )
    solver: Literal["auto", "exact", "lsmc"] = Field(
        "auto", description="exact where the public state is small, else regression"
    )


class Ceasefire(Evidence):
    """An armistice without terms: the named plan, held by its own monthly `hazard`
    (state-level), while talks go on with chance `meeting`. `worth`: how much a ceasefire counts
    for the mediator against a settlement (0..1).
    """

    plan: Id = Field(description="the armistice plan")
    hazard: Expr = Field(description="monthly chance that it breaks (state-level)")
    meeting: Expr | None = Field(None, description="chance a month that talks meet under it")
    worth: Expr = Field(
        default="0", validate_default=True, description="against a settlement, 0..1"
    )
    war_cost: Expr = Field(
        default="0", validate_default=True, description="share of the war's costs that goes on"
    )


#: tracks at most: in parallel every set of closed ones is a state of the talks
MOST_TRACKS: Final = {"parallel": 5, "sequence": 8}


class Tracks(Evidence):
    """How issues are negotiated. `package`: one text of the whole is signed at once. `parallel`:
    all tracks are open side by side, and each closes on its own. `sequence`: one track at a time,
    in `order`. A session tables a text of the whole; a track at the table closes where all accept
    it, with odds (issues in all / issues at the table) ** complexity * momentum ** tracks closed
    times those of the whole being accepted. What closed is kept in every later text; nothing binds
    until the last track closes and the whole is ratified.
    """

    mode: Literal["package", "parallel", "sequence"] = Field(
        "package", description="package, parallel or in sequence; a strategy may state its own"
    )
    groups: dict[Id, tuple[Id, ...]] = Field(
        default_factory=dict, description="track -> its issues; every issue in one track"
    )
    order: tuple[Id, ...] = Field(
        (), description="in which order tracks are taken in sequence (that of `groups`)"
    )
    momentum: Expr | None = Field(
        None, description="factor on the odds of the next track for each track closed (1)"
    )
    complexity: Expr | None = Field(
        None,
        description="exponent: how much slower more issues at the table are to close (0: not)",
    )
    partial: Expr | None = Field(
        None,
        description="share 0..1 of closed tracks that stands where the war ends with no settlement,"
        " on issues that the ending leaves open (0: nothing)",
    )


class Rule(Evidence):
    """When the condition holds, levers are set. May read the state, beliefs, `gap.PARTY` (the
    party's value of fighting on less its value of the best text), `refused.PARTY` (1 if it
    refused at the last meeting). `width`: thresholds on gaps become logistic of this width.
    """

    when: Expr = Field(description="condition")
    set: dict[Id, Number] = Field(description="lever -> level while it holds")
    otherwise: dict[Id, Number] = Field(
        default_factory=dict, description="lever -> level while it does not"
    )
    width: Number = Field(0.02, description="of the logistic that softens thresholds on gaps")
    label: str = Field("", description="the rule in words")


class Strategy(Evidence):
    """A strategy of the outside power. A lever it does not name stays at `today`."""

    label: str = Field(description="its name")
    proponents_say: str = Field("", description="its case, in its proponents' own terms")
    kind: Literal["strategy", "ablation", "baseline"] = Field(
        "strategy", description="strategy, ablation (a leg dropped) or baseline"
    )
    based_on: Id | None = Field(None, description="start from another strategy's levers and texts")
    without: tuple[Id, ...] = Field(
        (), description="legs dropped: support to `withdrawn`, other legs to 0"
    )
    levers: dict[Id, Number] = Field(default_factory=dict, description="lever -> level 0..1")
    tables: dict[Id, tuple[Id, ...]] = Field(
        default_factory=dict,
        description="issue -> the options it will table; an issue not named: all that are given",
    )
    excludes: Texts = Field((), description="ISSUE.OPTION it will never table")
    grants: dict[Id, Id] = Field(
        default_factory=dict, description="issue -> option given without waiting for a deal"
    )
    omega: Expr = Field(
        default="0", validate_default=True, description="how much it cares for durability"
    )
    ceasefire: bool = Field(True, description="whether it will table an armistice")
    meeting_factor: Expr = Field(
        default="1", validate_default=True, description="factor on the chance that talks meet"
    )
    tracks: Literal["package", "parallel", "sequence"] | None = Field(
        None, description="how it negotiates, where not as the scenario's `tracks` say"
    )
    track_order: tuple[Id, ...] = Field(
        (), description="in which order it takes tracks in sequence, where not as `tracks` says"
    )
    rules: tuple[Rule, ...] = Field((), description="conditions on which levers change")
    switch_cost: Expr | None = Field(None, description="credibility lost per unit of lever change")
    credibility: Id | None = Field(None, description="the stock that switching wears down")


class Leg(Part):
    """A group of levers. A two-leg version of a strategy drops it."""

    label: str = Field("", description="its name")
    levers: tuple[Id, ...] = Field(description="its levers")
    to: Literal["withdrawn", "none"] = Field(
        "none", description="where its levers go when it is dropped: their withdrawn level, or 0"
    )


class Worldview(Evidence):
    """A rival reading: quantities it sets, each with its reason; mechanisms it switches off."""

    label: str = Field(description="its name")
    view: str = Field("", description="in its holders' own terms")
    set: dict[Id, Uncertain] = Field(
        default_factory=dict, description="quantity -> what this view says of it"
    )
    priors: dict[Id, dict[Id, dict[Id, Expr]]] = Field(
        default_factory=dict, description="hypothesis -> holder (or `world`) -> value -> expression"
    )
    disable: tuple[Id, ...] = Field((), description="flows, events and signals it switches off")


class Measure(Evidence):
    """A reported number, read at the end of each path.

    `outcomes`: chance that one of these endings came. Or `value`: expression of the final state,
    which may also read `ended.OUTCOME`, `signed`, `months` (months of war fought) and `deal.*` of
    what was signed (0 if nothing).
    """

    label: str = Field("", description="its name")
    unit: str = Field("1", description="its unit")
    outcomes: tuple[Id, ...] = Field((), description="chance that one of these came")
    value: Expr | None = Field(None, description="expression of the final state")
    human_cost: bool = Field(False, description="shown beside any success")


class Check(Evidence):
    """A number the model should reproduce, printed beside what it computes; never an input."""

    label: str = Field("", description="what should be reproduced")
    what: Id = Field(description="overlap_at_start, ceasefire_per_month, or a measure")
    stated: Uncertain | dict[Id, Uncertain] = Field(
        union_mode="left_to_right", description="one range, or one per worldview"
    )
    strategy: Id | None = Field(None, description="under which strategy; none = the baseline")
