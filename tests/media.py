"""The clip that tests play: a real talking face where the data are, our own sample elsewhere."""

from __future__ import annotations

from pathlib import Path

from stream import sample_path

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
"""Training and test data, which are not part of the project."""

RAVDESS_CLIP = DATA / "ravdess" / "video" / "01-01-01-01-01-01-01.mp4"


def clip() -> Path:
    """Return a clip with a face and a voice."""
    return RAVDESS_CLIP if RAVDESS_CLIP.is_file() else sample_path()
