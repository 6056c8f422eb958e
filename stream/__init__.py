"""Audio and video sources on one session clock, and sliding windows over them."""

from stream.browser import BrowserSource
from stream.camera import Camera
from stream.clock import Clock, SessionClock
from stream.device import DeviceSource, InputDevice, input_devices
from stream.file import FileSource
from stream.frames import FRAME_RATE
from stream.level import Level
from stream.media import SAMPLE_RATE, AudioBlock, Media, VideoFrame
from stream.sample import sample_path
from stream.sandbox import SandboxedSource
from stream.source import Feed, Source, SourceCode, SourceError, SourceFact
from stream.url import UrlSource
from stream.windows import WINDOW_HOP, WINDOW_LENGTH, Window, Windows, WindowSpec

__all__ = [
    "FRAME_RATE",
    "SAMPLE_RATE",
    "WINDOW_HOP",
    "WINDOW_LENGTH",
    "AudioBlock",
    "BrowserSource",
    "Camera",
    "Clock",
    "DeviceSource",
    "Feed",
    "FileSource",
    "InputDevice",
    "Level",
    "Media",
    "SandboxedSource",
    "SessionClock",
    "Source",
    "SourceCode",
    "SourceError",
    "SourceFact",
    "UrlSource",
    "VideoFrame",
    "Window",
    "WindowSpec",
    "Windows",
    "input_devices",
    "sample_path",
]
