"""list, show, check, new and schema as a user calls them: output, exit status, no traceback."""

import json
import time
from pathlib import Path

import pytest
from valley import WALK, changed, written

from winset.cli import main


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    status = main(list(args))
    said = capsys.readouterr()
    return status, said.out, said.err


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "list")
    assert status == 0
    assert any(line.startswith("theory/random-walk ") for line in out.splitlines())
    rows = json.loads(run(capsys, "list", "--json")[1])
    assert {"name", "title", "as_of"} <= rows[0].keys()


def test_check_says_ok_and_counts(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = str(written(tmp_path, WALK))
    status, out, err = run(capsys, "check", path, "--strict", "--as-of", "2004-12-31")
    assert (status, err) == (0, "")
    assert out == (
        "walk: ok. 12 quantities; of 14 numbers 5 sourced, 9 judged, 0 unchecked."
        " 2 worldviews, 1 strategy. 0 warnings.\n"
    )
    document = json.loads(run(capsys, "check", path, "--json")[1])
    assert document["ok"] and document["problems"] == [] and document["scenario"]["id"] == "walk"


def test_check_lists_problems(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    bad = changed(
        changed(WALK, "victor: a", "victor: c"), "chance: win_chance", "chance: winchance"
    )
    path = str(written(tmp_path, bad))
    status, out, err = run(capsys, "check", path)
    assert (status, out) == (2, "")
    assert err.count("scenario.yaml:") == 2 and "did you mean win_chance?" in err
    status, out, _ = run(capsys, "check", path, "--json")
    document = json.loads(out)
    assert status == 2 and not document["ok"]
    assert (
        document["problems"][0]["line"] == 22 and document["problems"][0]["nearest"] == "win_chance"
    )


BAD = {
    "a missing file": None,
    "a YAML slip": changed(WALK, "  a: {name: A}", "  a: {name: A"),
    "an alias bomb": "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    + "\n".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)),
    "an unknown name": changed(WALK, "chance: win_chance", "chance: luck"),
    "a unit clash": changed(WALK, "forts: {value: 10,", "forts: {value: 10, unit: km,"),
    "a cyclic definition": changed(WALK, "forts: {value: 10,", "forts: {formula: 2 * forts,"),
    "a weight that is not a number": changed(
        WALK, "{weights: {prize: 1}", "{weights: {prize: much}"
    ),
    "a call": changed(WALK, "rate: 1,", "rate: \"__import__('os').getpid()\","),
    "nested brackets": "winset: " + "[" * 10_000 + "]" * 10_000,
    "nested brackets in an expression": changed(
        WALK, "rate: 1,", f"rate: {'(' * 1900}1{')' * 1900},"
    ),
    "nothing": "",
    "a number": "12",
    "binary": "\x00\x01\x02",
}


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("command", [["check"], ["check", "--json"], ["show"], ["show", "--paths"]])
def test_bad_input_is_a_clear_error(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, kind: str, command: list[str]
) -> None:
    text = BAD[kind]
    path = tmp_path / "scenario.yaml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    before = time.perf_counter()
    status, out, err = run(capsys, command[0], str(path), *command[1:])
    assert time.perf_counter() - before < 3
    assert status == 2
    assert "scenario.yaml" in err and "Traceback" not in err and "fault of ours" not in err
    assert out == "" or json.loads(out)["problems"]


def test_a_hundred_megabytes_are_refused_at_once(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "big.yaml"
    with path.open("wb") as stream:
        stream.truncate(100_000_000)
    before = time.perf_counter()
    status, _, err = run(capsys, "check", str(path))
    assert status == 2 and "too large" in err and time.perf_counter() - before < 1


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["check", "theory/random-wlk"], "did you mean theory/random-walk?"),
        (["check", "theory/random-walk", "--as-of", "soon"], "--as-of: a date is due here"),
        (["check", "theory/random-walk", "--as-of", "1999-01-01"], None),
        (["check", "theory/random-walk", "--set", "fort=3"], "did you mean forts?"),
        (["show", "theory/random-walk", "--section", "weather"], "known: question, parties"),
        (["show", "theory/random-walk", "--set", "forts=many"], "allowed is one number"),
    ],
)
def test_bad_arguments(
    capsys: pytest.CaptureFixture[str], args: list[str], words: str | None
) -> None:
    status, _, err = run(capsys, *args)
    assert "Traceback" not in err
    if words is not None:
        assert status == 2 and words in err


