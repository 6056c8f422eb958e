from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from recommender import Catalogue, Track
from tests.recommender.library.music import melody, write
from tests.web.conftest import Serve, Server

HAPPY = "immich-happy-acoustic-1"
BOSS = "incompetech-USUAN1200067"


def catalogue_of(server: Server) -> Catalogue:
    catalogue: Catalogue = server.app.state.services.catalogue
    return catalogue


def like(server: Server, **changes: Any) -> Track:
    """Store a track that is like another one but for the changes."""
    track = catalogue_of(server).track(BOSS)
    assert track is not None
    changed = replace(track, **changes)
    catalogue_of(server).store([changed])
    return changed


async def found(server: Server, **query: Any) -> dict[str, Any]:
    answer = await server.http.get("/api/tracks", params=query)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


async def test_the_catalogue_is_searched(server: Server) -> None:
    like(server, id="own-1", title="Étude", licence="CC-BY-NC-4.0", source="own", audio=None)
    (own,) = (await found(server, q="etude"))["items"]
    assert (own["id"], own["licence_class"], own["audio"]) == ("own-1", "listening", None)
    assert own["warning"].startswith("For listening only")
    assert own["search"].startswith("https://www.youtube.com/results?")
    assert (await found(server))["total"] == 1471
    assert (await found(server, licence="publishable"))["total"] == 1470
    assert (await found(server, licence=["listening", "unknown"]))["total"] == 1
    assert (await found(server, source=["own", "immich"]))["total"] == 29
    sad = await found(server, emotion="sad", tempo_max=60, limit=5)
    assert {track["emotion"] for track in sad["items"]} == {"sad"}
    box = await found(server, valence_min=0.5, valence_max=0.6, arousal_min=0)
    assert all(0.5 <= track["valence"] <= 0.6 for track in box["items"])
    near = await found(server, near_valence=-0.6, near_arousal=0.8, limit=1)
    assert near["items"][0]["emotion"] in ("angry", "fearful")
    sources = (await server.http.get("/api/tracks/sources")).json()["items"]
    assert {"source": "immich", "tracks": 28} in sources


@pytest.mark.parametrize(
    "query",
    [
        {"near_valence": 0},
        {"near_valence": 2, "near_arousal": 0},
        {"valence_min": "nan"},
        {"licence": "any"},
        {"tempo_min": -1},
        {"q": "x" * 201},
    ],
)
async def test_what_cannot_be_searched_for_is_refused(
    server: Server, query: dict[str, Any]
) -> None:
    assert (await server.http.get("/api/tracks", params=query)).status_code == 422


async def test_a_person_sets_the_mood_of_a_track(server: Server) -> None:
    answer = await server.http.put(f"/api/tracks/{HAPPY}/mood", json={"emotion": "sad"})
    assert answer.status_code == 200, answer.text
    track = answer.json()
    assert (track["emotion"], track["corrected"], track["valence"]) == ("sad", True, -0.7)
    both = {"emotion": "sad", "valence": -0.2, "arousal": -0.9}
    track = (await server.http.put(f"/api/tracks/{HAPPY}/mood", json=both)).json()
    assert (track["emotion"], track["valence"], track["arousal"]) == ("sad", -0.2, -0.9)
    index = server.app.state.services.ranker.index
    cued = index.tracks[index.row_of[HAPPY]]
    assert (cued.emotion, cued.valence) == ("sad", -0.2), "the next list knows"
    assert (await found(server, emotion="sad", source="immich", q="Happy"))["total"] == 1
    track = (await server.http.delete(f"/api/tracks/{HAPPY}/mood")).json()
    assert (track["emotion"], track["corrected"]) == ("happy", False)
    index = server.app.state.services.ranker.index
    assert index.tracks[index.row_of[HAPPY]].emotion == "happy"


@pytest.mark.parametrize(
    "mood", [{}, {"emotion": "bored"}, {"valence": 0.5}, {"valence": 2, "arousal": 0}]
)
async def test_what_is_no_mood_is_refused(server: Server, mood: dict[str, Any]) -> None:
    answer = await server.http.put(f"/api/tracks/{HAPPY}/mood", json=mood)
    assert answer.status_code == 422


async def test_who_may_set_a_mood(serve: Serve) -> None:
    async with serve(token="secret") as server:
        path, mood = f"/api/tracks/{HAPPY}/mood", {"emotion": "sad"}
        assert (await server.http.put(path, json=mood)).status_code == 401
        bearer = {"Authorization": "Bearer secret"}
        assert (await server.http.put(path, json=mood, headers=bearer)).status_code == 200
        foreign = bearer | {"Origin": "https://elsewhere.example"}
        assert (await server.http.put(path, json=mood, headers=foreign)).status_code == 403
        gone = f"/api/tracks/{HAPPY}x/mood"
        assert (await server.http.put(gone, json=mood, headers=bearer)).status_code == 404


