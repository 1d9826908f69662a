"""The table of numbers: found by words or by part of the scenario, each with a slider."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, Final

from winset.app.state import State
from winset.views.inputs import inputs

__all__ = ["numbers", "slide"]

#: rows of the table of numbers shown at once
_ROWS: Final = 40


def numbers(scenario: Any, state: State, query: str, part: str = "") -> dict[str, Any]:
    """Return the rows of the table of numbers that match `query` in one part of the scenario; the
    disputed ones where neither is given.
    """
    rows = _inputs(scenario)
    words = query.lower().split()
    found = [
        r
        for r in rows
        if part in ("", r.section) and all(w in f"{r.id} {r.label} {r.note}".lower() for w in words)
    ]
    if not words and not part:
        found = [r for r in rows if r.by] or list(rows)
    views = scenario.spec.worldviews
    shown = found[:_ROWS]
    return {
        "state": state,
        "query": query,
        "part": part,
        "parts": list(dict.fromkeys(r.section for r in rows)),
        "rows": shown,
        "slides": {r.id: slide(scenario.quantities[r.id]) for r in shown},
        "found": len(found),
        "total": len(rows),
        "views": {w: body.label for w, body in views.items()},
        "sources": scenario.spec.sources,
    }


def slide(quantity: Any) -> dict[str, float] | None:
    """How far a slider of a quantity goes and where it stands: half its range beyond either end, no
    further than its bounds; None where it says no numbers.
    """
    now = quantity.value if quantity.mid is None else quantity.mid
    if now is None:
        return None
    low, high = (now, now) if quantity.mid is None else (quantity.low, quantity.high)
    reach = (high - low) / 2 or abs(now) / 2 or 1.0
    least, most = quantity.bounds
    low = low - reach if least is None else max(low - reach, least)
    high = high + reach if most is None else min(high + reach, most)
    if quantity.mid is not None and quantity.low >= 0:
        low = max(low, 0.0)
    step = 10.0 ** math.floor(math.log10(max(high - low, 1e-12) / 50))
    return {"low": low, "high": high, "step": step, "now": now}


@lru_cache(maxsize=16)
def _inputs(scenario: Any) -> Any:
    return inputs(scenario)
