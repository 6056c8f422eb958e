"""Tracks laid out for ranking: how well each fits a mood, and which pass a filter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS
from recommender.music.track import Track
from recommender.ranking.features import FEATURES, TEMPI, features, instrument_groups
from recommender.ranking.filters import Filters, Range
from recommender.ranking.query import MoodQuery

SHORTEST: Final = 20.0
"""Seconds a track must last at least: what is shorter is a sting, not music for a scene."""

WEIGHTS: Final = FEATURES + 8
"""Features of a track, and of a track and a mood together."""

_TAG_SHARE: Final = 0.65
"""Share of the emotions in the score; the rest is the distance in the circumplex."""
_NEAR: Final = (0.4, 0.8)
"""Distance in the circumplex that is near: for a mood that is certain, and one that is not."""
_PACE: Final = 0.3
"""Distance of a tempo from that of a mood that is near, where the quickest has an arousal of 1."""


class TrackIndex:
    """Tracks as arrays. It does not change, and any number of sessions may share it.

    Parameters
    ----------
    tracks : iterable of Track
        The catalogue.

    Attributes
    ----------
    tracks : list of Track
        Those that are there and long enough to be cued; a track's number is its place here.
    number : dict
        The number of each track, by its identifier.
    emotions : ndarray
        Float32 of shape (tracks, 8).
    features : ndarray
        Float32 of shape (tracks, :data:`recommender.ranking.features.FEATURES`).
    offline : ndarray
        Bool of shape (tracks,): whether a track plays without a network.
    artists, families : ndarray
        Int64 of shape (tracks,): equal for tracks by one artist, and for cuts of one title.
    """

    def __init__(self, tracks: Iterable[Track]) -> None:
        self.tracks = [
            track
            for track in tracks
            if not track.missing and (track.duration is None or track.duration >= SHORTEST)
        ]
        self.number = {track.id: number for number, track in enumerate(self.tracks)}
        self.emotions = np.array([track.emotions for track in self.tracks], dtype=np.float32)
        self.emotions = self.emotions.reshape(-1, len(EMOTIONS))
        self.features = features(self.tracks)
        self.offline = np.array([track.offline for track in self.tracks], dtype=bool)
        self.artists = _codes(track.artist for track in self.tracks)
        self.families = _codes((track.artist, track.family) for track in self.tracks)
        self._valence = _numbers(track.valence for track in self.tracks)
        self._arousal = _numbers(track.arousal for track in self.tracks)
        self._licences = np.array([track.licence_class for track in self.tracks], dtype=str)
        self._sources = np.array([track.source for track in self.tracks], dtype=str)
        self._tempi = _numbers(track.bpm for track in self.tracks)
        self._pace = np.interp(self._tempi, list(TEMPI.values()), np.linspace(-1, 1, len(TEMPI)))
        self._pace = self._pace.astype(np.float32)
        self._lengths = _numbers(track.duration for track in self.tracks)
        self._instrumental = np.array([_instrumental(track) for track in self.tracks], dtype=bool)

    def __len__(self) -> int:
        return len(self.tracks)

    def fit(
        self, query: MoodQuery, numbers: NDArray[np.intp] | slice = slice(None)
    ) -> NDArray[np.float32]:
        """Return how well tracks fit a mood, each in [0, 1], before anything is learned.

        The fit is the match of a track's emotions with the mood's, and its nearness in the
        circumplex. The match is the scalar product of the two distributions, so that a mood that
        is spread out scores low for every track. The less certain the mood (by its entropy), the
        farther a track may be.

        Parameters
        ----------
        query : MoodQuery
            The mood.
        numbers : ndarray or slice
            Which tracks; all by default.

        Returns
        -------
        ndarray
            Float32, one for each track asked for.
        """
        match = self.emotions[numbers] @ query.probs
        near = self._near(query.valence, query.arousal, query.doubt, numbers)
        fit: NDArray[np.float32] = _TAG_SHARE * match + (1 - _TAG_SHARE) * near
        return fit

    def weigh(
        self,
        query: MoodQuery,
        weights: NDArray[np.float32],
        numbers: NDArray[np.intp] | slice = slice(None),
    ) -> NDArray[np.float32]:
        """Return what weights of a taste make of tracks in a mood.

        Parameters
        ----------
        query : MoodQuery
            The mood.
        weights : ndarray
            Float32 of shape (:data:`WEIGHTS`, k): a weight for each feature of a track, then for
            each of a track and a mood together; see :meth:`pairs`.
        numbers : ndarray or slice
            Which tracks; all by default.

        Returns
        -------
        ndarray
            Float32 of shape (tracks, k).
        """
        of_tracks, of_pairs = weights[:FEATURES], weights[FEATURES:]
        weighed: NDArray[np.float32] = self.features[numbers] @ of_tracks
        weighed += self.pairs(query, numbers) @ of_pairs
        return weighed

    def describe(self, query: MoodQuery, numbers: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return all features of tracks in a mood: float32 of shape (tracks, :data:`WEIGHTS`)."""
        return np.hstack((self.features[numbers], self.pairs(query, numbers)))

    def pairs(
        self, query: MoodQuery, numbers: NDArray[np.intp] | slice = slice(None)
    ) -> NDArray[np.float32]:
        """Return the features of tracks and a mood together: float32 of shape (tracks, 8).

        They are how well the emotions match; how near the track is to the mood, and to the
        opposite place of the circumplex; the four products of valence and arousal; and how near
        the tempo is to being as quick as the mood is aroused.
        """
        valence, arousal = self._valence[numbers], self._arousal[numbers]
        return np.column_stack(
            (
                self.emotions[numbers] @ query.probs,
                self._near(query.valence, query.arousal, query.doubt, numbers),
                self._near(-query.valence, -query.arousal, query.doubt, numbers),
                valence * np.float32(query.valence),
                arousal * np.float32(query.arousal),
                arousal * np.float32(query.valence),
                valence * np.float32(query.arousal),
                np.nan_to_num(self._near_pace(query.arousal, numbers)),
            )
        )

    def _near(
        self, valence: float, arousal: float, doubt: float, numbers: NDArray[np.intp] | slice
    ) -> NDArray[np.float32]:
        across = self._valence[numbers] - np.float32(valence)
        along = self._arousal[numbers] - np.float32(arousal)
        width = 2 * between(_NEAR, doubt) ** 2
        near: NDArray[np.float32] = np.exp((across**2 + along**2) / np.float32(-width))
        return near

    def _near_pace(self, arousal: float, numbers: NDArray[np.intp] | slice) -> NDArray[np.float32]:
        away = self._pace[numbers] - np.float32(arousal)
        near: NDArray[np.float32] = np.exp(away**2 / np.float32(-2 * _PACE**2))
        return near

    def own(
        self, taste: Mapping[str, float], numbers: NDArray[np.intp] | slice = slice(None)
    ) -> NDArray[np.float32]:
        """Return what is expected of tracks beyond their features: float32, one for each."""
        own = np.zeros(len(self), dtype=np.float32)
        for track_id, gain in taste.items():
            if track_id in self.number:
                own[self.number[track_id]] = gain
        return own[numbers]

    def allowed(self, filters: Filters) -> NDArray[np.bool_]:
        """Return which tracks pass: bool of shape (tracks,)."""
        allowed = np.isin(self._licences, list(filters.licences))
        allowed &= _within(self._tempi, filters.tempo)
        allowed &= _within(self._lengths, filters.length)
        if filters.instrumental:
            allowed &= self._instrumental
        if filters.sources is not None:
            allowed &= np.isin(self._sources, list(filters.sources))
        return allowed


def between(ends: tuple[float, float], share: float) -> float:
    """Return what lies ``share`` of the way from the first end to the second."""
    return ends[0] + (ends[1] - ends[0]) * share


def _instrumental(track: Track) -> bool:
    """Return whether nobody sings, as far as its instruments tell."""
    groups = [instrument_groups(instrument) for instrument in track.instruments]
    return bool(groups) and not any("voices" in group for group in groups)


def _codes(values: Iterable[object]) -> NDArray[np.int64]:
    codes: dict[object, int] = {}
    return np.array([codes.setdefault(value, len(codes)) for value in values], dtype=np.int64)


def _numbers(values: Iterable[float | None]) -> NDArray[np.float32]:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float32)


def _within(values: NDArray[np.float32], limits: Range) -> NDArray[np.bool_]:
    least, most = limits
    within = np.ones(len(values), dtype=bool)
    # A comparison with NaN is false: what is unknown lies in no limited range.
    if least is not None:
        within &= values >= least
    if most is not None:
        within &= values <= most
    return within
