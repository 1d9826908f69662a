"""A scenario's files -> one tree of nodes: where they are, what they may be, how they are laid
together.

A scenario is a folder of `*.yaml` files, or one file. The top-level sections of all files are laid
together; a section may be split over files, an id may be given once. `extends` lays the files over
another scenario (see `overlay`).
"""

from __future__ import annotations

import stat
from collections.abc import Iterable
from difflib import get_close_matches
from importlib import resources
from pathlib import Path
from typing import Final

from winset.errors import Problem, ScenarioError
from winset.scenario.nodes import Node, YamlError, compose
from winset.scenario.overlay import overlay

MAX_BYTES: Final = 5_000_000
MAX_FILES: Final = 200
MAX_TOTAL: Final = 20_000_000
_SUFFIXES: Final = (".yaml", ".yml")


def bundled() -> dict[str, Path]:
    """The scenarios that come with winset: name -> folder or file."""
    root = Path(str(resources.files("winset"))) / "scenarios"
    found: dict[str, Path] = {}
    if root.is_dir():
        for place in sorted(root.rglob("*")):
            if place.suffix in _SUFFIXES and place.is_file() and place.name[0] not in "._":
                home = place.parent.relative_to(root).as_posix()
                single = place.parent == root or place.parent.name == "theory"
                name = place.relative_to(root).with_suffix("").as_posix() if single else home
                found.setdefault(name, place if single else place.parent)
    return found


def locate(name: str | Path, *, beside: Path | None = None) -> Path:
    """The folder or file that a name means: a bundled scenario's name, or a path.

    A bundled name wins; write `./NAME` for a folder of that name. `beside`: where a relative path
    starts. Raises `ScenarioError` naming the nearest bundled scenarios.
    """
    known = bundled()
    text = str(name)
    if text in known:
        return known[text]
    if not text.strip():
        raise ScenarioError([Problem(file="''", message="a scenario's name or path is due")])
    path = Path(text).expanduser()
    if beside is not None and not path.is_absolute():
        path = beside / path
    try:
        if path.exists():
            return path
        if not path.suffix and path.with_suffix(".yaml").is_file():
            return path.with_suffix(".yaml")
    except (OSError, ValueError):
        pass  # a name no file could have
    near = get_close_matches(text.rstrip("/"), known, n=1, cutoff=0.5)
    shown = text if len(text) <= 300 else "..." + text[-297:]
    raise ScenarioError(
        [
            Problem(
                file=shown,
                message="there is no such scenario, folder or file",
                allowed="a folder of YAML files, or one of " + ", ".join(known),
                nearest=near[0] if near else None,
            )
        ]
    )


def read(name: str | Path) -> Node:
    """Read a scenario with all it extends into one map of sections. Raises `ScenarioError`."""
    top = _read(locate(name), [])
    assert isinstance(top.value, dict)
    # A section's name with nothing under it says nothing.
    said = {key: node for key, node in top.value.items() if node.value is not None}
    return Node(said, top.file, top.line)


def _read(place: Path, above: list[Path]) -> Node:
    place = place.resolve()
    files = _files(place)
    if place in above:
        names = " -> ".join(p.stem for p in (*above[above.index(place) :], place))
        raise ScenarioError(
            [
                Problem(
                    file=_shown(files[0]), path="extends", message=f"a circle of `extends`: {names}"
                )
            ]
        )
    top = _lay_together(files)
    assert isinstance(top.value, dict)
    extends = top.value.pop("extends", None)
    if extends is None or extends.value is None:
        return top
    if not isinstance(extends.value, str):
        raise ScenarioError([_at(extends, "extends", "the name or path of a scenario is due here")])
    try:
        base = locate(extends.value, beside=place if place.is_dir() else place.parent)
    except ScenarioError as error:
        first = error.problems[0]
        raise ScenarioError(
            [
                Problem(
                    file=extends.file,
                    line=extends.line,
                    path="extends",
                    message=first.message,
                    found=repr(extends.value),
                    nearest=first.nearest,
                )
            ]
        ) from None
    if len(above) > 20:
        raise ScenarioError([_at(extends, "extends", "more than 20 overlays on one another")])
    return overlay(_read(base, [*above, place]), top)


