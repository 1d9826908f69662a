"""What claims refer to is there: quantities, mechanisms, strategies, worldviews, places."""

from __future__ import annotations

from winset.scenario.canonical import plain_data
from winset.scenario.claims import elements, locate
from winset.scenario.evidence import TRIVIAL, is_judgement
from winset.scenario.hoisting import Path
from winset.scenario.overrides import MECHANISMS
from winset.scenario.references import References
from winset.scenario.schema.claims import Claim, Rival, Switch


class ClaimReferences(References):
    """As `References`, for claims, their switches and their sets."""

    def check_claims(self, strict: bool) -> None:
        """All of them; where `strict`, numbers in switches need a source or a mark of judgement
        too.
        """
        spec = self.spec
        if not spec.claims or self.dropped:
            return
        self._data = plain_data(spec)
        carried = elements(spec)
        any_switch = any(claim.off or claim.rival for claim in spec.claims.values())
        for id_, claim in spec.claims.items():
            home: Path = ("claims", id_)
            self._quantities(claim.measured, (*home, "measured"))
            for state, switch in (("off", claim.off), ("rival", claim.rival)):
                if switch is not None:
                    self._switch((*home, state), claim, switch, strict)
            if claim.no_switch and (claim.off or claim.rival):
                message = "it has a switch, so `no_switch` is not so"
                self.findings.problem((*home, "no_switch"), message)
            whole = claim.off and claim.rival
            if any_switch and carried[id_] and not whole and not claim.no_switch:
                message = "say what `off` and `rival` mean, or why there is `no_switch`"
                self.findings.warning(home, message)
        for id_, group in spec.claim_sets.items():
            home = ("claim_sets", id_)
            if id_ in spec.claims:
                self.findings.problem(home, "a claim has this id already", found=id_)
            self.all_named("claim", group.claims, (*home, "claims"))

    def _switch(self, home: Path, claim: Claim, switch: Switch, strict: bool) -> None:
        findings, spec = self.findings, self.spec
        self._quantities(switch.set, (*home, "set"))
        self._quantities(switch.ends, (*home, "ends"))
        for id_, quantity in switch.set.items():
            path = (*home, "set", id_)
            if quantity.formula is not None:
                for name in sorted(quantity.formula.names):
                    if name not in self.scenario.quantities:
                        findings.unknown(path, "quantity", name, self.scenario.quantities)
            elif strict and not (
                quantity.value in TRIVIAL
                or is_judgement(quantity)
                or is_judgement(switch)
                or quantity.sources
                or switch.sources
                or claim.sources
            ):
                findings.problem(path, "a number without a source or a mark of judgement")
        mechanisms = [name for section in MECHANISMS for name in getattr(spec, section)]
        for i, name in enumerate(switch.disable):
            if name not in mechanisms:
                kind = "flow, event or signal"
                findings.unknown((*home, "disable", i), kind, name, mechanisms)
        for path_text in switch.instead:
            if locate(self._data, path_text) is None:
                message = "there is nothing at this place in the scenario"
                findings.problem((*home, "instead", path_text), message, found=path_text)
        for strategy, other in switch.plays.items():
            for name in (strategy, other):
                self.named("strategy", name, (*home, "plays", strategy))
        for strategy, legs in switch.without.items():
            self.named("strategy", strategy, (*home, "without", strategy))
            self.all_named("leg", legs, (*home, "without", strategy))
        for strategy, groups in switch.levels.items():
            path = (*home, "levels", strategy)
            self.named("strategy", strategy, path)
            for group, other in groups.items():
                self.named("strategy", other, (*path, group))
                if group not in spec.legs and group not in spec.levers:
                    findings.unknown(path, "leg or lever", group, [*spec.legs, *spec.levers])
        if isinstance(switch, Rival):
            self._rival(home, switch)
        if not (
            switch.set or switch.ends or switch.disable or switch.instead
            or switch.plays or switch.without or switch.levels
            or (isinstance(switch, Rival) and switch.takes)
        ):  # fmt: skip
            findings.problem(home, "it changes nothing: name what it sets, takes or disables")

    def _rival(self, home: Path, rival: Rival) -> None:
        self.all_named("worldview", rival.of, (*home, "of"))
        if not rival.of:
            self.findings.problem((*home, "of"), "name the worldview whose view it is")
        # A number set from outside is disputed no more; its claim still reads as it was written.
        self._quantities(rival.takes, (*home, "takes"))

    def _quantities(self, ids: object, path: Path) -> None:
        assert isinstance(ids, dict | tuple)
        for i, id_ in enumerate(ids):
            if id_ not in self.scenario.paths and not self._gone(id_):
                where = (*path, id_ if isinstance(ids, dict) else i)
                self.findings.unknown(where, "quantity", id_, self.scenario.paths)
