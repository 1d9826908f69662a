"""Who believes what, month by month, on every path: Bayes' rule over types and hidden facts.

The public likelihood of what happened so far is kept once per path, split in two factors that never
mix: hidden [P,H] (months survived, signals) and types [P,T] (meetings that failed, signals). A
holder's posterior is its own prior times that likelihood, given what it knows of its own type.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from winset.talks import posterior
from winset.talks.menu import Floats
from winset.talks.names import type_names
from winset.talks.problem import Problem
from winset.talks.terms import type_combos


@dataclass
class Beliefs:
    """Log-likelihoods of paths, and the posteriors they give. Mutable: updated in place month by
    month."""

    problem: Problem
    draw: np.ndarray
    hidden: Floats  # [P,H]
    types: Floats  # [P,T]
    said_hidden: Floats  # [P,H] the part of `hidden` that is signals
    said_types: Floats  # [P,T] the part of `types` that is signals
    # [signals,H] and [signals,T] the reading that is a signal's chance under a combination, or -1
    about_hidden: np.ndarray
    about_types: np.ndarray

    @staticmethod
    def start(problem: Problem, draw: np.ndarray) -> Beliefs:
        """Nothing seen yet."""
        p = len(draw)
        h, t = problem.priors.hidden.shape[2], problem.priors.types.shape[2]
        _, marks = type_combos(problem.deals)
        return Beliefs(
            problem,
            draw,
            hidden=np.zeros((p, h)),
            types=np.zeros((p, t)),
            said_hidden=np.zeros((p, h)),
            said_types=np.zeros((p, t)),
            about_hidden=_about(problem, problem.hidden.marks),
            about_types=_about(problem, marks),
        )

    def of_types(self) -> tuple[Floats, Floats]:
        """b [P,R,T] each signatory row's belief over type combinations (own type known) and mu
        [P,T] the public's."""
        pr = self.problem
        count, combos = self.types.shape
        out, mu = np.empty((count, pr.rows, combos)), np.empty((count, combos))
        posterior.of_types(
            pr.priors.types, self.draw, self.types, pr.table.row_of, pr.row_party, out, mu
        )
        return out, mu

    def of_hidden(self) -> Floats:
        """[S+1,P,H] each signatory's and, last, the public's belief over hidden combinations."""
        prior = self.problem.priors.hidden
        out = np.empty((len(prior), *self.hidden.shape))
        posterior.of_hidden(prior, self.draw, self.hidden, out)
        return out

    def keep(self, at: np.ndarray) -> None:
        """Go on with some paths only."""
        self.draw, self.hidden = self.draw[at], self.hidden[at]
        self.types, self.said_types = self.types[at], self.said_types[at]
        self.said_hidden = self.said_hidden[at]

    def survived(self, hazard: Floats, live: np.ndarray) -> None:
        """A month passed without an ending on the live paths: hazard [P,H,E]."""
        posterior.survive(self.hidden, hazard, live)

    def failed(self, at: np.ndarray, signs: Floats) -> None:
        """Meetings failed on the paths `at`; signs [len(at),T] chance of signing at them under each
        type combination."""
        self.types[at] += np.log(np.maximum(1.0 - signs, 1e-12))

    def inputs(self, gap: Floats, refused: Floats) -> Floats:
        """[P, inputs] what expressions may read of beliefs (belief.HOLDER.HYPOTHESIS.VALUE),
        gap.PARTY, refused.PARTY."""
        pr = self.problem
        out = np.zeros((len(self.draw), len(pr.war.inputs)))
        if not pr.war.inputs:
            return out
        if any(name.startswith("belief.") for name in pr.war.inputs):
            hidden = self.of_hidden()
            like = np.exp(self.types - self.types.max(axis=1, keepdims=True))
            owned = type_names(pr.scenario)
            _, marks = type_combos(pr.deals)
        for i, name in enumerate(pr.war.inputs):
            kind, _, rest = name.partition(".")
            if kind == "gap":
                out[:, i] = gap[:, pr.parties.index(rest)]
            elif kind == "refused":
                out[:, i] = refused[:, pr.parties.index(rest)]
            elif kind == "belief":
                holder, _, fact = rest.partition(".")
                s = pr.parties.index(holder) if holder in pr.parties else -1
                if fact in owned:
                    post = pr.priors.types[s][self.draw] * like
                    post /= np.maximum(post.sum(axis=1, keepdims=True), 1e-300)
                    out[:, i] = post @ np.array([m.get(fact, 0.0) for m in marks])
                else:
                    out[:, i] = hidden[s] @ np.array([m.get(fact, 0.0) for m in pr.hidden.marks])
        return out


def _about(problem: Problem, marks: Sequence[Mapping[str, float]]) -> np.ndarray:
    """[signals,K] the reading that is a signal's chance where combination k, by its marks, holds;
    -1 where the signal is about something else."""
    spec = problem.scenario.spec
    out = np.full((len(problem.war.signals), len(marks)), -1, dtype=np.int64)
    for n, name in enumerate(problem.war.signals):
        about = spec.signals[name].about
        for k, mark in enumerate(marks):
            for value in spec.hypotheses[about].values:
                if mark.get(f"{about}.{value}", 0.0) > 0:
                    out[n, k] = problem.key[f"signal|{name}|{value}"]
    return out
