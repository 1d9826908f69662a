"""A small war negotiated on tracks, as a scenario's text and as an exact dynamic programme of its
own.

Four issues of two options in three tracks (x; y; z and w), a front at 0 or 1, two ways of ending.
`TrackOracle` solves it by plain recursion over (month, front, cooling, closed tracks and what they
are closed with), with no code of the engine's. Everything is known to everybody.

    text        argmax r prod_i a_i over the packages that keep what is closed
    session     each track at the table closes with chance p, odds p = f odds(prod_i a_i)
                f = (4 / issues at the table)^complexity momentum^closed
    all closed  ratified with chance r, else as before, cooling, at a cost
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from winset.scenario import Scenario, load

ISSUES = ("x", "y", "z", "w")
TRACKS = {"one": ("x",), "two": ("y",), "three": ("z", "w")}
PACKAGES = tuple(itertools.product((0, 1), repeat=4))  # 1: hi, what a wants
NUMBERS: dict[str, float] = {
    "push.base": 0.3, "push.front": 0.2,
    "win.a0": 0.03, "win.a1": 0.05, "win.b0": 0.06, "win.b1": -0.03,
    "ruin.aa": 0.1, "ruin.ab": 0.2, "ruin.ba": 0.15, "ruin.bb": 0.05,
    "end.a": 0.25, "end.b": 0.3, "turn.a": 0.15, "turn.b": -0.1,
    "ax": 0.4, "ay": 0.3, "az": 0.2, "aw": 0.1, "bx": 0.1, "by": 0.25, "bz": 0.3, "bw": 0.35,
    "cost.a": 0.03, "cost.b": 0.04, "discount.a": 0.97, "discount.b": 0.98,
    "meet.base": 0.6, "meet.front": 0.1, "cool": 1.0, "heal": 1.0,
    "tau.a": 0.12, "tau.b": 0.15, "fail.a": 0.0, "fail.b": 0.0,
    "home.base": 1.0, "home.x": 0.0, "rupture": 0.0, "shift.a": 0.0, "shift.b": 0.0,
    "momentum": 1.0, "complexity": 0.0, "partial": 0.0,
}  # fmt: skip
State = tuple[tuple[str, ...], tuple[int | None, ...]]  # closed tracks, option held on each issue
NOTHING: State = ((), (None,) * 4)


@dataclass(frozen=True)
class TrackGame:
    """One game: numbers that differ from `NUMBERS`, how it is negotiated, and in which order."""

    mode: str = "sequence"
    order: tuple[str, ...] = ("one", "two", "three")
    numbers: Mapping[str, float] = field(default_factory=dict)
    months: int = 6

    def __getitem__(self, id: str) -> float:
        return self.numbers.get(id, NUMBERS[id])

    def with_(self, **changes: float) -> TrackGame:
        """A copy with other numbers; the first underscore of a name stands for its dot."""
        named = {id.replace("_", ".", 1): x for id, x in changes.items()}
        return replace(self, numbers={**self.numbers, **named})

    def text(self) -> str:
        """The scenario."""
        numbers = ", ".join(f"{id}: {self[id]!r}" for id in NUMBERS)
        issues = "\n".join(
            f"  {i}: {{options: {{lo: {{}}, hi: {{}}}}, no_deal: lo, power: [a, b]}}"
            for i in ISSUES
        )
        groups = "\n".join(f"    {t}: [{', '.join(TRACKS[t])}]" for t in TRACKS)
        weights = {s: ", ".join(f"{i}: {s}{i}" for i in ISSUES) for s in "ab"}
        wants = {
            "a": ", ".join(f"{i}: {{lo: 0, hi: 100}}" for i in ISSUES),
            "b": ", ".join(f"{i}: {{lo: 100, hi: 0}}" for i in ISSUES),
        }
        return f"""
