"""The sound inputs of the machine the server runs on, and how loud they are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from fastapi import APIRouter, WebSocket
from pydantic import BaseModel, ConfigDict

from stream import DeviceSource, SourceError, input_devices
from web.routes.access import Refusal, RunningDep, ServerToken
from web.routes.listening import send_all
from web.session import Session

router = APIRouter(prefix="/api", tags=["devices"])

METER_EVERY: Final = 0.1
"""Seconds from one reading of the level meter to the next."""


class Device(BaseModel):
    """A sound input; ``number`` may change when others come and go."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    name: str
    channels: int
    rate: int
    default: bool


class DeviceList(BaseModel):
    """The inputs that are there now."""

    items: list[Device]


class LevelReading(BaseModel):
    """What a level meter shows, in dB relative to full scale."""

    model_config = ConfigDict(from_attributes=True)

    peak: float
    held: float
    clipped: bool


@router.get("/devices", dependencies=[ServerToken])
async def list_devices() -> DeviceList:
    """List the sound inputs of this machine."""
    try:
        found = await input_devices()
    except SourceError as error:
        raise Refusal(503, error) from error
    return DeviceList(items=[Device.model_validate(device) for device in found])


@router.websocket("/sessions/{session_id}/level")
async def level(socket: WebSocket, session: RunningDep) -> None:
    """Send what the level meter of a studio feed shows, ten times a second."""
    await send_all(socket, _levels(session))


async def _levels(session: Session) -> AsyncIterator[str]:
    while isinstance(session.source, DeviceSource) and session.state != "ended":
        yield LevelReading.model_validate(session.source.level).model_dump_json()
        await asyncio.sleep(METER_EVERY)
