"""A scenario as plain data, as YAML and as a hash: one form, which loads again unchanged."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import yaml

from winset.scenario.nodes import scalar
from winset.scenario.schema.root import ScenarioSpec


def plain_data(spec: ScenarioSpec) -> dict[str, Any]:
    """What was said, and nothing that follows from it. Whole numbers are ints, expressions are
    texts.
    """
    data = spec.model_dump(mode="json", exclude_unset=True)
    data.pop("extends", None)
    result: dict[str, Any] = _plain(data)
    return result


def sha256(data: dict[str, Any]) -> str:
    """Hash of the canonical JSON of plain data; the order of ids counts, as it is the order of
    scales and tables.
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def to_yaml(data: dict[str, Any]) -> str:
    """Plain data as YAML that reads back the same under YAML 1.1 and 1.2."""
    return yaml.dump(
        data,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=100,
        default_flow_style=None,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(child) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(child) for child in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # libyaml's, if built in
    """Quotes whatever YAML 1.2 would not read as text."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = None if isinstance(scalar(value), str) else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _number(dumper: yaml.SafeDumper, value: float) -> yaml.ScalarNode:
    text = repr(value)
    if "." not in text:  # 1e-09 is a number in YAML 1.2 only, 1.0e-09 in 1.1 as well
        text = text.replace("e", ".0e")
    return dumper.represent_scalar("tag:yaml.org,2002:float", text)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(float, _number)
