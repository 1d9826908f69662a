"""The scenario of `winset new` at a size at which its cells take a moment."""

from pathlib import Path

from valley import template, written

from winset.scenario import load
from winset.study import Design, plan

SMALL = {"draws": 8, "paths": 16, "months": 12, "enough": 64, "searched": 2, "texts": 8}


def valley_design(folder: Path, text: str | None = None) -> Design:
    """A design of the valley's war."""
    place = written(folder, text or template(), "valley.yaml")
    return plan(load(place), **SMALL)
