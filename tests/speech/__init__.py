"""A person who reads aloud: the natural speech that every clone of the project has."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.recordings import read_audio

SPEECH: Final = Path(__file__).with_name("sense-and-sensibility.opus")

PAUSES: Final = ((6.95, 7.3), (10.0, 10.3), (15.3, 15.6), (21.3, 21.4), (24.55, 24.7))
"""Where nobody speaks, in seconds: after each of the five sentences."""


def spoken(start: float, end: float) -> NDArray[np.float32]:
    """Return a part of the recording, from and to a second: mono samples at 16 kHz."""
    return read_audio(SPEECH)[round(start * 16_000) : round(end * 16_000)]
