"""The war: from a scenario to a compiled monthly step, and from the step to paths.

Public way in: `compile_war(scenario, readings) -> War`. Knows nothing of deals or talks.
"""

from winset.war.engine import War, compile_war

__all__ = ["War", "compile_war"]
