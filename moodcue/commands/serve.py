"""``moodcue serve``: the server of the page."""

from __future__ import annotations

import errno
import os
import socket
import sys
import webbrowser
from typing import Annotated

import typer
from rich.console import Console

from moodcue.commands.terminal import DataDir, VoiceModel, clearly, fail, settings_from


@clearly
def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; by default 127.0.0.1.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; by default 8600, and 0 takes a free one.")
    ] = None,
    data_dir: DataDir = None,
    voice_model: VoiceModel = None,
    show: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> None:
    """Start the server of the page."""
    import uvicorn

    from web import create_app

    settings = settings_from(host=host, port=port, data_dir=data_dir, voice_model=voice_model)
    # A taken port is told at once, before the models are loaded.
    with listen(settings.host, settings.port) as listener:
        application = create_app(settings)
        name = f"[{settings.host}]" if listener.family == socket.AF_INET6 else settings.host
        address = f"http://{name}:{listener.getsockname()[1]}/"
        Console(soft_wrap=True).print(f"Moodcue listens on {address}  (stop it with Ctrl+C)")
        if show and displays():
            webbrowser.open(address)
        # The access log would hold the tokens of WebSocket addresses.
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
    """Return a socket that listens; where none can, say why and end."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            fail(
                f"port {port} of {host} is taken. Is Moodcue running already? "
                "Choose another port with --port."
            )
        fail(f"cannot listen on {host}, port {port}: {error.strerror}")


def displays() -> bool:
    """Return whether there is a screen that a browser could open on."""
    return sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
