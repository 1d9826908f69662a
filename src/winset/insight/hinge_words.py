"""What a study hangs on, in sentences, each with its error, and as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from winset.insight.boxes import Box, Limit
from winset.insight.discovery import Found
from winset.insight.flips import Flip
from winset.insight.hinges import Leaning, StudyHinges, ViewHinges
from winset.insight.information import Worth
from winset.insight.labels import amount, quantity_words
from winset.insight.measures import about

if TYPE_CHECKING:
    from winset.scenario import Scenario

__all__ = ["condition_words", "hinges_json", "view_sentences", "worth_counts"]

#: flips said in sentences
SHOWN: Final = 5
#: family-wise chance up to which something is said to hold
HOLDS: Final = 0.05
#: ... and up to which it is said without a "perhaps"
SURE: Final = 0.01


def worth_counts(worth: Worth) -> bool:
    """Whether what knowing a quantity is worth is beyond chance and beyond twice its error."""
    return worth.p <= HOLDS and worth.gain > 2 * worth.error


def view_sentences(found: StudyHinges, view: ViewHinges) -> list[str]:
    """Return what is found in one worldview, a sentence or two each: the spread, what it hangs on,
    the conditions, the flips, what knowing is worth.
    """
    return [
        _spread(found, view),
        *(_leaning(found, one) for one in view.hinges),
        _together(found, view),
        *_conditions(found, view),
        *_flips(found, view),
        *_worths(found, view),
    ]


def _spread(found: StudyHinges, view: ViewHinges) -> str:
    said = (
        f"{found.measure} under {found.strategy}: {_value(found, view.mean)} on average, "
        f"{_value(found, view.p10)} to {_value(found, view.p90)} over draws of what is uncertain "
        "(10th to 90th percentile)"
    )
    if view.luck is None:
        return said + "."
    paths = found.results.settings.paths
    return said + f"; at most {100 * view.luck:.0f}% of that variance is the luck of {paths} paths."


def _leaning(found: StudyHinges, one: Leaning) -> str:
    scenario = found.scenario
    perhaps = "" if one.p <= SURE else f"Perhaps (chance alone: {one.p:.2f}): "
    return (
        f"{perhaps}{_named(scenario, one.id)}: {_with_error(found, *one.at_low)} at "
        f"{amount(scenario, one.id, one.low)}, {_with_error(found, *one.at_high)} at "
        f"{amount(scenario, one.id, one.high)} (its 10th and 90th percentile); alone it explains "
        f"{100 * one.index:.0f}±{_up(100 * one.error)}% of the variance over draws."
    )


def _together(found: StudyHinges, view: ViewHinges) -> str:
    if not view.hinges:
        return (
            f"No single quantity of {len(view.ids)} stands out of {view.draws} draws: without "
            f"effect one would explain {100 * view.chance:.0f}% in one worldview of twenty."
        )
    count = len(view.hinges)
    if view.together > 0:
        said = (
            f"Found and fitted anew on four fifths of the draws, they foretell "
            f"{100 * view.together:.0f}% of the variance of the last fifth"
        )
    else:
        said = (
            "Found and fitted anew on four fifths of the draws, they foretell nothing of the last "
            "fifth: the sizes are uncertain, and more draws would settle them"
        )
    return (
        f"{said}. None of the other {len(view.ids) - count} quantities stands out (by chance one "
        f"would explain {100 * view.chance:.0f}% in one worldview of twenty)."
    )


def _conditions(found: StudyHinges, view: ViewHinges) -> list[str]:
    goal = _goal(found, view)
    if view.box is None:
        return [f"{goal} in {100 * view.wins:.0f}% of draws: too few of one kind for conditions."]
    tried = [one for one in (view.box, view.tree) if one is not None]
    held = [one for one in tried if one.found]
    if not held:
        least = min(one.p for one in tried)
        return [
            f"{goal} in {100 * view.wins:.0f}% of draws. Conditions were looked for and none held "
            f"up on draws not used to find them (shuffled outcomes do as well with chance "
            f"{least:.2f})."
        ]
    said = []
    for one in held:
        sentence = _found(found, view, goal, one)
        if sentence not in said:
            said.append(sentence)
    if len(held) == 2 and held[0].leaves and _same(held[0], held[1]):
        said = said[:1]
    return said


def _same(one: Found, other: Found) -> bool:
    return [leaf.box for leaf in one.leaves] == [leaf.box for leaf in other.leaves]


def _goal(found: StudyHinges, view: ViewHinges) -> str:
    side = "above" if found.way >= 0 else "below"
    if view.above == 0.5 and about(found.scenario.spec, found.measure).reads == "share":
        return f"{found.measure} is more likely than not"
    quarter = ", its best quarter," if view.best_quarter else ""
    return f"{found.measure} is {side} {_value(found, view.above)}{quarter}"


def _found(found: StudyHinges, view: ViewHinges, goal: str, one: Found) -> str:
    parts = [
        f"{condition_words(found.scenario, view, leaf.box)}: {100 * leaf.density:.0f}% of such "
        f"draws ({100 * leaf.share:.0f}% of all)"
        for leaf in one.leaves
    ]
    return (
        f"{goal} where {'; or where '.join(parts)}; {100 * one.outside:.0f}% otherwise. That "
        f"is {100 * one.coverage:.0f}% of the draws in which it is so. On draws not used to find "
        f"it {_rate(one.unseen)} against {_rate(one.unseen_outside)}; shuffled outcomes do as well "
        f"with chance {one.p:.2f}."
    )


def condition_words(scenario: Scenario, view: ViewHinges, box: Box) -> str:
    """Return a box's limits in words: `X (id) is above 0.2 and Y (id) below 3 km`."""
    return " and ".join(_limit(scenario, view.ids[one.row], one) for one in box.limits)


