"""`winset deals` as lines of text; computes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from winset.scenario import Scenario
from winset.views.text import columns, wrap

NAMES: Final = {
    "nash": "Nash",
    "kalai_smorodinsky": "Kalai-Smorodinsky",
    "egalitarian": "Egalitarian",
    "utilitarian": "Utilitarian",
    "raiffa": "Raiffa's balanced increments",
}


def bargain_lines(scenario: Scenario, found: Mapping[str, Any], width: int = 96) -> list[str]:
    """Lines for a scenario without a war."""
    parties = list(found["parties"])
    names = [found["parties"][p] for p in parties]
    lines = [scenario.spec.title, "=" * min(width, len(scenario.spec.title)), ""]
    over = found["overlap"]
    worth = zip(names, found["reservation"].values(), strict=True)
    lines += wrap(
        f"{big(found['possible_packages'])} packages,"
        f" {big(found['packages'])} of them without an incompatible pair. No agreement is worth"
        f" {listed(f'{v:.4g} to {n}' for n, v in worth)}.",
        width,
    )
    lines += wrap(overlap_words(over), width)
    count = len(found["frontier"])
    if count:
        error = max(found["frontier_error"].values())
        how = found["frontier_method"] + (f", up to {error:.3g} of a value" if error else "")
        lines += ["", f"Pareto frontier: {count} packages ({how})"]
        lines += list(_points(found["frontier"], parties, names))
    lines += ["", "Solution points"]
    for name, solution in found["solutions"].items():
        lines += [""]
        lines += wrap(f"{NAMES[name]}: {found['definitions'][name]}.", width)
        if solution is None:
            lines.append("  none: the overlap is empty" if over["share"] == 0 else "  not computed")
            continue
        lines.append("  " + "  ".join(
            f"{n} {solution['values'][p]:.4f}" for p, n in zip(parties, names, strict=True)
        ))  # fmt: skip
        lines += wrap("  " + package_words(scenario, solution["package"]), width)
        if "proved_bound" in solution:
            lines.append(f"  proved: no package exceeds {solution['proved_bound']:.6g}")
    return lines


def _points(points: list[dict[str, Any]], parties: list[str], names: list[str]) -> Iterator[str]:
    shown = points if len(points) <= 14 else points[:: -(-len(points) // 14)]
    rows = [
        [*(f"{p['values'][i]:.4f}" for i in parties), "yes" if p["in_overlap"] else "no"]
        for p in shown
    ]
    yield from columns([[*names, "acceptable to all"], *rows], "r" * (len(names) + 1))
    if len(shown) < len(points):
        yield f"({len(shown)} of {len(points)} shown; --json lists all, with their packages)"


def overlap_words(over: Mapping[str, Any]) -> str:
    """The overlap in a sentence."""
    if over["packages"] == 0 or over["share"] == 0:
        text = "The win-sets do not meet: no package is at or above every reservation value."
    elif over["packages"] is None:
        text = (
            f"About {over['share']:.3%} (± {over['share_error']:.3%}, one standard error) of the"
            " packages are at or above every reservation value: too many to count one by one, so"
            " this is from a uniform sample."
        )
    else:
        text = (
            f"{big(over['packages'])} packages ({over['share']:.3%}) are at or above every"
            " reservation value."
        )
    if "chance" in over:
        text += f" Some package is in {over['chance']:.0%} of the draws of the uncertain numbers."
    return text


def package_words(scenario: Scenario, package: Mapping[str, Any]) -> str:
    """A package in words: issue by issue, as the scenario names them."""
    parts = []
    for issue, option in package.items():
        body = scenario.spec.issues[issue]
        label = body.name or issue
        if isinstance(option, str):
            text = body.options[option].text or option
            parts.append(f"{label}: {text}")
        else:
            parts.append(f"{label}: {option:.4g}")
    return "; ".join(parts)


def listed(parts: Any) -> str:
    """Commas and a last `and`."""
    items = list(parts)
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + " and " + items[-1]


def big(number: int | None) -> str:
    """A count, with commas, or in powers of ten where it is long."""
    if number is None:
        return "an unknown number of"
    return f"{number:,}" if number < 10**9 else f"{number:.2e}"
