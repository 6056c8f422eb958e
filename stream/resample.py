"""Any audio to 16 kHz mono, as a stream."""

from __future__ import annotations

from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from stream.media import SAMPLE_RATE, AudioBlock

_OPTIONS: Final = {"rematrix_maxval": "1"}
"""Channels are averaged. Without it, FFmpeg averages integer samples but makes the mix of float
samples louder, and a file would be louder than the same sound from a browser."""


class Resampler:
    """Turns consecutive frames of any rate, layout and format into :class:`AudioBlock`.

    The filter of FFmpeg's libswresample runs on from frame to frame, so that no clicks arise where
    they meet. It keeps about a millisecond back until the next frame or :meth:`flush`.
    """

    def __init__(self) -> None:
        self._resampler: av.AudioResampler | None = None
        self._format: tuple[str, str, int] | None = None
        self._end = 0.0
        """Time after the latest frame."""
        self._inside = 0.0
        """Seconds of sound that the filter holds."""

    def push(self, frame: av.AudioFrame, t: float) -> list[AudioBlock]:
        """Convert a frame.

        Parameters
        ----------
        frame : av.AudioFrame
            The frame after the previous one. If its format differs, what is left of the previous
            format comes out first.
        t : float
            Time of the frame's first sample, in seconds.

        Returns
        -------
        list of AudioBlock
            What can be given out by now.
        """
        blocks = []
        frame_format = (frame.format.name, frame.layout.name, frame.sample_rate)
        if frame_format != self._format:
            blocks = self.flush()
            self._format = frame_format
        if self._resampler is None:
            self._resampler = av.AudioResampler("flt", "mono", SAMPLE_RATE, options=_OPTIONS)
        block = self._convert(self._resampler, frame, t - self._inside)
        self._end = t + frame.samples / frame.sample_rate
        self._inside = max(0.0, self._end - block.end)
        return [*blocks, block] if len(block.samples) else blocks

    def flush(self) -> list[AudioBlock]:
        """Return what the filter holds; the next frame begins afresh."""
        if self._resampler is None:
            return []
        block = self._convert(self._resampler, None, self._end - self._inside)
        self._resampler = None
        self._inside = 0.0
        return [block] if len(block.samples) else []

    @staticmethod
    def _convert(resampler: av.AudioResampler, frame: av.AudioFrame | None, t: float) -> AudioBlock:
        parts: list[NDArray[np.float32]] = [
            part.to_ndarray()[0] for part in resampler.resample(frame)
        ]
        return AudioBlock(t, np.concatenate([np.zeros(0, dtype=np.float32), *parts]))
