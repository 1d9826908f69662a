"""Deal-level arithmetic: what packages are worth, who ratifies them, how they hold, for every draw
and type.

model.md section 3. For row i (a signatory's type, or an outsider), draw n and package d,

    raw_i(d) = sum_m w_im s_im(d_m) + pairs,   v_i(d) = clip((raw - worst) / (best - worst), 0, 1)
    ** aspiration_i

with worst and best over feasible packages at the start, believed delivery 1. A gift believed with q
counts q s + (1-q) (score of what holds with no deal on that issue).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numba as nb
import numpy as np

from winset.deals import Box, Payoff, Space, extremes
from winset.errors import SolverError
from winset.scenario import Scenario
from winset.scenario.expr import Expr, evaluate
from winset.scenario.sampling import Sample
from winset.talks.menu import Floats, Menu, Row, menu
from winset.talks.names import Facts, facts
from winset.talks.readings import types_of
from winset.talks.wants import Reader


@dataclass(frozen=True)
class Deals:
    """All deal-level arrays of one worldview and strategy. D draws, R rows, O options, M issues.

    weight [D,R,M] sums to 1; score [D,R,O] in 0..1, NaN where it reads the state; believed [D,O],
    NaN where it reads the state; no_deal [O] weights of what holds with no deal (NaN = reads the
    state); low, high, power [D,R];
    """

    scenario: Scenario
    strategy: Any
    menu: Menu
    rows: tuple[Row, ...]
    facts: Facts
    values: Mapping[str, Floats]
    levers: Mapping[str, float]
    weight: Floats
    score: Floats
    believed: Floats
    no_deal: Floats
    pairs: tuple[
        tuple[tuple[int, int, int, int], Floats], ...
    ]  # (issue, option, issue, option), [D, R]
    low: Floats
    high: Floats
    power: Floats
    allowed: np.ndarray  # [O] bool: the strategy may table it
    boxes: tuple[tuple[dict[int, tuple[int, ...]], Floats], ...] = ()  # within, points [R]
    tables: dict[str, Floats] = field(
        default_factory=dict
    )  # attributes by option, filled when read
    needs: dict[str, np.ndarray] = field(default_factory=dict)  # options that need a consent, too
    peace: Any = None  # `winset.talks.peace.Peace` where durability is endogenous

    @property
    def draws(self) -> int:
        """Number of draws."""
        return int(self.weight.shape[0])

    def evaluate(
        self,
        expr: Expr,
        draw: np.ndarray,
        packages: np.ndarray,
        extra: Mapping[str, Any],
        known: dict[str, Any] | None = None,
    ) -> Floats:
        """A deal-level expression on packages [..., issues] at draws [...] (broadcast together).

        known: what was read of these packages already, kept between expressions.
        """
        shape = np.broadcast_shapes(draw.shape, packages.shape[:-1])
        out = evaluate(expr, self._look(draw, packages, extra, {} if known is None else known))
        return np.broadcast_to(np.asarray(out, dtype=float), shape)

    def _look(
        self,
        draw: np.ndarray,
        packages: np.ndarray,
        extra: Mapping[str, Any],
        known: dict[str, Any],
    ) -> Callable[[str], Any]:
        def look(name: str) -> Any:
            if name in extra:
                return extra[name]
            if name not in known:
                known[name] = self._read(name, draw, packages)
            return known[name]

        return look

    def _read(self, name: str, draw: np.ndarray, packages: np.ndarray) -> Any:
        if name in self.values:
            return self.values[name][draw]
        if name.startswith("lever."):
            return self.levers[name[6:].removesuffix(".set")]
        if name == "strategy.omega":
            omega = evaluate(self.strategy.omega, self.number) + np.zeros(self.draws)
            return np.asarray(omega)[draw]
        if name.startswith("deal."):
            return self._deal(name[5:], draw, packages, self.menu.flat(packages))
        raise SolverError(f"{name} cannot be read at the level of a deal")

    def _deal(self, name: str, draw: np.ndarray, packages: np.ndarray, flat: np.ndarray) -> Any:
        issue, _, option = name.partition(".")
        if option and issue in self.menu.space.issues:
            m = self.menu.space.issues.index(issue)
            return (packages[..., m] == self.menu.space.options[m].index(option)).astype(float)
        if issue in self.menu.space.issues:
            share: Floats = self.menu.share[flat[..., self.menu.space.issues.index(issue)]]
            return share
        if name not in self.tables:
            self.tables[name] = self._attribute(name)
        table = self.tables[name]
        if np.ptp(table, axis=0).max() == 0.0:  # the same in every draw
            return table[0][flat].sum(axis=-1)
        total: Any = 0.0
        for m in range(packages.shape[-1]):
            total = total + table[draw, flat[..., m]]
        return total

    def _attribute(self, name: str) -> Floats:
        table = np.zeros((self.draws, self.menu.size))
        o = 0
        for issue in self.scenario.spec.issues.values():
            for option in issue.options.values():
                if name in option.attributes:
                    table[:, o] = evaluate(option.attributes[name], self.number)
                o += 1
            if issue.divisible is not None:
                o += len(
                    self.menu.space.options[list(self.scenario.spec.issues.values()).index(issue)]
                )
        return table

    def number(self, name: str) -> Any:
        """[D] value of a quantity, or a lever's set level: the names draw-level expressions
        read."""
        if name in self.values:
            return self.values[name]
        if name.startswith("lever."):
            return self.levers[name[6:].removesuffix(".set")]
        raise SolverError(f"{name} cannot be read by an option's attribute")

    def contribution(self, score: Floats, believed: Floats, no_deal: Floats) -> Floats:
        """[D,R,O] weighted effective score of each option, given filled-in scores, beliefs and
        no-deal weights [D,O]."""
        first, sizes = self.menu.first, [len(o) for o in self.menu.space.options]
        out = np.empty_like(score)
        for m, size in enumerate(sizes):
            at = slice(int(first[m]), int(first[m]) + size)
            rest = (score[:, :, at] * no_deal[:, None, at]).sum(axis=2, keepdims=True)
            q = believed[:, None, at]
            out[:, :, at] = self.weight[:, :, m : m + 1] * (q * score[:, :, at] + (1 - q) * rest)
        return out

    def raw(
        self,
        contribution: Floats,
        draw: np.ndarray,
        packages: np.ndarray,
        row: np.ndarray | None = None,
    ) -> Floats:
        """Raw value [..., R] of packages [..., issues] at draws [...]. row: which rows of
        `contribution` count, where they are not the draws."""
        row = draw if row is None else row
        shape = np.broadcast_shapes(draw.shape, packages.shape[:-1])
        flat = np.broadcast_to(self.menu.flat(packages), (*shape, packages.shape[-1]))
        pairs = np.array([self.menu.first[[a, b]] + (x, y) for (a, x, b, y), _ in self.pairs])
        where = np.array([[a, b] for (a, _, b, _), _ in self.pairs], dtype=np.int64)
        points = np.array([p for _, p in self.pairs]).reshape(-1, *self.low.shape)
        out = np.empty((*shape, self.low.shape[1]))
        _raw(
            contribution,
            _own(np.broadcast_to(row, shape).reshape(-1)),
            _own(np.broadcast_to(draw, shape).reshape(-1)),
            _own(flat.reshape(-1, packages.shape[-1])),
            where.reshape(-1, 2),
            pairs.reshape(-1, 2).astype(np.int64),
            points,
            out.reshape(-1, self.low.shape[1]),
        )
        for within, boxed in self.boxes:
            inside = np.ones(packages.shape[:-1], dtype=bool)
            for m, chosen in within.items():
                inside &= np.isin(packages[..., m], chosen)
            out += inside[..., None] * boxed
        return out

    def utility(self, raw: Floats, draw: np.ndarray) -> Floats:
        """v in [0,1] from raw values [..., R]; the raw value itself on a scale of points."""
        low, high = self.low[draw], self.high[draw]
        out: Floats = np.clip((raw - low) / (high - low), 0.0, 1.0) ** self.power[draw]
        points = [self.scenario.spec.preferences[row.party].scale == "points" for row in self.rows]
        return np.where(points, raw, out) if any(points) else out


def _own(array: np.ndarray) -> np.ndarray:
    # one kind of array to compile for: in one piece, and not marked as read-only
    return np.require(array, requirements=["C", "W"])


@lru_cache(maxsize=256)
def _known_span(space: Space, content: bytes) -> list[tuple[Floats, Floats]]:
    return []


def _span(
    space: Space,
    scores: tuple[Floats, ...],
    pairs: tuple[tuple[int, int, Floats], ...],
    boxes: tuple[Box, ...],
) -> tuple[Floats, Floats]:
    """Worst and best [D] over feasible packages; strategies of a worldview mostly share them."""
    content = b"".join(a.tobytes() for a in (*scores, *(t for _, _, t in pairs)))
    if boxes:
        found = extremes(space, Payoff(scores, pairs, boxes))
        return found.low, found.high
    known = _known_span(space, blake2b(content + repr([p[:2] for p in pairs]).encode()).digest())
    if not known:
        found = extremes(space, Payoff(scores, pairs))
        known.append((found.low, found.high))
    return known[0]


@nb.njit(cache=True, nogil=True)
def _raw(
    contribution: Any,
    row: Any,
    draw: Any,
    flat: Any,
    where: Any,
    pairs: Any,
    points: Any,
    out: Any,
) -> None:
    for n in range(len(draw)):
        d, at = draw[n], row[n]
        for r in range(out.shape[1]):
            total = 0.0
            for m in range(flat.shape[1]):
                total += contribution[at, r, flat[n, m]]
            out[n, r] = total
        for k in range(len(pairs)):
            if flat[n, where[k, 0]] == pairs[k, 0] and flat[n, where[k, 1]] == pairs[k, 1]:
                for r in range(out.shape[1]):
                    out[n, r] += points[k, d, r]


def build(
    scenario: Scenario, strategy_id: str, sample: Sample, start: Mapping[str, Floats]
) -> Deals:
    """Deal-level arrays. `start`: state-level readings at the start, key -> [D] (anchors worst and
    best)."""
    known = facts(scenario)
    rows = _rows(scenario, known)
    table = menu(scenario)
    values = sample.values
    draws = len(sample.replicate)
    strategy = scenario.strategy(strategy_id)
    levers = {name: float(strategy.levers[name]) for name in scenario.spec.levers}
    reader = Reader(scenario, table, rows, values, levers, draws)
    weight, score = reader.weights(), reader.scores()
    believed, no_deal = reader.believed(), reader.no_deal(strategy.grants)
    pairs = reader.pairs()
    power = reader.power()
    deals = Deals(
        scenario,
        strategy,
        table,
        rows,
        known,
        values,
        levers,
        weight,
        score,
        believed,
        no_deal,
        pairs,
        np.zeros((draws, len(rows))),
        np.ones((draws, len(rows))),
        power,
        reader.allowed(strategy),
        reader.boxes(),
    )
    filled = fill_scores(deals, start)
    low, high = np.zeros((draws, len(rows))), np.ones((draws, len(rows)))
    anchor = deals.contribution(filled, np.ones_like(believed), np.zeros((draws, table.size)))
    for r, row in enumerate(rows):
        if scenario.spec.preferences[row.party].scale == "points":
            continue
        scores = tuple(
            anchor[:, r, int(f) : int(f) + len(o)]
            for f, o in zip(table.first, table.space.options, strict=True)
        )
        low[:, r], high[:, r] = _span(
            table.space, scores, _pair_tables(deals, r), payoff_boxes(deals, r)
        )
    flatline = high - low < 1e-12
    high = np.where(flatline, low + 1.0, high)
    return Deals(**{**deals.__dict__, "low": low, "high": high})


def fill_scores(deals: Deals, at: Mapping[str, Floats]) -> Floats:
    """score [D,R,O] with state-level entries filled from readings `score|PARTY|T|ISSUE|OPTION` ->
    [D] (0..100)."""
    filled = deals.score.copy()
    for r, o in zip(*np.nonzero(np.isnan(deals.score[0])), strict=True):
        row = deals.rows[r]
        m = int(np.searchsorted(deals.menu.first, o, side="right")) - 1
        option = deals.menu.space.options[m][o - deals.menu.first[m]]
        key = f"score|{row.party}|{row.type}|{deals.menu.space.issues[m]}|{option}"
        filled[:, r, o] = at[key] / 100.0
    return filled


def _rows(scenario: Scenario, known: Facts) -> tuple[Row, ...]:
    rows = []
    for party in scenario.signatories:
        for t, marks in enumerate(types_of(scenario, known, party)):
            rows.append(Row(party, t, marks, True))
    for party in scenario.outsiders:
        if party in scenario.spec.preferences:
            rows.append(Row(party, 0, {}, False))
    return tuple(rows)


def payoff_boxes(deals: Deals, r: int) -> tuple[Box, ...]:
    """Row r's points for options of several issues together."""
    out = []
    for within, points in deals.boxes:
        if points[r]:
            masks = tuple(
                np.isin(np.arange(deals.menu.space.sizes[m]), chosen)
                for m, chosen in within.items()
            )
            out.append(Box(tuple(within), masks, points[r]))
    return tuple(out)


def _pair_tables(deals: Deals, r: int) -> tuple[tuple[int, int, Floats], ...]:
    tables: dict[tuple[int, int], Floats] = {}
    sizes = [len(o) for o in deals.menu.space.options]
    for (a, x, b, y), points in deals.pairs:
        table = tables.setdefault((a, b), np.zeros((deals.draws, sizes[a], sizes[b])))
        table[:, x, y] += points[:, r]
    return tuple((a, b, t) for (a, b), t in tables.items())
