"""The sound inputs of the server's machine, and their level meters."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from fastapi import APIRouter, WebSocket
from pydantic import BaseModel, ConfigDict

from stream import SourceError, input_devices
from web.routes.access import Refusal, RunningDep, ServerToken
from web.routes.listening import send_all
from web.sessions.session import RunningSession

router = APIRouter(prefix="/api", tags=["devices"])


class Device(BaseModel):
    """A sound input; ``number`` may change when devices are plugged in or removed."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    name: str
    channels: int
    rate: int
    default: bool


class DeviceList(BaseModel):
    """The inputs that are connected now."""

    items: list[Device]


class LevelReading(BaseModel):
    """The state of a level meter, in dB relative to full scale."""

    model_config = ConfigDict(from_attributes=True)

    peak: float
    held: float
    clipped: bool


@router.get("/devices", dependencies=[ServerToken])
async def list_devices() -> DeviceList:
    """List the sound inputs of this machine."""
    try:
        devices = await input_devices()
    except SourceError as error:
        raise Refusal(503, error) from error
    return DeviceList(items=[Device.model_validate(device) for device in devices])


@router.websocket("/sessions/{session_id}/level")
async def level(socket: WebSocket, session: RunningDep) -> None:
    """Send the level of a studio feed ten times a second."""
    await send_all(socket, _levels(session))


async def _levels(session: RunningSession) -> AsyncGenerator[str, None]:
    async with aclosing(session.levels()) as levels:
        async for level in levels:
            yield LevelReading.model_validate(level).model_dump_json()
