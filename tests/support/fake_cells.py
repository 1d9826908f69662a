"""A scenario and cells that are made up but behave: for tests of what comes after the talks.

`make` is a deterministic function of the settings, the worldview and the strategy; draws are shared
by all cells of a worldview (common random numbers), as the real ones are.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import yaml

from winset.errors import SolverError
from winset.scenario.schema.root import ScenarioSpec
from winset.study.makers import Makers
from winset.talks.cell import Cell, Course, Fate, Settings, TraceMonth, Worth

MAKERS = Makers(cell="fake_cells:make", warm=None, load="fake_cells:load", trace="fake_cells:trace")

WORLDVIEWS = ("article", "pressure", "sceptic", "kyiv", "moscow_stated", "restraint")
TWO_LEG = ("without_support", "without_pressure", "without_offer")
RIVALS = (
    "as_in_2025",
    "walk_away",
    "hardline",
    "pressure_with_offramp",
    "status_quo",
    "carrots_only",
    "sticks_on_kyiv",
    "sticks_on_moscow",
    "european_led",
)


def flagship_like() -> dict[str, Any]:
    """A scenario of the flagship's size: 14 strategies, 6 worldviews."""
    strategies: dict[str, Any] = {
        "three_legs": {"label": "Three legs, one steady mix"},
        "three_legs_adaptive": {"label": "Three legs, alternating", "based_on": "three_legs"},
    }
    for name in TWO_LEG:
        strategies[name] = {"label": name, "kind": "ablation", "based_on": "three_legs"}
    for name in RIVALS:
        strategies[name] = {"label": name.replace("_", " ")}
    strategies["as_in_2025"]["kind"] = "baseline"
    return {
        "winset": 1,
        "id": "made-up".replace("-", "_"),
        "title": "A made-up war that tests what comes after the talks",
        "as_of": "2025-10-31",
        "start": "2025-11",
        "months": 60,
        "mediator": "us",
        "headline": "three_legs",
        "baseline": "as_in_2025",
        "terms": {"administration": {"month": 38, "label": "end of the administration"}},
        "parties": {
            "ukraine": {"name": "Ukraine"},
            "russia": {"name": "Russia"},
            "us": {"name": "United States", "role": "outside"},
        },
        "quantities": {
            "deaths": {"low": 1, "mid": 2, "high": 3, "confidence": "J"},
            "rate": {"value": 3, "sources": "S1"},
            "plain": 2,
        },
        "sources": {"S1": {"title": "A source"}},
        "issues": {
            "territory": {"name": "Territory", "options": {"line": {}, "all": {}}},
            "money": {"divisible": {"step": 0.1}},
        },
        "outcomes": {
            "ukraine_falls": {"label": "Ukraine collapses", "victor": "russia"},
            "russia_falls": {"label": "Russia gives up", "victor": "ukraine"},
            "wider_war": {"label": "Wider war"},
        },
        "state": {"front": {"start": 0, "unit": "km**2", "label": "Ground taken"}},
        "course": ["front", "manpower"],
        "map": {
            "label": "ground taken",
            "about": "Two squares.",
            "sources": "S1",
            "regions": {
                "east": {
                    "label": "The east",
                    "share": "front / 100",
                    "outline": ["32,48 34,48 34,50 32,50"],
                },
                "west": {"label": "The west", "outline": ["30,48 32,48 32,50 30,50"]},
            },
        },
        "measures": {
            "deaths": {"label": "deaths", "unit": "person", "value": "1", "human_cost": True},
            "displaced": {"label": "displaced", "unit": "person", "value": "1", "human_cost": True},
            "occupied_people": {
                "label": "people under occupation",
                "unit": "person",
                "value": "1",
                "human_cost": True,
            },
            "collapse.ukraine": {"label": "Ukraine collapses", "outcomes": ["ukraine_falls"]},
            "escalation": {"label": "wider war or nuclear use", "outcomes": ["wider_war"]},
        },
        "strategies": strategies,
        "worldviews": {name: {"label": name.replace("_", " ")} for name in WORLDVIEWS},
        "checks": {
            "ceasefire": {
                "label": "Chance of a ceasefire a month",
                "what": "ceasefire_per_month",
                "strategy": "as_in_2025",
                "stated": {"low": 0.02, "mid": 0.04, "high": 0.08},
            },
            "overlap": {
                "label": "Draws with an overlap",
                "what": "overlap_at_start",
                "stated": {"article": {"low": 0.1, "mid": 0.2, "high": 0.35}, "kyiv": 0.1},
            },
        },
    }


