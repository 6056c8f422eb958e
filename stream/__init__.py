"""Sources of audio and video on one session clock, and the windows cut from them."""

from stream.browser import BrowserSource
from stream.clock import Clock, SessionClock
from stream.file import FileSource
from stream.frames import FRAME_RATE
from stream.media import SAMPLE_RATE, AudioBlock, Media, VideoFrame
from stream.sample import sample_path
from stream.source import Source, SourceError
from stream.windows import Window, Windows, WindowSpec

__all__ = [
    "FRAME_RATE",
    "SAMPLE_RATE",
    "AudioBlock",
    "BrowserSource",
    "Clock",
    "FileSource",
    "Media",
    "SessionClock",
    "Source",
    "SourceError",
    "VideoFrame",
    "Window",
    "WindowSpec",
    "Windows",
    "sample_path",
]
