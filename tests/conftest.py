"""Lets the tests share what lies in tests/support, also with the worker processes they start."""

import sys
from pathlib import Path

from hypothesis import settings

SUPPORT = str(Path(__file__).parent / "support")
if SUPPORT not in sys.path:
    sys.path.insert(0, SUPPORT)

# A loaded machine is slow, not wrong: no test fails for the time one example took.
settings.register_profile("winset", deadline=None)
settings.load_profile("winset")
