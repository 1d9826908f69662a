"""Where generated source is kept: a private folder of the user's, keyed by structure and version.

numba caches a function on disk only where it comes from a file, and its index is a pickle: so the
file lies in the user's own cache folder (mode 0700), never in a study that may be passed on. Where
that folder cannot be written the source goes to a temporary one and is compiled anew each time.
"""

import importlib.util
import os
import sys
import tempfile
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from types import ModuleType

import platformdirs

from winset import __version__

_HELPERS = ("columns", "functions", "kernel", "lanes", "normal", "program", "randomness")


@lru_cache(maxsize=1)
def _helpers() -> bytes:
    here = Path(__file__).parent
    return b"".join((here / f"{name}.py").read_bytes() for name in _HELPERS)


def key_of(source: str) -> str:
    """Hash of the source, of winset's version and of the compiled helpers: 24 hex digits."""
    parts = (source.encode(), __version__.encode(), _helpers())
    return sha256(b"\0".join(parts)).hexdigest()[:24]


_LOCK = Lock()


@lru_cache(maxsize=32)
def load(source: str) -> ModuleType:
    """The module of a generated source, written to the cache if it is not there yet."""
    with _LOCK:  # another thread must not see the module before its functions are there
        return _load(source)


def _load(source: str) -> ModuleType:
    name = f"winset_war_{key_of(source)}"
    if name in sys.modules:
        return sys.modules[name]
    path = _written(source, name)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _written(source: str, name: str) -> Path:
    folder = Path(platformdirs.user_cache_dir("winset", appauthor=False)) / "war"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _write(source, folder / f"{name}.py")
    except OSError:
        return _write(source, Path(tempfile.mkdtemp(prefix="winset-")) / f"{name}.py")


def _write(source: str, path: Path) -> Path:
    if path.exists() and path.read_text(encoding="utf-8") == source:
        return path
    # Written aside and renamed: another process never sees half a file.
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(source)
    os.replace(temporary, path)
    return path