def small() -> dict[str, Any]:
    """Two strategies and a rival under two worldviews."""
    data = flagship_like()
    keep = ("three_legs", "without_offer", "as_in_2025", "walk_away")
    data["strategies"] = {k: v for k, v in data["strategies"].items() if k in keep}
    data["worldviews"] = {k: v for k, v in data["worldviews"].items() if k in WORLDVIEWS[:2]}
    return data


@dataclass(frozen=True, eq=False)
class FakeScenario:
    """What a study needs of a Scenario."""

    data: dict[str, Any]
    sets: tuple[str, ...] = ()

    @property
    def overrides(self) -> tuple[SimpleNamespace, ...]:
        return tuple(SimpleNamespace(text=text) for text in self.sets)

    @property
    def set_from_outside(self) -> tuple[str, ...]:
        return self.sets

    @property
    def paths(self) -> dict[str, tuple[str, str]]:
        return {id_: ("quantities", id_) for id_ in self.quantities}

    @cached_property
    def spec(self) -> ScenarioSpec:
        return ScenarioSpec.model_validate(self.data)

    @property
    def id(self) -> str:
        return self.data["id"]

    @property
    def sha256(self) -> str:
        text = json.dumps([self.data, self.sets], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def strategies(self) -> tuple[str, ...]:
        return tuple(self.spec.strategies) or ("today",)

    @property
    def worldviews(self) -> tuple[str, ...]:
        return tuple(self.spec.worldviews) or ("base",)

    @property
    def signatories(self) -> tuple[str, ...]:
        return tuple(p for p, party in self.spec.parties.items() if party.role == "signatory")

    @property
    def quantities(self) -> dict[str, Any]:
        return dict(self.spec.quantities)

    def quantity(self, id_: str, worldview: str) -> Any:
        return self.spec.quantities[id_]

    @property
    def months(self) -> int | None:
        return self.spec.months

    def resolved(self) -> dict[str, Any]:
        return {"data": self.data, "overrides": list(self.sets)}

    def to_yaml(self) -> str:
        return yaml.safe_dump(self.resolved(), sort_keys=False)

    def __reduce__(self) -> Any:
        return FakeScenario, (self.data, self.sets)


def load(place: str | Path, *, overrides: Sequence[str] = (), **_: Any) -> FakeScenario:
    """Read what `resolved()` gave."""
    found = yaml.safe_load((Path(place) / "scenario.yaml").read_text(encoding="utf-8"))
    return FakeScenario(found["data"], (*found["overrides"], *overrides))


def number(*words: object) -> int:
    """A number that depends on the words and on nothing else."""
    return int.from_bytes(hashlib.sha256(repr(words).encode()).digest()[:8], "big")


def make(scenario: FakeScenario, worldview: str, strategy: str, settings: Settings) -> Cell:
    """Make one cell up. FAKE_SECONDS in the environment: how long it takes. FAKE_FAIL, FAKE_DIE:
    the cell that raises, or ends its process.
    """
    time.sleep(float(os.environ.get("FAKE_SECONDS", "0")))
    name = f"{worldview}/{strategy}"
    if os.environ.get("FAKE_FAIL") == name:
        raise SolverError(f"{name} has no answer")
    if os.environ.get("FAKE_DIE") == name:
        os._exit(9)
    if os.environ.get("FAKE_BUG") == name:
        raise ZeroDivisionError("by nought")
    draws, paths = settings.draws, settings.paths
    rng = np.random.default_rng(number(settings.seed, worldview))
    u = rng.random(draws)
    replicate = np.arange(draws) % settings.replicates
    own = np.random.default_rng(number(settings.seed, worldview, strategy, paths))
    base = 0.02 + 0.75 * ((number(worldview) % 97) / 97) * ((number(strategy) % 89) / 89)
    signed = own.binomial(paths, np.clip(base * (0.5 + u), 0, 1)) / paths
    durable = np.floor(signed * 0.7 * paths) / paths
    falls = own.binomial(paths, 0.1 * (1 - signed)) / paths
    unsigned = 1 - signed
    outside = np.where(signed > 0, 0.2 * u * settings.temperature_factor, np.nan)
    if worldview == "article":
        outside = np.where(signed > 0, 0.3 * settings.temperature_factor, np.nan)
    measures = {
        "ceasefire": np.clip(signed + 0.1, 0, 1),
        "signed": signed,
        "signed_24": signed / 2,
        "durable": durable,
        "durable_term": np.floor(durable * 0.6 * paths) / paths,
        "months_to_signing": np.where(signed > 0, 12 + 30 * u, np.nan),
        "signed_outside_overlap": outside,
        "overlap_at_start": (u > 0.7).astype(float),
        "ceasefire_per_month": 0.03 + 0.02 * u,
        "deaths": 2e5 + 1e5 * unsigned + 1e4 * u,
        "displaced": 9.4e6 + 1e6 * unsigned,
        "occupied_people": 5e6 + 1e6 * falls,
        "collapse.ukraine": falls,
        "escalation": own.binomial(paths, 0.02, draws) / paths,
        "ended.ukraine_falls": falls,
        "ended.russia_falls": falls / 10,
        "ended.wider_war": np.zeros(draws),
        "value.ukraine": 0.3 + 0.2 * signed,
        "value.russia": 0.4 + 0.1 * u,
        "value.us": 0.2 + 0.5 * durable,
    }
    months = np.arange(settings.months + 1)[:, None]
    return Cell(
        worldview=worldview,
        strategy=strategy,
        measures=measures,
        replicate=replicate,
        sampled={"deaths": 1 + 2 * u, "rate": np.full(draws, 3.0), "plain": np.full(draws, 2.0)},
        courses={"front": Course((0.1, 0.5, 0.9), months * np.array([[0.5, 1.0, 1.5]]))},
        terms=(
            ({"territory": "line", "money": 0.5}, 0.6),
            ({"territory": "all", "money": 0.1}, 0.4),
        ),
        blocked_by={"russia": 0.6, "ukraine": 0.3, "ratification": 0.1},
        fighting_on={"ukraine": 0.4 + 0.1 * u, "russia": 0.5 + 0.1 * u},
        blocked_issue={"territory": 0.7, "money": 0.3},
        shortfall={"russia": 0.12, "ukraine": 0.05},
        fitted={"r2": np.float64(0.93), "rounds": 3},
        fates=_fates(settings, float(signed.mean()), float(falls.mean())),
        overlap=_overlap(settings),
        worths=tuple(_worth(settings, *one) for one in _KINDS),
        seconds=time.perf_counter(),
    )


_KINDS = (("ukraine", "", 0.4, 1.0), ("russia", "aims.limited", 0.45, 0.7),
          ("russia", "aims.all", 0.6, 0.3))  # fmt: skip


def _worth(settings: Settings, party: str, kind: str, value: float, part: float) -> Worth:
    """Falls a little every month, while half of the paths come to an end."""
    months = np.arange(settings.months)
    middle = value - 0.002 * months
    share = part * (1 - 0.5 * months / settings.months)
    values = middle[:, None] + np.array([-0.1, -0.05, 0.0, 0.05, 0.1])
    return Worth(party, kind, (0.1, 0.25, 0.5, 0.75, 0.9), share, values)


def _overlap(settings: Settings) -> Fate:
    """A third of the paths still at war, looked at every sixth month."""
    months = np.arange(settings.months + 1)
    looked = (months % 6 == 0) & (months < settings.months)
    return Fate(
        np.where(looked, (1 - 0.5 * months / settings.months) / 3, np.nan),
        np.where(looked, 0.01, np.nan),
    )


def _fates(settings: Settings, signed: float, falls: float) -> dict[str, Fate]:
    """All rise or fall in a straight line to what the measures say at the horizon."""
    done = np.arange(settings.months + 1) / settings.months
    error = 0.01 * done
    return {
        "at_war": Fate(1 - (signed + falls) * done, error),
        "fighting": Fate(1 - (signed + falls) * done, error),
        "signed": Fate(signed * done, error),
        "ended.ukraine_falls": Fate(falls * done, error),
        "unsettled.ukraine_falls": Fate(falls * done, error),
    }


def trace(
    scenario: FakeScenario, worldview: str, strategy: str, settings: Settings, draw: int, path: int
) -> list[TraceMonth]:
    """Make a path up: talks meet every third month; on path 2 they sign at the second meeting."""
    months = []
    for month in range(8):
        met = month % 3 == 2
        signs = met and month == 5 and path >= 2
        months.append(
            TraceMonth(
                month=month,
                state={"front": 10.0 + month, "manpower": 500_000.0 - 1000 * month},
                levers={"aid": 0.5 if month < 3 else 0.8, "offer": 0.2},
                beliefs={"russia.breaks": 0.3 - 0.01 * month},
                fighting_on={"ukraine": 0.4, "russia": 0.5},
                met=met,
                text={"territory": "line", "money": 0.5} if met else None,
                gains={"ukraine": 0.05, "russia": 0.01 if signs else -0.04} if met else {},
                accepts={"ukraine": 0.9, "russia": 0.6 if signs else 0.1} if met else {},
                accepted={"ukraine": True, "russia": signs} if met else {},
                ratification=0.7 if met else 0.0,
                event="signed" if signs else "",
            )
        )
        if signs:
            break
    return months
