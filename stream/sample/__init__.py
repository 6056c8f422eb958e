"""A clip of our own: a face and a voice to try everything with."""

from pathlib import Path


def sample_path() -> Path:
    """Return where the clip is: 26 s, 640x360 at 20 frames per second, H.264 and AAC."""
    return Path(__file__).with_name("clip.mp4")
