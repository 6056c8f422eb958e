"""Sessions that outlive their server, on real servers with a real database."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from recommender import History, StoredEvent
from tests.web.conftest import Serve, Server, until
from web.sessions.record import record_of
from web.sessions.services import open_catalogue
from web.settings import Settings
from web.wire import CuesEvent, MoodEvent, NoteEvent, PlayingEvent

TRACK = "immich-happy-acoustic-1"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def stop(server: Server, opened: dict[str, Any]) -> None:
    headers = bearer(opened["token"])
    assert (await server.http.post(opened["links"]["stop"], headers=headers)).status_code == 204


async def replay(server: Server, opened: dict[str, Any], after: int = 0) -> list[dict[str, Any]]:
    """Return all events of a session that has ended."""
    async with server.events(opened, after) as socket, asyncio.timeout(30):
        return [json.loads(text) async for text in socket]


async def test_a_session_is_looked_back_on_after_a_restart(serve: Serve, tmp_path: Path) -> None:
    async with serve() as server:
        opened = await server.open(source="file", sample=True, title="First take")
        here, links = bearer(opened["token"]), opened["links"]
        async with server.events(opened) as socket:
            received = await until(socket, lambda e: e["type"] == "mood" and e["t"] >= 2)
            cues = next(event for event in received if event["type"] == "cues")
            cue = next(cue for cue in cues["items"] if cue["offline"])
            assert (await server.http.get(cue["download"])).status_code == 200
            for text in ("The door opens", "Nothing of note"):
                note = await server.http.post(
                    links["notes"], json={"text": text, "t": 1.5}, headers=here
                )
                assert note.status_code == 201
            gone = f"{links['notes']}/{note.json()['id']}"
            assert (await server.http.delete(gone, headers=here)).status_code == 204
            assert (await server.http.delete(gone, headers=here)).status_code == 404
            for track in (cue["track_id"], None):
                played = await server.http.put(
                    links["playing"], json={"track_id": track}, headers=here
                )
                assert played.status_code == 204
            await stop(server, opened)
            received += await until(socket, lambda e: e["type"] == "end")
        assert [event["seq"] for event in received] == list(range(1, len(received) + 1))
        kept = next(event for event in received if event["type"] == "note")
    stored = b"".join(path.read_bytes() for path in (tmp_path / "data").glob("moodcue.db*"))
    assert opened["id"].encode() in stored
    for secret in (opened["token"], links["overlay"].partition("token=")[2], "Nothing of note"):
        assert secret.encode() not in stored

    async with serve() as server:
        (listed,) = (await server.http.get("/api/sessions")).json()["items"]
        assert (listed["id"], listed["title"], listed["source"]) == (
            opened["id"],
            "First take",
            "file",
        )
        assert (listed["state"], listed["reason"], listed["cues"]) == ("ended", "stopped", None)
        moods = [event for event in received if event["type"] == "mood"]
        assert sum(listed["moods"].values()) == pytest.approx(moods[-1]["t"])
        assert set(listed["moods"]) == {mood["label"] for mood in moods}

        again = await replay(server, opened)
        blanked = [
            {**e, "text": None} if e.get("text") == "Nothing of note" else e for e in received
        ]
        assert again == blanked, "a note that was taken back is not kept"
        assert await replay(server, opened, after=len(received) - 1) == received[-1:]

        timeline = (await server.http.get(links["timeline"], headers=here)).json()
        assert timeline["moods"] == moods
        assert timeline["cues"] == [event for event in received if event["type"] == "cues"]
        assert [event["track"] is None for event in timeline["playing"]] == [False, True]
        (download,) = timeline["feedback"]
        assert (download["action"], download["track_id"]) == ("downloaded", cue["track_id"])
        assert timeline["notes"] == [{"id": kept["id"], "t": 1.5, "text": "The door opens"}]

        end = moods[-1]["t"]
        part = (
            await server.http.get(
                links["timeline"], params={"since": end - 0.01, "until": end}, headers=here
            )
        ).json()
        assert part["moods"] == moods[-2:], "the mood that it began with, and its own"
        assert part["cues"] == timeline["cues"][-1:]
        assert part["notes"] == []

        whole = (await server.http.get(f"{links['self']}/overview", headers=here)).json()
        assert sum(point["count"] for point in whole["points"]) == len(moods)
        assert whole["seq"] == received[-1]["seq"]
        first = {"t": cues["t"], "title": cues["items"][0]["title"]}
        assert whole["lists"][0] == first
        assert {name: whole[name] for name in ("playing", "feedback", "notes")} == {
            name: timeline[name] for name in ("playing", "feedback", "notes")
        }

        services = server.app.state.services
        record = record_of(services.catalogue, opened["id"])
        assert (record.title, record.source) == ("First take", "file")
        assert record.moods == tuple(map(MoodEvent.model_validate, moods))
        assert len(record.cues) == len(timeline["cues"])
        assert [note.text for note in record.notes] == ["The door opens"]
        (play,) = record.plays
        assert play.track_id == cue["track_id"]
        assert play.end is not None
        assert [got.track.title for got in record.downloads] == [cue["title"]]

        late = await server.http.post(
            links["feedback"],
            json={"track_id": cue["track_id"], "action": "liked", "t": 1e6},
            headers=here,
        )
        assert late.status_code == 201
        liked = services.feedback.latest(opened["id"], cue["track_id"], "liked")
        assert liked is not None
        assert (liked.t, liked.mood) == (listed["t"], liked.mood)
        assert liked.list_id is not None, "the ranking learns from it"

        renamed = await server.http.patch(links["self"], json={"title": "Take 1"}, headers=here)
        assert renamed.json()["title"] == "Take 1"
        for method, link in (("POST", "offer"), ("PUT", "playing")):
            body = {"sdp": "", "type": "offer"} if link == "offer" else {"track_id": None}
            refused = await server.http.request(method, links[link], json=body, headers=here)
            assert (refused.status_code, refused.json()["detail"]) == (
                409,
                "the session has ended: start a new one",
            )
        assert (await server.http.delete(links["self"], headers=here)).status_code == 204
        assert (await server.http.get(links["self"], headers=here)).status_code == 404
        assert (await server.http.get("/api/sessions")).json()["items"] == []
        assert (await server.http.get("/api/downloads")).json()["items"] == []


@contextmanager
def killed_at_last(tmp_path: Path) -> Iterator[str]:
    """Run a server as its users run it, and kill it; yield its address."""
    environment = os.environ | {
        "MOODCUE_DATA_DIR": str(tmp_path / "data"),
        "MOODCUE_ICE_ADDRESSES": "127.0.0.1",
    }
    command = [sys.executable, "-m", "moodcue", "serve", "--port", "0"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = re.search(r"http://[\d.:]+", process.stdout.readline())
            assert address is not None
            yield address[0]
        finally:
            process.send_signal(signal.SIGKILL)


def wait_for(history: History, session_id: str, seq: int) -> StoredEvent:
    """Return an event as soon as it is in the history."""
    for _ in range(600):
        if events := history.events(session_id, after=seq - 1):
            return events[0]
        sleep(0.05)
    raise AssertionError(f"event {seq} was not written")


async def test_a_server_killed_in_mid_session_shows_it_up_to_its_last_second(
    serve: Serve, tmp_path: Path
) -> None:
    with killed_at_last(tmp_path) as address:
        async with httpx2.AsyncClient(base_url=address, timeout=30) as http:
            doomed = Server(FastAPI(), http, address)
            opened = await doomed.open(source="file", sample=True)
            async with doomed.events(opened) as socket:
                received = await until(socket, lambda e: e["type"] == "mood" and e["t"] >= 3)
            # Another program sees what would outlive the server.
            with closing(open_catalogue(Settings())) as catalogue:
                history = History(catalogue.engine)
                saved = await asyncio.to_thread(
                    wait_for, history, opened["id"], received[-1]["seq"]
                )
                running = history.session(opened["id"])
            assert running is not None
            assert running.state == "live"
    async with serve() as server:
        (listed,) = (await server.http.get("/api/sessions")).json()["items"]
        assert (listed["state"], listed["reason"]) == ("ended", "interrupted")
        assert listed["t"] >= saved.t
        again = await replay(server, opened)
        assert [event["seq"] for event in again] == list(range(1, len(again) + 1))
        assert again[: len(received)] == received
        assert again[-1]["seq"] > saved.seq
        assert (again[-1]["type"], again[-1]["reason"]) == ("end", "interrupted")
        ahead = await replay(server, opened, after=1000)
        assert [(event["seq"], event["reason"]) for event in ahead] == [(1001, "interrupted")]


async def test_who_may_only_watch_gets_an_overlay_but_no_cues_and_no_secret(
    server: Server,
) -> None:
    opened = await server.open(source="file", sample=True)
    links = opened["links"]
    path, _, token = links["overlay"].partition("?token=")
    assert path == f"/overlay/{opened['id']}"
    assert token != opened["token"]
    await server.http.put(
        links["playing"], json={"track_id": TRACK}, headers=bearer(opened["token"])
    )
    async with server.events(opened) as socket:
        received = await until(socket, lambda e: e["type"] == "cues")
        received += await until(socket, lambda e: e["type"] == "mood")
    cues = next(event for event in received if event["type"] == "cues")
    assert all(cue["download"].endswith(f"&token={opened['token']}") for cue in cues["items"])
    ours = [event for event in received if event["type"] in ("status", "mood", "playing")]
    assert len(ours) < len(received)
    async with server.listen(links["events"], token=token, after=ours[0]["seq"]) as socket:
        watched = await until(socket, lambda e: bool(e["seq"] >= received[-1]["seq"]))
    assert watched == ours[1:]
    async with server.listen(links["events"], token=token) as socket:
        present = await until(socket, lambda e: e["type"] == "mood")
    assert present[-1]["seq"] >= received[-1]["seq"], "what is over by then is not sent again"
    assert opened["token"] not in json.dumps(watched + present)
    (playing,) = [event for event in present if event["type"] == "playing"]
    assert (playing["track"]["track_id"], playing["track"]["title"]) == (TRACK, "Happy Acoustic A")

    for method, link in (
        ("GET", "self"),
        ("PATCH", "self"),
        ("DELETE", "self"),
        ("GET", "timeline"),
        ("POST", "stop"),
        ("POST", "notes"),
        ("PUT", "playing"),
    ):
        answer = await server.http.request(method, links[link], json={}, headers=bearer(token))
        assert answer.status_code == 401, (method, link)
        assert "watch" in answer.json()["detail"]
    download = f"/api/tracks/{TRACK}/download?session={opened['id']}&token={token}"
    assert (await server.http.get(download)).status_code == 401
    assert (await server.http.get("/api/downloads")).json()["items"] == []


async def test_the_overlay_is_a_page_of_its_own(serve: Serve, tmp_path: Path) -> None:
    page = tmp_path / "overlay.html"
    async with serve(page=tmp_path) as server:
        overlay = (await server.open())["links"]["overlay"]
        unbuilt = await server.http.get(overlay)
        assert (unbuilt.status_code, "not built" in unbuilt.json()["detail"]) == (503, True)
        page.write_text("<!doctype html><title>Overlay</title>")
        answer = await server.http.get(overlay)
        assert answer.text == page.read_text()
        policy = answer.headers["content-security-policy"].split("; ")
        assert {"default-src 'none'", "frame-ancestors 'none'", "script-src 'self'"} < set(policy)
        assert "style-src 'self' 'unsafe-inline'" in policy, "OBS adds its user's style sheet"
        path = overlay.partition("?")[0]
        for address, status in ((f"{path}?token=wrong", 401), (path, 401), ("/overlay/none", 404)):
            assert (await server.http.get(address)).status_code == status


async def test_a_text_file_says_what_plays(serve: Serve, tmp_path: Path) -> None:
    file = tmp_path / "playing.txt"
    file.write_text("left by a server that was killed")

    async def play(server: Server, opened: dict[str, Any], track: str | None) -> int:
        answer = await server.http.put(
            opened["links"]["playing"], json={"track_id": track}, headers=bearer(opened["token"])
        )
        return answer.status_code

    async with serve(now_playing=file) as server:
        assert file.read_text() == ""
        first, second = await server.open(), await server.open()
        track = server.app.state.services.catalogue.track(TRACK)
        assert await play(server, first, TRACK) == 204
        assert file.read_text() == f"{track.title} - {track.artist} ({track.credit})"
        assert await play(server, second, "incompetech-USUAN1200067") == 204
        assert track.title not in file.read_text()
        assert await play(server, second, None) == 204
        assert track.title in file.read_text(), "the first still plays"
        assert await play(server, first, "none") == 404
        async with server.events(first) as socket:
            await stop(server, first)
            await until(socket, lambda e: e["type"] == "end")
        await stop(server, second)
    assert file.read_text() == ""


async def test_the_token_of_the_server_lists_and_opens_every_session(serve: Serve) -> None:
    async with serve(token="open sesame") as server:
        server.http.headers.update(bearer("open sesame"))
        opened = [await server.open(title=str(number)) for number in range(3)]
        first = (await server.http.get("/api/sessions?limit=2")).json()
        assert [item["id"] for item in first["items"]] == [opened[2]["id"], opened[1]["id"]]
        assert {item["state"] for item in first["items"]} == {"waiting"}
        rest = (await server.http.get("/api/sessions", params={"before": first["next"]})).json()
        assert [item["title"] for item in rest["items"]] == ["0"]
        assert rest["next"] is None
        assert (await server.http.get("/api/sessions?before=none")).status_code == 404
        assert (await server.http.get("/api/sessions?limit=0")).status_code == 422

        await stop(server, opened[0])
        here, own = opened[0]["links"]["self"], bearer(opened[0]["token"])
        assert (await server.http.get(here, headers=bearer("close sesame"))).status_code == 401
        assert (await server.http.get("/api/sessions", headers=own)).status_code == 401
        assert (await server.http.get(here, headers=own)).is_success
        assert (await server.http.get(here)).is_success
        assert (await server.http.delete(here)).is_success
        assert (await server.http.get(here)).status_code == 404


def test_events_of_the_first_version_that_kept_them_can_be_read() -> None:
    probs = (
        '{"neutral":0.1,"calm":0.2,"happy":0.3,"sad":0.1,"angry":0.1,"fearful":0.1,"disgust":0.05,'
        '"surprised":0.05}'
    )
    mood = MoodEvent.model_validate_json(
        '{"seq":1,"t":1.0,"type":"mood","label":"happy","confidence":0.3,'
        f'"probs":{probs},"valence":0.1,"arousal":0.1,'
        f'"voice":{{"probs":{probs},"reliability":0.8,"speech":true,"doubt":null}},'
        f'"face":{{"probs":{probs},"reliability":0.9,"faces":[{{"id":1,"box":[0.1,0.1,0.2,0.2],'
        '"label":"calm","speaking":false}],"doubt":"dark","aspect":1.333},'
        '"latency_ms":90,"dropped":0}'
    )
    assert (mood.label, mood.face and mood.face.doubt) == ("happy", "dark")
    assert (mood.set, mood.conflict, mood.opinions, mood.without) == ([], False, None, None)
    facts = (
        '"title":"T","artist":"A","licence":"CC0-1.0","licence_class":"publishable",'
        '"warning":null,"credit":"C","duration":1.5,"bpm":null,"offline":true,"search":null'
    )
    cues = CuesEvent.model_validate_json(
        f'{{"seq":2,"t":1.0,"type":"cues","items":[{{{facts},"track_id":"x","audio":null,'
        '"download":"/api/tracks/x/download?session=s","why":{"from":"voice","emotion":"calm",'
        '"score":0.5,"probability":0.25,"because":null}}],"settings":{"mode":"match",'
        '"target":null,"mood":null,"filters":{"licences":["publishable"],"tempo":[null,90.0],'
        '"length":[null,null],"instrumental":false,"sources":null},"repeat_after":600.0}}'
    )
    assert (cues.items[0].why.origin, cues.settings.filters.tempo) == ("voice", (None, 90))
    playing = PlayingEvent.model_validate_json(
        f'{{"seq":3,"t":2.0,"type":"playing","track":{{{facts},"track_id":"x"}}}}'
    )
    assert playing.track is not None
    assert playing.track.track_id == "x"
    note = NoteEvent.model_validate_json('{"seq":4,"t":2.0,"type":"note","id":4,"text":"Here"}')
    assert note.text == "Here"
