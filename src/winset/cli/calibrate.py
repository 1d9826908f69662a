"""`winset calibrate`: the war fitted to series on record, and scored on months held back."""

from pathlib import Path
from typing import Annotated

import typer

from winset.cli import DEFAULT_SCENARIO
from winset.cli._options import Json, ScenarioName, Seed

__all__ = ["command"]


def command(
    scenario: ScenarioName = DEFAULT_SCENARIO,
    data: Annotated[
        str, typer.Option(metavar="FOLDER", help="The folder of CSV tables that it names.")
    ] = "data",
    worldview: Annotated[
        list[str] | None,
        typer.Option(help="This worldview only (default: all, in equal parts). Can be repeated."),
    ] = None,
    simulations: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="Wars simulated from the priors.")
    ] = 40_000,
    checks: Annotated[
        int, typer.Option(min=1, help="Simulated records that check the fit itself.")
    ] = 400,
    independent: Annotated[
        bool,
        typer.Option(
            "--independent-errors", help="Errors of the record do not carry over to later months."
        ),
    ] = False,
    seed: Seed = 1,
    out: Annotated[
        str | None,
        typer.Option(metavar="FOLDER", help="Write calibration.json and charts (SVG) there."),
    ] = None,
    json: Json = False,
) -> None:
    """Fit the war's free quantities to monthly series on record, and score the months held back.

    The scenario's section `calibration` names the series, what is free and the months. The fit is
    regression-adjusted approximate Bayesian computation: many wars from the priors, those most like
    the record kept and adjusted. Simulated records with known truths check the fit itself.
    """
    import json as plain

    from winset.history import calibrate
    from winset.scenario import load
    from winset.views import console
    from winset.views.calibration import calibration_document, calibration_screen

    loaded = load(scenario)
    found = calibrate(
        loaded,
        data,
        worldviews=worldview,
        simulations=simulations,
        checks=checks,
        seed=seed,
        independent=independent,
        progress=console.counter(),
    )
    text = plain.dumps(calibration_document(found), indent=1, ensure_ascii=False, allow_nan=False)
    if out is not None:
        _write(Path(out), text, found)
    if json:
        typer.echo(text)
        return
    console.say(calibration_screen(found, console.terminal_width()))


def _write(folder: Path, text: str, found: object) -> None:
    import sys

    from winset.errors import StudyError
    from winset.views import console
    from winset.views.calibration_charts import write_charts

    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "calibration.json").write_text(text + "\n", encoding="utf-8")
        written = write_charts(found, folder)  # type: ignore[arg-type]
    except OSError as error:
        raise StudyError(f"{folder}: cannot be written: {error.strerror}") from None
    if not written:
        note = "no charts: they need the extra `charts` (pip install 'winset[charts]')"
        console.say([note], sys.stderr)
