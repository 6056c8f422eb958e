"""The log of the lists that were shown: what ranking learns from, and is judged by."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

import numpy as np
from sqlalchemy import Engine, func, insert, select
from sqlalchemy.orm import aliased

from inference.emotion import EMOTIONS, Distribution, Emotion
from recommender.ranking.filters import Filters
from recommender.ranking.modes import CueSettings
from recommender.ranking.query import MoodQuery
from recommender.ranking.ranker import Cue
from recommender.store.database import writing
from recommender.store.tables import CueListRow, FeedbackRow, ResetRow
from recommender.vocabulary import Action

_PAGE: Final = 1000
"""Rows read at a time."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a list was shown, and in which mood.

    Attributes
    ----------
    session_id : str
        The session.
    t : float
        Seconds since it began.
    mood : Emotion or None
        Its present mood; None before there was one.
    confidence : float or None
        The probability of the mood, in [0, 1].
    voice, face : Emotion or None
        What the voice and the face said by themselves.
    """

    session_id: str
    t: float
    mood: Emotion | None = None
    confidence: float | None = None
    voice: Emotion | None = None
    face: Emotion | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Reaction:
    """What a user did with a track, and which list was shown to him then.

    Attributes
    ----------
    id : int
        Of the feedback.
    track_id : str
        The track.
    action : Action
        Anything but ``shown``.
    seconds : float or None
        How long it was listened to, where it was.
    list_id : int
        The list.
    query : MoodQuery
        The mood that the list answers.
    above : tuple of str
        The tracks of the list above it, which were seen and passed over; none where the track is
        not on the list.
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
    """A track of a list that was shown.

    Attributes
    ----------
    track_id : str
        The track.
    probability : float
        How likely it was to be on the list.
    taken : bool
        Whether it was downloaded or liked.
    """

    track_id: str
    probability: float
    taken: bool


@dataclass(frozen=True, slots=True, eq=False)
class ShownList:
    """A list that was shown, and what became of it.

    Attributes
    ----------
    id : int
        Counts up.
    session_id : str
        The session.
    t : float
        Seconds since it began.
    query : MoodQuery
        The mood that the list answers.
    filters : Filters
        Which tracks were let through.
    tracks : tuple of ShownTrack
        In the order of their ranks.
    """

    id: int
    session_id: str
    t: float
    query: MoodQuery
    filters: Filters
    tracks: tuple[ShownTrack, ...]


class ShownLog:
    """The lists in the database. May be used from any thread and from several processes.

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

    def record(self, moment: Moment, settings: CueSettings, cues: Sequence[Cue]) -> dict[str, int]:
        """Write a list, with the feedback ``shown`` for each of its tracks.

        Where its halves answer different moods, each half is a list of its own.

        Returns
        -------
        dict
            For each track the number of its list.

        Raises
        ------
        StorageError
            If the database cannot be written to.
        """
        lists: dict[str, int] = {}
        at, filters = self._clock(), json.dumps(asdict(settings.filters), default=sorted)
        with writing(self._engine) as connection:
            for query, half in groupby(cues, key=lambda cue: cue.query):
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
                    for cue in half
                ]
                connection.execute(insert(FeedbackRow), shown)
                lists |= {row["track_id"]: list_id for row in shown}
        return lists

    def reactions(self, after: int) -> list[Reaction]:
        """Return up to 1,000 reactions newer than the feedback ``after``, oldest first.

        Only what was done while a list was shown is a reaction: the mood it belongs to is the
        list's.
        """
        shown = aliased(FeedbackRow)
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
                .limit(_PAGE)
            ).all()
            lists: dict[int, list[str]] = {}
            tracks = (
                select(shown.list_id, shown.track_id)
                .where(shown.list_id.in_({row.list_id for row in rows}), shown.action == "shown")
                .order_by(shown.list_id, shown.rank)
            )
            for list_id, track_id in connection.execute(tracks):
                lists.setdefault(list_id or 0, []).append(track_id)
        return [
            Reaction(
                id=row.id,
                track_id=row.track_id,
                action=row.action,
                seconds=row.seconds,
                list_id=row.list_id,
                query=_query(row),
                above=_above(lists.get(row.list_id, []), row.track_id),
            )
            for row in rows
        ]

    def lists(self) -> Iterator[ShownList]:
        """Read all lists, oldest first."""
        taken = aliased(FeedbackRow)
        last = 0
        while True:
            with self._engine.connect() as connection:
                rows = connection.execute(
                    select(CueListRow.__table__)
                    .where(CueListRow.id > last)
                    .order_by(CueListRow.id)
                    .limit(_PAGE)
                ).all()
                if not rows:
                    return
                is_taken = (
                    select(taken.id)
                    .where(
                        taken.list_id == FeedbackRow.list_id,
                        taken.track_id == FeedbackRow.track_id,
                        taken.action.in_(("downloaded", "liked")),
                    )
                    .exists()
                )
                shown = connection.execute(
                    select(
                        FeedbackRow.list_id,
                        FeedbackRow.track_id,
                        FeedbackRow.probability,
                        is_taken.label("taken"),
                    )
                    .where(
                        FeedbackRow.list_id.between(rows[0].id, rows[-1].id),
                        FeedbackRow.action == "shown",
                        FeedbackRow.probability > 0,
                    )
                    .order_by(FeedbackRow.list_id, FeedbackRow.rank)
                ).all()
            tracks = {
                list_id: tuple(
                    ShownTrack(row.track_id, row.probability, row.taken) for row in group
                )
                for list_id, group in groupby(shown, key=lambda row: row.list_id)
            }
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

    def recent(self, count: int) -> int:
        """Return the feedback after which ``count`` reactions were logged; 0 where fewer were."""
        with self._engine.connect() as connection:
            nth = (
                select(FeedbackRow.id)
                .where(FeedbackRow.list_id.is_not(None), FeedbackRow.action != "shown")
                .order_by(FeedbackRow.id.desc())
                .offset(count)
                .limit(1)
            )
            return connection.scalar(nth) or 0

    def reset(self) -> None:
        """Let learning begin anew: what is in the log by now counts no more."""
        with writing(self._engine) as connection:
            last = connection.scalar(select(func.max(FeedbackRow.id))) or 0
            connection.execute(insert(ResetRow).values(at=self._clock(), feedback_id=last))

    def learned_after(self) -> int:
        """Return the feedback after which learning began: 0, or the last before the last reset."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.max(ResetRow.feedback_id))) or 0


def _above(tracks: list[str], track_id: str) -> tuple[str, ...]:
    return tuple(tracks[: tracks.index(track_id)]) if track_id in tracks else ()


def _query(row: Any) -> MoodQuery:
    probs: Distribution = np.array([getattr(row, e) for e in EMOTIONS], dtype=np.float32)
    return MoodQuery.of_distribution(probs)


def _filters(text: str) -> Filters:
    given = json.loads(text)
    return Filters(
        licences=frozenset(given["licences"]),
        tempo=tuple(given["tempo"]),
        length=tuple(given["length"]),
        instrumental=given["instrumental"],
        sources=None if given["sources"] is None else frozenset(given["sources"]),
    )
