"""`winset tracks`: the package, parallel tracks and orders of tracks, compared."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from winset.cli import DEFAULT_SCENARIO
from winset.cli._options import (
    AsOf,
    Draws,
    Json,
    Months,
    Paths,
    ScenarioName,
    Seed,
    Sets,
    Workers,
    Worldviews,
)

if TYPE_CHECKING:
    from winset.scenario import Scenario

__all__ = ["command"]


def command(
    scenario: ScenarioName = DEFAULT_SCENARIO,
    worldview: Worldviews = None,
    strategy: Annotated[
        str | None, typer.Option(help="Whose levers and offers (the scenario's headline).")
    ] = None,
    sets: Sets = None,
    draws: Draws = None,
    paths: Paths = None,
    months: Months = None,
    quick: Annotated[bool, typer.Option("--quick", help="32 draws x 64 paths.")] = False,
    seed: Seed = 1,
    workers: Workers = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder that keeps the runs, to be resumed (none).")
    ] = None,
    alone: Annotated[
        bool,
        typer.Option(
            "--alone", help="Without the war: sessions all alike, in closed form, at once."
        ),
    ] = False,
    accept: Annotated[
        float,
        typer.Option(metavar="CHANCE", help="With --alone: all accept a text of the whole."),
    ] = 0.1,
    meeting: Annotated[
        float, typer.Option(metavar="CHANCE", help="With --alone: talks meet in a month.")
    ] = 0.5,
    ratified: Annotated[
        float, typer.Option(metavar="CHANCE", help="With --alone: the whole passes at home.")
    ] = 1.0,
    ends: Annotated[
        float, typer.Option(metavar="CHANCE", help="With --alone: the war ends in a month.")
    ] = 0.01,
    momentum: Annotated[
        float | None,
        typer.Option(
            metavar="FACTOR", help="With --alone: on the odds, for each closed track (scenario's)."
        ),
    ] = None,
    complexity: Annotated[
        float | None,
        typer.Option(metavar="EXPONENT", help="With --alone: more issues are slower (scenario's)."),
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(
            help="Draw it as well (.svg, .png, .json): the ways, or with --alone the region in "
            "which a sequence closes first."
        ),
    ] = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Compare ways to negotiate: one package, tracks in parallel, tracks in every order.

    Each is played by the same strategy on the same draws and luck: chance and months to signing,
    durability, value to each side, paired differences to the package. With --alone no war is
    played: how long closing takes where all sessions are alike, and from which momentum on a
    sequence closes first.
    """
    import json as plain

    from winset.api import load
    from winset.errors import OverrideError
    from winset.insight.tracks import compare_tracks
    from winset.views import console
    from winset.views.tracks import tracks_document, tracks_lines

    if picture is not None and picture.suffix.lower() not in (".svg", ".png", ".json"):
        raise OverrideError(f"--picture {picture}: a name ending in .svg, .png or .json is due")
    loaded = load(scenario, sets=sets or (), as_of=as_of)
    width = console.terminal_width()
    if alone:
        numbers = {"accept": accept, "meeting": meeting, "ratified": ratified, "ends": ends}
        _alone(loaded, numbers, momentum, complexity, months, picture, json, width)
        return
    study = compare_tracks(
        loaded,
        strategy=strategy,
        worldviews=worldview or None,
        draws=draws,
        paths=paths,
        months=months,
        quick=quick,
        seed=seed,
        workers=workers,
        out=out,
        report=console.on_stderr(),
    )
    if picture is not None:
        from winset.views.charts import save
        from winset.views.charts.tracks import ways_figure

        save(ways_figure(study), picture)
    if json:
        document = tracks_document(study)
        typer.echo(plain.dumps(document, indent=1, ensure_ascii=False, allow_nan=False))
        return
    console.say(tracks_lines(study, width))


def _alone(
    scenario: "Scenario",
    numbers: dict[str, float],
    momentum: float | None,
    complexity: float | None,
    months: int | None,
    picture: Path | None,
    json: bool,
    width: int,
) -> None:
    import json as plain

    from winset.insight.track_alone import alone_ways, medians, stated_numbers
    from winset.views import console
    from winset.views.tracks import alone_document, alone_lines

    said: dict[str, Any] = stated_numbers(scenario, numbers, momentum, complexity)
    sizes, found, edge = alone_ways(scenario, said, months or scenario.months or 60)
    if picture is not None:
        from winset.views.charts import save
        from winset.views.charts.tracks import region_figure

        save(region_figure(scenario, sizes, said, medians(scenario)), picture)
    if json:
        document = alone_document(sizes, said, found, edge)
        typer.echo(plain.dumps(document, indent=1, ensure_ascii=False, allow_nan=False))
    else:
        console.say(alone_lines(sizes, said, found, edge, width))
