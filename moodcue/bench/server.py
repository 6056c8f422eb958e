"""A client of the server: sessions over HTTP, and their events."""

from __future__ import annotations

import asyncio
import http.client
import json
import math
import os
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from moodcue.bench.process import BenchError, Child, running
from stream.process import python

Mood = dict[str, Any]
"""A mood event."""


@dataclass(slots=True, eq=False)
class Session:
    """One session.

    Attributes
    ----------
    address : str
        Host and port of the server.
    link, token : str
        Its path and its token.
    clock_zero : float
        Unix time at which its clock read 0.
    started : float
        Unix time of the request that opened it, or of the first packet of its sender.
    moods : list of (float, Mood)
        Its mood events with the Unix times of their arrival.
    """

    address: str
    link: str
    token: str
    clock_zero: float
    started: float
    moods: list[tuple[float, Mood]] = field(default_factory=list)

    @classmethod
    async def open(cls, address: str, source: str = "browser", **more: object) -> Session:
        """Open a session with a source."""
        body = {"source": source, "consent": True, "title": "bench", **more}
        return await cls._opened(address, "/api/sessions", body)

    @classmethod
    async def upload(cls, address: str, path: Path) -> Session:
        """Upload a recording for analysis."""
        body = await asyncio.to_thread(path.read_bytes)
        return await cls._opened(address, "/api/analyses?consent=true", body)

    @classmethod
    async def _opened(cls, address: str, path: str, body: object) -> Session:
        requested = time.time()
        opened = await call(address, "POST", path, body)
        link, token = opened["links"]["self"], opened["token"]
        info = await call(address, "GET", link, token=token)
        zero = datetime.fromisoformat(info["started_at"]).timestamp()
        return cls(address, link, token, zero, requested)

    async def answer(self, offer: str) -> str:
        """Return the server's answer to the offer of a sender."""
        body = {"type": "offer", "sdp": offer}
        answer = await call(self.address, "POST", f"{self.link}/offer", body, self.token)
        return str(answer["sdp"])

    async def listen(self) -> None:
        """Collect mood events until the session has finished.

        Raises
        ------
        BenchError
            If the session ends before its source does, or the connection fails.
        """
        uri = f"ws://{self.address}{self.link}/events?token={self.token}"
        try:
            async with connect(uri, proxy=None) as socket:
                while True:
                    text = await socket.recv()
                    arrived, event = time.time(), json.loads(text)
                    if event["type"] == "mood":
                        self.moods.append((arrived, event))
                    elif event["type"] == "end" and event["reason"] == "finished":
                        return
                    elif event["type"] == "end":
                        reason = event["detail"] or event["reason"]
                        raise BenchError(f"the server ended a session: {reason}")
        except (OSError, WebSocketException) as error:
            raise BenchError(f"the event connection failed: {error}") from error

    async def stop(self) -> None:
        """End the session."""
        await call(self.address, "POST", f"{self.link}/stop", token=self.token)

    def window_end(self, mood: Mood) -> float:
        """Return the Unix time at which the window of a mood ended."""
        return self.clock_zero + float(mood["t"])

    def first(self, wanted: Callable[[Mood], bool]) -> float:
        """Return the seconds from the start to the first such mood; infinite if there is none."""
        return min((at for at, mood in self.moods if wanted(mood)), default=math.inf) - self.started


@asynccontextmanager
async def serving(folder: Path, **environment: str) -> AsyncIterator[tuple[Child, str]]:
    """Run ``moodcue serve`` with its data in a folder; yield it, once ready, and its address."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("MOODCUE_")}
    inherited |= {"MOODCUE_DATA_DIR": str(folder / "data"), "MOODCUE_ICE_ADDRESSES": "127.0.0.1"}
    command = python("-m", "moodcue", "serve", "--port", "0")
    async with running(
        "moodcue serve", *command, log=folder / "serve.log", environment=inherited | environment
    ) as server:
        found = re.search(r"http://([\w.:]+)", await server.line())
        if not found:
            raise BenchError("moodcue serve did not print its address")
        await call(found[1], "GET", "/readyz")
        yield server, found[1]


async def call(address: str, method: str, path: str, body: object = None, token: str = "") -> Any:
    """Send a request and return the JSON or text of the response.

    The body is sent as JSON, unless it is bytes.

    Raises
    ------
    BenchError
        If the request fails.
    """

    def request() -> Any:
        connection = http.client.HTTPConnection(address, timeout=30)
        kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
        try:
            sent = body if isinstance(body, bytes) else json.dumps(body) if body else None
            connection.request(method, path, sent, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except OSError as error:
            raise BenchError(f"no response to {method} {path}: {error}") from error
        finally:
            connection.close()
        if answer.status >= 400:
            raise BenchError(f"{method} {path} failed with {answer.status}: {text}")
        return json.loads(text) if text and "json" in answer.headers.get_content_type() else text

    return await asyncio.to_thread(request)
