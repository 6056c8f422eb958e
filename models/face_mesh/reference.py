"""Reference results of MediaPipe itself, for the tests of our own implementation.

``python -m models.face_mesh.reference``, in a separate environment with ``mediapipe==0.10.21
scikit-image``, prints the content of ``tests/inference/face/mediapipe-astronaut.json``. MediaPipe's
own face mesh uses its short-range detector; here it uses the full-range one, as we do.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import mediapipe
import numpy as np
import skimage.data
from mediapipe.python import packet_creator, packet_getter
from mediapipe.python._framework_bindings import resource_util
from numpy.typing import NDArray

GRAPH = """
input_stream: "image"
output_stream: "detection"
output_stream: "landmarks"
node {
  calculator: "FaceDetectionFullRangeCpu"
  input_stream: "IMAGE:image"
  output_stream: "DETECTIONS:detections"
}
node {
  calculator: "SplitDetectionVectorCalculator"
  input_stream: "detections"
  output_stream: "detection"
  options {
    [mediapipe.SplitVectorCalculatorOptions.ext] {
      ranges: { begin: 0 end: 1 }
      element_only: true
    }
  }
}
node {
  calculator: "ImagePropertiesCalculator"
  input_stream: "IMAGE:image"
  output_stream: "SIZE:size"
}
node {
  calculator: "FaceDetectionFrontDetectionToRoi"
  input_stream: "DETECTION:detection"
  input_stream: "IMAGE_SIZE:size"
  output_stream: "ROI:region"
}
node {
  calculator: "FaceLandmarkCpu"
  input_stream: "IMAGE:image"
  input_stream: "ROI:region"
  output_stream: "LANDMARKS:landmarks"
}
"""


def read_face(image: NDArray[np.uint8]) -> dict[str, Any]:
    """Return MediaPipe's detection and landmarks of the face with the highest score.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width, 3)
        RGB.
    """
    found: dict[str, Any] = {}
    resource_util.set_resource_dir(str(Path(mediapipe.__file__).parents[1]))
    graph = mediapipe.CalculatorGraph(graph_config=GRAPH)
    for name in ("detection", "landmarks"):
        graph.observe_output_stream(
            name, lambda stream, packet: found.update({stream: packet_getter.get_proto(packet)})
        )
    graph.start_run()
    packet = packet_creator.create_image_frame(
        image_format=mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(image)
    )
    graph.add_packet_to_input_stream("image", packet.at(0))
    graph.close_all_packet_sources()
    graph.wait_until_done()
    return found


def reference(image: NDArray[np.uint8]) -> dict[str, Any]:
    """Return MediaPipe's results for an image, as fractions of it; every 13th landmark."""
    found = read_face(image)
    location = found["detection"].location_data
    box = location.relative_bounding_box
    return {
        "score": round(found["detection"].score[0], 5),
        "box": [round(v, 5) for v in (box.xmin, box.ymin, box.width, box.height)],
        "keypoints": [[round(p.x, 5), round(p.y, 5)] for p in location.relative_keypoints],
        "landmarks": {
            index: [round(point.x, 5), round(point.y, 5)]
            for index, point in enumerate(found["landmarks"].landmark)
            if index % 13 == 0
        },
    }


def main() -> None:
    """Print the results for scikit-image's astronaut, whole and cut at the edges, as JSON."""
    # scikit-image has no types for its images.
    astronaut = skimage.data.astronaut()  # type: ignore[no-untyped-call]
    cut = astronaut[80:180, 170:310]
    print(json.dumps({"whole": reference(astronaut), "cut": reference(cut)}))


if __name__ == "__main__":
    main()
