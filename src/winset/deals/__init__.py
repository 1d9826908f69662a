"""What could be signed: packages, payoffs, exact frontiers, solution points and search.

Arrays only: nothing here knows of time, of parties' names or of files.
"""

from .climb import climb
from .cover import Chosen, choose_texts
from .errors import (
    BadPayoff,
    BadSpace,
    DealError,
    NoFeasiblePackage,
    TooEntangled,
    TooManyPoints,
)
from .extremes import Extremes, extremes, maximum
from .frontier import Frontier, frontier, frontier_of
from .near import Near, near_frontier
from .payoff import Box, Payoff, value, value_each
from .search import Found, search
from .solutions import (
    DEFINITIONS,
    SOLUTIONS,
    Solution,
    egalitarian,
    increments,
    kalai_smorodinsky,
    nash,
    overlap,
    raiffa,
    utilitarian,
)
from .space import Allowed, Space

__all__ = [
    "DEFINITIONS",
    "SOLUTIONS",
    "Allowed",
    "BadPayoff",
    "BadSpace",
    "Box",
    "Chosen",
    "DealError",
    "Extremes",
    "Found",
    "Frontier",
    "Near",
    "NoFeasiblePackage",
    "Payoff",
    "Solution",
    "Space",
    "TooEntangled",
    "TooManyPoints",
    "choose_texts",
    "climb",
    "egalitarian",
    "extremes",
    "frontier",
    "frontier_of",
    "increments",
    "kalai_smorodinsky",
    "maximum",
    "nash",
    "near_frontier",
    "overlap",
    "raiffa",
    "search",
    "utilitarian",
    "value",
    "value_each",
]
