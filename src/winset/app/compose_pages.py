"""The page on which a plan is composed, and the parts of it that a click draws anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from winset.app import composing
from winset.app.composing import Choice
from winset.app.space import picture
from winset.app.state import State
from winset.app.web import loaded, page, sorry, state_of
from winset.errors import WinsetError
from winset.insight.reweigh import only_preferences
from winset.insight.stated import has_war

__all__ = ["ROUTES"]

#: options of an issue shown one beside the other; more stand in a list
_BESIDE = 12


class _Asked:
    """What an address asks for: the state, the scenario less changed preferences and with them,
    the package.
    """

    def __init__(self, state: State, base: Any, scenario: Any, moved: tuple[str, ...]) -> None:
        self.state, self.base, self.scenario, self.moved = state, base, scenario, moved
        self.choice: Choice

    @property
    def address(self) -> str:
        """The page in this state."""
        return self.state.page("compose", self.choice.pairs())


async def _asked(request: Request) -> _Asked | Response:
    given = request.query_params
    state = state_of(request, given)
    for key, value in given.items():
        if key.startswith("w."):
            state = state.changed(key[2:], value)
    whole, wrong = await loaded(request, state.now(sets=()))
    if whole is None or wrong:
        return sorry(request, 404 if whole is None else 422, "This cannot be composed", wrong)
    if not whole.spec.issues:
        return sorry(request, 422, "Nothing to compose", "This scenario has no issues.")
    ids = {text: text.partition("=")[0].strip() for text in state.sets}
    moving = () if given.get("anew") else tuple(t for t, i in ids.items() if _tastes(whole, i))
    base, wrong = await loaded(
        request, state.now(sets=tuple(t for t in state.sets if t not in moving))
    )
    if base is None or wrong:
        return sorry(request, 422, "These changes cannot be made", wrong)
    try:
        scenario = await run_in_threadpool(_changed, base, moving)
        asked = _Asked(state, base, scenario, tuple(ids[t] for t in moving))
        asked.choice = composing.chosen(scenario, dict(given), state.worldviews)
    except WinsetError as error:
        return sorry(request, 422, "This cannot be composed", str(error))
    return asked


def _tastes(scenario: Any, id_: str) -> bool:
    return "/" not in id_ and only_preferences(scenario, [id_])


def _changed(base: Any, texts: tuple[str, ...]) -> Any:
    from winset.scenario.scenario import build

    return build(base.spec, base.places, texts) if texts else base


async def _compose(request: Request) -> Response:
    asked = await _asked(request)
    if isinstance(asked, Response):
        return asked
    shown: dict[str, Any] = {"judged": None}
    if request.query_params.get("show") or composing.is_ready(asked.base, asked.choice):
        try:
            shown = {"judged": await run_in_threadpool(_judged, asked, True)}
        except WinsetError as error:
            return sorry(request, 422, "This cannot be judged", str(error))
    return page(request, "compose.html.j2", **_form(asked), **shown)


async def _verdict(request: Request) -> Response:
    asked = await _asked(request)
    if isinstance(asked, Response):
        return asked
    try:
        whole = not asked.moved or bool(request.query_params.get("exact"))
        judged = await run_in_threadpool(_judged, asked, whole)
    except WinsetError as error:
        return sorry(request, 422, "This cannot be judged", str(error))
    answer = page(request, "judged.html.j2", **_about(asked), j=judged)
    answer.headers["HX-Replace-Url"] = asked.address
    return answer


async def _views(request: Request) -> Response:
    """The package under every worldview."""
    asked = await _asked(request)
    if isinstance(asked, Response):
        return asked
    rows: list[dict[str, Any]] = []
    for view in asked.scenario.worldviews:
        if await request.is_disconnected():  # another click: nobody waits for this any more
            return Response(status_code=204)
        try:
            rows.append(await run_in_threadpool(_elsewhere, asked, view))
        except WinsetError as error:
            return sorry(request, 422, "This cannot be judged", str(error))
    return page(request, "everywhere.html.j2", **_about(asked), rows=rows)


def _judged(asked: _Asked, whole: bool) -> dict[str, Any]:
    choice = asked.choice
    on = composing.bench(asked.base, asked.scenario, choice, asked.moved, whole)
    found = composing.verdict(asked.scenario, on, choice)
    names = _names(asked)
    gain = list(found["gain_now"].values())
    changes = [
        {
            "who": who,
            "ways": [
                {
                    "change": way["change"],
                    "gains": way["gains"],
                    "passes": way["ratification"],
                    "address": asked.state.page(
                        "compose", choice.pairs(**{i: new for i, (_, new) in way["change"].items()})
                    ),
                }
                for way in ways
            ],
        }
        for who, ways in found["changes"].items()
    ]
    constituencies = asked.scenario.spec.constituencies
    return {
        **found,
        "fighting": on.fighting,
        "main": _type(on),
        "ways": changes,
        "pictures": picture(on, gain, found["passes_now"], names),
        "plans": [
            {
                "id": id_,
                "title": title,
                "gains": gains.tolist(),
                "passes": float(odds),
                "address": asked.state.page(
                    "compose",
                    [("view", choice.worldview), ("under", choice.strategy), ("start", id_)],
                ),
            }
            for (id_, title, _, _), gains, odds in zip(on.plans, on.known, on.odds, strict=True)
        ],
        "homes": [
            {"name": constituencies[g].name or g, "party": constituencies[g].party, "share": held}
            for g, held in found.get("groups", {}).items()
        ],
        "exact": on.exact,
        "moved": asked.moved,
    }


def _type(on: composing.Bench) -> str:
    from winset.insight.readied import type_labels

    return type_labels(on.readied.middle)[on.readied.main] if on.readied is not None else ""


def _elsewhere(asked: _Asked, view: str) -> dict[str, Any]:
    choice = replace(asked.choice, worldview=view)
    found = composing.elsewhere(asked.base, asked.scenario, choice, asked.moved)
    return {"view": view, "address": asked.state.page("compose", choice.pairs()), **found}


def _names(asked: _Asked) -> dict[str, str]:
    return {p: body.name or p for p, body in asked.scenario.spec.parties.items()}


def _about(asked: _Asked) -> dict[str, Any]:
    spec = asked.scenario.spec
    return {
        "state": asked.state,
        "choice": asked.choice,
        "spec": spec,
        "names": _names(asked),
        "views": {
            w: spec.worldviews[w].label if w in spec.worldviews else w
            for w in asked.scenario.worldviews
        },
        "address": asked.address,
        "pairs": asked.choice.pairs(),
    }


def _form(asked: _Asked) -> dict[str, Any]:
    """The options of every issue, and the weights that can be moved."""
    from winset.talks.menu import menu

    scenario, choice = asked.scenario, asked.choice
    layout, spec = menu(scenario), asked.scenario.spec
    issues = [
        {
            "id": issue,
            "name": spec.issues[issue].name or issue,
            "body": spec.issues[issue],
            "share": spec.issues[issue].divisible is not None,
            "options": options,
            "many": len(options) > _BESIDE,
            "now": choice.options[issue],
        }
        for issue, options in zip(layout.space.issues, layout.space.options, strict=True)
    ]
    weights = []
    for party in scenario.signatories:
        rows = []
        for issue in layout.space.issues:
            id_ = f"{party}.weight.{issue}"
            quantity = scenario.quantities.get(id_)
            if quantity is None:
                continue
            now = quantity.value if quantity.mid is None else quantity.mid
            if now is not None:
                rows.append({"id": id_, "issue": spec.issues[issue].name or issue, "now": now,
                             "q": quantity})  # fmt: skip
        top = max([40.0, *(2 * r["now"] for r in rows)]) if rows else 0.0
        weights.append({"party": party, "rows": rows, "top": top})
    return {
        **_about(asked),
        "scenario": scenario,
        "issues": issues,
        "weights": weights,
        "plans": spec.plans,
        "strategies": {
            s: spec.strategies[s].label if s in spec.strategies else s for s in scenario.strategies
        },
        "war": has_war(scenario),
        "sources": spec.sources,
    }


ROUTES = [
    Route("/s/{scenario:path}/compose/verdict", _verdict),
    Route("/s/{scenario:path}/compose/views", _views),
    Route("/s/{scenario:path}/compose", _compose),
]
