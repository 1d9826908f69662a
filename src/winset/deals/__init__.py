"""What could be signed: packages, payoffs, exact frontiers, solution points and search.

Arrays only: nothing here knows of time, of parties' names or of files.
"""

from .climb import climb
from .cover import Chosen, choose_texts
from .errors import BadPayoff, BadSpace, DealError, NoFeasiblePackage, TooEntangled
from .extremes import Extremes, extremes, maximum
from .frontier import Frontier, frontier
from .payoff import Payoff, value, value_each
from .search import Found, search
from .solutions import Solution, egalitarian, kalai_smorodinsky, nash, overlap, utilitarian
from .space import Allowed, Space

__all__ = [
    "Allowed",
    "BadPayoff",
    "BadSpace",
    "Chosen",
    "DealError",
    "Extremes",
    "Found",
    "Frontier",
    "NoFeasiblePackage",
    "Payoff",
    "Solution",
    "Space",
    "TooEntangled",
    "choose_texts",
    "climb",
    "egalitarian",
    "extremes",
    "frontier",
    "kalai_smorodinsky",
    "maximum",
    "nash",
    "overlap",
    "search",
    "utilitarian",
    "value",
    "value_each",
]
