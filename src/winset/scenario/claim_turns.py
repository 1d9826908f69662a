"""The texts of `--claim`: which claims are put into which state, and where.

A26=off         the claim's mechanism removed, or its number at the neutral value it names
A26=rival       what the other worldview it names says instead
A26=WORLDVIEW   its disputed numbers as that worldview has them
A26=on          as the scenario has it (takes a claim out of a set that is switched)
SET=...         every claim of a set; those without a switch stay as they are
NUMBER=WORLDVIEW   one disputed number as that worldview has it, whatever claims it carries
WORLDVIEW/...   in one worldview only (numbers and mechanisms; not strategies or parts)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from winset.errors import OverrideError
from winset.scenario.overrides import nearest
from winset.scenario.schema.claims import Claim
from winset.scenario.schema.root import ScenarioSpec

__all__ = ["STATES", "Turn", "parse_turns", "unknown"]

STATES: Final = ("off", "rival", "on")


@dataclass(frozen=True)
class Turn:
    """One claim put into one state; `only`: the worldview it is limited to."""

    claim: str
    state: str
    only: str | None = None

    @property
    def text(self) -> str:
        """As it is typed."""
        return (
            f"{self.only}/{self.claim}={self.state}" if self.only else f"{self.claim}={self.state}"
        )


def parse_turns(spec: ScenarioSpec, texts: Sequence[str]) -> tuple[Turn, ...]:
    """Read `--claim` texts: sets opened, in the order of the scenario's claims, the later text
    holding where two name one claim. Raises `OverrideError` listing every problem.
    """
    problems: list[str] = []
    chosen: dict[tuple[str, str | None], Turn] = {}
    for text in texts:
        try:
            for turn in _read(spec, text):
                chosen[turn.claim, turn.only] = turn
        except OverrideError as error:
            problems.append(str(error))
    if problems:
        raise OverrideError("\n".join(problems))
    order = {id_: n for n, id_ in enumerate(spec.claims)}
    turns = [turn for turn in chosen.values() if turn.state != "on"]
    # What holds in one worldview holds over what is said of all.
    return tuple(sorted(turns, key=lambda t: (t.only is not None, order.get(t.claim, len(order)))))


def _read(spec: ScenarioSpec, text: str) -> Iterator[Turn]:
    target, equals, state = (part.strip() for part in text.partition("="))
    only, slash, name = target.rpartition("/")
    if not equals or not name or not state:
        raise OverrideError(f"--claim {text}: write CLAIM=off, CLAIM=rival or CLAIM=on")
    if slash and only not in spec.worldviews:
        raise unknown(text, "worldview", only, spec.worldviews)
    if state not in STATES and state not in spec.worldviews:
        raise unknown(text, "state", state, [*STATES, *spec.worldviews])
    if name in spec.claims:
        _switchable(spec, text, name, state)
        yield Turn(name, state, only or None)
    elif name in spec.claim_sets:
        for claim in spec.claim_sets[name].claims:
            if state == "on" or _has(spec.claims[claim], state):
                yield Turn(claim, state, only or None)
    elif state in spec.worldviews and any(name in view.set for view in spec.worldviews.values()):
        yield Turn(name, state, only or None)
    else:
        raise unknown(text, "claim or set of claims", name, [*spec.claims, *spec.claim_sets])


def _switchable(spec: ScenarioSpec, text: str, name: str, state: str) -> None:
    claim = spec.claims[name]
    if state == "on" or _has(claim, state):
        return
    why = claim.no_switch or (
        "worldviews do not dispute its numbers"
        if state in spec.worldviews
        else f"the scenario does not say what {state} means"
    )
    can = [s for s in ("off", "rival") if _has(claim, s)]
    more = f" It can be {' or '.join(can)}." if can else ""
    raise OverrideError(f"--claim {text}: {name} cannot be switched so: {why}.{more}")


def _has(claim: Claim, state: str) -> bool:
    if state == "off":
        return claim.off is not None
    if state == "rival":
        return claim.rival is not None
    return claim.rival is not None and bool(claim.rival.takes)


def unknown(text: str, kind: str, found: str, known: Iterable[str]) -> OverrideError:
    """The error that a text names nothing, with the nearest name."""
    known = list(known)
    near = nearest(found, known)
    hint = f"; did you mean {near}?" if near else ""
    listed = list(known)
    names = ", ".join(listed) if len(listed) <= 12 else "`winset claims NAME --list` names them"
    return OverrideError(f"--claim {text}: there is no {kind} {found!r}{hint} (known: {names})")
