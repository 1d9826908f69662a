"""Good small scenarios for tests of the language, as text."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from winset.scenario import Report, check

WALK = """\
winset: 1
id: walk
title: Walk
as_of: "2004-12-31"
start: "2005-01"
sources:
  SS04: {title: Bargaining and the Nature of War, date: "2004", kind: research}
parties:
  a: {name: A}
  b: {name: B}
quantities:
  forts: {value: 10, sources: SS04, confidence: A}
  start: {value: 4, sources: SS04, confidence: A}
  win_chance: {low: 0.55, mid: 0.6, high: 0.65, bounds: [0, 1], sources: SS04, confidence: B}
  cost.a: {value: 0.005, sources: SS04, confidence: A}
  cost.b: {value: 0.01, sources: SS04, confidence: A}
state:
  held: {start: start, low: 0, high: forts}
flows:
  lost: {take_from: held, rate: 1, sources: SS04}
events:
  won: {chance: win_chance, changes: {held: 2}, sources: SS04}
outcomes:
  a_wins: {victor: a, when: held >= forts, imposes: {prize: ALL}}
  b_wins: {victor: b, when: held <= 0, imposes: {prize: NONE}}
issues:
  prize:
    options: {ALL: {}, HALF: {}, NONE: {}}
    power: [a, b]
    no_deal: HALF
preferences:
  a: {weights: {prize: 1}, scores: {prize: {ALL: 100, HALF: 50, NONE: 0}}, war_cost: cost.a,
      confidence: J}
  b: {weights: {prize: 1}, scores: {prize: {ALL: 0, HALF: 10 * held, NONE: 100}}, war_cost: cost.b,
      confidence: J}
worldviews:
  high: {label: High, confidence: J, set: {win_chance: 0.7}}
  low: {label: Low, confidence: J, set: {cost.a: {low: 0.001, mid: 0.002, high: 0.004}}}
"""

#: the walk with beliefs, a lever and luck
BELIEFS = """
hypotheses:
  mood: {values: [calm, angry], known_to: [b], confidence: J, prior: {calm: 0.5, angry: 0.5}}
  weather: {values: [dry, wet], confidence: J, prior: {dry: win_chance, wet: 1 - win_chance}}
levers:
  arms: {today: 0.5, confidence: J}
derived:
  luck: {value: "normal(0, 1) * held"}
"""
FULL = WALK + BELIEFS


def template() -> str:
    """The files of `winset new`, one after another as documents of one text."""
    folder = resources.files("winset.cli") / "template"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda f: f.name)
    return "\n---\n".join(f.read_text(encoding="utf-8") for f in files)


def written(folder: Path, text: str, name: str = "scenario.yaml") -> Path:
    """A file holding the text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def changed(text: str, old: str, new: str) -> str:
    """The text with a piece replaced that must occur in it."""
    assert old in text, old
    return text.replace(old, new)


def report(folder: Path, text: str, **options: object) -> Report:
    """What a check finds in a text."""
    return check(written(folder, text), **options)  # type: ignore[arg-type]


def problems(folder: Path, text: str, **options: object) -> list[str]:
    """The problems of a text, each as one line."""
    return [str(problem) for problem in report(folder, text, **options).problems]
