"""Claims of the argument: what each says, what carries it, how it stands, and its switches."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from winset.app.state import State
from winset.app.web import loaded, page, sorry, state_of

__all__ = ["ROUTES"]


async def _claims(request: Request) -> Response:
    state = state_of(request, request.query_params)
    scenario, wrong = await loaded(request, state)
    if scenario is None:
        return sorry(request, 404, "No such scenario", wrong)
    given = request.query_params
    found = listed(scenario, state, given.get("q", ""), given.get("kind", ""))
    return page(request, "claims.html.j2", 422 if wrong else 200, wrong=wrong, **found)


async def _switch(request: Request) -> Response:
    form = await request.form()
    state = state_of(request, form)
    claim, to = str(form.get("id") or ""), str(form.get("to") or "")
    if to == "on" and not any(_another(text, claim) for text in state.claims):
        to = ""  # as it is written
    changed = state.switched(claim, to, str(form.get("in") or ""))
    if form.get("undo"):
        changed = state.without(str(form["undo"]))
    scenario, wrong = await loaded(request, changed)
    if scenario is None or not wrong:
        words = [(k, str(form[k])) for k in ("q", "kind") if form.get(k)]
        anchor = f"#{quote('c-' + claim)}" if claim else ""
        return RedirectResponse(changed.page("claims", words) + anchor, 303)
    scenario, _ = await loaded(request, state)
    found = listed(scenario, state, str(form.get("q") or ""), str(form.get("kind") or ""))
    return page(request, "claims.html.j2", 422, wrong=wrong, **found)


def _another(text: str, claim: str) -> bool:
    """Whether a switch names something else, such as a set that may hold the claim."""
    return text.partition("=")[0].rpartition("/")[2] != claim


def listed(scenario: Any, state: State, query: str = "", kind: str = "") -> dict[str, Any]:
    """Return what the page prints: every claim (that matches), its elements, its switches and the
    one it is on.
    """
    from winset.scenario.claims import elements

    spec = scenario.spec
    now: dict[str, dict[str, str]] = {}
    for turn in _turns(spec, state.claims):
        now.setdefault(turn.claim, {})[turn.only or ""] = turn.state
    carried = elements(spec)
    rows = []
    for id_, claim in spec.claims.items():
        said = f"{id_} {claim.text} {claim.kind} {claim.status} {claim.contradicted_by}".lower()
        if all(word in said for word in query.lower().split()) and kind in ("", claim.kind):
            rows.append(
                {
                    "id": id_,
                    "claim": claim,
                    "elements": carried[id_],
                    "now": now.get(id_, {}),
                    "everywhere": now.get(id_, {}).get("", "on"),
                    "takes": claim.rival is not None and bool(claim.rival.takes),
                }
            )
    return {
        "state": state,
        "scenario": scenario,
        "spec": spec,
        "query": query,
        "kind": kind,
        "kinds": list(dict.fromkeys(c.kind for c in spec.claims.values() if c.kind)),
        "rows": rows,
        "total": len(spec.claims),
        "views": {w: body.label for w, body in spec.worldviews.items()},
        "sets": {
            name: {
                "body": body,
                "off": sum(now.get(c, {}).get("") == "off" for c in body.claims),
            }
            for name, body in spec.claim_sets.items()
        },
    }


def _turns(spec: Any, texts: tuple[str, ...]) -> Any:
    from winset.errors import OverrideError
    from winset.scenario.claim_turns import parse_turns

    try:
        return parse_turns(spec, texts)
    except OverrideError:
        return ()  # said at the top of the page


ROUTES = [
    Route("/s/{scenario:path}/claims", _claims),
    Route("/s/{scenario:path}/claim", _switch, methods=["POST"]),
]
