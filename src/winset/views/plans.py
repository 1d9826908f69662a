"""`winset plan` and `winset plans` as lines of text; computes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from winset.scenario import Scenario
from winset.views.issues import issue_name, listed
from winset.views.settlement import hurdle_words
from winset.views.text import WIDTH, columns, share, wrap


def plan_lines(scenario: Scenario, found: Mapping[str, Any], width: int = WIDTH) -> list[str]:
    """One plan, worldview by worldview."""
    title = f"{found['plan']}: {found['title']}"
    lines = [title, "=" * min(width, len(title)), ""]
    for issue, option in found["package"].items():
        body = scenario.spec.issues[issue]
        text = option
        if isinstance(option, str) and body.options[option].text not in ("", option):
            text = f"{option}: {body.options[option].text}"
        lines += wrap(f"{body.name or issue}: {text}", width, "  ", "    ")
    if found["incompatible"]:
        lines += ["", *wrap(
            "It holds options that contradict one another, so nobody could sign it as it stands: "
            + "; ".join(found["incompatible"]) + ".", width, rest="",
        )]  # fmt: skip
    if "worldviews" not in found:
        return [*lines, "", *_without_war(scenario, found, width)]
    lines += ["", *wrap(
        f"Not a forecast. Under `{found['strategy']}`, {found['draws']} draws. Gain is over"
        " fighting on, in the party's own stake (10th to 90th percentile over draws and types);"
        " `better` is the chance that signing beats fighting on.", width, rest="",
    )]  # fmt: skip
    if found["armistice"]:
        lines += wrap(
            "An armistice: it needs no vote at home and is held by the scenario's own chance that a"
            " ceasefire breaks; what may be settled under it counts for nothing here. The changes"
            " below make it a settlement, which must pass at home.", width, rest="",
        )  # fmt: skip
    for view in found["worldviews"]:
        lines += ["", *_view(scenario, found, view, width)]
    return lines


def _without_war(scenario: Scenario, found: Mapping[str, Any], width: int) -> Iterator[str]:
    names = found["parties"]
    rows = [["", "value", "no agreement"]]
    for party, worth in found["values"].items():
        rows.append([names[party], f"{worth:.4f}", f"{found['reservation'][party]:.4f}"])
    yield from columns(rows)
    yield ""
    yield _blockers(found["blocks"], names) + "."
    yield from _changes(scenario, names, found, width)
    best = found["improvement"]["any_package"]
    if best is None:
        yield "No package makes everybody better off."
    else:
        gains = listed(f"{names[p]} {v:.4f}" for p, v in best["values"].items())
        yield from wrap(
            f"Of all packages the one with the largest smallest gain gives {gains}: "
            + ", ".join(f"{issue_name(scenario, i)} {o}" for i, o in best["package"].items()),
            width,
        )


def _view(
    scenario: Scenario, found: Mapping[str, Any], view: Mapping[str, Any], width: int
) -> Iterator[str]:
    names = found["parties"]
    label = scenario.spec.worldviews.get(view["id"])
    head = f"{view['id']}: {label.label}" if label is not None else view["id"]
    yield head
    yield "-" * min(width, len(head))
    yield from wrap(verdict_words(names, view), width, rest="")
    rows = [["", "value of the deal", "gain over fighting on", "better", "accepts"]]
    for party, worth in view["value"].items():
        row = [names[party], _range(worth)]
        if party in view["gain"]:
            gain = view["gain"][party]
            row += [
                f"{gain['middle']:+.2f} ({gain['low']:+.2f} to {gain['high']:+.2f})",
                f"{share(gain['better_than_fighting'])}%",
                f"{share(view['accepts'][party])}%",
            ]
        else:
            row += ["-", "-", "-"]
        rows.append(row)
    yield from columns(rows)
    if view["off_table"]:
        yield from wrap(
            f"Not on the table under this strategy: {listed(view['off_table'])}.", width, rest=""
        )
    if view["hurdles"]:
        yield from wrap(
            "What it must pass: " + listed(hurdle_words(names, h) for h in view["hurdles"]) + ".",
            width,
            rest="",
        )
    yield from _groups(scenario, names, view, width)
    yield from _changes(scenario, names, view, width)
    best = view["improvement"]["within_three_changes"]
    wide = view["improvement"]["any_package"]
    if best is None:
        yield from wrap(
            "No change of up to three options makes both sides better off without making it harder"
            " to ratify.", width, rest="",
        )  # fmt: skip
    else:
        yield from wrap(
            "Best improvement within three options, nobody worse off, no harder to ratify: "
            + change_words(scenario, names, best), width, rest="  ",
        )  # fmt: skip
    if wide is not None:
        yield from wrap(
            "Of all packages, by the leaderships' values alone: "
            + change_words(scenario, names, wide), width, rest="  ",
        )  # fmt: skip


def verdict_words(names: Mapping[str, str], view: Mapping[str, Any]) -> str:
    """Who blocks, and the chances, in a sentence."""
    text = _blockers(view["blocks"], names)
    return (
        f"{text}. Tabled today it would be signed with {share(view['signed_if_tabled'])}%;"
        f" if signed, no renewed war within the window with {share(view['durable'])}%."
    )


def _blockers(blocks: list[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    if not blocks:
        return "Nobody blocks at the middle of the numbers"
    parts = []
    for block in blocks:
        if block["who"] == "ratification":
            parts.append(f"ratification ({100 * (0.5 - block['by']):.0f}% where 50% is even)")
        elif block["by"] is None:
            parts.append(f"{names[block['who']]} refuses: beyond a red line")
        else:
            by = f"{block['by']:.2f}" if block["by"] >= 0.005 else "less than 0.01"
            parts.append(f"{names[block['who']]}, by {by}")
    return "Blocked by " + listed(parts)


def _groups(
    scenario: Scenario, names: Mapping[str, str], view: Mapping[str, Any], width: int
) -> Iterator[str]:
    by_party: dict[str, list[str]] = {}
    for group, held in view["groups"].items():
        body = scenario.spec.constituencies[group]
        by_party.setdefault(body.party, []).append(f"{body.name or group} {100 * held:.0f}")
    for party, parts in by_party.items():
        yield from wrap(f"Support at home, {names[party]}: {listed(parts)} of 100.", width)


def _changes(
    scenario: Scenario, names: Mapping[str, str], view: Mapping[str, Any], width: int
) -> Iterator[str]:
    for who, found in view["changes"].items():
        target = {
            "ratification": "gives ratification an even chance",
            "all": "brings all of them over",
        }.get(who, f"brings {names.get(who, who)} over")
        if not found:
            yield from wrap(
                f"No change of up to three options {target} without losing another.",
                width, rest="",
            )  # fmt: skip
            continue
        count = len(found[0]["change"])
        options = "one option" if count == 1 else f"{('two', 'three')[count - 2]} options"
        yield f"What {target} without losing another, {options}:"
        for one in found:
            yield from wrap(change_words(scenario, names, one), width, "  ", "    ")


def change_words(scenario: Scenario, names: Mapping[str, str], found: Mapping[str, Any]) -> str:
    """A change in words, with the gains it leaves."""
    parts = [
        f"{issue_name(scenario, issue)} {old} -> {new}"
        for issue, (old, new) in found["change"].items()
    ]
    gains = listed(f"{names[p]} {g:+.2f}" for p, g in found["gains"].items())
    return f"{'; '.join(parts)} (then {gains}; passes {share(found['ratification'])}%)"


def _range(found: Mapping[str, float]) -> str:
    return f"{found['middle']:.2f} ({found['low']:.2f}-{found['high']:.2f})"


def plans_lines(scenario: Scenario, found: Mapping[str, Any], width: int = WIDTH) -> list[str]:
    """All named plans: as scored, then one table a worldview."""
    names, plans = found["parties"], found["plans"]
    title = f"Named plans: {scenario.spec.title}"
    lines = [title, "=" * min(width, len(title))]
    if not plans:
        return [*lines, "", "The scenario names no plans."]
    if "values" in found:
        rows = [["plan", *(names[p] for p in found["reservation"])]]
        rows += [[n, *(f"{v:.4f}" for v in worth.values())] for n, worth in found["values"].items()]
        rows.append(["no agreement", *(f"{v:.4f}" for v in found["reservation"].values())])
        return [*lines, "", *columns(rows)]
    lines += ["", "As scored: weights x scores at the middle, 0 to 100 (before types, belief in"]
    lines += ["delivery, links between issues and what fighting on is worth)"]
    rows = [["plan", *(names[p] for p in next(iter(found["as_scored"].values()))), "", ""]]
    for plan, worth in found["as_scored"].items():
        rows.append([plan, *(f"{v:.0f}" for v in worth.values()), "", plans[plan]])
    lines += columns(rows, "l" + "r" * (len(rows[0]) - 2) + "l")
    lines += ["", *wrap(
        f"Against fighting on, under `{found['strategy']}`, {found['draws']} draws. Gain in stakes"
        " (10th to 90th percentile), accepts: chance over draws and types; passes: ratification and"
        " consents at the median; signed: chance if tabled today; durable: no renewed war within"
        " the window if signed.", width, rest="",
    )]  # fmt: skip
    for view in found["worldviews"]:
        lines += ["", *_table(scenario, names, view)]
    return lines


def _table(scenario: Scenario, names: Mapping[str, str], view: Mapping[str, Any]) -> Iterator[str]:
    label = scenario.spec.worldviews.get(view["id"])
    first = next(iter(view["plans"].values()))
    signatories = list(first["gain"])
    yield f"{view['id']}: {label.label}" if label is not None else view["id"]
    heads = [h for p in signatories for h in (f"{names[p]}'s gain", "accepts")]
    rows = [["plan", *heads, "passes", "signed", "durable"]]
    for plan, one in view["plans"].items():
        cells = []
        for party in signatories:
            gain = one["gain"][party]
            cells += [
                f"{gain['middle']:+.2f} ({gain['low']:+.2f},{gain['high']:+.2f})",
                f"{share(one['accepts'][party])}%",
            ]
        star = ("*" if one["off_table"] else "") + ("+" if one["armistice"] else "")
        rows.append(
            [
                plan + star,
                *cells,
                f"{share(one['ratification']['middle'])}%",
                f"{share(one['signed_if_tabled'])}%",
                f"{share(one['durable'])}%",
            ]
        )
    yield from columns(rows)
    if any(one["off_table"] for one in view["plans"].values()):
        yield "* holds an option that this strategy does not put on the table"
    if any(one["armistice"] for one in view["plans"].values()):
        yield "+ an armistice: no vote at home; it holds by the ceasefire's own hazard"
