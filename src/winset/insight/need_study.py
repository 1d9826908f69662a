"""Needs of one scenario, worldview by worldview: planned, searched, stopped and taken up again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from winset.errors import Interrupted
from winset.insight.need import KINDS, Need, check_wish, search_need
from winset.study.design import Design, plan
from winset.study.makers import Makers
from winset.study.report import SILENT, Reporter

if TYPE_CHECKING:
    from winset.scenario import Scenario

__all__ = ["need_design", "study_needs"]


def need_design(
    scenario: Scenario,
    *,
    by: int,
    durable: float,
    strategy: str | None = None,
    worldviews: Sequence[str] | None = None,
    draws: int | None = None,
    paths: int | None = None,
    months: int | None = None,
    seed: int = 1,
) -> Design:
    """Return the light design of a need: one strategy, default the one the scenario is about; 32
    draws x 64 paths unless said otherwise.

    Raises DesignError for a chance, month, strategy or worldview that cannot be.
    """
    design = plan(
        scenario,
        strategies=[strategy or scenario.spec.headline or scenario.strategies[0]],
        worldviews=worldviews,
        draws=draws,
        paths=paths,
        months=months,
        seed=seed,
        quick=True,
    )
    check_wish(durable, by, design.settings.months)
    return design


def study_needs(
    scenario: Scenario,
    *,
    durable: float,
    by: int,
    strategy: str | None = None,
    worldviews: Sequence[str] | None = None,
    change: Literal["levers", "beliefs", "either"] = "either",
    draws: int | None = None,
    paths: int | None = None,
    months: int | None = None,
    seed: int = 1,
    workers: int | None = None,
    out: str | Path | None = None,
    report: Reporter | None = None,
    makers: Makers | None = None,
    show: Callable[[Need], None] | None = None,
) -> list[Need]:
    """Return the need of each worldview, in the order of the scenario.

    strategy: where levers start from. change: among its levers, among disputed numbers, or each in
    turn. out: a folder that keeps what is done and is taken up again. show: told of each worldview
    as it is done. Raises as `need_design`; StudyError where `out` holds something else, Interrupted
    on Ctrl-C.
    """
    design = need_design(
        scenario,
        by=by,
        durable=durable,
        strategy=strategy,
        worldviews=worldviews,
        draws=draws,
        paths=paths,
        months=months,
        seed=seed,
    )
    found = []
    try:
        for worldview in design.worldviews:
            one = search_need(
                design,
                design.strategies[0],
                worldview,
                durable=durable,
                by=by,
                kinds=KINDS if change == "either" else (change,),
                folder=Path(out) if out is not None else None,
                workers=workers,
                report=report or SILENT,
                makers=makers,
            )
            found.append(one)
            if show is not None:
                show(one)
    except KeyboardInterrupt:
        kept = f"what is done is kept in {out}" if out is not None else "nothing was to be kept"
        raise Interrupted(f"stopped: {kept}; the same command goes on") from None
    return found
