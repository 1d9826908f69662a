"""Figures as files, without a browser: SVG and PNG by vl-convert, JSON as Vega-Lite."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

from winset.errors import WinsetError
from winset.views.charts.figure import _MISSING, Figure
from winset.views.charts.letters import held
from winset.views.charts.theme import WIDE

__all__ = ["FORMATS", "bare_svg", "save", "svg"]

FORMATS: Final = (".svg", ".png", ".json")


#: what a path draws, and numbers in it finer than a tenth of a pixel
_DRAWN: Final = re.compile(r'\bd="[^"]*"')
_LONG: Final = re.compile(r"\d+\.\d{2,}")


def _tenths(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}".removesuffix(".0")


def _converter() -> Any:
    try:
        import vl_convert
    except ImportError:
        raise WinsetError(_MISSING) from None
    return vl_convert


def svg(figure: Figure, width: int = WIDE) -> str:
    """Return a figure with title and caption as an SVG document."""
    return held(str(_converter().vegalite_to_svg(figure.spec(width))))


def bare_svg(figure: Figure, width: int, prefix: str) -> str:
    """Return the picture alone, to be set within a page: no ground, fluid up to its own width, ids
    that begin with `prefix` so that pictures on one page do not share them.
    """
    text = held(str(_converter().vegalite_to_svg(figure.bare_spec(width))))
    text = _DRAWN.sub(lambda path: _LONG.sub(_tenths, path[0]), text)
    text = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}-\1"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}-\1)", text)
    text = re.sub(r'(xlink:)?href="#([^"]+)"', rf'href="#{prefix}-\2"', text)
    head = re.search(r'width="([\d.]+)" height="([\d.]+)"', text)
    text = re.sub(r' width="[\d.]+" height="[\d.]+"', "", text, count=1)
    style = f' style="max-width:{head[1]}px"' if head else ""
    return text.replace('class="marks"', f'class="chart" aria-hidden="true"{style}', 1)


def save(figure: Figure, path: Path, width: int = WIDE, scale: float = 2.0) -> Path:
    """Write a figure; the name's ending says how. Raises WinsetError for an ending that is none of
    .svg, .png, .json, and where the file cannot be written.
    """
    kind = path.suffix.lower()
    if kind not in FORMATS:
        raise WinsetError(
            f"{path}: a chart's name ends in {', '.join(FORMATS)}; found {kind or 'no ending'}"
        )
    if kind == ".svg":
        content = svg(figure, width).encode()
    elif kind == ".png":
        content = bytes(_converter().vegalite_to_png(figure.spec(width), scale=scale))
    else:
        content = json.dumps(figure.spec(width), indent=1, ensure_ascii=False).encode() + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise WinsetError(f"{path}: cannot be written: {error.strerror}") from None
    return path
