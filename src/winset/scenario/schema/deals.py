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
from winset.scenario.schema.war import Flow


class Gift(Part):
    """An option only an outsider can give: on the table where the strategy sets `lever` to at
    least `least`.
    """

    giver: Texts = Field((), description="who could give it")
    lever: Id | None = Field(None, description="the lever that offers it")
    least: Number = Field(0.0, description="least level at which it is on the table")


class Option(Evidence):
    """One option on an issue."""

    text: str = Field("", description="what it says")
    order: Whole | None = Field(
        None, description="position on the issue's scale; default order of listing"
    )
    available: Expr | None = Field(None, description="state-level: on the table while true")
    gift: Gift | None = Field(None, description="who must offer it")
    believed: Expr | None = Field(
        None,
        description="state-level, 0..1: believed delivery q; the score becomes "
        "q x score + (1-q) x no-deal score",
    )
    attributes: dict[Id, Expr] = Field(
        default_factory=dict, description="numbers `deal.NAME` sums over options"
    )
    consent: Texts = Field((), description="consents (ids) this option needs")
    legal_obstacle: str = Field("", description="what law stands against it")


class Divisible(Part):
    """An issue divided to a stated precision: options are shares low, low+step, ..., high."""

    low: Number = Field(0.0, description="least share")
    high: Number = Field(1.0, description="largest share")
    step: Number = Field(0.001, gt=0, description="precision")


class Issue(Evidence):
    """An issue; its options in order, or `divisible`."""

    code: str = Field("", description="short code used in tables, such as I01")
    name: str = Field("", description="what is negotiated")
    options: dict[Id, Option] = Field(
        default_factory=dict, description="its options in order along a scale"
    )
    divisible: Divisible | None = Field(
        None, description="instead of options: a share, money or years"
    )
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
    strength: Literal["hard", "soft"] = Field(
        description="hard: infeasible together; soft: costs points"
    )
    cost: Uncertain | None = Field(None, description="raw points of 0..100 (soft only)")
    reason: str = Field("", description="why")


class Interaction(Evidence):
    """Points (of 100) added to a party's raw value when both options are chosen."""

    options: tuple[str, str] = Field(description="two ISSUE.OPTION")
    party: Id = Field(description="whose value changes")
    points: Uncertain = Field(description="added when both are chosen; may be negative")


class Joint(Evidence):
    """Points (of 100) added to a party's raw value when every issue named takes one of the options
    listed: a hyper-rectangle constraint.
    """

    party: Id = Field(description="whose value changes")
    within: dict[Id, tuple[Id, ...]] = Field(
        min_length=1, description="issue -> options; all issues must be within"
    )
    points: Number = Field(description="added when they are; may be negative")


class Plan(Evidence):
    """A named package."""

    title: str = Field("", description="its title")
    options: dict[Id, Id | Number] = Field(
        description="issue -> option (or share): one of every issue"
    )
    armistice: bool = Field(False, description="an armistice rather than a settlement")


class WeightGroup(Part):
    """The total weight of some issues is set to `share` of 1; the issues outside all groups are
    rescaled to the rest.
    """

    issues: tuple[Id, ...] = Field(description="issues of the group")
    share: Expr = Field(description="may read the party's own type")


class RedLine(Evidence):
    """A package for which `when` is true is refused (no `cost`), or costs the stated share of
    the stake.
    """

    when: Expr = Field(description="deal-level, may read the party's own type")
    cost: Expr | None = Field(None, description="stakes it costs; none = refused outright")
    label: str = Field("", description="what is not to be crossed")


class Preference(Evidence):
    """What a party wants. Scores 0..100 within an issue; expressions may read the party's own
    type and, in scores, the state at signing. Utility = clip((raw-worst)/(best-worst), 0, 1) **
    aspiration, worst and best over feasible packages per draw and type; the unit is the party's
    stake. `scale: points` leaves the value as it is written: sum of weight x score / 100, weights
    not rescaled, nothing stretched or clipped.
    """

    weights: dict[Id, Uncertain] = Field(
        description="issue -> weight, rescaled to sum to 1; may read own type"
    )
    scores: dict[Id, dict[Id, Uncertain] | Expr] = Field(
        description="issue -> option -> score; a divisible issue takes an expression of `share`"
    )
    weight_groups: tuple[WeightGroup, ...] = Field(
        (), description="groups of issues with a total weight of their own"
    )
    aspiration: Expr = Field(
        default="1", validate_default=True, description="power; may read own type"
    )
    red_lines: tuple[RedLine, ...] = Field((), description="packages it refuses, or that cost it")
    war_cost: Expr = Field(
        default="0",
        validate_default=True,
        description="state-level: share of own stake lost per month of war",
    )
    discount: Expr = Field(
        default="1", validate_default=True, description="monthly discount factor, quantities only"
    )
    scale: Literal["stake", "points"] = Field(
        "stake", description="stake: best feasible package 1, worst 0; points: as written"
    )
    reservation: Expr | None = Field(
        None,
        description="value of no agreement where no war stands behind the talks, in the party's "
        "own scale; quantities only",
    )


