"""The log: what people did with the cues, and in which mood.

Its downloads are read by :mod:`recommender.store.downloads`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from sqlalchemy import Engine, Row, insert, select
from sqlalchemy.exc import IntegrityError

from inference.emotion import Emotion
from recommender.store.database import writing
from recommender.store.tables import FeedbackRow, TrackRow
from recommender.vocabulary import Action, Mode


@dataclass(frozen=True, slots=True)
class Feedback:
    """One thing somebody did with a track.

    Attributes
    ----------
    id : int
        Counts up in the order of writing, over all sessions; never given twice.
    session_id : str
        The session it happened in.
    at : datetime
        When, in UTC.
    t : float
        When, in seconds since the session began.
    track_id, title, artist : str
        The track.
    action : Action
        What was done with it.
    mood : Emotion or None
        The mood at that moment; None before there was one.
    confidence : float or None
        The probability of the mood, in [0, 1].
    voice, face : Emotion or None
        What the voice and the face said by themselves; None where there was nothing to read.
    rank : int or None
        Place of the track among the cues, from 1; None where it was not one of them.
    score : float or None
        Its score among the cues.
    list_id : int or None
        The list that was shown at that moment; None where there was none.
    mode : Mode or None
        How that list answered the mood.
    probability : float or None
        For ``shown``, how likely the track was to be on the list.
    seconds : float or None
        For ``previewed``, how long it was listened to.
    """

    id: int
    session_id: str
    at: datetime
    t: float
    track_id: str
    title: str
    artist: str
    action: Action
    mood: Emotion | None
    confidence: float | None
    voice: Emotion | None
    face: Emotion | None
    rank: int | None
    score: float | None
    list_id: int | None
    mode: Mode | None
    probability: float | None
    seconds: float | None


class FeedbackLog:
    """The log in the database. May be used from any thread and from several processes.

    Parameters
    ----------
    engine : Engine
        That of the catalogue.
    clock : callable
        Returns the present moment, with its time zone.
    """

    def __init__(
        self, engine: Engine, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._engine = engine
        self._clock = clock

    def record(
        self,
        *,
        session_id: str,
        t: float,
        track_id: str,
        action: Action,
        mood: Emotion | None = None,
        confidence: float | None = None,
        voice: Emotion | None = None,
        face: Emotion | None = None,
        rank: int | None = None,
        score: float | None = None,
        list_id: int | None = None,
        mode: Mode | None = None,
        probability: float | None = None,
        seconds: float | None = None,
    ) -> Feedback:
        """Write one row; it is on the disk when this returns. See :class:`Feedback` for the values.

        Raises
        ------
        ValueError
            If there is no such track, or a value is outside its range.
        StorageError
            If the database cannot be written to.
        """
        if not isfinite(t):
            raise ValueError(f"this feedback cannot be stored: {t} is no time")
        values = {
            "session_id": session_id,
            "at": self._clock(),
            "t": t,
            "track_id": track_id,
            "action": action,
            "mood": mood,
            "confidence": confidence,
            "voice": voice,
            "face": face,
            "rank": rank,
            "score": score,
            "list_id": list_id,
            "mode": mode,
            "probability": probability,
            "seconds": seconds,
        }
        try:
            with writing(self._engine) as connection:
                written = insert(FeedbackRow).values(values).returning(FeedbackRow.id)
                row_id = connection.scalar(written)
                row = connection.execute(_FEEDBACK.where(FeedbackRow.id == row_id)).one()
        except IntegrityError as error:
            raise ValueError(f"this feedback cannot be stored: {error.orig}") from error
        return _feedback(row)

    def of(self, session_id: str) -> list[Feedback]:
        """Return what was done in a session, in the order of writing, without what was shown."""
        rows = _FEEDBACK.where(FeedbackRow.session_id == session_id, FeedbackRow.action != "shown")
        with self._engine.connect() as connection:
            return [_feedback(row) for row in connection.execute(rows.order_by(FeedbackRow.id))]

    def latest(self, session_id: str, track_id: str, action: Action) -> Feedback | None:
        """Return when this was done last with a track in a session, or None where it never was."""
        row = (
            _FEEDBACK.where(
                FeedbackRow.session_id == session_id,
                FeedbackRow.track_id == track_id,
                FeedbackRow.action == action,
            )
            .order_by(FeedbackRow.id.desc())
            .limit(1)
        )
        with self._engine.connect() as connection:
            found = connection.execute(row).one_or_none()
        return None if found is None else _feedback(found)


_FEEDBACK = select(FeedbackRow.__table__, TrackRow.title, TrackRow.artist).join(TrackRow)


def _feedback(row: Row[Any]) -> Feedback:
    return Feedback(**row._mapping)
