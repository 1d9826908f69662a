"""Effects of claims: paired with the base, exactly zero where nothing is read, as cells say."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from valley import changed, template
from valley_lab import valley_design

from winset.insight.claim_study import study_claims
from winset.insight.claims import Baseline, ClaimEffect
from winset.insight.compare import difference
from winset.insight.page import Switch, argument_beside, pages
from winset.scenario import load
from winset.study import Design, DesignError, conduct
from winset.talks import run_cell


class Seen:
    """Notes what it is told, in order."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def base(self, design: Design, found: Baseline) -> None:
        self.told.append("base")

    def claim(self, found: ClaimEffect) -> None:
        self.told.append(found.claim)


def test_effects_are_those_of_cells_run_by_themselves(tmp_path: Path) -> None:
    design, seen = valley_design(tmp_path), Seen()
    study = study_claims(design, workers=1, show=seen, folder=tmp_path / "kept")
    assert seen.told == ["base", "C1", "C2"]
    assert study.base.headline == "steady"
    assert study.base.rivals == {"hopeful": ("stand_aside",), "grim": ("stand_aside",)}
    off = load(tmp_path / "valley.yaml", claims=["C1=off"])
    cells = {
        (name, strategy): run_cell(scenario, "grim", strategy, design.settings)
        for name, scenario in (("on", design.scenario), ("off", off))
        for strategy in ("steady", "stand_aside")
    }
    durable = {key: cell.measures["durable"] for key, cell in cells.items()}
    replicate = cells["on", "steady"].replicate
    found = study.effects[0].effects["off"]["grim"].measures
    gap = difference(durable["off", "steady"], durable["on", "steady"], replicate)
    assert found["durable"] == gap
    lead = {n: durable[n, "steady"] - durable[n, "stand_aside"] for n in ("on", "off")}
    assert found["lead.stand_aside"] == difference(lead["off"], lead["on"], replicate)
    assert found["lead.stand_aside"].diff < 0  # a north that never breaks needs no support
    assert not study.effects[0].effects["off"]["grim"].same


def test_a_switch_that_nothing_reads_is_exactly_zero(tmp_path: Path) -> None:
    text = changed(
        template(),
        "quantities:\n  hazard.guarded:",
        "quantities:\n  idle: {value: 3, confidence: J}\n  hazard.guarded:",
    )
    text = changed(text, "without: {steady: [offer]}}", "set: {idle: 5}, confidence: J}")
    study = study_claims(valley_design(tmp_path, text), ["C2"], workers=1)
    (one,) = study.effects
    assert all(effect.same for effect in one.effects["off"].values())
    assert not one.clear("off")
    rows = {row["id"]: row for row in study.json()["claims"]}
    zero = {"mean": 0.0, "se": 0.0}
    assert rows["C2"]["effect_off"]["grim"]["durable"] == zero
    assert rows["C2"]["measurable_off"] is False
    assert rows["C1"]["effect_off"] is None and rows["C1"]["measurable_off"] is None


def test_the_document_has_every_claim_with_its_elements(tmp_path: Path) -> None:
    document = study_claims(valley_design(tmp_path), workers=1).json()
    assert [row["id"] for row in document["claims"]] == ["C1", "C2"]
    first = document["claims"][0]
    assert first["elements"] == [
        {"kind": "quantity", "name": "collapse"},
        {"kind": "event", "name": "breaks"},
    ]
    assert first["kind"] == "mechanism" and first["rival"]["of"] == ["hopeful", "grim"]
    assert set(first["effect_rival"]) == {"hopeful", "grim"}
    assert set(first["effect_rival"]["grim"]) == {"durable", "lead.stand_aside", "deaths"}


def test_a_second_look_at_one_claim_keeps_the_others(tmp_path: Path) -> None:
    design, folder = valley_design(tmp_path), tmp_path / "kept"

    def kept() -> list[dict[str, Any]]:
        document = json.loads((folder / "claims.json").read_text(encoding="utf-8"))
        rows: list[dict[str, Any]] = document["claims"]
        return rows

    study_claims(design, workers=1, folder=folder)
    whole = kept()
    study_claims(design, ["C2"], workers=1, folder=folder)
    assert kept() == whole and whole[0]["effect_off"] is not None
    part = replace(design, worldviews=("grim",))
    study_claims(part, ["C1"], workers=1, folder=folder)
    assert kept() == whole
    other = replace(design, settings=replace(design.settings, paths=8))
    study_claims(other, ["C1"], workers=1, folder=folder)
    assert kept()[1]["effect_off"] is None


def test_unknown_claims_and_scenarios_without_any_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DesignError, match="no claim or set of claims 'C9'"):
        study_claims(valley_design(tmp_path), ["C9"])
    bare = changed(template(), "headline: steady", "# headline: steady")
    with pytest.raises(DesignError, match="no headline strategy"):
        study_claims(valley_design(tmp_path, bare))


def test_the_page_reads_the_claims_study_beside_it(tmp_path: Path) -> None:
    design = valley_design(tmp_path)
    results = conduct(design, out=tmp_path / "study", workers=1)
    _, bare = pages(results, argument_beside(results))
    assert [page.worldview for page in bare] == ["hopeful", "grim"]
    assert bare[0].leans is None and bare[0].would is None
    study = study_claims(design, workers=1, folder=tmp_path / "study-claims")
    argument = argument_beside(results)
    assert argument is not None and argument.folder.name == "study-claims"
    _, full = pages(results, argument)
    grim = full[1]
    effects = {one.claim: one.effects["off"]["grim"].measures["durable"] for one in study.effects}
    clear = {claim for claim, gap in effects.items() if gap.clear}
    assert grim.leans is not None and {s.claim for s in grim.leans} == clear
    for switch in grim.leans:
        assert switch.mean == pytest.approx(effects[switch.claim].diff)
    standing = grim.standing["durable"]
    cells = results.cells
    assert standing.chance.mean == pytest.approx(
        float(np.mean(cells["grim", "steady"].measures["durable"]))  # type: ignore[index]
    )
    assert set(standing.two_leg) == {"steady_bare"} and set(standing.rivals) == {"stand_aside"}


def test_a_claims_study_of_another_scenario_is_not_read(tmp_path: Path) -> None:
    design = valley_design(tmp_path)
    results = conduct(design, out=tmp_path / "study", workers=1)
    other = tmp_path / "other"
    other.mkdir()
    text = changed(template(), "title: The valley war", "title: Another war")
    study_claims(valley_design(other, text), ["C1"], workers=1, folder=tmp_path / "study-claims")
    assert argument_beside(results) is None


def test_a_switch_is_clear_beyond_two_errors() -> None:
    assert Switch("C", "off", 0.03, 0.01, None).clear
    assert not Switch("C", "off", 0.03, 0.016, None).clear
    assert not Switch("C", "off", 0.03, None, None).clear
