"""The workbench clicked through in Chromium: change a number, run, cancel, compare, export; two
visitors at once; nothing asked of any other machine, nothing wrong in the console.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from visitor import CHROMIUM, Visitor, fits, launched, served

pytestmark = pytest.mark.browser

if CHROMIUM is None:
    pytest.skip("no chromium: on Debian, apt-get install -y chromium", allow_module_level=True)
pytest.importorskip("playwright.sync_api")
pytest.importorskip("uvicorn")


@pytest.fixture
def address(bench: Any) -> Iterator[str]:
    with served(bench) as found:
        yield found


@pytest.fixture
def browser() -> Iterator[Any]:
    with launched() as made:
        yield made


def test_the_whole_path(browser: Any, address: str, tmp_path: Path) -> None:
    visitor = Visitor(browser, address, accept_downloads=True)
    page = visitor.page
    page.goto(address)
    page.get_by_role("link", name="The small war").click()
    # a first run, as the scenario is written
    page.get_by_role("button", name="Run, quick").click()
    page.wait_for_url("**/studies/*")
    page.get_by_role("link", name="Change a number and run again").click()
    # find a number by words, change it
    page.get_by_label("Search by id or words").press_sequentially("rat")
    page.get_by_text("1 of 3 numbers").wait_for()
    page.get_by_label("New value").fill("0.4")
    page.get_by_role("button", name="Set rate").click()
    page.locator("#changes ~ ul code", has_text="rate=0.4").wait_for()
    assert "set=rate%3D0.4" in page.url and "before=" in page.url
    # run it: beside the one before
    page.get_by_role("button", name="Run, quick").click()
    page.wait_for_url("**/studies/*before=*")
    page.get_by_text("What changed: this study less the other").wait_for()
    # pictures come as they are scrolled to, and are drawn
    page.locator("#charts").scroll_into_view_if_needed()
    page.locator("svg.chart").first.wait_for(state="attached")
    # take a report home
    with page.expect_download() as download:
        page.get_by_role("link", name="Report").click()
    report = tmp_path / "report.html"
    download.value.save_as(report)
    page.goto(report.as_uri())
    assert page.get_by_role("heading", name="The method in one page").is_visible()
    assert visitor.wrong == []


def test_cancel(browser: Any, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_SECONDS", "0.1")
    visitor = Visitor(browser, address)
    page = visitor.page
    page.goto(f"{address}/s/large")
    page.get_by_role("button", name="Run, quick").click()
    page.get_by_text("of 84 cells").wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Cancelled").first.wait_for()
    assert visitor.wrong == []


def test_two_at_once_do_not_see_each_other(browser: Any, address: str) -> None:
    one, other = Visitor(browser, address), Visitor(browser, address)
    for visitor, value in ((one, "0.3"), (other, "0.9")):
        visitor.page.goto(f"{address}/s/small?q=rate")
        visitor.page.get_by_label("New value").fill(value)
        visitor.page.get_by_role("button", name="Set rate").click()
    for visitor, mine, theirs in ((one, "rate=0.3", "rate=0.9"), (other, "rate=0.9", "rate=0.3")):
        visitor.page.reload()
        assert visitor.page.locator("#changes ~ ul code").inner_text() == mine
        assert visitor.page.get_by_text(theirs).count() == 0
        assert visitor.wrong == []


def test_by_keyboard_alone(browser: Any, address: str) -> None:
    page = Visitor(browser, address).page
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") in ("The small war", "The large war")
    page.keyboard.press("Enter")
    page.wait_for_url("**/s/*")
    focusable = page.evaluate(
        "[...document.querySelectorAll('a,button,input:not([type=hidden]),select,summary')]"
        ".every(e => e.tabIndex >= 0)"
    )
    assert focusable


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_is_wider_than_the_window(
    browser: Any, address: str, width: int, scheme: str
) -> None:
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    visitor = Visitor(browser, address, **options)
    page = visitor.page
    page.goto(f"{address}/s/large")
    fits(page, width)
    page.get_by_role("button", name="Run, quick").click()
    page.wait_for_url("**/studies/*")
    fits(page, width)
    page.goto(address)
    fits(page, width)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") == (scheme == "light")


def test_the_report_holds_with_hostile_text(browser: Any, tmp_path: Path) -> None:
    from fake_cells import MAKERS, FakeScenario, small

    from winset.study import conduct, plan
    from winset.views.report import report_html

    attack = "\"'><img src=x onerror=alert(1)><script>alert(2)</script>"
    data = small() | {"title": attack, "about": "x" * 10_000, "question": "שלום \u202eolleh"}
    data["strategies"]["three_legs"]["label"] = attack
    data["worldviews"]["article"]["label"] = "y" * 10_000
    data["parties"]["russia"]["name"] = attack
    page_text = report_html(
        conduct(plan(FakeScenario(data), draws=16, paths=8), workers=1, makers=MAKERS)
    )
    file = tmp_path / "report.html"
    file.write_text(page_text, encoding="utf-8")
    for width in (1440, 390):
        visitor = Visitor(browser, "file:", viewport={"width": width, "height": 900})
        visitor.page.goto(file.as_uri())
        assert visitor.page.get_by_role("heading", level=1).inner_text() == attack
        fits(visitor.page, width)
        assert visitor.wrong == []
