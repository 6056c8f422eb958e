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

None of this needs a database or a server, and nothing connects to the network by itself.
"""

from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from moodcue.public import *

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
    "__version__",
    "analyze",
    "builtin_tracks",
    "input_devices",
    "listen",
    "load_models",
    "read_catalogue",
    "sample_path",
]

__version__ = version("moodcue")


def __getattr__(name: str) -> object:
    """Import the public names on first use, because that takes a second."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from moodcue import public

    return getattr(public, name)


def __dir__() -> list[str]:
    return __all__
