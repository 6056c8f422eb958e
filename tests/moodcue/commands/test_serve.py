"""``moodcue serve``: errors before the server starts."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.moodcue.commands.cli import one_line, run


def test_a_port_in_use_is_named_at_once(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        line = one_line(run("serve", "--port", str(port), "--data-dir", tmp_path / "data"))
    assert f"port {port} on 127.0.0.1 is in use" in line
    assert not (tmp_path / "data").exists(), "nothing was opened yet"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("MOODCUE_PORT", "eighty", "MOODCUE_PORT: "),
        ("MOODCUE_HOST", "0.0.0.0", "set MOODCUE_TOKEN"),
        ("MOODCUE_ICE_ADDRESSES", "home", "MOODCUE_ICE_ADDRESSES: "),
    ],
)
def test_a_setting_that_cannot_be_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    assert says in one_line(run("serve"))


def test_a_flag_that_cannot_be_is_named_as_it_was_typed() -> None:
    assert one_line(run("serve", "--port", "99999")).startswith("moodcue: --port: ")
