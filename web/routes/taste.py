"""The learned taste of the user of this machine."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from inference import Emotion
from web.routes.access import ServerToken, ServicesDep

router = APIRouter(prefix="/api/taste", tags=["taste"], dependencies=[ServerToken])


class WordOut(BaseModel):
    """What was learned about a word; see :class:`recommender.LearnedWord`."""

    model_config = ConfigDict(from_attributes=True)

    word: str
    weight: float
    deviation: float
    taken: dict[Emotion, float]


class TasteOut(BaseModel):
    """All words with feedback, sorted by weight."""

    words: list[WordOut]


@router.get("")
async def show_taste(services: ServicesDep) -> TasteOut:
    """Return the learned taste."""
    words = services.ranker.taste.words()
    return TasteOut(words=[WordOut.model_validate(word) for word in words])


@router.delete("", status_code=204)
async def reset_taste(services: ServicesDep) -> None:
    """Reset the learned taste permanently; the log is kept."""
    await services.offload(services.learner.reset)
