"""The sample clip: a face and a voice for trying Moodcue without a camera."""

from pathlib import Path


def sample_path() -> Path:
    """Return the path of the clip: 26 s, 640x360 at 20 frames per second, H.264 and AAC."""
    return Path(__file__).with_name("clip.mp4")
