"""Ids and completeness of what is negotiated: issues, preferences, ratification, plans; and who
believes what.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from winset.scenario.expr import Expr
from winset.scenario.hoisting import Path
from winset.scenario.references import References
from winset.scenario.schema.deals import Constituency, Durability, Issue, Preference
from winset.scenario.schema.talks import MOST_TRACKS


class DealReferences(References):
    """As `References`, for the sections about deals and beliefs."""

    def check(self) -> None:
        """All of them."""
        self._beliefs()
        for id_, issue in self.spec.issues.items():
            self._issue(("issues", id_), id_, issue)
        self._pairs()
        self._plans()
        for party, wants in self.spec.preferences.items():
            self.named("party", party, ("preferences", party))
            self._preference(("preferences", party), wants)
        if self.spec.issues and ("preferences",) not in self.dropped:
            for party in self.scenario.signatories:
                if party not in self.spec.preferences and not self._gone(party):
                    message = f"signatory {party} has no preferences"
                    self.findings.problem(("preferences",), message)
        for id_, group in self.spec.constituencies.items():
            self._constituency(("constituencies", id_), group)
        self._parties()
        self._power()

    def _parties(self) -> None:
        spec = self.spec
        for section in ("ratification",):
            self.keys_named("party", getattr(spec, section), (section,))
        self.keys_named("party", spec.talks.temperature, ("talks", "temperature"))
        self.keys_named("party", spec.talks.failed_cost, ("talks", "failed_cost"))
        if spec.durability is not None:
            self.keys_named("party", spec.durability.shift, ("durability", "shift"))
            self._durability(spec.durability)
        if spec.ceasefire is not None:
            self.named("plan", spec.ceasefire.plan, ("ceasefire", "plan"))
        self._tracks()

    def _tracks(self) -> None:
        """Every issue in one track, where tracks act; orders that name every track once."""
        spec, tracks = self.spec, self.spec.tracks
        home: dict[str, str] = {}
        for id_, issues in tracks.groups.items():
            path: Path = ("tracks", "groups", id_)
            self.all_named("issue", issues, path)
            if not issues:
                self.findings.problem(path, "a track has issues: name one")
            for issue in issues:
                if home.setdefault(issue, id_) != id_ or issues.count(issue) > 1:
                    self.findings.problem(path, "an issue is in one track only", found=issue)
        stated: list[tuple[Path, str | None, tuple[str, ...]]] = [
            (("tracks",), tracks.mode, tracks.order)
        ]
        stated += [
            (("strategies", id_), one.tracks, one.track_order)
            for id_, one in spec.strategies.items()
        ]
        for path, mode, order in stated:
            where: Path = (*path, "order" if path == ("tracks",) else "track_order")
            self._only(order, tracks.groups, where, "track")
            if order and sorted(order) != sorted(tracks.groups):
                message = "an order names every track once"
                self.findings.problem(where, message, found=", ".join(order))
            if mode in (None, "package"):
                continue
            at: Path = (*path, "mode" if path == ("tracks",) else "tracks")
            most = MOST_TRACKS[mode]
            if not 2 <= len(tracks.groups) <= most:
                message = f"in {mode}, 2 to {most} tracks are due under tracks.groups"
                self.findings.problem(at, message, found=len(tracks.groups))
            left = [issue for issue in spec.issues if issue not in home]
            if left:
                self.findings.problem(at, "these issues are in no track: " + ", ".join(left))

    def _durability(self, lasting: Durability) -> None:
        home: Path = ("durability",)
        if lasting.hazard is None and lasting.endogenous is None:
            self.findings.problem(home, "a `hazard` or `endogenous` is due: how do deals end?")
        elif lasting.mode is None and None not in (lasting.hazard, lasting.endogenous):
            message = "both `hazard` and `endogenous` stand here: `mode` says which is in force"
            self.findings.problem(home, message, allowed="stated, endogenous")
        elif (lasting.hazard if lasting.mode == "stated" else lasting.endogenous) is None and (
            lasting.mode is not None
        ):
            part = "hazard" if lasting.mode == "stated" else "endogenous"
            message = f"this mode needs `{part}`"
            self.findings.problem((*home, "mode"), message, found=lasting.mode)
        played = lasting.endogenous
        if played is None:
            return
        inner: Path = (*home, "endogenous")
        for i, flow in enumerate(played.flows):
            self.named("flow", flow, (*inner, "flows", i))
        for id_, own in played.peace.items():
            self._flow((*inner, "peace", id_), own)
            if id_ in self.spec.flows:
                message = "a flow of the war has this id; name it under `flows`, or use another"
                self.findings.problem((*inner, "peace", id_), message, found=id_)
        for id_ in played.renewed:
            if id_ not in self.scenario.quantities and not self._gone(id_):
                known = self.scenario.quantities
                self.findings.unknown((*inner, "renewed", id_), "quantity", id_, known)
        for name in ("attack_cost", "temperature"):
            for party in getattr(played, name):
                if self.named("party", party, (*inner, name, party)) and (
                    party not in self.scenario.signatories
                ):
                    message = "a signatory is due: others break no peace"
                    allowed = list(self.scenario.signatories)
                    self.findings.problem(
                        (*inner, name, party), message, found=party, allowed=allowed
                    )

    def _beliefs(self) -> None:
        spec = self.spec
        for id_, hypothesis in spec.hypotheses.items():
            home: Path = ("hypotheses", id_)
            values = hypothesis.values
            if len(set(values)) < len(values) or not values:
                self.findings.problem((*home, "values"), "values must be given, each once")
            for value in values:
                if "." in value:
                    self.findings.problem(
                        (*home, "values"), "a value must have no dots", found=value
                    )
            self._only(hypothesis.labels, values, (*home, "labels"), "value")
            self.all_named("party", hypothesis.known_to, (*home, "known_to"))
            self._exactly(hypothesis.prior, values, (*home, "prior"))
            for holder, prior in hypothesis.priors.items():
                self._holder(holder, (*home, "priors", holder))
                self._exactly(prior, values, (*home, "priors", holder))
        for id_, signal in spec.signals.items():
            if self.named("hypothesis", signal.about, ("signals", id_, "about")):
                values = spec.hypotheses[signal.about].values
                self._exactly(signal.chance, values, ("signals", id_, "chance"))
        for id_, learning in spec.learning.items():
            self.named("event", learning.event, ("learning", id_, "event"))
            self.keys_named("party", learning.holders, ("learning", id_, "holders"))
        for id_, view in spec.worldviews.items():
            for hypothesis_id, holders in view.priors.items():
                path: Path = ("worldviews", id_, "priors", hypothesis_id)
                if not self.named("hypothesis", hypothesis_id, path):
                    continue
                values = spec.hypotheses[hypothesis_id].values
                for holder, prior in holders.items():
                    self._holder(holder, (*path, holder), world=True)
                    self._exactly(prior, values, (*path, holder))

    def _holder(self, holder: str, path: Path, *, world: bool = False) -> None:
        others = ["public", "world"] if world else ["public"]
        if holder in others or ("parties",) in self.dropped or ("parties", holder) in self.dropped:
            return
        if holder not in self.spec.parties:
            self.findings.unknown(path, "holder", holder, [*self.spec.parties, *others])

    def _only(self, found: Iterable[str], known: Iterable[str], path: Path, kind: str) -> None:
        known = list(known)
        for id_ in found:
            if id_ not in known:
                self.findings.problem(
                    (*path, id_), f"there is no such {kind}", found=id_, known=known
                )

    def _exactly(self, found: Mapping[str, object], values: Iterable[str], path: Path) -> None:
        """A chance for every value and for nothing else."""
        values = list(values)
        self._only(found, values, path, "value")
        missing = [value for value in values if value not in found]
        if missing:
            self.findings.problem(path, "a chance is missing for " + ", ".join(missing))

    def _issue(self, home: Path, id_: str, issue: Issue) -> None:
        findings = self.findings
        if bool(issue.options) == (issue.divisible is not None):
            findings.problem(home, "an issue has `options` or is `divisible`, one of them")
        divisible = issue.divisible
        if divisible is not None and not divisible.low < divisible.high:
            findings.problem((*home, "divisible"), "low must be below high", found=divisible.low)
        if divisible is not None and (divisible.high - divisible.low) / divisible.step > 10_000:
            message = "the step is too fine: more than 10,000 shares"
            findings.problem((*home, "divisible", "step"), message, found=divisible.step)
        self.all_named("party", issue.power, (*home, "power"))
        orders: dict[int, str] = {}
        for name, option in issue.options.items():
            path = (*home, "options", name)
            if "." in name:
                findings.problem(path, "an option's id must have no dots", found=name)
            if option.gift is not None:
                self.named("lever", option.gift.lever, (*path, "gift", "lever"))
                if not 0 <= option.gift.least <= 1:
                    message = "a lever's level lies between 0 and 1"
                    findings.problem((*path, "gift", "least"), message, found=option.gift.least)
            self.all_named("consent", option.consent, (*path, "consent"))
            if option.order is not None:
                if option.order in orders:
                    message = f"option {orders[option.order]} has the same place on the scale"
                    findings.problem((*path, "order"), message, found=option.order)
                orders[option.order] = name
        if issue.no_deal is None:
            if self.spec.outcomes or self.spec.events:
                message = "what holds with no deal is missing: an ending leaves this issue open"
                findings.problem((*home, "no_deal"), message)
        elif isinstance(issue.no_deal, Mapping):
            for option_id in issue.no_deal:
                self.option(id_, option_id, (*home, "no_deal", option_id))
        else:
            self.choice(id_, issue.no_deal, (*home, "no_deal"))

    def _pairs(self) -> None:
        seen: dict[tuple[frozenset[str], str], Path] = {}
        listed: list[tuple[Path, tuple[str, str], str]] = [
            (("incompatible", i), pair.options, "") for i, pair in enumerate(self.spec.incompatible)
        ]
        for i, link in enumerate(self.spec.interactions):
            listed.append((("interactions", i), link.options, link.party))
            self.named("party", link.party, ("interactions", i, "party"))
        for path, options, party in listed:
            issues = [self.issue_option(text, (*path, "options")) for text in options]
            if issues[0] is not None and issues[0] == issues[1]:
                message = "two options of one issue never stand together anyway"
                self.findings.problem(path, message, found=issues[0])
            key = (frozenset(options), party)
            if key in seen:
                first = ".".join(map(str, seen[key]))
                message = f"this pair is given twice; first at {first}"
                self.findings.problem(path, message, found=" and ".join(options))
            seen[key] = path
        for i, box in enumerate(self.spec.joint):
            self.named("party", box.party, ("joint", i, "party"))
            for issue, within in box.within.items():
                path = ("joint", i, "within", issue)
                if self.named("issue", issue, path):
                    for option in within:
                        self.option(issue, option, path)
        for i, pair in enumerate(self.spec.incompatible):
            if (pair.strength == "soft") != (pair.cost is not None):
                message = "a soft pair needs a `cost`, a hard one has none"
                self.findings.problem(("incompatible", i), message, found=pair.strength)

    def _plans(self) -> None:
        for id_, plan in self.spec.plans.items():
            path: Path = ("plans", id_, "options")
            for issue, choice in plan.options.items():
                self.choice(issue, choice, (*path, issue))
            missing = [issue for issue in self.spec.issues if issue not in plan.options]
            if missing:
                self.findings.problem(path, "the plan leaves open: " + ", ".join(missing))

    def _preference(self, home: Path, wants: Preference) -> None:
        findings, issues = self.findings, self.spec.issues
        self.keys_named("issue", wants.weights, (*home, "weights"))
        for issue, scores in wants.scores.items():
            path = (*home, "scores", issue)
            if not self.named("issue", issue, path):
                continue
            divisible = issues[issue].divisible is not None
            if isinstance(scores, Expr):
                if not divisible:
                    message = "scores are given option by option: the issue is not divisible"
                    findings.problem(path, message, found=scores.text)
                continue
            if divisible:
                findings.problem(path, "a divisible issue takes one expression of `share`")
                continue
            for option in scores:
                self.option(issue, option, (*path, option))
            missing = [option for option in issues[issue].options if option not in scores]
            if missing:
                findings.problem(path, "no score for " + ", ".join(missing))
        for issue in wants.weights:
            if issue in issues and issue not in wants.scores:
                findings.problem(
                    (*home, "weights", issue), f"issue {issue} has a weight, no scores"
                )
        unweighted = [issue for issue in issues if issue not in wants.weights]
        if unweighted:
            message = "no weight, so these count for nothing: " + ", ".join(unweighted)
            findings.warning((*home, "weights"), message)
        grouped: dict[str, int] = {}
        for i, group in enumerate(wants.weight_groups):
            path = (*home, "weight_groups", i)
            self.all_named("issue", group.issues, (*path, "issues"))
            for issue in group.issues:
                if grouped.setdefault(issue, i) != i:
                    findings.problem(path, "an issue is in one group only", found=issue)

    def _constituency(self, home: Path, group: Constituency) -> None:
        self.named("party", group.party, (*home, "party"))
        if not group.tolerates:
            self.findings.problem(
                (*home, "tolerates"), "a group tolerates something: name an issue"
            )
        for issue, limit in group.tolerates.items():
            path = (*home, "tolerates", issue)
            if not self.named("issue", issue, path):
                continue
            for name in ("at_most", "at_least"):
                option = getattr(limit, name)
                if option is not None:
                    self.option(issue, option, (*path, name))
            if limit.at_most is None and limit.at_least is None:
                self.findings.problem(path, "`at_most` or `at_least` is due here")
            if not limit.share > 0:
                self.findings.problem((*path, "share"), "must be above 0", found=limit.share)

    def _power(self) -> None:
        """A victor imposes only what victory puts in its power (model: the rest takes its
        no-deal option).
        """
        for id_, outcome in self.spec.outcomes.items():
            path: Path = ("outcomes", id_, "imposes")
            if outcome.imposes and outcome.victor is None:
                self.findings.problem(path, "somebody must impose this: name the `victor`")
            if outcome.victor not in self.spec.parties:
                continue
            for issue in outcome.imposes:
                definition = self.spec.issues.get(issue)
                if definition is not None and outcome.victor not in definition.power:
                    self.findings.problem(
                        (*path, issue),
                        f"{outcome.victor} could not impose this: {issue} is not in its power",
                        allowed=definition.power or "nobody",
                    )
