"""Writes docs/reference/schema.md from the JSON Schema of the scenario language.

python tools/docs_reference.py            writes the page
python tools/docs_reference.py --check    ends with 1 where the page is not what would be written
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from winset.scenario.language import json_schema

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "schema.md"
INTRO = """\
# Every section and key of a scenario

<!-- Written by tools/docs_reference.py from the schema; do not edit. -->

The guide is [scenario-language.md](scenario-language.md); this page lists every key.
`winset schema` prints the same as JSON Schema for editors. *Expression*: a number or a text of the
scenario's arithmetic. *Uncertain number*: a number, a formula, or a map of [Quantity](#quantity).
Keys marked * must be given.
"""
#: keys that most parts share; explained once, under Evidence
EVIDENCE = ("sources", "confidence", "known_on", "claims", "note")


def page() -> str:
    """The whole page."""
    schema = json_schema(whole=True)
    defs: dict[str, Any] = schema["$defs"]
    parts = [INTRO, "## Sections of a file\n", *_table(schema)]
    for name in _in_order(schema, defs):
        body = defs[name]
        parts += [
            f"## {name}\n",
            *[f"{p}\n" for p in body.get("description", "").split("\n\n") if p],
        ]
        parts += _table(body)
    parts += [
        "## Evidence\n",
        "Keys that most parts take beside their own: where a number comes from.\n",
    ]
    evidence = {key: defs["Quantity"]["properties"][key] for key in EVIDENCE}
    parts += _table({"properties": evidence}, evidence=True)
    return "\n".join(parts).rstrip() + "\n"


def _in_order(schema: dict[str, Any], defs: dict[str, Any]) -> list[str]:
    """Parts in the order in which they are first met."""
    found: list[str] = []

    def meet(node: Any) -> None:
        if isinstance(node, dict):
            name = node.get("$ref", "").rsplit("/", 1)[-1]
            if name and name not in found:
                found.append(name)
                meet(defs[name])
            for child in node.values():
                meet(child)
        elif isinstance(node, list):
            for child in node:
                meet(child)

    meet(schema["properties"])
    return found


def _table(body: dict[str, Any], *, evidence: bool = False) -> list[str]:
    required = set(body.get("required", ()))
    has_evidence = not evidence and set(EVIDENCE) <= body.get("properties", {}).keys()
    lines = ["| key | what may stand there | what it is |", "|---|---|---|"]
    for key, field in body.get("properties", {}).items():
        if has_evidence and key in EVIDENCE:
            continue
        star = " *" if key in required else ""
        text = " ".join(field.get("description", "").split()).replace("|", "\\|")
        if text == "number or expression":
            text = ""
        default = field.get("default")
        if default not in (None, "", [], {}, [None, None]) and not isinstance(default, dict):
            shown = (
                {True: "true", False: "false"}.get(default, default)
                if isinstance(default, bool)
                else default
            )
            text += f" (default {shown})"
        lines.append(f"| `{key}`{star} | {_kind(field)} | {text.strip()} |")
    if has_evidence:
        keys = ", ".join(f"`{key}`" for key in EVIDENCE)
        lines.append(f"| {keys} | | see [Evidence](#evidence) |")
    return [*lines, ""]


def _kind(field: dict[str, Any]) -> str:
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "enum" in field:
        return " or ".join(f"`{word}`" for word in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if "anyOf" in field:
        kinds = [_kind(form) for form in field["anyOf"]]
        if kinds == ["number", "text"]:
            return "expression"
        if kinds[:2] == ["number", "text"] and kinds[2:] == ["[Quantity](#quantity)"]:
            return "[uncertain number](#quantity)"
        if kinds == ["text", "list of text"]:
            return "text or list of texts"
        return " or ".join(dict.fromkeys(kinds))
    kind = field.get("type")
    if kind == "object":
        values = [*field.get("patternProperties", {}).values()]
        extra = field.get("additionalProperties")
        values += [extra] if isinstance(extra, dict) else []
        return f"map of id to {_kind(values[0])}" if values else "map"
    if kind == "array":
        if "prefixItems" in field:
            return "[" + ", ".join(_kind(item) for item in field["prefixItems"]) + "]"
        return f"list of {_kind(field.get('items', {}))}"
    return {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(
        str(kind), str(kind)
    )


def main() -> int:
    """Write or check the page."""
    text = page()
    if "--check" in sys.argv[1:]:
        same = PAGE.exists() and PAGE.read_text(encoding="utf-8") == text
        print(
            "up to date" if same else f"{PAGE.name} is not up to date: run tools/docs_reference.py"
        )
        return 0 if same else 1
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
