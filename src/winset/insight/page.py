"""The verdict page: for each worldview what the headline strategy does, and what that leans on.

Everything comes from a study's cells; what it leans on and what would have to be true come from a
claims study of the same scenario, where one lies beside it, and where worldviews differ from the
splits kept there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from winset.errors import StudyError
from winset.insight.compare import CLEAR, Difference
from winset.insight.verdict import Standing, Verdict, judge
from winset.insight.why import WhyNot, why_not
from winset.study.design import CellKey
from winset.study.results import Results
from winset.study.summary import Estimate

__all__ = ["Argument", "Page", "Switch", "argument_beside", "pages"]

_LEANS: Final = 5
_WOULD: Final = 3
#: an option is named where at least this share of settlements holds it
_USUAL: Final = 0.5


@dataclass(frozen=True)
class Switch:
    """What one claim's switch does to the chance of a durable settlement."""

    claim: str
    state: str
    mean: float
    se: float | None
    reaches: float | None

    @property
    def clear(self) -> bool:
        """Whether it exceeds two standard errors."""
        return self.se is not None and abs(self.mean) > CLEAR * self.se


@dataclass(frozen=True)
class Argument:
    """A claims study read from its folder, and the splits between worldviews kept with it."""

    document: Mapping[str, Any]
    differ: tuple[Mapping[str, Any], ...]
    folder: Path

    def switches(self, worldview: str) -> list[Switch]:
        """Every switch measured in a worldview."""
        base = self.document["base"].get(worldview, {}).get("durable", {}).get("mean")
        found = []
        for row in self.document["claims"]:
            for state in ("off", "rival"):
                effect = (row[f"effect_{state}"] or {}).get(worldview, {}).get("durable")
                if effect is not None:
                    mean = effect["mean"]
                    reaches = None if base is None else base + mean
                    found.append(Switch(row["id"], state, mean, effect["se"], reaches))
        return found


@dataclass(frozen=True)
class Page:
    """One worldview. standing: measure -> Standing, earliest date first. terms: issue -> option
    and its share of settlements, those that most hold. leans: the claims whose removal changes the
    chance most. would: the switches that raise it most; None where no claims study is beside.
    """

    worldview: str
    standing: Mapping[str, Standing]
    months: Estimate
    terms: Mapping[str, tuple[Any, float]]
    costs: Mapping[str, Estimate]
    blocker: WhyNot | None
    leans: tuple[Switch, ...] | None
    would: tuple[Switch, ...] | None

    def json(self) -> dict[str, Any]:
        """As plain data."""

        def gaps(found: Mapping[str, Difference]) -> dict[str, Any]:
            return {name: gap.json() for name, gap in found.items()}

        return {
            "worldview": self.worldview,
            "readings": {
                measure: {
                    "chance": one.chance.json(),
                    "more_likely_than_not": None
                    if one.chance.mean is None
                    else one.chance.mean > 0.5,
                    "against_baseline": None if one.baseline is None else one.baseline.json(),
                    "better_than_two_leg": gaps(one.two_leg),
                    "better_than_rival": gaps(one.rivals),
                }
                for measure, one in self.standing.items()
            },
            "months_to_signing": self.months.json(),
            "terms": {i: {"option": o, "share": s} for i, (o, s) in self.terms.items()},
            "costs": {name: e.json() for name, e in self.costs.items()},
            "blocked_by": None if self.blocker is None else asdict(self.blocker),
            "leans_on": None if self.leans is None else [asdict(s) for s in self.leans],
            "would_have_to_be_true": None
            if self.would is None
            else [asdict(s) for s in self.would],
        }


def pages(results: Results, argument: Argument | None = None) -> tuple[Verdict, tuple[Page, ...]]:
    """The verdict and a page for every worldview in which the headline strategy was run."""
    verdict = judge(results)
    if verdict.headline is None:
        return verdict, ()
    blockers = {one.worldview: one for one in why_not(results, verdict.headline)}
    found = []
    for worldview, standing in verdict.standings.items():
        leans = would = None
        if argument is not None:
            switches = argument.switches(worldview)
            off = [s for s in switches if s.state == "off" and s.clear]
            leans = tuple(sorted(off, key=lambda s: -abs(s.mean))[:_LEANS])
            up = [s for s in switches if s.clear and s.mean > 0]
            would = tuple(sorted(up, key=lambda s: -s.mean)[:_WOULD])
        found.append(
            Page(
                worldview,
                standing,
                results.estimate(worldview, verdict.headline, "months_to_signing"),
                _terms(results, worldview, verdict.headline),
                _costs(results, worldview, verdict.headline),
                blockers.get(worldview),
                leans,
                would,
            )
        )
    return verdict, tuple(found)


def argument_beside(results: Results, folder: Path | None = None) -> Argument | None:
    """The claims study of the same scenario: in `folder`, else in the study's own folder, one
    beside it or in ./studies (the one with most draws). None where there is none. Raises StudyError
    where a folder was named and holds none of this scenario.
    """
    if folder is not None:
        found = _read(folder, results.scenario.sha256)
        if found is None:
            raise StudyError(
                f"{folder}: holds no claims study of this scenario "
                f"({results.scenario.id}, hash {results.scenario.sha256[:8]})"
            )
        return found
    if results.folder is None:
        return None
    home = results.folder.resolve()
    near = [home.parent, Path("studies").resolve()]
    inside = {p for place in near if place.is_dir() for p in place.iterdir() if p.is_dir()}
    places = [home, *sorted(inside)]
    read = [a for place in places if (a := _read(place, results.scenario.sha256)) is not None]
    return max(read, key=lambda a: (a.document["draws"], len(a.document["claims"])), default=None)


def _read(folder: Path, sha256: str) -> Argument | None:
    document = _json(folder / "claims.json")
    if document is None or document.get("scenario", {}).get("sha256") != sha256:
        return None
    splits = (_json(path) for path in sorted(folder.glob("differ-*.json")))
    same = tuple(s for s in splits if s is not None and s["scenario"]["sha256"] == sha256)
    return Argument(document, same, folder)


def _json(path: Path) -> dict[str, Any] | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) else None


def _terms(results: Results, worldview: str, strategy: str) -> dict[str, tuple[Any, float]]:
    """Issue -> the option held by most settlements, where at least half of them hold it."""
    shares: dict[str, dict[Any, float]] = {}
    total = 0.0
    for package, share in results.cells[CellKey(worldview, strategy)].terms:
        total += share
        for issue, option in package.items():
            here = shares.setdefault(issue, {})
            here[option] = here.get(option, 0.0) + share
    usual = {}
    for issue, options in shares.items():
        option = max(options, key=lambda o: options[o])
        if total and options[option] >= _USUAL * total:
            usual[issue] = (option, options[option] / total)
    return usual


def _costs(results: Results, worldview: str, strategy: str) -> dict[str, Estimate]:
    spec = results.scenario.spec
    names = [n for n, m in spec.measures.items() if m.human_cost or m.outcomes]
    found = {name: results.estimate(worldview, strategy, name) for name in names}
    return {name: e for name, e in found.items() if e.mean is not None}
