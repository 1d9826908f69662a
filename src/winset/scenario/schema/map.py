"""The ground a war is about, region by region: outlines, and whose each part is by now."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from winset.scenario.schema.base import Evidence, Expr, Id, Part


def _ring(text: str) -> str:
    """A ring as written, where it can be read."""
    rings(text)
    return text


def rings(text: str) -> tuple[tuple[float, float], ...]:
    """Points (longitude, latitude) of a ring written `30.5,50.4 30.6,50.3 ...`.

    Raises:
        ValueError: fewer than three points, or what is no pair of degrees.
    """
    points = []
    for pair in text.split():
        try:
            x, y = (float(part) for part in pair.split(","))
        except ValueError:
            raise ValueError(f"`longitude,latitude` is due, found {pair!r}") from None
        if not (-180 <= x <= 180 and -90 <= y <= 90):
            raise ValueError(f"degrees lie in -180..180 and -90..90, found {pair!r}")
        points.append((x, y))
    if len(points) < 3:
        raise ValueError(f"a ring has at least three points, found {len(points)}")
    return tuple(points)


Ring = Annotated[str, AfterValidator(_ring)]


class Region(Part):
    """A part of the ground: where it lies, and how much of it is the share shown."""

    label: str = Field("", description="its name")
    share: Expr | None = Field(
        None,
        description="share 0..1 of its ground, an expression of at most one name listed under "
        "`course`; default none of it",
    )
    outline: tuple[Ring, ...] = Field(
        description="rings, each a text of `longitude,latitude` pairs; rings may lie side by side"
    )


class Map(Evidence):
    """An outline of the ground, drawn with a share of each region by month. Never an input."""

    label: str = Field(
        description="what the shares are of, such as ground under somebody's control"
    )
    about: str = Field("", description="whose borders these are, where the outline comes from")
    regions: dict[Id, Region] = Field(description="the regions, which together are the outline")


__all__ = ["Map", "Region", "Ring", "rings"]