def _files(place: Path) -> list[Path]:
    """The YAML files of a scenario, by name; every file's kind and size checked before it is
    opened.
    """
    if place.is_dir():
        try:
            inside = sorted(place.iterdir())
        except OSError as error:
            message = f"cannot be read: {error.strerror}"
            raise ScenarioError([Problem(file=_shown(place), message=message)]) from None
        files = [p for p in inside if p.suffix in _SUFFIXES and not p.name.startswith(".")]
        if not files:
            raise ScenarioError(
                [Problem(file=_shown(place), message="no *.yaml file in this folder")]
            )
        if len(files) > MAX_FILES:
            message = f"more than {MAX_FILES} YAML files in this folder"
            raise ScenarioError(
                [Problem(file=_shown(place), message=message, found=str(len(files)))]
            )
    else:
        files = [place]
    problems, total = [], 0
    for file in files:
        try:
            status = file.stat()
        except OSError as error:
            problems.append(Problem(file=_shown(file), message=f"cannot be read: {error.strerror}"))
            continue
        if not stat.S_ISREG(status.st_mode):
            problems.append(Problem(file=_shown(file), message="is not a plain file"))
        elif status.st_size > MAX_BYTES:
            problems.append(
                Problem(
                    file=_shown(file),
                    message="the file is too large for a scenario; it was not read",
                    found=f"{status.st_size / 1e6:.1f} MB",
                    allowed=f"at most {MAX_BYTES / 1e6:g} MB",
                )
            )
        total += status.st_size
    if not problems and total > MAX_TOTAL:
        message = f"the files come to {total / 1e6:.1f} MB; at most {MAX_TOTAL / 1e6:g} MB"
        problems.append(Problem(file=_shown(place), message=message))
    if problems:
        raise ScenarioError(problems)
    return files


def _lay_together(files: Iterable[Path]) -> Node:
    sections: dict[str, Node] = {}
    problems: list[Problem] = []
    first: str | None = None
    for file in files:
        shown = _shown(file)
        first = first or shown
        try:
            documents = compose(_text(file, shown), shown)
        except YamlError as error:
            problems.append(error.problem)
            continue
        documents = [d for d in documents if d.value is not None]
        if not documents:
            problems.append(Problem(file=shown, message="the file is empty"))
        for document in documents:
            if not isinstance(document.value, dict):
                message = "the file must hold sections (such as `parties:`), not a list or a text"
                problems.append(Problem(file=shown, line=document.line, message=message))
                continue
            for key, node in document.value.items():
                _add(sections, key, node, problems)
    if problems:
        raise ScenarioError(problems)
    assert first is not None
    return Node(sections, first, 1)


def _add(sections: dict[str, Node], key: str, node: Node, problems: list[Problem]) -> None:
    have = sections.get(key)
    if have is None or have.value is None:
        sections[key] = node
    elif node.value is None:
        pass
    elif isinstance(have.value, dict) and isinstance(node.value, dict):
        merged = dict(have.value)
        for child, value in node.value.items():
            if child in merged:
                problems.append(_twice(f"{key}.{child}", merged[child], value))
            merged[child] = value
        sections[key] = Node(merged, have.file, have.line)
    elif isinstance(have.value, list) and isinstance(node.value, list):
        sections[key] = Node([*have.value, *node.value], have.file, have.line)
    else:
        problems.append(_twice(key, have, node))


def _twice(path: str, first: Node, second: Node) -> Problem:
    return Problem(
        file=second.file,
        line=second.line,
        path=path,
        message=f"given twice; first at {first.file}:{first.line}",
    )


def _text(file: Path, shown: str) -> str:
    try:
        with file.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise YamlError(Problem(file=shown, message=message)) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = "the file is not UTF-8 text; save it as UTF-8"
        found = f"byte 0x{raw[error.start]:02x}"
        raise YamlError(Problem(file=shown, line=line, message=message, found=found)) from None


def _at(node: Node, path: str, message: str) -> Problem:
    return Problem(file=node.file, line=node.line, path=path, message=message)


def _shown(path: Path) -> str:
    """A file as the user would name it: from here, or from the bundled scenarios."""
    for root in (Path(str(resources.files("winset"))) / "scenarios", Path.cwd()):
        try:
            return path.resolve().relative_to(root.resolve()).as_posix()
        except (ValueError, OSError):
            continue
    return str(path)


def headline(place: Path) -> dict[str, str]:
    """Title, question and date of a scenario, unchecked; empty where it cannot be read."""
    try:
        top = _read(place, [])
    except ScenarioError:
        return {}
    assert isinstance(top.value, dict)
    wanted = ("id", "title", "question", "as_of")
    return {key: str(top.value[key].value) for key in wanted if key in top.value}
