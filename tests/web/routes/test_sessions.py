"""Sessions over HTTP, with real networks, a real database and real sockets."""

from __future__ import annotations

import asyncio
import csv
import gc
import io
import threading
import weakref
from pathlib import Path
from typing import Any

import httpx2
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaPlayer
from sqlalchemy import event
from websockets.exceptions import InvalidStatus

from recommender import DownloadLog, StorageError, Track
from stream import BrowserSource, sample_path
from stream.ice import host_candidates
from tests.web.conftest import Serve, Server, until
from web.sessions.session import SessionGoneError


async def connect(server: Server, opened: dict[str, Any], player: MediaPlayer) -> RTCPeerConnection:
    """Send the player's media to a session, as a browser does."""
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    for track in (player.audio, player.video):
        if track:
            peer.addTransceiver(track, direction="sendonly")
    with host_candidates(("127.0.0.1",)):
        await peer.setLocalDescription()
    answer = await server.http.post(
        opened["links"]["offer"],
        json={"sdp": peer.localDescription.sdp, "type": "offer"},
        headers={"Authorization": f"Bearer {opened['token']}"},
    )
    assert answer.status_code == 200, answer.text
    await peer.setRemoteDescription(RTCSessionDescription(**answer.json()))
    return peer


async def test_a_session_from_the_first_offer_to_the_logged_download(server: Server) -> None:
    opened = await server.open(title="First take")
    authorization = {"Authorization": f"Bearer {opened['token']}"}
    peer = await connect(server, opened, MediaPlayer(str(sample_path()), loop=True))
    async with server.events(opened) as socket, server.listen("/api/downloads/live") as live:
        heard = await until(
            socket,
            lambda e: (
                e["type"] == "mood" and e["voice"]["reliability"] > 0 and bool(e["face"]["faces"])
            ),
        )
        assert [event["seq"] for event in heard] == list(range(1, len(heard) + 1))
        assert "live" in [event["state"] for event in heard if event["type"] == "status"]
        mood = heard[-1]
        assert mood["confidence"] == pytest.approx(mood["probs"][mood["label"]], abs=0.001)
        assert sum(mood["probs"].values()) == pytest.approx(1, abs=0.01)
        assert all(0 <= side <= 1 for side in mood["face"]["faces"][0]["box"])
        cues = [event for event in heard if event["type"] == "cues"][-1]["items"]
        assert len({cue["track_id"] for cue in cues}) == 10
        assert all(cue["credit"] and cue["licence"] and cue["why"]["from"] for cue in cues)

        here = next(cue for cue in cues if cue["offline"])
        part = await server.http.get(here["audio"], headers={"Range": "bytes=0-99"})
        assert (part.status_code, len(part.content)) == (206, 100)
        previewed = await server.http.post(
            opened["links"]["feedback"],
            json={"track_id": here["track_id"], "action": "previewed"},
            headers=authorization,
        )
        assert previewed.status_code == 201
        download = await server.http.get(here["download"])
        assert download.status_code == 200
        assert "attachment" in download.headers["content-disposition"]
        logged = (await until(live, lambda _: True))[-1]
        assert (logged["track_id"], logged["session"]) == (here["track_id"], opened["id"])
        assert logged["rank"] == cues.index(here) + 1
        assert logged["mood"] in mood["probs"]
        assert logged["t"] > 0
        told = await until(
            socket, lambda e: e["type"] == "feedback" and e["action"] == "downloaded"
        )
        assert told[-1]["track_id"] == here["track_id"]

        listed = (await server.http.get("/api/downloads")).json()["items"]
        assert listed == [logged]
        table = (await server.http.get("/api/downloads?format=csv")).text
        assert [row["track_id"] for row in csv.DictReader(io.StringIO(table))] == [here["track_id"]]

        stopped = await server.http.post(opened["links"]["stop"], headers=authorization)
        assert stopped.status_code == 204
        assert (await until(socket, lambda e: e["type"] == "end"))[-1]["reason"] == "stopped"
    await peer.close()
    late = await server.http.get(cues[-1]["download"], follow_redirects=False)
    assert late.status_code in (200, 307), "a list that is still on the page still works"
    timeline = (await server.http.get(opened["links"]["timeline"], headers=authorization)).json()
    assert [m for m in timeline["moods"] if m["seq"] == mood["seq"]] == [mood]
    assert "moodcue_windows_total" in (await server.http.get("/metrics")).text
    assert (await server.http.delete(opened["links"]["self"], headers=authorization)).is_success
    assert (await server.http.get("/api/downloads")).json()["items"] == []
    assert (await server.http.get(opened["links"]["self"])).status_code == 404


async def test_a_listener_who_returns_gets_what_it_missed(server: Server) -> None:
    opened = await server.open(source="file", sample=True)
    async with server.events(opened) as socket:
        first = await until(socket, lambda e: e["type"] == "mood")
    async with server.events(opened, after=first[-1]["seq"]) as socket:
        second = await until(socket, lambda e: e["type"] == "mood")
    assert [event["seq"] for event in first + second] == list(range(1, len(first + second) + 1))


