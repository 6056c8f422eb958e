from collections.abc import Iterator
from pathlib import Path

import pytest

from moodcue.bench.postgres import Postgres, programs, serving
from moodcue.bench.sound_server import SoundServer, installed
from web import Settings


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tests away from the data and the settings of whoever runs them."""
    monkeypatch.setenv("MOODCUE_DATA_DIR", str(tmp_path / "data"))
    for name in Settings.model_fields.keys() - {"data_dir"}:
        monkeypatch.delenv(f"MOODCUE_{name.upper()}", raising=False)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of the tests' own."""
    found = programs()
    if found is None:
        pytest.skip("needs Debian's package postgresql: apt-get install postgresql")
    with serving(found) as server:
        yield server


@pytest.fixture
def booth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundServer]:
    """A sound server of the test's own, which what the test starts finds."""
    if not installed():
        pytest.skip("needs Debian's package pulseaudio: apt-get install pulseaudio")
    server = SoundServer(tmp_path)
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    server.start()
    yield server
    server.stop()
