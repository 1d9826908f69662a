"""The settlement space and the war without talks, on a small war that is played."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from mirrored import told

from winset.errors import StudyError
from winset.insight.apart import without_talks
from winset.insight.opening import gains, open_up, ratification
from winset.insight.space import space_of
from winset.scenario import load
from winset.scenario.sampling import middles
from winset.study import CellKey, Results, conduct, plan
from winset.talks import Settings
from winset.talks.cell import LIGHT
from winset.talks.problem import prepare

STRATEGY = "today"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("space") / "war"
    told(folder, "a", "b", tau=0.05, months=12)
    file = folder / "scenario.yaml"
    plans = (
        "plans:\n  LINE: {title: The line, options: {land: line, shield: some, relief: full}}\n"
        "  LOST: {title: All lost, options: {land: lost, shield: none, relief: full}}\n"
    )
    file.write_text(file.read_text(encoding="utf-8") + plans, encoding="utf-8")
    design = plan(load(folder), strategies=[STRATEGY], draws=64, paths=16, solver="lsmc")
    return conduct(design, workers=1)


def test_the_frontier_is_the_best_of_all_packages(played: Results) -> None:
    view = played.worldviews[0]
    space = space_of(played, view, STRATEGY)
    scenario = played.scenario
    light = Settings(draws=1, paths=1, months=12, seed=1, replicates=1, **LIGHT)
    problem = prepare(scenario, view, STRATEGY, light, middles(scenario, view))
    worths = played.cells[CellKey(view, STRATEGY)].worths
    opening = open_up(problem, np.array([[w.values[0, 2] for w in worths]]))
    combo = int(problem.priors.world_types[0].argmax())
    menu = opening.deals.menu
    packages = np.array(list(product(*(range(n) for n in menu.space.sizes))))
    kept = menu.space.feasible(packages)
    kept &= opening.allowed[0][menu.flat(packages)].all(axis=1)
    gain = gains(opening, 0, combo, packages[kept])
    gain = gain[np.isfinite(gain).all(axis=1)]
    for g in gain:  # where a package is worth signing, some point of the frontier is no worse
        if (g >= 0).all():
            assert (space.frontier >= g - 0.003).all(axis=1).any()
    assert len(gain) > 4 and len(space.frontier) >= 1
    best = [gain[:, k].max() for k in (0, 1)]
    assert (space.frontier.max(axis=0) >= np.array(best) - 0.003).all()  # a surplus is gain / A
    assert (np.diff(space.frontier[:, 0]) > 0).all() and (np.diff(space.frontier[:, 1]) < 0).all()


def test_a_plan_lies_where_its_gains_say(played: Results) -> None:
    view = played.worldviews[0]
    space = space_of(played, view, STRATEGY)
    assert [p.id for p in space.plans] == ["LINE", "LOST"]
    scenario = played.scenario
    light = Settings(draws=1, paths=1, months=12, seed=1, replicates=1, **LIGHT)
    problem = prepare(scenario, view, STRATEGY, light, middles(scenario, view))
    worths = played.cells[CellKey(view, STRATEGY)].worths
    opening = open_up(problem, np.array([[w.values[0, 2] for w in worths]]))
    combo = int(problem.priors.world_types[0].argmax())
    one = np.array([[1, 1, 1]])
    gain = gains(opening, 0, combo, one)[0]
    assert np.sign(space.plans[0].surplus).tolist() == np.sign(gain).tolist()
    assert (np.abs(space.plans[0].surplus) >= np.abs(gain) - 1e-12).all()
    assert space.plans[0].passes == pytest.approx(float(ratification(opening, 0, one)[0]))
    assert not space.plans[0].off_table


def test_reservation_values_move_from_their_start(played: Results) -> None:
    space = space_of(played, played.worldviews[0], STRATEGY)
    assert space.months[0] == 0 and space.open[0] == pytest.approx(1.0)
    assert space.moves[0, :, 1] == pytest.approx([0, 0])
    assert (np.diff(space.moves, axis=2) >= 0).all()
    assert (np.diff(space.open) <= 1e-12).all()
    assert space.types[0] in ("resolve.low", "resolve.high")


def test_an_older_study_is_refused(played: Results) -> None:
    old = replace(played, cells={k: replace(c, worths=()) for k, c in played.cells.items()})
    with pytest.raises(StudyError, match="run` it again"):
        space_of(old, played.worldviews[0], STRATEGY)


def test_without_talks_the_months_go_on_as_they_do_in_the_war_alone(played: Results) -> None:
    view = played.worldviews[0]
    alone = without_talks(played, STRATEGY)[view]["stock"]
    course = played.cells[CellKey(view, STRATEGY)].courses["stock"].all_paths
    assert alone.shape == (13, 5) == course.shape
    assert alone[0] == pytest.approx(course[0])  # the same start
    # wars that are settled stop drawing on the stock, so that what differs is what talks do
    assert np.abs(alone[12] - course[12]).max() > 0
