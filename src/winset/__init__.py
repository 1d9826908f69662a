"""winset: which strategy of an outside power ends a war, and which beliefs that answer hangs on.

The public names are here and nothing else; each is imported when first used, so that
`import winset` costs next to nothing.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# public name -> the module that holds it
_PUBLIC = {
    "Interrupted": "winset.errors",
    "OverrideError": "winset.errors",
    "Problem": "winset.errors",
    "ScenarioError": "winset.errors",
    "SolverError": "winset.errors",
    "StudyError": "winset.errors",
    "WinsetError": "winset.errors",
    "claims": "winset.api",
    "differ": "winset.api",
    "load": "winset.api",
    "open_study": "winset.api",
    "run": "winset.api",
}

__all__ = ["__version__", *_PUBLIC]


def __getattr__(name: str) -> Any:
    try:
        module = _PUBLIC[name]
    except KeyError:
        raise AttributeError(f"winset has no public name {name!r}") from None
    value = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_PUBLIC})
