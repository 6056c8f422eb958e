from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import Postgres, programs, serving
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
