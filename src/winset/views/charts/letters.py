"""How wide a text is, before a browser draws it; how it is wrapped to a width, and held to it.

Advance widths are those of Arial (which Helvetica, Liberation Sans and Arimo share; Adobe Core 14
font metrics, Helvetica and Helvetica Bold). A reader without any of these sees another face, often
a wider one: `held` has such a face drawn within the widths that the chart was laid out for.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final

__all__ = ["apart", "held", "width_of", "wrapped"]

#: thousandths of the font's size -> letters, regular and bold
_REGULAR: Final = {
    191: "'",
    222: "ijl‘’",
    260: "|",
    278: " \u00a0!,./:;I[\\]ft",
    333: "()-`r“”‹›·²³",
    334: "{}",
    355: '"',
    389: "*",
    400: "°",
    469: "^",
    500: "Jcksvxyzç",
    556: "#$0123456789?L_abdeghnopqu§€«»áäèéñóöü–",
    584: "+<=>~±×−",
    611: "FTZß",
    667: "&ABEKPSVXYÄ",
    722: "CDHNRUwÜ",
    778: "GOQÖ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "—…→",
    1015: "@",
    0: "\u200b",
}
_BOLD: Final = {
    238: "'",
    278: " \u00a0,./I\\ijl‘’",
    280: "|",
    333: "!()-:;[]`ft‹›·²³",
    389: "*r{}",
    400: "°",
    474: '"',
    500: "z“”",
    556: "#$0123456789J_aceksvxy§€«»áäçèé–",
    584: "+<=>^~±×−",
    611: "?FLTZbdghnopqußñóöü",
    667: "EPSVXY",
    722: "&ABCDHKNRUÄÜ",
    778: "GOQwÖ",
    833: "M",
    889: "%m",
    944: "W",
    975: "@",
    1000: "—…→",
    0: "\u200b",
}
_WIDTHS: Final = {
    bold: {letter: width for width, letters in table.items() for letter in letters}
    for bold, table in ((False, _REGULAR), (True, _BOLD))
}
#: a letter of which the width is not known: an average one of another script
_OTHER: Final = 620

_TEXT: Final = re.compile(r"<text\b([^>]*)(?<!/)>(.*?)</text>", re.DOTALL)
_LINE: Final = re.compile(r"<tspan\b([^>]*)(?<!/)>([^<]*)</tspan>")
_SIZE: Final = re.compile(r'font-size="([\d.]+)px"')


def width_of(text: str, size: float = 11.0, bold: bool = False) -> float:
    """Return the width of one line in pixels, at a font size in pixels."""
    widths = _WIDTHS[bold]
    return sum(widths.get(letter, _OTHER) for letter in text) * size / 1000.0


def wrapped(
    text: str, room: float, size: float = 11.0, bold: bool = False, most: int = 2
) -> list[str]:
    """Return a text in lines no wider than `room` pixels, `most` at most: what does not fit ends in
    an ellipsis. A word wider than the room is cut.
    """
    lines: list[str] = []
    words = text.split()
    while words:
        count = len(words)
        while count > 1 and width_of(" ".join(words[:count]), size, bold) > room:
            count -= 1
        line, words = " ".join(words[:count]), words[count:]
        if words and len(lines) == most - 1:
            lines.append(_cut(line + "…", room, size, bold))
            break
        lines.append(_cut(line, room, size, bold))
    return lines or [""]


def _cut(line: str, room: float, size: float, bold: bool) -> str:
    """A line as far as it fits, with an ellipsis where it does not."""
    while width_of(line, size, bold) > room and len(line) > 2:
        line = line.rstrip("…")[:-1].rstrip() + "…"
    return line


def held(svg: str) -> str:
    """Return an SVG document in which each line of text keeps the width it was laid out with,
    whichever face the reader has. Lines with letters of unknown width are left as they are.
    """
    return _TEXT.sub(_hold, svg)


def _hold(match: re.Match[str]) -> str:
    attributes, inside = match[1], match[2]
    found = _SIZE.search(attributes)
    if found is None:
        return match[0]
    size, bold = float(found[1]), 'font-weight="bold"' in attributes
    if "<tspan" in inside:
        lines = _LINE.sub(
            lambda line: f"<tspan{line[1]}{_length(line[2], size, bold)}>{line[2]}</tspan>", inside
        )
        return f"<text{attributes}>{lines}</text>"
    return f"<text{attributes}{_length(inside, size, bold)}>{inside}</text>"


def _length(escaped: str, size: float, bold: bool) -> str:
    text = unescape(escaped)
    if len(text) < 3 or "<" in escaped or any(letter not in _WIDTHS[bold] for letter in text):
        return ""
    return f' textLength="{width_of(text, size, bold):.1f}" lengthAdjust="spacingAndGlyphs"'


#: ways a label may step aside, in its own widths
_ASIDE: Final = (
    *((0, 0), (0, -1), (0, 1), (-1, 0), (1, 0), (-1, -1), (1, 1), (-1, 1), (1, -1)),
    *((0, -2), (0, 2), (-2, 0), (2, 0), (-2, -1), (-2, 1), (-1, -2), (-1, 2)),
    *((2, -1), (2, 1), (1, -2), (1, 2), (-2, -2), (2, 2), (-2, 2), (2, -2), (0, -3), (0, 3)),
)


def apart(
    places: list[tuple[float, float]],
    letter: float,
    x_span: tuple[float, float],
    y_span: tuple[float, float],
    aspect: float = 1.0,
) -> list[tuple[float, float]]:
    """Return where labels stand so that none covers another: [x, y] in the units of `places`.

    letter: a label's width in units of x; aspect: units of y that are as long as one of x;
    x_span, y_span: what is drawn. The nearest place that is free, within it where there is one.
    """
    taken: list[tuple[float, float]] = []
    for x, y in places:
        tries = [(x + dx * letter, y + dy * letter * aspect) for dx, dy in _ASIDE]
        inside = [t for t in tries if x_span[0] < t[0] < x_span[1] and y_span[0] < t[1] < y_span[1]]
        free = [
            t
            for t in inside
            if all(
                (t[0] - a) ** 2 + ((t[1] - b) / aspect) ** 2 >= (0.93 * letter) ** 2
                for a, b in taken
            )
        ]
        taken.append((free or inside or tries)[0])
    return taken
