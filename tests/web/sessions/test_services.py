from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from inference import ModelError
from web.sessions.services import Services
from web.settings import Settings


def test_models_that_cannot_be_loaded_leave_no_database_open(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="missing"):
        Services.open(Settings(data_dir=tmp_path, voice_model="missing"))
    opened = {Path(file.path) for file in psutil.Process().open_files()}
    assert (tmp_path / "moodcue.db").exists()
    assert tmp_path / "moodcue.db" not in opened
