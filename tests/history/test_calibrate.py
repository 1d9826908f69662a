"""The fit against exact answers, its own calibration, and what it refuses."""

from pathlib import Path

import numpy as np
import pytest
from recorded import FITTED, HEAD, MONTHS, SIEGE, kalman, month, record, siege, table
from scipy.stats import beta, binom

from winset.errors import OverrideError, ScenarioError
from winset.history import Calibrated, calibrate
from winset.history.earlier import as_it_was, lever_levels
from winset.history.record import read_record
from winset.history.sbc import BINS
from winset.history.score import AT, covered, pooled
from winset.history.simulate import simulate

SIMULATIONS = 12_000


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def found(data: Path) -> Calibrated:
    record(data, seed=3)
    return calibrate(siege(data), data, simulations=SIMULATIONS, checks=400, seed=1)


def test_months_to_come_are_those_of_the_kalman_filter(found: Calibrated, data: Path) -> None:
    gains = np.array(record(data, seed=3))
    for ahead in (1, 5, 10):
        mean, spread = kalman(gains[:FITTED], ahead)
        quantiles = found.fit.quantiles(found.fit.find("month", "gain", FITTED + ahead - 1), AT)
        exact = mean + spread * np.array([-1.6449, -0.6745, 0, 0.6745, 1.6449])
        assert np.abs(quantiles - exact).max() < 0.25 * spread
        width = (quantiles[-1] - quantiles[0]) / (exact[-1] - exact[0])
        assert 0.88 < width < 1.12


def test_a_known_share_is_found_with_the_binomial_spread(found: Calibrated, data: Path) -> None:
    recorded = found.record.series["hit"]
    hit = float((recorded.value * recorded.counted)[:FITTED].sum())
    shot = float(recorded.counted[:FITTED].sum())
    assert shot == 50 * FITTED  # guns and mortars, no stones
    low, mid, high = next(n.fitted for n in found.numbers if n.id == "hits")
    # The prior is flat over so narrow a range: the exact posterior is close to a beta. 12,000
    # simulations leave the regression an error of up to half of so narrow a spread.
    exact = beta(hit + 1, shot - hit + 1)
    assert abs(mid - exact.median()) < 0.6 * exact.std()
    assert 0.8 < (high - low) / (2 * 1.2816 * exact.std()) < 1.3
    assert low < exact.ppf(0.3) and high > exact.ppf(0.7)


def test_what_has_become_of_a_quantity_is_the_filtered_state(found: Calibrated, data: Path) -> None:
    gains = np.array(record(data, seed=3))
    mean, spread = kalman(gains, 1)
    now = next(n for n in found.numbers if n.id == "rate")
    level = np.sqrt(spread**2 - 4)
    assert np.abs(now.now - (mean + level * np.array([-1.2816, 0, 1.2816]))).max() < 0.3 * level
    assert now.stated is not None and now.stated[1] == pytest.approx(40)


def test_the_fit_is_calibrated_on_simulated_records(found: Calibrated) -> None:
    ranks, targets = found.ranks, found.fit.targets
    for j, target in enumerate(targets):
        if target.kind in ("free", "now"):
            assert ranks.p_value(j) > 1e-3, target
            n = len(ranks.pit[j])
            for level in (0.5, 0.9):
                inside = covered(ranks.pit[j], level)
                assert binom.ppf(1e-4, n, level) <= inside <= binom.ppf(1 - 1e-4, n, level)
    months = [j for j, t in enumerate(targets) if t.kind == "month"]
    assert ranks.coverage(months, 0.9) == pytest.approx(0.9, abs=0.02)
    assert ranks.coverage(months, 0.5) == pytest.approx(0.5, abs=0.03)
    assert ranks.histogram(months).sum() == len(months) * len(found.fit.test)
    assert len(ranks.histogram(months)) == BINS


def test_coverage_over_many_records_made_elsewhere(data: Path) -> None:
    # Records from plain numpy with rates from the prior: 90% intervals hold nine in ten.
    inside = of = 0
    for seed in range(4):
        rate = 10 + 3 * float(np.random.default_rng(100 + seed).standard_normal())
        record(data, seed=200 + seed, rate=rate)
        got = calibrate(siege(data), data, simulations=4_000, checks=20, seed=2)
        for scored in got.scores:
            inside, of = inside + scored.inside(0.9), of + len(scored.value)
    record(data, seed=3)
    # Months of one record lean on one another, so four records count for far fewer than 80 months.
    assert of == 4 * 2 * (MONTHS - FITTED)
    assert 0.75 <= inside / of <= 0.99


def test_a_model_that_is_wrong_is_caught(data: Path, tmp_path: Path) -> None:
    gains = record(tmp_path, seed=3)
    gains[FITTED:] += 25
    table(tmp_path / "gains.csv", HEAD, [(month(t), g) for t, g in enumerate(gains)])
    got = calibrate(siege(tmp_path), tmp_path, simulations=4_000, checks=20, seed=1)
    ground = next(s for s in got.scores if s.id == "gain")
    assert ground.inside(0.9) <= 1 and ground.mean_pit > 0.99
    assert ground.crps > 10
    assert pooled(got.scores, 0.9)[0] <= 11


def test_same_seed_same_bits(data: Path) -> None:
    scenario = siege(data)
    one, two = (calibrate(scenario, data, simulations=4_000, checks=20, seed=5) for _ in range(2))
    for a, b in zip(one.scores, two.scores, strict=True):
        assert np.array_equal(a.quantiles, b.quantiles) and np.array_equal(a.pit, b.pit)
    other = calibrate(scenario, data, simulations=4_000, checks=20, seed=6)
    assert not np.array_equal(one.scores[0].quantiles, other.scores[0].quantiles)


