"""Who computes the cells: this process, or workers beside it. Both give the same bytes.

A pool hands tasks to whoever is free and yields what is done in the order in which it is done.
Leaving it, by whatever way, ends the workers: a cell half computed is lost and nothing else is.
"""

from __future__ import annotations

import atexit
import os
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, Any, Protocol, Self

from winset.errors import SolverError, WinsetError
from winset.study.makers import resolve
from winset.study.worker import (
    ONE_THREAD,
    READY,
    Done,
    Failed,
    Setup,
    Task,
    compute,
    one_thread,
)

__all__ = ["Pool", "WorkerDied", "default_workers", "open_pool", "raised", "start_ahead"]


if sys.platform == "win32":
    _OWN_GROUP = subprocess.CREATE_NEW_PROCESS_GROUP
else:
    _OWN_GROUP = 0


@dataclass(frozen=True)
class _Warm:
    """A task for every worker; `all` holds each until all are done with it."""

    task: Task
    all: threading.Barrier


def _setup(scenario: Any, maker: str) -> Setup:
    return Setup(pickle.dumps(scenario, pickle.HIGHEST_PROTOCOL), maker)


class WorkerDied(WinsetError):
    """A worker ended by itself, most often for want of memory. Run again with fewer `--workers`."""


#: processes that wait for a pool, each with the file of its last words
_AHEAD: list[tuple[subprocess.Popen[bytes], IO[bytes]]] = []


def start_ahead(workers: int | None) -> None:
    """Start the processes of the next pool now, so that they load what they need while the caller
    still reads its scenario. Those that no pool takes end with this process at the latest."""
    count = default_workers() if workers is None else workers
    if count <= 1 or _AHEAD:
        return
    atexit.register(_dismiss)
    for _ in range(count):
        _AHEAD.append(_process("--ahead"))


def _dismiss() -> None:
    while _AHEAD:
        process, log = _AHEAD.pop()
        process.kill()
        process.wait()
        log.close()


