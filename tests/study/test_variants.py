"""Cells of changed scenarios: named by content, equal to removal by hand, kept and taken up."""

from pathlib import Path

import numpy as np
import pytest
from valley import changed, template
from valley_lab import valley_design

from winset.errors import StudyError
from winset.study.variants import Lab, Variant
from winset.talks import run_cell

STEADY = "steady"


def test_a_claim_off_is_its_mechanism_removed_by_hand(tmp_path: Path) -> None:
    """The event taken out of the file altogether gives the same numbers, to the last bit."""
    text = template()
    start = text.index("  breaks:\n    label: The north's army breaks")
    end = text.index("outcomes:", start)
    text = text[:start].rstrip().removesuffix("events:") + "\n" + text[end:]
    text = changed(text, "    off: {means: it never breaks, disable: [breaks]}", "    sources: SJ")
    text = changed(text, "    rival: {of: [hopeful, grim], takes: [collapse]}", "    status: gone")
    text = text.replace("    status: contested\n", "", 1)
    text = changed(
        text,
        "outcomes:  ",
        "events:\n  nothing: {chance: 0, outcome: south_wins, confidence: J}\noutcomes:  ",
    )
    byhand = valley_design(tmp_path, text)
    other = tmp_path / "other"
    other.mkdir()
    design = valley_design(other)
    with Lab(design, workers=1) as lab:
        variants = [Variant(("C1=off",), w, STEADY) for w in ("hopeful", "grim")]
        list(lab.run(variants, "claims"))
        for variant in variants:
            off = lab.get(variant)
            hand = run_cell(byhand.scenario, variant.worldview, STEADY, byhand.settings)
            assert off is not None
            for name in ("durable", "signed", "ended.south_wins", "months_of_war"):
                np.testing.assert_array_equal(off.measures[name], hand.measures[name], name)
            assert off.measures["signed"].any()


def test_names_tell_what_changes_a_cell_from_what_does_not(tmp_path: Path) -> None:
    text = changed(
        template(),
        "quantities:\n  hazard.guarded:",
        "quantities:\n  idle: {value: 3, confidence: J}\n  hazard.guarded:",
    )
    text = changed(text, "    off: {means: none is offered, ", "    off: {set: {idle: 5}, ")
    text = changed(text, "without: {steady: [offer]}}", "confidence: J}")
    with Lab(valley_design(tmp_path, text), workers=1) as lab:

        def name(worldview: str, strategy: str, *switches: str) -> str:
            return lab.name(Variant(switches, worldview, strategy))

        base = name("grim", STEADY)
        assert name("grim", STEADY, "C2=off") == base  # nothing reads that number
        assert name("grim", STEADY, "C1=off") != base
        assert name("grim", STEADY, "C1=rival") != base
        assert name("hopeful", STEADY) != base
        assert name("grim", "stand_aside") != base
        assert name("grim", STEADY, "hopeful/C1=off") == base  # switched elsewhere


def test_a_leg_dropped_is_the_cell_of_the_version_without_it(tmp_path: Path) -> None:
    with Lab(valley_design(tmp_path), workers=1) as lab:
        off = Variant(("C2=off",), "grim", STEADY)
        assert lab.name(off) == lab.name(Variant((), "grim", "steady_bare"))
        assert lab.missing([off]) == [Variant((), "grim", "steady_bare")]


def test_every_number_swapped_is_the_other_worldview(tmp_path: Path) -> None:
    with Lab(valley_design(tmp_path), workers=1) as lab:
        swapped = Variant(("grim/collapse=hopeful", "grim/p_peace=hopeful"), "grim", STEADY)
        assert lab.name(swapped) == lab.name(Variant((), "hopeful", STEADY))


def test_what_a_folder_keeps_is_not_computed_again(tmp_path: Path) -> None:
    design, folder = valley_design(tmp_path), tmp_path / "kept"
    variants = [Variant(("C1=off",), w, s) for w in ("hopeful", "grim") for s in (STEADY,)]
    with Lab(design, folder=folder, workers=1) as lab:
        done = list(lab.run([*variants, *variants], "claims"))
        assert done == variants and lab.computed == 2
        first = [lab.get(v) for v in variants]
    (folder / "cells" / f"{lab.name(variants[0])}.cell").write_bytes(b"damaged")
    with Lab(design, folder=folder, workers=2) as lab:
        assert list(lab.run(variants, "claims")) == variants[:1]
        for before, variant in zip(first, variants, strict=True):
            after = lab.get(variant)
            assert before is not None and after is not None
            assert all(
                np.array_equal(before.measures[m], after.measures[m], equal_nan=True)
                for m in before.measures
            )


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(StudyError, match="not empty"), Lab(valley_design(tmp_path), folder=folder):
        pass
    assert [p.name for p in folder.iterdir()] == ["letter.txt"]