winset: 1
id: tracks
title: A small war on tracks
as_of: "2000-01-01"
start: 2000-01
months: {self.months}
parties: {{a: {{name: A}}, b: {{name: B}}}}
quantities: {{{numbers}}}
state: {{front: {{start: 0, low: 0, high: 1}}}}
events:
  flip: {{chance: push.base + push.front * front, changes: {{front: 1 - 2 * front}}}}
  one: {{chance: win.a0 + win.a1 * front, outcome: a_wins}}
  two: {{chance: win.b0 + win.b1 * front, outcome: b_wins}}
outcomes:
  a_wins: {{victor: a, imposes: {{x: hi}}, cost: {{a: ruin.aa, b: ruin.ab}}}}
  b_wins: {{victor: b, imposes: {{x: lo}}, cost: {{a: ruin.ba, b: ruin.bb}}}}
at_horizon: {{value: {{a: end.a + turn.a * front, b: end.b + turn.b * front}}}}
issues:
{issues}
preferences:
  a:
    weights: {{{weights["a"]}}}
    scores: {{{wants["a"]}}}
    war_cost: cost.a
    discount: discount.a
  b:
    weights: {{{weights["b"]}}}
    scores: {{{wants["b"]}}}
    war_cost: cost.b
    discount: discount.b
ratification:
  a:
    midpoint: 0
    steepness: 1000
    gates: [{{when: 1, chance: home.base - home.x * deal.x.hi}}]
durability: {{hazard: rupture, shift: {{a: shift.a, b: shift.b}}}}
tracks:
  mode: {self.mode}
  groups:
{groups}
  order: [{", ".join(self.order)}]
  momentum: momentum
  complexity: complexity
  partial: partial
talks:
  meeting: meet.base + meet.front * front
  cooling: cool
  recovery: heal
  temperature: {{a: tau.a, b: tau.b}}
  failed_cost: {{a: fail.a, b: fail.b}}
  features: {{front: front}}
"""

    def scenario(self, folder: Path) -> Scenario:
        """The scenario, loaded from a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "scenario.yaml").write_text(self.text(), encoding="utf-8")
        return load(folder)


@dataclass(frozen=True)
class Solved:
    """A situation, solved. Per side: the value before talks, after a failed session, and of the
    text (`deal`). moves: (chance, state or None when signed); broken: all agreed, failed at home.
    """

    value: tuple[float, float]
    fighting: tuple[float, float]
    deal: tuple[float, float]
    moves: tuple[tuple[float, State | None], ...]
    broken: float
    package: tuple[int, ...] | None


