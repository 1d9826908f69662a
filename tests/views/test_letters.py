"""Texts on charts: measured, wrapped, held to their width, and none over another."""

import re
from dataclasses import replace

import pytest
from fake_cells import FakeScenario, flagship_like
from svg_texts import faults, lines_of, size_of

from winset.study import Results
from winset.views.charts import bare_svg, figure
from winset.views.charts.letters import apart, held, width_of, wrapped
from winset.views.charts.theme import config

alt = pytest.importorskip("altair")
vl_convert = pytest.importorskip("vl_convert")


@pytest.mark.parametrize("name", ["cost", "differences", "endings", "regret", "survival"])
def test_long_names_stay_within_their_place(full: Results, name: str) -> None:
    made = figure(with_long_names(full), name)
    for width in (720, 344):
        drawn = bare_svg(made, width, "p")
        assert faults(drawn) == []
        assert size_of(drawn)[0] <= width * 1.05
        long = [line for line in lines_of(drawn) if len(line.text) > 2]
        assert drawn.count("textLength") >= len(long)  # another face would run over


def with_long_names(full: Results) -> Results:
    """The study with labels as long as a scenario may well have, of two human costs."""
    data = flagship_like()
    for name, strategy in data["strategies"].items():
        strategy["label"] = f"{name}: maximum pressure with a stated off-ramp"
    data["measures"]["deaths"] |= {"label": "Soldiers and civilians killed from November 2025 on"}
    data["measures"]["dead_too"] = {**data["measures"]["deaths"]}
    cells = {
        key: replace(cell, measures={**cell.measures, "dead_too": cell.measures["deaths"]})
        for key, cell in full.cells.items()
    }
    return replace(full, scenario=FakeScenario(data), cells=cells)  # type: ignore[arg-type]


def test_letters_are_as_wide_as_the_converter_lays_them_out() -> None:
    """An axis is as wide as its label."""
    face = config()["font"]
    for text in ("Maximum pressure with a stated off-ramp", "“0–14%” ± 2.5, WITHDRAWS @ 1/2"):
        wide = {}
        for label in ("i", text):
            axis = alt.Axis(title=None, labelFontSize=20, labelLimit=2000, labelFont=face)
            data = alt.Data(values=[{"y": label}])
            chart = alt.Chart(data, padding=0).mark_point().encode(y=alt.Y("y:N", axis=axis))
            drawn = vl_convert.vegalite_to_svg(chart.to_dict())
            wide[label] = float(re.search(r'width="([\d.]+)"', drawn)[1])  # type: ignore[index]
        laid = wide[text] - wide["i"]
        assert laid == pytest.approx(width_of(text, 20) - width_of("i", 20), rel=0.01, abs=1.5)


def test_text_keeps_its_width_in_any_face() -> None:
    line = '<text font-size="10px">a &amp; b</text>'
    wide = width_of("a & b", 10)
    assert f'textLength="{wide:.1f}" lengthAdjust="spacingAndGlyphs">a &amp; b<' in held(line)
    after_an_empty_one = held(f'<text font-size="10px"/>{line}')
    assert after_an_empty_one.startswith('<text font-size="10px"/><text font-size="10px" textL')
    two = '<text font-size="10px" font-weight="bold"><tspan>one</tspan><tspan dy="9">two</tspan>'
    assert held(two + "</text>").count("textLength") == 2
    other = '<text font-size="10px">Донецьк</text>'
    assert held(other) == other


def test_texts_are_wrapped_by_their_width() -> None:
    text = "Soldiers and civilians killed from November 2025 on"
    lines = wrapped(text, 244, 11.5, bold=True)
    assert " ".join(lines) == text and len(lines) == 2
    assert all(width_of(line, 11.5, bold=True) <= 244 for line in lines)
    cut = wrapped(text, 80)
    assert len(cut) == 2 and cut[1].endswith("…")
    assert all(width_of(line) <= 80 for line in cut)
    assert wrapped("iiii", 50) == ["iiii"] and wrapped("", 50) == [""]


def test_labels_step_aside() -> None:
    places = [(1.0, 50.0), (1.0, 50.0), (1.1, 50.0), (3.0, 10.0)]
    found = apart(places, 0.5, (0.0, 4.0), (0.0, 100.0), aspect=25.0)
    assert found[0] == places[0] and found[3] == places[3]
    for n, (x, y) in enumerate(found):
        for a, b in found[n + 1 :]:
            assert (x - a) ** 2 + ((y - b) / 25.0) ** 2 >= (0.93 * 0.5) ** 2
