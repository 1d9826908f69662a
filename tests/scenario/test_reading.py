"""Files: YAML 1.2, laid together, located, and every way in which they can be bad."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from valley import WALK, changed, problems, report, written

from winset.errors import ScenarioError
from winset.scenario import bundled, load
from winset.scenario.nodes import YamlError, compose, plain
from winset.scenario.reading import read


def value(text: str) -> object:
    (node,) = compose(text, "x.yaml")
    return plain(node)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("12", 12),
        ("-3", -3),
        ("0o17", 15),
        ("0x1F", 31),
        ("017", 17),
        ("1_000", "1_000"),
        ("1e3", 1000.0),
        ("1.5", 1.5),
        (".5", 0.5),
        (".inf", float("inf")),
        ("-.inf", float("-inf")),
        ("2025-10-31", "2025-10-31"),
        ("2025-10", "2025-10"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("12:30", "12:30"),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text: str, meaning: object) -> None:
    found = value(text)
    assert found == meaning
    assert type(found) is type(meaning)


def test_keys_are_texts() -> None:
    assert value("{yes: 1, 2025: 2, true: 3, null: 4}") == {
        "yes": 1, "2025": 2, "true": 3, "null": 4,
    }  # fmt: skip


def test_aliases_repeat_a_value() -> None:
    assert value("{a: &x [1, 2], b: *x}") == {"a": [1, 2], "b": [1, 2]}


def test_sections_of_many_files_are_laid_together(tmp_path: Path) -> None:
    head, rest = WALK.split("quantities:\n")
    first, more = rest.split("  win_chance")
    written(tmp_path, head + "quantities:\n" + first, "a.yaml")
    written(tmp_path, "quantities:\n  win_chance" + more, "b.yml")
    (tmp_path / "notes.txt").write_text("not read")
    (tmp_path / ".hidden.yaml").write_text("[not read")
    whole = load(written(tmp_path, WALK, "whole.txt"))
    assert load(tmp_path) == whole
    assert load(tmp_path).places["quantities", "win_chance"][1] == 2


def test_an_id_given_twice_names_both_places(tmp_path: Path) -> None:
    written(tmp_path, WALK, "a.yaml")
    written(tmp_path, "quantities:\n  fresh: 1\n  forts: 3\n", "b.yaml")
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path)
    (problem,) = caught.value.problems
    assert problem.file.endswith("b.yaml")
    assert (problem.line, problem.path) == (3, "quantities.forts")
    assert "a.yaml:12" in problem.message


def test_a_key_given_twice_in_a_map(tmp_path: Path) -> None:
    (said,) = problems(tmp_path, changed(WALK, "  forts:", "  start: 3\n  forts:"))
    assert "scenario.yaml:14: the key is given twice in one map; first on line 12" in said


def test_slips_in_several_files_are_listed_at_once(tmp_path: Path) -> None:
    written(tmp_path, "winset: 1\nparties: {a: {name: A}\n", "a.yaml")
    written(tmp_path, "title: one: two\n", "b.yaml")
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path)
    assert [p.file.rsplit("/")[-1] for p in caught.value.problems] == ["a.yaml", "b.yaml"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: {x: 1\nc: 2\n", 3, "a '{' is not closed"),
        ("a: [1, 2\n", 2, "a '[' is not closed"),
        ("a: 'x\n", 2, "a quotation mark is not closed"),
        ("title: one: two\n", 1, "a ':' where none can stand"),
        ("a:\n\tb: 1\n", 2, "a tab is used for indentation"),
        ("a: @x\n", 1, "starts with '@'"),
        ("a: 1\n b: 2\n", 2, "mend the ind"),
        ("a: !!python/name:os.system x\n", 1, "tags are not part"),
        ("a: !own x\n", 1, "tags are not part"),
        ("<<: {a: 1}\n", 1, "merge keys"),
        ("? [a, b]\n: 1\n", 1, "a key must be a plain text"),
        ("a: *nowhere\n", 1, "names an anchor that was not set"),
        ("a: &x [*x]\n", 1, "stands inside what it names"),
        ("a: \x07\n", 1, "a control character"),
    ],
)
def test_a_slip_is_named_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(YamlError) as caught:
        compose(text, "x.yaml")
    assert words in str(caught.value)
    assert caught.value.problem.line == line


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 10_000 + "]" * 10_000,
        "a: " + "[" * 10_000,
        "a: " + "{b: " * 10_000,
        "\n".join(" " * i + "a:" for i in range(2_000)),
        "- " * 10_000,
        "a: &a [" + "[" * 40 + "]" * 40 + "]\nb: " + "[" * 40 + "*a" + "]" * 40,
    ],
)
def test_deep_nesting_is_refused_at_once(text: str, tmp_path: Path) -> None:
    before = time.perf_counter()
    (said,) = problems(tmp_path, text)
    assert "nested more than 60 deep" in said
    assert time.perf_counter() - before < 2


def test_an_alias_bomb_is_refused_at_once(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    before = time.perf_counter()
    (said,) = problems(tmp_path, "\n".join(lines))
    assert "aliases expand to more than 5,000 values" in said
    assert time.perf_counter() - before < 2


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    with path.open("wb") as stream:
        stream.truncate(100_000_000)
    before = time.perf_counter()
    with pytest.raises(ScenarioError, match=r"too large .*100\.0 MB; allowed at most 5 MB"):
        load(path)
    with pytest.raises(ScenarioError, match="too large"):
        load(tmp_path)
    assert time.perf_counter() - before < 1


def test_too_many_values_and_too_many_files(tmp_path: Path) -> None:
    (said,) = problems(tmp_path, "a: [" + "1," * 400_000 + "]")
    assert "more than 300,000 values" in said
    folder = tmp_path / "many"
    folder.mkdir()
    for i in range(201):
        (folder / f"{i}.yaml").write_text("")
    with pytest.raises(ScenarioError, match="more than 200 YAML files"):
        load(folder)


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "null\n"])
def test_an_empty_file(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text)[0].endswith("the file is empty")


def test_a_list_or_a_text_is_no_scenario(tmp_path: Path) -> None:
    for text in ("- a\n", "hello\n", "12\n"):
        assert "the file must hold sections" in problems(tmp_path, text)[0]


def test_other_encodings_are_refused_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes(changed(WALK, "title: Walk", "title: Wälk").encode("latin-1"))
    with pytest.raises(ScenarioError, match=r"s\.yaml:3: the file is not UTF-8"):
        load(path)
    path.write_bytes(b"\xef\xbb\xbf" + WALK.encode())
    assert load(path).id == "walk"


def test_a_folder_without_yaml_and_a_device(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"no \*\.yaml file in this folder"):
        load(tmp_path)
    if os.path.exists("/dev/zero"):
        with pytest.raises(ScenarioError, match="not a plain file"):
            load("/dev/zero")


@pytest.mark.parametrize("name", ["", "nowhere", "x" * 5000, "a\0b", "theory", "/no/such/folder"])
def test_a_missing_scenario_lists_the_bundled_ones(name: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(name)
    assert "theory/random-walk" in str(caught.value) or not name


def test_a_missing_scenario_names_the_nearest() -> None:
    with pytest.raises(ScenarioError, match="did you mean theory/random-walk"):
        load("theory/randm-walk")


def test_bundled_scenarios_can_be_read() -> None:
    for place in bundled().values():
        assert read(place).value


def test_an_empty_section_says_nothing(tmp_path: Path) -> None:
    assert report(tmp_path, WALK + "plans:\nmeasures:\n").ok


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        compose(text, "x.yaml")
    except YamlError as error:
        assert error.problem.line is not None


yaml_like = st.lists(
    st.sampled_from(
        [
            "a",
            ": ",
            "\n",
            "  ",
            "- ",
            "[",
            "]",
            "{",
            "}",
            ", ",
            "&x ",
            "*x",
            "'",
            '"',
            "1",
            "#",
            "|\n",
        ]
    ),
    max_size=60,
).map("".join)


@given(yaml_like)
def test_any_near_yaml_is_read_or_refused(text: str) -> None:
    try:
        compose(text, "x.yaml")
    except YamlError as error:
        assert error.problem.line is not None
