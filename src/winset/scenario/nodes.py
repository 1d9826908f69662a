"""YAML text -> a tree of nodes that remember their file and line.

The text is read event by event, never recursively, so depth and size are checked before anything is
built. Plain scalars follow the core schema of YAML 1.2: `true`, `false`, `null`, whole numbers and
floats; `yes`, `no`, `on`, dates and `1_000` stay text. Keys are always text, as written. Tags and
merge keys are refused; anchors may be used sparingly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from winset.errors import Problem

MAX_DEPTH: Final = 60
MAX_NODES: Final = 300_000
#: nodes that aliases may add in one file
MAX_ALIASED: Final = 5_000

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL: Final = {"", "~", "null", "Null", "NULL"}
_TRUE: Final = {"true", "True", "TRUE"}
_FALSE: Final = {"false", "False", "FALSE"}
_INT: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITE: Final = re.compile(r"([-+]?)\.(inf|Inf|INF)")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")

Scalar = str | int | float | bool | None


@dataclass(slots=True)
class Node:
    """A value and where it was written; `line` is the line of its key where it has one."""

    value: Scalar | list[Node] | dict[str, Node]
    file: str
    line: int
    size: int = 1


class YamlError(Exception):
    """The text cannot be read; `problem` says what is wrong and where."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def scalar(text: str) -> Scalar:
    """What a plain (unquoted) scalar means in the core schema of YAML 1.2."""
    if text in _NULL:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    if not text or text[0] not in "+-.0123456789":
        return text
    if _INT.fullmatch(text):
        if len(text) > 300:
            return text
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if infinite := _INFINITE.fullmatch(text):
        return float(infinite[1] + "inf")
    return float("nan") if text in (".nan", ".NaN", ".NAN") else text


def compose(text: str, file: str) -> list[Node]:
    """Read every document of a text. `file` is the name used in errors.

    Raises `YamlError` with file, line and what is wrong in plain words.
    """
    if bad := _CONTROL.search(text):
        line = text.count("\n", 0, bad.start()) + 1
        raise YamlError(
            Problem(
                file=file,
                line=line,
                message="a control character stands here; the file must be plain text",
                found=repr(bad[0]),
            )
        )
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
    except yaml.YAMLError as error:
        raise YamlError(_slip(error, text, file)) from None
    return builder.documents


class _Builder:
    """Turns events into nodes with a stack of its own."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.documents: list[Node] = []
        self._open: list[Node] = []
        self._keys: list[tuple[str, int] | None] = []
        self._anchors: dict[str, Node | None] = {}
        self._anchor_of: dict[int, str] = {}
        self._nodes = 0
        self._aliased = 0

    def fail(self, line: int, message: str, **more: str) -> YamlError:
        return YamlError(Problem(file=self.file, line=line, message=message, **more))

    def take(self, event: Any) -> None:
        if isinstance(event, ScalarEvent):
            self._count(event)
            self._scalar(event)
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            self._count(event)
            self._start(event)
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._end()
        elif isinstance(event, AliasEvent):
            self._alias(event)
        elif isinstance(event, DocumentEndEvent):
            self._anchors.clear()

    def _count(self, event: Any) -> None:
        line = event.start_mark.line + 1
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise self.fail(
                line, f"more than {MAX_NODES:,} values in one file; split or shorten it"
            )
        tag = event.tag
        if tag is not None and tag != "!":
            raise self.fail(
                line, "tags are not part of the scenario language; remove it", found=repr(tag)
            )

    def _scalar(self, event: Any) -> None:
        line = event.start_mark.line + 1
        text: str = event.value
        if self._awaits_key():
            self._key(text, line, plain=event.style is None or event.style == "")
            return
        plain = bool(event.implicit[0]) and event.style in (None, "")
        node = Node(scalar(text) if plain else text, self.file, line)
        if event.anchor:
            self._anchors[event.anchor] = node
        self._put(node)

    def _key(self, text: str, line: int, *, plain: bool) -> None:
        if plain and text == "<<":
            raise self.fail(line, "merge keys (<<) are not part of the scenario language")
        parent = self._open[-1]
        assert isinstance(parent.value, dict)
        if text in parent.value:
            first = parent.value[text].line
            raise self.fail(
                line, f"the key is given twice in one map; first on line {first}", found=repr(text)
            )
        self._keys[-1] = (text, line)

    def _start(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if self._awaits_key():
            raise self.fail(line, "a key must be a plain text, not a map or a list")
        if len(self._open) >= MAX_DEPTH:
            raise self.fail(line, f"nested more than {MAX_DEPTH} deep")
        node = Node({} if isinstance(event, MappingStartEvent) else [], self.file, line)
        if event.anchor:
            self._anchors[event.anchor] = None
            self._anchor_of[id(node)] = event.anchor
        self._open.append(node)
        self._keys.append(None)

    def _end(self) -> None:
        node = self._open.pop()
        self._keys.pop()
        if (anchor := self._anchor_of.pop(id(node), None)) is not None:
            self._anchors[anchor] = node
        self._put(node)

    def _alias(self, event: Any) -> None:
        line = event.start_mark.line + 1
        name = event.anchor
        if self._awaits_key():
            raise self.fail(line, "a key must be a plain text, not an alias", found=f"*{name}")
        if name not in self._anchors:
            raise self.fail(line, "the alias names an anchor that was not set", found=f"*{name}")
        node = self._anchors[name]
        if node is None:
            raise self.fail(line, "the alias stands inside what it names", found=f"*{name}")
        self._aliased += node.size
        if self._aliased > MAX_ALIASED:
            raise self.fail(
                line,
                f"aliases expand to more than {MAX_ALIASED:,} values; write them out",
                found=f"*{name}",
            )
        if len(self._open) + _depth(node) > MAX_DEPTH:
            raise self.fail(line, f"nested more than {MAX_DEPTH} deep", found=f"*{name}")
        self._put(Node(node.value, node.file, line, node.size))

    def _awaits_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and not self._keys[-1]

    def _put(self, node: Node) -> None:
        if not self._open:
            self.documents.append(node)
            return
        parent = self._open[-1]
        parent.size += node.size
        if isinstance(parent.value, list):
            parent.value.append(node)
            return
        key = self._keys[-1]
        assert isinstance(parent.value, dict) and key is not None
        node.line = key[1]
        parent.value[key[0]] = node
        self._keys[-1] = None


def _depth(node: Node) -> int:
    # Bounded: nothing deeper than MAX_DEPTH is ever built.
    children = list(_children(node))
    return 1 + max(map(_depth, children), default=0) if children else 1


def _children(node: Node) -> Iterator[Node]:
    if isinstance(node.value, dict):
        yield from node.value.values()
    elif isinstance(node.value, list):
        yield from node.value


def plain(node: Node) -> Any:
    """The node as plain dicts, lists and scalars."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


