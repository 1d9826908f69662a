"""Claims, composed plans, worldviews and texts of one's own: the pages over a small scenario."""

import re
import threading
from pathlib import Path
from typing import Any

import pytest
import yaml

pytest.importorskip("starlette")
pytest.importorskip("altair")
from starlette.testclient import TestClient

from winset.app.once import Once
from winset.app.state import State

ATTACK = "\"'><img src=x onerror=alert(1)><script>alert(2)</script>"
RTL = "שלום \u202eolleh"

#: two parties over two issues without a war, with everything a page prints made hostile
HOSTILE: dict[str, Any] = {
    "winset": 1,
    "id": "hostile",
    "title": ATTACK,
    "question": RTL,
    "as_of": "2025-10-31",
    "start": "2025-11",
    "months": 12,
    "mediator": "c",
    "notes": [ATTACK],
    "parties": {
        "a": {"name": ATTACK},
        "b": {"name": "B" * 10_000},
        "c": {"name": RTL, "role": "outside"},
    },
    "quantities": {
        "x": {"low": 0, "mid": 1, "high": 2, "label": ATTACK, "note": RTL, "sources": "S1"}
    },
    "sources": {"S1": {"title": ATTACK, "publisher": "P" * 10_000}},
    "issues": {
        "land": {"name": ATTACK, "options": {"p": {"text": ATTACK}, "q": {"text": "y" * 10_000}}},
        "money": {"name": "z" * 10_000, "options": {"r": {"text": RTL}, "s": {}}},
    },
    "plans": {"one": {"title": ATTACK, "options": {"land": "p", "money": "s"}}},
    "preferences": {
        party: {
            "weights": {"land": {"low": 1, "mid": 2, "high": 3}, "money": 1},
            "scores": {"land": {"p": p, "q": 100 - p}, "money": {"r": 40, "s": 60}},
            "reservation": 0.3,
        }
        for party, p in (("a", 90), ("b", 20))
    },
    "levers": {"pull": {"name": ATTACK, "limit": ATTACK, "today": 0.5, "sources": "S1"}},
    "strategies": {"go": {"label": ATTACK, "proponents_say": RTL, "levers": {"pull": 1}}},
    "worldviews": {
        "w": {"label": ATTACK, "view": "v" * 10_000, "set": {"x": 3}},
        "other": {"label": RTL, "set": {"x": {"low": 0, "mid": 1, "high": 2}}},
    },
    "claims": {
        "C1": {
            "text": ATTACK,
            "kind": "fact",
            "contradicted_by": RTL,
            "off": {"means": ATTACK, "set": {"x": 0}},
            "rival": {"of": "w", "means": "m" * 10_000, "takes": ["x"]},
        },
        "C2": {"text": "t" * 10_000, "kind": "value", "no_switch": ATTACK},
    },
    "claim_sets": {"both": {"label": ATTACK, "claims": ["C1", "C2"]}},
}
PAGES = (
    "",
    "/claims",
    "/claims?claim=C1=off",
    "/compose?show=1",
    "/compose/verdict",
    "/compose/views",
    "/levers",
    "/write",
    "/write/worldview?from=w",
    "/write/strategy?from=go",
    "/text",
)


@pytest.fixture
def client(tmp_path: Path) -> Any:
    from winset.app.pages import build

    home = tmp_path / "hostile"
    home.mkdir()
    text = yaml.safe_dump(HOSTILE, sort_keys=False, allow_unicode=True)
    (home / "scenario.yaml").write_text(text, encoding="utf-8")
    app = build(tmp_path, workers=1)
    with TestClient(app) as made:
        yield made
    app.state.runs.stop()


@pytest.mark.parametrize("page", PAGES)
def test_hostile_words_are_shown_as_text(client: Any, page: str) -> None:
    answer = client.get(f"/s/hostile{page}")
    assert answer.status_code == 200, re.sub("<[^>]*>", " ", answer.text)[:2000]
    assert "<script>alert" not in answer.text and "<img src=x" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_what_is_typed_into_an_address_is_shown_as_text(client: Any) -> None:
    for page in (
        "claims?q=",
        "claims?claim=",
        "compose?o.land=",
        "text?file=",
        "write/strategy?from=",
    ):
        answer = client.get(f"/s/hostile/{page}{ATTACK}")
        assert answer.status_code in (200, 404, 422)
        assert "<script>alert" not in answer.text


