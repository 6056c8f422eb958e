"""Tracks, cues for a mood, and the log of what people did with them."""

from recommender.catalogue import Catalogue, Page
from recommender.cues import CueList
from recommender.database import CatalogueError
from recommender.downloads import Counts, Download, DownloadLog, Selection
from recommender.features import NOUNS, WORDS
from recommender.feedback import Feedback, FeedbackLog
from recommender.filters import Filters
from recommender.history import History, Progress, StoredEvent, StoredSession
from recommender.index import TrackIndex
from recommender.learner import Learner
from recommender.licence import LicenceClass
from recommender.modes import REPEAT_AFTER, CueSettings
from recommender.moods import Fit, fit_emotion, fit_place
from recommender.query import MoodQuery
from recommender.ranking import Cue, Ranker
from recommender.shown import Moment, ShownLog
from recommender.tables import Action, EndReason, Mode, SessionState
from recommender.taste import Taste
from recommender.track import Track

__all__ = [
    "NOUNS",
    "REPEAT_AFTER",
    "WORDS",
    "Action",
    "Catalogue",
    "CatalogueError",
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
    "StoredEvent",
    "StoredSession",
    "Taste",
    "Track",
    "TrackIndex",
    "fit_emotion",
    "fit_place",
]
