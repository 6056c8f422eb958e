from __future__ import annotations

import pytest

from recommender.music.catalogue import Catalogue
from tests.recommender.store.logbook import Logbook


@pytest.fixture
def book(catalogue: Catalogue) -> Logbook:
    return Logbook(catalogue)
