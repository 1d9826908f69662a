"""Issues, options, packages, preferences, ratification, durability.

Names a deal-level expression may read: quantities; `deal.ATTRIBUTE` (sum of the chosen options'
attribute); `deal.ISSUE.OPTION` (1 if chosen); `HYPOTHESIS.VALUE` of types; `lever.ID.set` (the
strategy's level); `strategy.omega`. A state-level expression (marked so) may read everything the
war's expressions may read, at signing.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from winset.scenario.schema.base import Evidence, Expr, Id, Number, Part, Texts, Uncertain, Whole


class Gift(Part):
    """An option only an outsider can give: on the table where the strategy sets `lever` to at
    least `least`.
    """

    giver: Texts = ()
    lever: Id | None = None
    least: Number = 0.0


class Option(Evidence):
    """One option on an issue."""

    text: str = ""
    order: Whole | None = Field(
        None, description="position on the issue's scale; default order of listing"
    )
    available: Expr | None = Field(None, description="state-level: on the table while true")
    gift: Gift | None = None
    believed: Expr | None = Field(
        None,
        description="state-level, 0..1: believed delivery q; the score becomes "
        "q x score + (1-q) x no-deal score",
    )
    attributes: dict[Id, Expr] = Field(
        default_factory=dict, description="numbers `deal.NAME` sums over options"
    )
    consent: Texts = Field((), description="consents (ids) this option needs")
    legal_obstacle: str = ""


class Divisible(Part):
    """An issue divided to a stated precision: options are shares low, low+step, ..., high."""

    low: Number = 0.0
    high: Number = 1.0
    step: Number = Field(0.001, gt=0)


class Issue(Evidence):
    """An issue; its options in order, or `divisible`."""

    code: str = ""
    name: str = ""
    options: dict[Id, Option] = Field(default_factory=dict)
    divisible: Divisible | None = None
    power: tuple[Id, ...] = Field(
        (), description="parties that could impose an option on it by victory"
    )
    no_deal: dict[Id, Expr] | Id | Number | None = Field(
        None,
        description="what holds with no deal: an option, a share, or options with state-level "
        "weights that sum to 1",
    )


class Incompatible(Evidence):
    """Two options that contradict (hard) or cost (soft: `cost` in raw points of 0..100 for each
    party named).
    """

    options: tuple[str, str] = Field(description="two ISSUE.OPTION")
    strength: Literal["hard", "soft"]
    cost: Uncertain | None = None
    reason: str = ""


class Interaction(Evidence):
    """Points (of 100) added to a party's raw value when both options are chosen."""

    options: tuple[str, str]
    party: Id
    points: Uncertain


class Plan(Evidence):
    """A named package."""

    title: str = ""
    options: dict[Id, Id | Number]
    armistice: bool = False


class WeightGroup(Part):
    """The total weight of some issues is set to `share` of 1; the issues outside all groups are
    rescaled to the rest.
    """

    issues: tuple[Id, ...]
    share: Expr = Field(description="may read the party's own type")


class RedLine(Evidence):
    """A package for which `when` is true is refused (no `cost`), or costs the stated share of
    the stake.
    """

    when: Expr
    cost: Expr | None = None
    label: str = ""


class Preference(Evidence):
    """What a party wants. Scores 0..100 within an issue; expressions may read the party's own
    type and, in scores, the state at signing. Utility = clip((raw-worst)/(best-worst), 0, 1) **
    aspiration, worst and best over feasible packages per draw and type; the unit is the party's
    stake.
    """

    weights: dict[Id, Uncertain]
    scores: dict[Id, dict[Id, Uncertain] | Expr] = Field(
        description="issue -> option -> score; a divisible issue takes an expression of `share`"
    )
    weight_groups: tuple[WeightGroup, ...] = ()
    aspiration: Expr = Field(
        default="1", validate_default=True, description="power; may read own type"
    )
    red_lines: tuple[RedLine, ...] = ()
    war_cost: Expr = Field(
        default="0",
        validate_default=True,
        description="state-level: share of own stake lost per month of war",
    )
    discount: Expr = Field(
        default="1", validate_default=True, description="monthly discount factor, quantities only"
    )


class Tolerance(Part):
    """Up to (`at_most`) or from (`at_least`) an option on; each order beyond costs `per_step` of
    this issue's share.
    """

    at_most: Id | None = None
    at_least: Id | None = None
    share: Number = 1.0
    per_step: Number = Field(0.5, ge=0, le=1)


class Constituency(Evidence):
    """A domestic group with influence and tolerances; its support for a package is the
    share-weighted mean over its issues of max(0, 1 - per_step x orders beyond tolerance), plus
    `eased` (deal-level expression), clipped to 0..1.
    """

    code: str = ""
    party: Id
    name: str = ""
    influence: Uncertain
    tolerates: dict[Id, Tolerance]
    eased: Expr | None = None
    channel: str = ""


class Gate(Evidence):
    """A vote some packages must pass: where `when` (deal-level) is true, r is multiplied by
    `chance` (deal-level).
    """

    when: Expr
    chance: Expr
    label: str = ""


class Ratification(Evidence):
    """r = logistic(steepness x (support + cover - midpoint)) x gates; support is the
    influence-weighted mean.
    """

    midpoint: Expr
    steepness: Expr
    cover: Expr | None = Field(
        None, description="state-level, points of support added (may be negative)"
    )
    cover_on: Expr | None = Field(
        None, description="deal-level 0..1: how far cover applies to the package"
    )
    gates: tuple[Gate, ...] = ()


class Consent(Evidence):
    """An outsider's consent to options that name it. chance: deal-level expression;
    `value.PARTY` may be read (the outsider's own utility of the package, 0..1) and
    `support.PARTY` (its constituencies' weighted support).
    """

    of: str = ""
    chance: Expr


class Durability(Evidence):
    """Monthly hazard of breakdown: `hazard` (deal-level, by type) x `multiplier` (state-level at
    signing) for `window` months, then `late_hazard`. `shift`: what the deal changed in each
    party's renewed war (deal-level), in stakes.
    """

    window: Whole = 60
    hazard: Expr
    multiplier: Expr | None = None
    late_hazard: Expr = Field(default="0", validate_default=True)
    shift: dict[Id, Expr] = Field(default_factory=dict)
