"""Cells on a `dask.distributed` cluster: the same cells, to the last bit, on other processes.

A scheduler hands each cell to a worker that is free; a worker that dies loses only the cell it was
at, which another computes. Finished cells come back to this process, which writes them, so that a
client that is killed loses only what was under way: the same command goes on. Every worker needs
the same winset as this process, which is checked with every cell. A worker computes one cell at a
time, with one thread, whatever number of threads it was started with.
"""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from importlib import import_module
from typing import Any, Final, NamedTuple, Self

from winset.errors import StudyError, WinsetError
from winset.study.makers import resolve
from winset.study.pool import WorkerDied, raised
from winset.study.provenance import code
from winset.study.worker import ONE_THREAD, Done, Failed, Task, compute, one_thread

__all__ = ["Cluster", "Shared", "cluster_cell"]

#: seconds to wait for the scheduler, and for a first worker
PATIENCE: Final = 30
_ALONE: Final = threading.Lock()


class Shared(NamedTuple):
    """What every cell of a study needs: the scenario, pickled, who makes it, and which code."""

    scenario: bytes
    maker: str
    code: str


@lru_cache(maxsize=2)
def _scenario(pickled: bytes) -> Any:
    return pickle.loads(pickled)


def cluster_cell(shared: Shared, task: Task) -> Done | Failed:
    """Compute one cell on a worker. Never raises."""
    with _ALONE, one_thread():
        if code() != shared.code:
            other = StudyError(
                f"a worker of the cluster has another winset: code {code()} there, {shared.code} "
                "here. Install the same version everywhere"
            )
            return Failed(task.number, other, str(other))
        return compute(resolve(shared.maker), _scenario(shared.scenario), task)


class Cluster:
    """Computes cells on the cluster at `address`; with none, on one of `workers` processes started
    here. Leaving it cancels what is under way and ends what was started.

    Raises WinsetError where dask.distributed is not installed, StudyError where no scheduler
    answers at the address or it has no worker.
    """

    def __init__(self, scenario: Any, maker: str, address: str | None, workers: int) -> None:
        try:
            dask: Any = import_module("distributed")
        except ImportError:
            raise WinsetError(
                "--engine dask needs dask.distributed, which is not installed: "
                "pip install 'winset[cluster]'"
            ) from None
        self._own: Any = None
        self._client: Any = None
        self._futures: list[Any] = []
        self._numbers: dict[str, int] = {}
        try:
            if address is None:
                self._own = dask.LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    dashboard_address=":0",
                    silence_logs=40,
                    env=dict(ONE_THREAD),
                )
            self._client = dask.Client(address or self._own, timeout=PATIENCE, set_as_default=False)
            self._client.wait_for_workers(1, timeout=PATIENCE)
            pickled = pickle.dumps(scenario, pickle.HIGHEST_PROTOCOL)
            # A task of its own, so that the scheduler can make it again where a worker is lost.
            self._shared = self._client.submit(
                Shared, pickled, maker, code(), key=f"winset-{hash((pickled, maker))}"
            )
        except (OSError, TimeoutError, ValueError) as error:
            self.__exit__()
            where = f"at {address}" if address else "on this machine"
            said = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise StudyError(f"--engine dask: no cluster to work with {where}: {said}") from None
        except BaseException:
            self.__exit__()
            raise

    @property
    def workers(self) -> int:
        """How many workers the cluster has now."""
        return len(self._client.scheduler_info(n_workers=-1)["workers"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        with suppress(Exception):
            if self._futures:
                self._client.cancel(self._futures)
        for part in (self._client, self._own):
            with suppress(Exception):
                if part is not None:
                    part.close()

    def _key(self, future: Any, by_number: Mapping[int, Task]) -> object:
        return by_number[self._numbers[future.key]].key

    def run(self, tasks: Sequence[Task]) -> Iterator[Done]:
        """Hand out the tasks and yield each as it is done, in no fixed order."""
        dask: Any = import_module("distributed")
        by_number = {task.number: task for task in tasks}
        self._futures = [
            self._client.submit(cluster_cell, self._shared, task, pure=False, retries=2)
            for task in tasks
        ]
        self._numbers = dict(zip((f.key for f in self._futures), by_number, strict=True))
        for future in dask.as_completed(list(self._futures), loop=self._client.loop):
            try:
                answer = future.result()
            except dask.KilledWorker:
                raise WorkerDied(
                    "workers of the cluster ended again and again at the cell "
                    f"{self._key(future, by_number)}, perhaps for want of memory"
                ) from None
            except Exception as error:
                raise StudyError(
                    f"the cluster could not compute the cell {self._key(future, by_number)}: "
                    f"{type(error).__name__}: {error}. Every worker needs the same winset as this "
                    "process, and its scheduler must stay reachable"
                ) from None
            # What came back is let go, so that neither side holds every cell of the study.
            self._futures.remove(future)
            future.release()
            if isinstance(answer, Failed):
                raised(answer, by_number[answer.number])
            else:
                yield answer
