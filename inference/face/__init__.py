"""The face: found, followed, aligned, and read.

A frame goes through :mod:`~inference.face.detection` (where faces are),
:mod:`~inference.face.mesh` (468 points of each), :mod:`~inference.face.tracking` (which is which),
:mod:`~inference.face.emotion` (what each shows) and :mod:`~inference.face.quality` (how much that
is worth). :class:`FaceReader` pools it over a window and picks the main face
(:mod:`~inference.face.focus`).
"""

from __future__ import annotations

import cv2

from inference.face.reader import FaceReader

__all__ = ["FaceReader"]

# OpenCV would split every small picture among all cores, and its threads would compete with those
# of the other sessions: one thread for each worker, as for the networks.
cv2.setNumThreads(1)
