"""An armistice in `winset plan` and `plans` is valued as the talks value it: its own hazard, no
vote at home, nothing shifted; a settlement of the same words is another thing.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from winset.cli import main
from winset.errors import OverrideError
from winset.insight.named import named_plans, package_named
from winset.insight.opening import gains
from winset.insight.plans import judged
from winset.insight.readied import ready
from winset.scenario import load
from winset.talks.menu import menu
from winset.talks.pricing import prices
from winset.talks.problem import start_readings

SCENARIO = "ukraine-2025"
PLAN = "BARE_FREEZE"
STATED = {"ukraine": 0.1, "russia": 0.2}


@pytest.fixture(scope="module")
def readied():  # type: ignore[no-untyped-def]
    return ready(load(SCENARIO), "sceptic", "as_in_2025", STATED, 4, 1)


def test_it_is_priced_as_in_the_talks(readied) -> None:  # type: ignore[no-untyped-def]
    opening = readied.drawn
    problem = opening.problem
    table, draws = problem.table, opening.deals.draws
    at = int(np.flatnonzero(table.kept[0] == table.armistice)[0])
    z = start_readings(problem.war, problem.params, problem.target, problem.hidden, draws)
    v, lasts, hazard, passes, _ = prices(table, np.arange(draws), z, np.ones(draws, dtype=bool))
    text = package_named(load(SCENARIO), opening.deals.menu, PLAN)
    assert text.armistice
    for d in range(draws):
        assert passes[d, at] == 1.0
        for combo in range(hazard.shape[2]):
            mine = table.row_of[:, combo]
            own = v[d, at, mine] - np.array(list(STATED.values()))
            wanted = lasts[d, at, combo] * own
            found = gains(opening, d, combo, text.package[None], np.array([True]))[0]
            assert found == pytest.approx(wanted, abs=1e-6)


def test_a_settlement_of_the_same_words_is_another_thing(readied) -> None:  # type: ignore[no-untyped-def]
    text = package_named(load(SCENARIO), readied.drawn.deals.menu, PLAN)
    truce, settlement = judged(readied, [text, text._replace(armistice=False)])
    assert truce["armistice"] and not settlement["armistice"]
    assert truce["ratification"] == {"low": 1.0, "middle": 1.0, "high": 1.0}
    assert truce["hurdles"] == [] and truce["durable"] < 0.01 < settlement["durable"]
    assert settlement["ratification"]["middle"] < 1.0
    for party in STATED:
        small, large = abs(truce["gain"][party]["high"]), abs(settlement["gain"][party]["high"])
        assert small < large  # a month or two of it, against years


def test_only_one_named_plan_is_one() -> None:
    scenario = load(SCENARIO)
    assert [t.id for t in named_plans(scenario, menu(scenario)) if t.armistice] == [PLAN]


def test_a_file_may_be_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = load(SCENARIO)
    options = dict(scenario.spec.plans[PLAN].options)
    file = tmp_path / "truce.yaml"
    file.write_text(json.dumps({"options": options, "armistice": True}), encoding="utf-8")
    assert package_named(scenario, menu(scenario), str(file)).armistice
    file.write_text(json.dumps({"options": options, "armistice": "yes"}), encoding="utf-8")
    with pytest.raises(OverrideError, match="true or false is due, found 'yes'"):
        package_named(scenario, menu(scenario), str(file))
    stated = [f"--fighting-on={p}={v}" for p, v in STATED.items()]
    more = ["--draws", "2", "--worldview", "sceptic", *stated]
    assert main(["plan", SCENARIO, PLAN, "--json", *more]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["armistice"] and found["worldviews"][0]["middle"]["ratification"] == 1.0
