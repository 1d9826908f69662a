"""The outer form: plain data -> `ScenarioSpec`, with pydantic's complaints in the words of the
language.

Where an entry cannot be read it is left out and the rest is read all the same, so that one check
lists every problem.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from winset.scenario.findings import Findings
from winset.scenario.hoisting import Path
from winset.scenario.schema.base import Quantity
from winset.scenario.schema.root import ScenarioSpec

#: stands in for what a scenario must say and does not, so that the rest can be checked
_MISSING: Final[dict[str, Any]] = {
    "winset": 1,
    "id": "unnamed",
    "title": "",
    "as_of": "1000-01-01",
    "start": "2000-01",
}
_WORDS: Final = {
    "float_type": "a number is due here",
    "int_type": "a whole number is due here",
    "float_parsing": "a number is due here",
    "int_parsing": "a whole number is due here",
    "int_from_float": "a whole number is due here",
    "finite_number": "a finite number is due here",
    "bool_type": "true or false is due here",
    "bool_parsing": "true or false is due here",
    "string_type": "a text is due here; put it in quotation marks",
    "string_pattern_mismatch": "this cannot be an id",
    "string_too_long": "this id is too long",
    "dict_type": "a map (name: value) is due here",
    "model_type": "a map (name: value) is due here",
    "model_attributes_type": "a map (name: value) is due here",
    "tuple_type": "a list is due here",
    "recursion_loop": "this stands inside itself",
}
_A_NUMBER: Final = "a number, a formula, or a map with low, mid, high"
_ID_RULE: Final = "letters, digits and _ in parts joined by dots, a letter first, at most 100"


def shaped(data: Any, findings: Findings) -> tuple[ScenarioSpec | None, frozenset[Path]]:
    """The scenario that plain data spells, less what could not be read; and the paths left out.

    Problems go to `findings`. None where too little is left to go on.
    """
    dropped: set[Path] = set()
    for _ in range(4):
        try:
            return ScenarioSpec.model_validate(data), frozenset(dropped)
        except ValidationError as error:
            found = _sorted_out(error, data)
        if not dropped:
            for path, item in found.items():
                _report(path, item, findings)
        data, gone = _pruned(data, found)
        dropped |= gone
    return None, frozenset(dropped)


def _sorted_out(error: ValidationError, data: Any) -> dict[Path, dict[str, Any]]:
    """pydantic's errors by the path in the data, one each.

    A value that may have several forms gives an error per form: those that go deepest into the data
    are about the form that was meant.
    """
    found: dict[Path, dict[str, Any]] = {}
    for item in error.errors(include_url=False):
        path, extra = _path(item["loc"], data)
        if item["type"] == "missing":
            path = (*path, extra) if extra is not None else path
        if item["loc"] and item["loc"][-1] == "[key]":
            item = {**item, "type": "string_pattern_mismatch"}
        found.setdefault(path, dict(item))
        if found[path]["type"] != item["type"] and item["type"] != "extra_forbidden":
            found[path].setdefault("others", []).append(item)
    return {
        path: item
        for path, item in found.items()
        if not any(len(other) > len(path) and other[: len(path)] == path for other in found)
    }


def _path(loc: tuple[int | str, ...], data: Any) -> tuple[Path, str | None]:
    """The part of pydantic's location that is a path in the data, and the last step that is not."""
    path: list[str | int] = []
    here: Any = data
    extra = None
    for step in loc:
        extra = None
        if _holds(here, step):
            here = here[step]
            path.append(step)
        else:
            extra = str(step)  # the name of a form of a union, or of a field that is missing
    return tuple(path), extra


def _holds(here: Any, step: int | str) -> bool:
    if isinstance(here, dict):
        return step in here
    return isinstance(here, list) and isinstance(step, int) and 0 <= step < len(here)


