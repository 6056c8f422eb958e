"""Tracks, cues for a mood, and the log of what people did with them."""

from recommender.catalogue import Catalogue, Page
from recommender.cues import Cue, CueList, MoodQuery, TrackIndex
from recommender.database import CatalogueError
from recommender.feedback import Feedback, FeedbackLog
from recommender.tables import Action
from recommender.track import PUBLISHABLE, Track

__all__ = [
    "PUBLISHABLE",
    "Action",
    "Catalogue",
    "CatalogueError",
    "Cue",
    "CueList",
    "Feedback",
    "FeedbackLog",
    "MoodQuery",
    "Page",
    "Track",
    "TrackIndex",
]
