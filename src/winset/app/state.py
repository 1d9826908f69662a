"""What the visitor has chosen, as the address says it: scenario, changes, seed, what to run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from starlette.datastructures import FormData, QueryParams

__all__ = ["State"]


@dataclass(frozen=True)
class State:
    """sets: changes as `--set` takes them, one for each number and worldview. before: the study to
    compare with. strategies, worldviews: those to run, all where empty.
    """

    scenario: str
    sets: tuple[str, ...] = ()
    seed: int = 1
    strategies: tuple[str, ...] = ()
    worldviews: tuple[str, ...] = ()
    before: str = ""

    @classmethod
    def of(cls, scenario: str, given: QueryParams | FormData) -> State:
        """Read an address or a form; a seed that is none reads as 1."""
        seed = str(given.get("seed") or "1")
        return cls(
            scenario,
            tuple(str(text) for text in given.getlist("set") if str(text).strip()),
            int(seed) if seed.isdecimal() and len(seed) < 10 else 1,
            tuple(map(str, given.getlist("strategy"))),
            tuple(map(str, given.getlist("worldview"))),
            str(given.get("before") or ""),
        )

    def query(self) -> list[tuple[str, str]]:
        """Return the pairs of the address."""
        pairs = [("set", text) for text in self.sets]
        pairs += [("seed", str(self.seed))] if self.seed != 1 else []
        pairs += [("strategy", s) for s in self.strategies]
        pairs += [("worldview", w) for w in self.worldviews]
        pairs += [("before", self.before)] if self.before else []
        return pairs

    @property
    def address(self) -> str:
        """The page of the scenario in this state."""
        pairs = self.query()
        return f"/s/{quote(self.scenario)}" + (f"?{urlencode(pairs)}" if pairs else "")

    def changed(self, id_: str, value: str, worldview: str = "") -> State:
        """Return the state with one number set (in one worldview); an empty value takes it back."""
        name = f"{worldview}/{id_}" if worldview else id_
        kept = tuple(text for text in self.sets if text.partition("=")[0] != name)
        return replace(self, sets=(*kept, f"{name}={value.strip()}") if value.strip() else kept)

    def without(self, text: str) -> State:
        """Return the state less one change."""
        return replace(self, sets=tuple(known for known in self.sets if known != text))

    def now(self, **fields: str | Sequence[str]) -> State:
        """Return a copy with other fields."""
        return replace(self, **fields)  # type: ignore[arg-type]
