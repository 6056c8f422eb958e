import signal
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from moodcue.bench.postgres import Postgres, programs, serving
from moodcue.bench.sound_server import SoundServer, installed
from web import Settings

SERVERS = {"booth", "postgres", "serve", "served", "server"}
"""Fixtures that start a server."""

STARTERS = (
    *("aiortc.rtcpeerconnection", "subprocess", "tests.recommender.library.music"),
    *("tests.stream.peer", "moodcue.bench.site", "moodcue.bench.sound_server"),
)
"""What modules of tests import that start one themselves, or another process."""

# A shell runs background jobs with SIGINT ignored, which interrupted programs would inherit.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# The same examples in every run, and no limit of time, which would depend on the machine.
hypothesis.settings.register_profile("same", deadline=None, derandomize=True, max_examples=60)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("same")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need a browser, and those that need servers or other processes."""
    for item in items:
        if not isinstance(item, pytest.Function):
            continue
        if item.path.parent.name == "browser":
            item.add_marker("browser")
        elif item.path.parent.name == "bench" or _starts_servers(item):
            item.add_marker("server")


def _starts_servers(test: pytest.Function) -> bool:
    if SERVERS.intersection(test.fixturenames) or "postgresql" in test.name:
        return True
    imported = vars(test.module).values()
    names = {
        getattr(each, "__module__", None) or getattr(each, "__name__", "") for each in imported
    }
    return any(str(name).startswith(STARTERS) for name in names)


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
