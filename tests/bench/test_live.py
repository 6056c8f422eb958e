from __future__ import annotations

import json
import math
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import av
import numpy as np
import psutil
import pytest
from typer.testing import CliRunner

from moodcue.bench.media import BLOCK_RATE, FRAME_RATE, encode, read
from moodcue.commands import app
from stream.process import python
from tests.media import clip


@pytest.fixture(scope="module")
def webm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bench") / "clip.webm"
    encode(clip(), path)
    return path


def test_the_clip_is_encoded_as_the_page_sends_it(webm: Path) -> None:
    with av.open(str(webm)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, video.width, video.height) == ("vp8", 320, 240)
        assert (audio.codec_context.name, audio.rate, audio.channels) == ("opus", 48_000, 2)
        assert [packet.is_keyframe for packet in container.demux(video)].count(True) == 1


def test_sound_and_pictures_last_equally_long(webm: Path) -> None:
    sound, pictures = read(webm)
    assert len(pictures) >= 3 * FRAME_RATE
    assert len(sound) * FRAME_RATE == len(pictures) * BLOCK_RATE


def test_measures_a_session_and_leaves_no_process_behind() -> None:
    with start("--sessions", "1", "--seconds", "6", "--json") as bench:
        parts = ("moodcue.bench.bare", "moodcue.bench.sender", "serve")
        started = {process for seen in children(bench) for process in seen if runs(process, *parts)}
        output = bench.communicate()[0]
    assert bench.returncode == 0
    # Two bare receivers and the server, and a sender for each.
    assert len(started) == 6
    assert not alive(started)
    report = json.loads(output)
    cpu = report["cpu"]
    assert cpu["server"] > 0
    assert cpu["ratio"] > 0
    assert math.isclose(cpu["ratio"], cpu["server"] / cpu["bare"])
    windows = report["windows"]
    assert windows["done"] > 0
    assert windows["due"] == windows["done"] + windows["dropped"]
    latency = report["latency_ms"]
    assert 0 < latency["media_path"] < latency["p50"] <= latency["p95"]
    assert report["first_mood_s"]["face"] > 0
    assert report["first_mood_s"]["voice"] > 0
    assert report["memory_mb"]["peak"] > report["memory_mb"]["before_sessions"] > 0
    assert len(report["targets"]) == 4


def test_leaves_no_process_behind_when_it_is_ended() -> None:
    with start("--seconds", "2") as bench:
        started = next(
            seen
            for seen in children(bench)
            if len(seen) == 2 and any(runs(process, "serve") for process in seen)
        )
        # As with Ctrl+C, which shells switch off for what runs in the background.
        bench.send_signal(signal.SIGTERM)
        output = bench.communicate()[0]
    assert bench.returncode == 130
    assert output == ""
    assert not alive(started)


def test_says_what_it_cannot_play(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "sound.wav"), "w") as wav:
        wav.mux(wav.add_stream("pcm_s16le", rate=8000, layout="mono").encode(silence()))
    for name, says in (("nothing.mp4", "nothing.mp4"), ("sound.wav", "must have sound and video")):
        result = CliRunner().invoke(app, ["bench", "live", "--clip", str(tmp_path / name)])
        assert result.exit_code == 2
        assert len(result.stderr.splitlines()) == 1
        assert says in result.stderr


def silence() -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.int16), "s16", "mono")
    frame.sample_rate = 8000
    return frame


def start(*arguments: str) -> subprocess.Popen[str]:
    command = python("-m", "moodcue", "bench", "live", *arguments)
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def children(bench: subprocess.Popen[str]) -> Iterator[set[psutil.Process]]:
    """Yield the processes that the bench has running, over and over, until it ends."""
    while bench.poll() is None:
        yield set(psutil.Process(bench.pid).children())
        time.sleep(0.05)


def runs(process: psutil.Process, *words: str) -> bool:
    """Return whether one of the words is in a process's command line."""
    try:
        return not set(words).isdisjoint(process.cmdline())
    except psutil.NoSuchProcess:
        return False


def alive(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Return those that still run; one that is dead may wait for its new parent to notice."""
    return [
        process
        for process in processes
        if process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    ]
