"""Where the lines of text of an SVG document stand, as boxes."""

import re
from dataclasses import dataclass
from math import cos, radians, sin
from xml.etree import ElementTree

from winset.views.charts.letters import width_of

_MOVE = re.compile(r"(translate|rotate)\(([^)]*)\)")


@dataclass(frozen=True)
class Line:
    """One line of text. left, right, top, bottom in the document's pixels."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    upright: bool

    def over(self, other: "Line", slack: float = 1.0) -> bool:
        """Whether two lines cover each other by more than `slack` pixels both ways."""
        across = min(self.right, other.right) - max(self.left, other.left)
        along = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > slack and along > slack


def size_of(svg: str) -> tuple[float, float]:
    """The document's width and height."""
    _, _, width, height = map(float, ElementTree.fromstring(svg).attrib["viewBox"].split())
    return width, height


def lines_of(svg: str) -> list[Line]:
    """Every visible line of text."""
    found: list[Line] = []
    _walk(ElementTree.fromstring(svg), (0.0, 0.0, 0.0), found)
    return found


def _walk(node: ElementTree.Element, at: tuple[float, float, float], found: list[Line]) -> None:
    for kind, inside in _MOVE.findall(node.get("transform", "")):
        numbers = [float(n) for n in re.split(r"[ ,]+", inside.strip())]
        x, y, angle = at
        if kind == "translate":
            dx, dy = (*numbers, 0.0)[:2]
            c, s = cos(radians(angle)), sin(radians(angle))
            at = x + c * dx - s * dy, y + s * dx + c * dy, angle
        else:
            at = x, y, angle + numbers[0]
    if node.tag.endswith("}text"):
        if float(node.get("opacity", "1")) > 0:
            _note(node, at, found)
        return
    for child in node:
        _walk(child, at, found)


def _note(node: ElementTree.Element, at: tuple[float, float, float], found: list[Line]) -> None:
    size = float(node.get("font-size", "11px").removesuffix("px"))
    bold = node.get("font-weight") == "bold"
    x, y, angle = at
    c, s = cos(radians(angle)), sin(radians(angle))
    down = 0.0
    parts = [(node.text or "", 0.0), *((t.text or "", float(t.get("dy", 0))) for t in node)]
    for text, step in parts:
        down += step
        if not text.strip():
            continue
        wide = width_of(text, size, bold)
        start = {"start": 0.0, "middle": -wide / 2, "end": -wide}[node.get("text-anchor", "start")]
        corners = [
            (x + c * a - s * b, y + s * a + c * b)
            for a in (start, start + wide)
            for b in (down - 0.72 * size, down + 0.12 * size)
        ]
        xs, ys = [p[0] for p in corners], [p[1] for p in corners]
        found.append(Line(text, min(xs), max(xs), min(ys), max(ys), angle % 180 == 0))


def faults(svg: str) -> list[str]:
    """What stands outside the document or over another line: in words."""
    width, height = size_of(svg)
    lines = lines_of(svg)
    wrong = [
        f"{line.text!r} stands at {line.left:.0f} to {line.right:.0f} of {width:.0f}, "
        f"{line.top:.0f} to {line.bottom:.0f} of {height:.0f}"
        for line in lines
        if line.left < -1 or line.right > width + 1 or line.top < -1 or line.bottom > height + 1
    ]
    level = sorted((line for line in lines if line.upright), key=lambda line: line.top)
    for n, line in enumerate(level):
        for other in level[n + 1 :]:
            if other.top > line.bottom:
                break
            # the same text twice is one with its outline
            if line.over(other) and line.text != other.text:
                wrong.append(f"{line.text!r} and {other.text!r} cover each other")
    return wrong