def _process(*arguments: str) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
    """A new process of a worker, and the file that takes what it says."""
    log = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the pool)
    path = os.pathsep.join(p or os.getcwd() for p in sys.path)
    # In a group of its own a worker is not hit by the terminal's Ctrl-C, which the parent answers.
    process = subprocess.Popen(
        [sys.executable, "-m", "winset.study.worker", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        env={**os.environ, **ONE_THREAD, "PYTHONPATH": path},
        creationflags=_OWN_GROUP,
        start_new_session=True,
    )
    return process, log


class Pool(Protocol):
    """Computes cells."""

    def run(self, tasks: Sequence[Task]) -> Iterator[Done]:
        """Yield each task's cell as it is done. Raises what a task raised, once."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...


def default_workers() -> int:
    """Return the number of cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def open_pool(scenario: Any, maker: str, workers: int) -> Pool:
    """Return a pool: this process for one worker, else that many processes, started now."""
    return Here(scenario, maker) if workers <= 1 else Workers(scenario, maker, workers)


def raised(failed: Failed, task: Task) -> None:
    """Raise what a task raised."""
    if failed.error is not None:
        raise failed.error
    raise SolverError(f"the cell {task.key} could not be computed:\n{failed.text.rstrip()}")


class Here:
    """Computes the cells in this process, one after another."""

    def __init__(self, scenario: Any, maker: str) -> None:
        self._scenario = scenario
        self._make = resolve(maker)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._stack.enter_context(one_thread())
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def run(self, tasks: Sequence[Task]) -> Iterator[Done]:
        """Compute each task when it is asked for."""
        for task in tasks:
            done = compute(self._make, self._scenario, task)
            if isinstance(done, Failed):
                raised(done, task)
            else:
                yield done


class Workers:
    """Computes the cells in processes of their own, which start at once and wait for work."""

    def __init__(self, scenario: Any, maker: str, workers: int) -> None:
        self._setup = _setup(scenario, maker)
        self._tasks: queue.SimpleQueue[Task | _Warm | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[Done | Failed | WorkerDied] = queue.SimpleQueue()
        self._closing = False
        self._processes: list[subprocess.Popen[bytes]] = []
        self._logs: list[IO[bytes]] = []
        try:
            for _ in range(workers):
                self._start()
            _dismiss()
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._closing = True
        for process in self._processes:
            process.kill()
        for process in self._processes:
            self._tasks.put(None)
            process.wait()
        for log in self._logs:
            log.close()

    def turn_to(self, scenario: Any, maker: str) -> None:
        """Compute cells of another scenario from now on. Only between two runs."""
        self._setup = _setup(scenario, maker)

    def warm(self, task: Task) -> None:
        """Let every worker compute a cell that nobody wants, so that its code is loaded; returns
        when all have. Raises as `run`.
        """
        waiting = _Warm(task, threading.Barrier(len(self._processes)))
        for _ in self._processes:
            self._tasks.put(waiting)
        for _ in self._processes:
            answer = self._next()
            if isinstance(answer, WorkerDied):
                raise answer

    def run(self, tasks: Sequence[Task]) -> Iterator[Done]:
        """Hand out the tasks and yield each as it is done, in no fixed order."""
        by_number = {task.number: task for task in tasks}
        for task in tasks:
            self._tasks.put(task)
        for _ in tasks:
            answer = self._next()
            if isinstance(answer, WorkerDied):
                raise answer
            if isinstance(answer, Failed):
                raised(answer, by_number[answer.number])
            else:
                yield answer

    def _next(self) -> Done | Failed | WorkerDied:
        while True:
            try:
                # Waking now and then lets an interrupt through on every operating system.
                return self._answers.get(timeout=0.2)
            except queue.Empty:
                continue

    def _start(self) -> None:
        process, log = _AHEAD.pop() if _AHEAD else _process()
        self._logs.append(log)
        self._processes.append(process)
        threading.Thread(target=self._serve, args=(process, log), daemon=True).start()

    def _serve(self, process: subprocess.Popen[bytes], log: IO[bytes]) -> None:
        """Feed one worker and pass on its answers; runs in a thread of its own."""
        assert process.stdin is not None and process.stdout is not None
        given: Task | _Warm | None = None
        task: Task | None = None
        told: Setup | None = None
        try:
            with process.stdin as tasks, process.stdout as answers:
                told = self._tell(tasks, answers)
                while (given := self._tasks.get()) is not None:
                    task = given.task if isinstance(given, _Warm) else given
                    if told is not self._setup:
                        told = self._tell(tasks, answers)
                    self._send(tasks, task)
                    answer = pickle.load(answers)
                    if isinstance(given, _Warm):
                        given.all.wait()  # so that no worker takes what is another's
                    self._answers.put(answer)
        except (EOFError, OSError, ValueError, pickle.PickleError, threading.BrokenBarrierError):
            if isinstance(given, _Warm):
                given.all.abort()
            if not self._closing:
                code = process.wait()
                log.seek(0)
                said = log.read().decode("utf-8", "replace").strip()
                doing = f" at the cell {task.key}" if task else " as it started"
                self._answers.put(
                    WorkerDied(
                        f"a worker ended{doing} (exit status {code}), perhaps for want of memory: "
                        "run again with fewer --workers"
                        + (f"\nits last words:\n{said[-2000:]}" if said else "")
                    )
                )

    def _tell(self, tasks: IO[bytes], answers: IO[bytes]) -> Setup:
        setup = self._setup
        self._send(tasks, setup)
        if pickle.load(answers) != READY:
            raise EOFError
        return setup

    @staticmethod
    def _send(pipe: IO[bytes], message: object) -> None:
        pickle.dump(message, pipe, pickle.HIGHEST_PROTOCOL)
        pipe.flush()
