"""The first screen: it fits, it says what it should, and it ranks nobody."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fake_cells import RIVALS, WORLDVIEWS, FakeScenario, flagship_like, make

from winset.study import CellKey, DesignError, Results
from winset.talks.cell import Settings
from winset.views.console import detail, first_screen
from winset.views.text import printable

NEXT = "winset trace studies/made_up-01234567-s1   (one path, month by month, with reasons)"


def changed(results: Results, edit: Any) -> Results:
    """A copy with each cell's measures edited: edit(key, measures) -> new ones."""
    cells = {
        key: replace(cell, measures={**cell.measures, **edit(key, cell.measures)})
        for key, cell in results.cells.items()
    }
    return replace(results, cells=cells)


def mixed(key: CellKey, measures: Any) -> dict[str, Any]:
    """As much to say as there can be: every reading differs by worldview and date."""
    draws = len(measures["durable"])
    wobble = np.tile([0.02, -0.02, 0.01, 0.0], draws // 4)
    column = WORLDVIEWS.index(key.worldview)
    if key.strategy == "three_legs":
        high = (0.1, 0.35, 0.501, 0.55, 0.7, 0.9)[column]
    elif key.strategy == "as_in_2025":
        high = (0.2, 0.35, 0.45, 0.2, 0.7, 0.3)[column]
    else:
        high = (
            (0.3, 0.1, 0.45, 0.6, 0.1, 0.2)[(column + RIVALS.index(key.strategy)) % 6]
            if (key.strategy in RIVALS)
            else 0.05
        )
    early = high * (0.9 if column % 2 else 0.3)
    return {"durable": high + wobble, "durable_term": early + wobble[::-1]}


def assert_fits(lines: list[str], width: int = 100) -> None:
    assert len(lines) <= 40, "\n".join(lines)
    assert max(len(line) for line in lines) <= width, "\n".join(lines)


def test_it_fits_a_hundred_by_forty(full: Results) -> None:
    lines = first_screen(full, next_command=NEXT)
    assert_fits(lines)


def test_it_fits_when_there_is_most_to_say(full: Results) -> None:
    lines = first_screen(changed(full, mixed), next_command=NEXT)
    assert_fits(lines)
    text = "\n".join(lines)
    assert "clearly higher in" in text and "clearly lower in" in text
    assert "clearly in" in text and "Why not where not" in text


def test_plain_signs_still_fit(full: Results) -> None:
    lines = [printable(line, "ascii") for line in first_screen(full, next_command=NEXT)]
    assert len(lines) <= 40
    grid = [line for line in lines if "+-" in line and line.startswith("  ")]
    assert max(len(line) for line in grid) <= 100


def test_it_has_every_part_in_order(full: Results) -> None:
    text = "\n".join(first_screen(full, next_command=NEXT))
    parts = [
        "A made-up war",
        "as of 2025-10-31",
        "14 strategies × 6 worldviews",
        "32 draws × 32 paths × 60 months",
        "durable, % ± Monte Carlo error",
        "Verdict on three_legs",
        "  1 Against as_in_2025 the chance is",
        "  2 It is more likely than not",
        "  3 Against its 9 rivals and 3 versions without a leg",
        "Why not where not",
        "Human cost",
        "Conquest or capitulation, counted apart",
        "Not a forecast",
        "1 sourced, 1 judged and 1 unchecked",
        "Next: winset trace",
    ]
    places = [text.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert places == sorted(places)
    for word in ("deaths", "displaced", "occupied people"):
        assert word in " ".join(text.split())


def test_rows_and_columns_stand_in_the_files_order(full: Results) -> None:
    lines = first_screen(full)
    head = next(i for i, line in enumerate(lines) if line.split() == list(WORLDVIEWS))
    shown = [line.split()[0] for line in lines[head + 1 : head + 15]]
    assert shown == list(full.strategies)


def test_each_number_of_the_grid_is_the_studys(full: Results) -> None:
    lines = first_screen(full)
    row = next(line for line in lines if line.startswith("  hardline "))
    shown = [text.partition("±")[0] for text in row.split()[1:]]
    for worldview, text in zip(full.worldviews, shown, strict=True):
        mean = full.estimate(worldview, "hardline", "durable").mean
        assert mean is not None
        assert float(text.strip("<>")) == pytest.approx(100 * mean, abs=0.51)


def test_it_ranks_nobody_and_colours_nothing(full: Results) -> None:
    for lines in (first_screen(full, next_command=NEXT), detail(full)):
        text = "\n".join(lines)
        assert "\x1b" not in text
        assert not re.search(r"\b(best strategy|winner|rank|score)\b", text, re.IGNORECASE)


@pytest.mark.parametrize("width", [60, 80, 100])
def test_a_narrower_terminal_breaks_the_grid_into_blocks(full: Results, width: int) -> None:
    lines = first_screen(full, width=width, next_command="winset trace x")
    assert max(len(line) for line in lines) <= width
    text = "\n".join(lines)
    for worldview in WORLDVIEWS:
        assert worldview in text


def test_another_measure_and_one_there_is_not(full: Results) -> None:
    text = "\n".join(first_screen(full, measure="deaths"))
    assert "deaths" in text
    assert re.search(r"hardline +\d+k±", text)
    with pytest.raises(DesignError, match="there are: ceasefire"):
        first_screen(full, measure="deths")


def test_a_study_so_far_says_so(full: Results) -> None:
    some = {key: cell for key, cell in list(full.cells.items())[:20]}
    lines = first_screen(replace(full, cells=some))
    assert "So far: 20 of 84 cells." in lines
    assert_fits(lines)
    row = next(line for line in lines if line.startswith("  hardline "))
    assert row.split()[2:] == ["."] * 5


def test_one_cell_alone_shows_every_measure() -> None:
    data = flagship_like()
    for name in ("strategies", "worldviews"):
        data[name] = {}
    for name in ("headline", "baseline"):
        del data[name]
    scenario = FakeScenario(data)
    settings = Settings(draws=16, paths=8)
    cell = make(scenario, "base", "today", settings)
    results = Results(
        scenario=scenario,  # type: ignore[arg-type]
        settings=settings,
        worldviews=("base",),
        strategies=("today",),
        cells={CellKey("base", "today"): cell},
    )
    lines = first_screen(results)
    assert_fits(lines)
    text = "\n".join(lines)
    for name in (*cell.measures, "start.fighting_on.russia"):
        assert name in text
    assert "Verdict" not in text
    assert_fits(detail(results)[:40])


def test_the_detail_says_everything(full: Results) -> None:
    edge = changed(full, lambda k, m: {"durable": 0 * m["durable"]} if k[0] == "kyiv" else {})
    lines = detail(edge)
    assert max(len(line) for line in lines) <= 100
    text = "\n".join(lines)
    for measure in full.measures:
        assert f"\n{measure}" in text
    for part in (
        "three_legs less each other, durable (by Nov 2030), points:",
        "value.us, more is better, % of draws, ties split:",
        "deaths, less is better, % of draws, ties split:",
        "Value of fighting on at the start",
        "russia 60",
        "hardline under kyiv:",
        "60%  Territory: line; money: 0.5",
        "40%  Territory: all; money: 0.1",
        "2 / 4 / 8",
        "Cells within 0.5% of 0 or 100",
        "three_legs under kyiv, 0.00%:",
        "again with errors halved",
        "r2",
    ):
        assert part in text, part


def test_the_halved_cells_are_shown_beside_the_whole(full: Results) -> None:
    lines = detail(full)
    start = next(i for i, line in enumerate(lines) if "again with errors halved" in line)
    rows = [line.split() for line in lines[start + 3 : start + 5]]
    assert [row[:2] for row in rows] == [["three_legs", "article"], ["as_in_2025", "article"]]
    assert [row[2:4] for row in rows] == [["30±0", "15±0"]] * 2


def test_further_packages_are_told_by_what_differs(full: Results) -> None:
    first = {"territory": "line", "money": 0.5}
    terms = ((first, 0.7), ({**first, "money": 0.1}, 0.3))
    key = CellKey("article", "hardline")
    cells = {**full.cells, key: replace(full.cells[key], terms=terms)}
    text = "\n".join(detail(replace(full, cells=cells)))
    assert "   70%  Territory: line; money: 0.5\n   30%  the same but for money: 0.1" in text
