"""What is compiled ahead of a run must be what the run calls, or compiling ahead only adds time."""

from __future__ import annotations

import subprocess
import sys

_SCRIPT = """
from winset.scenario import load
from winset.talks import compiling, kernel, pricing, run, session
compiling.sessions()
compiling.values()
loops = (pricing.price, pricing.ending, session.meet, kernel.settle, kernel.fight)
assert all(len(loop.signatures) == 1 for loop in loops), "compiled ahead, one kind each"
size = run.Settings(draws=2, paths=4, months=14, replicates=1, texts=4, solver="lsmc")
for name in ("theory/two-level", "ukraine-2025"):
    scenario = load(name)
    run.run_cell(scenario, scenario.worldviews[0], scenario.strategies[0], size)
for loop in loops:
    print(loop.py_func.__name__, len(loop.signatures))
"""


def test_the_loops_compiled_ahead_are_those_a_run_calls() -> None:
    done = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    counts = dict(line.split() for line in done.stdout.splitlines())
    assert counts == dict.fromkeys(("price", "ending", "meet", "settle", "fight"), "1")
