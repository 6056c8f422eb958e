"""Tracks as arrays: how well each fits a mood, its features, and which pass a filter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inference.emotion import EMOTIONS
from recommender.music.track import Track
from recommender.ranking.features import FEATURE_COUNT, TEMPI, instrument_groups, track_features
from recommender.ranking.filters import Filters
from recommender.ranking.query import MoodQuery
from recommender.vocabulary import Range

MIN_DURATION: Final = 20.0
"""Minimum duration of a track in seconds: shorter ones are stings, not music for a scene."""

WEIGHT_COUNT: Final = FEATURE_COUNT + 8
"""Number of features of a track in a mood: those of the track, then the interactions."""

_EMOTION_SHARE: Final = 0.65
"""Share of the match of emotions in the fit; the rest is the proximity in the circumplex."""
_PROXIMITY_SCALE: Final = (0.4, 0.8)
"""Standard deviation of proximity in the circumplex, for certain and for uncertain moods."""
_TEMPO_SCALE: Final = 0.3
"""Standard deviation of proximity in tempo, on a scale from -1, slowest, to 1, fastest."""

_Rows: TypeAlias = NDArray[np.intp] | slice
_ALL: Final = slice(None)


class TrackIndex:
    """Tracks as arrays. Immutable, so that all sessions can share it.

    Parameters
    ----------
    tracks : iterable of Track
        The catalogue.

    Attributes
    ----------
    tracks : list of Track
        The tracks that are not missing and not too short; a row is a position in this list.
    row_of : dict
        Row of each track, by identifier.
    emotions : ndarray
        Float32 of shape (tracks, 8).
    features : ndarray
        Float32 of shape (tracks, :data:`recommender.ranking.features.FEATURE_COUNT`).
    offline : ndarray
        Bool of shape (tracks,): whether a track plays without a network.
    artists, families : ndarray
        Int64 of shape (tracks,): equal for tracks of one artist, and for versions of one title.
    """

    def __init__(self, tracks: Iterable[Track]) -> None:
        self.tracks = [
            track
            for track in tracks
            if not track.missing and (track.duration is None or track.duration >= MIN_DURATION)
        ]
        self.row_of = {track.id: row for row, track in enumerate(self.tracks)}
        self.emotions = np.array([track.emotions for track in self.tracks], dtype=np.float32)
        self.emotions = self.emotions.reshape(-1, len(EMOTIONS))
        self.features = track_features(self.tracks)
        self.offline = np.array([track.offline for track in self.tracks], dtype=bool)
        self.artists = _category_codes(track.artist for track in self.tracks)
        self.families = _category_codes((track.artist, track.family) for track in self.tracks)
        self._valence = _float_array(track.valence for track in self.tracks)
        self._arousal = _float_array(track.arousal for track in self.tracks)
        self._licences = np.array([track.licence_class for track in self.tracks], dtype=str)
        self._sources = np.array([track.source for track in self.tracks], dtype=str)
        self._tempi = _float_array(track.bpm for track in self.tracks)
        self._pace = np.interp(self._tempi, list(TEMPI.values()), np.linspace(-1, 1, len(TEMPI)))
        self._pace = self._pace.astype(np.float32)
        self._lengths = _float_array(track.duration for track in self.tracks)
        self._instrumental = np.array([_instrumental(track) for track in self.tracks], dtype=bool)

    def __len__(self) -> int:
        return len(self.tracks)

    def fit(self, query: MoodQuery, rows: _Rows = _ALL) -> NDArray[np.float32]:
        """Return how well tracks fit a mood by the fixed mapping, each in [0, 1].

        The fit is a weighted mean of two terms: the dot product of the emotion distributions of
        track and mood, which is low for every track if the mood is uncertain, and the Gaussian
        proximity in the circumplex, whose width increases with the uncertainty of the mood. The
        less clear a mood is, the less its emotions count: whether it is happy or surprised, the
        music may be lively and light.

        Parameters
        ----------
        query : MoodQuery
            The mood.
        rows : ndarray or slice
            Which tracks; all by default.

        Returns
        -------
        ndarray
            Float32 of shape (rows,).
        """
        match = self.emotions[rows] @ query.probs
        proximity = self._proximity(query.valence, query.arousal, query.uncertainty, rows)
        match *= np.float32(query.clarity)
        fit: NDArray[np.float32] = _EMOTION_SHARE * match + (1 - _EMOTION_SHARE) * proximity
        return fit

    def apply_weights(
        self, query: MoodQuery, weights: NDArray[np.float32], rows: _Rows = _ALL
    ) -> NDArray[np.float32]:
        """Return the scores that weights of a taste give to tracks in a mood.

        Parameters
        ----------
        query : MoodQuery
            The mood.
        weights : ndarray
            Float32 of shape (:data:`WEIGHT_COUNT`, k): one column for each of k tastes.
        rows : ndarray or slice
            Which tracks; all by default.

        Returns
        -------
        ndarray
            Float32 of shape (rows, k).
        """
        scores: NDArray[np.float32] = self.features[rows] @ weights[:FEATURE_COUNT]
        scores += self.interactions(query, rows) @ weights[FEATURE_COUNT:]
        return scores

    def features_in(self, query: MoodQuery, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return all features of tracks in a mood: float32 of shape (rows, WEIGHT_COUNT)."""
        return np.hstack((self.features[rows], self.interactions(query, rows)))

    def interactions(self, query: MoodQuery, rows: _Rows = _ALL) -> NDArray[np.float32]:
        """Return the interaction features of tracks and a mood: float32 of shape (rows, 8).

        They are the match of the emotions; the proximity in the circumplex to the mood and to its
        mirrored position; the four products of the valences and arousals; and the proximity of the
        tempo to the arousal of the mood.
        """
        valence, arousal = self._valence[rows], self._arousal[rows]
        return np.column_stack(
            (
                self.emotions[rows] @ query.probs,
                self._proximity(query.valence, query.arousal, query.uncertainty, rows),
                self._proximity(-query.valence, -query.arousal, query.uncertainty, rows),
                valence * np.float32(query.valence),
                arousal * np.float32(query.arousal),
                arousal * np.float32(query.valence),
                valence * np.float32(query.arousal),
                np.nan_to_num(self._tempo_proximity(query.arousal, rows)),
            )
        )

    def _proximity(
        self, valence: float, arousal: float, uncertainty: float, rows: _Rows
    ) -> NDArray[np.float32]:
        dx = self._valence[rows] - np.float32(valence)
        dy = self._arousal[rows] - np.float32(arousal)
        width = 2 * interpolate(_PROXIMITY_SCALE, uncertainty) ** 2
        proximity: NDArray[np.float32] = np.exp((dx**2 + dy**2) / np.float32(-width))
        return proximity

    def _tempo_proximity(self, arousal: float, rows: _Rows) -> NDArray[np.float32]:
        difference = self._pace[rows] - np.float32(arousal)
        proximity: NDArray[np.float32] = np.exp(difference**2 / np.float32(-2 * _TEMPO_SCALE**2))
        return proximity

    def effects(self, by_track: Mapping[str, float], rows: _Rows = _ALL) -> NDArray[np.float32]:
        """Return effects of individual tracks as an array: float32 of shape (rows,).

        Parameters
        ----------
        by_track : mapping
            Effects by track identifier; 0 for other tracks.
        rows : ndarray or slice
            Which tracks; all by default.
        """
        effects = np.zeros(len(self), dtype=np.float32)
        for track_id, effect in by_track.items():
            if track_id in self.row_of:
                effects[self.row_of[track_id]] = effect
        return effects[rows]

    def allowed(self, filters: Filters) -> NDArray[np.bool_]:
        """Return which tracks pass filters: bool of shape (tracks,)."""
        allowed = np.isin(self._licences, list(filters.licences))
        allowed &= _in_range(self._tempi, filters.tempo)
        allowed &= _in_range(self._lengths, filters.length)
        if filters.instrumental:
            allowed &= self._instrumental
        if filters.sources is not None:
            allowed &= np.isin(self._sources, list(filters.sources))
        return allowed


def interpolate(ends: tuple[float, float], share: float) -> float:
    """Return the point that lies ``share`` of the way from the first end to the second."""
    return ends[0] + (ends[1] - ends[0]) * share


def _instrumental(track: Track) -> bool:
    """Return whether a track is known to have no vocals."""
    groups = [instrument_groups(instrument) for instrument in track.instruments]
    return bool(groups) and not any("voices" in group for group in groups)


def _category_codes(values: Iterable[object]) -> NDArray[np.int64]:
    codes: dict[object, int] = {}
    return np.array([codes.setdefault(value, len(codes)) for value in values], dtype=np.int64)


def _float_array(values: Iterable[float | None]) -> NDArray[np.float32]:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float32)


def _in_range(values: NDArray[np.float32], limits: Range) -> NDArray[np.bool_]:
    low, high = limits
    inside = np.ones(len(values), dtype=bool)
    # Comparisons with NaN are false: unknown values are in no range with a bound.
    if low is not None:
        inside &= values >= low
    if high is not None:
        inside &= values <= high
    return inside
