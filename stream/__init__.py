"""Sources of audio and video on one session clock, and the windows cut from them."""

from stream.address import AddressSource
from stream.browser import BrowserSource
from stream.camera import Camera
from stream.clock import Clock, SessionClock
from stream.contained import ContainedSource
from stream.device import DeviceSource, InputDevice, input_devices
from stream.file import FileSource
from stream.frames import FRAME_RATE
from stream.level import Level
from stream.media import SAMPLE_RATE, AudioBlock, Media, VideoFrame
from stream.sample import sample_path
from stream.source import Feed, Source, SourceCode, SourceError, SourceFact
from stream.windows import Window, Windows, WindowSpec

__all__ = [
    "FRAME_RATE",
    "SAMPLE_RATE",
    "AddressSource",
    "AudioBlock",
    "BrowserSource",
    "Camera",
    "Clock",
    "ContainedSource",
    "DeviceSource",
    "Feed",
    "FileSource",
    "InputDevice",
    "Level",
    "Media",
    "SessionClock",
    "Source",
    "SourceCode",
    "SourceError",
    "SourceFact",
    "VideoFrame",
    "Window",
    "WindowSpec",
    "Windows",
    "input_devices",
    "sample_path",
]
