"""Charts of a study: Altair figures from results, the same for notebook, report and app.

    from winset.views.charts import figure, save
    save(figure(results, "grid"), Path("grid.svg"))

Each opens with the finding, shows the uncertainty, and ends with whose numbers it is made of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from winset.study import DesignError, Results
from winset.views.charts.claims import claims_figure
from winset.views.charts.cost import cost_figure
from winset.views.charts.differences import differences_figure
from winset.views.charts.endings import endings_figure
from winset.views.charts.figure import Figure
from winset.views.charts.files import FORMATS, bare_svg, save, svg
from winset.views.charts.grid import grid_figure
from winset.views.charts.hinges import hinges_figure
from winset.views.charts.map import map_figure
from winset.views.charts.regret import regret_figure
from winset.views.charts.reservation import reservation_figure
from winset.views.charts.space import space_figure
from winset.views.charts.survival import survival_figure
from winset.views.charts.terms import terms_figure
from winset.views.charts.timeline import timeline_figure
from winset.views.charts.tradeoff import tradeoff_figure
from winset.views.charts.war import courses, war_figure

__all__ = [
    "CHARTS",
    "FORMATS",
    "TIMELINE",
    "Figure",
    "Kind",
    "bare_svg",
    "courses",
    "figure",
    "save",
    "svg",
    "timeline_figure",
]

#: the chart of one path, which needs that path followed (`winset.api.trace`) first
TIMELINE: Final = "timeline"


@dataclass(frozen=True)
class Kind:
    """A chart that can be asked for: what it shows, how it is made, and the options it takes."""

    shows: str
    make: Callable[..., Figure]
    options: tuple[str, ...] = ()


def _war(results: Results, quantity: str | None = None, strategy: str | None = None) -> Figure:
    known = courses(results)
    if not known:
        raise DesignError(["this study holds no course by month"])
    return war_figure(results, quantity or known[0], strategy)


#: name -> chart, in the order of the report
CHARTS: Final[dict[str, Kind]] = {
    "grid": Kind("strategies by worldviews, one measure", grid_figure, ("measure",)),
    "differences": Kind(
        "the headline strategy against each other, paired", differences_figure, ("measure",)
    ),
    "endings": Kind("how the war ends, by strategy and worldview", endings_figure),
    "survival": Kind("how long the war goes on, by strategy", survival_figure),
    "terms": Kind("what gets signed, option by option", terms_figure, ("strategy",)),
    "space": Kind(
        "what each plan and the best packages are worth to both sides", space_figure, ("strategy",)
    ),
    "reservation": Kind(
        "what fighting on is worth by month, and whether a text lies between",
        reservation_figure,
        ("strategy",),
    ),
    "war": Kind(
        "one quantity of the war by month, with talks and without", _war, ("quantity", "strategy")
    ),
    "map": Kind("the ground by region, at the start and later", map_figure, ("strategy",)),
    "cost": Kind("the human cost of each strategy", cost_figure),
    "tradeoff": Kind("two measures against each other", tradeoff_figure, ("across", "measure")),
    "regret": Kind("what each strategy gives up at most", regret_figure, ("measure",)),
    "hinges": Kind(
        "what the answer hangs on, quantity by quantity", hinges_figure, ("measure", "strategy")
    ),
    "claims": Kind("what each claim does to the answer (after winset claims)", claims_figure),
}


def figure(results: Results, name: str, **options: str | None) -> Figure:
    """Return the chart called `name`. Options left None take the chart's default.

    Raises DesignError for an unknown chart, an option it does not take, or a value the study does
    not have.
    """
    kind = CHARTS.get(name)
    if kind is None:
        near = get_close_matches(name, [*CHARTS, TIMELINE], n=1, cutoff=0.5)
        hint = f" Did you mean {near[0]}?" if near else ""
        names = ", ".join([*CHARTS, TIMELINE])
        raise DesignError([f"no chart called {name!r}.{hint} There are: {names}"])
    given = {option: value for option, value in options.items() if value is not None}
    wrong = [option for option in given if option not in kind.options]
    if wrong:
        takes = ", ".join(f"--{o}" for o in kind.options) or "no options"
        raise DesignError(
            [f"chart {name} takes {takes}; found {', '.join(f'--{o}' for o in wrong)}"]
        )
    if name == "tradeoff" and "measure" in given:
        given["up"] = given.pop("measure")
    return kind.make(results, **given)
