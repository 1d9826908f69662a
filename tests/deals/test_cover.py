"""Choosing a few texts: by hand, against plain greedy, and against every choice of k."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset.deals import DealError, choose_texts


def plain_greedy(scores, k):
    chosen, best = [], np.zeros(len(scores))
    for _ in range(k):
        gains = np.maximum(scores - best[:, None], 0.0).sum(axis=0)
        if gains.max() <= 0.0:
            break
        chosen.append(int(gains.argmax()))
        best = np.maximum(best, scores[:, chosen[-1]])
    return chosen, best


@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 12), st.integers(1, 6))
def test_it_is_greedy_and_at_least_63_percent_of_the_best_choice(seed, rows, candidates, k):
    scores = np.random.default_rng(seed).integers(0, 6, (rows, candidates)).astype(float)
    found = choose_texts(scores, k)
    chosen, best = plain_greedy(scores, k)
    assert found.candidates.tolist() == chosen
    optimum = max(
        scores[:, list(c)].max(axis=1).sum()
        for c in combinations(range(candidates), min(k, candidates))
    )
    assert best.sum() >= (1 - np.exp(-1)) * optimum
    full = scores.max(axis=1)
    wanted = np.where(full > 0, 1 - best / np.where(full > 0, full, 1), 0.0)
    np.testing.assert_allclose(found.row_loss, wanted, atol=1e-15)
    assert found.loss == pytest.approx(wanted.mean())


def test_by_hand():
    scores = np.array([[4.0, 0.0, 3.0], [0.0, 4.0, 3.0], [-np.inf, 0.0, 0.0]])
    one = choose_texts(scores, 1)
    assert one.candidates.tolist() == [2]
    assert one.row_loss.tolist() == [0.25, 0.25, 0.0]
    assert one.loss == pytest.approx(1 / 6)
    assert choose_texts(scores, 3).candidates.tolist() == [2, 0, 1]
    assert choose_texts(scores, 3).loss == 0.0


def test_no_more_than_help():
    assert choose_texts(np.ones((3, 5)), 4).candidates.tolist() == [0]
    assert choose_texts(np.zeros((3, 5)), 4).candidates.size == 0
    assert choose_texts(np.zeros((3, 5)), 4).loss == 0.0


@pytest.mark.parametrize("bad", [np.full((2, 2), np.nan), -np.ones((2, 2)), np.ones(3)])
def test_scores_that_mean_nothing_are_refused(bad):
    with pytest.raises(DealError, match="scores must be"):
        choose_texts(bad, 1)


def test_none_cannot_be_chosen():
    with pytest.raises(DealError, match="at least one"):
        choose_texts(np.ones((1, 1)), 0)
