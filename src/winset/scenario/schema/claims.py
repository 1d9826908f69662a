"""Claims of an argument: what carries each, what it means to switch one off, and what its rival
says."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from winset.scenario.schema.base import Evidence, Id, Part, Texts, Uncertain


class Switch(Evidence):
    """Changes that state the scenario without a claim. Applied in this order: `instead`, `plays`,
    `without`, `levels`, `set`, `ends`, `disable`.
    """

    means: str = Field("", description="what holds instead, in words")
    set: dict[Id, Uncertain] = Field(
        default_factory=dict, description="quantity -> its value in every worldview"
    )
    ends: dict[Id, Literal["low", "high"]] = Field(
        default_factory=dict,
        description="quantity -> fixed at its own 10th (`low`) or 90th (`high`) percentile",
    )
    disable: tuple[Id, ...] = Field((), description="flows, events and signals that stop acting")
    instead: dict[str, Any] = Field(
        default_factory=dict,
        description="path in the scenario (sections and ids joined by dots) -> what stands there",
    )
    plays: dict[Id, Id] = Field(
        default_factory=dict, description="strategy -> the strategy it does as instead"
    )
    without: dict[Id, tuple[Id, ...]] = Field(
        default_factory=dict, description="strategy -> legs it drops"
    )
    levels: dict[Id, dict[Id, Id]] = Field(
        default_factory=dict,
        description="strategy -> leg or lever -> the strategy whose levels it takes there",
    )


class Rival(Switch):
    """What another worldview says instead. `of`: whose view it is; in that worldview itself the
    next one named is the rival, so name a second where `takes` is given.
    """

    of: Texts = Field(description="worldviews: the first that is not the one at hand")
    takes: tuple[Id, ...] = Field(
        (), description="disputed quantities whose values are taken from it"
    )


class Claim(Part):
    """A claim of the argument, in paraphrase. Parts that express it name it under their `claims`;
    `off` and `rival` say what it means to switch it.
    """

    text: str = Field(description="the claim, in paraphrase")
    kind: str = Field("", description="fact, mechanism, value, forecast, ...")
    status: str = Field("", description="how it stands, such as supported or contested")
    contradicted_by: str = Field("", description="what speaks against it")
    sources: Texts = Field((), description="source ids")
    measured: tuple[Id, ...] = Field(
        (), description="quantities that hold what a fact claim says, checked against data"
    )
    off: Switch | None = Field(None, description="the scenario without it")
    rival: Rival | None = Field(None, description="what a named other worldview says instead")
    no_switch: str = Field("", description="why there is nothing in it to switch")


class ClaimSet(Part):
    """Claims that switch together: a leg of the strategy, a school of thought."""

    label: str = Field("", description="its name")
    claims: tuple[Id, ...] = Field(description="its claims, those without a switch left alone")
