"""`winset hinges`: what the answer of a study depends on."""

from pathlib import Path
from typing import Annotated

import typer

from winset.cli._options import Json, Workers

__all__ = ["command"]


def command(
    folder: Annotated[Path, typer.Argument(help="A study's folder.")],
    measure: Annotated[str, typer.Option(metavar="NAME", help="What hangs on it.")] = "durable",
    strategy: Annotated[
        str | None, typer.Option(help="Under which strategy (the one the scenario is about).")
    ] = None,
    worldview: Annotated[
        list[str] | None, typer.Option(help="In this worldview only. Can be repeated.")
    ] = None,
    above: Annotated[
        float | None,
        typer.Option(
            help="A draw is a success beyond this (a chance: 0.5, or its best quarter where fewer "
            "than a tenth of draws are)."
        ),
    ] = None,
    detail: Annotated[
        bool, typer.Option("--detail", help="Regret by every objective, not by the measure alone.")
    ] = False,
    sobol: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Run a design of N points (a power of 2, such as 256) for first and total order "
            "indices.",
        ),
    ] = None,
    quantity: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID", help="With --sobol: these quantities (those that hang most). Repeat."
        ),
    ] = None,
    workers: Workers = None,
    json: Json = False,
) -> None:
    """Say what a study hangs on: which beliefs, under which conditions, where the choice flips.

    Nothing is run: the draws of the study are read. Per worldview: the quantities that the measure
    hangs on, conditions under which it is a success (tested on draws not used to find them and
    against shuffled outcomes), quantities along which another strategy overtakes, what knowing one
    would be worth. Over worldviews: what each strategy gives up. More draws find more: run the
    study with --draws 1024 --paths 32, which costs about four times the default.

    With --sobol a designed experiment is run instead, light cells of N draws: how much of the
    variance each quantity makes by itself and with all others (Sobol, by SALib).
    """
    from winset.study import DesignError

    if sobol is not None:
        _sobol(folder, measure, strategy, worldview, sobol, quantity, workers, json)
        return
    if quantity or workers:
        raise DesignError(["--quantity, --workers: for --sobol only"])
    from winset.api import hinges
    from winset.insight.hinge_words import hinges_json
    from winset.views import console
    from winset.views.hinges import hinges_lines

    found = hinges(
        folder,
        measure=measure,
        strategy=strategy,
        worldviews=worldview or None,
        above=above,
        report=console.on_stderr(),
    )
    if json:
        import json as plain

        document = hinges_json(found)
        typer.echo(plain.dumps(document, indent=1, ensure_ascii=False, allow_nan=False))
        return
    console.say(hinges_lines(found, console.terminal_width(), detail=detail))


def _sobol(
    folder: Path,
    measure: str,
    strategy: str | None,
    worldviews: list[str] | None,
    points: int,
    quantities: list[str] | None,
    workers: int | None,
    json: bool,
) -> None:
    from winset.api import sobol
    from winset.insight.sobol import sobol_json
    from winset.views import console
    from winset.views.sobol import sobol_lines

    found = sobol(
        folder,
        points,
        measure=measure,
        strategy=strategy,
        worldviews=worldviews or None,
        quantities=tuple(quantities or ()),
        workers=workers,
        report=console.on_stderr(),
    )
    if json:
        import json as plain

        document = sobol_json(found)
        typer.echo(plain.dumps(document, indent=1, ensure_ascii=False, allow_nan=False))
        return
    console.say(sobol_lines(found, console.terminal_width()))
