"""The record of a study, `manifest.json`: what was asked for, what made it, how long it took, what
it holds.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from winset.errors import StudyError
from winset.study.design import Design, differences
from winset.study.files import replace_file
from winset.study.provenance import made_by
from winset.talks.cell import Settings

__all__ = ["FORMAT", "Manifest", "read_manifest"]

NAME: Final = "manifest.json"
KIND: Final = "winset study"
#: raised when a folder written by an older winset can no longer be read as it is
FORMAT: Final = 1


@dataclass(frozen=True)
class Manifest:
    """What `manifest.json` holds.

    scenario: id, sha256, as_of, title. arguments: all that shapes the tables beside the scenario
    and the seed. overrides: the `--set` texts, whose effect the scenario's hash holds. made_by:
    versions, code, CPU. sessions: each run that worked on it (start, seconds, cells, workers).
    tables: file -> sha256, once complete.
    """

    scenario: dict[str, str]
    seed: int
    arguments: dict[str, Any]
    overrides: list[str]
    quick: bool
    made_by: dict[str, Any]
    sessions: list[dict[str, Any]] = field(default_factory=list)
    tables: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT
    kind: str = KIND

    @property
    def complete(self) -> bool:
        """Whether every cell is done and the tables are written."""
        return bool(self.tables)

    @property
    def seconds(self) -> float:
        """All the time that was worked on it."""
        return float(sum(session["seconds"] for session in self.sessions))

    @property
    def settings(self) -> Settings:
        """The settings it was run with. Raises StudyError where this winset has no such ones."""
        numbers = {k: v for k, v in self.arguments.items() if k not in ("strategies", "worldviews")}
        try:
            return Settings(seed=self.seed, **numbers)
        except TypeError as error:
            raise StudyError(f"{NAME}: arguments of another winset: {error}") from None

    def worked(self, session: dict[str, Any]) -> Manifest:
        """Return the record with one more session."""
        return replace(self, sessions=[*self.sessions, session])

    def write(self, folder: Path) -> None:
        """Write it into a study's folder."""
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        replace_file(folder / NAME, text.encode() + b"\n")

    def against(self, other: Manifest) -> list[str]:
        """Name each thing in which `other`, about to be run, would give other numbers than this
        record.
        """
        found = []
        if self.scenario["id"] != other.scenario["id"]:
            found.append(f"scenario: {self.scenario['id']} there, {other.scenario['id']} here")
        if self.scenario["sha256"] != other.scenario["sha256"]:
            there, here = self.scenario["sha256"][:8], other.scenario["sha256"][:8]
            found.append(f"scenario's content: hash {there} there, {here} here")
            if self.overrides != other.overrides:
                texts = [" ".join(m.overrides) or "none" for m in (self, other)]
                found.append(f"--set: {texts[0]} there, {texts[1]} here")
        if self.seed != other.seed:
            found.append(f"seed: {self.seed} there, {other.seed} here")
        found += differences(self.arguments, other.arguments)
        if self.made_by.get("code") != other.made_by.get("code"):
            versions = [m.made_by.get("winset", "unknown") for m in (self, other)]
            found.append(
                f"winset: {versions[0]} there, {versions[1]} here"
                if versions[0] != versions[1]
                else f"winset: the code of {versions[0]} was changed since"
            )
        return found


def manifest_of(design: Design) -> Manifest:
    """Return the record of a study about to begin."""
    spec = design.scenario.spec
    return Manifest(
        scenario={
            "id": design.scenario.id,
            "sha256": design.scenario.sha256,
            "as_of": spec.as_of,
            "title": spec.title,
        },
        seed=design.settings.seed,
        arguments=design.arguments(),
        overrides=list(design.overrides),
        quick=design.quick,
        made_by=made_by(),
    )


def read_manifest(folder: Path) -> Manifest:
    """Read the record of a study. Raises StudyError where the folder holds none, or one that cannot
    be read.
    """
    path = folder / NAME
    if not folder.exists():
        raise StudyError(f"{folder}: no such folder. `winset run` makes a study")
    if not path.is_file():
        raise StudyError(f"{folder}: no study here (it holds no {NAME}). `winset run` makes one")
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise StudyError(
            f"{path}: damaged: {error}. Run the study again into another folder"
        ) from None
    if not isinstance(data, dict) or data.get("kind") != KIND:
        raise StudyError(f"{path}: not the record of a winset study")
    if data.get("format") != FORMAT:
        raise StudyError(
            f"{path}: written in format {data.get('format')}; this winset reads format {FORMAT}. "
            "Open it with the winset that made it, or run the study again"
        )
    try:
        manifest = Manifest(**data)
        assert {"id", "sha256", "as_of", "title"} <= manifest.scenario.keys()
        assert {"strategies", "worldviews"} <= manifest.arguments.keys()
        assert manifest.seconds >= 0
    except (TypeError, KeyError, AttributeError, AssertionError) as error:
        raise StudyError(
            f"{path}: damaged: {error}. Run the study again into another folder"
        ) from None
    return manifest
