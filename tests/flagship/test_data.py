"""The flagship's numbers against the tables beside the checkout, where these are present."""

import csv
import math
import os
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from winset.scenario import Scenario, load
from winset.scenario.expr import evaluate, parse

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("WINSET_SHARED", ROOT.parent / "shared"))
TABLES = SHARED / "data" / "claims"
needs_tables = pytest.mark.skipif(
    not TABLES.is_dir(), reason="no shared/data/claims beside the checkout"
)

PARTY = {"UA": "ukraine", "RU": "russia", "US": "us", "EU": "europe"}
#: weighted value of public plans under the middle numbers, in the order UA, RU, US, EU
PLAN_VALUES = {
    "TEN_POINT": (100, 3, 37, 88),
    "ISTANBUL_2022": (49, 58, 65, 51),
    "RU_MEMO_2025": (1, 99, 41, 3),
    "WITKOFF_APR_2025": (61, 48, 82, 58),
    "EURO_UA_APR_2025": (87, 16, 58, 91),
    "ALASKA_REPORTED": (19, 84, 68, 23),
    "ARTICLE": (43, 60, 79, 49),
    "US_28": (46, 63, 86, 44),
    "E3_28": (80, 26, 70, 87),
    "US_UA_20": (79, 25, 63, 82),
    "BARE_FREEZE": (71, 27, 57, 81),
}
STRATEGIES = (
    "three_legs",
    "three_legs_adaptive",
    "without_support",
    "without_pressure",
    "without_offer",
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
ASSETS = "an EU decision: a strategy of Washington's that is silent on it leaves it as it is"
TARIFFS = "in force, and the strategy neither speaks of them nor takes pressure off Moscow"
#: where the scenario departs from the table, which fills a silent lever with 0: today's, and why
SILENT_AS_TODAY = {
    **{
        (name, "frozen_assets"): ASSETS
        for name in (
            "three_legs",
            "without_support",
            "without_pressure",
            "without_offer",
            "walk_away",
            "status_quo",
            "carrots_only",
            "sticks_on_kyiv",
        )
    },
    **{
        (name, "tariffs"): TARIFFS
        for name in (
            "three_legs",
            "without_support",
            "without_pressure",
            "without_offer",
            "status_quo",
            "european_led",
        )
    },
}
VIEWS = ("article", "pressure", "sceptic", "kyiv", "moscow_stated", "restraint")


def rows(name: str) -> list[dict[str, str]]:
    with (TABLES / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def base() -> Scenario:
    return load("ukraine-2025", strict=True, as_of="2025-10-31")


@pytest.fixture(scope="module")
def later() -> Scenario:
    return load("ukraine-2025-12", strict=True, as_of="2025-12-31")


@pytest.fixture(scope="module")
def issue_ids(base: Scenario) -> dict[str, str]:
    """I01 -> donetsk_held."""
    return {issue.code: id_ for id_, issue in base.spec.issues.items()}


def middle(scenario: Scenario, id_: str) -> float:
    """A number at its middle; what reads the line of contact, at the line of the start."""
    if id_ in scenario.quantities:
        quantity = scenario.quantities[id_]
        if quantity.value is not None:
            return quantity.value
        if quantity.mid is not None:
            return quantity.mid
        assert quantity.formula is not None
        formula = quantity.formula
    else:
        party, _, issue, option = id_.split(".")
        scores: Any = scenario.spec.preferences[party].scores[issue]
        formula = scores[option].formula
    at_start = {"line.donetsk_kept": 1.0, "kyiv_shadow": 0.0}
    return float(evaluate(formula, lambda n: at_start[n] if n in at_start else middle(scenario, n)))


def plan_value(scenario: Scenario, party: str, options: dict[str, Any]) -> float:
    weights = {i: middle(scenario, f"{party}.weight.{i}") for i in options}
    points = sum(
        weights[i] * middle(scenario, f"{party}.score.{i}.{option}")
        for i, option in options.items()
    )
    return points / sum(weights.values())


def test_the_counts_the_design_names(base: Scenario) -> None:
    spec = base.spec
    assert len(spec.issues) == 12
    assert sum(len(issue.options) for issue in spec.issues.values()) == 61
    assert len(spec.levers) == 22
    assert [lever.code for lever in spec.levers.values()] == [f"L{n:02}" for n in range(1, 23)]
    assert len(spec.constituencies) == 12
    assert tuple(spec.strategies) == STRATEGIES
    assert list(spec.worldviews) == [
        "article",
        "pressure",
        "sceptic",
        "kyiv",
        "moscow_stated",
        "restraint",
    ]
    assert (spec.baseline, spec.headline, spec.mediator) == ("as_in_2025", "three_legs", "us")
    assert spec.terms["administration"].month == 38
    assert len(spec.claims) == 67


def test_no_worldview_is_the_default(base: Scenario) -> None:
    disputed = {id_ for id_, q in base.spec.quantities.items() if q.disputed}
    assert len(disputed) == 17
    for name, view in base.spec.worldviews.items():
        assert set(view.set) == disputed, name
        assert view.view and view.label


def test_nothing_in_the_base_was_known_later(base: Scenario) -> None:
    for id_, source in base.spec.sources.items():
        assert source.date[:7] <= "2025-10", id_
    assert not {"US_28", "E3_28", "US_UA_20"} & set(base.spec.plans)


def test_the_overlay_adds_the_later_drafts(later: Scenario, base: Scenario) -> None:
    assert {"US_28", "E3_28", "US_UA_20"} == set(later.spec.plans) - set(base.spec.plans)
    assert sum(len(issue.options) for issue in later.spec.issues.values()) == 61


@pytest.mark.parametrize("plan", PLAN_VALUES)
def test_plan_values_equal_the_published_table(plan: str, later: Scenario) -> None:
    options = dict(later.spec.plans[plan].options)
    for party, stated in zip(PARTY.values(), PLAN_VALUES[plan], strict=True):
        assert round(plan_value(later, party, options)) == stated, party


@needs_tables
def test_issues_and_options(base: Scenario, issue_ids: dict[str, str]) -> None:
    table: dict[str, list[str]] = defaultdict(list)
    for row in rows("issues_options.csv"):
        assert issue_ids[row["issue_id"]] == row["issue"]
        assert int(row["order"]) == len(table[row["issue"]])
        table[row["issue"]].append(row["option"])
    assert {i: list(issue.options) for i, issue in base.spec.issues.items()} == dict(table)


@needs_tables
@pytest.mark.parametrize("which", ["base", "later"])
def test_middle_scores_and_weights(which: str, request: pytest.FixtureRequest) -> None:
    scenario: Scenario = request.getfixturevalue(which)
    seen = 0
    for row in rows("preferences.csv"):
        party, issue = PARTY[row["party_code"]], row["issue"]
        score = middle(scenario, f"{party}.score.{issue}.{row['option']}")
        assert score == pytest.approx(float(row["score_mid"])), (party, issue, row["option"])
        weight = middle(scenario, f"{party}.weight.{issue}")
        assert weight == pytest.approx(float(row["weight_mid"])), (party, issue)
        seen += 1
    assert seen == 4 * 61


@needs_tables
def test_levers_and_strategy_levels(base: Scenario) -> None:
    code = {lever.code: id_ for id_, lever in base.spec.levers.items()}
    for row in rows("levers.csv"):
        lever = base.spec.levers[code[row["lever_id"]]]
        assert lever.today == float(row["today"]), row["lever_id"]
        if row["withdrawn"]:
            assert lever.withdrawn == float(row["withdrawn"])
    strategies = {name: base.strategy(name).levers for name in base.strategies}
    named = Counter()  # type: Counter[str]
    departs = set()
    for row in rows("strategy_levers.csv"):
        named[row["strategy"]] += 1
        lever_id = code[row["lever_id"]]
        level = strategies[row["strategy"]][lever_id]
        if level != float(row["level"]):
            departs.add((row["strategy"], lever_id))
            assert row["stated"] == "filled", "a level from a proponent's words is not ours to move"
            assert level == base.spec.levers[lever_id].today
    assert departs == set(SILENT_AS_TODAY)
    assert set(named) == set(STRATEGIES) - {"three_legs_adaptive"}
    assert set(named.values()) == {22}
    legs = {row["leg"]: row["levers"].split(";") for row in rows("legs.csv")}
    found = {
        leg: [base.spec.levers[x].code for x in part.levers] for leg, part in base.spec.legs.items()
    }
    assert found == legs


@needs_tables
def test_worldviews(base: Scenario) -> None:
    check = base.spec.checks["p_zopa_oct25"]
    seen = 0
    for row in rows("worldviews.csv"):
        view, name = row["worldview"], row["parameter"]
        if name == "p_zopa_oct25":
            assert isinstance(check.stated, dict)
            quantity = check.stated[view]
        else:
            quantity = base.quantity(name, view)
        stated = tuple(float(row[k]) for k in ("low", "mid", "high"))
        assert (quantity.low, quantity.mid, quantity.high) == stated, (view, name)
        seen += 1
    assert seen == 6 * 17


@needs_tables
def test_constituencies(base: Scenario, issue_ids: dict[str, str]) -> None:
    group = {body.code: body for body in base.spec.constituencies.values()}
    for row in rows("constituencies.csv"):
        body = group[row["constituency_id"]]
        assert body.party == PARTY[row["party_code"]]
        spread = tuple(float(row[f"influence_{k}"]) for k in ("low", "mid", "high"))
        assert (body.influence.low, body.influence.mid, body.influence.high) == spread
        limits = {}
        for text in row["worst_acceptable"].split(";"):
            sign = "<=" if "<=" in text else ">="
            issue, option = text.split(sign)
            limits[issue_ids[issue]] = (sign, option)
        found = {
            issue: ("<=", t.at_most) if t.at_most is not None else (">=", t.at_least)
            for issue, t in body.tolerates.items()
        }
        assert found == limits, row["constituency_id"]


@needs_tables
def test_incompatible_pairs(base: Scenario, issue_ids: dict[str, str]) -> None:
    def named(text: str) -> str:
        issue, option = text.split(":")
        return f"{issue_ids[issue]}.{option}"

    found = {frozenset(pair.options): pair.strength for pair in base.spec.incompatible}
    for row in rows("incompatible_options.csv"):
        pair = frozenset((named(row["option_a"]), named(row["option_b"])))
        assert found[pair] == row["strength"], sorted(pair)
    hard = [r for r in rows("incompatible_options.csv") if r["strength"] == "hard"]
    # added: these two contradict in terms
    ours = frozenset(("nato_status.NEUTRAL_MAX", "guarantees.ARMED_NONALIGN"))
    assert found[ours] == "hard"
    assert sum(strength == "hard" for strength in found.values()) == len(hard) + 1


@needs_tables
def test_named_plans(later: Scenario, issue_ids: dict[str, str]) -> None:
    table: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows("named_plans.csv"):
        table[row["plan"]][issue_ids[row["issue_id"]]] = row["option"]
    assert {name: dict(plan.options) for name, plan in later.spec.plans.items()} == dict(table)


@needs_tables
def test_what_holds_without_a_deal_and_what_a_victor_imposes(
    base: Scenario, issue_ids: dict[str, str]
) -> None:
    for row in rows("imposed_outcomes.csv"):
        issue, option = issue_ids[row["issue_id"]], row["option"]
        no_deal = base.spec.issues[issue].no_deal
        if row["outcome"] == "no_deal":
            if option == "by the line reached":
                assert isinstance(no_deal, dict)
            elif option:
                assert no_deal == option, issue
        elif row["imposed"] == "yes":
            outcome = base.spec.outcomes[row["outcome"]]
            assert outcome.imposes[issue] == option
            assert outcome.victor in base.spec.issues[issue].power
        else:
            assert issue not in base.spec.outcomes[row["outcome"]].imposes


@needs_tables
def test_gifts(base: Scenario, issue_ids: dict[str, str]) -> None:
    code = {lever.code: id_ for id_, lever in base.spec.levers.items()}
    # An armistice alone would hold the first two, and Kyiv can declare the third by itself, so they
    # need no offer; see the head of issues.yaml.
    always = {
        ("guarantees", "ARMED_NONALIGN"),
        ("west_russia", "CHANNEL"),
        ("nato_status", "MORATORIUM"),
    }
    for row in rows("option_gifts.csv"):
        if row["giver"] in ("Ukraine", "Russia"):
            continue
        issue = issue_ids[row["issue_id"]]
        gift = base.spec.issues[issue].options[row["option"]].gift
        assert gift is not None, row["option"]
        assert gift.giver, row["option"]
        if row["lever_id"] and row["least_level"]:
            assert gift.lever == code[row["lever_id"]]
            least = 0.0 if (issue, row["option"]) in always else float(row["least_level"])
            assert gift.least == least, row["option"]


# Ratification is anchored in two packages; their group supports stand as numbers in home.yaml.
def support(scenario: Scenario, group: str, package: dict[str, Any]) -> float:
    total = weight = 0.0
    for issue, limit in scenario.spec.constituencies[group].tolerates.items():
        order = list(scenario.spec.issues[issue].options)
        at = order.index(package[issue])
        beyond = 0
        if limit.at_most is not None:
            beyond = max(beyond, at - order.index(limit.at_most))
        if limit.at_least is not None:
            beyond = max(beyond, order.index(limit.at_least) - at)
        total += limit.share * max(0.0, 1.0 - limit.per_step * beyond)
        weight += limit.share
    return total / weight


def home_support(scenario: Scenario, party: str, package: dict[str, Any]) -> float:
    groups = [g for g, body in scenario.spec.constituencies.items() if body.party == party]
    influence = {g: middle(scenario, f"{g}.influence") for g in groups}
    total = sum(influence[g] * support(scenario, g, package) for g in groups)
    return total / sum(influence.values())


def test_the_anchors_of_ratification_are_what_the_tolerances_give(base: Scenario) -> None:
    plans = {name: dict(plan.options) for name, plan in base.spec.plans.items()}
    freeze = plans["EURO_UA_APR_2025"]
    anchors = {
        "home.support_freeze": ("ukraine", freeze),
        "home.support_leave": ("ukraine", {**freeze, "donetsk_held": "RU_DMZ"}),
        "home.support_full_ru": ("russia", plans["ARTICLE"]),
        "home.support_bare_ru": ("russia", plans["BARE_FREEZE"]),
    }
    for name, (party, package) in anchors.items():
        mean = home_support(base, party, package)
        assert middle(base, name) == pytest.approx(mean, abs=5e-4), name


@pytest.mark.parametrize("view", VIEWS)
def test_kyiv_ratifies_as_the_polls_and_the_worldview_say(base: Scenario, view: str) -> None:
    stated = base.quantity("kyiv_ratify_donetsk", view).mid
    assert stated is not None
    points = base.quantity("cover.points", view).mid
    assert points is not None
    overrides = [f"kyiv_ratify_donetsk={stated}", f"cover.points={points}"]
    scenario = load("ukraine-2025", overrides=overrides)
    rule = scenario.spec.ratification["ukraine"]
    freeze = dict(base.spec.plans["EURO_UA_APR_2025"].options)

    def chance(package: dict[str, Any], cover: float) -> float:
        mean = home_support(base, "ukraine", package)
        steepness = evaluate(rule.steepness, lambda n: middle(scenario, n))
        midpoint = evaluate(rule.midpoint, lambda n: middle(scenario, n))
        return 1.0 / (1.0 + math.exp(-steepness * (mean + cover - midpoint)))

    cover = 0.6 * 0.9 * points
    assert chance(freeze, 0.0) == pytest.approx(0.90, abs=0.005)
    assert chance({**freeze, "donetsk_held": "RU_DMZ"}, cover) == pytest.approx(stated, abs=0.01)
    bare = {**base.spec.plans["BARE_FREEZE"].options, "donetsk_held": "RU_FULL"}
    assert chance(bare, 0.0) < 0.6 * stated


@pytest.mark.parametrize("view", VIEWS)
def test_the_start_hazard_of_collapse_is_the_worldviews(base: Scenario, view: str) -> None:
    stated = base.quantity("collapse_hazard", view).mid
    scenario = load("ukraine-2025", overrides=[f"collapse_hazard={stated}"])
    mean = parse(
        "collapse.world_scale * (collapse.prior_yes * collapse.hazard_yes"
        " + (1 - collapse.prior_yes) * collapse.hazard_no)"
    )
    assert evaluate(mean, lambda n: middle(scenario, n)) == pytest.approx(stated)


@pytest.mark.skipif(not (SHARED / "data" / "ukraine").is_dir(), reason="no shared/data/ukraine")
def test_what_was_measured_is_what_the_tables_say() -> None:
    observed = load("ukraine-2025").spec.observed
    ground = {row["month"]: row for row in _series("territory_spliced_monthly.csv")}
    for month, value in observed["donetsk"].points.items():
        assert value == pytest.approx(float(ground[month]["donetsk_ua_held_km2"]), abs=1)
    for month, value in observed["net_gain"].points.items():
        assert value == pytest.approx(float(ground[month]["net_gain_anchored_km2"]), abs=1)
    money = {row["as_of"][:7]: row for row in _series("ru_national_wealth_fund_monthly.csv")}
    for month, value in observed["fund"].points.items():
        year, number = (int(part) for part in month.split("-"))
        after = f"{year + number // 12}-{number % 12 + 1:02}"  # as of the first of the next month
        assert value == pytest.approx(float(money[after]["nwf_liquid_rub_bn"]), abs=1)
    fired: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in _series("salvos_by_class_monthly.csv"):
        if row["class"] in ("ballistic", "hypersonic_aeroballistic"):
            fired[row["month"]][0] += float(row["launched"])
            fired[row["month"]][1] += float(row["neutralised"])
    for month, value in observed["ballistic_stopped"].points.items():
        assert value == pytest.approx(fired[month][1] / fired[month][0], abs=0.006)


@pytest.mark.skipif(not (SHARED / "data" / "ukraine").is_dir(), reason="no shared/data/ukraine")
def test_the_map_begins_where_the_front_stood() -> None:
    scenario = load("ukraine-2025")
    ground = scenario.spec.map
    assert ground is not None
    area = {
        row["oblast"]: float(row["oblast_area_km2"])
        for row in _series("territory_by_source_monthly.csv")
        if row["month"] == "2025-10" and row["source"] == "deepstate"
    }
    last = next(r for r in _series("territory_spliced_monthly.csv") if r["month"] == "2025-10")
    start = {
        "donetsk_held": scenario.quantities["front.donetsk_held"].mid,
        "four_held": scenario.quantities["front.four_held"].value,
        "north_taken": 0.0,
    }
    parts = {
        "donetsk": ("Donetsk",),
        "south": ("Kherson", "Zaporizhzhia"),
        "north": ("Kharkiv", "Sumy", "Dnipropetrovsk"),
        "luhansk": ("Luhansk",),
        "crimea": ("Crimea",),
    }
    for id_, names in parts.items():
        share = ground.regions[id_].share
        assert share is not None
        held = sum(float(last[f"{name.lower()}_km2"]) for name in names)
        found = float(evaluate(share, start))
        assert found == pytest.approx(held / sum(area[n] for n in names), abs=0.025)


def _series(name: str) -> list[dict[str, str]]:
    with (SHARED / "data" / "ukraine" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
