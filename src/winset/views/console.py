"""What the terminal shows of a study: the first screen, the detail, one path, and progress."""

from winset.views.detail import detail
from winset.views.progress import counter, on_stderr
from winset.views.screen import first_screen
from winset.views.text import say, terminal_width
from winset.views.trace import trace_json, trace_lines

__all__ = [
    "counter",
    "detail",
    "first_screen",
    "on_stderr",
    "say",
    "terminal_width",
    "trace_json",
    "trace_lines",
]
