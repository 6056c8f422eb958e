"""Failures as the page hears of them; the reasons themselves are tested where they arise."""

from __future__ import annotations

from pathlib import Path

import pytest

from inference import ModelError
from recommender import StorageError
from recommender.library import LibraryError
from stream import SourceError
from tests.web.conftest import Serve, Server, until
from web.problem import Problem, RefusedError
from web.sessions.engine import Engine
from web.sessions.services import Services


@pytest.mark.parametrize(
    ("error", "code", "facts"),
    [
        (SourceError("no host x", "unknown_host", {"host": "x"}), "unknown_host", {"host": "x"}),
        (SourceError("something else"), None, {}),
        (
            LibraryError("no folder /m", "folder_missing", {"folder": "/m"}),
            "folder_missing",
            {"folder": "/m"},
        ),
        (RefusedError("8 run", "server_full", {"sessions": 8}), "server_full", {"sessions": 8}),
        (StorageError("the disk is full"), "storage_failed", {}),
        (ModelError("no such model"), None, {}),
    ],
)
def test_an_error_in_words(error: Exception, code: str | None, facts: object) -> None:
    problem = Problem.of(error)
    assert problem.detail == str(error)
    assert problem.code == code
    assert problem.facts == facts


async def test_a_folder_that_is_not_there(server: Server, tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nowhere")
    answer = await server.http.post("/api/library/folders", json={"path": nowhere})
    assert answer.status_code == 422
    expected = {"detail": f"{nowhere} is not a folder", "code": "folder_missing"}
    assert answer.json() == expected | {"facts": {"folder": nowhere}}


async def test_devices_and_offers_that_fail_with_a_status_of_their_own(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sounddevice.py").write_text('raise OSError("PortAudio library not found")')
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    async with serve() as server:
        answer = await server.http.get("/api/devices")
        assert (answer.status_code, answer.json()["code"]) == (503, "portaudio_missing")
        opened = await server.open()
        given = {"Authorization": f"Bearer {opened['token']}"}
        offer = {"sdp": "nonsense", "type": "offer"}
        answer = await server.http.post(opened["links"]["offer"], json=offer, headers=given)
        assert (answer.status_code, answer.json()["code"]) == (400, None)
        assert "offer" in answer.json()["detail"]


async def test_an_unexpected_error_ends_the_session_with_a_message(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Engine, "update", fail)
    opened = await server.open(source="file", sample=True)
    async with server.events(opened) as socket:
        end = (await until(socket, lambda e: e["type"] == "end"))[-1]
    assert (end["reason"], end["code"], end["facts"]) == ("failed", "internal_error", {})
    assert "log" in end["detail"]


async def test_a_model_that_does_not_fit_ends_the_session_with_a_message(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ModelError("the card of the voice model has no setting “chunk”")

    monkeypatch.setattr(Services, "new_engine", fail)
    opened = await server.open(source="file", sample=True)
    async with server.events(opened) as socket:
        end = (await until(socket, lambda e: e["type"] == "end"))[-1]
    assert (end["reason"], "chunk" in end["detail"]) == ("failed", True)
    listed = (await server.http.get("/api/sessions")).json()["items"]
    assert [(item["state"], item["reason"]) for item in listed] == [("ended", "failed")]
