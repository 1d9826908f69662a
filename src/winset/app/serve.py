"""Starts the server: a socket, the pages behind it, the browser in front."""

from __future__ import annotations

import socket
import sys
import threading
import webbrowser
from pathlib import Path

from winset.errors import WinsetError

__all__ = ["serve"]


def serve(
    folder: Path,
    host: str,
    port: int,
    *,
    token: str | None = None,
    workers: int | None = None,
    open_browser: bool = True,
) -> None:
    """Serve the workbench until interrupted. Raises WinsetError where the extra is not installed,
    the folder is none, or the address is taken.
    """
    try:
        import uvicorn

        from winset.app.pages import build
    except ImportError as missing:
        raise WinsetError(
            f"the workbench needs {missing.name}, which is not installed: "
            "pip install 'winset[app,charts]'"
        ) from None
    if not folder.is_dir():
        raise WinsetError(f"{folder}: no such folder")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except OSError as error:
        raise WinsetError(
            f"{host}:{port}: {error.strerror}. Choose another with --port, or --port 0 for any"
        ) from None
    port = listening.getsockname()[1]
    name = f"[{host}]" if ":" in host else host
    address = f"http://{name}:{port}/" + (f"?token={token}" if token else "")
    print(f"The workbench: {address}   (Ctrl-C ends it)", file=sys.stderr)
    app = build(folder, host=host, token=token, workers=workers)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    if open_browser:
        threading.Timer(0.5, webbrowser.open, (address,)).start()
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        pass
    finally:
        app.state.runs.stop()
        listening.close()
