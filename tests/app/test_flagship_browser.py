"""The workbench on `ukraine-2025` as it is: the whole path clicked through, every page looked at by
axe-core. One server and one browser for all of it.
"""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from visitor import CHROMIUM, Visitor, fits, launched, served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

if CHROMIUM is None:
    pytest.skip("no chromium: on Debian, apt-get install -y chromium", allow_module_level=True)
pytest.importorskip("playwright.sync_api")
pytest.importorskip("uvicorn")

SCENARIO = "/s/ukraine-2025"
#: one strategy beside the baseline, under one worldview: cells enough to see something change
SMALL = "strategy=three_legs&strategy=as_in_2025&worldview=article"
MINUTES = 240_000  # the first run may have to compile the war first


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    from winset.app.pages import build

    app = build(home, workers=2)
    with served(app) as found:
        yield found
    app.state.runs.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with launched() as made:
        yield made


@pytest.fixture(scope="module")
def study(browser: Any, address: str, home: Path) -> str:
    """The whole path; its last study."""
    visitor = Visitor(browser, address, accept_downloads=True)
    page = visitor.page
    page.set_default_timeout(MINUTES)
    page.goto(f"{address}{SCENARIO}?{SMALL}")

    # run it, cancel, run it again: it goes on
    page.get_by_role("button", name="Run, quick").click()
    page.wait_for_url("**/runs/*")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Cancelled").first.wait_for()
    page.goto(f"{address}{SCENARIO}?{SMALL}")
    page.get_by_role("button", name="Run, quick").click()
    page.wait_for_url("**/studies/*")
    page.get_by_role("link", name="Change a number and run again").click()

    # change a number, found by words, by its slider's field
    page.get_by_label("Search by id or words").press_sequentially("ru_time_on_side")
    page.locator("#n-ru_time_on_side").wait_for()
    page.locator("article", has=page.locator("#n-ru_time_on_side")).get_by_label("New value").fill(
        "0.1"
    )
    page.get_by_role("button", name="Set ru_time_on_side").click()
    page.locator("#changes ~ ul code", has_text="ru_time_on_side=0.1").wait_for()

    # switch a claim
    page.get_by_role("link", name="Claims").click()
    page.locator("#c-A36").get_by_role("button", name="Off").click()
    page.locator("#c-A36.turned").wait_for()
    assert "claim=A36%3Doff" in page.url and "set=ru_time_on_side%3D0.1" in page.url
    pressed = page.locator("#c-A36").get_by_role("button", name="Off")
    assert pressed.get_attribute("aria-pressed") == "true"
    page.get_by_role("link", name="Run it").click()

    # run: beside the one before, what changed and by how much
    page.get_by_label("Three legs: arms, pressure on Kyiv, a real offer to Moscow").check()
    page.get_by_label("As in 2025").check()
    page.locator("input[type=checkbox][value=article]").check()
    page.get_by_role("button", name="Run, quick").click()
    page.wait_for_url("**/studies/*before=*")
    table = page.locator("table[id^=t-change]")
    table.wait_for()
    assert re.search(r"[+-]\d+\.\d±\d", table.inner_text())
    assert any(text not in ("+0.0±0.0", "") for text in table.locator("td").all_inner_texts())
    assert page.get_by_text("A36=off").count() and page.get_by_text("ru_time_on_side=0.1").count()

    # take it home
    for name in ("JSON", "cells.csv", "Scenario"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name, exact=True).click()
        assert download.value.path().stat().st_size > 100
    assert visitor.wrong == []
    found = page.url.rsplit("/", 1)[-1].partition("?")[0]
    page.context.close()
    return found


def test_the_whole_path(study: str, home: Path) -> None:
    assert (home / "studies" / study / "results.json").is_file()


def test_a_plan_is_composed_by_clicks(browser: Any, address: str, study: str) -> None:
    visitor = Visitor(browser, address, viewport={"width": 1440, "height": 1000})
    page = visitor.page
    page.set_default_timeout(MINUTES)
    page.goto(f"{address}{SCENARIO}/compose?start=ARTICLE&under=three_legs")
    page.locator("#verdict figure.space svg").first.wait_for()
    page.get_by_role("heading", name="Under every worldview").wait_for()
    page.wait_for_load_state("networkidle")
    before = page.locator("#verdict table").first.inner_text()

    took = []
    for option in ("NONE", "DE_JURE_ALL", "DEFER"):
        with page.expect_response("**/compose/verdict*") as answer:
            began = time.perf_counter()
            page.locator(f"input[name='o.recognition'][value={option}]").check()
        answer.value.finished()
        page.locator(f"#verdict a[href*='o.recognition={option}']").first.wait_for(state="attached")
        took.append(time.perf_counter() - began)
    assert f"o.recognition={option}" in page.url
    after = page.locator("#verdict table").first.inner_text()
    assert after != before and "ARTICLE: " in after
    # a weight: the settlement space follows
    page.locator("summary", has_text="What Russia cares about").click()
    slider = page.locator("[id='w-russia.weight.nato_status']")
    space = page.locator("figure.space svg").first.inner_html()
    with page.expect_response("**/compose/verdict*") as answer:
        began = time.perf_counter()
        slider.focus()
        page.keyboard.press("PageUp")
    answer.value.finished()
    page.get_by_text("With preferences of your own").wait_for()
    took.append(time.perf_counter() - began)
    assert page.locator("figure.space svg").first.inner_html() != space
    assert "set=russia.weight.nato_status" in page.url
    # a change that is offered
    print("from click to redrawn: " + ", ".join(f"{t:.2f} s" for t in took))
    assert visitor.wrong == []
    page.context.close()