async def test_a_session_has_credits(server: Server) -> None:
    opened = await server.open()
    path = f"{opened['links']['self']}/credits"
    token = {"token": opened["token"]}
    empty = await server.http.get(path, params=token)
    assert empty.text.startswith("No music")
    like(server, id="own-1", title="Ours", licence="CC-BY-SA-3.0")
    for track in (BOSS, "own-1"):
        query = token | {"session": opened["id"]}
        await server.http.get(f"/api/tracks/{track}/download", params=query)
    await server.http.post(
        opened["links"]["feedback"],
        params=token,
        json={"track_id": HAPPY, "action": "previewed"},
    )
    answer = await server.http.get(path, params=token)
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    assert lines[0] == "Music"
    assert lines[2].startswith("“8bit Dungeon Boss” by Kevin MacLeod")
    assert "CC BY-SA 3.0" in lines[3]
    assert "Share-alike" in lines[4]
    assert lines[6] == "Previewed, not downloaded"
    assert "MIT" in lines[8]
    assert (await server.http.get(path)).status_code == 401


async def test_a_song_without_an_address_is_searched_for(server: Server) -> None:
    song = like(server, id="lmc-TR1", audio=None)
    heard = await server.http.get(f"/api/tracks/{song.id}/audio")
    assert heard.status_code == 404
    assert song.search is not None
    assert song.search in heard.json()["detail"]
    opened = await server.open()
    query = {"session": opened["id"], "token": opened["token"]}
    taken = await server.http.get(f"/api/tracks/{song.id}/download", params=query)
    assert (taken.status_code, taken.headers["location"]) == (307, song.search)


async def scanned(http: httpx2.AsyncClient) -> dict[str, Any]:
    """Wait for the end of the scan."""
    while True:
        library: dict[str, Any] = (await http.get("/api/library")).json()
        if library["scan"]["state"] != "running":
            return library


async def test_the_users_own_music_is_added_heard_and_played(
    server: Server, tmp_path: Path
) -> None:
    folder = tmp_path / "Music"
    write(folder / "song.flac", melody(seconds=4))
    (folder / "broken.mp3").write_bytes(b"no music")
    assert (await server.http.get("/api/library")).json() == {"folders": [], "scan": None}
    answer = await server.http.post("/api/library/folders", json={"path": str(folder)})
    assert answer.status_code == 202, answer.text
    assert answer.json()["scan"]["state"] == "running"
    again = await server.http.post("/api/library/scan")
    assert (again.status_code, again.json()["code"]) == (409, "scan_running")
    library = await scanned(server.http)
    assert library["folders"] == [{"path": str(folder), "files": 1, "unreadable": 1, "missing": 0}]
    assert library["scan"] == {
        "state": "finished",
        "folder": str(folder),
        "progress": {"total": 2, "done": 2, "heard": 1, "unreadable": 1, "missing": 0},
        "detail": None,
        "code": None,
        "facts": {},
    }
    (broken,) = (await server.http.get("/api/library/unreadable")).json()["items"]
    assert broken["path"].endswith("broken.mp3")
    assert broken["code"] == "not_readable"

    (track,) = (await found(server, source="library"))["items"]
    assert (track["title"], track["offline"], track["cover"]) == ("song", True, None)
    assert track["id"] in server.app.state.services.ranker.index.row_of or track["duration"] < 20
    part = await server.http.get(track["audio"], headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"fLaC")

    secret = tmp_path / "secret.flac"
    secret.write_bytes(b"for nobody's eyes")
    (folder / "song.flac").unlink()
    (folder / "song.flac").symlink_to(secret)
    assert (await server.http.get(track["audio"])).status_code == 404
    like(server, id="own-1", audio=f"file:{secret}")
    assert (await server.http.get("/api/tracks/own-1/audio")).status_code == 404
    assert (await server.http.get(f"/api/tracks/{track['id']}/cover")).status_code == 404

    gone = await server.http.delete("/api/library/folders", params={"path": str(folder)})
    assert gone.status_code == 204
    assert (await found(server, source="library"))["items"][0]["missing"]
    again = await server.http.delete("/api/library/folders", params={"path": str(folder)})
    assert again.status_code == 404


async def test_what_is_no_folder_is_refused(server: Server, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", "a\x00b"):
        answer = await server.http.post("/api/library/folders", json={"path": str(path)})
        assert answer.status_code == 422


async def test_who_may_see_and_change_the_library(serve: Serve) -> None:
    async with serve(token="secret") as server:
        assert (await server.http.get("/api/library")).status_code == 401
        added = await server.http.post("/api/library/folders", json={"path": "/"})
        assert added.status_code == 401


async def test_a_new_session_knows_what_another_program_imported(server: Server) -> None:
    services = server.app.state.services
    other = Catalogue.open(services.settings.database_url)
    boss = other.track(BOSS)
    assert boss is not None
    other.store([replace(boss, id="own-1")])
    other.close()
    assert "own-1" not in services.ranker.index.row_of
    await server.open()
    await asyncio.to_thread(services.index_updater.close)
    assert "own-1" in services.ranker.index.row_of
