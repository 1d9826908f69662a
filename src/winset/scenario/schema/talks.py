"""How talks meet, who accepts, what a ceasefire is; strategies, rules, worldviews, measures."""

from __future__ import annotations

from typing import Literal

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

    meeting: Expr = Field(default="1", validate_default=True)
    cooling: Expr = Field(default="1", validate_default=True)
    recovery: Expr = Field(default="1", validate_default=True)
    temperature: dict[Id, Expr] = Field(
        default_factory=dict, description="party -> tau; 0 = accept iff better"
    )
    failed_cost: dict[Id, Expr] = Field(default_factory=dict)
    refusals_inform: bool = True
    features: dict[Id, Expr] = Field(default_factory=dict)
    solver: Literal["auto", "exact", "lsmc"] = "auto"


class Ceasefire(Evidence):
    """An armistice without terms: the named plan, held by its own monthly `hazard`
    (state-level), while talks go on with chance `meeting`. `worth`: how much a ceasefire counts
    for the mediator against a settlement (0..1).
    """

    plan: Id
    hazard: Expr
    meeting: Expr | None = None
    worth: Expr = Field(default="0", validate_default=True)
    war_cost: Expr = Field(
        default="0", validate_default=True, description="share of the war's costs that goes on"
    )


class Tracks(Evidence):
    """How issues are negotiated; `package` acts now, the others are stated and named in the
    verdict as not acting.
    """

    mode: Literal["package", "parallel", "sequence"] = "package"
    groups: dict[Id, tuple[Id, ...]] = Field(default_factory=dict)
    momentum: Expr | None = None
    complexity: Expr | None = None


class Rule(Evidence):
    """When the condition holds, levers are set. May read the state, beliefs, `gap.PARTY` (the
    party's value of fighting on less its value of the best text), `refused.PARTY` (1 if it
    refused at the last meeting). `width`: thresholds on gaps become logistic of this width.
    """

    when: Expr
    set: dict[Id, Number]
    otherwise: dict[Id, Number] = Field(default_factory=dict)
    width: Number = 0.02
    label: str = ""


class Strategy(Evidence):
    """A strategy of the outside power. A lever it does not name stays at `today`."""

    label: str
    proponents_say: str = ""
    kind: Literal["strategy", "ablation", "baseline"] = "strategy"
    based_on: Id | None = Field(None, description="start from another strategy's levers and texts")
    without: tuple[Id, ...] = Field(
        (), description="legs dropped: support to `withdrawn`, other legs to 0"
    )
    levers: dict[Id, Number] = Field(default_factory=dict)
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
    ceasefire: bool = True
    meeting_factor: Expr = Field(default="1", validate_default=True)
    rules: tuple[Rule, ...] = ()
    switch_cost: Expr | None = Field(None, description="credibility lost per unit of lever change")
    credibility: Id | None = Field(None, description="the stock that switching wears down")


class Leg(Part):
    """A group of levers. A two-leg version of a strategy drops it."""

    label: str = ""
    levers: tuple[Id, ...]
    to: Literal["withdrawn", "none"] = "none"


class Worldview(Evidence):
    """A rival reading: quantities it sets, each with its reason; mechanisms it switches off."""

    label: str
    view: str = Field("", description="in its holders' own terms")
    set: dict[Id, Uncertain] = Field(default_factory=dict)
    priors: dict[Id, dict[Id, dict[Id, Expr]]] = Field(
        default_factory=dict, description="hypothesis -> holder (or `world`) -> value -> expression"
    )
    disable: tuple[Id, ...] = ()


class Measure(Evidence):
    """A reported number, read at the end of each path.

    `outcomes`: chance that one of these endings came. Or `value`: expression of the final state,
    which may also read `ended.OUTCOME`, `signed`, `months` (months of war fought) and `deal.*` of
    what was signed (0 if nothing).
    """

    label: str = ""
    unit: str = "1"
    outcomes: tuple[Id, ...] = ()
    value: Expr | None = None
    human_cost: bool = False


class Check(Evidence):
    """A number the model should reproduce, printed beside what it computes; never an input."""

    label: str = ""
    what: Id = Field(description="overlap_at_start, ceasefire_per_month, or a measure")
    stated: dict[Id, Uncertain] | Uncertain = Field(description="one range, or one per worldview")
    strategy: Id | None = None