def test_one_s_own_strategy_and_worldview_run(browser: Any, address: str, study: str) -> None:
    visitor = Visitor(browser, address)
    page = visitor.page
    page.set_default_timeout(MINUTES)
    page.goto(f"{address}{SCENARIO}/write/worldview?from=article&{SMALL}")
    page.get_by_label("Short name").fill("mine")
    page.locator("#q-ru_time_on_side").fill("0.9, 0.2, 0.3")
    page.get_by_role("button", name="Check and keep").click()
    page.get_by_text("Not kept.").wait_for()
    assert "ru_time_on_side" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Short name").input_value() == "mine"
    page.locator("#q-ru_time_on_side").fill("0.1, 0.2, 0.3")
    page.get_by_role("button", name="Check and keep").click()
    page.wait_for_url("**/s/drafts/**")
    assert page.locator("input[type=checkbox][value=mine]").is_checked()
    page.get_by_role("link", name="Write your own").click()
    page.locator("select[name=from]").nth(1).select_option("three_legs")
    page.get_by_role("button", name="Write a strategy").click()
    page.get_by_label("Short name").fill("ours")
    page.get_by_label("Name", exact=True).fill("Ours")
    page.get_by_label("When").first.fill("gap.russia > 0.05")
    page.locator("#then-1").fill("oil_sanctions=0.9")
    page.get_by_role("button", name="Check and keep").click()
    page.wait_for_url("**/s/drafts/**strategy=ours**")
    # in the session's run
    page.locator("input[type=checkbox][value=article]").uncheck()
    page.locator("input[type=checkbox][value=as_in_2025]").uncheck()
    page.get_by_role("button", name="Run, quick").click()
    page.wait_for_url("**/studies/*")
    assert page.get_by_role("row", name="Ours").count()
    # and from its results the same copy goes on
    page.get_by_role("link", name="Change a number and run again").click()
    page.locator("input[type=checkbox][value=ours]").wait_for()
    # an answer that says 422 is said on the console, too; nothing else is
    assert [w for w in visitor.wrong if "422" not in w] == []
    page.context.close()


def test_the_text_is_checked_as_one_types(browser: Any, address: str, study: str) -> None:
    visitor, other = Visitor(browser, address), Visitor(browser, address)
    page = visitor.page
    page.set_default_timeout(MINUTES)
    page.goto(f"{address}{SCENARIO}/text?file=talks.yaml")
    area = page.locator("textarea.code")
    whole = area.input_value()
    line = whole[: whole.index("meeting:")].count("\n") + 1
    area.fill(whole.replace("meeting:", "meetng:", 1))
    page.get_by_role("link", name=f"talks.yaml, line {line}").first.click()
    picked = area.evaluate("a => a.value.slice(a.selectionStart, a.selectionEnd)")
    assert picked.strip().startswith("meetng:")
    assert page.locator(".gutter").inner_text().split() == [
        str(n + 1) for n in range(whole.count("\n") + 1)
    ]
    page.get_by_role("button", name="Keep as my copy").click()
    page.get_by_role("link", name=f"talks.yaml, line {line}").first.wait_for()
    assert "/drafts/" not in page.url and "meetng:" in area.input_value()
    area.fill("# a word of mine\n" + whole)
    page.get_by_text("No problem found").wait_for()
    page.get_by_role("button", name="Keep as my copy").click()
    page.wait_for_url("**/s/drafts/**")
    # nobody else sees it
    other.page.goto(f"{address}{SCENARIO}/text?file=talks.yaml")
    assert "a word of mine" not in other.page.locator("textarea.code").input_value()
    other.page.goto(address)
    assert other.page.locator("a[href*='/drafts/']").count() == 0
    # an answer that says 422 is said on the console, too; nothing else is
    assert [w for w in visitor.wrong if "422" not in w] == [] and other.wrong == []
    for one in (visitor, other):
        one.page.context.close()


def pages(study: str) -> list[str]:
    return [
        "/",
        f"{SCENARIO}?set=ru_time_on_side=0.3",
        f"{SCENARIO}/claims?claim=A36=off",
        f"{SCENARIO}/compose?start=ARTICLE&under=three_legs&show=1",
        f"{SCENARIO}/levers",
        f"{SCENARIO}/write",
        f"{SCENARIO}/write/worldview?from=article",
        f"{SCENARIO}/write/strategy?from=three_legs_adaptive",
        f"{SCENARIO}/text",
        f"/studies/{study}",
        f"/studies/{study}/path",
        "/nothing-here",
    ]


@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_is_accessible_and_fits(
    browser: Any, address: str, study: str, width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    size = {"width": width, "height": 900}
    page = browser.new_context(viewport=size, bypass_csp=True).new_page()
    page.set_default_timeout(MINUTES)
    found = []
    for where in pages(study):
        page.goto(address + where)
        page.wait_for_load_state("networkidle")
        fits(page, width)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        fits(page, width)
        # rows alike are looked at once: the first few of a long list tell of all
        page.evaluate(
            "for (const kind of ['article.claim', 'article.number', '.field', '.slider', '.issue'])"
            " [...document.querySelectorAll(kind)].slice(4).forEach(e => e.remove())"
        )
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for one in axe.run(page).response["violations"]:
                if one["impact"] in ("serious", "critical"):
                    found.append((where, scheme, one["id"], one["nodes"][0]["html"][:160]))
    page.context.close()
    assert found == []