def test_a_claim_is_switched_in_the_address_and_back(client: Any) -> None:
    answer = client.post("/s/hostile/claim", data={"id": "C1", "to": "off"}, follow_redirects=False)
    where = answer.headers["location"]
    assert where == "/s/hostile/claims?claim=C1%3Doff#c-C1"
    page = client.get(where).text
    assert "<strong>Switched:</strong> off" in page
    assert re.search(r'value="off" aria-pressed="true"', page)
    # its effect is in the scenario that would run
    told = yaml.safe_load(client.get("/s/hostile/scenario.yaml?claim=C1=off").text)
    assert told["quantities"]["x"]["value"] == 0 and told["switched"] == ["C1=off"]
    again = client.post(
        "/s/hostile/claim",
        data={"claim": "C1=off", "id": "C1", "to": "on"},
        follow_redirects=False,
    )
    assert again.headers["location"] == "/s/hostile/claims#c-C1"
    # one of a set that is switched is taken out of it by name
    out = client.post(
        "/s/hostile/claim",
        data={"claim": "both=off", "id": "C1", "to": "on"},
        follow_redirects=False,
    )
    assert "claim=both%3Doff&claim=C1%3Don" in out.headers["location"]
    refused = client.post("/s/hostile/claim", data={"id": "C2", "to": "off"})
    assert refused.status_code == 422 and "Not taken" in refused.text


def test_the_state_holds_claims() -> None:
    state = State("a", ("x=1",)).switched("A1", "off").switched("A2", "rival", "w")
    assert state.address == "/s/a?set=x%3D1&claim=A1%3Doff&claim=w%2FA2%3Drival"
    assert state.switched("A1", "rival").claims == ("w/A2=rival", "A1=rival")
    assert state.without("A1=off").changes == ("w/A2=rival", "x=1")


def test_a_composed_plan_is_valued_as_the_command_line_does(client: Any) -> None:
    from winset.app.loading import load
    from winset.insight.plan_report import plan_document

    place = client.app.state.catalogue.place("hostile")
    known = plan_document(load(place, ()), "one")
    page = client.get("/s/hostile/compose/verdict?start=one").text
    for party, worth in known["values"].items():
        assert f"{worth - known['reservation'][party]:+.2f}" in page
    # a click moves it, the address says so, and the plan begun with stands beside it
    moved = client.get("/s/hostile/compose/verdict?start=one&o.land=q")
    assert "o.land=q" in moved.headers["hx-replace-url"] and "one: " in moved.text
    wrong = client.get("/s/hostile/compose/verdict?o.land=nowhere")
    assert wrong.status_code == 422 and "nowhere" in wrong.text
    assert client.get("/s/hostile/compose?view=ww").status_code == 422


def test_a_weight_moves_the_verdict_and_fighting_on_can_be_stated(client: Any) -> None:
    def gains(more: str = "") -> list[str]:
        page = client.get(f"/s/hostile/compose/verdict?start=one&o.money=r{more}").text
        return re.findall(r'<td class="n">([+-]\d\.\d\d)', page)

    plain = gains()
    heavier = gains("&w.a.weight.land=9")
    assert heavier[0] > plain[0] and heavier[1] == plain[1]
    assert gains("&fight.b=0.9")[0] == plain[0] and gains("&fight.b=0.9")[1].startswith("-")
    answer = client.get("/s/hostile/compose/verdict?fight.b=2")
    assert answer.status_code == 422 and "0 to 1" in answer.text


