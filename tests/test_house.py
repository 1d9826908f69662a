"""The rules of the house that a machine can check (CONTRIBUTING.md says why they are there)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src" / "winset"
SCENARIOS = SRC / "scenarios"
MODULES = sorted(p for p in SRC.rglob("*.py") if SCENARIOS not in p.parents)

# Each line may import from the lines above it; names on one line may not import one another.
ORDER = (
    ("errors",),
    ("scenario",),
    ("war",),
    ("deals",),
    ("talks",),
    ("strategy",),
    ("study",),
    ("insight",),
    ("lenses", "interop", "history"),
    ("views",),
    ("api",),
    ("cli",),
    ("app",),
    ("__main__",),
)
RANK = {name: rank for rank, names in enumerate(ORDER) for name in names}

# Word stems: an occurrence within a longer word ("signatory", "computing") is not one.
NAMED = re.compile(
    r"(?<![a-z])(?:ukrain|russia|kyiv|moscow|donetsk|zelensk|(?:nato|putin|trump)(?![a-z]))"
)
DEFAULT_SCENARIO = "ukraine-2025"


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room_of(path: Path) -> str:
    return path.relative_to(SRC).parts[0].removesuffix(".py")


def imports_of(tree: ast.AST, package: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Every (line, dotted name) that a module of `package` imports, also within functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join((*above, *((node.module,) if node.module else ())))
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"


def rooms_imported(source: str, package: tuple[str, ...]) -> list[tuple[int, str]]:
    found = []
    for line, dotted in imports_of(ast.parse(source), package):
        parts = dotted.split(".")
        if parts[0] == "winset" and len(parts) > 1 and parts[1] not in ("__version__", "*"):
            found.append((line, parts[1]))
    return found


def names_a_war(text: str) -> list[str]:
    # camelCase and snake_case names are read word by word.
    return NAMED.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower())


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_import_points_back_up_the_line(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        room = "api"  # the public names
    assert room in RANK, f"give {room!r} its place in ORDER"
    package = ("winset", *path.relative_to(SRC).parts[:-1])
    for line, other in rooms_imported(path.read_text(encoding="utf-8"), package):
        where = f"{name_of(path)}:{line}: {room} imports {other}"
        assert other in RANK, f"{where}, which has no place in ORDER"
        assert other == room or RANK[other] < RANK[room], f"{where}, which comes no earlier"


def test_the_check_of_imports_sees_every_form() -> None:
    package = ("winset", "war")
    source = """
import winset.deals.frontier
from winset import talks
from winset.study.store import Store
from ..insight import regret
from .kernel import step
from . import events
def late():
    from winset.app import serve
import numpy.random
"""
    rooms = [room for _, room in rooms_imported(source, package)]
    assert sorted(rooms) == sorted(["deals", "talks", "study", "insight", "war", "war", "app"])


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_party_or_war_is_named_in_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.relative_to(SRC).parts[0] == "cli":
        text = text.replace(f'"{DEFAULT_SCENARIO}"', '""')  # counted below
    assert names_a_war(text) == []


def test_the_default_scenario_is_named_in_one_place() -> None:
    places = sum(path.read_text(encoding="utf-8").count(DEFAULT_SCENARIO) for path in MODULES)
    assert places == 1


def test_the_check_of_names_knows_a_name_from_a_word() -> None:
    for named in ("Russian", "in_ukraine", "NATO's", "toKyiv", "nato_member", "Putin"):
        assert names_a_war(named), named
    for word in ("signatory", "computing", "donator", "belarussian_rouble", "trumpet"):
        assert not names_a_war(word), word


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_file_is_short_and_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    assert (ast.get_docstring(ast.parse(text)) or "").strip()


def test_the_lock_names_versions_and_nothing_else() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert pins
    for line in lines:
        assert "://" not in line
    for pin in pins:
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", pin), pin
