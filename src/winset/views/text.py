"""Lines of text: numbers with their errors, wrapped sentences, and signs that any terminal can
show.
"""

from __future__ import annotations

import math
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import IO, Final

from winset.insight import About
from winset.study import Estimate

__all__ = [
    "WIDTH",
    "cell",
    "decimals",
    "duration",
    "human",
    "plain",
    "printable",
    "say",
    "share",
    "terminal_width",
    "wrap",
]

#: columns where the terminal does not say how many it has, and the most the first screen takes
WIDTH: Final = 100
_ASCII: Final = str.maketrans(
    {
        "±": "+-",
        "×": "x",
        "·": "|",
        "…": "..",
        "–": "-",
        "—": "-",
        "’": "'",
        "“": '"',
        "”": '"',
        "−": "-",
    }
)
UNDEFINED: Final = "-"


def terminal_width() -> int:
    """Return how many columns to use: those of the terminal, between 60 and 100; 100 where there is
    none.
    """
    if not sys.stdout.isatty():
        return WIDTH
    return max(60, min(WIDTH, shutil.get_terminal_size((WIDTH, 40)).columns))


def printable(text: str, encoding: str | None) -> str:
    """Return the text as the encoding can show it: `±` as `+-` and so on, anything else unknown as
    `?`.
    """
    try:
        text.encode(encoding or "ascii")
        return text
    except (UnicodeEncodeError, LookupError):
        plain = text.translate(_ASCII)
        return plain.encode(encoding or "ascii", "replace").decode(encoding or "ascii")


def say(lines: Iterable[str], stream: IO[str] | None = None) -> None:
    """Print lines so that the stream's encoding can hold them."""
    stream = stream or sys.stdout
    text = "\n".join(line.rstrip() for line in lines) + "\n"
    stream.write(printable(text, getattr(stream, "encoding", None)))
    stream.flush()


def wrap(text: str, width: int, first: str = "", rest: str = "  ") -> list[str]:
    """Return a paragraph as lines no wider than `width`; `first` and `rest` begin its lines."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def share(mean: float, digits: int = 0) -> str:
    """Return a chance in percent; one that is not 0 or 1 never reads as if it were."""
    text = f"{100 * mean:.{digits}f}"
    step = 10.0**-digits
    if mean > 0 and float(text) == 0:
        return f"<{step:.{digits}f}"
    if mean < 1 and float(text) == 100:
        return f">{100 - step:.{digits}f}"
    return text


def cell(about: About, estimate: Estimate, digits: int = 0) -> str:
    """Return a number with its error as a grid shows it, such as `34±1`; `-` where it is undefined.

    The error is rounded up, so that it never reads as none where there is some. `digits` are those
    of shares, values and months; counts are shortened (`312k±8k`).
    """
    if estimate.mean is None:
        return UNDEFINED
    number = plain(about, estimate.mean, digits)
    if estimate.se is None:
        return f"{number}±?"
    if about.reads == "count":
        return f"{number}±{human(estimate.se)}"
    scale, places = _scale(about, digits)
    step = 10.0**-places
    # Rounded first, so that an error of exactly one step is not pushed up to two by the last bit.
    error_up = math.ceil(round(scale * estimate.se / step, 6)) * step
    return f"{number}±{error_up:.{places}f}"


def plain(about: About, number: float | None, digits: int = 0) -> str:
    """Return a number as a grid shows it, without its error."""
    if number is None:
        return UNDEFINED
    if about.reads == "count":
        return human(number)
    if about.reads == "share":
        return share(number, digits)
    return f"{number:.{_scale(about, digits)[1]}f}"


def _scale(about: About, digits: int) -> tuple[float, int]:
    """Factor and decimals of a measure: percent for shares, two more decimals for values."""
    return (100.0 if about.reads == "share" else 1.0), digits + 2 * (about.reads == "value")


def decimals(about: About, estimates: Iterable[Estimate]) -> int:
    """Return how many digits a grid's numbers deserve: one more where every error is below the last
    one.
    """
    scale = {"share": 100.0, "value": 100.0}.get(about.reads, 1.0)
    errors = [scale * e.se for e in estimates if e.se is not None]
    return 1 if errors and 0 < max(errors) < 0.5 else 0


def human(number: float) -> str:
    """Return a number with two or three figures: 312k, 9.7M, 14.2, 0.031."""
    size = abs(number)
    for limit, sign in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if size >= limit * 0.9995:
            return f"{_figures(number / limit)}{sign}"
    return _figures(number)


def _figures(number: float) -> str:
    size = abs(number)
    if size == 0 or size >= 99.95:
        return f"{number:.0f}"
    if size >= 9.995:
        return f"{number:.1f}" if size < 99.95 and number % 1 else f"{number:.0f}"
    if size >= 0.9995:
        return f"{number:.1f}"
    return f"{number:.2g}"


def duration(seconds: float) -> str:
    """Return a time in words: `45 s`, `2 min 10 s`, `1 h 5 min`."""
    whole = round(seconds)
    if whole < 90:
        return f"{whole} s"
    if whole < 5400:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def short(name: str, width: int) -> str:
    """Return a name cut to a width, its end marked."""
    return name if len(name) <= width else name[: max(width - 1, 1)] + "…"


def columns(rows: Sequence[Sequence[str]], align: str = "l", gap: int = 2) -> list[str]:
    """Return rows as lines, each column as wide as its widest.

    `align` says how: `l` or `r` a column, `r` for those it does not name.
    """
    if not rows:
        return []
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    sides = align.ljust(len(widths), "r")
    return [
        (" " * gap)
        .join(
            text.ljust(width) if side == "l" else text.rjust(width)
            for text, width, side in zip(row, widths, sides, strict=True)
        )
        .rstrip()
        for row in rows
    ]
