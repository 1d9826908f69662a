"""The search for better strategies, on cells whose answer is known and on small wars."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from improve_cells import MAKERS, NOISY
from valley import template, written

from winset.api import improve, load
from winset.errors import Interrupted, StudyError
from winset.insight.improve import Budget, first_population
from winset.insight.improve_cells import Bench
from winset.insight.improve_judge import aims
from winset.insight.search_space import TEMPLATE, Candidate, Turn, search_space, with_candidate
from winset.scenario import check
from winset.study import DesignError, conduct, plan
from winset.study.cell_folder import CellFolder
from winset.talks.cell import Settings

pytest.importorskip("pymoo")


@pytest.fixture(scope="module")
def valley(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return load(written(tmp_path_factory.mktemp("improve"), template()))


def ask(valley: Any, **more: Any) -> Any:
    settings = {
        "strategy": "stand_aside",
        "worldviews": ["hopeful"],
        "objectives": ("durable", "deaths"),
        "budget": Budget(120),
        "draws": 16,
        "paths": 4,
        "score_draws": 32,
        "score_paths": 4,
        "workers": 1,
        "makers": MAKERS,
        **more,
    }
    return improve(valley, **settings)


def test_a_candidate_survives_as_text() -> None:
    one = Candidate(
        (("arms", 0.35), ("pledge", 1.0)),
        (Turn(2, (("arms", 0.6),), (("arms", 0.35),)), Turn(9, (("pledge", 0.1),))),
    )
    assert Candidate.read(one.text) == one
    assert one.parts == 4
    fewer = one.without(0)
    # Without its level a lever is in no turn either; a turn with nothing left is gone.
    assert fewer == Candidate((("pledge", 1.0),), (Turn(9, (("pledge", 0.1),)),))
    assert one.without(2).turns == (one.turns[1],)


def test_a_genome_says_what_is_done(valley: Any) -> None:
    space = search_space(valley, "stand_aside")
    levels = space.candidate(space.genome({"arms": 0.37}))
    assert levels == Candidate((("arms", 0.35),))
    rng = np.random.default_rng(1)
    kinds = {len(space.candidate(rng.random(space.size)).turns) for _ in range(60)}
    assert kinds == {0, 1, 2}
    for _ in range(60):
        for turn in space.candidate(rng.random(space.size)).turns:
            assert turn.levels and all(0 <= level <= 1 for _, level in turn.levels)
            # A condition goes back where it does not hold; a date stays.
            assert bool(turn.otherwise) == (turn.slot in space.reasons)


def test_held_levers_are_left_alone(valley: Any) -> None:
    found = ask(valley, hold=("pledge",))
    assert all("pledge" not in dict(one.candidate.levels) for one in found.found.tried)
    for one in found.found.tried:
        assert all("pledge" not in dict(turn.levels) for turn in one.candidate.turns)


def test_the_best_is_found_and_thinned(valley: Any) -> None:
    found = ask(valley)
    best = found.scoring.scored[0]
    levels = dict(best.candidate.levels)
    # 0.4 a (1 - a) is largest at a half; pledge helps all the way, and sooner by a date.
    assert levels["pledge"] >= 0.85 and best.beats == ("hopeful",)
    gap = best.gains["hopeful"]["durable"]
    assert gap.diff > 0.15 and gap.clear
    everything = max(float(one.gains[0]) for one in found.found.tried)
    assert everything > 0.25
    thin = [one for one in found.scoring.scored if "thinned" in one.why]
    full = [one for one in found.scoring.scored if one.why.endswith("at once")]
    assert thin and thin[0].candidate.parts <= min(o.candidate.parts for o in full or thin)


def test_gains_are_those_of_draws_not_searched(valley: Any) -> None:
    found = ask(valley, makers=NOISY, budget=Budget(60))
    searched = [one.searched["durable"] for one in found.scoring.scored]
    scored = [one.gains["hopeful"]["durable"].diff for one in found.scoring.scored]
    # Nothing does anything: the best of sixty looks good on the draws it was chosen on only.
    assert max(searched) > 0.005
    assert abs(np.mean(scored)) < 0.6 * max(searched)
    assert found.scoring_settings.seed != found.design.settings.seed


def test_a_gain_must_be_reached_in_most_worldviews(valley: Any) -> None:
    # Under grim a pledge does harm, so no pledge gains in both.
    both = ask(valley, worldviews=["hopeful", "grim"])
    for one in both.scoring.scored:
        if len(one.beats) == 2:
            assert dict(one.candidate.levels).get("pledge", 0.0) <= 0.35
    assert any(one.worse for one in both.scoring.scored) or both.scoring.scored[0].beats


def test_the_same_question_has_the_same_answer_from_the_folder(valley: Any, tmp_path: Path) -> None:
    out = tmp_path / "kept"
    first = ask(valley, out=out)
    cells = {p.name: p.stat().st_mtime_ns for p in (out / "cells").iterdir()}
    result = (out / "result.json").read_bytes()
    second = ask(valley, out=out, workers=2)
    assert (out / "result.json").read_bytes() == result
    assert cells == {p.name: p.stat().st_mtime_ns for p in (out / "cells").iterdir()}
    assert [t.candidate for t in first.found.tried] == [t.candidate for t in second.found.tried]
    assert len(json.loads((out / "tried.json").read_text())["tried"]) == len(first.found.tried)


def test_stopped_and_taken_up_again(
    valley: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ask(valley, out=tmp_path / "whole")
    computed, put = 0, CellFolder.put

    def stop(self: CellFolder, digest: str, part: Any) -> None:
        nonlocal computed
        computed += 1
        if computed == 40:
            raise KeyboardInterrupt
        put(self, digest, part)

    monkeypatch.setattr(CellFolder, "put", stop)
    with pytest.raises(Interrupted, match="kept in"):
        ask(valley, out=tmp_path / "cut")
    monkeypatch.setattr(CellFolder, "put", put)
    kept = len(list((tmp_path / "cut" / "cells").glob("*.cell")))
    assert kept == 39
    again = ask(valley, out=tmp_path / "cut")
    assert again.scoring == whole.scoring


def test_what_is_written_can_be_pasted_and_run(valley: Any, tmp_path: Path) -> None:
    ask(valley, out=tmp_path / "s")
    report = check(tmp_path / "s" / "scenario.yaml", strict=True)
    assert not report.problems
    assert report.scenario is not None
    assert "improved_1" in report.scenario.strategies
    assert "improved_1:" in (tmp_path / "s" / "strategies.yaml").read_text()


def test_a_pasted_strategy_does_what_was_scored(valley: Any, tmp_path: Path) -> None:
    """A real war with talks: the cell of the search and of the scenario with it, bit for bit."""
    space = search_space(valley, "steady")
    reasons, dates = space.reasons, space.dates
    one = Candidate(
        (("arms", 0.6),),
        (
            Turn(reasons[1], (("arms", 1.0), ("pledge", 0.4)), (("arms", 0.6), ("pledge", 0.8))),
            Turn(dates[0], (("pledge", 1.0),)),
        ),
    )
    settings = Settings(draws=8, paths=8, months=12, replicates=4)
    with Bench(space, ["hopeful"], workers=1) as bench:
        (cell,) = bench.cells([bench.name(one)], settings).values()
    whole = valley.resolved()
    strategy = space.strategy(one, "as found").model_dump(mode="json", exclude_unset=True)
    whole["strategies"]["found"] = strategy
    from winset.scenario.canonical import to_yaml

    path = tmp_path / "pasted.yaml"
    path.write_text(to_yaml(whole))
    pasted = load(path)
    design = plan(pasted, strategies=["found"], worldviews=["hopeful"], draws=8, paths=8, months=12)
    results = conduct(type(design)(pasted, ("found",), ("hopeful",), settings), workers=1)
    (other,) = results.cells.values()
    assert set(cell.measures) == set(other.measures)
    for name, values in cell.measures.items():
        assert np.array_equal(values, other.measures[name], equal_nan=True), name


def test_a_candidate_stands_in_the_place_of_the_template(valley: Any) -> None:
    space = search_space(valley, "steady", turns=False)
    assert space.rules == () and space.size == len(space.free)
    placed = with_candidate(space.scenario, Candidate((("arms", 0.1),)), space.own)
    assert placed.strategy(TEMPLATE).levers == {"arms": 0.1, "pledge": 0.8}
    assert placed == space.scenario  # what is kept by its hash is the same for all candidates


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"strategy": "stedy"}, "steady"),
        ({"hold": ("arm",)}, "arms"),
        ({"hold": ("arms", "pledge")}, "nothing to improve"),
        ({"objectives": ("durabel",)}, "durable"),
    ],
)
def test_a_wish_that_cannot_be(valley: Any, wish: dict[str, Any], said: str) -> None:
    with pytest.raises(DesignError, match=said):
        ask(valley, **wish)


def test_another_folder_is_refused(valley: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(StudyError, match="not made by"):
        ask(valley, out=tmp_path)


def test_objectives_have_a_better_end(valley: Any) -> None:
    found = {o.name: o.way for o in aims(valley.spec, ["durable", "deaths", "money.x", "signed"])}
    assert found == {"durable": 1, "deaths": -1, "money.x": -1, "regret": -1}
    assert list(found)[:2] == ["durable", "deaths"]


def test_a_strategy_based_on_one_with_rules_has_its_rules(valley: Any) -> None:
    """The rules of the base act in what is based on it (they once had no compiled condition)."""
    from winset.talks import run_cell
    from winset.talks.readings import readings

    whole = valley.resolved()
    rule = {"when": "month >= 3", "set": {"arms": 0}}
    whole["strategies"]["turning"] = {"label": "t", "levers": {"arms": 1}, "rules": [rule]}
    whole["strategies"]["child"] = {"label": "c", "based_on": "turning", "levers": {"pledge": 1}}
    from winset.scenario.scenario import build
    from winset.scenario.schema.root import ScenarioSpec

    scenario = build(ScenarioSpec.model_validate(whole), valley.places)
    assert {"rule|turning|0", "rule|child|0"} <= set(readings(scenario))
    cell = run_cell(scenario, "hopeful", "child", Settings(draws=4, paths=4, months=6))
    assert np.isfinite(cell.measures["durable"]).all()


def test_turns_are_searched_too(valley: Any) -> None:
    space = search_space(valley, "steady")
    genomes = first_population(space, ("steady", "stand_aside"), 200, np.random.default_rng(1))
    turns = [turn for genome in genomes for turn in space.candidate(genome).turns]
    assert 40 < len(turns) < 160
    slots = {turn.slot for turn in turns}
    assert slots & set(space.dates) and slots & set(space.reasons)
    assert any(one.candidate.turns for one in ask(valley, budget=Budget(60)).found.tried)
    assert ask(valley, budget=Budget(30), turns=False).space.rules == ()
