"""The scenario's text in an editor: problems at their lines as one types, a copy of one's own."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from winset.app import drafts
from winset.app.state import State
from winset.app.web import download, loaded, not_found, page, sorry, state_of
from winset.errors import Problem, ScenarioError

__all__ = ["ROUTES"]

#: characters of a text that is taken
_MOST = 5_000_000


def _place(request: Request, state: State) -> str | None:
    place: str | None = request.app.state.catalogue.place(state.scenario)
    return place


async def _text(request: Request) -> Response:
    state = state_of(request, request.query_params)
    place = _place(request, state)
    if place is None:
        return sorry(request, 404, "No such scenario", f"There is no scenario {state.scenario!r}.")
    try:
        files = await run_in_threadpool(drafts.files_of, place)
    except (OSError, UnicodeDecodeError, ScenarioError) as error:
        return sorry(request, 422, "This cannot be edited", str(error))
    file = request.query_params.get("file", "")
    if file not in files:
        file = "scenario.yaml" if "scenario.yaml" in files else next(iter(files))
    problems = await run_in_threadpool(drafts.problems_of, files)
    return await _page(request, state, files, file, problems)


async def _page(
    request: Request,
    state: State,
    files: dict[str, str],
    file: str,
    problems: tuple[Problem, ...],
    status: int = 200,
) -> Response:
    scenario, wrong = await loaded(request, state)
    return page(
        request,
        "text.html.j2",
        status,
        state=state,
        title=scenario.spec.title if scenario is not None else state.scenario,
        files=files,
        file=file,
        text=files[file],
        problems=problems,
        wrong=wrong if scenario is not None else "",
        kept=state.scenario.startswith("drafts/"),
    )


async def _posted(request: Request) -> tuple[State, dict[str, str], str] | Response:
    form = await request.form(max_part_size=_MOST)
    state = state_of(request, form)
    place = _place(request, state)
    if place is None:
        return await not_found(request)
    files = await run_in_threadpool(drafts.files_of, place)
    file = str(form.get("file") or "")
    if file not in files:
        return sorry(request, 422, "No such file", f"This scenario has no file {file!r}.")
    return state, drafts.changed_file(files, file, str(form.get("text") or "\n# empty")), file


async def _check(request: Request) -> Response:
    given = await _posted(request)
    if isinstance(given, Response):
        return given
    _, files, file = given
    problems = await run_in_threadpool(drafts.problems_of, files)
    return page(request, "problems.html.j2", problems=problems, file=file, checked=True)


async def _keep(request: Request) -> Response:
    given = await _posted(request)
    if isinstance(given, Response):
        return given
    state, files, file = given
    try:
        name = await run_in_threadpool(drafts.keep, request.app.state.catalogue.folder, files)
    except ScenarioError as error:
        return await _page(request, state, files, file, error.problems, 422)
    return RedirectResponse(state.now(scenario=name).page("text", [("file", file)]), 303)


async def _file(request: Request) -> Response:
    place = _place(request, state_of(request, request.query_params))
    if place is None:
        return await not_found(request)
    files = await run_in_threadpool(drafts.files_of, place)
    name = request.path_params["file"]
    if name not in files:
        return await not_found(request)
    return download(files[name].encode(), name, "application/yaml")


ROUTES: list[Any] = [
    Route("/s/{scenario:path}/text/check", _check, methods=["POST"]),
    Route("/s/{scenario:path}/text", _text),
    Route("/s/{scenario:path}/text", _keep, methods=["POST"]),
    Route("/s/{scenario:path}/files/{file}", _file),
]
