"""`winset sql`: answers, and what it must not do."""

import json
import math
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from winset import cli
from winset.errors import StudyError
from winset.study.query import QueryError, ask

pytest.importorskip("duckdb")


def test_the_tables_are_there_and_agree_with_polars(finished: Path) -> None:
    answer = ask(finished, "SELECT worldview, strategy, avg(durable) AS d FROM draws GROUP BY ALL")
    table = pl.read_parquet(finished / "draws.parquet").group_by("worldview", "strategy").mean()
    means = {(w, s): d for w, s, d in table.select("worldview", "strategy", "durable").iter_rows()}
    assert answer.columns == ("worldview", "strategy", "d")
    assert {(w, s): pytest.approx(d) for w, s, d in answer.rows} == means
    for name in ("cells", "draws", "months", "terms", "halved"):
        (row,) = ask(finished, f"SELECT count(*) FROM {name}").rows
        assert row[0] == pl.read_parquet(finished / f"{name}.parquet").height


def test_rows_are_cut_and_that_is_known(finished: Path) -> None:
    answer = ask(finished, "SELECT draw FROM draws", most=3)
    assert len(answer.rows) == 3 and answer.more
    assert not ask(finished, "SELECT 1", most=3).more


def test_not_a_number_is_null(finished: Path) -> None:
    assert ask(finished, "SELECT 'NaN'::DOUBLE, 1.5::DECIMAL(3,1)").rows == ((None, 1.5),)


@pytest.mark.parametrize(
    "query",
    [
        "COPY cells TO 'out.csv'",
        "CREATE TABLE x AS SELECT 1",
        "SELECT 1; SELECT 2",
        "SET enable_external_access=true",
        "DROP VIEW cells",
        "",
    ],
)
def test_only_a_question_is_answered(finished: Path, query: str) -> None:
    before = {p.name: p.read_bytes() for p in finished.glob("*.parquet")}
    with pytest.raises(QueryError, match="one statement that selects"):
        ask(finished, query)
    assert {p.name: p.read_bytes() for p in finished.glob("*.parquet")} == before


@pytest.mark.parametrize("reader", ["read_csv", "read_text", "read_parquet"])
def test_no_other_file_can_be_read(finished: Path, tmp_path: Path, reader: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(QueryError, match="Permission"):
        ask(finished, f"SELECT * FROM {reader}('{secret}')")


def test_the_command(finished: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def winset(*args: str) -> tuple[int, str, str]:
        status = cli.main(["sql", str(finished), *args])
        out, err = capsys.readouterr()
        return status, out, err

    status, out, _ = winset("SELECT strategy, 0.5 AS half FROM cells ORDER BY ALL", "--rows", "2")
    lines = out.splitlines()
    assert status == 0 and lines[0].split() == ["strategy", "half"] and "more" in lines[-1]
    status, out, _ = winset("SELECT measure, max(mean) m FROM cells GROUP BY ALL", "--json")
    records: list[dict[str, Any]] = json.loads(out)
    assert {"durable", "deaths"} <= {r["measure"] for r in records}
    assert all(r["m"] is None or math.isfinite(r["m"]) for r in records)
    status, out, _ = winset("SELECT 1 AS one, 'a,b' AS two", "--csv")
    assert out == 'one,two\n1,"a,b"\n'
    status, out, err = winset("SELECT durabel FROM draws")
    assert (status, out) == (2, "") and "durable" in err and "Tables: cells" in err


def test_an_unfinished_study_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="no study"):
        ask(tmp_path, "SELECT 1")
