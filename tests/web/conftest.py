from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect

from web import Settings, create_app
from web.app import PAGE


@dataclass(frozen=True)
class Server:
    """A real server on 127.0.0.1, in this process and event loop."""

    app: FastAPI
    http: httpx2.AsyncClient
    address: str

    async def open(self, **more: Any) -> dict[str, Any]:
        """Open a session and return the response."""
        body = {"source": "browser", "consent": True, **more}
        answer = await self.http.post("/api/sessions", json=body)
        assert answer.status_code == 201, answer.text
        opened: dict[str, Any] = answer.json()
        return opened

    def listen(self, path: str, **query: str | int) -> connect:
        """Open a WebSocket."""
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        return connect(f"{self.address.replace('http', 'ws', 1)}{path}?{asked}")

    def events(self, opened: dict[str, Any], after: int = 0) -> connect:
        """Follow the events of a session."""
        return self.listen(opened["links"]["events"], token=opened["token"], after=after)


Serve = Callable[..., AbstractAsyncContextManager[Server]]


@asynccontextmanager
async def serving(settings: Settings, **options: Any) -> AsyncIterator[Server]:
    app = create_app(settings, **options)
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, ws="websockets-sansio", log_level="warning", timeout_graceful_shutdown=5
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve([listener]))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        while not server.started:
            assert not running.done()
            await asyncio.sleep(0.01)
        async with httpx2.AsyncClient(base_url=address, timeout=30) as http:
            yield Server(app, http, address)
    finally:
        server.should_exit = True
        await running


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    """Start a server with the given settings and its data in a new folder."""

    def start(page: Path = PAGE, **settings: Any) -> AbstractAsyncContextManager[Server]:
        settings = {"data_dir": tmp_path / "data", "ice_addresses": ("127.0.0.1",), **settings}
        return serving(Settings(**settings), page=page)

    return start


@pytest.fixture
async def server(serve: Serve) -> AsyncIterator[Server]:
    async with serve() as server:
        yield server


async def until(socket: ClientConnection, wanted: Callable[[dict[str, Any]], bool]) -> list[Any]:
    """Return the messages up to the first wanted one."""
    heard: list[Any] = []
    async with asyncio.timeout(30):
        async for text in socket:
            heard.append(json.loads(text))
            if wanted(heard[-1]):
                return heard
    raise AssertionError(f"the socket closed before, after {heard}")