async def test_a_new_offer_goes_on_with_the_same_session(server: Server) -> None:
    opened = await server.open()
    peer = await connect(server, opened, MediaPlayer(str(sample_path()), loop=True))
    async with server.events(opened) as socket:
        before = (await until(socket, lambda e: e["type"] == "mood"))[-1]
        await peer.close()
        peer = await connect(server, opened, MediaPlayer(str(sample_path()), loop=True))
        after = (await until(socket, lambda e: e["type"] == "mood" and bool(e["face"]["faces"])))[
            -1
        ]
    assert after["t"] > before["t"]
    await peer.close()


async def test_an_ended_session_leaves_only_numbers(server: Server) -> None:
    opened = await server.open()
    peer = await connect(server, opened, MediaPlayer(str(sample_path()), loop=True))
    async with server.events(opened) as socket:
        await until(socket, lambda e: e["type"] == "mood")
        session = await server.app.state.sessions.find(opened["id"])
        task = weakref.ref(next(iter(server.app.state.sessions._running.values())))
        assert isinstance(session.media.source, BrowserSource)
        await session.stop()
        await until(socket, lambda e: e["type"] == "end")
    await peer.close()
    del session
    for _ in range(20):
        await asyncio.sleep(0)
    gc.collect()
    assert task() is None


async def test_what_a_session_asks_of_its_user(server: Server) -> None:
    async def refused(**body: Any) -> tuple[int, str]:
        answer = await server.http.post("/api/sessions", json=body)
        return answer.status_code, answer.json()["detail"]

    for consent in ({}, {"consent": False}):
        status, detail = await refused(source="browser", **consent)
        assert status == 422
        assert "consent" in detail
    status, detail = await refused(source="telepathy", consent=True)
    assert status == 422
    assert "'browser', 'whip', 'device', 'file'" in detail
    status, detail = await refused(source="file", consent=True)
    assert "sample" in detail
    opened = await server.open()
    offer = await server.http.post(
        opened["links"]["offer"],
        json={"sdp": "v=0 nonsense", "type": "offer"},
        headers={"Authorization": f"Bearer {opened['token']}"},
    )
    assert offer.status_code == 400
    assert "WebRTC" in offer.json()["detail"]


async def test_only_the_token_opens_a_session(server: Server) -> None:
    opened, other = await server.open(), await server.open()
    stranger = {"Authorization": f"Bearer {other['token']}"}
    for method, link in (
        ("GET", "self"),
        ("GET", "timeline"),
        ("POST", "stop"),
        ("DELETE", "self"),
    ):
        answer = await server.http.request(method, opened["links"][link], headers=stranger)
        assert answer.status_code == 401
    with pytest.raises(InvalidStatus) as refused:
        async with server.listen(opened["links"]["events"], token=other["token"]):
            pass
    assert refused.value.response.status_code == 403


async def test_a_full_server_says_when_to_try_again(serve: Serve) -> None:
    async with serve(max_sessions=1) as server:
        opened = await server.open()
        body = {"source": "browser", "consent": True}
        full = await server.http.post("/api/sessions", json=body)
        assert full.status_code == 503
        assert int(full.headers["retry-after"]) > 0
        async with server.events(opened) as socket:
            authorization = {"Authorization": f"Bearer {opened['token']}"}
            await server.http.post(opened["links"]["stop"], headers=authorization)
            await until(socket, lambda e: e["type"] == "end")
        assert (await server.http.post("/api/sessions", json=body)).status_code == 201


async def test_sessions_opened_at_the_same_moment_count(serve: Serve) -> None:
    async with serve(max_sessions=1) as server:
        body = {"source": "file", "sample": True, "consent": True}
        answers = await asyncio.gather(
            *(server.http.post("/api/sessions", json=body) for _ in range(4))
        )
        assert sorted(answer.status_code for answer in answers) == [201, 503, 503, 503]


async def test_a_server_with_a_token_asks_for_it(serve: Serve) -> None:
    async with serve(token="open sesame") as server:
        body = {"source": "browser", "consent": True}
        for path in ("/api/sessions", "/api/downloads"):
            assert (await server.http.get(path)).status_code == 401
        assert (await server.http.post("/api/sessions", json=body)).status_code == 401
        known = {"Authorization": "Bearer open sesame"}
        opened = await server.http.post("/api/sessions", json=body, headers=known)
        assert opened.status_code == 201
        with pytest.raises(InvalidStatus):
            async with server.listen("/api/downloads/live"):
                pass


async def test_a_foreign_name_for_this_machine_is_refused(server: Server) -> None:
    answer = await server.http.get("/api/tracks", headers={"Host": "evil.example"})
    assert answer.status_code == 400


