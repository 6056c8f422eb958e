from pathlib import Path

import pytest

from web import Settings


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tests away from the data and the settings of whoever runs them."""
    monkeypatch.setenv("MOODCUE_DATA_DIR", str(tmp_path / "data"))
    for name in Settings.model_fields.keys() - {"data_dir"}:
        monkeypatch.delenv(f"MOODCUE_{name.upper()}", raising=False)