def test_the_war_starts_at_an_earlier_month(data: Path) -> None:
    scenario = siege(data)
    then = as_it_was(scenario)
    for view in then.worldviews:
        assert then.quantity("camp", view).value == 5
        assert then.quantity("rate", view).parameters == (10, 3)
    levels = lever_levels(scenario, ("supply",), MONTHS)[:, 0]
    assert levels[0] == 1  # today's until one is named
    assert levels[2] == 0.5 and levels[11] == 0.5 and levels[12] == 0
    played = simulate(scenario, ("high", "low"), 64, MONTHS, 1)
    assert (played.view == np.repeat([0, 1], 32)).all()
    gain = played.readings["reading/gain"]
    assert np.allclose(gain[:, 0], played.theta["rate"], atol=1e-4)
    # An event with a rate of 0.2 would have ended all but one in a thousand: none stood still.
    assert (np.abs(np.diff(gain, axis=1)).min(axis=1) > 0).all()


def test_a_score_known_by_hand() -> None:
    from winset.history.posterior import Draws
    from winset.history.score import _crps

    even = Draws(np.array([0.0, 1.0, 2.0, 3.0]), np.full(4, 0.25))
    assert even.below(1.5) == pytest.approx(0.5)
    assert even.below(-1) == 0 and even.below(4) == 1
    assert even.quantiles(np.array([0.5]))[0] == pytest.approx(1.5)
    # E|X - 1| = (1 + 0 + 1 + 2) / 4 = 1; E|X - X'| = 20 / 16; half of it is 0.625
    assert _crps(np.array([0.0, 1.0, 2.0, 3.0]), 1.0) == pytest.approx(1 - 0.625)
    assert covered(np.array([0.04, 0.06, 0.5, 0.96]), 0.9) == 2


BAD_DATA = [
    ("gains.csv", None, "there is no table gains.csv", "shots.csv"),
    ("gains.csv", [("month", "km"), ("2001-01", 1)], "no such column", "km"),
    ("gains.csv", [("month", "km2"), ("2001-01", "many")], "a number is due here", "many"),
    ("gains.csv", [("month", "km2"), ("2001-13", 1)], "no month stands here", "2001-13"),
    ("gains.csv", [("month", "km2"), ("2001-01", 1)], "has 1 of the 24 months", "half"),
]


@pytest.mark.parametrize(("file", "rows", "message", "word"), BAD_DATA)
def test_data_that_cannot_be_used(
    tmp_path: Path, file: str, rows: list[tuple[object, ...]] | None, message: str, word: str
) -> None:
    record(tmp_path, seed=1)
    (tmp_path / file).unlink()
    if rows is not None:
        table(tmp_path / file, [str(x) for x in rows[0]], rows[1:])
    scenario = siege(tmp_path)
    assert scenario.spec.calibration is not None
    with pytest.raises(ScenarioError) as error:
        read_record(scenario.spec.calibration, tmp_path)
    assert message in str(error.value) and word in str(error.value)


def test_what_is_asked_must_make_sense(data: Path) -> None:
    with pytest.raises(OverrideError, match="did you mean high"):
        calibrate(siege(data), data, worldviews=["hihg"])
    with pytest.raises(OverrideError, match="at least 4,000"):
        calibrate(siege(data), data, simulations=100)
    with pytest.raises(ScenarioError, match="no such folder"):
        calibrate(siege(data), data / "nowhere")


BAD_BLOCKS = [
    ("  fit_until: \"2002-12\"", "  fit_until: \"2002-13\"", "a month is due here"),
    ("  fit_until: \"2002-12\"", "  fit_until: \"2001-02\"", "at least 6 months"),
    ("  score_until: \"2003-10\"", "  score_until: \"2002-10\"", "come after"),
    ("given: {camp", "given: {cmap", "no such quantity"),
    ("given: {camp: {value: 5, confidence: J}}", "given: {hits: {value: 0.5}}", "this is free"),
    ("levers: {supply: {", "levers: {suply: {", "no such lever"),
    ("\"2001-03\": 0.5", "\"2001-03\": 1.5", "out of range"),
    ("reading: hits", "reading: hitz", "unknown name hitz"),
    ("      scale: logit\n", "", "goes with the scale"),
    ("      trials: 50\n", "", "needs `of` and `trials`"),
    ("file: gains.csv", "file: ../gains.csv", "not a path"),
    ("error: {sd: {value: 2", "error: {sd: {low: -1, mid: 1, high: 3", "may lie outside its range"),
    ("parameters: [10, 3], confidence: J}, now", "parameters: [10, -3]}, now", "family"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), BAD_BLOCKS)
def test_a_block_that_cannot_be_used(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in SIEGE
    with pytest.raises(ScenarioError) as error:
        siege(tmp_path, SIEGE.replace(old, new, 1))
    assert message in str(error.value) and "calibration." in str(error.value)


def test_strict_asks_for_marks(tmp_path: Path) -> None:
    from winset.scenario import check

    file = tmp_path / "siege.yaml"
    file.write_text(SIEGE, encoding="utf-8")
    assert not check(file, strict=True).problems
    bare = SIEGE.replace("prior: {low: 0.2, mid: 0.5, high: 0.8, bounds: [0, 1], confidence: J}",
                         "prior: {low: 0.2, mid: 0.5, high: 0.8, bounds: [0, 1]}")  # fmt: skip
    file.write_text(bare, encoding="utf-8")
    problems = check(file, strict=True).problems
    assert [p.path for p in problems] == ["calibration.free.hits"]
    assert not check(file).problems
