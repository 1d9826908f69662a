"""What made a study: versions of the program and its libraries, its own code, the kind of CPU. No
names, no places.
"""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import winset

__all__ = ["code", "made_by"]

_LIBRARIES: Final = ("numpy", "scipy", "numba", "llvmlite", "polars", "pydantic")
#: the rooms and files whose code shapes a cell and the tables
_ROOMS: Final = ("scenario", "war", "deals", "talks", "strategy")
_FILES: Final = ("study/summary.py", "study/tables.py", "study/parts.py")


def made_by() -> dict[str, Any]:
    """Return what can make two runs of one design differ in the last bits, as plain data."""
    return {
        "winset": winset.__version__,
        "code": code(),
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in _LIBRARIES},
        "system": platform.system(),
        "cpu": cpu(),
    }


@cache
def code() -> str:
    """Return a short hash of the code that shapes the tables; another may mean other numbers."""
    root = Path(winset.__file__).parent
    digest = hashlib.sha256(winset.__version__.encode())
    rooms = (path for room in _ROOMS for path in sorted((root / room).rglob("*.py")))
    for path in (*rooms, *(root / name for name in _FILES)):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]


@cache
def cpu() -> str:
    """Return the CPU's kind, as the system names it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"
