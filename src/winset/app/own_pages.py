"""Forms for a worldview or strategy of one's own, and the table of levers and rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from winset.app import drafts
from winset.app.own import strategy_entry, worldview_entry, written
from winset.app.state import State
from winset.app.web import loaded, page, ready, sorry, state_of
from winset.errors import WinsetError

__all__ = ["ROUTES"]

_RULES = 3  # rules a form has room for beyond those there are


async def _write(request: Request) -> Response:
    state = state_of(request, request.query_params)
    scenario, answer = await ready(request, state)
    if answer is not None:
        return answer
    return page(request, "write.html.j2", **_about(request, state, scenario))


def _about(request: Request, state: State, scenario: Any) -> dict[str, Any]:
    spec = scenario.spec
    return {
        "state": state,
        "scenario": scenario,
        "spec": spec,
        "own": _own(request, state),
        "strategies": {
            s: spec.strategies[s].label if s in spec.strategies else s for s in scenario.strategies
        },
        "worldviews": {w: body.label for w, body in spec.worldviews.items()},
    }


def _own(request: Request, state: State) -> dict[str, tuple[str, ...]]:
    """What the scenario's own.yaml holds: section -> names."""
    place = request.app.state.catalogue.place(state.scenario)
    if place is None or not state.scenario.startswith("drafts/"):
        return {}
    import yaml

    data = yaml.safe_load(drafts.files_of(place).get(drafts.OWN, "")) or {}
    return {section: tuple(data.get(section) or ()) for section in ("worldviews", "strategies")}


async def _form(request: Request) -> Response:
    state, kind = state_of(request, request.query_params), request.path_params["kind"]
    scenario, answer = await ready(request, state)
    if answer is not None:
        return answer
    begun = request.query_params.get("from", "")
    known = scenario.spec.worldviews if kind == "worldview" else scenario.strategies
    if kind not in ("worldview", "strategy") or (begun and begun not in known):
        return sorry(request, 404, "Nothing to begin with", f"There is no {kind} {begun!r} here.")
    if not begun:
        begun = next(iter(known), "")
    return _shown(request, state, scenario, kind, begun, {}, "")


def _shown(
    request: Request,
    state: State,
    scenario: Any,
    kind: str,
    begun: str,
    given: dict[str, str],
    wrong: str,
) -> Response:
    make = _worldview_form if kind == "worldview" else _strategy_form
    return page(
        request,
        f"{kind}.html.j2",
        422 if wrong else 200,
        **_about(request, state, scenario),
        **make(scenario, begun),
        begun=begun,
        given=given,
        wrong=wrong,
    )


def _worldview_form(scenario: Any, begun: str) -> dict[str, Any]:
    spec = scenario.spec
    set_ = spec.worldviews[begun].set if begun else {}
    ids = [
        id_
        for id_, q in scenario.quantities.items()
        if q.disputed or any(id_ in view.set for view in spec.worldviews.values())
    ]
    return {
        "numbers": [
            {
                "id": id_,
                "q": scenario.quantities[id_],
                "now": written(set_[id_]) if id_ in set_ else "",
                "base": written(scenario.quantities[id_]),
                "others": {
                    body.label: written(body.set[id_])
                    for w, body in spec.worldviews.items()
                    if id_ in body.set and w != begun
                },
            }
            for id_ in ids
        ]
    }


def _strategy_form(scenario: Any, begun: str) -> dict[str, Any]:
    whole = scenario.strategy(begun)
    rules = [
        {
            "label": r.label,
            "when": str(r.when),
            "then": ", ".join(f"{k}={v:g}" for k, v in r.set.items()),
        }
        for r in whole.rules
    ]
    return {
        "whole": whole,
        "rules": rules + [{"label": "", "when": "", "then": ""}] * _RULES,
        "levers": scenario.spec.levers,
        "sources": scenario.spec.sources,
    }


async def _save(request: Request) -> Response:
    form = await request.form()
    state, kind = state_of(request, form), request.path_params["kind"]
    scenario, answer = await ready(request, state)
    if answer is not None:
        return answer
    given = {key: str(value) for key, value in form.items()}
    begun = given.get("from", "")
    section = {"worldview": "worldviews", "strategy": "strategies"}.get(kind)
    known = scenario.spec.worldviews if kind == "worldview" else scenario.strategies
    if section is None or (begun and begun not in known):
        return sorry(request, 404, "Nothing to begin with", f"There is no {kind} {begun!r} here.")
    try:
        name, id_ = await run_in_threadpool(_kept, request, state, scenario, section, begun, given)
    except WinsetError as error:
        return _shown(request, state, scenario, kind, begun, given, str(error))
    chosen = state.now(scenario=name)
    if section == "worldviews":
        chosen = replace(chosen, worldviews=(*(w for w in chosen.worldviews if w != id_), id_))
    else:
        spec = scenario.spec
        beside = chosen.strategies or tuple(s for s in (spec.headline, spec.baseline) if s)
        chosen = replace(chosen, strategies=(*(s for s in beside if s != id_), id_))
    return RedirectResponse(chosen.address, 303)


def _kept(
    request: Request, state: State, scenario: Any, section: str, begun: str, given: dict[str, str]
) -> tuple[str, str]:
    catalogue = request.app.state.catalogue
    make = worldview_entry if section == "worldviews" else strategy_entry
    own = _own(request, state).get(section, ())
    id_, entry = make(scenario, begun, given, own)
    files = drafts.files_of(catalogue.place(state.scenario))
    return drafts.keep(catalogue.folder, drafts.own_section(files, section, id_, entry)), id_


async def _levers(request: Request) -> Response:
    state = state_of(request, request.query_params)
    scenario, wrong = await loaded(request, state)
    if scenario is None:
        return sorry(request, 404, "No such scenario", wrong)
    whole = {s: scenario.strategy(s) for s in scenario.strategies}
    return page(
        request,
        "levers.html.j2",
        422 if wrong else 200,
        **_about(request, state, scenario),
        wrong=wrong,
        whole=whole,
        levers=scenario.spec.levers,
        sources=scenario.spec.sources,
    )


ROUTES: list[Any] = [
    Route("/s/{scenario:path}/write/{kind}", _form),
    Route("/s/{scenario:path}/write/{kind}", _save, methods=["POST"]),
    Route("/s/{scenario:path}/write", _write),
    Route("/s/{scenario:path}/levers", _levers),
]