class Tolerance(Part):
    """Up to (`at_most`) or from (`at_least`) an option on; each order beyond costs `per_step` of
    this issue's share.
    """

    at_most: Id | None = Field(None, description="the last option in order that it tolerates")
    at_least: Id | None = Field(None, description="the first option in order that it tolerates")
    share: Number = Field(
        1.0, description="this issue's share in the group's support, before rescaling"
    )
    per_step: Number = Field(0.5, ge=0, le=1, description="support lost per option beyond")


class Constituency(Evidence):
    """A domestic group with influence and tolerances; its support for a package is the
    share-weighted mean over its issues of max(0, 1 - per_step x orders beyond tolerance), plus
    `eased` (deal-level expression), clipped to 0..1.
    """

    code: str = Field("", description="short code used in tables")
    party: Id = Field(description="at whose home")
    name: str = Field("", description="its name")
    influence: Uncertain = Field(description="weight among the groups of its party")
    tolerates: dict[Id, Tolerance] = Field(description="issue -> how far it goes along")
    eased: Expr | None = Field(
        None, description="deal-level: support added by the rest of the package"
    )
    channel: str = Field("", description="how it makes itself felt")


class Gate(Evidence):
    """A vote some packages must pass: where `when` (deal-level) is true, r is multiplied by
    `chance` (deal-level).
    """

    when: Expr = Field(description="deal-level: packages it applies to")
    chance: Expr = Field(description="deal-level: chance that it passes")
    label: str = Field("", description="the vote")


class Ratification(Evidence):
    """r = logistic(steepness x (support + cover - midpoint)) x gates; support is the
    influence-weighted mean.
    """

    midpoint: Expr = Field(description="support at which ratification is even")
    steepness: Expr = Field(description="how sharply the chance rises with support")
    cover: Expr | None = Field(
        None, description="state-level, points of support added (may be negative)"
    )
    cover_on: Expr | None = Field(
        None, description="deal-level 0..1: how far cover applies to the package"
    )
    gates: tuple[Gate, ...] = Field((), description="votes that some packages must pass")


class Consent(Evidence):
    """An outsider's consent to options that name it. chance: deal-level expression;
    `value.PARTY` may be read (the outsider's own utility of the package, 0..1) and
    `support.PARTY` (its constituencies' weighted support).
    """

    of: str = Field("", description="whose consent")
    chance: Expr = Field(description="chance that it is given")


class PlayedPeace(Evidence):
    """A peace played on by the engine of the war: who would gain by attacking again, and when?

    From the state at signing the stocks move on for `window` months by the `flows` named and by
    flows of the `peace` alone; nothing else happens. Every `review` months each signatory weighs
    keeping the peace against attacking. An attack is worth what the war is worth from the state
    reached (played with no further talks; quantities under `renewed` as the deal makes them) less
    `attack_cost`; keeping it, the deal until the next review and what follows. It attacks with
    logistic((attack - keep) / temperature), at 0 iff better. Powell 2006, International
    Organization 60(1).
    """

    review: Whole = Field(6, gt=0, description="months of peace from one review to the next")
    flows: tuple[Id, ...] = Field((), description="flows of the war that go on in peace")
    peace: dict[Id, Flow] = Field(
        default_factory=dict,
        description="flows of the peace itself, such as rearmament up to a cap; rates are "
        "state-level and may read `deal.*`",
    )
    renewed: dict[Id, Expr] = Field(
        default_factory=dict,
        description="quantity -> its value in a renewed war (deal-level), such as aid under a "
        "guarantee",
    )
    attack_cost: dict[Id, Expr] = Field(
        default_factory=dict,
        description="party -> stakes that breaking the peace costs it beside the war (deal-level)",
    )
    temperature: dict[Id, Expr] = Field(
        default_factory=dict,
        description="party -> scale of errors in the choice to attack, in stakes; 0 iff better",
    )


class Durability(Evidence):
    """Monthly hazard of breakdown: `hazard` (deal-level, by type) x `multiplier` (state-level at
    signing) for `window` months, then `late_hazard`. `shift`: what the deal changed in each
    party's renewed war (deal-level), in stakes. With `endogenous` both come from the war played on
    instead.
    """

    window: Whole = Field(60, description="months in which `hazard` acts")
    mode: Literal["stated", "endogenous"] | None = Field(
        None,
        description="which of `hazard` and `endogenous` is in force; needed only where both stand",
    )
    hazard: Expr | None = Field(
        None, description="monthly chance of breakdown (deal-level, may read types)"
    )
    endogenous: PlayedPeace | None = Field(
        None, description="instead of `hazard` and `shift`: the peace played on by the war's engine"
    )
    multiplier: Expr | None = Field(None, description="state-level, at signing")
    late_hazard: Expr = Field(
        default="0", validate_default=True, description="monthly chance after the window"
    )
    shift: dict[Id, Expr] = Field(
        default_factory=dict, description="party -> stakes by which the deal moved its renewed war"
    )

    @property
    def played(self) -> PlayedPeace | None:
        """How the peace is played on, where that is in force."""
        return None if self.mode == "stated" else self.endogenous

    @property
    def stated(self) -> Expr | None:
        """The stated hazard, where that is in force."""
        return self.hazard if self.played is None else None
