"""Charts: numbers are the study's, findings are true, files come out, colours judge nobody."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_cells import MAKERS, FakeScenario, flagship_like, make, small, trace
from svg_texts import faults, size_of

from winset.errors import StudyError, WinsetError
from winset.insight import judge, regrets
from winset.insight.page import Argument
from winset.insight.swings import swings
from winset.study import CellKey, DesignError, Results, conduct, plan
from winset.talks.cell import Settings
from winset.views.charts import CHARTS, bare_svg, figure, save, svg, timeline_figure
from winset.views.charts.claims import claims_figure
from winset.views.charts.grid import grid_finding
from winset.views.charts.names import unique, units
from winset.views.charts.terms import option_shares
from winset.views.charts.theme import DARK, RAMP, SET, config, step_of
from winset.views.charts.war import observed

pytest.importorskip("altair")
pytest.importorskip("vl_convert")


def rows_of(spec: Any) -> list[dict[str, Any]]:
    """Every row of data in a Vega-Lite document."""
    found: list[dict[str, Any]] = []
    if isinstance(spec, dict):
        for key, value in spec.items():
            if key == "values" and isinstance(value, str):
                found += json.loads(value)
            else:
                found += rows_of(value)
    elif isinstance(spec, list):
        for value in spec:
            found += rows_of(value)
    return found


@pytest.mark.parametrize("name", [n for n in CHARTS if n not in ("claims", "hinges")])
def test_every_chart_is_drawn_wide_and_narrow(full: Results, name: str, tmp_path: Path) -> None:
    made = figure(full, name)
    for width in (720, 344):
        text = svg(made, width)
        assert text.startswith("<svg") and "NaN" not in text
        drawn = bare_svg(made, width, "p")
        assert faults(drawn) == []
        assert size_of(drawn)[0] <= width * 1.05  # a page shrinks what is wider
    assert save(made, tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")
    caption = " ".join(svg(made).split())
    assert "not a forecast" in caption and full.scenario.sha256[:8] in caption


def test_the_grid_shows_the_numbers_of_the_study(full: Results) -> None:
    shown = {
        (r["strategy"].replace("\n", " "), r["worldview"].replace("\n", " ")): r["text"]
        for r in rows_of(figure(full, "grid").spec())
    }
    assert len(shown) == len(full.keys)
    e = full.estimate("kyiv", "walk_away", "durable")
    assert e.mean is not None and e.se is not None
    text = shown["walk away", "kyiv"]
    assert re.fullmatch(r"[<\d.]+±\d+(\.\d)?", text)
    assert abs(float(text.split("±")[0].lstrip("<")) - 100 * e.mean) <= 0.5


def test_the_finding_of_the_grid_changes_with_the_numbers(full: Results) -> None:
    def all_of(value: float) -> Results:
        cells = {
            key: replace(cell, measures={**cell.measures, "durable": np.full(32, value)})
            for key, cell in full.cells.items()
        }
        return replace(full, cells=cells)

    assert grid_finding(all_of(0.2), "durable").startswith("More likely than not in no worldview")
    assert "84 of 84 cells, in 6 of 6 worldviews" in grid_finding(all_of(0.8), "durable")
    assert "Deaths" in grid_finding(full, "deaths") and "people" in grid_finding(full, "deaths")


def test_paired_differences_are_those_of_the_verdict(full: Results) -> None:
    verdict = judge(full)
    gaps = {**verdict.standings["article"]["durable"].rivals}
    rows = [r for r in rows_of(figure(full, "differences").spec()) if r["worldview"] == "article"]
    assert len(rows) == len(gaps) + len(verdict.two_leg)
    found = {r["strategy"].replace("\n", " "): r for r in rows}["walk away"]
    gap = gaps["walk_away"]
    assert found["gap"] == pytest.approx(100 * gap.diff, abs=1e-3)
    assert found["high"] - found["gap"] == pytest.approx(200 * (gap.se or 0), abs=2e-3)
    assert (found["clear"] == "clear") == gap.clear


def test_bars_of_endings_sum_to_one(full: Results) -> None:
    sums: dict[tuple[str, str], float] = {}
    for r in rows_of(figure(full, "endings").spec()):
        key = r["worldview"], r["strategy"]
        sums[key] = sums.get(key, 0.0) + r["share"]
    assert len(sums) == len(full.keys)
    assert max(abs(total - 1) for total in sums.values()) < 1e-3


def test_claims_are_shown_with_what_they_do(full: Results, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="winset claims"):
        figure(full, "claims")

    def effect(mean: float, se: float) -> dict[str, Any]:
        return {"article": {"durable": {"mean": mean, "se": se}}}

    document = {
        "draws": 32,
        "base": {"article": {"durable": {"mean": 0.4}}},
        "claims": [
            {"id": "A1", "effect_off": effect(-0.2, 0.01), "effect_rival": effect(0.05, 0.01)},
            {"id": "A2", "effect_off": effect(0.3, 0.2), "effect_rival": None},
            {"id": "A3", "effect_off": None, "effect_rival": None},
        ],
    }
    made = claims_figure(full, Argument(document, (), tmp_path))
    rows = rows_of(made.spec())
    assert [(r["claim"], r["gap"]) for r in rows] == [("A1", -20), ("A1", 5), ("A2", 30)]
    assert rows[0]["low"] == -22 and rows[0]["high"] == -18
    # A2's is larger but not clear, so the finding does not lean on it
    assert made.finding.startswith("1 claim clearly changes the answer")
    assert "A1 switched off: -20 points in “article”" in made.finding
    assert svg(made, 344).startswith("<svg")


def test_option_shares_sum_to_one_on_each_issue(full: Results) -> None:
    for options in option_shares(full, "three_legs").values():
        for worldview in full.worldviews:
            assert sum(by.get(worldview, 0.0) for by in options.values()) == pytest.approx(1.0)


def test_regret_is_nought_for_the_best_and_for_nobody_below(full: Results) -> None:
    for measure in ("durable", "deaths"):
        found = regrets(full, measure)
        for worldview, gaps in found.of.items():
            assert gaps[found.best[worldview]].diff == 0
            assert all(gap.diff >= 0 for gap in gaps.values())
            means = {s: full.estimate(worldview, s, measure).mean for s in full.strategies}
            top = (max if measure == "durable" else min)(means, key=lambda s: means[s] or 0.0)
            assert found.best[worldview] == top
    worst = regrets(full, "durable").largest("walk_away")
    assert worst is not None and worst[1].diff > 0
    with pytest.raises(DesignError, match="no objective 'signed'"):
        regrets(full, "signed")


def test_the_fan_holds_the_quantiles_of_the_study(full: Results) -> None:
    rows = [r for r in rows_of(figure(full, "war").spec()) if r["worldview"] == "article"]
    course = full.cells[CellKey("article", "three_legs")].courses["front"]
    assert len(rows) == len(course.all_paths)
    assert [rows[24][q] for q in ("p10", "mid", "p90")] == list(course.all_paths[24])
    assert [rows[24][q] for q in ("low", "other", "high")] == [24, 48, 72]  # without talks
    assert "without talks 48" in figure(full, "war").finding


def test_measurements_stand_in_front_of_the_course() -> None:
    data = small()
    data["state"] = {"front": {"start": 1.0, "unit": "km**2", "label": "The front"}}
    data["derived"] = {"pace": {"value": "front", "label": "Pace"}}
    points = {"2025-09": 4.0, "2025-10": 5.0}
    data["observed"] = {"o": {"of": "front", "points": points, "sources": "S1", "label": "Maps"}}
    spec = FakeScenario(data).spec
    assert observed(spec, "front") == {-1: 4.0, 0: 5.0}  # a stock, at the month's end
    moved = replace_of(spec, "pace")
    assert observed(moved, "pace") == {-2: 4.0, -1: 5.0}  # what happened in the month
    assert observed(spec, "pace") == {}
    results = conduct(plan(FakeScenario(data), draws=8, paths=4), workers=1, makers=MAKERS)
    made = figure(results, "war")
    assert "Dots: measured before the start: Maps (S1)." in made.reads
    seen = [r for r in rows_of(made.spec()) if "seen" in r]
    assert {(r["month"], r["seen"]) for r in seen} == {(-1, 4.0), (0, 5.0)}
    assert len(seen) == 2 * len(results.worldviews)


def replace_of(spec: Any, name: str) -> Any:
    series = spec.observed["o"].model_copy(update={"of": name})
    return spec.model_copy(update={"observed": {"o": series}})


def test_a_figure_shows_itself_in_a_notebook(full: Results) -> None:
    made = replace(figure(full, "grid"), finding="<script>alert(1)</script>")
    shown = made._repr_html_()
    assert "<script>" not in shown and "&lt;script&gt;" in shown and "<svg" in shown


def test_a_notebook_may_choose_between_picture_and_document(full: Results) -> None:
    made = figure(full, "grid")
    both = made._repr_mimebundle_()
    assert set(both) == {"text/html", "application/vnd.vegalite.v6+json", "text/plain"}
    assert both["application/vnd.vegalite.v6+json"] == made.spec()
    assert set(made._repr_mimebundle_(include={"text/plain"})) == {"text/plain"}
    assert "text/html" not in made._repr_mimebundle_(exclude={"text/html"})


def test_numbers_of_plans_step_aside(full: Results) -> None:
    made = figure(full, "space")
    assert "exist in 6 of 6 worldviews; of the named plans 1 would also pass" in made.finding
    rows = [r for r in rows_of(made.spec()) if "number" in r][:3]
    edge, middle, near = rows
    assert edge["number"] == "(1)" and -0.5 < edge["x"] < -0.4  # held at the edge
    assert (middle["x"], middle["y"]) == (middle["x2"], middle["y2"]) == (0.1, 0.1)
    assert (near["x"], near["y"]) == (0.11, 0.1)
    assert (near["x2"] - 0.1) ** 2 + (near["y2"] - 0.1) ** 2 > 0.03**2


def test_fighting_on_by_month_is_the_study_s(full: Results) -> None:
    made = figure(full, "reservation")
    at_war = [
        full.cells[CellKey(w, "three_legs")].fates["at_war"].mean[12] for w in full.worldviews
    ]
    parts = [100 * 0.9 / 3 / part for part in at_war]  # the made-up overlap a year on: 0.9 / 3
    assert made.finding == (
        "Something could be signed at the start in 33% of draws and types, a year on in "
        f"{min(parts):.0f} to {max(parts):.0f}% of the wars still going on, by worldview"
    )
    rows = [r for r in rows_of(made.spec()) if r.get("who") == "Russia"]
    worth = full.cells[CellKey("article", "three_legs")].worths[1]
    assert worth.type == "aims.limited"  # the likelier one
    assert [rows[7][k] for k in ("low", "mid", "high")] == pytest.approx(
        [worth.values[7, 0], worth.values[7, 2], worth.values[7, 4]], rel=1e-3
    )


def leaning(full: Results, slope: float, noise: float = 0.05) -> Results:
    """The study with a chance that hangs on one quantity in the first worldview, and on none of it
    in the others."""
    cells = dict(full.cells)
    for key, cell in cells.items():
        x = cell.sampled["deaths"]
        rng = np.random.default_rng(7)
        own = slope * (x - 2) if key.worldview == full.worldviews[0] else 0.0
        durable = np.clip(0.5 + own + noise * rng.standard_normal(len(x)), 0, 1)
        cells[key] = replace(cell, measures={**cell.measures, "durable": durable})
    return replace(full, cells=cells)


def test_the_tornado_shows_what_the_draws_lean_on(full: Results) -> None:
    some = leaning(full, 0.2)
    found = swings(some)
    one = found[full.worldviews[0]]["deaths"]
    # linear in the quantity, and three standard errors of a difference about 0.05
    assert one.holds and one.size == pytest.approx(0.2 * (one.high - one.low), abs=0.05)
    assert one.index > 0.7 and one.at_low[1] < 0.05
    assert not found[full.worldviews[1]]["deaths"].holds
    made = figure(some, "hinges")
    assert "hangs on one quantity clearly" in made.finding
    rows = [r for r in rows_of(made.spec()) if "end" in r]
    assert len(rows) == 2 * len(full.worldviews) and sum(r["holds"] for r in rows) == 2
    assert svg(made, 344).startswith("<svg")
    with pytest.raises(DesignError, match="no single quantity stands out"):
        figure(leaning(full, 0.0, noise=0.0), "hinges")
    with pytest.raises(DesignError, match="no strategy 'nope'"):
        figure(some, "hinges", strategy="nope")


def test_the_map_shades_what_the_courses_say(full: Results) -> None:
    made = figure(full, "map")
    assert "most moves in The east, from 0% to a median of 24% by Nov 2027" in made.finding
    text = svg(made, 720)
    assert "The east 24 (12–36)" in " ".join(text.split())
    shades = {r["fill"] for r in rows_of(made.spec()) if r.get("type") == "Feature"}
    assert RAMP[step_of(0.24, 1)] in shades and RAMP[0] in shades
    bare = FakeScenario({k: v for k, v in flagship_like().items() if k != "map"})
    with pytest.raises(DesignError, match="draws no map"):
        figure(replace(full, scenario=bare), "map")  # type: ignore[arg-type]


def test_a_study_without_values_by_month_says_what_to_do(full: Results) -> None:
    old = replace(full, cells={k: replace(c, worths=()) for k, c in full.cells.items()})
    for name in ("space", "reservation"):
        with pytest.raises(StudyError, match="run` it again"):
            figure(old, name)


def test_a_study_without_fates_says_what_to_do(full: Results) -> None:
    old = replace(full, cells={k: replace(c, fates={}) for k, c in full.cells.items()})
    with pytest.raises(StudyError, match="run` it again"):
        figure(old, "survival")


def test_the_timeline_tells_who_refused() -> None:
    scenario = FakeScenario(flagship_like())
    settings = Settings(draws=4, paths=4, replicates=2)
    cell = make(scenario, "article", "three_legs", settings)
    key = CellKey("article", "three_legs")
    results = Results(scenario, settings, ("article",), ("three_legs",), {key: cell})  # type: ignore[arg-type]
    signed = trace(scenario, *key, settings, 0, 2)
    made = timeline_figure(results, *key, 0, 2, signed)
    assert "2 meetings on a text, and a settlement in Apr 2026" in made.finding
    answers = [r for r in rows_of(made.spec()) if "answer" in r]
    assert {"month": 2, "who": "Russia", "answer": "refuses"} in answers
    assert {"month": 5, "who": "Russia", "answer": "accepts"} in answers
    refused = timeline_figure(results, *key, 0, 0, trace(scenario, *key, settings, 0, 0))
    assert "Russia refused 2 times" in refused.finding
    assert svg(made, 344).startswith("<svg")


def test_wrong_names_are_met_with_the_right_ones(full: Results, tmp_path: Path) -> None:
    with pytest.raises(DesignError, match="Did you mean grid"):
        figure(full, "gird")
    with pytest.raises(DesignError, match=r"chart survival takes no options; found --measure"):
        figure(full, "survival", measure="durable")
    with pytest.raises(DesignError, match="no course by month called 'rear'; there are: front"):
        figure(full, "war", quantity="rear")
    with pytest.raises(WinsetError, match=r"ends in \.svg, \.png, \.json; found \.gif"):
        save(figure(full, "grid"), tmp_path / "x.gif")


def test_labels_that_would_read_alike_give_way_to_ids() -> None:
    names = unique([("a", "The same long label, first"), ("b", "The same long label, second")], 14)
    assert list(names.values()) == ["a", "b"]
    assert unique([("a", "One\u202e\ntwo")], 20) == {"a": "One two"}
    assert units("person/month") == "people/month" and units("km**2") == "km²"


def _lightness(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_colours_tell_in_grey_and_in_the_dark() -> None:
    steps = [_lightness(c) for c in RAMP]
    assert steps == sorted(steps, reverse=True)
    dark = [_lightness(DARK[c]) for c in RAMP]
    assert dark == sorted(dark)
    assert len({DARK[c] for c in (*RAMP, *SET)}) == len({*RAMP, *SET})
    used = re.findall(r"#[0-9a-f]{6}", json.dumps(config()))
    assert used and all(colour in DARK for colour in used)
    assert [step_of(x, 1.0) for x in (0.0, 0.5, 1.0)] == [0, 3, 6] and step_of(1.0, 0.0) == 0
