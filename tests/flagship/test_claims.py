"""The article's claims in the flagship: all there, every switch loads, facts agree with the data,
off is the mechanism removed by hand.
"""

import csv
import os
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from winset.scenario import Scenario, load
from winset.scenario.canonical import plain_data, to_yaml
from winset.scenario.checking import check
from winset.scenario.claims import elements
from winset.scenario.sampling import sample
from winset.study import plan
from winset.talks import run_cell

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("WINSET_SHARED", ROOT.parent / "shared"))
SERIES = SHARED / "data" / "ukraine"
needs_series = pytest.mark.skipif(
    not SERIES.is_dir(), reason="no shared/data/ukraine beside the checkout"
)
needs_tables = pytest.mark.skipif(
    not (SHARED / "data" / "claims").is_dir(), reason="no shared/data/claims beside the checkout"
)
IDS: Final = [f"A{n:02}" for n in range(1, 68)]
#: what a claim of fact says of itself and cannot be switched, or is about the past
FIXED: Final = {"A03", "A04", "A09", "A10"}


@pytest.fixture(scope="module")
def flagship() -> Scenario:
    return load("ukraine-2025")


def test_every_claim_is_there_and_every_one_carried_can_be_switched(flagship: Scenario) -> None:
    spec, carried = flagship.spec, elements(flagship.spec)
    assert list(spec.claims) == IDS
    for id_, claim in spec.claims.items():
        assert claim.text and claim.kind and claim.status, id_
        whole = claim.off is not None and claim.rival is not None
        assert whole != (id_ in FIXED), id_
        assert bool(claim.no_switch) == (id_ in FIXED), id_
        assert whole <= bool(carried[id_]), f"{id_}: switched, but nothing carries it"
        for switch in (claim.off, claim.rival):
            if switch is not None and not getattr(switch, "takes", ()):
                assert switch.means, f"{id_}: say what holds instead"


@needs_tables
def test_claims_are_those_of_the_table(flagship: Scenario) -> None:
    with (SHARED / "data" / "claims" / "claims.csv").open(encoding="utf-8") as file:
        table = {row["claim_id"]: row for row in csv.DictReader(file)}
    assert list(table) == IDS
    for id_, row in table.items():
        claim = flagship.spec.claims[id_]
        assert (claim.text, claim.kind, claim.status) == (
            row["paraphrase"],
            row["kind"],
            row["status"],
        )


def test_every_disputed_number_is_taken_by_a_claim(flagship: Scenario) -> None:
    spec = flagship.spec
    disputed = {id_ for view in spec.worldviews.values() for id_ in view.set}
    taken = {id_ for c in spec.claims.values() if c.rival for id_ in c.rival.takes}
    assert disputed == taken


@pytest.mark.slow
@pytest.mark.parametrize("state", ["off", "rival"])
def test_every_switch_makes_a_scenario_that_checks_clean(flagship: Scenario, state: str) -> None:
    names = [id_ for id_ in IDS if id_ not in FIXED] + list(flagship.spec.claim_sets)
    for name in names:
        found = check("ukraine-2025", claims=[f"{name}={state}"], strict=True)
        assert found.problems == (), f"{name}={state}: {found.problems[:2]}"
        assert found.scenario is not None and found.scenario.sha256 != flagship.sha256, name
        for view in found.scenario.worldviews:
            drawn = sample(found.scenario, view, 4, 2)
            assert all(np.isfinite(values).all() for values in drawn.values.values()), name


@pytest.mark.parametrize("text", ["A19=off", "A23=off", "A26=off", "A35=rival", "A47=off"])
def test_a_switched_scenario_written_out_loads_again(text: str) -> None:
    off = load("ukraine-2025", claims=[text])
    again = _written(off.resolved())
    assert again.sha256 == off.sha256 and again.spec.switched == (text,)


@pytest.mark.slow
def test_off_is_the_mechanism_taken_out_of_the_yaml_by_hand(flagship: Scenario) -> None:
    """Flows deleted, an expression replaced by 0, levers and numbers written in: the same numbers
    as five claims off, to the last bit.
    """
    data = plain_data(flagship.spec)
    del data["flows"]["strikes_cost"]  # A32
    del data["flows"]["pressure_builds"]  # A16
    data["derived"]["kyiv_shadow"]["value"] = 0  # A54
    data["quantities"]["air.retaliation"] = {"value": 0, "confidence": "J"}  # A31
    levers = data["strategies"]["three_legs"]["levers"]
    levers.update(conditionality=0, cover_pressure=0)  # A21
    for id_ in ("A16", "A31", "A32", "A54", "A21"):
        del data["claims"][id_]["off"]
    claims = [f"{id_}=off" for id_ in ("A16", "A31", "A32", "A54", "A21")]
    off = load("ukraine-2025", claims=claims)
    settings = plan(
        flagship, draws=8, paths=16, months=24, enough=128, searched=2, texts=12, rounds=1
    ).settings
    one = run_cell(off, "article", "three_legs", settings)
    other = run_cell(_written(data), "article", "three_legs", settings)
    base = run_cell(flagship, "article", "three_legs", settings)
    for name in ("durable", "signed", "deaths", "escalation"):
        np.testing.assert_array_equal(one.measures[name], other.measures[name], name)
    assert not np.array_equal(one.measures["durable"], base.measures["durable"])


