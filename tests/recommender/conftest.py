from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.catalogue import Catalogue


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'moodcue.db'}"


@pytest.fixture
def catalogue(url: str) -> Iterator[Catalogue]:
    catalogue = Catalogue.open(url)
    yield catalogue
    catalogue.close()
