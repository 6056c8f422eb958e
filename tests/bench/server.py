"""The server as the bench sees it: sessions over HTTP, and what their listeners hear."""

from __future__ import annotations

import asyncio
import http.client
import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.bench.process import BenchError

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
        Wall time of its sender's first packet.
    moods : list of (float, Mood)
        Its mood events with the wall times of their arrivals.
    """

    address: str
    link: str
    token: str
    clock_zero: float
    began: float = math.nan
    moods: list[tuple[float, Mood]] = field(default_factory=list)

    @classmethod
    async def open(cls, address: str) -> Session:
        """Open a session for a browser's media."""
        body = {"source": "browser", "consent": True, "title": "bench"}
        opened = await call(address, "POST", "/api/sessions", body)
        link, token = opened["links"]["self"], opened["token"]
        info = await call(address, "GET", link, token=token)
        return cls(address, link, token, datetime.fromisoformat(info["started_at"]).timestamp())

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
            When the server ends it, or the connection.
        """
        uri = f"ws://{self.address}{self.link}/events?token={self.token}"
        try:
            async with connect(uri, proxy=None) as socket:
                while True:
                    text = await socket.recv()
                    arrived, event = time.time(), json.loads(text)
                    if event["type"] == "mood":
                        self.moods.append((arrived, event))
                    elif event["type"] == "end":
                        reason = event["detail"] or event["reason"]
                        raise BenchError(f"the server ended a session: {reason}")
        except (OSError, WebSocketException) as error:
            raise BenchError(f"the server does not let a listener listen: {error}") from error

    def due(self, mood: Mood) -> float:
        """Return the wall time at which the window of a mood ended."""
        return self.clock_zero + float(mood["t"])

    def first(self, wanted: Callable[[Mood], bool]) -> float:
        """Return the seconds from the first packet to such a mood's arrival; infinite if none."""
        return min((at for at, mood in self.moods if wanted(mood)), default=math.inf) - self.began


async def call(address: str, method: str, path: str, body: object = None, token: str = "") -> Any:
    """Ask the server, and return the JSON or text that it answers.

    Raises
    ------
    BenchError
        If it refuses.
    """

    def ask() -> Any:
        connection = http.client.HTTPConnection(address, timeout=30)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        try:
            connection.request(method, path, json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except OSError as error:
            raise BenchError(f"the server does not answer {method} {path}: {error}") from error
        finally:
            connection.close()
        if answer.status >= 400:
            raise BenchError(f"the server refuses {method} {path}: {text}")
        return json.loads(text) if "json" in answer.headers.get_content_type() else text

    return await asyncio.to_thread(ask)
