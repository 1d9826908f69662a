"""Colours and type of every chart: told apart by colour-blind readers and in grey, never red
against blue.

Hues follow Okabe and Ito (2008), less red, blue and every pair that takes a side. The ramp is one
hue from light to dark in steps, so that a number can be written on each step, and in the dark each
colour has its own counterpart (`DARK`), which a page sets by CSS alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

__all__ = [
    "ACCENT",
    "DARK",
    "FAINT",
    "GRID",
    "INK",
    "MUTED",
    "NARROW",
    "NEUTRAL",
    "ON_DARK",
    "ON_LIGHT",
    "PAPER",
    "RAMP",
    "SECOND",
    "SET",
    "SOFT",
    "WIDE",
    "axis_format",
    "config",
    "dark_css",
    "step_of",
]

#: widths of a chart on a page and on a telephone, pixels
WIDE: Final = 720
NARROW: Final = 344

PAPER: Final = "#ffffff"
INK: Final = "#1d2528"
MUTED: Final = "#5a666b"
GRID: Final = "#e3e7e8"
NEUTRAL: Final = "#a9b3b7"
FAINT: Final = "#d5dbdd"
#: the strategy or text a chart is about, and what it is compared with
ACCENT: Final = "#0f6e6e"
SOFT: Final = "#8fc2bf"
SECOND: Final = "#b26a00"
#: one hue, light to dark; ON_LIGHT is written on the first four, ON_DARK on the others
RAMP: Final = ("#eff6f5", "#d4e8e6", "#b0d4d1", "#82bab7", "#4e9a99", "#25787a", "#0b5558")
ON_LIGHT: Final = "#16292b"
ON_DARK: Final = "#fbfefe"
#: kinds side by side, also apart in lightness
SET: Final = ("#0f6e6f", "#aab4b8", "#e0a030", "#7a5195", "#5c4033", "#c9d6a3", "#3a474d")

#: colour in the light -> in the dark
DARK: Final[dict[str, str]] = {
    PAPER: "#12181b",
    INK: "#e6ecee",
    MUTED: "#a9b5ba",
    GRID: "#2c3539",
    NEUTRAL: "#78858a",
    FAINT: "#3b464b",
    ACCENT: "#5cc4bf",
    SOFT: "#2f6f6e",
    SECOND: "#f0b057",
    ON_LIGHT: "#e9f4f4",
    ON_DARK: "#0b1c1d",
    **dict(
        zip(
            RAMP,
            ("#17262a", "#1c383b", "#22504f", "#2c6a68", "#55a19e", "#86c6c2", "#c3e6e3"),
            strict=True,
        )
    ),
    **dict(
        zip(
            SET,
            ("#4fb8b3", "#59656b", "#e6b04d", "#b08fd0", "#c09a85", "#7f8f4f", "#cfd8dc"),
            strict=True,
        )
    ),
}


def axis_format(numbers: Iterable[float]) -> str:
    """Return how an axis writes its numbers: 12k and 3.4M where they are large, else 0.25."""
    return "~s" if max((abs(n) for n in numbers), default=0.0) >= 1000 else ".3~f"


def step_of(value: float, most: float) -> int:
    """Return the step of the ramp, 0 to 6, for `value` from 0 to `most`."""
    if most <= 0:
        return 0
    return min(max(int(len(RAMP) * value / most), 0), len(RAMP) - 1)


def config() -> dict[str, Any]:
    """Return the Vega-Lite configuration that all charts share."""
    font = "Arial, Liberation Sans, Helvetica, sans-serif"
    return {
        "aria": False,
        "background": None,
        "font": font,
        "padding": 4,
        "view": {"stroke": None},
        "axis": {
            "labelColor": MUTED,
            "titleColor": MUTED,
            "labelFontSize": 11,
            "titleFontSize": 11,
            "titleFontWeight": "normal",
            "gridColor": GRID,
            "domainColor": NEUTRAL,
            "tickColor": NEUTRAL,
            "tickSize": 4,
            "labelLimit": 260,
            "titleLimit": 600,
        },
        "header": {
            "labelColor": INK,
            "labelFontSize": 11.5,
            "labelFontWeight": "bold",
            "labelLimit": 200,
            "title": None,
        },
        "legend": {
            "labelColor": INK,
            "titleColor": MUTED,
            "labelFontSize": 11,
            "titleFontSize": 11,
            "titleFontWeight": "normal",
            "orient": "bottom",
            "direction": "horizontal",
            "rowPadding": 4,
            "columnPadding": 16,
            "offset": 12,
            "labelLimit": 320,
            "symbolStrokeWidth": 2,
        },
        "title": {
            "color": INK,
            "subtitleColor": MUTED,
            "fontSize": 15,
            "subtitleFontSize": 11.5,
            "subtitlePadding": 5,
            "subtitleLineHeight": 15,
            "lineHeight": 19,
            "anchor": "start",
            "frame": "bounds",
            "offset": 12,
            "limit": 4000,
        },
        "text": {"color": INK, "fontSize": 11},
        "concat": {"spacing": 18},
        "facet": {"spacing": 14},
    }


def dark_css(scope: str) -> str:
    """Return rules that recolour every chart within `scope` for a dark page."""
    rules = []
    for light, dark in DARK.items():
        for what in ("fill", "stroke"):
            rules.append(f'{scope} [{what}="{light}"]{{{what}:{dark}}}')
    return "\n".join(rules)
