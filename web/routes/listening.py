"""WebSockets that only send."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from fastapi import WebSocket, WebSocketDisconnect


async def send_all(socket: WebSocket, messages: AsyncGenerator[str, None]) -> None:
    """Send messages until there are no more or the client disconnects.

    Messages from the client are read and ignored: without reading, a disconnect would go unnoticed
    until there is something to send.
    """
    await socket.accept()
    tasks = {asyncio.create_task(_send(socket, messages)), asyncio.create_task(_discard(socket))}
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result


async def _send(socket: WebSocket, messages: AsyncGenerator[str, None]) -> None:
    try:
        async with aclosing(messages):
            async for message in messages:
                await socket.send_text(message)
        await socket.close()
    except WebSocketDisconnect:
        return


async def _discard(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