def places(node: Node) -> dict[tuple[str | int, ...], tuple[str, int]]:
    """Path -> (file, line) for every node below, the node itself at ()."""
    found: dict[tuple[str | int, ...], tuple[str, int]] = {}
    stack: list[tuple[tuple[str | int, ...], Node]] = [((), node)]
    while stack:
        path, here = stack.pop()
        found[path] = (here.file, here.line)
        if isinstance(here.value, dict):
            stack.extend(((*path, key), child) for key, child in here.value.items())
        elif isinstance(here.value, list):
            stack.extend(((*path, i), child) for i, child in enumerate(here.value))
    return found


_WORDS: Final = (
    ("mapping values are not allowed", "a ':' where none can stand; mend the indent, or quote it"),
    ("character that cannot start any token", "a character that cannot stand here"),
    ("could not find expected ':'", "a key without its ':'"),
    ("did not find expected key", "a key was expected; mend the indent or quote the text"),
    ("did not find expected '-' indicator", "a list entry ('- ') was expected; mend the indent"),
    ("did not find expected ',' or ']'", "a '[' is not closed, or a comma is missing"),
    ("did not find expected ',' or '}'", "a '{' is not closed, or a comma is missing"),
    ("did not find expected node content", "a '[' or '{' is not closed"),
    ("unexpected end of stream", "a quotation mark is not closed"),
    ("unexpected document indicator", "a quotation mark is not closed"),
    ("did not find expected <document start>", "the indentation is less than it should be"),
    ("block sequence entries are not allowed", "a list entry ('- ') where none can stand"),
    ("undefined tag handle", "a '!' starts a tag; quote the text"),
    ("unknown escape character", "an unknown escape after '\\'; use single quotation marks"),
    ("nesting", f"nested more than {MAX_DEPTH} deep"),
)  # fmt: skip


def _slip(error: yaml.YAMLError, text: str, file: str) -> Problem:
    """What libyaml found, in plain words."""
    said = str(getattr(error, "problem", None) or error)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    index = mark.line if mark is not None else 0
    lines = text.split("\n")
    here = lines[index] if index < len(lines) else ""
    words = next((words for phrase, words in _WORDS if phrase in said), said)
    if "cannot start any token" in said and mark is not None:
        char = here[mark.column : mark.column + 1]
        if "\t" in here[: mark.column + 1]:
            words = "a tab is used for indentation; use spaces"
        else:
            words = f"the text starts with {char!r}; put it in quotation marks"
    context = getattr(error, "context_mark", None)
    opened = ""
    if context is not None and context.line != index:
        opened = f" (it began on line {context.line + 1})"
    found = here.strip()[:60]
    return Problem(
        file=file,
        line=min(index, max(len(lines) - 1, 0)) + 1,
        message=f"not readable as YAML: {words}{opened}",
        found=repr(found) if found else None,
    )
