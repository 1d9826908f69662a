"""Making a study again, and comparing."""

import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from fake_cells import MAKERS

from winset.errors import StudyError
from winset.study.again import compare_tables, make_again


@pytest.fixture
def study(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "study"))


def test_a_rerun_is_the_same_to_the_last_bit(study: Path) -> None:
    results, differences, others = make_again(
        study, None, workers=2, verdict=lambda r: (), makers=MAKERS
    )
    assert differences == others == []
    assert results.folder == study.with_name("study-rerun")
    with pytest.raises(StudyError, match="holds a finished study"):
        make_again(study, None, verdict=lambda r: (), makers=MAKERS)


def test_a_rerun_needs_a_finished_study_as_it_was_written(study: Path) -> None:
    (study / "draws.parquet").write_bytes(b"")
    with pytest.raises(StudyError, match=r"changed since it was written: draws\.parquet"):
        make_again(study, None, verdict=lambda r: (), makers=MAKERS)
    manifest = json.loads((study / "manifest.json").read_text(encoding="utf-8"))
    (study / "manifest.json").write_text(json.dumps({**manifest, "tables": {}}), encoding="utf-8")
    with pytest.raises(StudyError, match="not finished"):
        make_again(study, None, verdict=lambda r: (), makers=MAKERS)


def test_a_difference_is_measured(study: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(study, tmp_path / "other"))
    frame = pl.read_parquet(other / "draws.parquet")
    frame.with_columns(pl.col("deaths") + 0.25).write_parquet(other / "draws.parquet")
    (said,) = compare_tables(study, other)
    assert said.startswith("draws.parquet: 1 of ")
    assert "at most by 0.25 (in deaths)" in said
    frame.head(3).write_parquet(other / "draws.parquet")
    assert "128 rows" in compare_tables(study, other)[0]


def test_what_made_it_otherwise_is_named(study: Path) -> None:
    path = study / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["made_by"]["libraries"]["numpy"] = "1.0"
    manifest["made_by"]["cpu"] = "abacus"
    path.write_text(json.dumps(manifest), encoding="utf-8")
    _, _, others = make_again(study, None, verdict=lambda r: (), makers=MAKERS)
    assert len(others) == 2
    assert others[0].startswith("numpy: 1.0 then")
    assert others[1].startswith("cpu: abacus then")
