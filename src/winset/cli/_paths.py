"""Every id that `--set` takes: value, unit, source, confidence, and where it is written."""

import textwrap
from collections.abc import Iterator
from typing import Any, Final

from winset.views.quantity import spread


def rows(scenario: Any) -> list[dict[str, Any]]:
    """One entry per id, in the order of the files; mechanisms that can be switched off last."""
    return [*_quantities(scenario), *_switches(scenario)]


def _quantities(scenario: Any) -> Iterator[dict[str, Any]]:
    for id_, path in scenario.paths.items():
        quantity = scenario.quantities.get(id_)
        expression = quantity is None
        if quantity is None:
            quantity = _at(scenario.spec, path)
        file, line = _place(scenario, path)
        entry: dict[str, Any] = {
            "id": id_,
            "kind": "expression" if expression else "quantity",
            "value": spread(quantity),
            "unit": quantity.unit,
            "sources": list(quantity.sources),
            "confidence": quantity.confidence,
            "known_on": quantity.known_on,
            "label": quantity.label or quantity.note,
            "file": file,
            "line": line,
        }
        for field in ("low", "mid", "high", "bounds"):
            value = getattr(quantity, field)
            entry[field] = list(value) if isinstance(value, tuple) else value
        entry["fixed"] = quantity.value
        entry["believed_by"] = {who: spread(q) for who, q in quantity.believed_by.items()}
        entry["worldviews"] = {
            view: spread(scenario.quantity(id_, view))
            for view, body in scenario.spec.worldviews.items()
            if id_ in body.set
        }
        yield entry


def _switches(scenario: Any) -> Iterator[dict[str, Any]]:
    for section in ("flows", "events", "signals"):
        for id_, part in getattr(scenario.spec, section).items():
            file, line = _place(scenario, (section, id_))
            off = [view for view, body in scenario.spec.worldviews.items() if id_ in body.disable]
            yield {
                "id": f"on.{id_}",
                "kind": "switch",
                "value": "1" if part.enabled else "0",
                "unit": "1",
                "sources": list(part.sources),
                "confidence": part.confidence,
                "known_on": part.known_on,
                "label": part.label,
                "file": file,
                "line": line,
                "worldviews": dict.fromkeys(off, "0"),
            }


def _at(spec: Any, path: tuple[str | int, ...]) -> Any:
    from winset.scenario.hoisting import at

    return at(spec, path)


def _place(scenario: Any, path: tuple[str | int, ...]) -> tuple[str | None, int | None]:
    for end in range(len(path), 0, -1):
        if path[:end] in scenario.places:
            file, line = scenario.places[path[:end]]
            return file, line
    return None, None


def table(entries: list[dict[str, Any]]) -> str:
    """One line per id; what a worldview sets, and what a party believes otherwise, below it."""
    lines = [_line("id", "value (10th to 90th percentile)", "unit", "confidence, sources")]
    for entry in entries:
        sources = entry["sources"]
        more = f" +{len(sources) - 3}" if len(sources) > 3 else ""
        origin = " ".join([entry["confidence"] or "-", *sources[:3]]) + more
        lines.append(_line(entry["id"], entry["value"], entry["unit"], origin))
        for view, value in entry["worldviews"].items():
            lines.append(_line(f"  {view}/{entry['id']}", value))
        for who, value in entry.get("believed_by", {}).items():
            lines.append(_line(f"  {entry['id']}.believed_by.{who}", value))
    lines += ["", *textwrap.wrap(f"{len(entries)} ids. " + _NOTE, 100)]
    return "\n".join(lines)


def _line(id_: str, value: str, unit: str = "", origin: str = "") -> str:
    short = value if len(value) <= 40 else value[:37] + "..."
    return f"{id_:<44} {short:<34} {unit:<14} {origin}".rstrip()


_NOTE: Final = (
    "--set ID=NUMBER fixes one everywhere, --set ID=LOW,MID,HIGH respreads it, --set"
    " WORLDVIEW/ID=... sets it in one worldview, --set ID.believed_by.PARTY=... what a party"
    " believes instead. A number with no `believed_by` is common knowledge. A good, B fair, C weak,"
    " J judgement, - none given."
)
