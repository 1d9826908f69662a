"""What every part of the schema shares: frozen models, ids, expressions, uncertain numbers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetPydanticSchema,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import core_schema

from winset.scenario.expr import Expr as ParsedExpr
from winset.scenario.expr import parse
from winset.scenario.nodes import scalar

ID_PATTERN = r"^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$"


class Part(BaseModel):
    """A frozen part of a scenario; unknown keys are errors."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        coerce_numbers_to_str=True,
        allow_inf_nan=False,
    )


#: a number, never a text that looks like one
Number = Annotated[float, Field(strict=True)]
#: a whole number
Whole = Annotated[int, Field(strict=True)]


#: an id: letters, digits, underscores, dots between parts
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=100)]


def _written(expr: ParsedExpr) -> float | str:
    constant = expr.constant
    return expr.text if constant is None else constant


#: a number or an expression of the scenario's language
Expr = Annotated[
    ParsedExpr,
    GetPydanticSchema(
        lambda _source, _handler: core_schema.no_info_plain_validator_function(
            parse, serialization=core_schema.plain_serializer_function_ser_schema(_written)
        )
    ),
    WithJsonSchema(
        {"anyOf": [{"type": "number"}, {"type": "string"}], "description": "number or expression"}
    ),
]


def _texts(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


#: one text or a list of texts
Texts = Annotated[
    tuple[str, ...], BeforeValidator(_texts, json_schema_input_type=str | tuple[str, ...])
]

Confidence = Literal["A", "B", "C", "J"]


class Evidence(Part):
    """Where a number or a mechanism comes from."""

    sources: Texts = Field((), description="source ids; SJ style ids stand for judgement")
    confidence: Confidence | None = Field(None, description="A good, B fair, C weak, J judgement")
    known_on: str | None = Field(None, description="ISO date or month when this was known")
    claims: Texts = Field((), description="ids of the claims it expresses")
    note: str = Field("", description="anything else worth saying")


def _bounds(value: Any) -> Any:
    """`.inf` says the same as no bound."""
    if isinstance(value, list | tuple):
        return tuple(None if v in (float("inf"), float("-inf")) else v for v in value)
    return value


class Quantity(Evidence):
    """An uncertain constant: low/mid/high are its 10th, 50th and 90th percentiles (3-term
    metalog, Keelin 2016), bounded where `bounds` says so; or a fixed `value`; or a named
    `family`; or a `formula` of other quantities.
    """

    label: str = Field("", description="what it is, in words")
    unit: str = Field("1", description="such as km2/month or person; own units stand under `units`")
    low: Number | None = Field(None, description="10th percentile")
    mid: Number | None = Field(None, description="50th percentile")
    high: Number | None = Field(None, description="90th percentile")
    value: Number | None = Field(None, description="a fixed number")
    formula: Expr | None = Field(None, description="an expression of other quantities")
    family: Literal["normal", "lognormal", "uniform", "beta", "gamma", "triangular"] | None = Field(
        None, description="a named distribution instead of percentiles; see `parameters`"
    )
    parameters: tuple[Number, ...] = Field(
        (),
        description="normal mean sd; lognormal median sigma; uniform low high; beta a b; "
        "gamma shape scale; triangular low mode high",
    )
    bounds: Annotated[
        tuple[Number | None, Number | None],
        BeforeValidator(_bounds, json_schema_input_type=tuple[float | None, float | None]),
    ] = Field((None, None), description="least and largest value it can have; null = none")
    disputed: bool = Field(False, description="no default: every worldview must set it")
    believed_by: dict[Id, Uncertain] = Field(
        default_factory=dict,
        description="what a party believes instead, where it differs; without it the number is "
        "common knowledge",
    )


def _uncertain(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"value": value}
    if isinstance(value, str):
        if isinstance(scalar(value.strip()), int | float):
            raise ValueError("a number is due here, not a text; remove the quotation marks")
        return {"formula": value}
    return value


#: a Quantity; a bare number means `value`, a bare text means `formula`
Uncertain = Annotated[
    Quantity, BeforeValidator(_uncertain, json_schema_input_type=float | str | Quantity)
]


class Source(Part):
    """A source a number can point to."""

    title: str = Field(description="title")
    publisher: str = Field("", description="who published it")
    date: str = Field("", description="ISO date, month or year")
    kind: str = Field(
        "", description="poll, official, media, research, judgement, own knowledge, ..."
    )
    url: str = Field("", description="where it can be read")
    note: str = Field("", description="anything else worth saying")


class Correlation(Part):
    """Rank correlation of two quantities (Gaussian copula)."""

    between: tuple[Id, Id] = Field(description="two quantity ids")
    rank: Number = Field(ge=-1, le=1, description="Spearman's rank correlation")
    sources: Texts = Field((), description="source ids; SJ for judgement")
    note: str = Field("", description="anything else worth saying")
