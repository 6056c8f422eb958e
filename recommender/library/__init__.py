"""The user's own music, read from folders: tags, covers, and moods from the sound."""

from recommender.library.library import (
    Folder,
    Library,
    LibraryCode,
    LibraryError,
    LibraryFact,
    Scanned,
    Unreadable,
)
from recommender.library.sound import UnreadableCode
from recommender.library.tags import Cover, read_cover
from recommender.library.workers import Workers

__all__ = [
    "Cover",
    "Folder",
    "Library",
    "LibraryCode",
    "LibraryError",
    "LibraryFact",
    "Scanned",
    "Unreadable",
    "UnreadableCode",
    "Workers",
    "read_cover",
]
