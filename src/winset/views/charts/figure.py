"""A figure: one finding, what the picture shows, the picture at any width, and whose numbers they
are.

The same Vega-Lite spec serves notebook, report and app. `spec` frames it with title and caption for
a file that stands alone; a page takes the bare picture and sets the words itself.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from winset.errors import WinsetError
from winset.insight import count_inputs
from winset.views.charts.theme import MUTED, PAPER, WIDE, config

if TYPE_CHECKING:
    from winset.study import Results

__all__ = ["Figure", "caption", "clean", "need_altair", "short", "table"]

#: a letter's width in pixels at 11.5 and at 15 px, for wrapping titles: Arial, rounded up
_LETTER: Final = 6.0
_LETTER_TITLE: Final = 8.1
_MISSING: Final = "charts need altair and vl-convert-python: pip install 'winset[charts]'"
#: what a notebook calls a Vega-Lite document
_VEGA_LITE: Final = "application/vnd.vegalite.v6+json"
#: control characters and those that turn the direction of what follows them
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def need_altair() -> Any:
    """Return altair. Raises WinsetError saying how to get it where it is not installed."""
    try:
        import altair
    except ImportError:
        raise WinsetError(_MISSING) from None
    return altair


@dataclass(frozen=True)
class Figure:
    """One chart.

    name: short, for files. finding: what it shows, a sentence. reads: how to read it. caption:
    sources and assumptions. draw: width in pixels -> Altair chart without words around it. options:
    what it was asked for.
    """

    name: str
    finding: str
    reads: str
    caption: str
    draw: Callable[[int], Any]
    options: Mapping[str, str] = field(default_factory=dict)

    def chart(self, width: int = WIDE) -> Any:
        """Return the Altair chart with its title and caption, for a notebook or a file."""
        alt = need_altair()
        letters = int(width / _LETTER)
        inner = self.draw(width).properties(
            title=alt.TitleParams(
                text=textwrap.wrap(self.finding, int(width / _LETTER_TITLE)),
                subtitle=textwrap.wrap(self.reads, letters),
            )
        )
        words = alt.TitleParams(
            text=textwrap.wrap(self.caption, int(width / 5.4)),
            orient="bottom",
            fontSize=10.5,
            lineHeight=14,
            fontWeight="normal",
            color=MUTED,
        )
        own = {channel: "independent" for channel in ("color", "shape", "strokeDash")}
        framed = _configured(alt.vconcat(inner, title=words).resolve_legend(**own), PAPER)
        framed.config.mark = {"tooltip": {"content": "encoding"}}  # where the pointer is
        return framed

    def bare(self, width: int = WIDE) -> Any:
        """Return the Altair chart alone, on no ground, for a page that sets the words."""
        return _configured(self.draw(width), None)

    def spec(self, width: int = WIDE) -> dict[str, Any]:
        """Return the framed chart as a Vega-Lite document."""
        return _document(self.chart(width))

    def bare_spec(self, width: int = WIDE) -> dict[str, Any]:
        """Return the chart alone as a Vega-Lite document."""
        return _document(self.bare(width))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Show it in a notebook: words and picture as in the report, and the Vega-Lite document for
        a notebook that draws such itself (values under the pointer). include, exclude: as IPython
        asks, kinds of content wanted or not; `image/svg+xml` comes only where it is asked for.
        """
        from winset.views.charts.files import svg

        kinds: dict[str, Callable[[], Any]] = {
            "text/html": self._repr_html_,
            _VEGA_LITE: self.spec,
            "text/plain": lambda: self.finding,
        }
        if include and "image/svg+xml" in include:
            kinds["image/svg+xml"] = lambda: svg(self)
        return {
            kind: make()
            for kind, make in kinds.items()
            if (not include or kind in include) and kind not in (exclude or ())
        }

    def _repr_html_(self) -> str:
        """Words and picture, as in the report."""
        from html import escape

        from winset.views.charts.files import bare_svg

        finding, reads, foot = (escape(t) for t in (self.finding, self.reads, self.caption))
        return (
            f"<figure><h4>{finding}</h4><p><small>{reads}</small></p>"
            f"{bare_svg(self, WIDE, f'nb-{self.name}')}"
            f"<figcaption><small>{foot}</small></figcaption></figure>"
        )


def table(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Return rows as inline data. As text, since Altair checks every number of a list one by one,
    which takes seconds.
    """
    text = json.dumps(list(rows), ensure_ascii=False, allow_nan=False)
    return need_altair().Data(values=text, format={"type": "json"})


def _document(chart: Any) -> dict[str, Any]:
    """The chart as a document, with room between its legends: Vega's `legend.layout`, which
    Altair's schema does not know.
    """
    found: dict[str, Any] = chart.to_dict()
    found["config"]["legend"]["layout"] = {"bottom": {"margin": 28}}
    return found


def _configured(chart: Any, ground: str | None) -> Any:
    settings = config()
    settings["background"] = ground or "transparent"
    chart = chart.copy(deep=False)
    chart.config = need_altair().Config(**settings)
    return chart


def caption(results: Results, *more: str) -> str:
    """Return whose numbers these are: study, size, inputs, and what they are not."""
    scenario, settings = results.scenario, results.settings
    inputs = count_inputs(scenario)
    parts = [
        *more,
        "Follows from the assumptions of each worldview named; not a forecast.",
        f"Source: winset study of {short(scenario.id, 60)} ({scenario.sha256[:8]}), evidence to "
        f"{scenario.spec.as_of}, seed {settings.seed}, {settings.draws} draws × {settings.paths} "
        f"paths; inputs: {inputs.sourced} sourced, {inputs.judged} judged, "
        f"{inputs.unchecked} unchecked.",
    ]
    return " ".join(parts)


def clean(text: str) -> str:
    """Return a scenario's text in one line, without characters that steer the display."""
    return " ".join(_CONTROLS.sub(" ", text).split())


def short(text: str, most: int) -> str:
    """Return a scenario's text cleaned, and cut with an ellipsis where it is longer than `most`."""
    plain = clean(text)
    return plain if len(plain) <= most else plain[: max(most - 1, 1)].rstrip() + "…"
