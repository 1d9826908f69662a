"""Small random spaces and payoffs, and every package of them counted out."""

from itertools import product

import numpy as np
from hypothesis import strategies as st

from winset.deals import Payoff, Space


def every_package(space):
    return np.array(list(product(*(range(n) for n in space.sizes))), dtype=np.int64)


def brute_frontier(values):
    """Undominated distinct rows of values [B, 2], sorted by the first, by definition."""
    distinct = np.unique(values, axis=0)
    kept = [
        v for v in distinct if not ((distinct >= v).all(axis=1) & (distinct > v).any(axis=1)).any()
    ]
    return np.array(kept)


def space_of(sizes, forbidden=()):
    return Space(
        tuple(f"issue {k}" for k in range(len(sizes))),
        tuple(tuple(f"option {j}" for j in range(n)) for n in sizes),
        tuple(forbidden),
    )


def random_space(rng, sizes, forbidden):
    pairs = []
    for _ in range(forbidden if len(sizes) > 1 else 0):
        a, b = rng.choice(len(sizes), 2, replace=False)
        pairs.append((int(a), int(rng.integers(sizes[a])), int(b), int(rng.integers(sizes[b]))))
    return space_of(sizes, pairs)


def random_payoff(rng, space, interactions, whole, draws=None):
    lead = () if draws is None else (draws,)

    def table(*shape):
        if whole:
            return rng.integers(-5, 12, (*lead, *shape)).astype(float)
        return rng.normal(size=(*lead, *shape))

    pairs = []
    for _ in range(interactions if len(space.issues) > 1 else 0):
        a, b = (int(x) for x in rng.choice(len(space.issues), 2, replace=False))
        full = table(space.sizes[a], space.sizes[b])
        # Often one cell only, as a soft incompatibility has.
        if rng.random() < 0.5:
            full = full * (rng.random(full.shape[-2:]) < 0.2)
        pairs.append((a, b, full))
    return Payoff(tuple(table(n) for n in space.sizes), tuple(pairs))


@st.composite
def problems(draw, most_issues=5, draws=None):
    """(space, payoff, payoff): 1 to 5 issues of 1 to 4 options, hard and soft pairs."""
    sizes = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=most_issues)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    space = random_space(rng, sizes, draw(st.integers(0, 8)))
    whole = draw(st.booleans())
    interactions = draw(st.integers(0, 5))
    return (
        space,
        random_payoff(rng, space, interactions, whole, draws),
        random_payoff(rng, space, draw(st.integers(0, 5)), whole, draws),
    )
