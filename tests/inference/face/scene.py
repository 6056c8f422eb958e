"""Images with faces at given positions."""

import json
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import skimage.data

from inference.face.region import Image

# scikit-image has no types for its images.
ASTRONAUT: Final[Image] = skimage.data.astronaut()  # type: ignore[no-untyped-call]
"""A smiling face of 100 pixels in an image of 512 x 512."""

MEDIAPIPE: Final[dict[str, Any]] = json.loads(
    Path(__file__).with_name("mediapipe-astronaut.json").read_text()
)
"""MediaPipe 0.10.21's results for :data:`ORACLE`: ``python -m models.face_mesh.reference``."""

ORACLE: Final = {"whole": ASTRONAUT, "cut": ASTRONAUT[80:180, 170:310]}
"""The two images of the reference; the edges cut the face of the second."""

PORTRAIT: Final = ASTRONAUT[:230, 110:340]
"""Head and shoulders; the face is centred, with 0.4 of the width and 0.5 of the height."""


def scene(*portraits: tuple[int, int, int], width: int = 320, height: int = 240) -> Image:
    """Return a grey image with portraits at (left, top, side), clipped to the image."""
    picture = np.full((height, width, 3), 90, np.uint8)
    for left, top, side in portraits:
        portrait = cv2.resize(PORTRAIT, (side, side), interpolation=cv2.INTER_AREA)
        x0, x1 = max(left, 0), min(left + side, width)
        y0, y1 = max(top, 0), min(top + side, height)
        if x0 < x1 and y0 < y1:
            picture[y0:y1, x0:x1] = portrait[y0 - top : y1 - top, x0 - left : x1 - left]
    return picture
