"""Writing a file so that it is whole or not there, and holding a folder for one run at a time."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

from winset.errors import StudyError

__all__ = ["Lock", "replace_file", "sweep"]

_TMP: Final = ".writing"


def replace_file(path: Path, content: bytes | Callable[[Path], None]) -> None:
    """Write `path` whole: beside it first (bytes, or a function that writes the path it is given),
    then in its place.
    """
    beside = path.with_name(f"{path.name}{_TMP}")
    if callable(content):
        content(beside)
    else:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    os.replace(beside, path)


def sweep(folder: Path) -> None:
    """Remove what a run that was killed left half written."""
    for path in folder.glob(f"*{_TMP}"):
        with contextlib.suppress(OSError):
            path.unlink()


class Lock:
    """Holds a folder until it is released or the process ends, however it ends.

    The system's own lock on a file, so that nothing is left to clear after a crash. Raises
    StudyError where another run holds the folder.
    """

    def __init__(self, folder: Path) -> None:
        self._file: IO[bytes] | None = (folder / ".lock").open("a+b")
        try:
            _lock(self._file)
        except OSError as error:
            self.release()
            if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK, errno.EWOULDBLOCK):
                raise StudyError(
                    f"{folder}: another run is writing this study. Wait for it, stop it, "
                    "or choose another folder with --out"
                ) from None
            # A file system without locks: go on without one.

    def release(self) -> None:
        """Let the folder go."""
        if self._file is not None:
            self._file.close()
            self._file = None


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
