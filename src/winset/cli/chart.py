"""`winset chart`: one picture of a study, as SVG, PNG or Vega-Lite, without a browser."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from winset.views.charts import Figure

__all__ = ["command"]


def command(
    folder: Annotated[Path, typer.Argument(help="A study's folder.")],
    name: Annotated[
        str | None, typer.Argument(help="Which chart; without one, those there are.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="File to write: .svg, .png or .json (NAME.svg)."),
    ] = None,
    measure: Annotated[str | None, typer.Option(help="The measure shown (durable).")] = None,
    across: Annotated[
        str | None, typer.Option(help="tradeoff: the measure across (the first human cost).")
    ] = None,
    quantity: Annotated[
        str | None, typer.Option(help="war: the quantity by month (the scenario's first).")
    ] = None,
    strategy: Annotated[
        str | None, typer.Option(help="Under which strategy (the one the scenario is about).")
    ] = None,
    worldview: Annotated[
        str | None, typer.Option(help="timeline: under which worldview (the first).")
    ] = None,
    draw: Annotated[int | None, typer.Option(help="timeline: which draw.")] = None,
    path: Annotated[int | None, typer.Option(help="timeline: which path.")] = None,
    width: Annotated[
        int, typer.Option(min=300, max=2400, help="Width in pixels; below 500 for a telephone.")
    ] = 720,
) -> None:
    """Draw one chart of a study into a file.

    The title states the finding, errors are drawn, and the foot says whose numbers they are. The
    same picture stands in the report.
    """
    from winset.views import console
    from winset.views.charts import CHARTS, TIMELINE, save

    if name is None:
        rows = [(one, kind.shows, kind.options) for one, kind in CHARTS.items()]
        rows.append(
            (TIMELINE, "one path, month by month", ("worldview", "strategy", "draw", "path"))
        )
        console.say(
            f"{one:<12} {shows}" + (f"  (--{', --'.join(o)})" if o else "")
            for one, shows, o in rows
        )
        return
    asked = {"measure": measure, "across": across, "quantity": quantity, "strategy": strategy}
    made = _figure(folder, name, asked, worldview, draw, path)
    console.say([str(save(made, out or Path(f"{made.name}.svg"), width))])


def _figure(
    folder: Path,
    name: str,
    asked: dict[str, str | None],
    worldview: str | None,
    draw: int | None,
    path: int | None,
) -> "Figure":
    from winset.api import open_study, trace
    from winset.study import DesignError
    from winset.views.charts import TIMELINE, figure, timeline_figure

    if name == TIMELINE:
        found = trace(folder, worldview, asked["strategy"], draw, path)
        return timeline_figure(
            found.results, found.worldview, found.strategy, found.draw, found.path, found.months
        )
    given = {"worldview": worldview, "draw": draw, "path": path}
    wrong = [f"--{option}" for option, value in given.items() if value is not None]
    if wrong:
        raise DesignError([f"{', '.join(wrong)}: for the chart {TIMELINE} only, found {name}"])
    return figure(open_study(folder), name, **asked)
