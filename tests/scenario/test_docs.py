"""The reference page is what the schema says, and the guide's example is a good scenario."""

import re
import subprocess
import sys
from pathlib import Path

from valley import report

ROOT = Path(__file__).resolve().parents[2]


def test_the_reference_page_is_up_to_date() -> None:
    tool = ROOT / "tools" / "docs_reference.py"
    done = subprocess.run(
        [sys.executable, str(tool), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_guides_example_checks_clean(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "reference" / "scenario-language.md").read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(winset: 1.*?)```", guide, re.DOTALL)
    assert example is not None
    found = report(tmp_path, example[1], strict=True)
    assert found.problems == () and found.warnings == ()
    said = re.search(r"^walk: ok\. .*$", guide, re.MULTILINE)
    assert said is not None
    assert f"{found.counts['sourced']} sourced, {found.counts['judged']} judged" in said[0]


def test_every_section_has_its_place_in_the_reference() -> None:
    from winset.scenario import ScenarioSpec

    page = (ROOT / "docs" / "reference" / "schema.md").read_text(encoding="utf-8")
    for section in ScenarioSpec.model_fields:
        assert f"| `{section}`" in page
