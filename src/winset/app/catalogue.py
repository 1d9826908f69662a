"""What the workbench can open: scenarios by name, studies by folder; nothing by a path of the
visitor's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from winset.app.loading import bundled
from winset.errors import StudyError
from winset.scenario.reading import headline
from winset.study import Manifest, read_manifest

__all__ = ["Catalogue", "StudyRow"]


_ONE: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class StudyRow:
    """A study of the folder: its name and its record."""

    name: str
    manifest: Manifest

    @property
    def size(self) -> str:
        """Its size in words."""
        given = self.manifest.arguments
        return (
            f"{len(given['strategies'])} strategies × {len(given['worldviews'])} worldviews, "
            f"{given['draws']} draws × {given['paths']} paths, seed {self.manifest.seed}"
        )


@dataclass(frozen=True)
class Catalogue:
    """Scenarios that come with winset or lie in `folder`, and studies in its `studies/`."""

    folder: Path

    @property
    def studies_folder(self) -> Path:
        """Where studies are kept."""
        return self.folder / "studies"

    def scenarios(self) -> dict[str, dict[str, str]]:
        """Return name -> title, as_of of every scenario: bundled ones, textbook models after the
        others, then those of the folder.
        """
        inside = sorted(bundled().items(), key=lambda item: "/" in item[0])
        found = {name: _headline(place) for name, place in inside}
        for place in sorted(self.folder.glob("*/scenario.yaml")):
            if place.parent.name not in found:
                found[place.parent.name] = _headline(place.parent)
        return found

    def place(self, name: str) -> str | None:
        """Return what `winset.load` is given for a name of `scenarios`, for `drafts/NAME` (one that
        was written here) or `studies/NAME` (as that study ran it); None where it is none.
        """
        if name in bundled():
            return name
        home, _, one = name.partition("/")
        if home in ("drafts", "studies") and _ONE.fullmatch(one):
            inside = self.folder / home / one / ("scenario" if home == "studies" else "")
            return str(inside.resolve()) if any(inside.glob("*.y*ml")) else None
        own = self.folder / name
        known = [p.parent for p in self.folder.glob("*/scenario.yaml")]
        return str(own.resolve()) if own in known else None

    def studies(self) -> list[StudyRow]:
        """Return the studies of the folder, newest first; what cannot be read is left out."""
        rows = []
        for place in self.studies_folder.glob("*/manifest.json"):
            try:
                rows.append(
                    (
                        place.stat().st_mtime,
                        StudyRow(place.parent.name, read_manifest(place.parent)),
                    )
                )
            except (StudyError, OSError):
                continue
        return [row for _, row in sorted(rows, key=lambda pair: (-pair[0], pair[1].name))]

    def study(self, name: str) -> Path | None:
        """Return the folder of a study by its name; None where there is none."""
        known = {p.parent.name: p.parent for p in self.studies_folder.glob("*/manifest.json")}
        return known.get(name)


def _headline(place: Path) -> dict[str, str]:
    """Title and date of a scenario, read again when its file changed."""
    file = place / "scenario.yaml" if place.is_dir() else place
    return _read(place, file.stat().st_mtime_ns if file.exists() else 0)


@lru_cache(maxsize=256)
def _read(place: Path, changed: int) -> dict[str, str]:
    return headline(place)


@lru_cache(maxsize=24)
def opened(folder: Path, digest: str) -> Any:
    """Return a study's results; `digest`, of its record: a study that grew is read again."""
    from winset.api import open_study

    return open_study(folder)