async def test_feedback_is_about_a_track_and_not_about_the_future(server: Server) -> None:
    opened = await server.open()
    track = (await server.http.get("/api/tracks?limit=1")).json()["items"][0]["id"]

    async def give(body: str) -> httpx2.Response:
        headers = {
            "Authorization": f"Bearer {opened['token']}",
            "Content-Type": "application/json",
        }
        return await server.http.post(opened["links"]["feedback"], content=body, headers=headers)

    unknown = await give('{"track_id": "none", "action": "liked"}')
    assert (unknown.status_code, unknown.json()["detail"]) == (404, "there is no track none")
    endless = await give(f'{{"track_id": "{track}", "action": "liked", "t": Infinity}}')
    assert endless.status_code == 422
    session = await server.app.state.sessions.find(opened["id"])
    assert (await session.record(track, "previewed", 1e9)).t <= session.media.t


async def test_a_download_at_the_moment_of_the_deletion_leaves_nothing(server: Server) -> None:
    opened = await server.open()
    session = await server.app.state.sessions.find(opened["id"])
    track = server.app.state.services.catalogue.search(limit=1).tracks[0].id
    recording = [asyncio.create_task(session.record(track, "downloaded")) for _ in range(3)]
    deleting = asyncio.create_task(server.app.state.sessions.delete(session.id))
    await asyncio.wait({*recording, deleting})
    with pytest.raises(SessionGoneError):
        await session.record(track, "downloaded")
    deleting.result()
    assert (await server.http.get("/api/downloads")).json()["items"] == []


async def test_a_burst_of_downloads_reaches_the_live_log_whole(server: Server) -> None:
    services = server.app.state.services
    track = services.catalogue.search(limit=1).tracks[0].id
    async with server.listen("/api/downloads/live") as live:
        for t in range(150):
            services.feedback.record(session_id="s", t=t, track_id=track, action="downloaded")
        services.downloaded.announce()
        heard = await until(live, lambda download: download["t"] == 149)
    assert [download["t"] for download in heard] == list(range(150))


async def test_a_download_whose_file_is_gone_is_not_logged(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened = await server.open()
    track = next(t for t in server.app.state.services.catalogue.tracks() if t.offline)
    monkeypatch.setattr(Track, "path", tmp_path / "gone.opus")
    query = f"session={opened['id']}&token={opened['token']}"
    gone = await server.http.get(f"/api/tracks/{track.id}/download?{query}")
    assert gone.status_code == 404
    assert (await server.http.get("/api/downloads")).json()["items"] == []


async def test_the_database_is_asked_in_threads_of_its_own(server: Server) -> None:
    services = server.app.state.services
    threads: set[str] = set()
    event.listen(
        services.catalogue.engine,
        "before_cursor_execute",
        lambda *_: threads.add(threading.current_thread().name),
    )
    opened = await server.open()
    query = f"session={opened['id']}&token={opened['token']}"
    headers = {"Authorization": f"Bearer {opened['token']}"}
    async with server.listen("/api/downloads/live") as live:
        track = (await server.http.get("/api/tracks?limit=1")).json()["items"][0]["id"]
        await server.http.get(f"/api/tracks/{track}/download?{query}")
        await until(live, lambda _: True)
    assert len((await server.http.get("/api/downloads")).json()["items"]) == 1
    assert (await server.http.delete(opened["links"]["self"], headers=headers)).is_success
    assert threads
    assert {name.partition("_")[0] for name in threads} - {"index"} == {"storage"}


async def test_a_database_that_fails_is_explained(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StorageError("The disk is full: make room and try again.")

    monkeypatch.setattr(DownloadLog, "page", fail)
    answer = await server.http.get("/api/downloads")
    assert answer.status_code == 500
    assert answer.json() == {
        "detail": "The disk is full: make room and try again.",
        "code": "storage_failed",
        "facts": {},
    }


async def test_the_catalogue_can_be_searched(server: Server) -> None:
    page = (await server.http.get("/api/tracks?q=piano&limit=5")).json()
    assert len(page["items"]) == 5 < page["total"]
    track = page["items"][0]
    assert (await server.http.get(f"/api/tracks/{track['id']}")).json() == track
    elsewhere = await server.http.get(track["audio"])
    assert elsewhere.status_code == 307
    assert elsewhere.headers["location"].startswith("https://incompetech.com/")
    assert (await server.http.get("/api/tracks/none")).status_code == 404
    for asked in ("tracks?limit=0", f"tracks?offset={10**20}", f"downloads?before={10**20}"):
        assert (await server.http.get(f"/api/{asked}")).status_code == 422


async def test_answers_those_who_run_it(server: Server) -> None:
    for path in ("/healthz", "/readyz"):
        assert (await server.http.get(path)).text == "ok"
    docs = await server.http.get("/docs")
    assert "https://" not in docs.text, "the documentation must not load anything from elsewhere"
    sample = await server.http.get("/api/sample", headers={"Range": "bytes=0-9"})
    assert (sample.status_code, sample.headers["content-type"]) == (206, "video/mp4")
