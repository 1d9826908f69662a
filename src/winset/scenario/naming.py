"""Names: every name an expression reads is known and may be read there; no definition goes round
in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from winset.scenario.expr import Expr
from winset.scenario.findings import Findings
from winset.scenario.hoisting import Path
from winset.scenario.scenario import Scenario
from winset.scenario.schema.root import ScenarioSpec
from winset.scenario.spots import Spot
from winset.scenario.vocabulary import RESERVED, RESERVED_HEADS, Context, Vocabulary


def check_names(
    spots: Sequence[Spot], vocabulary: Vocabulary, ghosts: frozenset[str], findings: Findings
) -> None:
    """Unknown names, names that may not be read where they stand, random terms outside the monthly
    step.

    `ghosts`: ids of entries that could not be read; nothing is said of names that begin with one.
    """
    for spot in spots:
        known = vocabulary.names(spot.context, spot.party)
        for name in sorted(spot.expr.names - known.keys()):
            if not _is_ghost(name, ghosts):
                _unknown(name, spot, known, vocabulary, findings)
        if spot.expr.randoms and not spot.random:
            findings.problem(
                spot.path,
                "a random term may not stand here",
                found=spot.expr.text,
                allowed="random terms only in derived values, flows and events",
            )


def _is_ghost(name: str, ghosts: frozenset[str]) -> bool:
    parts = name.split(".")
    return any(
        ".".join(parts[i:j]) in ghosts
        for i in range(len(parts))
        for j in range(i + 1, len(parts) + 1)
    )


def _unknown(
    name: str, spot: Spot, known: Mapping[str, str], vocabulary: Vocabulary, findings: Findings
) -> None:
    what = vocabulary.what(name)
    if what is not None:
        findings.problem(
            spot.path,
            f"{name} is {what} and may not be read here",
            found=spot.expr.text,
            allowed=spot.context.value,
            group=("name " + spot.context.name, name),
        )
        return
    message = f"unknown name {name}"
    if name == spot.expr.text and spot.path[-1] == "formula":
        message = f"a number was due here, or a formula; {message}"
    findings.problem(spot.path, message, found=name, known=known, group=("name", name))


def check_ids(scenario: Scenario, findings: Findings) -> None:
    """Ids that stand for two things, or for something the language itself means by that name."""
    spec = scenario.spec
    owner: dict[str, Path] = {}
    for section in ("quantities", "state", "derived"):
        for id_ in getattr(spec, section):
            _claim(id_, (section, id_), owner, findings)
    for h, hypothesis in spec.hypotheses.items():
        for value in hypothesis.values:
            _claim(f"{h}.{value}", ("hypotheses", h), owner, findings)
    for id_, path in scenario.paths.items():
        if path[0] != "quantities":
            _claim(id_, path, owner, findings)
    mechanisms: dict[str, Path] = {}
    for section in ("flows", "events", "signals"):
        for id_ in getattr(spec, section):
            _claim(id_, (section, id_), mechanisms, findings)


def _claim(id_: str, path: Path, owner: dict[str, Path], findings: Findings) -> None:
    head = id_.split(".")[0]
    if owner is not None and (id_ in RESERVED or (head in RESERVED_HEADS and "." in id_)):
        findings.problem(path, "this name has a meaning of its own; choose another", found=id_)
    if id_ in owner:
        first = ".".join(str(part) for part in owner[id_])
        findings.problem(path, f"this name is taken by {first}", found=id_)
    else:
        owner[id_] = path


def check_circles(scenario: Scenario, findings: Findings) -> bool:
    """Definitions that depend on themselves: formulas, derived values and levers, `based_on`.
    True where there are any.
    """
    spec = scenario.spec
    found = False
    base = {
        id_: quantity.formula
        for id_, quantity in scenario.quantities.items()
        if quantity.formula is not None
    }
    graphs = [(scenario.paths, base)]
    for view_id, view in spec.worldviews.items():
        own = {
            id_: quantity.formula
            for id_, quantity in view.set.items()
            if quantity.formula is not None
        }
        if own:
            kept = {id_: expr for id_, expr in base.items() if id_ not in view.set}
            places: dict[str, Path] = {
                **scenario.paths,
                **{id_: ("worldviews", view_id, "set", id_) for id_ in own},
            }
            graphs.append((places, {**kept, **own}))
    for paths, formulas in graphs:
        edges = {id_: sorted(expr.names & formulas.keys()) for id_, expr in formulas.items()}
        found |= _circles(edges, paths, findings)
    found |= _circles(*_war_graph(spec), findings)
    based = {
        id_: [s.based_on] if s.based_on in spec.strategies else []
        for id_, s in spec.strategies.items()
    }
    where: dict[str, Path] = {id_: ("strategies", id_, "based_on") for id_ in based}
    return _circles(based, where, findings) or found


def _war_graph(spec: ScenarioSpec) -> tuple[dict[str, list[str]], dict[str, Path]]:
    """What derived values and delivered levels read of one another within a month."""
    reads: dict[str, set[str]] = {}
    paths: dict[str, Path] = {}
    for id_, derived in spec.derived.items():
        reads[id_] = set(derived.value.names)
        paths[id_] = ("derived", id_, "value")
    for id_, lever in spec.levers.items():
        name = f"lever.{id_}"
        reads[name] = _names(lever.delivered, lever.use)
        paths[name] = ("levers", id_, "delivered")
        reads[f"{name}.cost"] = _names(lever.cost)
        paths[f"{name}.cost"] = ("levers", id_, "cost")
    return {id_: sorted(names & reads.keys()) for id_, names in reads.items()}, paths


def _names(*exprs: Expr | None) -> set[str]:
    return {name for expr in exprs if expr is not None for name in expr.names}


def _circles(
    edges: Mapping[str, Iterable[str | None]], paths: Mapping[str, Path], findings: Findings
) -> bool:
    """Report each circle of a graph once. Depth first, with a stack of its own."""
    found = False
    done: set[str] = set()
    for start in edges:
        if start in done:
            continue
        trail: list[str] = [start]
        rest = [iter(edges[start])]
        on = {start}
        while trail:
            step = next(rest[-1], None)
            if step is None:
                last = trail.pop()
                on.discard(last)
                done.add(last)
                rest.pop()
            elif step in on:
                circle = trail[trail.index(step) :]
                shown = " -> ".join([*circle, step])
                findings.problem(
                    paths.get(step, (step,)),
                    f"a circle of definitions: {shown}",
                    group=("circle", " ".join(sorted(circle))),
                )
                found = True
            elif step in edges and step not in done:
                trail.append(step)
                rest.append(iter(edges[step]))
                on.add(step)
    return found


def names_read(spots: Sequence[Spot]) -> frozenset[str]:
    """Every name that some expression reads."""
    return frozenset(name for spot in spots for name in spot.expr.names)


__all__ = ["Context", "check_circles", "check_ids", "check_names", "names_read"]
