"""The pages: every address and what it answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import (
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from winset.app import claim_pages, compose_pages, content, own_pages, text_pages
from winset.app.catalogue import Catalogue
from winset.app.guard import Guard
from winset.app.numbers import numbers
from winset.app.runs import Runs
from winset.app.web import download, loaded, not_found, page, sorry, state_of
from winset.errors import WinsetError

__all__ = ["build"]

_LOCAL: Final = ("127.0.0.1", "::1", "localhost")
_STATIC: Final = Path(__file__).parent / "static"
#: seconds between two looks at a run
_TICK: Final = 0.15
#: seconds between two grids on their way to a visitor
_GRID: Final = 0.6
#: pages from which a change is taken back
_BACK: Final = ("claims",)


def build(
    folder: Path, *, host: str = "127.0.0.1", token: str | None = None, workers: int | None = None
) -> Starlette:
    """Return the workbench as an ASGI application over the studies and scenarios of `folder`."""
    app = Starlette(
        routes=[
            Route("/", _home),
            Route("/s/{scenario:path}/numbers", _numbers),
            Route("/s/{scenario:path}/change", _change, methods=["POST"]),
            Route("/s/{scenario:path}/run", _run, methods=["POST"]),
            Route("/s/{scenario:path}/scenario.yaml", _yaml),
            *claim_pages.ROUTES,
            *compose_pages.ROUTES,
            *own_pages.ROUTES,
            *text_pages.ROUTES,
            Route("/s/{scenario:path}", _scenario),
            Route("/runs/{run}", _running),
            Route("/runs/{run}/events", _events),
            Route("/runs/{run}/cancel", _cancel, methods=["POST"]),
            Route("/studies/{study}", _study),
            Route("/studies/{study}/charts/{chart}", _chart),
            Route("/studies/{study}/path", _path),
            Route("/studies/{study}/{file}", _export),
            Route("/app.css", _style),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ],
        middleware=[Middleware(Guard, token=token, local=host in _LOCAL)],
        exception_handlers={404: not_found},
    )
    app.state.catalogue = Catalogue(folder)
    app.state.runs = Runs(workers)
    app.state.pages = content.environment()
    return app


async def _style(request: Request) -> Response:
    return Response(content.style(), media_type="text/css")


async def _home(request: Request) -> Response:
    catalogue: Catalogue = request.app.state.catalogue
    studies = await run_in_threadpool(catalogue.studies)
    return page(
        request,
        "home.html.j2",
        scenarios=catalogue.scenarios(),
        studies=studies,
        folder=catalogue.folder,
    )


async def _scenario(request: Request) -> Response:
    state = state_of(request, request.query_params)
    scenario, wrong = await loaded(request, state)
    if scenario is None:
        return sorry(request, 404, "No such scenario", wrong)
    found = await run_in_threadpool(
        content.scenario_page,
        scenario,
        state,
        request.query_params.get("q", ""),
        request.query_params.get("part", ""),
    )
    request.app.state.runs.prepare(scenario)
    return page(request, "scenario.html.j2", 422 if wrong else 200, wrong=wrong, **found)


async def _numbers(request: Request) -> Response:
    state = state_of(request, request.query_params)
    scenario, wrong = await loaded(request, state)
    if scenario is None:
        return sorry(request, 404, "No such scenario", wrong)
    found = numbers(
        scenario, state, request.query_params.get("q", ""), request.query_params.get("part", "")
    )
    return page(request, "numbers.html.j2", **found)


async def _change(request: Request) -> Response:
    form = await request.form()
    state = state_of(request, form)
    changed = state.changed(
        str(form.get("id") or ""), str(form.get("value") or ""), str(form.get("in") or "")
    )
    if form.get("undo"):
        changed = state.without(str(form["undo"]))
    scenario, wrong = await loaded(request, changed)
    if scenario is None or not wrong:
        back = str(form.get("back") or "")
        address = changed.page(back) if back in _BACK else changed.address + "#numbers"
        return RedirectResponse(address, 303)
    # The change is not taken: the page as it was, and why.
    scenario, _ = await loaded(request, state)
    found = await run_in_threadpool(
        content.scenario_page, scenario, state, str(form.get("id") or "")
    )
    return page(request, "scenario.html.j2", 422, wrong=wrong, **found)


async def _run(request: Request) -> Response:
    state = state_of(request, await request.form())
    scenario, wrong = await loaded(request, state)
    if scenario is None or wrong:
        return sorry(request, 422, "This cannot be run", wrong)
    catalogue: Catalogue = request.app.state.catalogue
    try:
        design, folder = await run_in_threadpool(
            content.design, scenario, state, catalogue.studies_folder
        )
    except WinsetError as error:
        return sorry(request, 422, "This cannot be run", str(error))
    run = request.app.state.runs.start(state.scenario, design, folder)
    before = f"?before={quote(state.before)}" if state.before else ""
    return RedirectResponse(f"/runs/{quote(run.name)}{before}", 303)


async def _yaml(request: Request) -> Response:
    state = state_of(request, request.query_params)
    scenario, wrong = await loaded(request, state)
    if scenario is None or wrong:
        return PlainTextResponse(wrong, 404 if scenario is None else 422)
    return download(scenario.to_yaml().encode(), f"{scenario.id}.yaml", "application/yaml")


async def _running(request: Request) -> Response:
    run = request.app.state.runs.get(request.path_params["run"])
    before = request.query_params.get("before", "")
    if run is None or run.state == "done":
        name = request.path_params["run"]
        if request.app.state.catalogue.study(name) is None:
            return await not_found(request)
        return RedirectResponse(_results(name, before), 303)
    return page(request, "run.html.j2", run=run, before=before, **content.progress(run))


def _results(name: str, before: str) -> str:
    return f"/studies/{quote(name)}" + (f"?before={quote(before)}" if before else "")


async def _events(request: Request) -> Response:
    run = request.app.state.runs.get(request.path_params["run"])
    if run is None:
        return PlainTextResponse("no such run", 404)
    before = request.query_params.get("before", "")
    env = request.app.state.pages

    async def events() -> AsyncIterator[str]:
        seen, shown = -1, float("-inf")
        while not await request.is_disconnected():
            if run.version != seen:
                seen = run.version
                text = env.get_template("progress.html.j2").render(run=run, **content.progress(run))
                yield _event("progress", text)
                if not run.over and time.monotonic() - shown > _GRID:
                    grid = await run_in_threadpool(content.grid_so_far, run)
                    if grid is not None:
                        shown = time.monotonic()
                        text = env.get_template("grid.html.j2").render(t=grid, run=run)
                        yield _event("grid", text)
                if run.over:
                    text = env.get_template("over.html.j2").render(
                        run=run, address=_results(run.name, before)
                    )
                    yield _event("over", text)
                    return
            await asyncio.sleep(_TICK)

    return StreamingResponse(
        events(), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
    )


def _event(name: str, text: str) -> str:
    lines = "\n".join(f"data: {line}" for line in text.splitlines())
    return f"event: {name}\n{lines}\n\n"


async def _cancel(request: Request) -> Response:
    run = request.app.state.runs.cancel(request.path_params["run"])
    if run is None:
        return await not_found(request)
    return RedirectResponse(f"/runs/{quote(run.name)}", 303)


async def _opened(request: Request, name: str) -> Any:
    folder = request.app.state.catalogue.study(name)
    return None if folder is None else await run_in_threadpool(content.open_results, folder)


async def _study(request: Request) -> Response:
    name = request.path_params["study"]
    try:
        results = await _opened(request, name)
        before = request.query_params.get("before", "")
        other = await _opened(request, before) if before and before != name else None
    except WinsetError as error:
        return sorry(request, 422, "This study cannot be read", str(error))
    if results is None:
        return await not_found(request)
    catalogue: Catalogue = request.app.state.catalogue
    measure = request.query_params.get("measure", "durable")
    try:
        found = await run_in_threadpool(
            content.study_page, catalogue, name, results, before, other, measure
        )
    except WinsetError as error:
        return sorry(request, 422, "This cannot be shown", str(error))
    return page(request, "study.html.j2", **found)


async def _chart(request: Request) -> Response:
    name, chart = request.path_params["study"], request.path_params["chart"]
    try:
        results = await _opened(request, name)
        if results is None:
            return await not_found(request)
        picture = await run_in_threadpool(content.picture, results, chart)
    except WinsetError as error:
        return page(request, "picture.html.j2", p={"missing": str(error)})
    return page(request, "picture.html.j2", p=picture)


async def _path(request: Request) -> Response:
    name, given = request.path_params["study"], request.query_params
    folder = request.app.state.catalogue.study(name)
    if folder is None:
        return await not_found(request)
    numbers = {key: given.get(key, "").strip() for key in ("draw", "path")}
    wrong = [
        f"{key}: found {text!r}, a whole number is due"
        for key, text in numbers.items()
        if text and not text.isdecimal()
    ]
    if wrong:
        return sorry(request, 422, "There is no such path", "\n".join(wrong))
    try:
        found = await run_in_threadpool(
            content.path_page,
            name,
            folder,
            given.get("worldview") or None,
            given.get("strategy") or None,
            *(int(text) if text else None for text in numbers.values()),
        )
    except WinsetError as error:
        return sorry(request, 422, "There is no such path", str(error))
    return page(request, "path.html.j2", **found)


async def _export(request: Request) -> Response:
    name, file = request.path_params["study"], request.path_params["file"]
    folder = request.app.state.catalogue.study(name)
    if folder is None:
        return await not_found(request)
    try:
        made = await run_in_threadpool(content.export, folder, file)
    except WinsetError as error:
        return sorry(request, 422, "This cannot be exported", str(error))
    if made is None:
        return await not_found(request)
    return download(made[0], f"{name}-{file}", made[1])
