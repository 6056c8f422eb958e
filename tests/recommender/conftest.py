from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.catalogue import Catalogue


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Where a database may be made."""
    return f"sqlite:///{tmp_path / 'moodcue.db'}"


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the built-in tracks."""
    path = tmp_path_factory.mktemp("catalogue") / "moodcue.db"
    Catalogue.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def catalogue(url: str, filled: Path) -> Iterator[Catalogue]:
    """A catalogue of the test's own at ``url``, with the built-in tracks."""
    shutil.copy(filled, url.removeprefix("sqlite:///"))
    catalogue = Catalogue.open(url)
    yield catalogue
    catalogue.close()
