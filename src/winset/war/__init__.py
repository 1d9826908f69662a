"""The war: from a scenario to a compiled monthly step, and from the step to paths.

Public way in: `compile_war(scenario, readings) -> War`, whose functions step and read arrays of
paths, and `play_war(scenario, worldview, strategy, ...) -> WarResult`, a war with no talks. Knows
nothing of deals or talks.
"""

from winset.war.engine import War, compile_war
from winset.war.play import WarResult, play_war

__all__ = ["War", "WarResult", "compile_war", "play_war"]
