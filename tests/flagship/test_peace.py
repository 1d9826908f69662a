"""`ukraine-2025-peace`: with the peace played on, what lasts follows from the war's own engine."""

import numpy as np
import pytest

from winset.cli import main
from winset.scenario import load
from winset.scenario.distributions import quantile
from winset.talks import Settings
from winset.talks.cell import LIGHT
from winset.talks.problem import Problem, prepare
from winset.talks.terms import holding
from winset.talks.texts import package_of

NAME = "ukraine-2025-peace"


def prepared(*overrides: str) -> Problem:
    scenario = load(NAME, overrides=overrides)
    size = Settings(draws=4, paths=1, months=24, replicates=1, **LIGHT)
    return prepare(scenario, "sceptic", "as_in_2025", size)


@pytest.fixture(scope="module")
def problem() -> Problem:
    return prepared()


def lasts(problem: Problem, packages: np.ndarray) -> np.ndarray:
    """[D,N,T] chance of no renewed war within the window."""
    hazard, _, _, _ = holding(problem.deals, np.arange(4)[:, None], packages[None])
    return np.asarray((1.0 - hazard) ** 60)


def test_no_hazard_is_stated_and_plans_differ(problem: Problem) -> None:
    lasting = problem.scenario.spec.durability
    assert lasting is not None and lasting.stated is None and lasting.hazard is not None
    plans = np.array([package_of(problem.deals, p) for p in problem.scenario.spec.plans])
    found = lasts(problem, plans)
    assert ((found > 0) & (found < 1)).all()
    assert np.ptp(found.mean(axis=(0, 2))) > 0.2
    # a leadership with maximal aims breaks what an opportunist one would keep
    types = [tuple(m for m, on in row.marks.items() if on) for row in problem.deals.rows]
    russian = [t for t, row in zip(types, problem.deals.rows, strict=True) if row.party == "russia"]
    names = [t[0].rpartition(".")[2] for t in russian]
    mean = found.mean(axis=(0, 1))
    assert mean[names.index("maximal")] < mean[names.index("opportunist")]


def test_a_dearer_breach_makes_every_peace_last_longer(problem: Problem) -> None:
    plans = np.array([package_of(problem.deals, p) for p in problem.scenario.spec.plans])
    high = float(quantile(load(NAME).quantities["peace.tripwire"], np.array([0.9]))[0])
    dear = lasts(prepared(f"peace.tripwire={high + 0.5}", "peace.breach=0.3"), plans)
    free = lasts(prepared("peace.tripwire=0", "peace.breach=0"), plans)
    assert (dear >= free - 1e-9).all() and (dear > free + 0.01).any()


def test_a_capped_army_is_attacked_at_less_cost(problem: Problem) -> None:
    """War against Ukraine in a peace with the hardest cap is worth more to Russia, less to Ukraine,
    than in one without a cap, all else equal.
    """
    peace = problem.deals.peace
    menu = problem.deals.menu
    m = menu.space.issues.index("force_caps")
    free, capped = (menu.space.options[m].index(o) for o in ("NO_CAP", "CAP_85"))
    kinds = np.moveaxis(peace.kind, peace.issues.index(m), 0)
    last = peace.war[:, :, -1].mean(axis=0)  # [G,R]
    russian = [i for i, r in enumerate(peace.rows) if problem.deals.rows[r].party == "russia"]
    own = [i for i, r in enumerate(peace.rows) if problem.deals.rows[r].party == "ukraine"]
    for a, b in zip(kinds[free].ravel(), kinds[capped].ravel(), strict=True):
        assert last[b, own].mean() < last[a, own].mean()
        assert last[b, russian].mean() > last[a, russian].mean()


def test_deals_says_that_it_cannot_count(capsys: pytest.CaptureFixture[str]) -> None:
    stated = ["--fighting-on=ukraine=0.1", "--fighting-on=russia=0.2"]
    more = ["--worldview", "sceptic", "--draws", "2"]
    assert main(["deals", NAME, *more, *stated]) == 2
    said = capsys.readouterr().err
    assert "the peace is played on" in said and "`winset plan`, `plans` and `run`" in said
