"""Made-up scenarios have no war that a chart could play."""

from war_made_up import war_made_up

__all__ = ["war_made_up"]
