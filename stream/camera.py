"""A camera of this machine."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from stream.frames import MAX_SIDE


class Camera:
    """Opens a camera when it is first asked, and again whenever it was gone.

    For use by one thread at a time: every call may wait for the camera.

    Parameters
    ----------
    camera : int or str
        Its number, or what else OpenCV opens: ``/dev/video2``.
    """

    def __init__(self, camera: int | str) -> None:
        self._camera = camera
        self._capture: cv2.VideoCapture | None = None

    def grab(self) -> bool:
        """Wait for the next picture; False while there is no such camera, or it is in use."""
        if self._capture is None:
            self._capture = cv2.VideoCapture(self._camera)
        grabbed = self._capture.grab()
        if not grabbed:
            self.close()
        return grabbed

    def picture(self) -> NDArray[np.uint8]:
        """Return the picture that was grabbed.

        Returns
        -------
        ndarray of uint8, shape (height, width, 3)
            RGB, its longest side at most :data:`stream.frames.MAX_SIDE`.
        """
        assert self._capture is not None
        _, picture = self._capture.retrieve()
        scale = min(1.0, MAX_SIDE / max(picture.shape[:2]))
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2RGB), np.uint8)

    def close(self) -> None:
        """Let go of the camera."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None
