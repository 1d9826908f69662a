"""A worldview or strategy of one's own: what a form says -> an entry of the scenario's language.

A number is written as `--set` takes it, `0.3` or `0.1, 0.3, 0.5`, or as `= formula`. What a form
leaves as the one begun with had it keeps its evidence; what it changes is marked as judgement.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from winset.errors import OverrideError
from winset.scenario.canonical import plain_data
from winset.scenario.schema.base import ID_PATTERN

__all__ = ["strategy_entry", "worldview_entry", "written"]


def written(quantity: Any) -> str:
    """A quantity as the form shows it."""
    if quantity.mid is not None:
        return f"{quantity.low:g}, {quantity.mid:g}, {quantity.high:g}"
    if quantity.value is not None:
        return f"{quantity.value:g}"
    return f"= {quantity.formula}" if quantity.formula is not None else ""


def _number(name: str, text: str, wrong: list[str]) -> Any:
    """What stands for a text; a problem added to `wrong` where it is none."""
    text = text.strip()
    if text.startswith("="):
        return {"formula": text[1:].strip()}
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        values = []
    if len(values) == 1:
        return {"value": values[0]}
    if len(values) == 3 and values == sorted(values):
        return dict(zip(("low", "mid", "high"), values, strict=True))
    wrong.append(f"{name}: found {text[:60]!r}; one number, LOW, MID, HIGH, or = formula is due")
    return None


def _id(given: Mapping[str, str], taken: Any, wrong: list[str]) -> str:
    id_ = given.get("id", "").strip()
    if not re.fullmatch(ID_PATTERN, id_) or len(id_) > 100:
        wrong.append("its short name: a letter, then letters, digits and underscores")
    elif id_ in taken:
        wrong.append(f"its short name: {id_!r} is taken; there are {', '.join(taken)}")
    return id_


def worldview_entry(
    scenario: Any, begun: str, given: Mapping[str, str], own: tuple[str, ...]
) -> tuple[str, dict[str, Any]]:
    """(id, entry) of a worldview that begins with `begun` (empty: with nothing). `own`: names that
    may be written over.

    Raises:
        OverrideError: listing what cannot be.
    """
    wrong: list[str] = []
    spec = scenario.spec
    id_ = _id(given, [w for w in spec.worldviews if w not in own], wrong)
    entry: dict[str, Any] = {}
    if begun:
        entry = dict(plain_data(spec)["worldviews"][begun])
    entry |= {"label": given.get("label", "").strip() or id_, "view": given.get("view", "").strip()}
    entry |= {"confidence": "J", "sources": []}
    numbers = dict(entry.get("set", {}))
    old = {} if not begun else {q: written(v) for q, v in spec.worldviews[begun].set.items()}
    for key, text in given.items():
        if key.startswith("q.") and text.strip() and text.strip() != old.get(key[2:]):
            value = _number(key[2:], text, wrong)
            if value is not None:
                numbers[key[2:]] = {**value, "confidence": "J"}
    for line in given.get("more", "").splitlines():
        name, sign, text = line.partition("=")
        if line.strip() and not sign:
            wrong.append(f"more numbers: {line.strip()[:60]!r}: write ID=NUMBER or ID=LOW,MID,HIGH")
        elif sign:
            value = _number(name.strip(), text, wrong)
            if value is not None:
                numbers[name.strip()] = {**value, "confidence": "J"}
    if wrong:
        raise OverrideError("\n".join(wrong))
    entry["set"] = numbers
    return id_, entry


def strategy_entry(
    scenario: Any, begun: str, given: Mapping[str, str], own: tuple[str, ...]
) -> tuple[str, dict[str, Any]]:
    """(id, entry) of a strategy whose tables, grants and the like are those of `begun`.

    Raises:
        OverrideError: listing what cannot be.
    """
    wrong: list[str] = []
    spec = scenario.spec
    id_ = _id(given, [s for s in spec.strategies if s not in own], wrong)
    whole = scenario.strategy(begun)
    entry = whole.model_dump(mode="json", exclude_defaults=True)
    entry |= {
        "label": given.get("label", "").strip() or id_,
        "proponents_say": given.get("say", "").strip(),
        "kind": "strategy",
        "levers": {},
        "confidence": "J",
    }
    for gone in ("claims", "sources", "known_on", "note", "excludes", "rules"):
        entry.pop(gone, None)
    for lever in spec.levers:
        entry["levers"][lever] = _level(
            lever, given.get(f"l.{lever}", str(whole.levers[lever])), wrong
        )
    excludes = given.get("excludes", "").replace(",", " ").split()
    if excludes:
        entry["excludes"] = excludes
    rules = []
    for number in range(1, 20):
        when = given.get(f"when.{number}", "").strip()
        then = given.get(f"then.{number}", "").strip()
        if when and then:
            rules.append(_rule(number, when, then, given.get(f"rule.{number}", ""), wrong))
        elif when or then:
            wrong.append(f"rule {number}: a condition and what it sets are both due")
    if rules:
        entry["rules"] = rules
    if wrong:
        raise OverrideError("\n".join(wrong))
    return id_, entry


def _level(lever: str, text: str, wrong: list[str]) -> float:
    try:
        level = float(text)
    except ValueError:
        level = -1.0
    if not 0.0 <= level <= 1.0:
        wrong.append(f"{lever}: found {text[:20]!r}, 0 to 1 is due")
    return level


def _rule(number: int, when: str, then: str, label: str, wrong: list[str]) -> dict[str, Any]:
    levels = {}
    for part in then.replace(";", ",").split(","):
        lever, sign, level = part.partition("=")
        if part.strip() and not sign:
            wrong.append(f"rule {number}: {part.strip()[:40]!r}: write LEVER=LEVEL, LEVER=LEVEL")
        elif sign:
            levels[lever.strip()] = _level(f"rule {number}: {lever.strip()}", level, wrong)
    return {"label": label.strip() or f"rule {number}", "when": when, "set": levels}