def test_problems_of_a_text_come_with_their_lines_and_nothing_is_lost(
    client: Any, tmp_path: Path
) -> None:
    text = (tmp_path / "hostile" / "scenario.yaml").read_text(encoding="utf-8")
    bad = text.replace("mediator: c", "mediator: cc")
    line = bad[: bad.index("mediator")].count("\n") + 1
    form = {"file": "scenario.yaml", "text": bad}
    page = client.post("/s/hostile/text/check", data=form).text
    assert f'data-line="{line}"' in page and "cc" in page
    kept = client.post("/s/hostile/text", data=form, follow_redirects=False)
    assert kept.status_code == 422 and "mediator: cc" in kept.text
    assert not (tmp_path / "drafts").exists()
    broken = {"file": "scenario.yaml", "text": "a: [1"}
    assert "data-line" in client.post("/s/hostile/text/check", data=broken).text
    other = {"file": "../../x.yaml", "text": "a: 1"}
    assert client.post("/s/hostile/text", data=other).status_code == 422


def test_a_text_is_kept_by_its_content_and_never_listed(client: Any, tmp_path: Path) -> None:
    text = (tmp_path / "hostile" / "scenario.yaml").read_text(encoding="utf-8")
    where = []
    for word in ("mine", "yours", "mine"):
        form = {"file": "scenario.yaml", "text": f"# {word}\n{text}", "claim": "C1=off"}
        answer = client.post("/s/hostile/text", data=form, follow_redirects=False)
        assert answer.status_code == 303
        where.append(answer.headers["location"])
    assert where[0] == where[2] != where[1] and "claim=C1%3Doff" in where[0]
    assert "# mine" in client.get(where[0]).text and "# mine" not in client.get(where[1]).text
    assert "drafts" not in client.get("/").text
    assert (tmp_path / "hostile" / "scenario.yaml").read_text(encoding="utf-8") == text
    assert client.get("/s/drafts/..%2fhostile").status_code == 404


def test_a_worldview_and_a_strategy_of_one_s_own(client: Any) -> None:
    form = {"from": "w", "id": "mine", "label": "Mine", "q.x": "1, 2, 3"}
    answer = client.post("/s/hostile/write/worldview", data=form, follow_redirects=False)
    where = answer.headers["location"]
    assert re.fullmatch(r"/s/drafts/hostile-[0-9a-f]{8}\?worldview=mine", where)
    draft = where.partition("?")[0]
    form = {"from": "go", "id": "ours", "l.pull": "0.25", "worldview": "mine"}
    answer = client.post(f"{draft}/write/strategy", data=form, follow_redirects=False)
    where = answer.headers["location"]
    assert where.endswith("?strategy=ours&worldview=mine")
    own = yaml.safe_load(client.get(f"{where.partition('?')[0]}/files/own.yaml").text)
    assert own["worldviews"]["mine"]["set"]["x"] == {
        "low": 1, "mid": 2, "high": 3, "confidence": "J",
    }  # fmt: skip
    assert own["strategies"]["ours"]["levers"] == {"pull": 0.25}
    page = client.get(where).text
    assert re.search(r'value="ours" checked', page) and re.search(r'value="mine" checked', page)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"id": "w"}, "taken"),
        ({"id": "1 2"}, "short name"),
        ({"id": "m", "q.x": "3, 2, 1"}, "LOW, MID, HIGH"),
        ({"id": "m", "q.x": "= nothing_there + 1"}, "nothing_there"),
        ({"id": "m", "more": "x"}, "more numbers"),
        ({"id": "m", "more": "y=1"}, "y"),
    ],
)
def test_a_worldview_that_cannot_be_is_refused_with_the_reason(
    client: Any, form: dict[str, str], said: str
) -> None:
    answer = client.post("/s/hostile/write/worldview", data={"from": "w"} | form)
    assert answer.status_code == 422 and "Not kept" in answer.text and said in answer.text
    assert f'value="{form["id"]}"' in answer.text


def test_an_answer_is_worked_out_once() -> None:
    once: Once[int] = Once(2)
    made = []

    def make() -> int:
        made.append(1)
        return len(made)

    threads = [threading.Thread(target=lambda: once.get("a", make)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1 and once.get("a", make) == 1
    once.get("b", make)
    once.get("c", make)
    assert "a" not in once and "c" in once
    with pytest.raises(ZeroDivisionError):
        once.get("d", lambda: 1 // 0)
    assert once.get("d", make) == 4
