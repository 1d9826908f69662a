"""A scenario section by section, as an analyst reads it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from winset.cli._tables import rendered, side_by_side, table
from winset.views.quantity import middle, number, spread


def text(scenario: Any, sections: Sequence[str]) -> str:
    """The sections asked for, one below the other."""
    parts: list[Any] = []
    for name in sections:
        made = list(SECTIONS[name](scenario))
        if made:
            parts += ["", *made]
    return rendered(parts[1:])


def _question(scenario: Any) -> Iterator[Any]:
    spec = scenario.spec
    yield f"{spec.title}  [{spec.id}, sha256 {scenario.sha256[:12]}]"
    horizon = f"{spec.months} months from {spec.start}" if spec.months else "until every path ends"
    yield f"As of {spec.as_of}; {horizon}."
    for text_ in (spec.question, spec.about):
        if text_:
            yield ""
            yield text_.strip()
    if spec.notes:
        yield ""
        for note in spec.notes:
            yield f"- {note}"
    if spec.switched:
        yield f"Claims switched: {', '.join(spec.switched)}"
    for override in scenario.overrides:
        yield f"Set by the user: {override.text}"


def _parties(scenario: Any) -> Iterator[Any]:
    spec = scenario.spec
    yield "PARTIES"
    rows = []
    for id_, party in spec.parties.items():
        role = "signs" if party.role == "signatory" else "outside"
        if id_ == spec.mediator:
            role += ", its strategies are compared"
        rows.append([id_, party.name, role])
    yield table(["id", "name", "role"], rows, "ntt")
    groups = [
        [
            id_,
            body.party,
            body.name or "",
            spread(body.influence),
            ", ".join(map(str, body.tolerates)),
        ]
        for id_, body in spec.constituencies.items()
    ]
    if groups:
        yield ""
        yield "Domestic groups, their influence, and the issues they have limits on"
        yield table(["group", "of", "name", "influence", "limits"], groups, "nnttt")


def _issues(scenario: Any) -> Iterator[Any]:
    spec = scenario.spec
    if not spec.issues:
        return
    yield "ISSUES AND OPTIONS  (mid scores of 100 within an issue; f() reads the state or a type)"
    holders = list(spec.preferences)
    for id_, issue in spec.issues.items():
        yield ""
        weights = ", ".join(
            f"{p} {middle(wants.weights[id_])}"
            for p, wants in spec.preferences.items()
            if id_ in wants.weights
        )
        yield f"{issue.code + ' ' if issue.code else ''}{id_}: {issue.name or id_}"
        yield f"  weights: {weights or 'none'}"
        yield f"  no deal: {_no_deal(issue)}; power: {_listed(issue.power)}"
        if issue.divisible is not None:
            divisible = issue.divisible
            yield f"  divisible from {divisible.low:g} to {divisible.high:g} by {divisible.step:g}"
            for party in holders:
                yield f"  {party}: {spec.preferences[party].scores.get(id_, '-')}"
            continue
        rows = []
        for name, option in issue.options.items():
            scores = [_score(spec.preferences[p], id_, name) for p in holders]
            rows.append([name, option.text + _conditions(option), *scores])
        yield table(["option", "text", *holders], rows, "nt" + "r" * len(holders))
        yield from _formulas(spec, id_)


def _formulas(spec: Any, issue: str) -> Iterator[str]:
    for party, wants in spec.preferences.items():
        scores = wants.scores.get(issue)
        for option, score in scores.items() if isinstance(scores, Mapping) else ():
            if middle(score) == "f()":
                yield f"  {party} {option}: f() = {score.formula}"


def _score(wants: Any, issue: str, option: str) -> str:
    scores = wants.scores.get(issue)
    if not isinstance(scores, Mapping) or option not in scores:
        return "-"
    return middle(scores[option])


def _conditions(option: Any) -> str:
    notes = []
    if option.available is not None:
        notes.append(f"while {option.available}")
    if option.gift is not None:
        lever = f" at {option.gift.lever} >= {option.gift.least:g}" if option.gift.lever else ""
        notes.append(
            "gift" + (f" of {', '.join(option.gift.giver)}" if option.gift.giver else "") + lever
        )
    if option.consent:
        notes.append("needs consent: " + ", ".join(option.consent))
    return f" [{'; '.join(notes)}]" if notes else ""


def _no_deal(issue: Any) -> str:
    if isinstance(issue.no_deal, Mapping):
        return ", ".join(f"{option} ({weight})" for option, weight in issue.no_deal.items())
    return "-" if issue.no_deal is None else str(issue.no_deal)


def _listed(ids: Sequence[str]) -> str:
    return ", ".join(ids) or "nobody"


def _plans(scenario: Any) -> Iterator[Any]:
    spec = scenario.spec
    if not spec.plans:
        return
    yield "NAMED PLANS  (one option per issue)"
    names = [str(i + 1) for i in range(len(spec.plans))]
    for key, (id_, plan) in zip(names, spec.plans.items(), strict=True):
        yield f"  {key}  {id_}: {plan.title or id_}" + ("  (armistice)" if plan.armistice else "")
    rows = [
        (issue, [str(plan.options.get(issue, "-")) for plan in spec.plans.values()])
        for issue in spec.issues
    ]
    yield from side_by_side("issue", names, rows)


def _beliefs(scenario: Any) -> Iterator[Any]:
    from winset.scenario.numbers import Mids

    spec = scenario.spec
    if not spec.hypotheses:
        return
    yield "WHAT SOMEBODY DOES NOT KNOW  (chances at mid values: the world's, then holders' own)"
    mids = {view: Mids(scenario, view) for view in scenario.worldviews}
    for id_, hypothesis in spec.hypotheses.items():
        yield ""
        known = f"; known to {', '.join(hypothesis.known_to)}" if hypothesis.known_to else ""
        yield f"{id_}: {hypothesis.label or id_}{known}"
        for value, label in hypothesis.labels.items():
            yield f"  {value}: {label}"
        holders = ["world", *dict.fromkeys([*hypothesis.priors, *_own_holders(spec, id_)])]
        rows = []
        for holder in holders:
            for value in hypothesis.values:
                cells = [
                    _chance(scenario, mids, id_, holder, value, v) for v in scenario.worldviews
                ]
                rows.append((f"{holder}: {value}", cells))
        yield from side_by_side("holder: value", list(scenario.worldviews), rows)
    for id_, signal in spec.signals.items():
        chances = ", ".join(f"{value} {chance}" for value, chance in signal.chance.items())
        yield f"signal {id_} about {signal.about}: {signal.label or id_} ({chances})"


def _own_holders(spec: Any, hypothesis: str) -> list[str]:
    return [
        holder
        for view in spec.worldviews.values()
        for holder in view.priors.get(hypothesis, {})
        if holder != "world"
    ]


def _chance(
    scenario: Any, mids: Mapping[str, Any], hypothesis: str, holder: str, value: str, view: str
) -> str:
    return f"{mids[view].of(scenario.prior(hypothesis, holder, view)[value]):.2g}"


def _war(scenario: Any) -> Iterator[Any]:
    spec = scenario.spec
    if not (spec.state or spec.flows or spec.events):
        return
    yield "THE WAR  (one step is one month)"
    rows = [[id_, s.label, str(s.start), s.unit] for id_, s in spec.state.items()]
    yield table(["stock", "what", "start", "unit"], rows, "nttn")
    flows = []
    for id_, flow in spec.flows.items():
        way = f"{flow.take_from or ''} -> {flow.to or ''}".strip()
        off = "" if flow.enabled else "  (off)"
        flows.append([id_ + off, f"{flow.label + ': ' if flow.label else ''}{flow.rate}", way])
    for id_, event in spec.events.items():
        rate = f"rate {event.rate}" if event.rate is not None else f"chance {event.chance}"
        end = f"ends: {event.outcome}" if event.outcome else _listed(list(event.changes))
        off = "" if event.enabled else "  (off)"
        flows.append([id_ + off, f"{event.label + ': ' if event.label else ''}{rate}", end])
    if flows:
        yield ""
        yield table(["flow or event", "a month", "moves"], flows, "ntt")


def _levers(scenario: Any) -> Iterator[Any]:
    spec = scenario.spec
    if not spec.levers:
        return
    from winset.scenario.strategies import legs_of

    yield "LEVERS OF THE OUTSIDE POWER  (levels 0 to 1)"
    rows = [
        [
            id_,
            f"{lever.code + ' ' if lever.code else ''}{lever.name or id_}"
            + (f" [{lever.limit}]" if lever.limit else ""),
            ", ".join(legs_of(spec, id_)) or "-",
            number(lever.today),
            number(lever.withdrawn),
        ]
        for id_, lever in spec.levers.items()
    ]
    yield table(["lever", "what, and its limit", "leg", "today", "withdrawn"], rows, "ntnrr")


def _strategies(scenario: Any) -> Iterator[Any]:
    spec = scenario.spec
    if not spec.strategies:
        return
    yield "STRATEGIES"
    names = [str(i + 1) for i in range(len(spec.strategies))]
    for key, (id_, strategy) in zip(names, spec.strategies.items(), strict=True):
        marks = [
            m
            for m, yes in (("headline", id_ == spec.headline), ("baseline", id_ == spec.baseline))
            if yes
        ]
        marks += [f"based on {strategy.based_on}"] if strategy.based_on else []
        marks += [f"without {', '.join(strategy.without)}"] if strategy.without else []
        marks += [f"{len(strategy.rules)} rules"] if strategy.rules else []
        yield f"  {key:>2}  {id_}: {strategy.label}" + (f"  ({'; '.join(marks)})" if marks else "")
        if strategy.proponents_say:
            yield f'      "{strategy.proponents_say.strip()}"'
    whole = [scenario.strategy(id_) for id_ in spec.strategies]
    rows = []
    for lever, definition in spec.levers.items():
        cells = [number(s.levers[lever]) for s in whole]
        same = [s.levers[lever] == definition.today for s in whole]
        shown = ["." if at_today else cell for at_today, cell in zip(same, cells, strict=True)]
        rows.append((f"{lever} ({definition.today:g})", shown))
    if rows:
        yield ""
        yield "Levels set; the level of today in brackets, a dot where a strategy leaves it there"
        yield from side_by_side("lever (today)", names, rows)
    for key, strategy in zip(names, whole, strict=True):
        if strategy.excludes or strategy.tables:
            never = "never tables " + ", ".join(strategy.excludes) if strategy.excludes else ""
            only = "; ".join(f"on {i} only {', '.join(o)}" for i, o in strategy.tables.items())
            yield f"  {key:>2}  " + "; ".join(part for part in (never, only) if part)


def _worldviews(scenario: Any) -> Iterator[Any]:
    spec = scenario.spec
    if not spec.worldviews:
        return
    yield "WORLDVIEWS  (none is the default answer)"
    for id_, view in spec.worldviews.items():
        yield f"  {id_}: {view.label}"
        if view.view:
            yield f"      stated view: {view.view.strip()}"
        if view.disable:
            yield f"      without: {', '.join(view.disable)}"
    ids = list(dict.fromkeys(id_ for view in spec.worldviews.values() for id_ in view.set))
    rows = []
    for id_ in ids:
        label = scenario.quantities[id_].label
        cells = [_compact(scenario.quantity(id_, view)) for view in spec.worldviews]
        rows.append((f"{id_}{': ' + label if label else ''}", cells))
    if rows:
        yield ""
        yield "What they set: mid (10th-90th percentile)"
        yield from side_by_side("quantity", list(spec.worldviews), rows)


def _compact(quantity: Any) -> str:
    if quantity.mid is None:
        return spread(quantity)
    return f"{number(quantity.mid)} ({number(quantity.low)}-{number(quantity.high)})"


def _endings(scenario: Any) -> Iterator[Any]:
    spec = scenario.spec
    if not spec.outcomes:
        return
    yield "HOW IT CAN END WITHOUT AGREEMENT"
    for id_, outcome in spec.outcomes.items():
        events = [e for e, event in spec.events.items() if event.outcome == id_]
        how = [f"when {outcome.when}"] if outcome.when is not None else []
        how += ["by " + ", ".join(events)] if events else []
        yield f"  {id_}: {outcome.label or id_}; {'; '.join(how) or 'nothing leads to it'}"
        if outcome.victor:
            imposed = ", ".join(
                f"{issue} {_choice(option)}" for issue, option in outcome.imposes.items()
            )
            yield f"      {outcome.victor} prevails and imposes {imposed or 'nothing'}"
        for party, cost in outcome.cost.items():
            yield f"      costs {party} {cost} of its stake beside the terms"


def _choice(option: str | float) -> str:
    return option if isinstance(option, str) else number(option)


def _evidence(scenario: Any) -> Iterator[Any]:
    from winset.scenario.evidence import numbers_by_standing

    counts = {kind: len(items) for kind, items in numbers_by_standing(scenario).items()}
    yield "WHERE THE NUMBERS COME FROM"
    yield "  " + ", ".join(f"{count} {kind}" for kind, count in counts.items())
    believed = [id_ for id_, quantity in scenario.quantities.items() if quantity.believed_by]
    others = f"some party believes otherwise of {', '.join(believed)}" if believed else ""
    yield f"  Common knowledge: every number{', but ' + others if believed else ''}."
    yield f"  Sources: {len(scenario.spec.sources)}; claims: {len(scenario.spec.claims)}."
    yield "  `winset show NAME --paths` lists every number with its source."


SECTIONS: Final[dict[str, Callable[[Any], Iterator[Any]]]] = {
    "question": _question,
    "parties": _parties,
    "issues": _issues,
    "plans": _plans,
    "beliefs": _beliefs,
    "war": _war,
    "levers": _levers,
    "strategies": _strategies,
    "worldviews": _worldviews,
    "endings": _endings,
    "evidence": _evidence,
}
