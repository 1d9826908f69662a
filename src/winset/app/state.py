"""What the visitor has chosen, as the address says it: scenario, changes, claims, what to run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from starlette.datastructures import FormData, QueryParams

__all__ = ["State"]


@dataclass(frozen=True)
class State:
    """sets: changes as `--set` takes them, one for each number and worldview. claims: switches as
    `--claim` takes them, one for each claim and worldview. before: the study to compare with.
    strategies, worldviews: those to run, all where empty.
    """

    scenario: str
    sets: tuple[str, ...] = ()
    seed: int = 1
    strategies: tuple[str, ...] = ()
    worldviews: tuple[str, ...] = ()
    before: str = ""
    claims: tuple[str, ...] = ()

    @classmethod
    def of(cls, scenario: str, given: QueryParams | FormData) -> State:
        """Read an address or a form; a seed that is none reads as 1."""
        seed = str(given.get("seed") or "1")
        return cls(
            scenario,
            _texts(given.getlist("set")),
            int(seed) if seed.isdecimal() and len(seed) < 10 else 1,
            tuple(map(str, given.getlist("strategy"))),
            tuple(map(str, given.getlist("worldview"))),
            str(given.get("before") or ""),
            _texts(given.getlist("claim")),
        )

    def query(self) -> list[tuple[str, str]]:
        """Return the pairs of the address."""
        pairs = [("set", text) for text in self.sets]
        pairs += [("claim", text) for text in self.claims]
        pairs += [("seed", str(self.seed))] if self.seed != 1 else []
        pairs += [("strategy", s) for s in self.strategies]
        pairs += [("worldview", w) for w in self.worldviews]
        pairs += [("before", self.before)] if self.before else []
        return pairs

    @property
    def address(self) -> str:
        """The page of the scenario in this state."""
        return self.page()

    def page(self, name: str = "", more: Sequence[tuple[str, str]] = ()) -> str:
        """The address of a page about the scenario in this state, `more` added to it."""
        pairs = [*self.query(), *more]
        path = f"/s/{quote(self.scenario)}" + (f"/{name}" if name else "")
        return path + (f"?{urlencode(pairs)}" if pairs else "")

    @property
    def changes(self) -> tuple[str, ...]:
        """Claims switched and numbers set."""
        return (*self.claims, *self.sets)

    def changed(self, id_: str, value: str, worldview: str = "") -> State:
        """Return the state with one number set (in one worldview); an empty value takes it back."""
        return replace(self, sets=_with(self.sets, id_, value, worldview))

    def switched(self, claim: str, to: str, worldview: str = "") -> State:
        """Return the state with one claim put to `off`, `rival`, `on` or a worldview; an empty one
        leaves it as it is written.
        """
        return replace(self, claims=_with(self.claims, claim, to, worldview))

    def without(self, text: str) -> State:
        """Return the state less one change or switch."""
        return replace(
            self,
            sets=tuple(known for known in self.sets if known != text),
            claims=tuple(known for known in self.claims if known != text),
        )

    def now(self, **fields: str | Sequence[str]) -> State:
        """Return a copy with other fields."""
        return replace(self, **fields)  # type: ignore[arg-type]


def _texts(given: Sequence[object]) -> tuple[str, ...]:
    return tuple(str(text) for text in given if str(text).strip())


def _with(texts: tuple[str, ...], id_: str, value: str, worldview: str) -> tuple[str, ...]:
    name = f"{worldview}/{id_}" if worldview else id_
    kept = tuple(text for text in texts if text.partition("=")[0] != name)
    return (*kept, f"{name}={value.strip()}") if value.strip() else kept
