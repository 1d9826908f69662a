"""The report: its numbers are the study's, it needs nothing, and hostile text stays text."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from fake_cells import MAKERS, FakeScenario, flagship_like, small

from winset.study import DesignError, Results, conduct, plan
from winset.views.report import report_html
from winset.views.report.page import LARGEST

pytest.importorskip("altair")
pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")

SCRIPT = "<script>alert(1)</script>"
BREAKOUT = "\"'><img src=x onerror=alert(1)>{{ 7*7 }}${1}</style></svg>"
LONG = "x" * 10_000
RTL = "שלום\u202eolleh"


class Page(HTMLParser):
    """The elements of a page with their attributes, and the cells of its tables."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.tables: dict[str, list[list[dict[str, str]]]] = {}
        self.said: list[str] = []
        self._table = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.elements.append((tag, given))
        if tag == "table":
            self._table = given.get("id", "")
            self.tables[self._table] = []
        if tag == "tr":
            self.tables[self._table].append([])
        if tag == "td":
            self.tables[self._table][-1].append(given)

    def handle_data(self, data: str) -> None:
        self.said.append(data)


@pytest.fixture(scope="module")
def page(full: Results) -> str:
    return report_html(full)


def test_every_number_of_the_tables_is_the_study_s(full: Results, page: str) -> None:
    tables = Page(page).tables
    document = json.loads(json.dumps(full.json()))
    cells = {(c["worldview"], c["strategy"]): c["measures"] for c in document["cells"]}
    checked = 0
    for measure in full.measures:
        rows = [row for row in tables[f"t-{measure}"] if row]
        assert len(rows) == len(full.strategies)
        for strategy, row in zip(full.strategies, rows, strict=True):
            for worldview, cell in zip(full.worldviews, row, strict=True):
                known = cells[worldview, strategy][measure]
                for name, attribute in (("mean", "data-mean"), ("se", "data-se")):
                    shown = float(cell[attribute]) if attribute in cell else None
                    assert shown == known[name], (measure, worldview, strategy)
                    checked += 1
    assert checked == 2 * len(full.measures) * 84


def test_it_says_what_it_must(full: Results, page: str) -> None:
    for words in (
        "Not a forecast",
        "no endorsement",
        "are somebody's judgement",
        "The method in one page",
        "What it is not",
        "Human cost",
        full.scenario.sha256,
        "Three legs, one steady mix",
        "Stated and computed",
        "S1",
    ):
        assert words in page, words
    assert len(page.encode()) < LARGEST


def test_it_needs_no_network_and_no_script(page: str) -> None:
    found = Page(page)
    tags = {tag for tag, _ in found.elements}
    assert not tags & {"script", "link", "iframe", "object", "embed", "img", "base", "form"}
    for _, attributes in found.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "src"]
        href = attributes.get("href", "#")
        assert href.startswith(("#", "https://", "http://"))
    assert "@import" not in page and "url(http" not in page
    assert "default-src 'none'" in page


def test_ids_are_given_once_and_every_reference_leads_somewhere(page: str) -> None:
    found = Page(page)
    ids = [a["id"] for _, a in found.elements if "id" in a]
    assert len(ids) == len(set(ids))
    for _, attributes in found.elements:
        if attributes.get("href", "").startswith("#"):
            assert attributes["href"][1:] in ids


def hostile() -> dict[str, Any]:
    data = small()
    data |= {"title": SCRIPT + RTL, "question": BREAKOUT, "about": LONG, "notes": [SCRIPT, LONG]}
    data["strategies"]["three_legs"] |= {"label": BREAKOUT, "proponents_say": SCRIPT}
    data["strategies"]["walk_away"]["label"] = LONG
    data["worldviews"]["article"] |= {"label": RTL, "view": SCRIPT}
    data["worldviews"]["pressure"]["label"] = SCRIPT
    data["issues"]["territory"]["options"] = {"line": {"text": SCRIPT}, "all": {"text": LONG}}
    data["sources"] = {
        "S1": {"title": BREAKOUT, "url": "javascript:alert(1)", "note": SCRIPT},
    }
    data["parties"]["russia"]["name"] = SCRIPT
    data["measures"]["deaths"]["label"] = BREAKOUT
    data["claims"] = {"A1": {"text": SCRIPT, "status": LONG}}
    data["quantities"]["rate"] = {"value": 3, "sources": "S1", "label": SCRIPT, "note": LONG}
    data["outcomes"]["ukraine_falls"]["label"] = SCRIPT
    return data


@pytest.fixture(scope="module")
def attacked() -> str:
    design = plan(FakeScenario(hostile()), draws=16, paths=8)
    return report_html(conduct(design, workers=1, makers=MAKERS))


def test_hostile_text_is_shown_as_text(attacked: str) -> None:
    test_it_needs_no_network_and_no_script(attacked)
    test_ids_are_given_once_and_every_reference_leads_somewhere(attacked)
    said = "".join(Page(attacked).said)
    assert SCRIPT in said and "onerror=alert(1)" in said  # as words
    assert "{{ 7*7 }}" in said and "49${1}" not in said
    assert LONG in said
    assert "javascript:alert(1)" in said


def test_a_study_with_no_cell_is_refused(full: Results) -> None:
    with pytest.raises(DesignError, match="nothing to report"):
        report_html(replace(full, cells={}))


def test_a_study_so_far_says_so(full: Results) -> None:
    some = dict(list(full.cells.items())[:9])
    assert "so far: 9 of 84 cells" in report_html(replace(full, cells=some))


def test_the_command_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from winset.cli import main
    from winset.study.makers import Makers

    folder = tmp_path / "study"
    design = plan(FakeScenario(flagship_like()), draws=8, paths=4, worldviews=["article"])
    conduct(design, out=folder, workers=1, makers=MAKERS)
    wanted = (MAKERS.cell, MAKERS.warm, MAKERS.load, MAKERS.trace)
    monkeypatch.setattr(Makers.__init__, "__defaults__", wanted)
    assert main(["report", str(folder)]) == 0
    assert (folder / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert main(["chart", str(folder), "cost", "--out", str(tmp_path / "c.json")]) == 0
    assert json.loads((tmp_path / "c.json").read_text(encoding="utf-8"))["title"]
    assert main(["chart", str(folder), "cost", "--draw", "3"]) == 2
    assert main(["report", str(tmp_path / "none")]) == 2