def _report(path: Path, item: Mapping[str, Any], findings: Findings) -> None:
    kind, found = item["type"], item.get("input")
    if kind == "missing":
        findings.problem(path, "this is missing")
    elif kind == "extra_forbidden":
        fields = [f for f in fields_at(path[:-1]) if f]
        findings.problem(path, "there is no such key here", found=path[-1], known=fields)
    elif kind == "string_pattern_mismatch":
        findings.problem(path, "this cannot be an id", found=path[-1], allowed=_ID_RULE)
    elif kind == "literal_error":
        findings.problem(
            path, "not one of the words allowed", found=found, allowed=item["ctx"]["expected"]
        )
    elif item.get("others"):
        findings.problem(path, "this has the wrong form", found=found, allowed=_forms(path))
    elif kind == "value_error":
        said = str(item["ctx"]["error"])
        if isinstance(found, str) and found.count("(") > found.count(")"):
            said += "; inside { } an expression with a comma needs quotation marks"
        findings.problem(path, said, found=found if isinstance(found, str) else None)
    elif kind in ("too_short", "too_long"):
        findings.problem(path, "the list has the wrong length", found=len(found or ()))
    else:
        if Quantity in _types_at(path) and kind in ("model_type", "dict_type"):
            findings.problem(path, "a number is due here", found=found, allowed=_A_NUMBER)
            return
        words = _WORDS.get(kind) or item["msg"].replace("Input should", "should").strip()
        if kind == "tuple_type" and isinstance(found, str):
            words += ", such as [" + found[:40] + "]"
        findings.problem(path, words, found=found if kind != "missing" else None)


def _pruned(data: Any, found: Mapping[Path, Any]) -> tuple[Any, set[Path]]:
    """The data without the entries that errors lie in; what is missing is filled in."""
    if not isinstance(data, dict):
        return {**_MISSING, "parties": {}}, set()
    kept = dict(data)
    gone: set[Path] = set()
    for path in found:
        section = path[0] if path else None
        if not isinstance(section, str):
            continue
        if section in _MISSING and len(path) == 1:
            kept[section] = _MISSING[section]
            continue
        body = kept.get(section)
        if isinstance(body, dict) and len(path) > 1 and section in _BY_ID:
            gone.add(path[:2])
            kept[section] = {key: value for key, value in body.items() if key != path[1]}
        else:
            gone.add((section,))
            kept.pop(section, None)
    for section, value in {**_MISSING, "parties": {}}.items():
        kept.setdefault(section, value)
    return kept, gone


_BY_ID: Final = frozenset(
    name
    for name, field in ScenarioSpec.model_fields.items()
    if get_origin(field.annotation) is dict
)


def _forms(path: Path) -> str:
    words = {
        dict: "a map", tuple: "a list", str: "a text", float: "a number", int: "a whole number",
    }  # fmt: skip
    names: list[str] = []
    for form in _types_at(path):
        origin = get_origin(form) or form
        if isinstance(origin, type):
            if issubclass(origin, BaseModel):
                names.append("a map of " + ", ".join(list(origin.model_fields)[:8]))
            else:
                names.append(words.get(origin, "a number or an expression"))
    return " or ".join(dict.fromkeys(n for n in names if n))


def fields_at(path: Path) -> list[str]:
    """The keys that the language knows at a path."""
    fields: list[str] = []
    for form in _types_at(path):
        if isinstance(form, type) and issubclass(form, BaseModel):
            fields += list(form.model_fields)
    return fields


def _types_at(path: Path) -> list[Any]:
    forms: list[Any] = [ScenarioSpec]
    for step in path:
        forms = [inner for form in forms for inner in _inside(form, step)]
    return forms


def _inside(form: Any, step: str | int) -> list[Any]:
    if isinstance(form, type) and issubclass(form, BaseModel):
        field = form.model_fields.get(str(step))
        return _opened(field.annotation) if field is not None else []
    origin, args = get_origin(form), get_args(form)
    if origin is dict:
        return _opened(args[1])
    if origin is tuple:
        index = step if isinstance(step, int) and len(args) > step and args[-1] is not ... else 0
        return _opened(args[index])
    return []


def _opened(form: Any) -> list[Any]:
    """The forms of a type: unions taken apart, annotations and None removed."""
    origin = get_origin(form)
    if origin is Annotated:
        return _opened(get_args(form)[0])
    if origin in (Union, types.UnionType):
        return [inner for part in get_args(form) for inner in _opened(part)]
    return [] if form is type(None) else [form]
