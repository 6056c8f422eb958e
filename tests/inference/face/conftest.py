from collections.abc import Iterator
from pathlib import Path

import pytest

from inference.runtime import LocalRuntime

ROOT = Path(__file__).parents[3]
MODELS = ("face_detection", "face_mesh", "face_emotion")


@pytest.fixture(scope="session")
def runtime() -> Iterator[LocalRuntime]:
    runtime = LocalRuntime([ROOT / "models"], MODELS, workers=1)
    yield runtime
    runtime.close()
