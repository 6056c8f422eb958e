"""Exports of real sessions, over HTTP and from the command line."""

from __future__ import annotations

import asyncio
import csv
import io
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import av
import opentimelineio as otio
import pytest
from typer.testing import CliRunner

from moodcue.commands import app
from tests.media import clip
from tests.web.conftest import Serve, until
from web.export import FORMATS
from web.export.segments import MAX_GAP


def table(text: str) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(text, newline=""))]


async def test_a_session_is_exported_while_it_runs_and_when_it_has_ended(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serve() as server:
        title = "Take 1: “=1+1” 雨"
        opened = await server.open(source="file", sample=True, title=title)
        here, links = {"Authorization": f"Bearer {opened['token']}"}, opened["links"]

        async def get(token: str | None = None, **query: str) -> Any:
            sent = here if token is None else {"Authorization": f"Bearer {token}"}
            return await server.http.get(links["export"], params=query, headers=sent)

        async with server.events(opened) as socket:
            heard = await until(socket, lambda e: e["type"] == "mood" and e["t"] >= 2)
            cue = next(event for event in heard if event["type"] == "cues")["items"][0]
            noted = await server.http.post(
                links["notes"], json={"text": "=HYPERLINK(1)", "t": 1.5}, headers=here
            )
            assert noted.status_code == 201
            running = table((await get(format="csv")).text)
            assert running[0]["what"] in ("mood", "suggested music")
            assert [row["text"] for row in running if row["what"] == "note"] == ["'=HYPERLINK(1)"]
            body = {"track_id": cue["track_id"]}
            played = await server.http.put(links["playing"], json=body, headers=here)
            assert played.status_code == 204
            begun = (await until(socket, lambda e: e["type"] == "playing"))[-1]["t"]
            await until(socket, lambda e: e["type"] == "mood" and e["t"] >= begun + 1)
            await server.http.post(links["stop"], headers=here)
            await until(socket, lambda e: e["type"] == "end")

        for format_ in FORMATS:
            answer = await get(format=format_, rate="59.94", start="10:00:00;00")
            assert answer.status_code == 200, answer.text
            name = answer.headers["content-disposition"].partition("UTF-8''")[2]
            assert unquote(name) == f"Take 1_ “=1+1” 雨.{format_}"
            assert answer.headers["content-disposition"].startswith("attachment;")
            assert opened["token"].encode() not in answer.content
        assert '<html lang="zh-Hant">' in (await get(format="html", language="zh-Hant")).text
        (music,) = (row for row in table((await get(format="csv")).text) if row["what"] == "music")
        assert music["text"] == cue["title"]
        timeline: Any = otio.adapters.read_from_string((await get(format="otio")).text, "otio_json")
        assert [clip.metadata["moodcue"]["credit"] for clip in timeline.tracks[1].find_clips()] == [
            cue["credit"]
        ]

        refused = {
            "unknown frame rate '17'": {"rate": "17"},
            "hours go from 00 to 23": {"start": "99:00:00:00"},
            "non-drop-frame was requested": {
                "rate": "29.97",
                "start": "01:00:00;00",
                "drop_frame": "false",
            },
            "drop-frame timecode needs 29.97": {"start": "01:00:00;00"},
            "format": {"format": "pdf"},
        }
        for problem, query in refused.items():
            answer = await get(**{"format": "edl", **query})
            assert (answer.status_code, problem in answer.json()["detail"]) == (422, True)
        viewer = links["overlay"].partition("token=")[2]
        assert (await get(viewer, format="csv")).status_code == 401
        assert (await get("another", format="csv")).status_code == 401

        monkeypatch.setitem(sys.modules, "opentimelineio", None)
        lacking = await get(format="otio")
        assert (lacking.status_code, "moodcue[post]" in lacking.text) == (501, True)

    def told(*words: str) -> Any:
        command = ["sessions", "export", *words, "--data-dir", str(tmp_path / "data")]
        return CliRunner().invoke(app, command)

    edl = await asyncio.to_thread(
        told, opened["id"], "--format", "edl", "--rate", "24", "--start", "01:00:00:00"
    )
    assert (edl.exit_code, edl.stderr) == (0, "")
    assert "* FROM CLIP NAME:  Take 1: “=1+1” 雨\n" in edl.stdout
    assert "01:00:00:00" in edl.stdout
    unknown = await asyncio.to_thread(told, "nothing")
    assert (unknown.exit_code, "there is no session nothing" in unknown.stderr) == (2, True)


def test_a_recording_is_exported_without_a_session(tmp_path: Path) -> None:
    output = tmp_path / "clip.otio"
    to = ("--format", "otio", "-o", str(output), "--rate", "23.976", "--start", "01:00:00:00")
    result = CliRunner().invoke(
        app, ["analyze", str(clip()), *to, "--data-dir", str(tmp_path / "data")]
    )
    assert (result.exit_code, result.stdout) == (0, ""), result.stderr
    timeline: Any = otio.adapters.read_from_file(str(output))
    assert timeline.name == clip().name
    assert timeline.global_start_time.to_timecode() == "01:00:00:00"
    with av.open(str(clip())) as media:
        assert media.duration
        length = media.duration / av.time_base
    (whole,) = timeline.tracks[0].find_clips()
    assert whole.duration().to_seconds() == pytest.approx(length, abs=0.1)
    for one, following in pairwise(timeline.tracks.markers):
        gap = following.marked_range.start_time - one.marked_range.end_time_exclusive()
        labels = [mark.metadata["moodcue"]["emotion"] for mark in (one, following)]
        assert labels[0] != labels[1] or gap.to_seconds() > MAX_GAP
    assert list(timeline.tracks[1].find_clips()), "what is suggested first"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--rate", "17"), "unknown frame rate '17': use one of 23.976, 24"),
        (("--start", "99:00:00:00"), "hours go from 00 to 23"),
        (
            ("--rate", "29.97", "--start", "01:00:00;00", "--non-drop"),
            "non-drop-frame was requested",
        ),
        (("-o", "no/such/folder/a.edl"), "the folder no/such/folder does not exist"),
    ],
)
def test_what_cannot_be_exported_is_told_before_the_work(
    words: tuple[str, ...], problem: str
) -> None:
    result = CliRunner().invoke(app, ["analyze", "--sample", "--format", "edl", *words])
    assert (result.exit_code, result.stdout) == (2, "")
    assert problem in result.stderr


def test_a_missing_extra_is_told_before_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentimelineio", None)
    result = CliRunner().invoke(app, ["analyze", "--sample", "--format", "otio"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.strip() == (
        "moodcue: OpenTimelineIO is not installed: pip install 'moodcue[post]'"
    )
