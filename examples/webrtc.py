"""Estimate the moods of a WebRTC feed in your own FastAPI application.

Run ``uvicorn webrtc:app`` in this folder. A page sends its offer to ``/offer`` and then reads one
mood per line from ``/moods/{id}``.
"""

import secrets
from collections.abc import AsyncIterator

from fastapi import FastAPI, HTTPException
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

import moodcue

app = FastAPI()
models = moodcue.load_models()

MAX_WAITING = 8
"""Feeds that may wait for a reader; one more closes the oldest."""

sources: dict[str, moodcue.BrowserSource] = {}


class Description(BaseModel):
    """A WebRTC session description."""

    sdp: str
    type: str


@app.post("/offer")
async def offer(offered: Description) -> dict[str, str]:
    """Connect the camera and the microphone of a page."""
    # Loopback only: for pages on other machines, give the addresses at which they reach this one.
    source = moodcue.BrowserSource(moodcue.SessionClock(), ice_addresses=["127.0.0.1"])
    try:
        answer = await source.answer(offered.sdp)
    except moodcue.SourceError as error:
        raise HTTPException(400, str(error)) from error
    feed = secrets.token_urlsafe(16)
    sources[feed] = source
    if len(sources) > MAX_WAITING:
        oldest = sources.pop(next(iter(sources)))
        await oldest.close()
    return {"id": feed, "sdp": answer, "type": "answer"}


@app.get("/moods/{feed}")
async def moods(feed: str) -> StreamingResponse:
    """Stream the moods of a feed to one reader until it disconnects."""
    if feed not in sources:
        raise HTTPException(404, "there is no such feed")
    return StreamingResponse(lines(sources.pop(feed)), media_type="text/plain")


async def lines(source: moodcue.BrowserSource) -> AsyncIterator[str]:
    """Yield each mood as a line."""
    async for mood in moodcue.listen(source, models=models):
        yield f"{mood.t:.1f} {mood.label} {mood.confidence:.2f}\n"
