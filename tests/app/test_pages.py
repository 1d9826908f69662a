"""The workbench's pages, asked for as a browser would: states, changes, runs, exports, guards."""

import re
import time
from pathlib import Path
from typing import Any

import pytest
from fake_cells import MAKERS, FakeScenario, small

from winset.study import conduct, plan

pytest.importorskip("starlette")
from starlette.testclient import TestClient

from winset.app.state import State


@pytest.fixture
def client(bench: Any) -> Any:
    with TestClient(bench) as made:
        yield made


def finished(client: Any, address: str) -> str:
    """Wait for a run and return the address of its results."""
    for _ in range(400):
        answer = client.get(address, follow_redirects=False)
        if answer.status_code == 303:
            return str(answer.headers["location"])
        assert answer.status_code == 200
        time.sleep(0.05)
    raise AssertionError(f"{address} did not end")


def run(client: Any, scenario: str = "small", **form: Any) -> str:
    answer = client.post(f"/s/{scenario}/run", data=form, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return finished(client, answer.headers["location"])


def test_the_first_page_lists_scenarios_and_studies(client: Any) -> None:
    assert "The small war" in client.get("/").text
    address = run(client)
    page = client.get("/").text
    assert address in page and "not finished" not in page


def test_a_change_goes_into_the_address_and_back_out(client: Any) -> None:
    form = {"id": "rate", "value": " 0.4 ", "in": "article", "seed": "7", "strategy": "walk_away"}
    answer = client.post("/s/small/change", data=form, follow_redirects=False)
    address = answer.headers["location"]
    assert address == "/s/small?set=article%2Frate%3D0.4&seed=7&strategy=walk_away#numbers"
    page = client.get(address).text
    assert "article/rate=0.4" in page
    assert re.search(r'value="walk_away" checked', page)
    again = client.post(
        "/s/small/change",
        data={
            "set": ["article/rate=0.4", "plain=3"],
            "id": "rate",
            "value": "0.5",
            "in": "article",
        },
        follow_redirects=False,
    )
    assert again.headers["location"] == "/s/small?set=plain%3D3&set=article%2Frate%3D0.5#numbers"
    undone = client.post(
        "/s/small/change", data={"set": ["plain=3"], "undo": "plain=3"}, follow_redirects=False
    )
    assert undone.headers["location"] == "/s/small#numbers"


def test_two_visitors_do_not_see_each_other_s_changes(client: Any) -> None:
    client.post("/s/small/change", data={"id": "rate", "value": "0.4"})
    assert "rate=0.4" not in client.get("/s/small").text


def test_numbers_are_found_by_words(client: Any) -> None:
    page = client.get("/s/small/numbers", params={"q": "rat"}).text
    assert "1 of 3 numbers" in page and 'id="n-rate"' in page and "A source" in page
    assert "No number matches" in client.get("/s/small/numbers", params={"q": "zzz"}).text


def test_a_run_shows_its_results_beside_the_one_before(client: Any) -> None:
    first = run(client)
    name = first.removeprefix("/studies/")
    second = run(client, set="rate=0.4", before=name)
    assert second.endswith(f"?before={name}") and not second.startswith(first)
    page = client.get(second).text
    assert "differences are taken draw by draw" in page
    # The made-up cells do not read the change, so nothing may have changed.
    assert page.count("+0.0±0.0") == 8 and 'title="beyond two errors"' not in page
    other = run(client, seed="2", before=name)
    page = client.get(other).text
    assert "do not share draws" in page and "+0.0±0.0" not in page


def test_the_same_run_asked_for_twice_is_one_study(client: Any, tmp_path: Path) -> None:
    assert run(client) == run(client)
    assert len(list((tmp_path / "studies").iterdir())) == 1


def test_progress_is_streamed_with_the_grid_so_far(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_SECONDS", "0.03")
    answer = client.post("/s/large/run", data={}, follow_redirects=False)
    text = client.get(answer.headers["location"] + "/events").text
    events = re.findall(r"^event: (\w+)$", text, re.MULTILINE)
    assert events[-1] == "over" and "progress" in events
    assert "See the results" in text and "84 of 84" in text
    # the grid fills as cells are done: some are there, others not yet
    assert "grid" in events and "not done" in text and re.search(r"data: .*data-mean=", text)


def test_a_cancelled_run_keeps_what_is_done_and_goes_on(
    client: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FAKE_SECONDS", "0.05")
    answer = client.post("/s/large/run", data={}, follow_redirects=False)
    address = answer.headers["location"]
    for _ in range(200):
        if len(list(tmp_path.glob("studies/*/cells/*.cell"))) >= 2:
            break
        time.sleep(0.05)
    assert client.post(f"{address}/cancel").status_code == 200
    for _ in range(100):
        if "Cancelled" in (page := client.get(address).text):
            break
        time.sleep(0.05)
    assert "Cancelled" in page
    kept = len(list(tmp_path.glob("studies/*/cells/*.cell")))
    assert 2 <= kept < 84
    monkeypatch.setenv("FAKE_SECONDS", "0")
    assert run(client, "large") == "/studies/" + address.removeprefix("/runs/")


def test_a_run_that_fails_says_why(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_FAIL", "article/walk_away")
    answer = client.post("/s/small/run", data={}, follow_redirects=False)
    text = client.get(answer.headers["location"] + "/events").text
    assert "article/walk_away has no answer" in text


def test_exports_are_those_of_the_study(client: Any, tmp_path: Path) -> None:
    name = run(client).removeprefix("/studies/")
    folder = tmp_path / "studies" / name
    answer = client.get(f"/studies/{name}/results.json")
    assert answer.content == (folder / "results.json").read_bytes()
    assert "attachment" in answer.headers["content-disposition"]
    assert client.get(f"/studies/{name}/cells.csv").text.startswith("worldview,strategy,measure")
    assert "What it is not" in client.get(f"/studies/{name}/report.html").text
    assert "data:" in client.get(f"/studies/{name}/scenario.yaml").text
    assert "<svg" in client.get(f"/studies/{name}/charts/survival").text
    assert client.get(f"/studies/{name}/manifest.json").status_code == 404
    assert client.get(f"/studies/{name}/..%2f..%2fsecret").status_code == 404


def test_one_path_is_followed(client: Any) -> None:
    address = run(client)
    page = client.get(f"{address}/path?worldview=pressure&strategy=walk_away&draw=1&path=3").text
    assert "a settlement in Apr 2026" in page and "<svg" in page and "asked to sign" in page
    assert 'value="pressure" selected' in page and "path=2" in page and "path=4" in page
    for wrong, said in (
        ("draw=99", "--draw"),
        ("worldview=pressre", "pressure"),
        ("path=x", "whole"),
    ):
        answer = client.get(f"{address}/path?{wrong}")
        assert answer.status_code == 422 and said in answer.text


def test_what_is_not_there_is_said_plainly(client: Any) -> None:
    for address in ("/s/none", "/studies/none", "/runs/none", "/nothing", "/s/../small"):
        answer = client.get(address)
        assert answer.status_code == 404 and "Traceback" not in answer.text
    answer = client.post("/s/small/run", data={"strategy": "walk_awy"})
    assert answer.status_code == 422 and "walk_away" in answer.text
    name = run(client).removeprefix("/studies/")
    assert client.get(f"/studies/{name}?measure=nope").status_code == 422


def test_hostile_words_stay_words(client: Any) -> None:
    attack = "<script>alert(1)</script>"
    for address in (f"/s/small?set={attack}", f"/s/small/numbers?q={attack}", f"/s/{attack}"):
        page = client.get(address).text
        assert attack not in page and "&lt;script&gt;" in page


def test_a_wrong_change_is_not_taken_and_the_nearest_name_is_told(tmp_path: Path) -> None:
    from winset.app.pages import build

    with TestClient(build(tmp_path)) as client:
        form = {"id": "win_chnce", "value": "0.4"}
        answer = client.post("/s/theory/learning-walk/change", data=form)
        assert answer.status_code == 422
        assert "Not taken" in answer.text and "win_chnce" in answer.text
        assert "None: this is the scenario as it is written" in answer.text


def test_a_token_is_asked_for_beyond_this_machine(bench: Any, tmp_path: Path) -> None:
    from winset.app.pages import build

    app = build(tmp_path, host="0.0.0.0", token="s3cret")
    with TestClient(app, base_url="http://bench.example") as client:
        assert client.get("/").status_code == 401
        assert client.get("/?token=wrong").status_code == 401
        assert client.get("/app.css").status_code == 401
        answer = client.get("/?token=s3cret", follow_redirects=False)
        assert answer.status_code == 303 and answer.headers["location"] == "/"
        assert "httponly" in answer.headers["set-cookie"].lower()
        assert client.get("/").status_code == 200


def test_other_sites_cannot_reach_in(bench: Any) -> None:
    with TestClient(bench, base_url="http://evil.example") as client:
        assert client.get("/").status_code == 421
    with TestClient(bench, base_url="http://127.0.0.1:8737") as client:
        away = {"Origin": "http://evil.example"}
        assert client.post("/s/small/run", headers=away).status_code == 403
        answer = client.get("/")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_every_page_is_whole_and_labelled(client: Any) -> None:
    results = run(client)
    for address in ("/", "/s/small", results):
        page = client.get(address).text
        assert page.count("<h1") == 1 and 'lang="en"' in page and 'href="#main"' in page
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert len(ids) == len(set(ids))
        for field in re.findall(r"<(?:input|select)\b[^>]*>", page):
            labelled = 'type="hidden"' in field or 'id="q"' in field
            before = page[: page.index(field)]
            assert labelled or before.rfind("<label") > before.rfind("</label>"), field
    assert 'for="q"' in client.get("/s/small").text


def test_the_state_is_its_address() -> None:
    state = State("a/b", ("x=1",), 3, ("s",), ("w",), "before")
    assert state.address == "/s/a/b?set=x%3D1&seed=3&strategy=s&worldview=w&before=before"
    assert state.changed("x", "").sets == () and state.changed("x", "2").sets == ("x=2",)


def test_a_study_begun_elsewhere_opens(client: Any, tmp_path: Path) -> None:
    design = plan(FakeScenario(small()), draws=8, paths=4)
    conduct(design, out=tmp_path / "studies" / "mine", workers=1, makers=MAKERS)
    page = client.get("/studies/mine").text
    assert "Verdict" in page
    # its scenario is not listed here: what goes on is the one that the study keeps
    assert 'href="/s/studies/mine?before=mine"' in page
    assert client.get("/s/studies/mine?before=mine").status_code == 200
    assert client.get("/s/studies/none").status_code == 404
