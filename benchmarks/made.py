"""A small war with talks, made to any size: for benchmarks that need many strategies, worldviews or
issues. The war is real (two stocks, five flows and events, two endings, luck every month), small
enough that a cell takes a fraction of a second.
"""

from __future__ import annotations

from pathlib import Path

OPTIONS = ("NONE", "LOW", "HIGH", "FULL")


def scenario_text(strategies: int, worldviews: int, issues: int = 2, months: int = 24) -> str:
    """The scenario's YAML: `strategies` grids of two levers, `worldviews` grids of two numbers."""
    lines = [
        "winset: 1",
        "id: made",
        "title: A made war",
        'as_of: "2000-12-31"',
        'start: "2001-01"',
        f"months: {months}",
        "parties: {a: {name: A}, b: {name: B}}",
        "quantities:",
        "  push: {unit: 1/month, low: 0.6, mid: 1, high: 1.6, bounds: [0, null], confidence: J}",
        "  stop: {low: 0.3, mid: 0.6, high: 0.9, bounds: [0, 1], confidence: J}",
        "  luck: {unit: 1/month, low: 0.3, mid: 0.6, high: 1.2, bounds: [0, null], confidence: J}",
        "  wear: {unit: 1/month, low: 0.005, mid: 0.01, high: 0.02, bounds: [0, null],"
        " confidence: J}",
        "  fall: {low: 0.002, mid: 0.006, high: 0.015, bounds: [0, null], unit: 1/month,"
        " confidence: J}",
        "  tire: {low: 0.002, mid: 0.006, high: 0.015, bounds: [0, null], unit: 1/month,"
        " confidence: J}",
        "  cost: {low: 0.004, mid: 0.01, high: 0.02, bounds: [0, null], confidence: J}",
        "  meet: {low: 0.2, mid: 0.35, high: 0.5, bounds: [0, 1], confidence: J}",
        "state:",
        "  line: {start: 50, low: 0, high: 100}",
        "  will: {start: 1, low: 0.2, high: 1.2}",
        "  dead: {start: 0, low: 0, unit: 1}",
        "flows:",
        "  gain: {to: line, rate: 'push * (1 - stop * lever.arms) + luck * normal(0, 1)'}",
        "  tired: {take_from: will, rate: 'wear * (1 + 0.2 * normal(0, 1))'}",
        "  killed: {to: dead, rate: '1 + 0.5 * lever.arms + 0.1 * normal(0, 1)'}",
        "events:",
        "  breaks: {rate: fall * line / 50 / will, outcome: b_wins}",
        "  gives_up: {rate: tire * (1.5 - line / 100), outcome: a_wins}",
        "outcomes:",
        "  a_wins: {victor: a, imposes: {" + ", ".join(f"i{n}: NONE" for n in range(issues)) + "}}",
        "  b_wins: {victor: b, imposes: {" + ", ".join(f"i{n}: FULL" for n in range(issues)) + "}}",
        "levers:",
        "  arms: {today: 0.5, confidence: J}",
        "  calm: {today: 0.5, confidence: J}",
        "issues:",
    ]
    for n in range(issues):
        options = ", ".join(f"{name}: {{}}" for name in OPTIONS)
        lines.append(f"  i{n}: {{options: {{{options}}}, no_deal: LOW, power: [a, b]}}")
    lines.append("preferences:")
    for party, turned in (("a", False), ("b", True)):
        weights = ", ".join(f"i{n}: {1 + n % 3}" for n in range(issues))
        scores = []
        for n in range(issues):
            points = [0, 30 + 3 * (n % 5), 70 - 2 * (n % 4), 100]
            # Each side wants the other end.
            given = points if turned else points[::-1]
            pairs = ", ".join(f"{o}: {p}" for o, p in zip(OPTIONS, given, strict=True))
            scores.append(f"i{n}: {{{pairs}}}")
        lines.append(
            f"  {party}: {{weights: {{{weights}}}, scores: {{{', '.join(scores)}}},"
            " war_cost: cost * (2 - will), discount: 0.99, confidence: J}"
        )
    lines += [
        "talks: {meeting: meet * (0.5 + lever.calm)}",
        "durability: {hazard: 'fall / 2', confidence: J}",
        "measures: {deaths: {label: Dead, value: dead, human_cost: true}}",
        "course: [line]",
        "headline: s0",
        "strategies:",
    ]
    side = max(1, round(strategies**0.5 + 0.499))
    for n in range(strategies):
        arms, calm = (n % side) / max(side - 1, 1), (n // side) / max(side - 1, 1)
        lines.append(
            f"  s{n}: {{label: S{n}, levers: {{arms: {arms:.3f}, calm: {min(calm, 1):.3f}}},"
            " confidence: J}"
        )
    lines.append("worldviews:")
    side = max(1, round(worldviews**0.5 + 0.499))
    for n in range(worldviews):
        push = 0.5 + 1.5 * (n % side) / max(side - 1, 1)
        fall = 0.002 + 0.01 * (n // side) / max(side - 1, 1)
        lines.append(
            f"  w{n}: {{label: W{n}, confidence: J, set: {{push: {{low: {0.6 * push:.4f},"
            f" mid: {push:.4f}, high: {1.6 * push:.4f}, bounds: [0, null]}},"
            f" fall: {{low: {0.5 * fall:.5f}, mid: {fall:.5f}, high: {2 * fall:.5f},"
            " bounds: [0, null]}}}"
        )
    return "\n".join(line for line in lines if line) + "\n"


def written(folder: Path, strategies: int, worldviews: int, issues: int = 2, **more: int) -> Path:
    """The scenario in a file."""
    path = folder / f"made-{strategies}-{worldviews}-{issues}.yaml"
    path.write_text(scenario_text(strategies, worldviews, issues, **more), encoding="utf-8")
    return path
