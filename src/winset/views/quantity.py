"""A number, and an uncertain number, in words."""

from typing import Any

__all__ = ["middle", "number", "spread"]


def number(value: float | None) -> str:
    """A number in few figures; thousands with a comma."""
    if value is None:
        return "-"
    if value and abs(value) >= 10_000 and float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"


def spread(quantity: Any) -> str:
    """`12`, `10 (5 to 20)`, `= a / b`, `normal(0, 1)`, or `disputed`."""
    if quantity.formula is not None:
        constant = quantity.formula.constant
        return f"= {quantity.formula}" if constant is None else number(constant)
    if quantity.value is not None:
        return number(quantity.value)
    if quantity.family is not None:
        return f"{quantity.family}({', '.join(map(number, quantity.parameters))})"
    if quantity.mid is not None:
        return f"{number(quantity.mid)} ({number(quantity.low)} to {number(quantity.high)})"
    return "disputed"


def middle(quantity: Any) -> str:
    """Only the mid value, or the formula's sign."""
    if quantity.formula is not None:
        constant = quantity.formula.constant
        return "f()" if constant is None else number(constant)
    if quantity.value is not None:
        return number(quantity.value)
    return number(quantity.mid) if quantity.mid is not None else "-"
