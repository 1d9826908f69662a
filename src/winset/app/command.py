"""`winset app`: the workbench in a browser, on this machine."""

from pathlib import Path
from typing import Annotated, Final

import typer

__all__ = ["command"]

#: addresses that nobody beyond this machine can reach
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


def command(
    folder: Annotated[
        Path,
        typer.Argument(help="Where studies are kept and scenarios of your own are looked for."),
    ] = Path("."),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8737,
    host: Annotated[
        str, typer.Option(help="Address to listen on; beyond this machine a token is asked for.")
    ] = "127.0.0.1",
    token: Annotated[
        str | None,
        typer.Option(help="Token to ask for; made up where one is needed and none is given."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes a run may use (one a core).")
    ] = None,
    no_open: Annotated[
        bool, typer.Option("--no-open", help="Do not open the browser; print the address only.")
    ] = False,
) -> None:
    """Open the workbench: scenarios and studies, numbers to change, runs beside one another.

    It listens on this machine alone unless --host says otherwise, and then asks for a token. Ctrl-C
    ends it; finished cells of a run are kept.
    """
    import secrets

    from winset.app.serve import serve

    if token is None and host not in LOOPBACK:
        token = secrets.token_urlsafe(24)
    serve(folder, host, port, token=token, workers=workers, open_browser=not no_open)
