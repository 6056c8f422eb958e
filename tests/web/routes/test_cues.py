"""Cue settings over HTTP."""

from __future__ import annotations

from typing import Any

from tests.web.conftest import Server, until


async def ask(server: Server, opened: dict[str, Any], **body: Any) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {opened['token']}"}
    answer = await server.http.patch(f"{opened['links']['self']}/cues", json=body, headers=headers)
    return answer.status_code, answer.json()


async def test_a_mood_set_by_hand_makes_a_list_at_once_that_is_logged_and_learned_from(
    server: Server,
) -> None:
    opened = await server.open()
    async with server.events(opened) as socket:
        status, state = await ask(server, opened, mood="sad", filters={"tempo": [None, 90]})
        assert (status, state["mood"], state["filters"]["tempo"]) == (200, "sad", [None, 90])
        cues = (await until(socket, lambda event: event["type"] == "cues"))[-1]
        assert cues["settings"] == state
        assert len(cues["items"]) == 10
        assert all(cue["bpm"] <= 90 for cue in cues["items"])
        why = cues["items"][0]["why"]
        assert (why["from"], why["emotion"], why["because"]) == ("mood", "sad", None)
        assert 0 < why["probability"] <= 1
        status, state = await ask(server, opened, mode="lift", target="happy")
        assert (status, state["mode"], state["mood"]) == (200, "lift", "sad")
        await until(socket, lambda event: event["type"] == "cues")
        liked = cues["items"][0]["track_id"]
        session = await server.app.state.sessions.find(opened["id"])
        row = await session.record(liked, "previewed", seconds=25.0)
        assert (row.mode, row.seconds) == ("lift", 25.0)
        assert row.list_id is not None
    shown = list(server.app.state.services.shown.lists())
    assert [found.query.label for found in shown] == ["sad", "sad"]
    assert len(shown[0].tracks) == 10
    headers = {"Authorization": f"Bearer {opened['token']}"}
    info = (await server.http.get(opened["links"]["self"], headers=headers)).json()
    assert info["cues"] == state
    status, state = await ask(server, opened, mode="match", mood=None)
    assert (state["mode"], state["target"], state["mood"]) == ("match", None, None)
    assert state["filters"]["tempo"] == [None, 90], "what is left out stays"


async def test_what_cannot_be_asked_is_explained(server: Server) -> None:
    opened = await server.open()
    for body, says in (
        ({"mode": "lift"}, "needs a target"),
        ({"mode": "polka"}, "mode"),
        ({"mood": "bored"}, "mood"),
        ({"filters": {"tempo": [120, 60]}}, "exceeds the upper limit"),
        ({"filters": {"licences": []}}, "licences"),
        ({"repeat_after": -1}, "repeat_after"),
    ):
        status, answer = await ask(server, opened, **body)
        assert status == 422
        assert says in answer["detail"]
    status, _ = await ask(server, {**opened, "token": "another"}, mood="sad")
    assert status == 401


async def test_what_was_learned_can_be_taken_along_and_forgotten(server: Server) -> None:
    opened = await server.open()
    async with server.events(opened) as socket:
        await ask(server, opened, mood="sad")
        cues = (await until(socket, lambda event: event["type"] == "cues"))[-1]["items"]
    session = await server.app.state.sessions.find(opened["id"])
    await session.record(cues[0]["track_id"], "liked")
    services = server.app.state.services
    await services.offload(services.learner.catch_up)
    words = (await server.http.get("/api/taste")).json()["words"]
    assert sum("sad" in word["taken"] for word in words) > 0
    assert (await server.http.delete("/api/taste")).status_code == 204
    assert (await server.http.get("/api/taste")).json() == {"words": []}
