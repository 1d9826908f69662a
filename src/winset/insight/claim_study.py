"""A study of the claims of an argument: run, taken up again, written down."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from winset.errors import Interrupted, StudyError
from winset.insight.claims import Baseline, ClaimEffect, base_run, claims_json, measured_claims
from winset.scenario.overrides import nearest
from winset.study.design import Design, DesignError
from winset.study.files import replace_file
from winset.study.makers import Makers
from winset.study.report import SILENT, Reporter
from winset.study.variants import Lab
from winset.talks.cell import Settings

if TYPE_CHECKING:
    from winset.scenario import Scenario

__all__ = ["ClaimStudy", "ShowClaims", "chosen_claims", "study_claims"]

DOCUMENT: Final = "claims.json"
#: what two documents share that may be joined
_SAME: Final = ("scenario", "seed", "draws", "paths", "months", "headline")


class ShowClaims(Protocol):
    """Told of each part as it is ready, in the caller's thread."""

    def base(self, design: Design, found: Baseline) -> None:
        """Nothing switched: the headline and its best rivals."""

    def claim(self, found: ClaimEffect) -> None:
        """One claim, in the order of the scenario."""


@dataclass(frozen=True)
class ClaimStudy:
    """What switching each claim does. `base`: nothing switched; `effects`: one of each claim asked
    for, in order. elapsed_s: seconds of this call. folder: where it is kept, if anywhere.
    """

    scenario: Scenario
    settings: Settings
    base: Baseline
    effects: tuple[ClaimEffect, ...]
    elapsed_s: float
    folder: Path | None = None

    def json(self) -> dict[str, Any]:
        """The whole as one JSON document; undefined numbers are null."""
        scenario, settings = self.scenario, self.settings
        return {
            "scenario": {
                "id": scenario.id,
                "sha256": scenario.sha256,
                "as_of": scenario.spec.as_of,
            },
            "seed": settings.seed,
            "draws": settings.draws,
            "paths": settings.paths,
            "months": settings.months,
            "elapsed_s": round(self.elapsed_s, 3),
            "headline": self.base.headline,
            "compared_with": {w: list(rivals) for w, rivals in self.base.rivals.items()},
            "base": {
                w: {name: {"mean": e.mean, "se": e.se} for name, e in values.items()}
                for w, values in self.base.values.items()
            },
            "claims": claims_json(scenario, self.effects),
        }


def study_claims(
    design: Design,
    only: Sequence[str] = (),
    *,
    folder: Path | None = None,
    workers: int | None = None,
    report: Reporter | None = None,
    makers: Makers | None = None,
    show: ShowClaims | None = None,
) -> ClaimStudy:
    """Measure the claims of a design's scenario (`only` some) for its headline strategy.

    Raises DesignError where there is nothing to measure, StudyError for a folder of another kind,
    Interrupted where the user stops: what is done is kept in the folder.
    """
    scenario, headline = design.scenario, design.scenario.spec.headline
    if headline is None or not scenario.spec.claims:
        missing = "claims" if headline else "headline strategy"
        raise DesignError([f"scenario {scenario.id} has no {missing}: nothing to measure"])
    chosen = chosen_claims(scenario, only)
    began = time.perf_counter()
    found: list[ClaimEffect] = []
    with Lab(design, folder=folder, workers=workers, report=report or SILENT, makers=makers) as lab:
        try:
            base = base_run(lab, headline)
            if show is not None:
                show.base(design, base)
            for one in measured_claims(lab, base, chosen):
                found.append(one)
                if show is not None:
                    show.claim(one)
        except KeyboardInterrupt:
            kept = f"kept in {folder}" if folder is not None else "not kept: no folder was given"
            raise Interrupted(
                f"stopped: {len(found)} of {len(chosen)} claims were done; {lab.computed} cells"
                f" computed now are {kept}"
            ) from None
    seconds = time.perf_counter() - began
    study = ClaimStudy(scenario, design.settings, base, tuple(found), seconds, folder)
    if folder is not None:
        _keep(folder / DOCUMENT, study.json())
    return study


def _keep(path: Path, document: dict[str, Any]) -> None:
    """Write the document; where it measures some claims only, beside what was measured before on
    the same cells, and not over a document of more worldviews. Raises StudyError.
    """
    try:
        old = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
    except (OSError, ValueError):
        old = None
    if old is not None and all(old.get(name) == document[name] for name in _SAME):
        if len(document["base"]) < len(old["base"]):
            return
        if document["base"] == old["base"]:
            before = {row["id"]: row for row in old["claims"]}
            rows = [
                before.get(row["id"], row) if row["effect_off"] is None else row
                for row in document["claims"]
            ]
            document = {**document, "claims": rows}
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    try:
        replace_file(path, text.encode() + b"\n")
    except OSError as error:
        raise StudyError(f"{path}: cannot be written: {error.strerror}") from None


def chosen_claims(scenario: Scenario, only: Sequence[str]) -> list[str]:
    """The claims asked for, sets opened, in the order of the scenario; all where none is named.

    Raises DesignError naming every unknown one with the nearest.
    """
    spec = scenario.spec
    wanted: set[str] = set()
    problems = []
    for name in only:
        if name in spec.claims:
            wanted.add(name)
        elif name in spec.claim_sets:
            wanted.update(spec.claim_sets[name].claims)
        else:
            near = nearest(name, [*spec.claims, *spec.claim_sets])
            hint = f" Did you mean {near}?" if near else ""
            problems.append(f"--only: there is no claim or set of claims {name!r}.{hint}")
    if problems:
        raise DesignError(problems)
    return [id_ for id_ in spec.claims if id_ in wanted or not only]
