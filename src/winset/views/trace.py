"""One path, month by month, with the reasons: what was, who was asked what, who gained, who refused
and why.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from winset.insight.verdict import calendar
from winset.talks.cell import TraceMonth
from winset.views.detail import option_words
from winset.views.text import WIDTH, human, wrap

__all__ = ["implied", "trace_json", "trace_lines"]

#: quantities of the state shown where the scenario lists no course
_MOST: Final = 8
#: a belief is said again when it has moved by this much, a quantity when by this share
_MOVED: Final = 0.05


def trace_lines(
    spec: Any, title: str, months: Sequence[TraceMonth], width: int = WIDTH
) -> list[str]:
    """Return a path as lines; `title` says which it is."""
    lines = [*wrap(title, width), ""]
    teller = _Teller(spec, width)
    quiet: list[int] = []
    for month in months:
        found = list(teller.month(month))
        if not found:
            quiet.append(month.month)
            continue
        lines += _quiet(quiet)
        quiet = []
        lines += found
    lines += _quiet(quiet)
    if not months:
        lines.append("The path has no months.")
    return lines


def _quiet(months: Sequence[int]) -> list[str]:
    """Months in which nothing new happened, as one line."""
    if not months:
        return []
    which = str(months[0]) if len(months) == 1 else f"{months[0]}-{months[-1]}"
    return [f"{which:>3}  much as before"]


def trace_json(months: Sequence[TraceMonth]) -> list[dict[str, Any]]:
    """Return a path as plain data, one object a month; no NaN, undefined numbers are None."""
    return [{name: _plain(value) for name, value in asdict(month).items()} for month in months]


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if hasattr(value, "item"):  # a NumPy scalar
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def implied(spec: Any, belief: str) -> bool:
    """Return whether HOLDER.HYPOTHESIS.VALUE follows from what is said of the one other value."""
    _, _, rest = belief.partition(".")
    hypothesis, _, value = rest.rpartition(".")
    known = spec.hypotheses.get(hypothesis)
    return known is not None and len(known.values) == 2 and value == known.values[1]


class _Teller:
    """Tells a month by what is new in it."""

    def __init__(self, spec: Any, width: int) -> None:
        self.spec, self.width = spec, width
        self.state: dict[str, float] = {}
        self.levers: Mapping[str, float] = {}
        self.beliefs: dict[str, float] = {}
        self.text: Mapping[str, Any] | None = None
        self.event = "war"

    def month(self, now: TraceMonth) -> Iterator[str]:
        """Yield the month's lines; none where nothing is new."""
        state = self._state(now.state)
        news = [
            *self._say("levers", self._changed(now.levers)),
            *self._say("beliefs", self._moved(now.beliefs)),
            *(self._meeting(now) if now.met else self._say("event", self._event(now))),
        ]
        if state or news:
            first = f"{now.month:>3}  {calendar(self.spec.start, now.month)}  "
            yield from wrap(state or "much as before", self.width, first, " " * 5)
            yield from news

    def _event(self, now: TraceMonth) -> str:
        before, self.event = self.event, now.event
        return now.event if now.event != before else ""

    def _state(self, state: Mapping[str, float]) -> str:
        course = [name for name in self.spec.course if name in state]
        said = []
        for name in course or list(state)[:_MOST]:
            value, before = state[name], self.state.get(name)
            if before is None or abs(value - before) >= _MOVED * max(abs(before), 1e-9):
                said.append(f"{name} {human(value)}")
                self.state[name] = value
        return ", ".join(said)

    def _changed(self, levers: Mapping[str, float]) -> str:
        before, self.levers = self.levers, dict(levers)
        if not before:
            return ", ".join(f"{n} {level:.2f}" for n, level in levers.items() if level)
        return ", ".join(
            f"{n} {before[n]:.2f} -> {level:.2f}"
            for n, level in levers.items()
            if n in before and abs(level - before[n]) > 1e-9
        )

    def _moved(self, beliefs: Mapping[str, float]) -> str:
        said = []
        for name, chance in beliefs.items():
            before = self.beliefs.get(name)
            if implied(self.spec, name) or (before is not None and abs(chance - before) < _MOVED):
                continue
            said.append(f"{name} {chance:.2f}")
            self.beliefs[name] = chance
        return ", ".join(said)

    def _meeting(self, now: TraceMonth) -> Iterator[str]:
        if now.text is None:
            yield from self._say("talks", "met; no text was on the table")
            return
        same = self.text == now.text
        self.text = now.text
        words = "the same text" if same else option_words(self.spec, now.text)
        yield from self._say("talks", f"asked to sign: {words}")
        asked = [
            f"{self._name(party)} {gain:+.3f} (fighting on {now.fighting_on.get(party, 0):.3f}, "
            f"accepts {100 * now.accepts.get(party, 0):.0f}%)"
            for party, gain in now.gains.items()
        ]
        yield from self._say("gains", f"against fighting on: {', '.join(asked)}")
        yield from self._say("answer", self._answer(now))

    def _answer(self, now: TraceMonth) -> str:
        refused = [party for party, yes in now.accepted.items() if not yes]
        reasons = [self._reason(party, now) for party in refused]
        chance = f"{100 * now.ratification:.0f}%"
        if reasons:
            return "; ".join(reasons)
        if now.event == "closed":
            return f"all accept; closed, to be ratified with the rest: {', '.join(now.closed)}"
        if now.event in ("signed", "armistice"):
            return f"all accept, ratified (chance {chance}): {now.event}"
        return f"all accept, not ratified (chance {chance})"

    def _reason(self, party: str, now: TraceMonth) -> str:
        gain = now.gains.get(party, 0.0)
        name = self._name(party)
        if gain < 0:
            return f"{name} refuses: {-gain:.3f} of its stake worse than fighting on"
        if now.ratification < 0.5:
            return (
                f"{name} refuses though it would gain {gain:.3f}: ratification is unlikely "
                f"({100 * now.ratification:.0f}%) and failing there costs"
            )
        return f"{name} refuses though it would gain {gain:.3f}: an error of acceptance"

    def _name(self, party: str) -> str:
        known = self.spec.parties.get(party)
        return known.name if known is not None else party

    def _say(self, what: str, text: str) -> Iterator[str]:
        if text:
            yield from wrap(text, self.width, f"     {what:<8}", " " * 13)