def _limit(scenario: Scenario, id_: str, one: Limit) -> str:
    name = _named(scenario, id_)
    if one.low is not None and one.high is not None:
        return (
            f"{name} is between {amount(scenario, id_, one.low)} and "
            f"{amount(scenario, id_, one.high)}"
        )
    if one.low is not None:
        return f"{name} is above {amount(scenario, id_, one.low)}"
    return f"{name} is below {amount(scenario, id_, one.high or 0.0)}"


def _flips(found: StudyHinges, view: ViewHinges) -> list[str]:
    if not view.pairs.looked_at:
        return []
    if not view.pairs.flips:
        return [
            f"Flips: along no quantity does another strategy overtake {view.leader} beyond error."
        ]
    said = [_flip(found, view.ids[flip.row], flip) for flip in view.pairs.flips[:SHOWN]]
    more = len(view.pairs.flips) - SHOWN
    if more > 0:
        said.append(f"{more} more flip{'s' * (more > 1)}, smaller ones (--json has all).")
    return said


def _flip(found: StudyHinges, id_: str, flip: Flip) -> str:
    scenario = found.scenario
    low, high = (amount(scenario, id_, edge) for edge in flip.between)
    return (
        f"Flip along {_named(scenario, id_)}: below {amount(scenario, id_, flip.at)} (90% interval "
        f"{low} to {high}) {flip.below} does better than {flip.above}, by "
        f"{_gap(found, *flip.by_low)} at the 10th percentile; above it {flip.above} does, by "
        f"{_gap(found, *flip.by_high)} at the 90th."
    )


def _worths(found: StudyHinges, view: ViewHinges) -> list[str]:
    if not view.pairs.looked_at:
        return []
    counts = [one for one in view.worths if worth_counts(one)]
    if not counts:
        return [
            f"Knowing any one quantity before choosing would not measurably raise {found.measure} "
            f"over {view.leader}; knowing everything, by at most {_gap(found, view.everything)}."
        ]
    said = ", ".join(
        f"{_named(found.scenario, view.ids[one.row])} {_gap(found, one.gain, one.error)}"
        for one in counts
    )
    return [
        f"Worth knowing before choosing (average rise of {found.measure} over {view.leader}): "
        f"{said}; everything, at most {_gap(found, view.everything)}."
    ]


def _named(scenario: Scenario, id_: str) -> str:
    words = quantity_words(scenario, id_)
    return id_ if words == id_ else f"{words} ({id_})"


def _share(found: StudyHinges) -> bool:
    return about(found.scenario.spec, found.measure).reads in ("share", "value")


