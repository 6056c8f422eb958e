from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tests away from the data and the settings of whoever runs them."""
    monkeypatch.setenv("MOODCUE_DATA_DIR", str(tmp_path / "data"))
    for name in ("HOST", "PORT", "TOKEN", "DATABASE_URL", "ICE_SERVERS", "ICE_ADDRESSES"):
        monkeypatch.delenv(f"MOODCUE_{name}", raising=False)
