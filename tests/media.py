"""The clip that tests play: a real talking face where the data are, our own sample elsewhere."""

from __future__ import annotations

from pathlib import Path

import av

from stream import sample_path

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
"""Training and test data, which are not part of the project."""

RAVDESS_CLIP = DATA / "ravdess" / "video" / "01-01-01-01-01-01-01.mp4"


def clip() -> Path:
    """Return a clip with a face and a voice."""
    return RAVDESS_CLIP if RAVDESS_CLIP.is_file() else sample_path()


def write_speech(path: Path) -> Path:
    """Write the sound of the clip as a WAV file; return its path."""
    with av.open(str(clip())) as source, av.open(str(path), "w") as target:
        stream = target.add_stream("pcm_s16le", rate=48_000, layout="mono")
        for frame in source.decode(audio=0):
            frame.pts = None
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return path
