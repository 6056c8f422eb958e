"""The log of shown lists, which the ranking learns from and is evaluated on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, Engine, Row, func, insert, select
from sqlalchemy.orm import aliased

from inference.emotion import EMOTIONS, Distribution, Emotion
from recommender.ranking.filters import Filters
from recommender.ranking.modes import CueSettings
from recommender.ranking.query import MoodQuery
from recommender.ranking.ranker import Cue
from recommender.store.database import writing
from recommender.store.tables import CueListRow, FeedbackRow, ResetRow
from recommender.vocabulary import Action

_BATCH_SIZE: Final = 1000
"""Rows that are read at a time."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Time and mood at which a list was shown.

    Attributes
    ----------
    session_id : str
        The session.
    t : float
        Seconds since the session began.
    mood : Emotion or None
        The mood; None before the first one.
    confidence : float or None
        Probability of the mood, in [0, 1].
    voice, face : Emotion or None
        Most likely emotion by voice alone and by face alone; None without speech or face.
    """

    session_id: str
    t: float
    mood: Emotion | None = None
    confidence: float | None = None
    voice: Emotion | None = None
    face: Emotion | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Reaction:
    """An action of the user on a track while a list was shown.

    Attributes
    ----------
    id : int
        ``id`` of the feedback.
    track_id : str
        The track.
    action : Action
        Any action but ``shown``.
    seconds : float or None
        Seconds listened, for a preview.
    list_id : int
        The list.
    query : MoodQuery
        The mood that the list was made for.
    above : tuple of str
        Tracks above this one on the list; empty if the track is not on the list.
    """

    id: int
    track_id: str
    action: Action
    seconds: float | None
    list_id: int
    query: MoodQuery
    above: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ShownTrack:
    """A track of a shown list.

    Attributes
    ----------
    track_id : str
        The track.
    probability : float
        Probability that the ranker put it on the list, above 0.
    accepted : bool
        Whether it was downloaded or liked.
    """

    track_id: str
    probability: float
    accepted: bool


@dataclass(frozen=True, slots=True, eq=False)
class ShownList:
    """A shown list with its inputs and results.

    Attributes
    ----------
    id : int
        Increases in write order.
    session_id : str
        The session.
    t : float
        Seconds since the session began.
    query : MoodQuery
        The mood that the list was made for.
    filters : Filters
        The filters in force.
    tracks : tuple of ShownTrack
        Tracks in order of rank.
    """

    id: int
    session_id: str
    t: float
    query: MoodQuery
    filters: Filters
    tracks: tuple[ShownTrack, ...]


class ShownLog:
    """Writes and reads shown lists. Safe for use by several threads and processes.

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

    def record(self, moment: Moment, settings: CueSettings, cues: Sequence[Cue]) -> dict[str, int]:
        """Write a list, with feedback ``shown`` for each of its tracks.

        Parts of the list that were made for different moods are written as separate lists.

        Returns
        -------
        dict
            ``id`` of the list of each track, by track identifier.

        Raises
        ------
        StorageError
            If the database cannot be written to.
        """
        list_of: dict[str, int] = {}
        at, filters = self._clock(), json.dumps(asdict(settings.filters), default=sorted)
        with writing(self._engine) as connection:
            for query, part in groupby(cues, key=lambda cue: cue.query):
                values = {
                    "session_id": moment.session_id,
                    "at": at,
                    "t": moment.t,
                    "mode": settings.mode,
                    "filters": filters,
                    **dict(zip(EMOTIONS, query.probs.tolist(), strict=True)),
                }
                written = insert(CueListRow).values(values).returning(CueListRow.id)
                list_id = connection.execute(written).scalar_one()
                shown = [
                    {
                        **asdict(moment),
                        "at": at,
                        "track_id": cue.track.id,
                        "action": "shown",
                        "rank": cue.rank,
                        "score": cue.score,
                        "list_id": list_id,
                        "mode": settings.mode,
                        "probability": cue.probability,
                    }
                    for cue in part
                ]
                connection.execute(insert(FeedbackRow), shown)
                list_of |= {row["track_id"]: list_id for row in shown}
        return list_of

    def reactions(self, after: int) -> list[Reaction]:
        """Return up to 1,000 reactions, oldest first.

        Feedback without a list is not a reaction: its mood would be unknown.

        Parameters
        ----------
        after : int
            ``id`` of feedback; only newer reactions are returned.
        """
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(
                    FeedbackRow.id,
                    FeedbackRow.track_id,
                    FeedbackRow.action,
                    FeedbackRow.seconds,
                    FeedbackRow.list_id,
                    *(getattr(CueListRow, emotion) for emotion in EMOTIONS),
                )
                .join(CueListRow)
                .where(FeedbackRow.id > after, FeedbackRow.action != "shown")
                .order_by(FeedbackRow.id)
                .limit(_BATCH_SIZE)
            ).all()
            tracks = _ranked_tracks(connection, {row.list_id for row in rows})
        return [
            Reaction(
                id=row.id,
                track_id=row.track_id,
                action=row.action,
                seconds=row.seconds,
                list_id=row.list_id,
                query=_query(row),
                above=_above(tracks.get(row.list_id, []), row.track_id),
            )
            for row in rows
        ]

    def lists(self) -> Iterator[ShownList]:
        """Yield all lists, oldest first."""
        last = 0
        while True:
            with self._engine.connect() as connection:
                rows = connection.execute(
                    select(CueListRow.__table__)
                    .where(CueListRow.id > last)
                    .order_by(CueListRow.id)
                    .limit(_BATCH_SIZE)
                ).all()
                if not rows:
                    return
                tracks = _shown_tracks(connection, rows[0].id, rows[-1].id)
            for row in rows:
                yield ShownList(
                    id=row.id,
                    session_id=row.session_id,
                    t=row._mapping["t"],
                    query=_query(row),
                    filters=_filters(row.filters),
                    tracks=tracks.get(row.id, ()),
                )
            last = rows[-1].id

    def id_before_latest(self, count: int) -> int:
        """Return the ``id`` of the feedback before the latest ``count`` reactions; 0 if none."""
        with self._engine.connect() as connection:
            before = (
                select(FeedbackRow.id)
                .where(FeedbackRow.list_id.is_not(None), FeedbackRow.action != "shown")
                .order_by(FeedbackRow.id.desc())
                .offset(count)
                .limit(1)
            )
            return connection.scalar(before) or 0

    def reset(self) -> None:
        """Exclude all current feedback from learning; it stays in the log."""
        with writing(self._engine) as connection:
            last = connection.scalar(select(func.max(FeedbackRow.id))) or 0
            connection.execute(insert(ResetRow).values(at=self._clock(), feedback_id=last))

    def last_reset(self) -> int:
        """Return the ``id`` of the last feedback before the last reset; 0 without a reset."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.max(ResetRow.feedback_id))) or 0


def _ranked_tracks(connection: Connection, list_ids: set[int]) -> dict[int, list[str]]:
    """Return the track identifiers of lists in order of rank, by list."""
    tracks: dict[int, list[str]] = {}
    rows = (
        select(FeedbackRow.list_id, FeedbackRow.track_id)
        .where(FeedbackRow.list_id.in_(list_ids), FeedbackRow.action == "shown")
        .order_by(FeedbackRow.list_id, FeedbackRow.rank)
    )
    for list_id, track_id in connection.execute(rows):
        tracks.setdefault(list_id or 0, []).append(track_id)
    return tracks


def _shown_tracks(
    connection: Connection, first: int, last: int
) -> dict[int | None, tuple[ShownTrack, ...]]:
    """Return the tracks of lists from ``first`` to ``last`` in order of rank, by list."""
    reaction = aliased(FeedbackRow)
    accepted = (
        select(reaction.id)
        .where(
            reaction.list_id == FeedbackRow.list_id,
            reaction.track_id == FeedbackRow.track_id,
            reaction.action.in_(("downloaded", "liked")),
        )
        .exists()
    )
    shown = connection.execute(
        select(
            FeedbackRow.list_id,
            FeedbackRow.track_id,
            FeedbackRow.probability,
            accepted.label("accepted"),
        )
        .where(
            FeedbackRow.list_id.between(first, last),
            FeedbackRow.action == "shown",
            FeedbackRow.probability > 0,
        )
        .order_by(FeedbackRow.list_id, FeedbackRow.rank)
    )
    return {
        list_id: tuple(ShownTrack(row.track_id, row.probability, row.accepted) for row in group)
        for list_id, group in groupby(shown, key=lambda row: row.list_id)
    }


def _above(tracks: list[str], track_id: str) -> tuple[str, ...]:
    return tuple(tracks[: tracks.index(track_id)]) if track_id in tracks else ()


def _query(row: Row[Any]) -> MoodQuery:
    probs: Distribution = np.array([getattr(row, e) for e in EMOTIONS], dtype=np.float32)
    return MoodQuery.from_distribution(probs)


def _filters(text: str) -> Filters:
    stored = json.loads(text)
    return Filters(
        licences=frozenset(stored["licences"]),
        tempo=tuple(stored["tempo"]),
        length=tuple(stored["length"]),
        instrumental=stored["instrumental"],
        sources=None if stored["sources"] is None else frozenset(stored["sources"]),
    )
