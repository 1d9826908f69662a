"""`winset deals` of a scenario with a war, as lines of text; computes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from winset.scenario import Scenario
from winset.views.deals import (
    NAMES,
    adjusted_lines,
    apart_words,
    big,
    cares_lines,
    trades_lines,
)
from winset.views.issues import issue_name, listed
from winset.views.left import left_lines
from winset.views.text import WIDTH, columns, share, wrap


def settlement_lines(scenario: Scenario, found: Mapping[str, Any], width: int = WIDTH) -> list[str]:
    """What could be signed, worldview by worldview, after one table of them all."""
    views = found["worldviews"]
    strategy = scenario.spec.strategies.get(found["strategy"])
    label = strategy.label if strategy is not None else found["strategy"]
    title = f"What could be signed: {scenario.spec.title}"
    lines = [title, "=" * min(width, len(title)), ""]
    lines += wrap(
        f"Not a forecast, and no package is recommended. On the table: what `{found['strategy']}`"
        f" ({label}) offers. {big(found['possible_packages'])} packages can be written down,"
        f" {big(views[0]['packages'])} of them are on the table and hold no incompatible pair."
        f" Counts are exact, at the middle of every number; chances are over {found['draws']} draws"
        " of the uncertain numbers and the other side's types. A package is in a side's win-set"
        " when its leadership would rather have it than fight on; it is signable when it is in"
        " every win-set and has at least an even chance of passing at home and getting the"
        " outsiders' consents it needs. `Some signable` rests on search: at least so much.",
        width,
        rest="",
    )
    lines += ["", *_overview(found, views)]
    for view in views:
        lines += ["", *_worldview(scenario, found, view, width)]
    lines += ["", "How the points are defined"]
    for name, text in found["definitions"].items():
        lines += wrap(f"{NAMES[name]}: {text}.", width, "  ", "    ")
    return lines


def _overview(found: Mapping[str, Any], views: list[Mapping[str, Any]]) -> list[str]:
    rows = [["worldview", *(f"in {n}'s" for n in found["parties"].values()), "in all", "signable",
             "some in all", "some signable"]]  # fmt: skip
    for view in views:
        kind = next(k for k in view["types"] if k["type"] == view["main_type"])
        over = view["overlap"]
        rows.append(
            [
                view["id"],
                *(f"{share(k['share'])}%" for k in kind["win_sets"].values()),
                f"{share(over['share'])}%",
                _signable(over["signable"]),
                f"{share(over['chance'])}%",
                f"{share(over['chance_signable'])}%",
            ]
        )
    return columns(rows)


def _signable(found: Mapping[str, Any]) -> str:
    if found["packages"] is not None:
        return f"{found['packages']:,}"
    if found["share"] == 0:
        return "none met"
    return f"{100 * found['share']:.2g}%±{100 * found['share_error']:.1g}"


def _worldview(
    scenario: Scenario, found: Mapping[str, Any], view: Mapping[str, Any], width: int
) -> Iterator[str]:
    names = found["parties"]
    head = f"{view['id']}: {view['label']}"
    yield head
    yield "-" * min(width, len(head))
    yield from wrap(why_words(scenario, found, view), width, rest="")
    yield ""
    yield "Fighting on is worth (own stake: 1 best package, 0 worst; 10th-90th percentile)"
    for party, kinds in view["fighting_on"].items():
        for kind in kinds:
            who = names[party] + (f", {kind['type']}" if kind["type"] else "")
            yield f"  {who:<28} {kind['middle']:6.2f}   ({kind['low']:.2f} to {kind['high']:.2f})"
    if len(view["types"]) > 1:
        yield ""
        yield from _types(names, view)
    yield ""
    yield from cares_lines(scenario, names, view["cares"])
    yield from trades_lines(scenario, names, view["trades"])
    yield from adjusted_lines(scenario, names, view["adjusted_winner"], width)
    yield from _points(scenario, names, view, width)
    yield from _left(scenario, names, view, width)


def why_words(scenario: Scenario, found: Mapping[str, Any], view: Mapping[str, Any]) -> str:
    """Why the win-sets do or do not meet, in sentences."""
    names, why, over = found["parties"], view["why"], view["overlap"]
    kind = f" (with the likeliest type: {view['main_type']})" if len(view["types"]) > 1 else ""
    if why["state"] == "apart":
        text = f"The win-sets do not meet{kind}."
        if why["nothing_for"]:
            who = listed(names[p] for p in why["nothing_for"])
            text += f" No package on the table is worth more to {who} than fighting on."
        return f"{text} {apart_words(scenario, why)}"
    text = (
        f"The leaderships' win-sets meet{kind}: {big(over['packages'])} packages"
        f" ({share(over['share'])}%) are worth more to every side than fighting on."
    )
    hurdles = listed(hurdle_words(names, h) for h in why["hurdles"][:3])
    if why["state"] == "home":
        text += (
            " But it is at home and with the outsiders that they come apart: of the packages"
            " looked at none has an even chance of passing. The likeliest text to be accepted and"
            f" ratified has {share(why['best'])}%"
        )
        text += f"; what stands against it: {hurdles}." if hurdles else "."
        return text + _pull_words(scenario, names, why.get("pulls", []))
    text += f" Some can also be ratified: the likeliest text passes with {share(why['best'])}%"
    return text + (f"; the hardest of its hurdles: {hurdles}." if hurdles else ".")


def _pull_words(
    scenario: Scenario, names: Mapping[str, str], pulls: list[Mapping[str, Any]]
) -> str:
    """Which changes home would like, and who would not."""
    parts = []
    for pull in pulls:
        change = " and ".join(
            f"{issue_name(scenario, i)} {old} -> {new}" for i, (old, new) in pull["change"].items()
        )
        who = listed(names[p] for p in pull["against"])
        then = f"but {who} would then rather fight on" if who else "and no leadership would object"
        parts.append(f"{change} would raise it to {share(pull['passes'])}%, {then}")
    if not parts:
        return " No change of one or two options would raise that."
    return " Where they pull apart: " + "; ".join(parts) + "."


def hurdle_words(names: Mapping[str, str], hurdle: Mapping[str, Any]) -> str:
    """A hurdle and its chance."""
    who = f"{names.get(hurdle['who'], hurdle['who'])}, " if hurdle["who"] else ""
    return f"{who}{hurdle['what']} ({share(hurdle['chance'])}%)"


def _types(names: Mapping[str, str], view: Mapping[str, Any]) -> list[str]:
    rows = [["by type", "chance", *(f"in {n}'s" for n in names.values()), "in all", "signable"]]
    for kind in view["types"]:
        rows.append(
            [
                kind["type"].rpartition(": ")[2][:40],
                f"{share(kind['chance'])}%",
                *(f"{share(k['share'])}%" for k in kind["win_sets"].values()),
                f"{share(kind['overlap']['share'])}%",
                _signable(kind["overlap"]["signable"]),
            ]
        )
    return columns(rows)


def _points(
    scenario: Scenario, names: Mapping[str, str], view: Mapping[str, Any], width: int
) -> Iterator[str]:
    yield ""
    yield (
        f"Pareto frontier of the overlap: {len(view['frontier'])} packages (all packages looked at;"
        f" to {view['frontier_step']:g} of a stake)"
    )
    yield ""
    yield "Solution points: gain over fighting on, in stakes, and chance of passing"
    rows = [["", *names.values(), "passes"]]
    for title, key in (
        ("counting ratification (found by search)", "solutions_with_ratification"),
        ("by the leaderships' values alone (exact)", "solutions"),
    ):
        rows.append([title, *[""] * (len(names) + 1)])
        for name, point in view[key].items():
            if point is None:
                rows.append([f"  {NAMES[name]}", *["-"] * len(names), "none"])
                continue
            rows.append(
                [
                    f"  {NAMES[name]}",
                    *(f"{g:+.2f}" for g in point["gains"].values()),
                    f"{share(point['ratification'])}%",
                ]
            )
    yield from columns(rows)


def _left(
    scenario: Scenario, names: Mapping[str, str], view: Mapping[str, Any], width: int
) -> Iterator[str]:
    if view["best_text"] is None:
        return
    text = view["best_text"]
    yield ""
    heads = ["issue", "likeliest text", "Nash, values alone"]
    shown = [text["package"], (view["solutions"]["nash"] or {}).get("package", {})]
    counted = view["solutions_with_ratification"]["nash"]
    if counted is not None:
        heads.insert(2, "Nash, with ratification")
        shown.insert(1, counted["package"])
    rows = [heads]
    for issue in text["package"]:
        options = [str(package.get(issue, "-")) for package in shown]
        rows.append([issue_name(scenario, issue)[:36], *options])
    yield from columns(rows, "l" * len(heads))
    yield f"(`winset show {scenario.id} --section issues` has the wording)"
    yield ""
    yield "Likeliest text to be accepted and ratified:"
    gains = listed(f"{names[p]} {g:+.2f}" for p, g in text["gains"].items())
    yield f"  gain over fighting on: {gains}; passes with {share(text['ratification'])}%"
    yield from left_lines(scenario, names, "the likeliest text", view["left"]["best_text"], width)
    if not view["frontier"]:
        yield from _furthest(scenario, names, view["left_on_table"]["by_issue"], width)
    if "nash" in view["left"]:
        title = "the Nash point, values alone"
        yield from left_lines(scenario, names, title, view["left"]["nash"], width)


def _furthest(
    scenario: Scenario,
    names: Mapping[str, str],
    by_issue: Mapping[str, Mapping[str, float]],
    width: int,
) -> Iterator[str]:
    """Where no package suits everybody: on which issues the text is furthest from whose best."""
    far = sorted(by_issue.items(), key=lambda i: -max(i[1].values()))[:4]
    words = [
        f"{issue_name(scenario, issue)} ("
        + listed(f"{names[p]} {v:.0f}" for p, v in short.items() if v >= 0.5)
        + ")"
        for issue, short in far
        if max(short.values()) >= 0.5
    ]
    if words:
        text = f"Furthest from somebody's best, in points of 100: {listed(words)}."
        yield from wrap(text, width, "  ", "  ")
