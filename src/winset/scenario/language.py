"""The language itself as JSON Schema, from the pydantic models."""

from __future__ import annotations

from typing import Any, Final

from winset.scenario.schema.root import ScenarioSpec

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def json_schema(*, whole: bool = False) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a scenario's files.

    A scenario may be split over files and overlay another, so no section is demanded unless
    `whole`.
    """
    schema = ScenarioSpec.model_json_schema(mode="validation")
    if not whole:
        schema.pop("required", None)
    schema.pop("description", None)
    result = {
        "$schema": DIALECT,
        "title": "winset scenario",
        "description": "A file of a winset scenario: any of the sections below.",
        **{key: value for key, value in schema.items() if key != "title"},
    }
    _tidy(result)
    return result


def _tidy(node: Any) -> None:
    """Joins lines of docstrings; drops titles like the key and null where it is the default."""
    if isinstance(node, dict):
        text = node.get("description")
        if isinstance(text, str):
            paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
            node["description"] = "\n\n".join(paragraphs)
        forms = node.get("anyOf")
        if isinstance(forms, list) and {"type": "null"} in forms and node.get("default", 0) is None:
            del node["default"]
            left = [form for form in forms if form != {"type": "null"}]
            node.pop("anyOf")
            node.update({"anyOf": left} if len(left) > 1 else {**left[0], **node})
        for key, child in node.items():
            if key == "properties":
                for field, body in child.items():
                    if body.get("title", "").replace(" ", "_").lower() == field.lower():
                        body.pop("title")
            _tidy(child)
    elif isinstance(node, list):
        for child in node:
            _tidy(child)
