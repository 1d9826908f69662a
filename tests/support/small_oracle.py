"""The exact dynamic programme of `small_game.Game`, by plain recursion; see there."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from dataclasses import dataclass, field

from small_game import OPTIONS, Game

COMBOS = tuple(itertools.product((0, 1), (0, 1)))  # (a is angry, b is hard)
FACTS = (0, 1)
Vector = tuple[float, ...]


@dataclass(frozen=True)
class Situation:
    """A public situation, solved. V, wait, fail: [side][combo][fact]."""

    fighting: dict[tuple[int, int], float]  # (side, own type) -> C
    signs: Vector  # by combo
    broken: Vector  # by combo: agreed, but failed at home
    text: str
    value: list[list[list[float]]]
    heard: Vector  # likelihoods of the combos after a failed meeting
    margin: float = 1.0  # by how much the text was better than the next


@dataclass
class Oracle:
    """Solves one game."""

    game: Game
    known: dict[tuple[object, ...], Situation] = field(default_factory=dict)

    # -- what the numbers mean ------------------------------------------------------------------

    def prior(self, holder: str, combo: tuple[int, int]) -> float:
        g = self.game
        if not g.types:
            return float(combo == (0, 0))
        angry = g["angry.world"] if holder == "a" else g[f"angry.{holder}"]
        soft = g["soft.world"] if holder == "b" else g[f"soft.{holder}"]
        return (angry if combo[0] else 1 - angry) * (1 - soft if combo[1] else soft)

    def prior_fact(self, holder: str, fact: int) -> float:
        bad = self.game[f"bad.{holder}"] if self.game.fact else 0.0
        return bad if fact else 1 - bad

    def worth(self, side: int, kind: int, option: str) -> float:
        """Utility of an option to a side of a kind (1: angry, hard)."""
        g = self.game
        if side == 0:
            low = g["low.a"] + g["low.angry"] * kind
            return {"floor": 0.0, "low": low, "high": g["high.a"], "top": 100.0}[option] / 100
        high = g["high.b"] + g["high.soft"] * (1 - kind)
        raw = {"floor": 100.0, "low": g["low.b"], "high": high, "top": 0.0}[option]
        return float((raw / 100) ** (1 + g["bend.hard"] * kind))

    def cost(self, side: int, kind: int, front: int) -> float:
        g = self.game
        if side == 0:
            return g["cost.a"] + g["cost.angry"] * kind
        return g["cost.b"] + g["cost.soft"] * (1 - kind) + g["cost.front"] * front

    def discount(self, side: int) -> float:
        return self.game["discount.a" if side == 0 else "discount.b"]

    def hazards(self, front: int, fact: int) -> tuple[float, float]:
        """Chances that the month ends with a_wins, b_wins: independent clocks, earliest wins."""
        g = self.game
        chances = [g[f"win.{w}0"] + g[f"win.{w}1"] * front + g[f"win.{w}bad"] * fact for w in "ab"]
        rates = [-math.log1p(-p) for p in chances]
        total = sum(rates)
        if total == 0:
            return 0.0, 0.0
        ends = 1 - math.exp(-total)
        return ends * rates[0] / total, ends * rates[1] / total

    def ending(self, side: int, kind: int, outcome: int) -> float:
        option, victor = (("top", "a"), ("floor", "b"))[outcome]
        return self.worth(side, kind, option) - self.game[f"ruin.{victor}{'ab'[side]}"]

    def horizon(self, side: int, front: int) -> float:
        return self.game[f"end.{'ab'[side]}"] + self.game[f"turn.{'ab'[side]}"] * front

    def lasting(self, option: str, side: int) -> float:
        """A: discounted share of the months that the deal is in force, summed by brute force."""
        d, h = self.discount(side), self.game[f"rupture.{option}"]
        in_force = sum((1 - d) * d**m * (1 - h) ** m for m in range(60))
        return in_force + (d * (1 - h)) ** 60

    # -- one situation --------------------------------------------------------------------------

    def at(self, t: int, front: int, heard: Vector, lived: Vector, cooling: bool) -> Situation:
        """Month t, likelihoods of the combos and of the facts, whether talks are cooling off."""
        key = (t, front, heard, lived, cooling)
        if key not in self.known:
            self.known[key] = self.solve(t, front, heard, lived, cooling)
        return self.known[key]

    def beliefs(self, side: int, kind: int, heard: Vector) -> Vector:
        mass = [
            self.prior("ab"[side], c) * x if c[side] == kind else 0.0
            for c, x in zip(COMBOS, heard, strict=True)
        ]
        if sum(mass) <= 0:  # a type its own prior calls impossible
            mass = [x if c[side] == kind else 0.0 for c, x in zip(COMBOS, heard, strict=True)]
        return tuple(m / sum(mass) for m in mass)

    def public(self, heard: Vector) -> Vector:
        mass = [self.prior("public", c) * x for c, x in zip(COMBOS, heard, strict=True)]
        return tuple(m / sum(mass) for m in mass)

    def of_fact(self, side: int, lived: Vector) -> Vector:
        mass = [self.prior_fact("ab"[side], f) * lived[f] for f in FACTS]
        return tuple(m / sum(mass) for m in mass)

    def after(self, t: int, front: int, heard: Vector, lived: Vector, cooling: bool):
        """Y [side][combo][fact] and the next month's likelihoods of the facts."""
        g = self.game
        p = [self.hazards(front, f) for f in FACTS]
        lived = tuple(lived[f] * (1 - sum(p[f])) for f in FACTS) if g.fact else lived
        flip = g["push.base"] + g["push.front"] * front
        following = [
            (chance, self.at(t + 1, f, heard, lived, cooling).value)
            for f, chance in ((1 - front, flip), (front, 1 - flip))
        ]
        y = [[[0.0, 0.0] for _ in COMBOS] for _ in "ab"]
        for side, n, fact in itertools.product((0, 1), range(4), FACTS):
            kind = COMBOS[n][side]
            lost = sum(p[fact][e] * self.ending(side, kind, e) for e in (0, 1))
            later = sum(chance * v[side][n][fact] for chance, v in following)
            d = self.discount(side)
            alive = 1 - sum(p[fact])
            y[side][n][fact] = -self.cost(side, kind, front) + d * (lost + alive * later)
        return y

    def solve(self, t: int, front: int, heard: Vector, lived: Vector, cooling: bool) -> Situation:
        g = self.game
        if t == g.months:
            if not g.stated:
                return self.for_ever(front)
            value = [[[self.horizon(s, front)] * 2 for _ in COMBOS] for s in (0, 1)]
            return Situation({}, (0.0,) * 4, (0.0,) * 4, "", value, heard)
        cools = g["cool"] < 1
        meets = g["meet.base"] + g["meet.front"] * front
        wait = self.after(t, front, heard, lived, False)
        signs: Vector = (0.0,) * 4
        for _ in range(500):
            informed = g.types and g.informs
            next_heard = heard
            if informed:
                next_heard = tuple(x * (1 - s) for x, s in zip(heard, signs, strict=True))
            fail = self.after(t, front, next_heard, lived, cools)
            fighting = self.fighting(fail, heard, lived)
            text, new, broken, margin = self.session(fighting, heard)
            moved = max(abs(x - y) for x, y in zip(signs, new, strict=True))
            signs = new
            if not informed or moved < 1e-15:
                break
        else:
            raise AssertionError("the meeting's own news does not settle")
        value = [[[0.0, 0.0] for _ in COMBOS] for _ in "ab"]
        for side, n, fact in itertools.product((0, 1), range(4), FACTS):
            kind = COMBOS[n][side]
            y = fail[side][n][fact]
            last = self.lasting(text, side) if text else 1.0
            deal = last * self.worth(side, kind, text) if text else 0.0
            deal += (1 - last) * (y + g[f"shift.{'ab'[side]}"])
            met = signs[n] * deal + (1 - signs[n]) * y - broken[n] * g[f"fail.{'ab'[side]}"]
            chance, rest = meets, wait[side][n][fact]
            if cooling:
                chance = meets * g["cool"]
                rest = g["heal"] * wait[side][n][fact] + (1 - g["heal"]) * y
            value[side][n][fact] = chance * met + (1 - chance) * rest
        return Situation(fighting, signs, broken, text, value, next_heard, margin)

    def for_ever(self, front: int) -> Situation:
        """The war going on for ever with the rates of this front (no types, no hidden fact):
        C = (-c + D [sum p W + (1 - sum p) k s G]) / (1 - D (1 - sum p)(1 - k s)), iterated from the
        value without talks until it stands still (there may be more than one such value)."""
        g, heard = self.game, (1.0,) * 4
        p = self.hazards(front, 0)
        meets = g["meet.base"] + g["meet.front"] * front
        c: dict[tuple[int, int], float] = {}
        for turn in range(10_000):
            text, signs, broken = "", (0.0,) * 4, (0.0,) * 4
            if turn:
                text, signs, broken, _ = self.session(c, heard)
            new = {}
            for side in (0, 1):
                d, alive = self.discount(side), 1 - sum(p)
                lost = sum(p[e] * self.ending(side, 0, e) for e in (0, 1))
                deal = 0.0
                if text:
                    last = self.lasting(text, side)
                    shift = g[f"shift.{'ab'[side]}"]
                    deal = last * self.worth(side, 0, text) + (1 - last) * (c[side, 0] + shift)
                chance = meets * signs[0]
                flow = -self.cost(side, 0, front) + d * (lost + alive * chance * deal)
                new[side, 0] = flow / (1 - d * alive * (1 - chance))
            if turn and max(abs(new[k] - c[k]) for k in c) < 1e-14:
                break
            c = {k: 0.5 * c[k] + 0.5 * new[k] for k in c} if turn else new
        else:
            raise AssertionError("the stationary value does not settle")
        value = []
        for side in (0, 1):
            stay = c[side, 0]
            gain = self.lasting(text, side) * (self.worth(side, 0, text) - stay) if text else 0.0
            value.append([[stay + meets * signs[0] * gain] * 2 for _ in COMBOS])
        return Situation(c, signs, broken, text, value, heard)

    def fighting(self, fail, heard: Vector, lived: Vector) -> dict[tuple[int, int], float]:
        out = {}
        for side, kind in itertools.product((0, 1), (0, 1)):
            if kind and not self.game.types:
                continue
            b, f = self.beliefs(side, kind, heard), self.of_fact(side, lived)
            cells = itertools.product(range(4), FACTS)
            out[side, kind] = sum(b[n] * f[x] * fail[side][n][x] for n, x in cells)
        return out

    def session(self, fighting: dict[tuple[int, int], float], heard: Vector):
        """The text, the chances of signing and of failing at home by combo, and how clearly it was
        the best."""
        g, mu = self.game, self.public(heard)
        found = []
        for option in OPTIONS:
            r = g[f"home.{option}"]
            if r < 0.001:
                continue
            gains, yes = {}, {}
            for (side, kind), c in fighting.items():
                last, name = self.lasting(option, side), "ab"[side]
                gain = last * (self.worth(side, kind, option) - c) + (1 - last) * g[f"shift.{name}"]
                gains[side, kind] = gain
                yes[side, kind] = accepts(gain - g[f"fail.{name}"] * (1 - r) / r, g[f"tau.{name}"])
            both = [yes.get((0, i), 0.0) * yes.get((1, j), 0.0) for i, j in COMBOS]
            nash = sum(
                m * max(gains.get((0, i), 0.0), 0) * max(gains.get((1, j), 0.0), 0)
                for m, (i, j) in zip(mu, COMBOS, strict=True)
            )
            total = r * sum(m * x for m, x in zip(mu, both, strict=True))
            signs, broken = (tuple(x * p for x in both) for p in (r, 1 - r))
            found.append((total, nash, option, signs, broken))
        if not found:
            return "", (0.0,) * 4, (0.0,) * 4, 1.0
        top = max(total for total, *_ in found)
        best = max((x for x in found if x[0] > top - 1e-12), key=lambda x: x[1])
        rest = [
            top - x[0] if x[0] < top - 1e-12 else best[1] - x[1] for x in found if x is not best
        ]
        return best[2], best[3], best[4], min(rest, default=1.0)

    # -- what comes of it -----------------------------------------------------------------------

    def start(self) -> Situation:
        return self.at(0, 0, (1.0,) * 4, (1.0, 1.0), False)

    def play(self) -> dict[str, float]:
        """Measures under the world's chances, by recursion over everything that can happen."""
        out: dict[str, float] = defaultdict(float)
        self._play(0, 0, (1.0,) * 4, (1.0, 1.0), False, self._world(), 1.0, 1.0, out)
        out["months_to_signing"] /= max(out["signed"], 1e-300)
        return dict(out)

    def _world(self) -> list[list[float]]:
        return [
            [self.prior("world", c) * self.prior_fact("world", f) for f in FACTS] for c in COMBOS
        ]

    def _play(self, t, front, heard, lived, cooling, mass, d_a, d_b, out) -> None:
        g = self.game
        cells = list(itertools.product(range(4), FACTS))
        if t == g.months:
            left = sum(mass[n][f] for n, f in cells)
            out["at_war"] += left
            for side, d in ((0, d_a), (1, d_b)):
                out[f"value.{'ab'[side]}"] += d * left * self.horizon(side, front)
            return
        here = self.at(t, front, heard, lived, cooling)
        chance = (g["meet.base"] + g["meet.front"] * front) * (g["cool"] if cooling else 1.0)
        quiet = [[(1 - chance) * mass[n][f] for f in FACTS] for n in range(4)]
        failed = [[chance * (1 - here.signs[n]) * mass[n][f] for f in FACTS] for n in range(4)]
        for n, f in cells:
            m = chance * here.signs[n] * mass[n][f]
            out["signed"] += m
            out["months_to_signing"] += m * t
            out[f"text.{here.text}"] += m
            out["durable"] += m * (1 - g[f"rupture.{here.text}"]) ** 60 if here.text else 0.0
            for side, d in ((0, d_a), (1, d_b)):
                kind, name = COMBOS[n][side], "ab"[side]
                last = self.lasting(here.text, side) if here.text else 1.0
                if m:
                    renewed = here.fighting[side, kind] + g[f"shift.{name}"]
                    worth = last * self.worth(side, kind, here.text) + (1 - last) * renewed
                    out[f"value.{name}"] += d * m * worth
                at_home = chance * here.broken[n] * mass[n][f]
                out[f"value.{name}"] -= d * at_home * g[f"fail.{name}"]
                fought = quiet[n][f] + failed[n][f]
                out[f"value.{name}"] -= d * fought * self.cost(side, kind, front)
                for e, p in enumerate(self.hazards(front, f)):
                    after = d * self.discount(side)
                    out[f"value.{name}"] += after * fought * p * self.ending(side, kind, e)
            for e, p in enumerate(self.hazards(front, f)):
                out[f"ended.{'ab'[e]}_wins"] += (quiet[n][f] + failed[n][f]) * p
        alive = [1 - sum(self.hazards(front, f)) for f in FACTS]
        then = tuple(lived[f] * alive[f] for f in FACTS) if g.fact else lived
        flip = g["push.base"] + g["push.front"] * front
        d_a, d_b = d_a * self.discount(0), d_b * self.discount(1)
        cools = g["cool"] < 1
        ways = [(quiet, heard, False, 1.0), (failed, here.heard, cools, 1.0)]
        if cooling:  # those who did not meet may stay cool
            ways += [(quiet, heard, True, 1 - g["heal"])]
            ways[0] = (quiet, heard, False, g["heal"])
        for part, said, cold, share in ways:
            for new, p in ((1 - front, flip), (front, 1 - flip)):
                moved = [[part[n][f] * alive[f] * p * share for f in FACTS] for n in range(4)]
                if any(moved[n][f] > 0 for n, f in cells):
                    self._play(t + 1, new, said, then, cold, moved, d_a, d_b, out)


def accepts(gain: float, tau: float) -> float:
    if tau == 0:
        return float(gain > 1e-12)
    return 1 / (1 + math.exp(-min(max(gain / tau, -40.0), 40.0)))
