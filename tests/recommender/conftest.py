from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from moodcue.bench.postgres import Postgres
from recommender.music.catalogue import Catalogue


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database; a test that uses it runs once for each."""
    kind: str = request.param
    return kind


@pytest.fixture
def url(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the test's own: an empty one, or that of its ``catalogue`` if it takes one."""
    filled = "catalogue" in request.fixturenames
    if kind == "sqlite":
        path = tmp_path / "moodcue.db"
        if filled:
            shutil.copy(request.getfixturevalue("filled_file"), path)
        yield f"sqlite:///{path}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    template = request.getfixturevalue("filled_template") if filled else "template1"
    name = server.create(template)
    yield server.url(name)
    server.drop(name)


@pytest.fixture(scope="session")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with the built-in tracks."""
    path = tmp_path_factory.mktemp("catalogue") / "moodcue.db"
    Catalogue.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def filled_template(postgres: Postgres) -> str:
    """The name of a PostgreSQL database with the built-in tracks."""
    name = postgres.create()
    Catalogue.open(postgres.url(name)).close()
    return name


@pytest.fixture
def catalogue(url: str) -> Iterator[Catalogue]:
    """A catalogue of the test's own at ``url``, with the built-in tracks."""
    catalogue = Catalogue.open(url)
    yield catalogue
    catalogue.close()
