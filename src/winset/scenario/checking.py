"""Check a scenario: every problem at once, each with its place, what was found and what is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from winset.errors import Problem, ScenarioError
from winset.scenario.nodes import places, plain
from winset.scenario.reading import read
from winset.scenario.scenario import Scenario, build
from winset.scenario.schema.root import ScenarioSpec


@dataclass(frozen=True)
class Report:
    """What a check found. `scenario` is None where problems leave nothing to run."""

    scenario: Scenario | None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)


def check(
    name_or_path: str | Path,
    *,
    overrides: Sequence[str] = (),
    as_of: str | None = None,
    strict: bool = False,
) -> Report:
    """Read and check a scenario; problems are in the report, not raised. Raises `OverrideError`."""
    try:
        tree = read(name_or_path)
    except ScenarioError as error:
        return Report(None, error.problems)
    where = places(tree)
    try:
        spec = ScenarioSpec.model_validate(plain(tree))
    except ValidationError as error:
        return Report(
            None,
            tuple(
                Problem(file=tree.file, path=".".join(map(str, e["loc"])), message=e["msg"])
                for e in error.errors()
            ),
        )
    return Report(build(spec, where, overrides))
