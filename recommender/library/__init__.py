"""The user's own music: tags, covers and sound of the files in library folders."""

from recommender.library.errors import (
    LibraryCode,
    LibraryError,
    LibraryFact,
    UnreadableCode,
    UnreadableError,
)
from recommender.library.library import Folder, Library, UnreadableFile
from recommender.library.scan import ScanProgress
from recommender.library.tags import Cover, read_cover
from recommender.library.workers import Workers

__all__ = [
    "Cover",
    "Folder",
    "Library",
    "LibraryCode",
    "LibraryError",
    "LibraryFact",
    "ScanProgress",
    "UnreadableCode",
    "UnreadableError",
    "UnreadableFile",
    "Workers",
    "read_cover",
]
