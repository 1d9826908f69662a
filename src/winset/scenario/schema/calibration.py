"""What the war is checked against: monthly series on record, and what may be fitted to them.

A calibration plays the war from an earlier month. Quantities under `given` are set as they were
then, those under `free` get a prior that owes nothing to the months that are scored, levers stand
as they stood. A series says which reading of the war it measures and with what error:

    y_t = g^-1( g(bias * reading_t) + e_t ),   e_t = persistence * e_{t-1} + sqrt(1 - persistence^2) sd z_t

with g the identity, the logarithm or the log-odds (`scale`). A share of counted things is drawn
from a binomial with `trials` (Kennedy and O'Hagan 2001 on error and discrepancy).
"""  # noqa: E501

from __future__ import annotations

from typing import Literal

from pydantic import Field

from winset.scenario.schema.base import Evidence, Expr, Id, Number, Part, Quantity, Texts, Uncertain


class SeriesError(Evidence):
    """How a month on record may differ from the model's reading, on the series' scale."""

    sd: Uncertain = Field(description="its standard deviation over all months")
    persistence: Uncertain = Field(
        Quantity(value=0), description="correlation of one month's error with the next"
    )


class Series(Evidence):
    """One monthly series on record, in a CSV table, and the reading of the war it measures."""

    label: str = Field("", description="what it is")
    group: str = Field("", description="results are pooled over the series of a group")
    unit: str = Field("1", description="its unit, which is the reading's")
    file: str = Field(description="the table's name in the data folder")
    month: str = Field("month", description="column whose first seven signs are YYYY-MM")
    value: str = Field(description="column of the value; rows of one month are added up")
    of: str | None = Field(
        None, description="column it is divided by after adding up, such as all that were counted"
    )
    where: dict[str, Texts] = Field(
        default_factory=dict, description="column -> texts: only rows with one of them"
    )
    reading: Expr = Field(description="what the model says of it, read at the start of the month")
    scale: Literal["linear", "log", "logit"] = Field(
        "linear", description="scale on which errors add up"
    )
    trials: Expr | None = Field(
        None, description="of how many a share is counted, where no record says so (with `of`)"
    )
    bias: Uncertain = Field(
        Quantity(value=1), description="what the source reports over what is so"
    )
    error: SeriesError = Field(description="error of the record and of the model together")
    scored: bool = Field(True, description="whether it counts in the pooled score")


class Free(Part):
    """A quantity that is fitted."""

    prior: Uncertain = Field(description="what was known of it before the months to be scored")
    now: Expr | None = Field(
        None,
        description="what it has become at the end of the fit, where the war moves it; compared "
        "with the scenario's own range",
    )


class Calibration(Part):
    """How the war is fitted to what is on record, and on which months it is scored."""

    about: str = Field("", description="what a reader must know first")
    start: str = Field(description="first month played, YYYY-MM")
    fit_until: str = Field(description="last month fitted")
    score_until: str = Field(description="last month held back and scored")
    levers: dict[Id, Number | dict[str, Number]] = Field(
        default_factory=dict,
        description="lever -> its level, or month -> level from then on; `today` where unnamed",
    )
    given: dict[Id, Uncertain] = Field(
        default_factory=dict, description="quantity -> as it was at the start; not reported"
    )
    free: dict[Id, Free] = Field(description="quantity -> what is fitted")
    series: dict[Id, Series] = Field(description="what it is fitted to and scored on")
