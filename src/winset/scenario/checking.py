"""Check a scenario: every problem at once, each with its place, what was found, what is allowed.

read      the files as YAML                      nodes, reading, overlay
shape     the form the schema demands            shape
names     ids, names in expressions, circles     references, deal_references, naming
record    what the war is fitted to              calibration
units     of every expression                    units, unit_check
numbers   distributions, chances, priors         numbers
evidence  sources, judgement, dates              evidence
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from winset.errors import Problem, ScenarioError
from winset.scenario import calibration, evidence, naming, numbers
from winset.scenario.claim_references import ClaimReferences
from winset.scenario.deal_references import DealReferences
from winset.scenario.findings import Findings
from winset.scenario.hoisting import Path as Place
from winset.scenario.nodes import places, plain
from winset.scenario.reading import read
from winset.scenario.references import References
from winset.scenario.scenario import Scenario, build
from winset.scenario.shape import shaped
from winset.scenario.spots import spots
from winset.scenario.unit_check import check_declared, check_units
from winset.scenario.units import Units
from winset.scenario.vocabulary import Vocabulary


@dataclass(frozen=True)
class Report:
    """What a check found.

    `scenario` is None where too little could be read. `counts`: numbers `sourced`, `judged`,
    `unchecked`.
    """

    scenario: Scenario | None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the scenario can run."""
        return self.scenario is not None and not self.problems


def check(
    name_or_path: str | Path,
    *,
    overrides: Sequence[str] = (),
    claims: Sequence[str] = (),
    as_of: str | None = None,
    strict: bool = False,
) -> Report:
    """Read and check a scenario; its problems are in the report, not raised.

    Raises `OverrideError` where an override or a claim names nothing, `ScenarioError` where `as_of`
    is no date.
    """
    try:
        tree = read(name_or_path)
    except ScenarioError as error:
        return Report(None, error.problems)
    findings = Findings(places(tree), tree.file)
    spec, dropped = shaped(plain(tree), findings)
    if spec is None:
        return Report(None, findings.problems())
    given = ((), ()) if findings.failed else (overrides, claims)
    scenario = build(spec, places(tree), *given)
    counts = _meaning(scenario, dropped, as_of, strict, findings)
    return Report(scenario, findings.problems(), findings.warnings(), counts)


def _meaning(
    scenario: Scenario,
    dropped: frozenset[Place],
    as_of: str | None,
    strict: bool,
    findings: Findings,
) -> dict[str, int]:
    """Everything beyond the form. `dropped`: entries that could not be read; nothing is said of
    them again.
    """
    every = spots(scenario)
    vocabulary = Vocabulary(scenario)
    ghosts = frozenset(str(path[-1]) for path in dropped)
    References(scenario, dropped, findings).check()
    DealReferences(scenario, dropped, findings).check()
    ClaimReferences(scenario, dropped, findings).check_claims(strict)
    calibration.check_calibration(scenario, strict, dropped, findings)
    naming.check_ids(scenario, findings)
    naming.check_names(every, vocabulary, ghosts, findings)
    circular = naming.check_circles(scenario, findings)
    units = Units(scenario.spec.units)
    bad = check_declared(scenario, units, findings)
    check_units(every, vocabulary, units, bad, findings)
    numbers.check_quantities(scenario, findings)
    if not circular:
        numbers.check_at_mids(scenario, every, findings)
    evidence.check_dates(scenario, as_of, dropped, findings)
    evidence.check_sources(scenario, dropped, findings)
    if not dropped:
        evidence.check_unused(scenario, naming.names_read(every), findings)
    return evidence.check_marks(scenario, every, strict, findings)
