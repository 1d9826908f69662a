"""Win-sets counted by decomposition against every package judged one by one."""

from itertools import product

import numpy as np
import pytest

from winset.cli import main
from winset.deals.frontier import undominated_points
from winset.insight.hurdles import groups, hurdles
from winset.insight.opening import Opening, gains, ratification
from winset.insight.plans import exact_improvement, judge_of, mend
from winset.insight.readied import Readied, ready
from winset.insight.settlement import best_text, settlement
from winset.insight.winsets import closest, lay_out, outline, sweep
from winset.scenario import load
from winset.talks.texts import package_of

STATED = {"ukraine": 0.1, "russia": 0.35}


@pytest.fixture(scope="module")
def valley(tmp_path_factory: pytest.TempPathFactory) -> Readied:
    """The small scenario of `winset new`: 12 packages, a side with two types, a gift."""
    folder = tmp_path_factory.mktemp("new") / "mine"
    assert main(["new", str(folder)]) == 0
    scenario = load(str(folder))
    stated = {"north": 0.45, "south": 0.4}
    return ready(scenario, scenario.worldviews[0], scenario.strategies[0], stated, 4, 1)


@pytest.fixture(scope="module")
def large() -> Readied:
    """The flagship with the values of fighting on stated, so that nothing need be solved."""
    return ready(load("ukraine-2025"), "article", "three_legs", STATED, 2, 1)


def every(opening: Opening, draw: int) -> np.ndarray:
    space, first = opening.deals.menu.space, opening.deals.menu.first
    packages = np.array(list(product(*(range(n) for n in space.sizes))), dtype=np.int64)
    good = space.feasible(packages)
    good &= opening.allowed[draw][packages + first].all(axis=1)
    return packages[good]


def test_counts_equal_those_of_every_package(valley: Readied) -> None:
    for opening in (valley.middle, valley.drawn):
        for draw in range(opening.deals.draws):
            packages = every(opening, draw)
            for combo in range(2):
                gain = gains(opening, draw, combo, packages)
                laid = lay_out(opening, draw, combo)
                found = sweep(laid)
                assert found.feasible == len(packages)
                assert found.each.tolist() == (gain >= 0).sum(axis=0).tolist()
                inside = packages[(gain >= 0).all(axis=1)]
                assert found.both == len(inside) == sweep(laid, each=False).both
                assert sorted(map(tuple, found.packages)) == sorted(map(tuple, inside))
                assert (closest(laid)[0] >= 0) == (len(inside) > 0)


def test_counts_move_with_fighting_on(valley: Readied) -> None:
    scenario, view = valley.middle.deals.scenario, valley.worldview
    both = []
    for worth in (-1.0, 0.4, 0.6, 0.8, 1.1):
        stated = {"north": worth, "south": worth}
        readied = ready(scenario, view, valley.strategy, stated, 2, 1)
        both.append(sweep(lay_out(readied.middle, 0, 0)).both)
    assert both == sorted(both, reverse=True)
    assert both[0] == len(every(valley.middle, 0)) > both[2]
    assert both[-1] == 0


def test_a_large_space_is_counted_as_a_sample_of_it_says(large: Readied) -> None:
    opening, combo = large.middle, large.main
    space, first = opening.deals.menu.space, opening.deals.menu.first
    meeting = sweep(lay_out(opening, 0, combo), kept=5000)
    assert (gains(opening, 0, combo, meeting.packages) >= -1e-9).all()
    assert space.feasible(meeting.packages).all()
    rng = np.random.default_rng(2)
    drawn = np.stack([rng.integers(n, size=400_000) for n in space.sizes], axis=1)
    good = space.feasible(drawn) & opening.allowed[0][drawn + first].all(axis=1)
    drawn = drawn[good]
    gain = gains(opening, 0, combo, drawn)
    for share, count in (
        ((gain >= 0).all(axis=1).mean(), meeting.both),
        ((gain[:, 0] >= 0).mean(), meeting.each[0]),
        ((gain[:, 1] >= 0).mean(), meeting.each[1]),
    ):
        error = np.sqrt(share * (1 - share) / len(drawn))
        assert abs(share - count / meeting.feasible) < 4 * error + 1e-9


def test_the_outline_holds_the_frontier_of_the_overlap(large: Readied) -> None:
    opening, combo, step = large.middle, large.main, 0.0005
    laid = lay_out(opening, 0, combo)
    found = gains(opening, 0, combo, outline(opening, 0, combo, laid, step))
    points = undominated_points(found, np.arange(len(found))[:, None], [0.0, 0.0]).values
    some = gains(opening, 0, combo, sweep(laid, kept=50_000).packages)
    reached = (points[None] >= some[:, None] - [step + 1e-9, 1e-9]).all(axis=2)
    assert reached.any(axis=1).all()


