"""Evidence: warnings, strictness, how a number stands, and dates."""

import re
from pathlib import Path

import pytest
from valley import FULL, WALK, changed, problems, report, written

from winset.errors import ScenarioError
from winset.scenario import check, load


def test_unused_and_unsourced_quantities_are_warnings(tmp_path: Path) -> None:
    text = changed(FULL, "quantities:\n", "quantities:\n  spare: 3\n")
    found = report(tmp_path, text)
    assert found.ok
    said = "\n".join(map(str, found.warnings))
    assert "quantities.spare: nothing reads this quantity" in said
    assert "1 numbers have no source and no mark: spare" in said
    assert found.counts["unchecked"] == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "quantities:\n",
            "quantities:\n  spare: 3\n",
            r"quantities\.spare: a number without a source or a mark",
        ),
        (
            "{label: High, confidence: J,",
            "{label: High,",
            r"worldviews\.high\.set\.win_chance: a number without",
        ),
        (
            "rate: 1, sources: SS04}",
            "rate: 3}",
            r"flows\.lost\.rate: a number without a source .*found 3",
        ),
        ("{today: 0.5, confidence: J}", "{today: 0.3}", r"levers\.arms\.today: a number without"),
        (
            "war_cost: cost.b,\n      confidence: J}",
            "war_cost: cost.b}",
            r"preferences\.b\.weights\.prize: a number without",
        ),
    ],
)
def test_strict_demands_a_source_or_a_mark(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = changed(FULL, old, new)
    assert report(tmp_path, text).ok
    found = problems(tmp_path, text, strict=True)
    assert any(re.search(said, one) for one in found), found
    with pytest.raises(ScenarioError):
        load(written(tmp_path, text), strict=True)


@pytest.mark.parametrize(
    ("mark", "kind"),
    [
        ("sources: SS04", "sourced"),
        ("sources: SS04, confidence: C", "sourced"),
        ("confidence: J", "judged"),
        ("sources: SJ", "judged"),
        ("sources: [SJ2], confidence: C", "judged"),
        ("sources: OWN", "judged"),
        ("sources: [OWN, SS04], confidence: B", "sourced"),
        ("confidence: B", "unchecked"),
        ("note: none", "unchecked"),
    ],
)
def test_how_a_number_stands(tmp_path: Path, mark: str, kind: str) -> None:
    text = changed(
        WALK, "sources:\n", "sources:\n  OWN: {title: Own view, kind: expert judgement}\n"
    )
    before = report(tmp_path, text).counts
    after = report(
        tmp_path, changed(text, "quantities:\n", f"quantities:\n  spare: {{value: 3, {mark}}}\n")
    ).counts
    assert {k: after[k] - before[k] for k in after if after[k] != before[k]} == {kind: 1}


@pytest.mark.parametrize(
    ("known", "as_of", "late"),
    [
        ("2004-10", "2004-10-31", False),
        ("2004-10", "2004-10-30", True),
        ("2004-10-15", "2004-10-15", False),
        ("2004-10-16", "2004-10-15", True),
        ("2004", "2004-12-31", False),
        ("2004", "2004-06-30", True),
        ("2004-10", "2004-10", False),
    ],
)
def test_later_evidence_is_refused(tmp_path: Path, known: str, as_of: str, late: bool) -> None:
    text = changed(FULL, "start: {value: 4,", f"start: {{value: 4, known_on: {known},")
    found = problems(tmp_path, text, as_of=as_of)
    assert bool(found) == late
    if late:
        assert re.search(r"quantities\.start\.known_on: evidence known only after 2004-", found[0])


def test_evidence_later_than_the_scenarios_own_date_is_a_warning(tmp_path: Path) -> None:
    text = changed(FULL, "start: {value: 4,", "start: {value: 4, known_on: 2005-02,")
    found = report(tmp_path, text)
    assert found.ok and "evidence later than the scenario's own date" in str(found.warnings[0])
    bad = changed(FULL, "start: {value: 4,", "start: {value: 4, known_on: spring,")
    assert "a date is due here" in problems(tmp_path, bad)[0]
    with pytest.raises(ScenarioError, match="--as-of: a date is due here"):
        check(written(tmp_path, FULL), as_of="yesterday")
