"""Hypotheses: discrete facts somebody does not know; who knows them; how beliefs start and move."""

from __future__ import annotations

from pydantic import Field

from winset.scenario.schema.base import Evidence, Expr, Id, Part, Whole


class Hypothesis(Evidence):
    """A fact with few possible values.

    `prior`: the world's, per value (expressions of quantities; renormalised in every draw; must sum
    to 1 at mid values). `priors`: other holders' (a party, or `public`, the mediator's side);
    without one a holder shares the world's. `known_to`: parties that know it: a hypothesis known to
    a signatory is that party's *type*, and then only preferences, durability and ratification may
    read it. Surviving months, failed meetings and signals move beliefs by Bayes' rule.
    """

    label: str = Field("", description="what is not known")
    values: tuple[Id, ...] = Field(description="its possible values")
    labels: dict[Id, str] = Field(default_factory=dict, description="value -> what it means")
    known_to: tuple[Id, ...] = Field(
        (), description="parties that know it; a signatory that does holds it as its type"
    )
    prior: dict[Id, Expr] = Field(description="value -> the world's chance of it")
    priors: dict[Id, dict[Id, Expr]] = Field(
        default_factory=dict, description="holder (a party or `public`) -> value -> chance"
    )


class Signal(Evidence):
    """A monthly yes/no observation about a hypothesis.

    `chance` under each value; the world draws it from its own value's chance, or from `world` where
    the world follows its own quantity (a subjective hypothesis). Every holder updates by `chance`.
    """

    about: Id = Field(description="the hypothesis")
    chance: dict[Id, Expr] = Field(
        description="value -> monthly chance of the observation under it (state-level)"
    )
    world: Expr | None = Field(
        None, description="the world's own monthly chance, where it follows none of the values"
    )
    label: str = Field("", description="what is observed")
    enabled: bool = Field(True, description="false switches it off")


class Learning(Evidence):
    """A party's Beta belief about the chance of a bernoulli event, learned from its firings
    (subjective).

    The world fires the event by its own chance; holder i believes Beta(alpha_i + fired, beta_i +
    not fired).
    """

    event: Id = Field(description="the event whose firings are counted")
    holders: dict[Id, tuple[Expr, Expr]] = Field(
        description="party -> alpha and beta of its Beta prior"
    )


class Term(Part):
    """A date in the scenario's months, such as the end of an administration."""

    month: Whole = Field(description="months from the start")
    label: str = Field("", description="what ends or begins")
