from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from web.settings import Settings


def test_by_default_nothing_leaves_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOODCUE_DATA_DIR", raising=False)
    settings = Settings()
    assert settings.host == "127.0.0.1"
    assert settings.loopback
    assert settings.ice_servers == ()


def test_settings_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MOODCUE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MOODCUE_ICE_ADDRESSES", "127.0.0.1, ::1")
    monkeypatch.setenv("MOODCUE_ICE_SERVERS", "stun:stun.example.org:3478")
    settings = Settings()
    assert settings.database_url == f"sqlite:///{tmp_path}/moodcue.db"
    assert settings.ice_addresses == ("127.0.0.1", "::1")
    assert settings.ice_servers == ("stun:stun.example.org:3478",)


def test_beyond_loopback_a_token_is_needed() -> None:
    with pytest.raises(ValidationError, match="set MOODCUE_TOKEN"):
        Settings(host="0.0.0.0")
    with pytest.raises(ValidationError, match="set MOODCUE_TOKEN"):
        Settings(host="0.0.0.0", token=SecretStr(""))
    assert not Settings(host="0.0.0.0", token=SecretStr("secret")).loopback


def test_windows_must_not_leave_gaps() -> None:
    with pytest.raises(ValidationError, match="MOODCUE_HOP to at most MOODCUE_WINDOW"):
        Settings(window=1, hop=2)


def test_what_is_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RETENTION", "NOW_PLAYING"):
        monkeypatch.setenv(f"MOODCUE_{name}", "")
    settings = Settings()
    assert (settings.retention, settings.now_playing) == (None, None)


def test_a_token_is_not_shown() -> None:
    assert "secret" not in repr(Settings(token=SecretStr("secret")))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", 70_000),
        ("max_sessions", 0),
        ("ice_addresses", "localhost"),
        ("ice_servers", "https://example.org"),
        ("ice_servers", "stun:"),
        ("ice_servers", "turn:example.org"),
        ("window", 0.2),
        ("dwell", 0),
        ("retention", 0),
        ("now_playing", "/no/such/folder/playing.txt"),
        ("voice_model", "../voice"),
        ("voice_model", ""),
        ("face_model", "../face"),
        ("face_model", ""),
    ],
)
def test_refuses_what_cannot_be(name: str, value: object) -> None:
    with pytest.raises(ValidationError, match=name):
        Settings.model_validate({name: value})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_knows_loopback(host: str) -> None:
    assert Settings(host=host).loopback
