"""Tracks, cues for a mood, and the log of what people did with them."""

from recommender.catalogue import Catalogue, Page
from recommender.cues import Cue, CueList, MoodQuery, TrackIndex
from recommender.database import CatalogueError
from recommender.downloads import Counts, Download, DownloadLog, Selection
from recommender.feedback import Feedback, FeedbackLog
from recommender.tables import Action, Mode
from recommender.track import PUBLISHABLE, Track

__all__ = [
    "PUBLISHABLE",
    "Action",
    "Catalogue",
    "CatalogueError",
    "Counts",
    "Cue",
    "CueList",
    "Download",
    "DownloadLog",
    "Feedback",
    "FeedbackLog",
    "Mode",
    "MoodQuery",
    "Page",
    "Selection",
    "Track",
    "TrackIndex",
]
