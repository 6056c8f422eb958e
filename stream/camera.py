"""A camera of this machine."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from stream.frames import MAX_SIDE


class Camera:
    """A local camera, opened at the first :meth:`grab` and reopened after a failure.

    Not thread-safe; every call may block.

    Parameters
    ----------
    camera : int or str
        Its index, or anything else OpenCV opens, such as ``/dev/video2``.
    """

    def __init__(self, camera: int | str) -> None:
        self._camera = camera
        self._capture: cv2.VideoCapture | None = None

    def grab(self) -> bool:
        """Wait for the next frame; return False if the camera is missing or busy."""
        if self._capture is None:
            self._capture = cv2.VideoCapture(self._camera)
        grabbed = self._capture.grab()
        if not grabbed:
            self.close()
        return grabbed

    def image(self) -> NDArray[np.uint8]:
        """Return the grabbed frame.

        Returns
        -------
        ndarray of uint8, shape (height, width, 3)
            RGB; the longest side is at most :data:`stream.frames.MAX_SIDE` pixels.
        """
        assert self._capture is not None
        _, image = self._capture.retrieve()
        scale = min(1.0, MAX_SIDE / max(image.shape[:2]))
        scaled = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.cvtColor(scaled, cv2.COLOR_BGR2RGB), np.uint8)

    def close(self) -> None:
        """Release the camera; idempotent."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None
