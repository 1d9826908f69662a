"""What each party wants, read from its preferences into arrays: weights, scores, beliefs in gifts,
links, aspiration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from winset.errors import SolverError
from winset.scenario import Scenario
from winset.scenario.expr import Expr, evaluate
from winset.scenario.substitute import substitute
from winset.talks.menu import Floats, Menu, Row
from winset.talks.names import is_static


class Reader:
    """Reads preferences into arrays."""

    def __init__(
        self,
        scenario: Scenario,
        table: Menu,
        rows: tuple[Row, ...],
        values: Mapping[str, Floats],
        levers: Mapping[str, float],
        draws: int,
    ) -> None:
        self.scenario, self.menu, self.rows = scenario, table, rows
        self.values, self.levers, self.draws = values, levers, draws

    def number(
        self, expr: Expr, marks: Mapping[str, float], extra: Mapping[str, Any] | None = None
    ) -> Floats:
        """A type-level expression per draw [D] (or broadcast with extra)."""

        def look(name: str) -> Any:
            if extra and name in extra:
                return extra[name]
            if name in self.values:
                return self.values[name]
            if name.startswith("lever."):
                return self.levers[name[6:].removesuffix(".set")]
            raise SolverError(f"{name} cannot be read in a preference")

        return np.asarray(evaluate(substitute(expr, marks), look), dtype=float)

    def weights(self) -> Floats:
        issues = self.menu.space.issues
        out = np.zeros((self.draws, len(self.rows), len(issues)))
        for r, row in enumerate(self.rows):
            preference = self.scenario.spec.preferences[row.party]
            for m, issue in enumerate(issues):
                if issue in preference.weights:
                    body = preference.weights[issue]
                    key = f"{row.party}.weight.{issue}"
                    if key in self.values:
                        out[:, r, m] = self.values[key]
                    elif body.formula is not None:
                        out[:, r, m] = self.number(body.formula, row.marks)
            if preference.scale == "points":
                continue
            out[:, r] /= out[:, r].sum(axis=1, keepdims=True)
            free = np.ones(len(issues), dtype=bool)
            shares = np.zeros(self.draws)
            groups = []
            for group in preference.weight_groups:
                at = [issues.index(i) for i in group.issues]
                share = np.clip(self.number(group.share, row.marks), 0.0, 1.0) + np.zeros(
                    self.draws
                )
                groups.append((at, share))
                free[at] = False
                shares = shares + share
            if groups:
                scale = np.where(shares > 0.98, 0.98 / np.maximum(shares, 1e-9), 1.0)
                rest = 1.0 - shares * scale
                for at, share in groups:
                    total = out[:, r, at].sum(axis=1, keepdims=True)
                    out[:, r, at] *= (share * scale)[:, None] / np.maximum(total, 1e-12)
                total = out[:, r, free].sum(axis=1, keepdims=True)
                out[:, r, free] *= rest[:, None] / np.maximum(total, 1e-12)
        return out

    def scores(self) -> Floats:
        out = np.zeros((self.draws, len(self.rows), self.menu.size))
        for r, row in enumerate(self.rows):
            preference = self.scenario.spec.preferences[row.party]
            for m, issue in enumerate(self.menu.space.issues):
                body = preference.scores.get(issue)
                if body is None:
                    continue
                for k, option in enumerate(self.menu.space.options[m]):
                    o = int(self.menu.first[m]) + k
                    if isinstance(body, Expr):
                        share = {"share": self.menu.share[o]}
                        out[:, r, o] = self.number(body, row.marks, share) / 100.0
                        continue
                    key = f"{row.party}.score.{issue}.{option}"
                    entry = body.get(option)
                    if key in self.values:
                        out[:, r, o] = self.values[key] / 100.0
                    elif entry is not None and entry.formula is not None:
                        static = is_static(entry.formula, self.scenario)
                        out[:, r, o] = (
                            self.number(entry.formula, row.marks) / 100.0
                            if static or not row.signatory
                            else np.nan
                        )
        return out

    def believed(self) -> Floats:
        out = np.ones((self.draws, self.menu.size))
        for o, _, option in self._options():
            if option.believed is not None:
                static = is_static(option.believed, self.scenario)
                out[:, o] = np.clip(self.number(option.believed, {}), 0, 1) if static else np.nan
        return out

    def no_deal(self, grants: Mapping[str, str]) -> Floats:
        out = np.zeros(self.menu.size)
        for m, (issue, body) in enumerate(self.scenario.spec.issues.items()):
            first, options = int(self.menu.first[m]), self.menu.space.options[m]
            given = grants.get(issue, body.no_deal)
            if isinstance(given, str):
                out[first + options.index(given)] = 1.0
            elif isinstance(given, Mapping):
                for option in given:
                    out[first + options.index(option)] = np.nan
            elif given is not None:
                at = self.menu.share[first : first + len(options)]
                out[first + int(np.abs(at - float(given)).argmin())] = 1.0
        return out

    def pairs(self) -> tuple[tuple[tuple[int, int, int, int], Floats], ...]:
        issues, options = self.menu.space.issues, self.menu.space.options
        where = {f"{i}.{o}": (m, k) for m, i in enumerate(issues) for k, o in enumerate(options[m])}
        out = []
        for pair in self.scenario.spec.incompatible:
            if pair.strength == "soft":
                (a, x), (b, y) = where[pair.options[0]], where[pair.options[1]]
                key = f"soft.{pair.options[0]}.{pair.options[1]}"
                cost = self.values.get(key, np.zeros(self.draws)) / 100.0
                out.append(((a, x, b, y), -np.repeat(cost[:, None], len(self.rows), axis=1)))
        for link in self.scenario.spec.interactions:
            (a, x), (b, y) = where[link.options[0]], where[link.options[1]]
            key = f"link.{link.options[0]}.{link.options[1]}.{link.party}"
            points = self.values[key] / 100.0
            mine = np.array([row.party == link.party for row in self.rows])
            out.append(((a, x, b, y), points[:, None] * mine))
        return tuple(out)

    def boxes(self) -> tuple[tuple[dict[int, tuple[int, ...]], Floats], ...]:
        """Options of several issues that add together: ({issue: options}, points [R])."""
        issues, options = self.menu.space.issues, self.menu.space.options
        out = []
        for joint in self.scenario.spec.joint:
            within = {}
            for issue, chosen in joint.within.items():
                m = issues.index(issue)
                within[m] = tuple(options[m].index(o) for o in chosen)
            mine = np.array([row.party == joint.party for row in self.rows])
            out.append((within, mine * joint.points / 100.0))
        return tuple(out)

    def power(self) -> Floats:
        out = np.ones((self.draws, len(self.rows)))
        for r, row in enumerate(self.rows):
            aspiration = self.scenario.spec.preferences[row.party].aspiration
            out[:, r] = self.number(aspiration, row.marks)
        return out

    def allowed(self, strategy: Any) -> np.ndarray:
        """[O] options the strategy may table: gifts it offers, its own limits."""
        out = np.ones(self.menu.size, dtype=bool)
        for o, name, option in self._options():
            issue, _, own = name.partition(".")
            gift = option.gift
            if gift is not None and gift.lever is not None:
                reach = max(
                    [self.levers[gift.lever]]
                    + [
                        x[gift.lever]
                        for rule in strategy.rules
                        for x in (rule.set, rule.otherwise)
                        if gift.lever in x
                    ]
                )
                out[o] &= reach >= gift.least - 1e-9
            if issue in strategy.tables:
                out[o] &= own in strategy.tables[issue]
            out[o] &= name not in strategy.excludes
        return out

    def _options(self) -> list[tuple[int, str, Any]]:
        out = []
        for m, (issue, body) in enumerate(self.scenario.spec.issues.items()):
            for k, (option, choice) in enumerate(body.options.items()):
                out.append((int(self.menu.first[m]) + k, f"{issue}.{option}", choice))
        return out
