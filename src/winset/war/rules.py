"""Rules of a strategy where nobody talks: those that read the war alone move the levers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from winset.scenario.expr import Expr, evaluate
from winset.scenario.sampling import Sample
from winset.scenario.schema.talks import Rule, Strategy
from winset.scenario.soften import soften
from winset.war.engine import Floats, Ints

#: names that only talks, and what is learned in them, can give a value
TALKS = ("gap.", "refused.", "belief.")


def acting(strategy: Strategy) -> tuple[Rule, ...]:
    """The rules of a strategy that read neither gaps, refusals nor beliefs, in their order."""
    return tuple(r for r in strategy.rules if not any(n.startswith(TALKS) for n in r.when.names))


def conditions(strategy: Strategy) -> dict[str, Expr]:
    """Reading name -> condition (0..1) of every acting rule."""
    rules = enumerate(acting(strategy))
    return {f"rule|{n}": soften(rule.when, rule.width) for n, rule in rules}


@dataclass(frozen=True)
class Standing:
    """Rules ready to act on paths.

    rules: what each sets and what otherwise, lever number -> level; at: the column of the first
    one's condition among the readings. stock: number of the credibility that changes of levers wear
    down, -1 none; price [D] per unit of change.
    """

    rules: tuple[tuple[Mapping[int, float], Mapping[int, float]], ...]
    at: int
    stock: int
    price: Floats

    def obey(self, state: Floats, target: Floats, z: Floats, row: Ints, alive: np.ndarray) -> None:
        """Move target [P,L] of the live paths, in place, and state [P,S] by what that costs; z
        [P,K] readings of this month's state, before it is stepped."""
        before = target.copy()
        for n, (yes, no) in enumerate(self.rules):
            on = np.clip(z[:, self.at + n], 0.0, 1.0)
            for lever in {**yes, **no}:
                now = target[:, lever].copy()
                moved = on * yes.get(lever, now) + (1.0 - on) * no.get(lever, now)
                target[:, lever] = np.where(alive, moved, now)
        if self.stock >= 0:
            state[:, self.stock] -= self.price[row] * np.abs(target - before).sum(axis=1)


def standing(
    strategy: Strategy,
    levers: tuple[str, ...],
    stocks: tuple[str, ...],
    values: Sample,
    watched: int,
) -> Standing | None:
    """The acting rules of a strategy, their conditions read after `watched` others; None without
    any."""
    number = {name: i for i, name in enumerate(levers)}
    rules = tuple(
        (
            {number[k]: float(v) for k, v in rule.set.items()},
            {number[k]: float(v) for k, v in rule.otherwise.items()},
        )
        for rule in acting(strategy)
    )
    if not rules:
        return None
    draws = len(values.replicate)
    price, stock = np.zeros(draws), -1
    if strategy.credibility is not None and strategy.switch_cost is not None:
        stock = stocks.index(strategy.credibility)
        price = price + evaluate(strategy.switch_cost, values.values)
    return Standing(rules, watched, stock, price)