def test_the_hurdles_multiply_to_the_chance_of_ratification(large: Readied) -> None:
    opening = large.middle
    plans = np.array([package_of(opening.deals, p) for p in opening.deals.scenario.spec.plans])
    product_of = np.prod([h.chance for h in hurdles(opening, 0, plans)], axis=0)
    np.testing.assert_allclose(product_of, ratification(opening, 0, plans), rtol=1e-12)
    found = groups(opening, 0, plans[0])
    assert list(found) == list(opening.deals.scenario.spec.constituencies)
    assert all(0 <= share <= 1 for share in found.values())


def test_cheapest_changes_do_what_they_say(large: Readied) -> None:
    opening, judge = large.middle, judge_of(large)
    space = judge.space
    seen = 0
    for plan in ("EURO_UA_APR_2025", "ISTANBUL_2022", "ARTICLE"):
        package = package_of(opening.deals, plan)
        now = judge.gains(package[None])[0]
        found = mend(judge, package)
        for who, changes in found["changes"].items():
            for change in changes:
                changed = package.copy()
                for issue, (old, new) in change["change"].items():
                    m = space.issues.index(issue)
                    assert space.options[m][package[m]] == old
                    changed[m] = space.options[m].index(new)
                assert space.feasible(changed[None]).all()
                then = judge.gains(changed[None])[0]
                assert ((then >= 0) | (now < 0)).all()
                if who in judge.parties:
                    assert then[judge.parties.index(who)] >= 0
                elif who == "ratification":
                    assert judge.passing(changed[None])[0] >= 0.5
                seen += 1
        better = exact_improvement(large, package)
        within = found["improvement"]
        if better is not None:
            assert min(better["gains"][p] - g for p, g in zip(judge.parties, now, strict=True)) > 0
            if within is not None:
                assert better["smallest_gain"] >= within["smallest_gain"] - 0.0005
    assert seen > 0


def test_the_best_text_is_on_the_table_and_beats_the_named_plans(large: Readied) -> None:
    opening, combo = large.middle, large.main
    text = best_text(opening, 0, combo, np.zeros((0, 12), dtype=np.int64))
    assert text is not None
    first = opening.deals.menu.first
    assert opening.deals.menu.space.feasible(text[None]).all()
    assert opening.allowed[0][text + first].all()


def test_no_package_proposed_holds_a_hard_pair_or_what_nobody_offers(large: Readied) -> None:
    scenario, space = large.middle.deals.scenario, large.middle.deals.menu.space
    found = settlement(scenario, [large.worldview], large.strategy, STATED, 2, 1)
    (view,) = found["worldviews"]
    hard = [set(p.options) for p in scenario.spec.incompatible if p.strength == "hard"]
    proposed = [p["package"] for p in view["frontier"]]
    proposed += [p["package"] for p in view["solutions"].values() if p]
    proposed += [p["package"] for p in view["solutions_with_ratification"].values() if p]
    assert len(proposed) > 5
    for package in proposed:
        chosen = {f"{issue}.{option}" for issue, option in package.items()}
        assert not any(pair <= chosen for pair in hard)
        numbers = space.package(package) + large.middle.deals.menu.first
        assert large.middle.allowed[0][numbers].all()
    assert view["overlap"]["packages"] > 0
    assert view["why"]["state"] in ("apart", "home", "meet")
    assert found["overlap"] == view["overlap"]


def test_win_sets_that_cannot_meet_are_explained() -> None:
    scenario = load("ukraine-2025")
    stated = {"ukraine": 0.93, "russia": 0.9}
    (view,) = settlement(scenario, ["restraint"], None, stated, 2, 1)["worldviews"]
    assert view["overlap"]["packages"] == 0
    assert view["why"]["state"] == "apart"
    assert view["why"]["shortfall"] > 0
    assert all(point is None for point in view["solutions"].values())
    # Leaving an issue aside never takes the win-sets further apart.
    assert min(view["why"]["narrows"].values()) >= -1e-9


def test_named_plans_stand_in_the_order_of_the_public_table() -> None:
    from winset.insight.plan_report import plans_document

    found = plans_document(load("ukraine-2025"), ["article"], None, STATED, 2, 1)
    # Weighted value at the middle numbers: Ukraine, Russia, United States, Europe.
    wanted = {
        "TEN_POINT": (100, 3, 37, 88), "ISTANBUL_2022": (49, 58, 65, 51),
        "RU_MEMO_2025": (1, 99, 41, 3), "WITKOFF_APR_2025": (61, 48, 82, 58),
        "EURO_UA_APR_2025": (87, 16, 58, 91), "ALASKA_REPORTED": (19, 84, 68, 23),
        "ARTICLE": (43, 60, 79, 49), "BARE_FREEZE": (71, 27, 57, 81),
    }  # fmt: skip
    assert {
        plan: tuple(round(v) for v in row.values()) for plan, row in found["as_scored"].items()
    } == wanted
