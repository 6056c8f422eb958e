"""WebSockets that only speak."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import WebSocket, WebSocketDisconnect


async def send_all(socket: WebSocket, messages: AsyncIterator[str]) -> None:
    """Send messages until there are no more or the listener has gone.

    What the listener says is read and ignored: without reading, its leaving goes unnoticed for as
    long as there is nothing to send.
    """
    await socket.accept()
    sending = asyncio.create_task(_send(socket, messages))
    leaving = asyncio.create_task(_read(socket))
    tasks = {sending, leaving}
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result


async def _send(socket: WebSocket, messages: AsyncIterator[str]) -> None:
    try:
        async for message in messages:
            await socket.send_text(message)
        await socket.close()
    except WebSocketDisconnect:
        return


async def _read(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
