"""A worker: a process of its own that computes cells for the parent, one after another.

Started as `python -m winset.study.worker`, so that it imports neither the user's script nor a
notebook, on every operating system alike. It reads pickled messages on its standard input and
answers on its standard output:

    parent -> worker   Setup, then Task, Task, ...; another Setup for another scenario; the end of
                       input means: stop at once
    worker -> parent   READY for each Setup, then Done or Failed for each task

Each worker computes with one thread: the parent starts one worker a core, and a sum cut over a
varying number of threads is not the same sum to the last bit.
"""

from __future__ import annotations

import gc
import os
import pickle
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from winset.errors import WinsetError
from winset.study.design import CellKey
from winset.study.makers import resolve
from winset.study.parts import Part, encode
from winset.talks.cell import Settings

__all__ = ["ONE_THREAD", "READY", "Done", "Failed", "Setup", "Task", "compute", "one_thread"]

READY: Final = "ready"

#: the environment of a process that computes with one thread; read by the libraries when they are
#: imported
ONE_THREAD: Final = {
    name: "1"
    for name in (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "NUMBA_NUM_THREADS",
        "POLARS_MAX_THREADS",
    )
}


@dataclass(frozen=True)
class Setup:
    """What every task of a worker shares: the scenario, pickled, and who makes the cells."""

    scenario: bytes
    maker: str


class Task(NamedTuple):
    """One cell to compute; `number` is the parent's number for it."""

    number: int
    key: CellKey
    settings: Settings


class Done(NamedTuple):
    """A finished cell as bytes, and the seconds it took."""

    number: int
    part: Part
    seconds: float


class Failed(NamedTuple):
    """A task that raised: the error where it was raised on purpose, else its traceback as text."""

    number: int
    error: WinsetError | None
    text: str


def compute(make: Callable[..., Any], scenario: Any, task: Task) -> Done | Failed:
    """Compute one cell. Never raises, but for what the user stops."""
    began = time.perf_counter()
    try:
        cell = make(scenario, task.key.worldview, task.key.strategy, task.settings)
        return Done(task.number, encode(cell), time.perf_counter() - began)
    except WinsetError as error:
        return Failed(task.number, error, str(error))
    except Exception:
        return Failed(task.number, None, traceback.format_exc())


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold the linear algebra already loaded in this process to one thread."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(limits=1):
        yield


def _listen(tasks: queue.SimpleQueue[Task | Setup]) -> None:
    # Reading in a thread of its own, a worker notices at once that the parent is gone.
    source = sys.stdin.buffer
    try:
        while True:
            tasks.put(pickle.load(source))
    except (EOFError, OSError, pickle.UnpicklingError):
        os._exit(0)


def main() -> None:
    """Serve the parent until it closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints is no answer

    def answer(message: object) -> None:
        pickle.dump(message, answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()

    if "--ahead" in sys.argv[1:]:
        import winset.talks.run  # noqa: F401  (while the parent still reads its scenario)
    setup: Setup = pickle.load(sys.stdin.buffer)
    tasks: queue.SimpleQueue[Task | Setup] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(tasks,), daemon=True).start()
    make = resolve(setup.maker)
    scenario = pickle.loads(setup.scenario)
    answer(READY)
    frozen = False
    with one_thread():
        while True:
            given = tasks.get()
            if isinstance(given, Setup):
                make, scenario = resolve(given.maker), pickle.loads(given.scenario)
                answer(READY)
                continue
            answer(compute(make, scenario, given))
            if not frozen:
                # The scenario and all code are here to stay: the collector need not look at them
                # again, which is a tenth of a small cell's time.
                frozen = True
                gc.collect()
                gc.freeze()


if __name__ == "__main__":
    # Run as a script this module is `__main__`; the parent must read back the classes of the real
    # one.
    from winset.study import worker

    worker.main()
