"""From a mood to ten cues: pure ranking, and a list that changes when the mood does."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS, Distribution, Emotion
from recommender.track import PUBLISHABLE, Track

CUES: Final = 10
"""Tracks on a list."""

OFFLINE_CUES: Final = 3
"""Tracks on a list that can be played without a network, where as many fit."""

SHORTEST: Final = 20.0
"""Seconds a track must last at least: what is shorter is a sting, not music for a scene."""

LABEL_HOLD: Final = 3.0
"""Seconds a list stays at least when the mood gets another label, or drifts far."""

DRIFT_HOLD: Final = 10.0
"""Seconds a list stays at least when the mood drifts under the same label."""

DRIFT: Final = 0.25
"""Total variation distance from the mood a list was made for at which it no longer fits."""

FAR: Final = 0.5
"""Total variation distance that is as good as another label."""

REPEAT_AFTER: Final = 600.0
"""Seconds until a track that was played or downloaded may be cued again."""

_TAG_SHARE: Final = 0.65
"""Share of the emotions in the score; the rest is the distance in the circumplex."""
_NEAR: Final = (0.4, 0.8)
"""Distance in the circumplex that is near: for a mood that is certain, and one that is not."""
_DIVERSITY: Final = (0.05, 0.3)
"""Weight of being unlike the other cues: for a mood that is certain, and one that is not."""
_OFFLINE_FIT: Final = 0.2
"""Share of the best score from which on a track that is here is preferred to one that is not."""
_CANDIDATES: Final = 256
"""Best tracks among which a list is chosen."""

Modality: TypeAlias = Literal["voice", "face", "mood"]


@dataclass(frozen=True, slots=True, eq=False)
class MoodQuery:
    """The mood to find music for.

    Attributes
    ----------
    label : Emotion
        The present mood.
    probs : Distribution
        Float32 of shape (8,), sums to 1.
    valence, arousal : float
        Position in the circumplex, each in [-1, 1].
    voice, face : Distribution or None
        What each says by itself; None where there is nothing to read.
    """

    label: Emotion
    probs: Distribution
    valence: float
    arousal: float
    voice: Distribution | None = None
    face: Distribution | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Cue:
    """A track suggested at a moment, with the reason.

    Attributes
    ----------
    track : Track
        What to play.
    rank : int
        Place on the list, from 1.
    score : float
        How well it fits, in [0, 1].
    why_from : str
        Who asked for it: ``voice`` or ``face`` alone, or ``mood`` for both together.
    emotion : Emotion
        The emotion of the mood that the track answers.
    """

    track: Track
    rank: int
    score: float
    why_from: Modality
    emotion: Emotion


class TrackIndex:
    """Tracks laid out for ranking. It does not change, and any number of sessions may share it.

    Parameters
    ----------
    tracks : iterable of Track
        The catalogue.
    licences : collection of str
        SPDX identifiers of the licences that may be cued.
    """

    def __init__(self, tracks: Iterable[Track], licences: Collection[str] = PUBLISHABLE) -> None:
        self._tracks = [
            track
            for track in tracks
            if track.licence in licences and (track.duration is None or track.duration >= SHORTEST)
        ]
        self._number = {track.id: number for number, track in enumerate(self._tracks)}
        self._emotions = np.array([track.emotions for track in self._tracks], dtype=np.float32)
        self._emotions = self._emotions.reshape(-1, len(EMOTIONS))
        self._positions = np.array(
            [(track.valence, track.arousal) for track in self._tracks], dtype=np.float32
        ).reshape(-1, 2)
        self._offline = np.array([track.offline for track in self._tracks], dtype=bool)
        families: dict[tuple[str, str], int] = {}
        self._families = np.array(
            [
                families.setdefault((track.artist, track.family), len(families))
                for track in self._tracks
            ],
            dtype=np.int64,
        )

    def rank(self, query: MoodQuery, without: Collection[str] = ()) -> list[Cue]:
        """Return the cues for a mood, best first: ten, or as many as there are.

        The score of a track is the match of its emotions with the mood's, and its nearness in the
        circumplex. The match is the scalar product of the two distributions, so that a mood that
        is spread out scores low for every track.

        The list is chosen track by track, by maximal marginal relevance: score, less the mean
        likeness (cosine of the emotions) to those chosen before. The less certain the mood (by its
        entropy), the farther a track may be, and the more the tracks differ. Of several cuts of
        one title a second is chosen only when nothing else is left. The last places go to tracks
        that are here, where too few of the chosen are and such tracks fit at least a fifth as well
        as the best.

        Carbonell, J., & Goldstein, J. (1998), "The use of MMR, diversity-based reranking for
        reordering documents and producing summaries", SIGIR '98, 335-336.

        Parameters
        ----------
        query : MoodQuery
            The mood.
        without : collection of str
            Identifiers of tracks to leave out.
        """
        doubt = _normalised_entropy(query.probs)
        scores = self._scores(query, doubt)
        scores[[self._number[track] for track in without if track in self._number]] = -np.inf
        chosen = self._choose(scores, _between(_DIVERSITY, doubt))
        chosen.sort(key=lambda number: -scores[number])
        cues = []
        for rank, number in enumerate(chosen, start=1):
            emotion = EMOTIONS[int(np.argmax(query.probs * self._emotions[number]))]
            cues.append(
                Cue(
                    track=self._tracks[number],
                    rank=rank,
                    score=float(scores[number]),
                    why_from=asked_by(emotion, query.voice, query.face),
                    emotion=emotion,
                )
            )
        return cues

    def _scores(self, query: MoodQuery, doubt: float) -> NDArray[np.float32]:
        match = self._emotions @ query.probs
        here = np.array([query.valence, query.arousal], dtype=np.float32)
        distance = np.sum((self._positions - here) ** 2, axis=1)
        near = np.exp(-distance / (2 * _between(_NEAR, doubt) ** 2))
        scores: NDArray[np.float32] = _TAG_SHARE * match + (1 - _TAG_SHARE) * near
        return scores

    def _choose(self, scores: NDArray[np.float32], diversity: float) -> list[int]:
        candidates = self._candidates(scores)
        relevance = (1 - diversity) * scores[candidates]
        emotions = self._emotions[candidates]
        emotions = emotions / np.linalg.norm(emotions, axis=1, keepdims=True)
        families = self._families[candidates]
        local = self._offline[candidates]
        local &= scores[candidates] >= _OFFLINE_FIT * scores[candidates].max(initial=0)
        likeness = np.zeros(len(candidates), dtype=np.float32)
        free = np.ones(len(candidates), dtype=bool)
        fresh = free.copy()
        chosen: list[int] = []
        offline = 0
        while len(chosen) < CUES and free.any():
            pools = [free & fresh, free]
            if CUES - len(chosen) <= OFFLINE_CUES - offline:
                pools = [free & fresh & local, free & local, *pools]
            pool = next(pool for pool in pools if pool.any())
            best = int(np.argmax(np.where(pool, relevance - diversity * likeness, -np.inf)))
            chosen.append(int(candidates[best]))
            offline += bool(self._offline[candidates[best]])
            free[best] = False
            fresh &= families != families[best]
            likeness += (emotions @ emotions[best] - likeness) / len(chosen)
        return chosen

    def _candidates(self, scores: NDArray[np.float32]) -> NDArray[np.intp]:
        """Return the numbers of the best tracks, and of the best that are here, in their order."""
        allowed = scores > -np.inf
        pools = (np.flatnonzero(allowed), np.flatnonzero(allowed & self._offline))
        return np.union1d(*(pool[_largest(scores[pool], _CANDIDATES)] for pool in pools))


def asked_by(emotion: Emotion, voice: Distribution | None, face: Distribution | None) -> Modality:
    """Return who asks for an emotion: the voice, the face, or the mood they make together.

    One of them asks when it gives the emotion more than chance, 1/8, and at least half of what the
    other gives it. When both ask, or neither (the mood remembers more than this moment), it is
    the mood.
    """
    number = EMOTIONS.index(emotion)
    by_voice = 0.0 if voice is None else float(voice[number])
    by_face = 0.0 if face is None else float(face[number])
    voice_asks = by_voice > 1 / len(EMOTIONS) and by_voice >= by_face / 2
    face_asks = by_face > 1 / len(EMOTIONS) and by_face >= by_voice / 2
    if voice_asks == face_asks:
        return "mood"
    return "voice" if voice_asks else "face"


class CueList:
    """The cues of one session: they change when the mood does, and stay as they are otherwise.

    A list is made anew when the mood has another label or has drifted by :data:`FAR`, once the list
    has stayed :data:`LABEL_HOLD` seconds; or has drifted by :data:`DRIFT`, after
    :data:`DRIFT_HOLD` seconds.
    For use by one thread at a time.

    Parameters
    ----------
    index : TrackIndex
        What to choose from.
    """

    def __init__(self, index: TrackIndex) -> None:
        self._index = index
        self._cues: list[Cue] = []
        self._query: MoodQuery | None = None
        self._changed_at = 0.0
        self._played: dict[str, float] = {}

    def get(self) -> list[Cue]:
        """Return the present list, empty before the first mood."""
        return list(self._cues)

    def played(self, track_id: str, t: float) -> None:
        """Leave a track out of the lists of the next :data:`REPEAT_AFTER` seconds.

        Parameters
        ----------
        track_id : str
            The track that was played or downloaded.
        t : float
            When, in seconds since the session began.
        """
        self._played[track_id] = t
        self._forget(t)

    def update(self, query: MoodQuery, t: float) -> list[Cue] | None:
        """Take the present mood; return the new list, or None where it stays as it is.

        Parameters
        ----------
        query : MoodQuery
            The mood.
        t : float
            Its time, in seconds since the session began.
        """
        if self._query is not None and not self._due(self._query, query, t - self._changed_at):
            return None
        self._forget(t)
        cues = self._index.rank(query, without=self._played)
        self._query, self._changed_at = query, t
        if [_essence(cue) for cue in cues] == [_essence(cue) for cue in self._cues]:
            return None
        self._cues = cues
        return list(cues)

    def _due(self, before: MoodQuery, now: MoodQuery, age: float) -> bool:
        drift = _total_variation(before.probs, now.probs)
        if now.label != before.label or drift >= FAR:
            return age >= LABEL_HOLD
        return age >= DRIFT_HOLD and drift >= DRIFT

    def _forget(self, t: float) -> None:
        self._played = {
            track: since for track, since in self._played.items() if t - since < REPEAT_AFTER
        }


def _largest(values: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """Return where the largest values are, in no order."""
    if len(values) <= count:
        return np.arange(len(values))
    return np.argpartition(-values, count)[:count]


def _between(ends: tuple[float, float], share: float) -> float:
    """Return what lies ``share`` of the way from the first end to the second."""
    return ends[0] + (ends[1] - ends[0]) * share


def _essence(cue: Cue) -> tuple[str, Modality, Emotion]:
    return cue.track.id, cue.why_from, cue.emotion


def _normalised_entropy(probs: Distribution) -> float:
    """Return the entropy over that of the uniform distribution: 0 is certain, 1 knows nothing."""
    present = probs[probs > 0]
    return float(-(present * np.log(present)).sum() / np.log(len(EMOTIONS)))


def _total_variation(a: Distribution, b: Distribution) -> float:
    """Return half the sum of absolute differences, in [0, 1]."""
    return float(np.abs(a - b).sum() / 2)
