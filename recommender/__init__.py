"""Tracks, cues for a mood, and the log of feedback that the ranking learns from."""

from recommender.music.catalogue import Catalogue, Page
from recommender.music.licence import LicenceClass
from recommender.music.moods import Fit, fit_emotion, fit_position
from recommender.music.track import Track
from recommender.ranking.cues import CueList
from recommender.ranking.features import NOUNS, WORDS
from recommender.ranking.filters import Filters
from recommender.ranking.index import TrackIndex
from recommender.ranking.learner import Learner
from recommender.ranking.modes import REPEAT_AFTER, CueSettings
from recommender.ranking.query import MoodQuery
from recommender.ranking.ranker import Cue, Ranker
from recommender.ranking.shown import Moment, ShownLog
from recommender.ranking.taste import LearnedWord, Taste
from recommender.ranking.updater import IndexUpdater
from recommender.store.counts import Counts
from recommender.store.database import StorageError
from recommender.store.downloads import Download, DownloadLog
from recommender.store.feedback import Feedback, FeedbackLog
from recommender.store.history import History
from recommender.store.selection import Selection
from recommender.store.session_rows import Progress, StoredEvent, StoredSession
from recommender.vocabulary import Action, EndReason, Mode, SessionState

__all__ = [
    "NOUNS",
    "REPEAT_AFTER",
    "WORDS",
    "Action",
    "Catalogue",
    "Counts",
    "Cue",
    "CueList",
    "CueSettings",
    "Download",
    "DownloadLog",
    "EndReason",
    "Feedback",
    "FeedbackLog",
    "Filters",
    "Fit",
    "History",
    "IndexUpdater",
    "LearnedWord",
    "Learner",
    "LicenceClass",
    "Mode",
    "Moment",
    "MoodQuery",
    "Page",
    "Progress",
    "Ranker",
    "Selection",
    "SessionState",
    "ShownLog",
    "StorageError",
    "StoredEvent",
    "StoredSession",
    "Taste",
    "Track",
    "TrackIndex",
    "fit_emotion",
    "fit_position",
]
