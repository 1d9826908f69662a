"""The war: stocks, derived quantities, flows, events, and how it can end.

One step is one month. Order within a step: derived values are read from the state at its start;
event chances and flow rates are computed from them; all changes are applied together and clipped to
the bounds; ending events compete (each has its own exponential clock, the earliest wins); then
outcomes with a `when` are checked on the new state.

Names an expression may read: quantities, stocks, derived, `month` (0 in the first month),
`lever.ID` (delivered level), `HYPOTHESIS.VALUE` (1 or 0), `belief.HOLDER.HYPOTHESIS.VALUE`,
`on.MECHANISM` is applied by the program.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from winset.scenario.schema.base import Evidence, Expr, Id, Number, Part

#: a month, YYYY-MM
Month = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class Stock(Evidence):
    """A state variable."""

    start: Expr = Field(description="number or expression of quantities")
    unit: str = Field("1", description="its unit")
    low: Expr | None = Field(
        None, description="least value, a number or an expression of quantities"
    )
    high: Expr | None = Field(None, description="largest value")
    label: str = Field("", description="what it is")


class Derived(Evidence):
    """A named expression of the state; may hold random terms (drawn once a month)."""

    value: Expr = Field(description="the expression")
    unit: str = Field("1", description="its unit")
    label: str = Field("", description="what it is")


class Flow(Evidence):
    """Adds `rate` (stock's unit per month) to `to` and takes it from `take_from`.

    `to` gets it in full even where a bound stops `take_from`; where it must not, say
    `min(rate, stock)`.
    """

    to: Id | None = Field(None, description="stock it adds to")
    take_from: Id | None = Field(None, description="stock it takes from")
    rate: Expr = Field(description="a month, in the stock's unit")
    label: str = Field("", description="what flows")
    enabled: bool = Field(True, description="false switches it off")


class Event(Evidence):
    """Fires with probability 1-exp(-rate) (or `chance`) each month; below 0 counts as 0, a chance
    above 1 as 1.

    Where it names an `outcome` it ends the war. `changes` are added to stocks when it fires (a
    bernoulli of its own stream, so that a scenario can also count firings).
    """

    rate: Expr | None = Field(None, description="per month; fires with 1-exp(-rate)")
    chance: Expr | None = Field(None, description="probability a month")
    changes: dict[Id, Expr] = Field(
        default_factory=dict, description="stock -> amount added when it fires"
    )
    outcome: Id | None = Field(None, description="the outcome it ends the war with")
    label: str = Field("", description="what happens")
    enabled: bool = Field(True, description="false switches it off")


class Outcome(Evidence):
    """A way the war ends without agreement."""

    label: str = Field("", description="what it is")
    victor: Id | None = Field(None, description="who prevails, if anybody")
    when: Expr | None = Field(
        None,
        description="ends the war when true of the state after a step, as the next month sees it "
        "(`month >= 12`: once 12 months have been fought)",
    )
    imposes: dict[Id, Id | float] = Field(
        default_factory=dict,
        description="issue -> option (or share); only issues in the victor's `power`",
    )
    cost: dict[Id, Expr] = Field(
        default_factory=dict, description="party -> stakes lost beside the terms"
    )


class Observed(Evidence):
    """What was measured of a stock or derived value in months before the start: shown in front of
    its course, never an input.
    """

    of: Id = Field(description="the stock or derived value it is a measurement of")
    label: str = Field("", description="what was measured, and how")
    points: dict[Month, Number] = Field(description="YYYY-MM -> value at that month's end")


class AtHorizon(Part):
    """What the war is worth where the horizon cuts it: stationary (default), or a stated value per
    party.

    With `value`, an unfinished war ends at the horizon with that value (say, shares split by forts
    held).
    """

    value: dict[Id, Expr] | None = Field(
        None, description="party -> value of an unfinished war (state-level)"
    )


class Lever(Evidence):
    """A lever of the outside power, level 0..1. Acts only through expressions that read `lever.ID`.

    Delivered level: the set level, reached with an exponential lag of `delay` months from `today`;
    then `delivered` (which may read `level`, quantities, stocks, hypotheses) but not below 0, then
    no more than the stock allows; levers that share a stock are served in the order of the file.
    In `cost`, `level` is the delivered level.
    """

    code: str = Field("", description="short code used in tables, such as L01")
    name: str = Field("", description="what it is")
    type: str = Field("", description="support, pressure, offer, threat, ...")
    today: Number = Field(0.0, ge=0, le=1, description="level now; where a strategy leaves it")
    withdrawn: Number = Field(0.0, ge=0, le=1, description="level when it is withdrawn")
    delay: Expr | None = Field(None, description="months; default none")
    cost: Expr | None = Field(None, description="money per month, may read `level`")
    stock: Id | None = Field(None, description="a stock it draws down")
    use: Expr | None = Field(None, description="drawn from the stock per month at level 1")
    delivered: Expr | None = Field(None, description="expression of `level`; default level")
    limit: str = Field("", description="what bounds it, in words")
    leg: Id | None = Field(None, description="the leg it belongs to")
