"""The folder of a study: what it holds, what it refuses, what it says of damage."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from fake_cells import MAKERS, FakeScenario, load, small

import winset
from winset.errors import StudyError
from winset.study import conduct, default_folder, open_study, plan
from winset.study.files import Lock
from winset.study.tables import TABLES


@pytest.fixture
def study(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "study"))


def run(folder: Path, scenario: FakeScenario | None = None, **size: Any) -> None:
    design = plan(scenario or FakeScenario(small()), **{"draws": 16, "paths": 16, **size})
    conduct(design, out=folder, workers=1, makers=MAKERS)


def test_what_a_study_holds(study: Path) -> None:
    held = {p.name for p in study.iterdir()}
    assert held == {"manifest.json", "scenario", "cells", "results.json", ".lock", *TABLES}
    manifest = json.loads((study / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["format"] == 1
    assert manifest["made_by"]["winset"] == winset.__version__
    assert {"numpy", "numba", "polars"} <= manifest["made_by"]["libraries"].keys()
    assert manifest["arguments"]["strategies"] == list(small()["strategies"])
    assert manifest["sessions"][0]["cells"] == 10
    assert manifest["sessions"][0]["seconds"] > 0
    scenario = FakeScenario(small())
    assert manifest["scenario"]["sha256"] == scenario.sha256
    assert load(study / "scenario").sha256 == scenario.sha256


def test_no_name_of_a_machine_user_or_place_is_recorded(study: Path) -> None:
    text = (study / "manifest.json").read_text(encoding="utf-8")
    assert str(Path.home()) not in text
    assert str(study.parent) not in text


def test_the_tables_columns(study: Path) -> None:
    cells = pl.read_parquet(study / "cells.parquet")
    assert cells.columns == [
        *("worldview", "strategy", "measure", "mean", "se", "p10", "p50", "p90")
    ]
    assert cells.height == 8 * (20 + 2)  # 20 measures and two values of fighting on a cell
    draws = pl.read_parquet(study / "draws.parquet")
    assert draws.height == 8 * 16
    assert draws.columns[:4] == ["worldview", "strategy", "draw", "replicate"]
    # a quantity that bears a measure's name is told apart; the others keep theirs
    assert {"quantities.deaths", "deaths", "rate", "start.fighting_on.russia"} <= set(draws.columns)
    assert draws["months_to_signing"].is_nan().sum() == 0
    terms = pl.read_parquet(study / "terms.parquet")
    assert terms.columns == ["worldview", "strategy", "rank", "share", "territory", "money"]
    assert terms.schema["money"] == pl.Float64
    assert terms.schema["territory"] == pl.String
    months = pl.read_parquet(study / "months.parquet")
    assert months.columns == ["worldview", "strategy", "quantity", "month", "p10", "p50", "p90"]
    assert months["month"].max() == 60
    fates = pl.read_parquet(study / "fates.parquet")
    assert fates.columns == ["worldview", "strategy", "fate", "month", "mean", "se"]
    assert fates.height == 8 * 6 * 61  # five fates and the overlap
    assert fates.filter(pl.col("fate") == "overlap")["mean"].is_not_null().sum() == 8 * 10
    worths = pl.read_parquet(study / "worths.parquet")
    fixed = ["worldview", "strategy", "party", "type", "month", "share"]
    assert worths.columns == [*fixed, "p10", "p25", "p50", "p75", "p90"]
    assert worths.height == 8 * 3 * 60
    assert set(pl.read_parquet(study / "halved.parquet")["worldview"]) == {"article"}


def test_the_cells_table_agrees_with_the_draws(study: Path) -> None:
    cells = pl.read_parquet(study / "cells.parquet").filter(pl.col("measure") == "deaths")
    draws = pl.read_parquet(study / "draws.parquet")
    means = draws.group_by("worldview", "strategy").agg(pl.col("deaths").mean())
    both = cells.join(means, on=["worldview", "strategy"])
    assert both.height == 8
    assert (both["mean"] - both["deaths"]).abs().max() < 1e-6


REFUSED: dict[str, tuple[Callable[[Path], None], list[str]]] = {
    "seed": (lambda f: run(f, seed=2), ["seed: 1 there, 2 here"]),
    "draws": (
        lambda f: run(f, draws=32, paths=8),
        ["draws: 16 there, 32 here", "paths: 16 there, 8 here"],
    ),
    "strategies": (
        lambda f: run(f, strategies=["three_legs"]),
        ["strategies: only there: without_offer, as_in_2025, walk_away"],
    ),
    "overrides": (
        lambda f: run(f, FakeScenario(small(), ("rate=4",))),
        ["scenario's content: hash", "--set: none there, rate=4 here"],
    ),
    "scenario": (
        lambda f: run(f, FakeScenario({**small(), "id": "other"})),
        ["scenario: made_up there, other here"],
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_another_study_is_refused_naming_every_difference(study: Path, what: str) -> None:
    before = {p: p.read_bytes() for p in study.rglob("*") if p.is_file()}
    act, said = REFUSED[what]
    with pytest.raises(StudyError) as caught:
        if what == "overrides":
            design = plan(
                FakeScenario(small(), ("rate=4",)), draws=16, paths=16, overrides=("rate=4",)
            )
            conduct(design, out=study, workers=1, makers=MAKERS)
        else:
            act(study)
    for text in said:
        assert text in str(caught.value)
    assert "--out" in str(caught.value)
    assert caught.value.exit_code == 2
    assert {p: p.read_bytes() for p in study.rglob("*") if p.is_file()} == before


def test_code_that_was_changed_is_another_study(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("winset.study.provenance.code", lambda: "0123")
    with pytest.raises(StudyError, match=r"the code of .* was changed since"):
        run(study)
    monkeypatch.setattr(winset, "__version__", "9.9")
    with pytest.raises(StudyError, match=r"winset: .* there, 9\.9 here"):
        run(study)


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("important", encoding="utf-8")
    with pytest.raises(StudyError, match=r"not empty.*thesis\.docx"):
        run(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.docx"]
    with pytest.raises(StudyError, match="is a file"):
        run(tmp_path / "thesis.docx")


def edited(folder: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    path = folder / "manifest.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    edit(data)
    path.write_text(json.dumps(data), encoding="utf-8")


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "gone": (lambda f: shutil.rmtree(f), "no such folder"),
    "no manifest": (lambda f: (f / "manifest.json").unlink(), "no study here"),
    "cut": (lambda f: (f / "manifest.json").write_text('{"kind": "win'), "damaged"),
    "nested": (lambda f: (f / "manifest.json").write_text("[" * 100_000), "damaged"),
    "other": (lambda f: (f / "manifest.json").write_text('{"kind": "x"}'), "not the record"),
    "newer": (lambda f: edited(f, lambda d: d.update(format=7)), "written in format 7"),
    "lacks": (lambda f: edited(f, lambda d: d.pop("seed")), "damaged"),
    "wrong": (lambda f: edited(f, lambda d: d.update(arguments=[])), "damaged"),
    "strange": (lambda f: edited(f, lambda d: d["arguments"].update(magic=1)), "another winset"),
    "swapped": (
        lambda f: edited(f, lambda d: d["scenario"].update(sha256="0" * 64)),
        "not the scenario the study was made with",
    ),
    "parts": (lambda f: shutil.rmtree(f / "cells"), "damaged or missing: article/three_legs"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_named(study: Path, what: str) -> None:
    act, said = DAMAGE[what]
    act(study)
    with pytest.raises(StudyError, match=re.escape(said)):
        open_study(study, makers=MAKERS)


def test_a_study_so_far_can_be_opened(study: Path) -> None:
    edited(study, lambda d: d.update(tables={}))
    for part in sorted((study / "cells").glob("0*.cell"))[2:]:
        part.unlink()
    results = open_study(study, makers=MAKERS)
    assert not results.complete
    assert 0 < len(results.cells) < 8
    assert results.json()["verdict"] == []


def test_two_runs_at_once_are_refused(study: Path) -> None:
    lock = Lock(study)
    code = (
        "import sys; from pathlib import Path; from winset.study.files import Lock;"
        "from winset.errors import StudyError\n"
        "try: Lock(Path(sys.argv[1]))\n"
        "except StudyError as error: print(error); sys.exit(2)"
    )

    def other() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", code, str(study)], capture_output=True, text=True, check=False
        )

    refused = other()
    assert refused.returncode == 2
    assert "another run is writing" in refused.stdout
    lock.release()
    assert other().returncode == 0


def test_default_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first free one, or the one that holds this very study."""
    monkeypatch.chdir(tmp_path)
    scenario = FakeScenario(small())
    quick, full = plan(scenario, draws=16, paths=16), plan(scenario, draws=32, paths=16)
    stem = f"made_up-{scenario.sha256[:8]}-s1"
    assert default_folder(quick) == Path("studies") / stem
    conduct(quick, out=default_folder(quick), workers=1, makers=MAKERS)
    assert default_folder(quick) == Path("studies") / stem
    assert default_folder(full) == Path("studies") / f"{stem}-2"
    (tmp_path / "studies" / f"{stem}-2").mkdir()
    (tmp_path / "studies" / f"{stem}-2" / "notes.txt").touch()
    assert default_folder(full) == Path("studies") / f"{stem}-3"
