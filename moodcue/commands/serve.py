"""``moodcue serve``: run the server."""

from __future__ import annotations

import errno
import os
import socket
import sys
import webbrowser
from typing import Annotated

import typer
from rich.console import Console

from moodcue.commands.terminal import (
    DataDir,
    FaceModel,
    VoiceModel,
    fail,
    report_errors,
    settings_from,
)


@report_errors
def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; by default 127.0.0.1.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; by default 8600; 0 takes a free one.")
    ] = None,
    data_dir: DataDir = None,
    voice_model: VoiceModel = None,
    face_model: FaceModel = None,
    show: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
) -> None:
    """Run the server until Ctrl+C."""
    import uvicorn

    from web import create_app

    settings = settings_from(
        host=host, port=port, data_dir=data_dir, voice_model=voice_model, face_model=face_model
    )
    # Before the models are loaded, so that a port in use is reported at once.
    with listen(settings.host, settings.port) as listener:
        application = create_app(settings)
        name = f"[{settings.host}]" if listener.family == socket.AF_INET6 else settings.host
        address = f"http://{name}:{listener.getsockname()[1]}/"
        Console(soft_wrap=True).print(f"Moodcue listens on {address}  (stop it with Ctrl+C)")
        if show and displays():
            webbrowser.open(address)
        # No access log: it would contain the tokens in WebSocket URLs.
        config = uvicorn.Config(
            application,
            ws="websockets-sansio",
            ws_max_size=65_536,
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=5,
        )
        uvicorn.Server(config).run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket, or fail with the reason."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            fail(
                f"port {port} on {host} is in use. Is Moodcue already running? "
                "Choose another port with --port."
            )
        fail(f"cannot listen on {host}, port {port}: {error.strerror}")


def displays() -> bool:
    """Return whether a browser window can be opened."""
    return sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
