"""A study's tables for other programs."""

import json
import shutil
import zipfile
from pathlib import Path

import polars as pl
import pytest

from winset.errors import StudyError
from winset.study.export import export_csv, export_xlsx
from winset.study.tables import TABLES


def test_csv_holds_every_table(finished: Path, tmp_path: Path) -> None:
    written = export_csv(finished, tmp_path / "a" / "b")
    assert [p.stem for p in written] == [name.removesuffix(".parquet") for name in TABLES]
    for path in written:
        there = pl.read_parquet(finished / f"{path.stem}.parquet")
        here = pl.read_csv(path)
        assert here.columns == there.columns
        assert here.height == there.height
    deaths = pl.read_csv(tmp_path / "a" / "b" / "draws.csv")["deaths"]
    assert deaths.to_list() == pl.read_parquet(finished / "draws.parquet")["deaths"].to_list()


def test_a_workbook_has_a_sheet_for_each(finished: Path, tmp_path: Path) -> None:
    (path,) = export_xlsx(finished, tmp_path / "study.xlsx")
    with zipfile.ZipFile(path) as book:
        text = book.read("xl/workbook.xml").decode()
    for name in TABLES:
        assert f'name="{name.removesuffix(".parquet")}"' in text


def test_what_cannot_be_exported_says_why(finished: Path, tmp_path: Path) -> None:
    study = Path(shutil.copytree(finished, tmp_path / "study"))
    with pytest.raises(StudyError, match=r"ends in \.xlsx"):
        export_xlsx(study, tmp_path / "study.ods")
    (study / "terms.parquet").write_bytes(b"no table")
    with pytest.raises(StudyError, match=r"terms\.parquet: cannot be read"):
        export_csv(study, tmp_path / "csv")
    manifest = json.loads((study / "manifest.json").read_text(encoding="utf-8"))
    (study / "manifest.json").write_text(json.dumps({**manifest, "tables": {}}), encoding="utf-8")
    with pytest.raises(StudyError, match="not finished"):
        export_csv(study, tmp_path / "csv")