def _written(data: dict[str, Any]) -> Scenario:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "byhand.yaml"
        place.write_text(to_yaml(data), encoding="utf-8")
        return load(place)


def _rows(name: str) -> list[dict[str, str]]:
    with (SERIES / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _span(scenario: Scenario, id_: str) -> tuple[float, float]:
    """10th and 90th percentile of a quantity, an eighth of the span wider on each side."""
    q = scenario.quantities[id_]
    low, high = (q.value, q.value) if q.value is not None else (q.low, q.high)
    assert low is not None and high is not None
    slack = (high - low) / 8 or 0.05 * abs(low)
    return low - slack, high + slack


def _salvos(kinds: set[str]) -> dict[str, tuple[float, float]]:
    """Month -> launched, neutralised, of these classes, whole months only."""
    found: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in _rows("salvos_by_class_monthly.csv"):
        if row["class"] in kinds and row["partial_month"] == "False":
            found[row["month"]][0] += float(row["launched"] or 0)
            found[row["month"]][1] += float(row["neutralised"] or 0)
    return {month: (a, b) for month, (a, b) in found.items()}


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _measured() -> dict[str, float]:
    """What the series to October 2025 say of the quantities that claims of fact point to."""
    drones, cruise = _salvos({"shahed_type_drone"}), _salvos({"cruise"})
    ballistic = _salvos({"ballistic", "hypersonic_aeroballistic"})
    last = ["2025-08", "2025-09", "2025-10"]
    year = [m for m in drones if "2024-11" <= m <= "2025-10"]
    land = {row["month"]: row for row in _rows("territory_spliced_monthly.csv")}
    facts = {(r["fact"], r["period"]): float(r["value"]) for r in _rows("point_facts.csv")}

    def rate(found: dict[str, tuple[float, float]], months: list[str]) -> float:
        return sum(found[m][1] for m in months) / sum(found[m][0] for m in months)

    return {
        "air.drones": _mean([drones[m][0] for m in last]),
        "air.drones_stopped": rate(drones, last),
        "air.cruise_stopped": rate(cruise, [m for m in year if m in cruise]),
        "air.ballistic": _mean([ballistic[m][0] for m in last if m in ballistic]),
        "air.output": facts["pac3_mse_produced", "2025"] / 12,
        "front.pace": _mean([float(land[m]["net_gain_km2"]) for m in year]),
        "front.donetsk_held": float(land["2025-10"]["donetsk_ua_held_km2"]),
        "ua.absent": facts["ua_awol_plus_desertion_cases", "2025-10"] - 3_600,
        "ua.mobilised": facts["ua_mobilised_per_month_low", "2025-07"],
    }


#: quantities that fact claims point to and no series here measures, and why
UNMEASURED: Final = {"harm.civilian_deaths": "UN counts; the table holds events of other sources"}


@needs_series
def test_facts_agree_with_the_series(flagship: Scenario) -> None:
    found = _measured()
    named = {q for c in flagship.spec.claims.values() for q in c.measured}
    assert named == found.keys() | UNMEASURED.keys()
    for id_, value in found.items():
        low, high = _span(flagship, id_)
        assert low <= value <= high, f"{id_}: measured {value:.4g}, stated {low:.4g} to {high:.4g}"


@needs_series
def test_what_the_claims_of_fact_say_of_the_course_of_things(flagship: Scenario) -> None:
    """The paraphrase itself against the series, where it says more than a level."""
    drones = _salvos({"shahed_type_drone"})
    # A05: the strikes are intensifying (autumn 2025 against a year before)
    assert _mean([drones[f"2025-{m:02}"][0] for m in (8, 9, 10)]) > 2 * _mean(
        [drones[f"2024-{m:02}"][0] for m in (8, 9, 10)]
    )
    # A28: the share of drones stopped has fallen
    rates = {m: b / a for m, (a, b) in drones.items() if a}
    assert _mean([rates[f"2025-{m:02}"] for m in (8, 9, 10)]) < _mean(
        [rates[f"2025-{m:02}"] for m in (1, 2, 3)]
    )
    land = {row["month"]: row for row in _rows("territory_spliced_monthly.csv")}
    # A46: about a quarter of Donetsk oblast is not under Russian control
    assert 0.19 <= 1 - float(land["2025-10"]["donetsk_ru_share"]) <= 0.27
    # A34: Russia gains ground, and slowly: under 1% of the country in twelve months
    year = [row for month, row in land.items() if "2024-11" <= month <= "2025-10"]
    gained = sum(float(row["net_gain_km2"]) for row in year)
    assert 0 < gained < 0.01 * 603_548
    # A34 off is the slowest half-year of the record since 2024
    half = _mean([float(land[f"2024-{m:02}"]["net_gain_anchored_km2"]) for m in range(1, 7)])
    off = flagship.spec.claims["A34"].off
    assert off is not None and off.set["front.pace"].value == pytest.approx(half, abs=1)
    # A53: cases of absence in 2025 are well above those of 2024
    facts = {(r["fact"], r["period"]): float(r["value"]) for r in _rows("point_facts.csv")}
    assert facts["ua_awol_cases", "2025-01..07"] / 7 > facts["ua_awol_cases", "2024"] / 12