def test_show_reads_as_a_page(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(capsys, "new", str(tmp_path / "mine"))[0] == 0
    status, out, err = run(capsys, "show", str(tmp_path / "mine"))
    assert (status, err) == (0, "")
    for words in (
        "The valley war", "PARTIES", "ISSUES AND OPTIONS", "NAMED PLANS", "LEVERS", "STRATEGIES",
        "WORLDVIEWS", "HOW IT CAN END", "WHERE THE NUMBERS COME FROM", "Parliament",
        "Steady support and an offered guarantee", "based on steady; without offer",
        "guarantee.BROKER", "gift of broker at pledge >= 0.3", "p_peace", "0.6 (0.4-0.8)",
        "some party believes otherwise of losses",
    ):  # fmt: skip
        assert words in out, words
    assert max(map(len, out.splitlines())) <= 100
    only = run(capsys, "show", str(tmp_path / "mine"), "--section", "levers")[1]
    assert only.startswith("LEVERS") and "PARTIES" not in only


def test_show_lists_every_id_that_can_be_set(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = str(written(tmp_path, WALK))
    out = run(capsys, "show", path, "--paths", "--set", "low/forts=12")[1]
    lines = {line.split()[0]: line for line in out.splitlines() if line.strip()}
    assert "0.6 (0.55 to 0.65)" in lines["win_chance"] and "B SS04" in lines["win_chance"]
    assert "12" in lines["low/forts"].split()
    rows = json.loads(run(capsys, "show", path, "--paths", "--json")[1])
    by_id = {row["id"]: row for row in rows}
    assert by_id["win_chance"]["line"] == 14
    assert by_id["win_chance"]["worldviews"] == {"high": "0.7"}
    assert by_id["b.score.prize.HALF"]["kind"] == "expression"
    assert by_id["on.won"]["kind"] == "switch"
    for row in rows:  # each can indeed be set
        status, _, err = run(capsys, "check", path, "--set", f"{row['id']}=1")
        assert status in (0, 2) and "there is no" not in err


def test_show_json_is_the_scenario(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from winset.scenario import load

    path = written(tmp_path, WALK)
    document = json.loads(run(capsys, "show", str(path), "--json")[1])
    assert document["sha256"] == load(path).sha256
    again = written(tmp_path, json.dumps(document["scenario"]), "again.yaml")  # JSON is YAML
    assert load(again).sha256 == document["sha256"]


def test_new_writes_a_scenario_that_checks_strictly(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "a" / "mine"
    assert run(capsys, "new", str(folder))[0] == 0
    status, out, err = run(capsys, "check", str(folder), "--strict", "--as-of", "2025-01-31")
    assert (status, err) == (0, "") and "0 unchecked" in out
    assert all("#" in file.read_text(encoding="utf-8") for file in folder.iterdir())
    status, _, err = run(capsys, "new", str(folder))
    assert status == 2 and "is not empty" in err
    file = written(tmp_path, "x", "file")
    assert run(capsys, "new", str(file))[0] == 2
    empty = tmp_path / "empty"
    empty.mkdir()
    assert run(capsys, "new", str(empty))[0] == 0


def test_schema_is_json_schema(capsys: pytest.CaptureFixture[str]) -> None:
    schema = json.loads(run(capsys, "schema")[1])
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert "required" not in schema and "quantities" in schema["properties"]
    whole = json.loads(run(capsys, "schema", "--whole")[1])
    assert set(whole["required"]) == {"winset", "id", "title", "as_of", "start", "parties"}
    lacking = [
        f"{name}.{field}"
        for name, body in schema["$defs"].items()
        for field, said in body.get("properties", {}).items()
        if not said.get("description") and "$ref" not in said
    ]
    assert lacking == []
