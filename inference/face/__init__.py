"""Face analysis: detection, landmarks, tracking, alignment and emotion.

A frame goes through :mod:`~inference.face.detection` (face boxes), :mod:`~inference.face.mesh` (468
landmarks per face), :mod:`~inference.face.tracking` (identities), :mod:`~inference.face.emotion`
(emotion of each face) and :mod:`~inference.face.quality` (its reliability). :class:`FaceReader`
pools the results over a window and chooses the main face (:mod:`~inference.face.focus`).
"""

from __future__ import annotations

import cv2

from inference.face.reader import FaceReader

__all__ = ["FaceReader"]

# By default OpenCV splits even small images over all cores, and its threads would compete with
# other sessions: use one thread per worker, as for the networks.
cv2.setNumThreads(1)
