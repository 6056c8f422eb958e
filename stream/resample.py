"""Streaming resampler from any audio format to 16 kHz mono."""

from __future__ import annotations

from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from stream.media import SAMPLE_RATE, AudioBlock

_OPTIONS: Final = {"rematrix_maxval": "1"}
"""Averages the channels. By default FFmpeg averages integer samples only and mixes float samples
louder, so that a file would be louder than the same audio from a browser."""


class Resampler:
    """Resampler from frames of any rate, layout and format to :class:`AudioBlock`.

    The filter of FFmpeg's libswresample keeps its state between frames, so that there are no clicks
    at their boundaries. It delays about a millisecond of audio until the next frame or
    :meth:`flush`.
    """

    def __init__(self) -> None:
        self._resampler: av.AudioResampler | None = None
        self._format: tuple[str, str, int] | None = None
        self._end = 0.0
        """End of the latest frame, in seconds."""
        self._delay = 0.0
        """Audio delayed in the filter, in seconds."""

    def push(self, frame: av.AudioFrame, t: float) -> list[AudioBlock]:
        """Convert a frame.

        Parameters
        ----------
        frame : av.AudioFrame
            The frame that follows the previous one. If its format differs, the filter is flushed
            first.
        t : float
            Time of the frame's first sample, in seconds.

        Returns
        -------
        list of AudioBlock
            The resampled audio, at :data:`stream.media.SAMPLE_RATE`; may be empty.
        """
        blocks = []
        frame_format = (frame.format.name, frame.layout.name, frame.sample_rate)
        if frame_format != self._format:
            blocks = self.flush()
            self._format = frame_format
        if self._resampler is None:
            self._resampler = av.AudioResampler("flt", "mono", SAMPLE_RATE, options=_OPTIONS)
        block = self._convert(self._resampler, frame, t - self._delay)
        self._end = t + frame.samples / frame.sample_rate
        self._delay = max(0.0, self._end - block.end)
        return [*blocks, block] if len(block.samples) else blocks

    def flush(self) -> list[AudioBlock]:
        """Return the delayed audio and reset the filter."""
        if self._resampler is None:
            return []
        block = self._convert(self._resampler, None, self._end - self._delay)
        self._resampler = None
        self._delay = 0.0
        return [block] if len(block.samples) else []

    @staticmethod
    def _convert(resampler: av.AudioResampler, frame: av.AudioFrame | None, t: float) -> AudioBlock:
        parts: list[NDArray[np.float32]] = [
            part.to_ndarray()[0] for part in resampler.resample(frame)
        ]
        return AudioBlock(t, np.concatenate([np.zeros(0, dtype=np.float32), *parts]))
