"""What the user states instead of having it worked out, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from winset.errors import OverrideError
from winset.scenario import Scenario
from winset.scenario.overrides import nearest


def has_war(scenario: Scenario) -> bool:
    """Whether anything happens without a deal: stocks, flows, events or outcomes."""
    spec = scenario.spec
    return bool(spec.state or spec.flows or spec.events or spec.outcomes)


def stated_values(scenario: Scenario, texts: Sequence[str]) -> dict[str, float]:
    """`PARTY=NUMBER` texts as a map.

    Raises:
        OverrideError: listing every text that names no signatory or no number.
    """
    out: dict[str, float] = {}
    wrong = []
    for text in texts:
        party, sign, number = text.partition("=")
        if not sign:
            wrong.append(f"{text!r}: PARTY=NUMBER is due")
            continue
        if party not in scenario.signatories:
            wrong.append(unknown("signatory", party, scenario.signatories))
            continue
        try:
            out[party] = float(number)
        except ValueError:
            wrong.append(f"{text!r}: {number!r} is no number")
    if wrong:
        raise OverrideError("--fighting-on: " + "; ".join(wrong))
    return out


def known_one(kind: str, id_: str, known: Sequence[str] | Mapping[str, Any]) -> str:
    """The id itself.

    Raises:
        OverrideError: it is not among `known`; with the nearest one.
    """
    if id_ not in known:
        raise OverrideError(unknown(kind, id_, known))
    return id_


def unknown(kind: str, id_: str, known: Sequence[str] | Mapping[str, Any]) -> str:
    """The message for an id that is not there."""
    near = nearest(id_, known)
    hint = f"; did you mean {near!r}?" if near else ""
    return f"no {kind} {id_!r}{hint} There are: {', '.join(known) or 'none'}"