@dataclass
class TrackOracle:
    """Solves one game."""

    game: TrackGame
    known: dict[tuple[object, ...], Solved] = field(default_factory=dict)

    def worth(self, side: int, package: tuple[float, ...]) -> float:
        """Utility of options, 1 what a wants; shares between are mixtures."""
        hi = package if side == 0 else tuple(1 - o for o in package)
        weights = [self.game[f"{'ab'[side]}{i}"] for i in ISSUES]
        return sum(w * o for w, o in zip(weights, hi, strict=True)) / sum(weights)

    def ending(self, side: int, outcome: int, state: State) -> float:
        """The victor has x as it likes; of the rest, closed tracks stand in part."""
        g = self.game
        left = [g["partial"] * (o or 0) for o in state[1]]
        left[0] = 1.0 if outcome == 0 else 0.0
        return self.worth(side, tuple(left)) - g[f"ruin.{'ab'[outcome]}{'ab'[side]}"]

    def hazards(self, front: int) -> tuple[float, float]:
        g = self.game
        rates = [-math.log1p(-(g[f"win.{w}0"] + g[f"win.{w}1"] * front)) for w in "ab"]
        ends = 1 - math.exp(-sum(rates))
        return ends * rates[0] / sum(rates), ends * rates[1] / sum(rates)

    def lasting(self, side: int) -> float:
        d, h = self.game[f"discount.{'ab'[side]}"], self.game["rupture"]
        return sum((1 - d) * d**m * (1 - h) ** m for m in range(60)) + (d * (1 - h)) ** 60

    def flips(self, front: int) -> list[tuple[int, float]]:
        flip = self.game["push.base"] + self.game["push.front"] * front
        return [(1 - front, flip), (front, 1 - flip)]

    def horizon(self, side: int, front: int) -> float:
        return self.game[f"end.{'ab'[side]}"] + self.game[f"turn.{'ab'[side]}"] * front

    def at(self, t: int, front: int, cooling: bool, state: State) -> Solved:
        key = (t, front, cooling, state)
        if key not in self.known:
            self.known[key] = self.solve(t, front, cooling, state)
        return self.known[key]

    def after(self, t: int, front: int, cooling: bool, state: State) -> tuple[float, float]:
        """Once the month's talks are over."""
        g, p, out = self.game, self.hazards(front), []
        for side in (0, 1):
            lost = sum(p[e] * self.ending(side, e, state) for e in (0, 1))
            later = sum(
                chance * self.at(t + 1, f, cooling, state).value[side]
                for f, chance in self.flips(front)
            )
            d = g[f"discount.{'ab'[side]}"]
            out.append(-g[f"cost.{'ab'[side]}"] + d * (lost + (1 - sum(p)) * later))
        return out[0], out[1]

    def table(self, state: State) -> list[str]:
        left = [t for t in self.game.order if t not in state[0]]
        return left[:1] if self.game.mode == "sequence" else left

    def ways(
        self, state: State, package: tuple[int, ...], both: float
    ) -> Iterator[tuple[float, State | None]]:
        """Where a session leads, nothing closed left out."""
        g = self.game
        if g.mode == "package":
            yield both, None
            return
        table = self.table(state)
        n = sum(len(TRACKS[t]) for t in table)
        f = (4 / n) ** g["complexity"] * g["momentum"] ** len(state[0])
        p = f * both / (1 - both + f * both)
        for agreed in itertools.product((True, False), repeat=len(table)):
            new = [t for t, yes in zip(table, agreed, strict=True) if yes]
            if not new:
                continue
            chance = p ** len(new) * (1 - p) ** (len(table) - len(new))
            closed = tuple(sorted((*state[0], *new)))
            if len(closed) == len(TRACKS):
                yield chance, None
                continue
            held = {i for t in closed for i in TRACKS[t]}
            yield chance, (closed, tuple(
                o if i in held else None for i, o in zip(ISSUES, package, strict=True)
            ))  # fmt: skip

    def solve(self, t: int, front: int, cooling: bool, state: State) -> Solved:
        g = self.game
        if t == g.months:
            value = self.horizon(0, front), self.horizon(1, front)
            return Solved(value, value, value, (), 0.0, None)
        cools = g["cool"] < 1
        wait, fail = self.after(t, front, False, state), self.after(t, front, cools, state)
        best: tuple[float, float] = (-1.0, -1.0)
        package, both, r, deal = None, 0.0, 0.0, (0.0, 0.0)
        for one in PACKAGES:
            if any(o is not None and o != x for o, x in zip(state[1], one, strict=True)):
                continue
            home, yes, gains = g["home.base"] - g["home.x"] * one[0], 1.0, []
            for side, s in enumerate("ab"):
                last = self.lasting(side)
                gain = last * (self.worth(side, one) - fail[side]) + (1 - last) * g[f"shift.{s}"]
                gains.append(gain)
                net = gain - g[f"fail.{s}"] * (1 - home) / home
                tau = g[f"tau.{s}"]
                yes *= float(net > 1e-12) if tau == 0 else 1 / (1 + math.exp(-net / tau))
            score = home * yes, max(gains[0], 0) * max(gains[1], 0)
            if score[0] > best[0] + 1e-12 or (score[0] > best[0] - 1e-12 and score[1] > best[1]):
                best, package, both, r = score, one, yes, home
                deal = fail[0] + gains[0], fail[1] + gains[1]
        assert package is not None
        met, broken, moves, left = [0.0, 0.0], 0.0, [], 1.0
        for chance, to in self.ways(state, package, both):
            if to is None:
                moves.append((chance * r, None))
                broken = chance * (1 - r)
                left -= chance * r
            else:
                moves.append((chance, to))
                left -= chance
            onward = deal if to is None else self.after(t, front, False, to)
            for side in (0, 1):
                met[side] += moves[-1][0] * onward[side]
        kappa, value = g["meet.base"] + g["meet.front"] * front, []
        for side, s in enumerate("ab"):
            m = met[side] + left * fail[side] - broken * g[f"fail.{s}"]
            k, rest = kappa, wait[side]
            if cooling:
                k, rest = kappa * g["cool"], g["heal"] * wait[side] + (1 - g["heal"]) * fail[side]
            value.append(k * m + (1 - k) * rest)
        return Solved((value[0], value[1]), fail, deal, tuple(moves), broken, package)

    def play(self) -> dict[str, float]:
        """Measures by recursion over everything that can happen."""
        out: dict[str, float] = defaultdict(float)
        ways: dict[tuple[int, bool, State], tuple[float, float, float]] = {}
        ways[0, False, NOTHING] = (1.0, 1.0, 1.0)  # chance, chance x discount of a, of b
        for t in range(self.game.months):
            ways = self._month(t, ways, out)
        for (front, _, state), (mass, *discounted) in ways.items():
            out["at_war"] += mass
            out["closed_in_vain"] += mass * bool(state[0])
            for side, s in enumerate("ab"):
                out[f"value.{s}"] += discounted[side] * self.horizon(side, front)
        out["months_to_signing"] /= max(out["signed"], 1e-300)
        return dict(out)

    def _month(self, t, ways, out):  # type: ignore[no-untyped-def]
        g, then = self.game, defaultdict(lambda: [0.0, 0.0, 0.0])
        for (front, cooling, state), masses in ways.items():
            here = self.at(t, front, cooling, state)
            kappa = (g["meet.base"] + g["meet.front"] * front) * (g["cool"] if cooling else 1.0)
            parts = []  # (share, cooling, state)
            left = 1.0
            for chance, to in here.moves:
                left -= chance
                new = set(TRACKS) if to is None else set(to[0])
                for track in new - set(state[0]):
                    out[f"closed.{track}"] += masses[0] * kappa * chance
                if to is not None:
                    parts.append((kappa * chance, False, to))
                    continue
                out["signed"] += masses[0] * kappa * chance
                out["months_to_signing"] += masses[0] * kappa * chance * t
                for side, s in enumerate("ab"):
                    out[f"value.{s}"] += masses[1 + side] * kappa * chance * here.deal[side]
            for side, s in enumerate("ab"):
                out[f"value.{s}"] -= masses[1 + side] * kappa * here.broken * g[f"fail.{s}"]
            parts.append((kappa * left, g["cool"] < 1, state))
            stays = (1 - g["heal"]) if cooling else 0.0
            parts += [((1 - kappa) * stays, True, state), ((1 - kappa) * (1 - stays), False, state)]
            p = self.hazards(front)
            for share, cold, after in parts:
                for side, s in enumerate("ab"):
                    fought = masses[1 + side] * share
                    lost = sum(p[e] * self.ending(side, e, after) for e in (0, 1))
                    out[f"value.{s}"] += fought * (g[f"discount.{s}"] * lost - g[f"cost.{s}"])
                out["closed_in_vain"] += masses[0] * share * sum(p) * bool(after[0])
                for e, w in enumerate("ab"):
                    out[f"ended.{w}_wins"] += masses[0] * share * p[e]
                for new, flip in self.flips(front):
                    weight = share * flip * (1 - sum(p))
                    cell = then[new, cold, after]
                    for n, d in enumerate((1.0, g["discount.a"], g["discount.b"])):
                        cell[n] += masses[n] * weight * d
        return {key: tuple(cell) for key, cell in then.items()}
