"""A cell as bytes and back: what travels from a worker and lies in a study's `cells/` until, and
after, it is done.

A part is one line `winset-cell FORMAT SHA256`, then a NumPy archive (no pickles) of the cell's
arrays with its plain data as JSON. The sampled quantities are the same for every strategy under a
worldview, so they are kept in a file of their own, named by its content. Every number comes back
bit for bit.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from winset.talks.cell import Cell, Course, Fate, Worth

__all__ = ["DamagedPart", "Part", "decode", "decode_with", "encode", "sample_name"]

FORMAT: Final = 1
_MAGIC: Final = b"winset-cell"


class DamagedPart(ValueError):
    """The bytes are not those that were written; the cell must be computed again."""


class Part(NamedTuple):
    """A cell as bytes: the cell itself, and the sample it was computed on."""

    body: bytes
    sample: bytes


def encode(cell: Cell) -> Part:
    """Return the cell as bytes; equal cells give equal bytes, but for the seconds they took."""
    sample = _sealed_sample(cell)
    arrays: dict[str, NDArray[Any]] = {
        "replicate": np.asarray(cell.replicate, np.int64),
        "measures": _rows(cell.measures, len(cell.replicate)),
        "fighting_on": _rows(cell.fighting_on, len(cell.replicate)),
    }
    courses = []
    for index, (name, course) in enumerate(cell.courses.items()):
        courses.append({"name": name, "quantiles": list(course.quantiles)})
        arrays[f"course{index}"] = np.asarray(course.all_paths, np.float64)
    for index, fate in enumerate(cell.fates.values()):
        arrays[f"fate{index}"] = np.stack([fate.mean, fate.se]).astype(np.float64)
    if cell.overlap is not None:
        arrays["overlap"] = np.stack([cell.overlap.mean, cell.overlap.se]).astype(np.float64)
    for index, worth in enumerate(cell.worths):
        wide = np.column_stack([worth.share, worth.values])
        arrays[f"worth{index}"] = wide.astype(np.float64)
    plain = {
        "worldview": cell.worldview,
        "strategy": cell.strategy,
        "sample": sample_name(sample),
        "measures": list(cell.measures),
        "fighting_on": list(cell.fighting_on),
        "courses": courses,
        "terms": [[dict(package), share] for package, share in cell.terms],
        "blocked_by": dict(cell.blocked_by),
        "blocked_issue": dict(cell.blocked_issue),
        "blocked_at_home": dict(cell.blocked_at_home),
        "shortfall": dict(cell.shortfall),
        "fitted": dict(cell.fitted),
        "fates": list(cell.fates),
        "worths": [[w.party, w.type, list(w.quantiles)] for w in cell.worths],
        "seconds": cell.seconds,
    }
    return Part(_seal(plain, arrays), sample)


@dataclass
class _Last:
    """The sample of the cell before: strategies of a worldview share one."""

    sampled: Mapping[str, NDArray[np.float64]] | None = None
    sealed: bytes = b""


_LAST: Final = _Last()


def _sealed_sample(cell: Cell) -> bytes:
    if _LAST.sampled is not cell.sampled:
        values = _rows(cell.sampled, len(cell.replicate))
        _LAST.sealed = _seal({"names": list(cell.sampled)}, {"values": values})
        _LAST.sampled = cell.sampled
    return _LAST.sealed


@lru_cache(maxsize=8)
def _opened_sample(sample: bytes) -> dict[str, NDArray[Any]]:
    names, values = _open(sample)
    return dict(zip(names["names"], values["values"], strict=True))


def sample_name(sample: bytes) -> str:
    """Return the name of the file that holds these sampled quantities."""
    return f"sample-{hashlib.sha256(sample).hexdigest()[:16]}.npz"


def decode(part: Part) -> Cell:
    """Return the cell, its arrays read-only. Raises DamagedPart where a byte differs from what was
    written.
    """
    return decode_with(part.body, lambda name: part.sample)


def decode_with(body: bytes, sample_of: Callable[[str], bytes]) -> Cell:
    """Return the cell of a part whose sample is found by the name of its file. Raises as `decode`,
    and what `sample_of` raises.
    """
    plain, arrays = _open(body)
    sample = sample_of(str(plain["sample"]))
    if sample_name(sample) != plain["sample"]:
        raise DamagedPart("the sample is not the one the cell was computed on")
    try:
        return Cell(
            worldview=plain["worldview"],
            strategy=plain["strategy"],
            measures=dict(zip(plain["measures"], arrays["measures"], strict=True)),
            replicate=arrays["replicate"],
            sampled=dict(_opened_sample(sample)),
            courses={
                c["name"]: Course(tuple(c["quantiles"]), arrays[f"course{i}"])
                for i, c in enumerate(plain["courses"])
            },
            terms=tuple((package, share) for package, share in plain["terms"]),
            blocked_by=plain["blocked_by"],
            fighting_on=dict(zip(plain["fighting_on"], arrays["fighting_on"], strict=True)),
            blocked_issue=plain["blocked_issue"],
            blocked_at_home=plain.get("blocked_at_home", {}),
            shortfall=plain["shortfall"],
            fitted=plain["fitted"],
            # Parts of an older winset have none.
            fates={
                name: Fate(*arrays[f"fate{i}"]) for i, name in enumerate(plain.get("fates", []))
            },
            overlap=Fate(*arrays["overlap"]) if "overlap" in arrays else None,
            worths=tuple(
                Worth(party, own, tuple(shares), arrays[f"worth{i}"][:, 0],
                      arrays[f"worth{i}"][:, 1:])
                for i, (party, own, shares) in enumerate(plain.get("worths", []))
            ),
            seconds=plain["seconds"],
        )  # fmt: skip
    except (KeyError, ValueError, TypeError) as error:
        raise DamagedPart(f"the part does not hold a cell: {error}") from error


def _rows(columns: Mapping[str, NDArray[np.float64]], length: int) -> NDArray[np.float64]:
    rows = np.empty((len(columns), length))
    for row, (name, values) in zip(rows, columns.items(), strict=True):
        given = np.asarray(values, np.float64)
        if given.shape != (length,):
            raise ValueError(
                f"{name}: shape {given.shape} where one number a draw, ({length},), is due"
            )
        row[:] = given
    return rows


def _seal(plain: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    text = json.dumps(plain, default=_number, separators=(",", ":")).encode()
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer, allow_pickle=False, json=np.frombuffer(text, np.uint8), **dict(arrays)
    )
    body = buffer.getvalue()
    head = b"%s %d %s\n" % (_MAGIC, FORMAT, hashlib.sha256(body).hexdigest().encode())
    return head + body


def _open(sealed: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    head, _, body = sealed.partition(b"\n")
    if head != b"%s %d %s" % (_MAGIC, FORMAT, hashlib.sha256(body).hexdigest().encode()):
        raise DamagedPart("the bytes are not those that were written")
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise DamagedPart(str(error)) from error
    for array in arrays.values():
        array.flags.writeable = False
    plain = json.loads(arrays.pop("json").tobytes().decode())
    return plain, arrays


def _number(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a cell's plain data cannot hold a {type(value).__name__}")
