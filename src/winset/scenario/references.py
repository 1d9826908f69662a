"""Ids: whatever one part of a scenario names in another is there, and fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from winset.scenario.findings import Findings
from winset.scenario.hoisting import Path
from winset.scenario.overrides import MECHANISMS
from winset.scenario.scenario import Scenario
from winset.scenario.schema.talks import Rule, Strategy
from winset.scenario.schema.war import Event, Flow

#: sections that `kind` of thing lives in
_SECTIONS: Final = {
    "party": "parties",
    "stock": "state",
    "outcome": "outcomes",
    "lever": "levers",
    "leg": "legs",
    "hypothesis": "hypotheses",
    "event": "events",
    "flow": "flows",
    "issue": "issues",
    "plan": "plans",
    "consent": "consents",
    "strategy": "strategies",
    "worldview": "worldviews",
    "claim": "claims",
    "source": "sources",
}
#: what a check may be about beside the scenario's own measures
REPORTED: Final = (
    "overlap_at_start", "ceasefire_per_month", "ceasefire", "signed", "signed_24", "durable",
    "months_to_signing", "signed_outside_overlap",
)  # fmt: skip


class References:
    """Checks the ids of one scenario. `dropped`: paths that could not be read, of which nothing
    is said.
    """

    def __init__(self, scenario: Scenario, dropped: frozenset[Path], findings: Findings) -> None:
        self.scenario = scenario
        self.spec = scenario.spec
        self.findings = findings
        self.dropped = dropped

    def check(self) -> None:
        """All of them."""
        self._heads()
        self._war()
        self._levers()
        self._strategies()
        self._worldviews()
        self._measures()

    def named(self, kind: str, id_: str | None, path: Path) -> bool:
        """Whether a thing of that kind exists; a problem where it does not. None is always fine."""
        section = _SECTIONS[kind]
        if id_ is None or (section,) in self.dropped or (section, id_) in self.dropped:
            return False
        known: Mapping[str, object] = getattr(self.spec, section)
        if id_ in known:
            return True
        self.findings.unknown(path, kind, id_, known)
        return False

    def all_named(self, kind: str, ids: Iterable[str], path: Path) -> None:
        """`named` for each of a list or of the keys of a map."""
        for i, id_ in enumerate(ids):
            self.named(kind, id_, (*path, i))
        if isinstance(ids, tuple | list):
            for id_, times in Counter(ids).items():
                if times > 1:
                    self.findings.problem(path, "named more than once", found=id_)

    def keys_named(self, kind: str, entries: Mapping[str, object], path: Path) -> None:
        """`named` for each key of a map."""
        for id_ in entries:
            self.named(kind, id_, (*path, id_))

    def option(self, issue: str, option: str, path: Path) -> None:
        """An option of an issue that is known to exist."""
        definition = self.spec.issues.get(issue)
        if definition is not None and option not in definition.options:
            if definition.divisible is not None:
                message = f"issue {issue} is divisible: a share is due here"
                self.findings.problem(path, message, found=option)
            else:
                self.findings.problem(
                    path,
                    f"issue {issue} has no such option",
                    found=option,
                    known=definition.options,
                )

    def choice(self, issue: str, choice: str | float, path: Path) -> None:
        """An option or a share of an issue."""
        if not self.named("issue", issue, path):
            return
        if isinstance(choice, str):
            self.option(issue, choice, path)
            return
        divisible = self.spec.issues[issue].divisible
        if divisible is None:
            known = list(self.spec.issues[issue].options)
            message = f"issue {issue} is not divisible: one of its options is due here"
            self.findings.problem(path, message, found=choice, allowed=known)
        elif not divisible.low <= choice <= divisible.high:
            span = f"{divisible.low:g} to {divisible.high:g}"
            self.findings.problem(path, "this share is out of range", found=choice, allowed=span)

    def issue_option(self, text: str, path: Path) -> str | None:
        """An `ISSUE.OPTION`; its issue where that is one."""
        issue, dot, option = text.partition(".")
        if not dot:
            self.findings.problem(path, "ISSUE.OPTION is due here", found=text)
            return None
        if not self.named("issue", issue, path):
            return None
        self.option(issue, option, path)
        return issue

    def _heads(self) -> None:
        spec = self.spec
        self.named("party", spec.mediator, ("mediator",))
        self.named("strategy", spec.baseline, ("baseline",))
        self.named("strategy", spec.headline, ("headline",))
        for i, pair in enumerate(spec.correlations):
            for id_ in pair.between:
                if id_ not in self.scenario.quantities and ("quantities", id_) not in self.dropped:
                    known = self.scenario.quantities
                    self.findings.unknown(("correlations", i, "between"), "quantity", id_, known)
            if pair.between[0] == pair.between[1]:
                message = "a quantity correlates with another, not with itself"
                self.findings.problem(("correlations", i), message, found=pair.between[0])
        for id_, quantity in self.scenario.quantities.items():
            path = (*self.scenario.paths[id_], "believed_by")
            self.keys_named("party", quantity.believed_by, path)
        for section in ("parties", "issues", "hypotheses", "constituencies"):
            for id_ in getattr(spec, section):
                if "." in id_:
                    message = "this id must have no dots"
                    self.findings.problem((section, id_), message, found=id_)

    def _war(self) -> None:
        spec, findings = self.spec, self.findings
        for id_, flow in spec.flows.items():
            self._flow(("flows", id_), flow)
        for id_, event in spec.events.items():
            self._event(("events", id_), event)
        reached = {event.outcome for event in spec.events.values()}
        for id_, outcome in spec.outcomes.items():
            home: Path = ("outcomes", id_)
            self.named("party", outcome.victor, (*home, "victor"))
            self.keys_named("party", outcome.cost, (*home, "cost"))
            for issue, choice in outcome.imposes.items():
                self.choice(issue, choice, (*home, "imposes", issue))
            if outcome.when is None and id_ not in reached:
                findings.warning(
                    home, "nothing leads to this outcome: no event names it, and it has no `when`"
                )
        self.keys_named("party", spec.at_horizon.value or {}, ("at_horizon", "value"))
        readable = [*spec.state, *spec.derived, *(f"lever.{lever}" for lever in spec.levers)]
        for i, name in enumerate(spec.course):
            if name not in readable and not self._gone(name):
                findings.unknown(("course", i), "stock or derived value", name, readable)
        self._observed(readable)
        self._map()

    def _map(self) -> None:
        """A share moves with one course at most, since quantiles of two do not go together."""
        for id_, region in self.spec.map.regions.items() if self.spec.map is not None else ():
            home: Path = ("map", "regions", id_, "share")
            names = sorted(region.share.names) if region.share is not None else []
            for name in names:
                if name not in self.spec.course and not self._gone(name):
                    self.findings.unknown(home, "name under `course`", name, self.spec.course)
            if len(names) > 1:
                self.findings.problem(
                    home,
                    "a share moves with one course",
                    found=", ".join(names),
                    allowed="one name listed under `course`, or none",
                )

    def _observed(self, readable: list[str]) -> None:
        """Measurements are of something, and lie before the first month simulated."""
        for id_, series in self.spec.observed.items():
            home: Path = ("observed", id_)
            if series.of not in readable and not self._gone(series.of):
                self.findings.unknown((*home, "of"), "stock or derived value", series.of, readable)
            late = [month for month in series.points if month >= self.spec.start]
            if late:
                self.findings.problem(
                    (*home, "points"),
                    "a measurement lies before the first month simulated",
                    found=", ".join(late[:3]),
                    allowed=f"months before {self.spec.start}",
                )

    def _flow(self, home: Path, flow: Flow) -> None:
        self.named("stock", flow.to, (*home, "to"))
        self.named("stock", flow.take_from, (*home, "take_from"))
        if flow.to is None and flow.take_from is None:
            self.findings.problem(home, "a flow needs a stock: `to`, `take_from` or both")
        elif flow.to == flow.take_from:
            self.findings.problem(home, "a flow cannot go from a stock to itself", found=flow.to)

    def _event(self, home: Path, event: Event) -> None:
        if (event.rate is None) == (event.chance is None):
            self.findings.problem(home, "an event needs a `rate` or a `chance`, one of them")
        self.keys_named("stock", event.changes, (*home, "changes"))
        self.named("outcome", event.outcome, (*home, "outcome"))

    def _levers(self) -> None:
        for id_, lever in self.spec.levers.items():
            home: Path = ("levers", id_)
            self.named("stock", lever.stock, (*home, "stock"))
            self.named("leg", lever.leg, (*home, "leg"))
            if (lever.stock is None) != (lever.use is None):
                message = "a lever that draws down a stock needs both `stock` and `use`"
                self.findings.problem(home, message)
        for id_, leg in self.spec.legs.items():
            self.all_named("lever", leg.levers, ("legs", id_, "levers"))

    def _strategies(self) -> None:
        for id_, strategy in self.spec.strategies.items():
            home: Path = ("strategies", id_)
            self.named("strategy", strategy.based_on, (*home, "based_on"))
            self.all_named("leg", strategy.without, (*home, "without"))
            self._levels(strategy.levers, (*home, "levers"))
            for i, rule in enumerate(strategy.rules):
                self._rule(rule, (*home, "rules", i))
            self.named("stock", strategy.credibility, (*home, "credibility"))
            self._texts(strategy, home)

    def _texts(self, strategy: Strategy, home: Path) -> None:
        for issue, options in strategy.tables.items():
            path = (*home, "tables", issue)
            if self.named("issue", issue, path):
                for option in options:
                    self.option(issue, option, path)
                if not options:
                    self.findings.problem(path, "at least one option must be on the table")
        for i, text in enumerate(strategy.excludes):
            self.issue_option(text, (*home, "excludes", i))
        for issue, option in strategy.grants.items():
            if self.named("issue", issue, (*home, "grants", issue)):
                self.option(issue, option, (*home, "grants", issue))

    def _rule(self, rule: Rule, home: Path) -> None:
        self._levels(rule.set, (*home, "set"))
        self._levels(rule.otherwise, (*home, "otherwise"))
        if not rule.set and not rule.otherwise:
            self.findings.problem(home, "a rule must set a lever")

    def _levels(self, levels: Mapping[str, float], home: Path) -> None:
        for lever, level in levels.items():
            self.named("lever", lever, (*home, lever))
            if not 0 <= level <= 1:
                message = "a lever's level lies between 0 and 1"
                self.findings.problem((*home, lever), message, found=level)

    def _worldviews(self) -> None:
        scenario, findings = self.scenario, self.findings
        mechanisms = [id_ for section in MECHANISMS for id_ in getattr(self.spec, section)]
        for id_, view in self.spec.worldviews.items():
            home: Path = ("worldviews", id_)
            for name in view.set:
                path = (*home, "set", name)
                if name in scenario.quantities or self._gone(name):
                    continue
                if name in scenario.paths:
                    message = "an expression of the state or of a type cannot be set by a worldview"
                    findings.problem(path, message, found=name)
                else:
                    findings.unknown(path, "quantity", name, scenario.quantities)
            for i, name in enumerate(view.disable):
                if name not in mechanisms and not self._gone(name):
                    kind = "flow, event or signal"
                    findings.unknown((*home, "disable", i), kind, name, mechanisms)

    def _gone(self, id_: str) -> bool:
        """Whether an id may be one of those that could not be read."""
        return any(
            len(path) == 1 or id_ == path[1] or id_.startswith(f"{path[1]}.")
            for path in self.dropped
        )

    def _measures(self) -> None:
        spec = self.spec
        for id_, measure in spec.measures.items():
            home: Path = ("measures", id_)
            self.all_named("outcome", measure.outcomes, (*home, "outcomes"))
            if bool(measure.outcomes) == (measure.value is not None):
                self.findings.problem(home, "a measure needs `outcomes` or a `value`, one of them")
        for id_, check in spec.checks.items():
            home = ("checks", id_)
            known = [*REPORTED, *spec.measures]
            if check.what not in known and not self._gone(check.what):
                self.findings.unknown((*home, "what"), "reported number", check.what, known)
            self.named("strategy", check.strategy, (*home, "strategy"))
            if isinstance(check.stated, dict):
                self.keys_named("worldview", check.stated, (*home, "stated"))
