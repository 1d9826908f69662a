"""A negotiation domain as the field's programs know it: issues with values, and a utility profile
of each party.

    u(d) = sum_k scores[k][d_k] + sum of the rectangles d lies in

in the profile's own units, which are kept: nothing is rescaled, reservation values stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from winset.errors import WinsetError


class BadDomain(WinsetError, ValueError):
    """A file that cannot be read as a domain or profile; the message says which and why."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True)
class Rectangle:
    """Points for packages whose values lie within: issue -> values."""

    within: Mapping[str, tuple[str, ...]]
    points: float


@dataclass(frozen=True)
class Profile:
    """One party's utility: scores by issue and value (weights multiplied in), rectangles,
    reservation value.
    """

    name: str
    scores: Mapping[str, Mapping[str, float]]
    rectangles: tuple[Rectangle, ...] = ()
    reservation: float = 0.0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Domain:
    """Issues with their values in order, and the parties' profiles.

    Raises:
        BadDomain: a profile that names an issue or value the domain does not have, or leaves one
            out, or fewer than two profiles.
    """

    name: str
    issues: Mapping[str, tuple[str, ...]]
    profiles: tuple[Profile, ...]

    def __post_init__(self) -> None:
        if len(self.profiles) < 2:
            raise BadDomain(
                f"{self.name}: {len(self.profiles)} profile(s) found; a negotiation has at least 2"
            )
        if not self.issues:
            raise BadDomain(f"{self.name}: no issues")
        for profile in self.profiles:
            self._check(profile)

    def _check(self, profile: Profile) -> None:
        where = f"{self.name}, profile {profile.name}"
        for issue, scores in profile.scores.items():
            if issue not in self.issues:
                raise BadDomain(f"{where}: issue {issue!r} is not in the domain")
            unknown = [v for v in scores if v not in self.issues[issue]]
            missing = [v for v in self.issues[issue] if v not in scores]
            if unknown:
                raise BadDomain(f"{where}: issue {issue!r} has no value {unknown[0]!r}")
            if missing:
                raise BadDomain(f"{where}: no evaluation of {missing[0]!r} on issue {issue!r}")
        for box in profile.rectangles:
            for issue, values in box.within.items():
                if issue not in self.issues:
                    raise BadDomain(f"{where}: issue {issue!r} is not in the domain")
                if unknown := [v for v in values if v not in self.issues[issue]]:
                    raise BadDomain(f"{where}: issue {issue!r} has no value {unknown[0]!r}")
