"""What was learned about the music that the user of this machine likes."""

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
    """All words that were ever decided about, the most liked first."""

    words: list[WordOut]


@router.get("")
async def show_taste(services: ServicesDep) -> TasteOut:
    """Export what was learned."""
    words = services.ranker.taste.words()
    return TasteOut(words=[WordOut.model_validate(word) for word in words])


@router.delete("", status_code=204)
async def reset_taste(services: ServicesDep) -> None:
    """Forget what was learned, for good; the log stays."""
    await services.offload(services.learner.reset)
