"""The difference between two worldviews on a terminal: the claims that account for it."""

from __future__ import annotations

from winset.insight.compare import Difference
from winset.insight.differ import ENOUGH, Differing, Part, labels
from winset.insight.inputs import count_inputs
from winset.views.text import columns, duration, wrap

__all__ = ["differ_lines"]


def differ_lines(found: Differing, width: int) -> list[str]:
    """The whole, the sentence, a row for each group of claims, and what they hold."""
    spec, settings = found.scenario.spec, found.design.settings
    a, b = found.a, found.b
    label = spec.strategies[found.strategy].label or found.strategy
    lines = [
        *wrap(f"{spec.title}: where {a} and {b} differ over {found.strategy} ({label})", width),
        f"{settings.draws} draws × {settings.paths} paths × {settings.months} months, seed "
        f"{settings.seed}, {found.orders} orders, {found.cells} cells, "
        f"{duration(found.elapsed_s)}",
        "",
        *wrap(
            f"Chance of a durable settlement: {_percent(found.value_a.mean)} under {a}, "
            f"{_percent(found.value_b.mean)} under {b}; difference {_points(found.whole)} points.",
            width,
        ),
        *_sentence(found, width),
        "",
    ]
    rows = [("claims", f"alone in {a}", f"alone left in {b}", "part", "share")]
    rows += [
        (
            _name(part),
            _points(part.from_a),
            _points(part.from_b),
            _points(part.part),
            _share(found, part),
        )
        for part in found.parts
    ]
    if found.rest.diff:
        rows.append(("priors and mechanisms", "", "", _points(found.rest), ""))
    rows.append(("together", "", "", _points(found.whole), "100%"))
    lines += columns(rows, "l")
    lines += [
        "",
        *wrap(
            "Points of chance ± one standard error (orders and draws joined); * beyond two."
            f" part: Shapley's average over sampled orders of swapping {a}'s numbers for {b}'s;"
            f" the parts add up to the whole. alone: that group swapped by itself, in {a}, and"
            f" as the last one, on the way to {b}.",
            width,
        ),
        "",
    ]
    for part in found.parts:
        for quantity, text in labels(found.scenario, part.group).items():
            values = " → ".join(_value(found, quantity, view) for view in (a, b))
            lines += wrap(f"{_name(part)}  {text}: {values} ({quantity})", width, "  ", "      ")
    inputs = count_inputs(found.scenario)
    return [
        *lines,
        "",
        *wrap(
            f"Of {inputs.sourced + inputs.judged + inputs.unchecked} numbers {inputs.sourced} are"
            f" sourced, {inputs.judged} judged, {inputs.unchecked} unchecked. Not a forecast.",
            width,
        ),
    ]


def _sentence(found: Differing, width: int) -> list[str]:
    if not found.whole.clear:
        text = (
            "The two do not clearly differ in it, so that shares of the difference mean little;"
            " the parts below may be large and cancel."
        )
        return wrap(text, width)
    enough = found.enough
    share = found.share(enough)
    names = "; ".join(f"{_name(part)} {_points(part.part)}" for part in enough)
    if share is None or share < ENOUGH:
        return wrap(f"The claims that pull that way come to less than four fifths: {names}.", width)
    groups = "group of claims" if len(enough) == 1 else "groups of claims"
    text = f"{len(enough)} {groups} come to {100 * share:.0f}% of it: {names}."
    against = [p for p in found.parts if p.part.clear and p.part.diff * found.whole.diff < 0]
    if against:
        text += " Against it pull " + "; ".join(
            f"{_name(part)} {_points(part.part)}" for part in against
        )
        text += ", so that shares can exceed the whole."
    return wrap(text, width)


def _name(part: Part) -> str:
    return ", ".join(part.group.claims) or "other disputed numbers"


def _value(found: Differing, quantity: str, worldview: str) -> str:
    number = found.scenario.quantity(quantity, worldview)
    middle = number.value if number.mid is None else number.mid
    return "a formula" if middle is None else f"{middle:g}"


def _percent(mean: float | None) -> str:
    return "-" if mean is None else f"{100 * mean:.0f}%"


def _points(gap: Difference | None) -> str:
    if gap is None:
        return "-"
    error = "?" if gap.se is None else f"{100 * gap.se:.1f}"
    return f"{100 * gap.diff:+.1f}±{error}{'*' * gap.clear}"


def _share(found: Differing, part: Part) -> str:
    share = found.share([part])
    return "-" if share is None else f"{100 * share:.0f}%"