def _value(found: StudyHinges, value: float) -> str:
    if _share(found):
        return f"{100 * value:.0f}%"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _with_error(found: StudyHinges, value: float, error: float) -> str:
    if _share(found):
        return f"{100 * value:.0f}±{_up(100 * error)}%"
    return f"{_value(found, value)}±{_value(found, error)}"


def _gap(found: StudyHinges, value: float, error: float | None = None) -> str:
    if not _share(found):
        tail = "" if error is None else f"±{_value(found, error)}"
        return f"{_value(found, value)}{tail}"
    tail = "" if error is None else f"±{100 * error:.1f}"
    return f"{100 * value:.1f}{tail} points"


def _rate(rate: tuple[float, float]) -> str:
    return f"{100 * rate[0]:.0f}±{_up(100 * rate[1])}%"


def _up(error: float) -> str:
    whole = int(error)
    return str(whole + (error > whole))


def hinges_json(found: StudyHinges) -> dict[str, Any]:
    """Return everything as one JSON document; no NaN."""
    scenario, settings = found.scenario, found.results.settings
    return {
        "scenario": {"id": scenario.id, "sha256": scenario.sha256, "as_of": scenario.spec.as_of},
        "seed": settings.seed,
        "draws": settings.draws,
        "paths": settings.paths,
        "months": settings.months,
        "measure": found.measure,
        "strategy": found.strategy,
        "worldviews": [_view_json(found, view) for view in found.views.values()],
        "regret": found.regrets.json(),
        "worth_of_knowing_the_worldview": None
        if found.view_worth is None
        else {"gain": found.view_worth[0], "chosen_without": found.view_worth[1]},
    }


def _view_json(found: StudyHinges, view: ViewHinges) -> dict[str, Any]:
    return {
        "worldview": view.worldview,
        "draws": view.draws,
        "quantities": len(view.ids),
        "mean": view.mean,
        "p10": view.p10,
        "p90": view.p90,
        "luck_at_most": view.luck,
        "hinges": [_leaning_json(found, one) for one in view.hinges],
        "together_unseen": view.together,
        "chance_index": view.chance,
        "success": {
            "limit": view.above,
            "share_of_draws": view.wins,
            "best_quarter": view.best_quarter,
        },
        "box": _found_json(view, view.box),
        "tree": _found_json(view, view.tree),
        "leader": view.leader,
        "flips": [
            {
                "quantity": view.ids[one.row],
                "at": one.at,
                "between": list(one.between),
                "below": one.below,
                "above": one.above,
                "at_p10": _pair(one.by_low),
                "at_p90": _pair(one.by_high),
            }
            for one in view.pairs.flips
        ],
        "worth": [
            {"quantity": view.ids[one.row], "gain": one.gain, "se": one.error, "p": one.p}
            for one in view.worths
        ],
        "worth_of_everything_at_most": view.everything,
        "sentences": view_sentences(found, view),
    }


def _leaning_json(found: StudyHinges, one: Leaning) -> dict[str, Any]:
    return {
        "quantity": one.id,
        "label": quantity_words(found.scenario, one.id),
        "index": one.index,
        "se": one.error,
        "p": one.p,
        "p10": {"quantity": one.low, **_pair(one.at_low)},
        "p90": {"quantity": one.high, **_pair(one.at_high)},
        "pawn": None if one.pawn is None else {"median": one.pawn[0], "chance": one.pawn[1]},
    }


def _pair(pair: Sequence[float]) -> dict[str, float]:
    return {"mean": pair[0], "se": pair[1]}


def _found_json(view: ViewHinges, one: Found | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "found": one.found,
        "conditions": [
            {
                "limits": [
                    {"quantity": view.ids[limit.row], "low": limit.low, "high": limit.high}
                    for limit in leaf.box.limits
                ],
                "share": leaf.share,
                "density": leaf.density,
            }
            for leaf in one.leaves
        ],
        "base": one.base,
        "share": one.share,
        "density": one.density,
        "coverage": one.coverage,
        "outside": one.outside,
        "unseen": _pair(one.unseen),
        "unseen_outside": _pair(one.unseen_outside),
        "p": one.p,
        "shuffles": one.shuffles,
    }
