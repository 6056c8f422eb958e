"""The feedback log: every action on a track, with the mood at that time.

:mod:`recommender.store.downloads` reads the downloads in it.
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
    """One action on a track.

    Attributes
    ----------
    id : int
        Increases in write order over all sessions; never reused.
    session_id : str
        The session.
    at : datetime
        Time of the action, in UTC.
    t : float
        Time of the action, in seconds since the session began.
    track_id, title, artist : str
        The track.
    action : Action
        The action.
    mood : Emotion or None
        The mood at that time; None before the first one.
    confidence : float or None
        Probability of the mood, in [0, 1].
    voice, face : Emotion or None
        Most likely emotion by voice alone and by face alone; None without speech or face.
    rank : int or None
        Rank of the track on the list of cues, from 1; None if it was not on it.
    score : float or None
        Score of the track on that list, in [0, 1].
    list_id : int or None
        The list that was shown at that time; None if there was none.
    mode : Mode or None
        Cue mode of that list.
    probability : float or None
        For ``shown``: the probability that the ranker puts the track on the list.
    seconds : float or None
        For ``previewed``: seconds listened.
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
    """Writes and reads the feedback log. Safe for use by several threads and processes.

    Parameters
    ----------
    engine : Engine
        Engine of :func:`~recommender.store.database.open_database`.
    clock : callable
        Returns the current time, time-zone-aware.
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
        """Write one row durably; see :class:`Feedback` for the values.

        Raises
        ------
        ValueError
            If the track does not exist or a value is out of range.
        StorageError
            If the database cannot be written to.
        """
        if not isfinite(t):
            raise ValueError(f"this feedback cannot be stored: the time {t} is not finite")
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

    def for_session(self, session_id: str) -> list[Feedback]:
        """Return a session's feedback in write order, without the action ``shown``."""
        rows = _FEEDBACK.where(FeedbackRow.session_id == session_id, FeedbackRow.action != "shown")
        with self._engine.connect() as connection:
            return [_feedback(row) for row in connection.execute(rows.order_by(FeedbackRow.id))]

    def latest(self, session_id: str, track_id: str, action: Action) -> Feedback | None:
        """Return the latest such action on a track in a session, or None."""
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
