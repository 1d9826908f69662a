"""Scenarios somebody has written at the workbench: kept by their content, so that nobody's can take
the place of another's, and shown to nobody who does not hold the address.

A draft is a folder `drafts/ID-HASH8` of YAML files like any other. It begins as a copy of a
scenario's files; what is written with the forms lies beside them in `own.yaml`.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from winset.app.loading import bundled, load, stamp
from winset.errors import Problem, ScenarioError
from winset.scenario.canonical import to_yaml
from winset.scenario.nodes import Node, YamlError, compose, plain

__all__ = ["OWN", "changed_file", "files_of", "keep", "own_section", "problems_of"]

#: what the forms write
OWN: Final = "own.yaml"
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,80}\.ya?ml")


def files_of(place: str) -> dict[str, str]:
    """The YAML files of a scenario, name -> text, in the order of their names. One that extends
    another by a path is given as it reads with that, in one file.
    """
    path = bundled().get(place, Path(place))
    found = [path] if path.is_file() else sorted(path.glob("*.y*ml"))
    files = {file.name: file.read_text(encoding="utf-8-sig") for file in found}
    if any(_extends_a_path(text) for text in files.values()):
        return {"scenario.yaml": load(place, (), (), stamp(place)).to_yaml()}
    return files


def _extends_a_path(text: str) -> bool:
    found = re.search(r"^extends:\s*['\"]?([^'\"#\n]+)", text, re.MULTILINE)
    return found is not None and found[1].strip() not in bundled()


def changed_file(files: Mapping[str, str], name: str, text: str) -> dict[str, str]:
    """The files with one of another text; an empty one is taken away. Raises ScenarioError for a
    name that no file of a scenario has.
    """
    if not _NAME.fullmatch(name):
        said = "a file of letters, digits, dots and dashes that ends in .yaml is due"
        raise ScenarioError([Problem(file=name[:80], message=said)])
    text = text.replace("\r\n", "\n")
    rest = {known: body for known, body in files.items() if known != name}
    return dict(sorted((rest | {name: text} if text.strip() else rest).items()))


def problems_of(files: Mapping[str, str]) -> tuple[Problem, ...]:
    """What is wrong with a scenario of these files, each with file and line; () where it runs."""
    from dataclasses import replace

    from winset.scenario.checking import check

    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        report = check(folder)
    return tuple(replace(p, file=_name(p.file, files)) for p in report.problems)


def _name(file: str, files: Mapping[str, str]) -> str:
    name = Path(file).name
    return name if name in files else next(iter(files), name)


def keep(folder: Path, files: Mapping[str, str]) -> str:
    """Keep a scenario of these files under `folder`/drafts and return its name there.

    Raises ScenarioError listing every problem where it cannot run.
    """
    problems = problems_of(files)
    if problems:
        raise ScenarioError(problems)
    digest = hashlib.sha256()
    for name, text in sorted(files.items()):
        digest.update(f"{name}\0{text}\0".encode())
    name = f"{_id(files)}-{digest.hexdigest()[:8]}"
    place = folder / "drafts" / name
    place.mkdir(parents=True, exist_ok=True)
    for file, text in files.items():
        if not (place / file).exists():
            (place / file).write_text(text, encoding="utf-8")
    return f"drafts/{name}"


def _id(files: Mapping[str, str]) -> str:
    for text in files.values():
        found = re.search(r"^id:\s*['\"]?([A-Za-z0-9._-]{1,60})", text, re.MULTILINE)
        if found:
            return found[1]
    return "draft"


def own_section(files: Mapping[str, str], section: str, id_: str, body: Any) -> dict[str, str]:
    """The files with an entry of one's own (a worldview, a strategy) written into `own.yaml`.

    Raises ScenarioError where that file cannot be read.
    """
    try:
        documents = compose(files.get(OWN, ""), OWN)
    except YamlError as error:
        raise ScenarioError([error.problem]) from None
    data: dict[str, Any] = {}
    for document in documents:
        if isinstance(document, Node) and isinstance(document.value, dict):
            data |= plain(document)
    data[section] = {**(data.get(section) or {}), id_: body}
    return changed_file(files, OWN, to_yaml(data))
