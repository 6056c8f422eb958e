"""The public names of the package, which :mod:`moodcue` imports on first use."""

from inference import (
    EMOTIONS,
    Alternative,
    Emotion,
    FaceReading,
    LocalRuntime,
    ModelCard,
    ModelError,
    Mood,
    Runtime,
    VoiceReading,
    Without,
    load_models,
)
from moodcue.analysis import MoodIterator, analyze, listen
from moodcue.cues import Cues
from recommender import Cue, CueSettings, Filters, Track
from recommender.music.builtin import builtin_tracks
from recommender.music.csv_rows import ImportFileError
from recommender.music.exchange import read_catalogue
from stream import (
    AudioBlock,
    BrowserSource,
    Camera,
    Clock,
    DeviceSource,
    FileSource,
    SessionClock,
    Source,
    SourceError,
    UrlSource,
    VideoFrame,
    WindowSpec,
    input_devices,
    sample_path,
)

__all__ = [
    "EMOTIONS",
    "Alternative",
    "AudioBlock",
    "BrowserSource",
    "Camera",
    "Clock",
    "Cue",
    "CueSettings",
    "Cues",
    "DeviceSource",
    "Emotion",
    "FaceReading",
    "FileSource",
    "Filters",
    "ImportFileError",
    "LocalRuntime",
    "ModelCard",
    "ModelError",
    "Mood",
    "MoodIterator",
    "Runtime",
    "SessionClock",
    "Source",
    "SourceError",
    "Track",
    "UrlSource",
    "VideoFrame",
    "VoiceReading",
    "WindowSpec",
    "Without",
    "analyze",
    "builtin_tracks",
    "input_devices",
    "listen",
    "load_models",
    "read_catalogue",
    "sample_path",
]
