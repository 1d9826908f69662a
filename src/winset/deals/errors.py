"""What can be wrong with a space of packages, a payoff over it, or a question asked of them."""

from ..errors import WinsetError


class DealError(WinsetError, ValueError):
    """Anything this folder refuses to work with; the message says what to change."""

    exit_code = 2


class BadSpace(DealError):
    """Issues, options, incompatible pairs or option masks that do not fit together."""


class BadPayoff(DealError):
    """Score tables that are not finite or do not fit the space."""


class NoFeasiblePackage(DealError):
    """The allowed options and the incompatible pairs leave nothing to sign."""


class TooEntangled(DealError):
    """So many issues constrain one another that the exact method would need too large a table."""


class TooManyPoints(DealError):
    """The exact frontier holds more points than asked for."""
