"""When it is signed: beliefs, the value of fighting on, acceptance, ratification, forward play."""

from winset.talks.cell import LIGHT, SKETCH, Cell, Course, Settings, TraceMonth
from winset.talks.run import run_cell, trace_path, warm

__all__ = [
    "LIGHT",
    "SKETCH",
    "Cell",
    "Course",
    "Settings",
    "TraceMonth",
    "run_cell",
    "trace_path",
    "warm",
]
