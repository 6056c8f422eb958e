"""The server as the bench sees it: sessions over HTTP, and what their listeners hear."""

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
        Its path, and what opens it.
    clock_zero : float
        Wall time at which its clock read 0.
    began : float
        Wall time at which it was asked for; whoever knows better may set its sender's first packet.
    moods : list of (float, Mood)
        Its mood events with the wall times of their arrivals.
    """

    address: str
    link: str
    token: str
    clock_zero: float
    began: float
    moods: list[tuple[float, Mood]] = field(default_factory=list)

    @classmethod
    async def open(cls, address: str, source: str = "browser", **more: object) -> Session:
        """Open a session of a source."""
        body = {"source": source, "consent": True, "title": "bench", **more}
        return await cls._opened(address, "/api/sessions", body)

    @classmethod
    async def upload(cls, address: str, path: Path) -> Session:
        """Let a recording be analysed."""
        body = await asyncio.to_thread(path.read_bytes)
        return await cls._opened(address, "/api/analyses?consent=true", body)

    @classmethod
    async def _opened(cls, address: str, path: str, body: object) -> Session:
        asked = time.time()
        opened = await call(address, "POST", path, body)
        link, token = opened["links"]["self"], opened["token"]
        info = await call(address, "GET", link, token=token)
        zero = datetime.fromisoformat(info["started_at"]).timestamp()
        return cls(address, link, token, zero, asked)

    async def answer(self, offer: str) -> str:
        """Return the server's answer to a sender's offer."""
        body = {"type": "offer", "sdp": offer}
        answer = await call(self.address, "POST", f"{self.link}/offer", body, self.token)
        return str(answer["sdp"])

    async def listen(self) -> None:
        """Keep the mood events that arrive, for as long as the session runs.

        Raises
        ------
        BenchError
            When the server ends it before its source does, or the connection.
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
            raise BenchError(f"the server does not let a listener listen: {error}") from error

    async def stop(self) -> None:
        """End it."""
        await call(self.address, "POST", f"{self.link}/stop", token=self.token)

    def due(self, mood: Mood) -> float:
        """Return the wall time at which the window of a mood ended."""
        return self.clock_zero + float(mood["t"])

    def first(self, wanted: Callable[[Mood], bool]) -> float:
        """Return the seconds from its begin to such a mood's arrival; infinite if none."""
        return min((at for at, mood in self.moods if wanted(mood)), default=math.inf) - self.began


@asynccontextmanager
async def serving(folder: Path, **environment: str) -> AsyncIterator[tuple[Child, str]]:
    """Run a ``moodcue serve`` that is ready, with its data in a folder; give its host and port."""
    known = {k: v for k, v in os.environ.items() if not k.startswith("MOODCUE_")}
    known |= {"MOODCUE_DATA_DIR": str(folder / "data"), "MOODCUE_ICE_ADDRESSES": "127.0.0.1"}
    command = python("-m", "moodcue", "serve", "--port", "0")
    async with running(
        "moodcue serve", *command, log=folder / "serve.log", environment=known | environment
    ) as server:
        found = re.search(r"http://([\w.:]+)", await server.line())
        if not found:
            raise BenchError("moodcue serve does not say where it listens")
        await call(found[1], "GET", "/readyz")
        yield server, found[1]


async def call(address: str, method: str, path: str, body: object = None, token: str = "") -> Any:
    """Ask the server, and return the JSON or text that it answers.

    The body goes out as JSON, or as it is where it is bytes.

    Raises
    ------
    BenchError
        If it refuses.
    """

    def ask() -> Any:
        connection = http.client.HTTPConnection(address, timeout=30)
        kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
        try:
            sent = body if isinstance(body, bytes) else json.dumps(body) if body else None
            connection.request(method, path, sent, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except OSError as error:
            raise BenchError(f"the server does not answer {method} {path}: {error}") from error
        finally:
            connection.close()
        if answer.status >= 400:
            raise BenchError(f"the server refuses {method} {path}: {text}")
        return json.loads(text) if text and "json" in answer.headers.get_content_type() else text

    return await asyncio.to_thread(ask)
