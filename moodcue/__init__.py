"""Read the mood of a recording or a live feed from voice and face, and cue music that fits it.

A recording::

    for mood in moodcue.analyze("clip.mp4"):
        print(mood.t, mood.label, mood.confidence)

A live source::

    async for mood in moodcue.listen(moodcue.DeviceSource(moodcue.SessionClock())):
        print(mood.t, mood.label)

Music for it::

    cues = moodcue.Cues(moodcue.builtin_tracks())
    for mood in moodcue.analyze("clip.mp4"):
        for cue in cues.update(mood) or ():
            print(cue.rank, cue.track.title, cue.track.credit)

None of this needs a database or a server, or contacts anyone.
"""

from importlib.metadata import version

from inference import (
    EMOTIONS,
    Emotion,
    FaceReading,
    LocalRuntime,
    ModelCard,
    ModelError,
    Mood,
    Runtime,
    VoiceReading,
    load_models,
)
from moodcue.analysis import analyze, listen
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

__version__ = version("moodcue")

__all__ = [
    "EMOTIONS",
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
    "Runtime",
    "SessionClock",
    "Source",
    "SourceError",
    "Track",
    "UrlSource",
    "VideoFrame",
    "VoiceReading",
    "WindowSpec",
    "__version__",
    "analyze",
    "builtin_tracks",
    "input_devices",
    "listen",
    "load_models",
    "read_catalogue",
    "sample_path",
]
