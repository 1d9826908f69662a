"""What every page's handler needs: the templates, the scenario in its state, plain refusals."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from winset.app.loading import load, stamp
from winset.app.state import State
from winset.errors import WinsetError

__all__ = ["download", "loaded", "not_found", "page", "ready", "sorry", "state_of"]


def page(request: Request, template: str, status: int = 200, **given: Any) -> HTMLResponse:
    """Return a template rendered."""
    env = request.app.state.pages
    return HTMLResponse(env.get_template(template).render(**given), status_code=status)


def sorry(request: Request, status: int, title: str, said: str) -> HTMLResponse:
    """Return a page that says why there is nothing to show."""
    return page(request, "sorry.html.j2", status, title=title, said=said)


async def not_found(request: Request, error: Exception | None = None) -> Response:
    """Return the page for what is not there."""
    said = "There is no such page. Perhaps its study was moved or removed."
    return sorry(request, 404, "Nothing here", said)


def state_of(request: Request, given: Any) -> State:
    """Return the state that an address or a form of a scenario's page holds."""
    return State.of(request.path_params["scenario"], given)


async def loaded(request: Request, state: State) -> tuple[Any, str]:
    """Return the scenario with its changes, or without them and what is wrong with them; None where
    it cannot be read at all.
    """
    place = request.app.state.catalogue.place(state.scenario)
    if place is None:
        return None, f"There is no scenario {state.scenario!r} here."
    now = await run_in_threadpool(stamp, place)
    try:
        return await run_in_threadpool(load, place, state.sets, state.claims, now), ""
    except WinsetError as error:
        said = str(error)
    if not state.changes:
        return None, said
    try:
        return await run_in_threadpool(load, place, (), (), now), said
    except WinsetError as error:
        return None, str(error)


async def ready(request: Request, state: State) -> tuple[Any, Response | None]:
    """Return the scenario with its changes, or what to answer where it cannot be had so."""
    scenario, wrong = await loaded(request, state)
    if scenario is None:
        return None, sorry(request, 404, "No such scenario", wrong)
    if wrong:
        return None, sorry(request, 422, "These changes cannot be made", wrong)
    return scenario, None


def download(body: bytes, name: str, kind: str) -> Response:
    """Return a file to be kept."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in name)
    return Response(
        body, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{plain}"'}
    )


def plain_refusal(said: str, status: int) -> Response:
    """Return a line of text, for what is no page."""
    return PlainTextResponse(said, status)
