from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import psutil
import pytest
from av.stream import Disposition

from stream.file import FileSource
from stream.media import SAMPLE_RATE, AudioBlock, Media, VideoFrame
from stream.source import SourceError
from stream.windows import Window, Windows, WindowSpec
from tests.stream.clock import VirtualClock
from tests.stream.recording import grey, tone, write


@pytest.fixture
def no_collection() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


async def read(source: FileSource) -> list[Media]:
    try:
        return [item async for item in source]
    finally:
        await source.close()


def joined(media: list[Media]) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.concatenate([item.samples for item in media if isinstance(item, AudioBlock)])


def pictures(media: list[Media]) -> list[VideoFrame]:
    return [item for item in media if isinstance(item, VideoFrame)]


async def test_audio_and_video_are_in_order_on_one_clock(tmp_path: Path) -> None:
    source = FileSource(write(tmp_path / "both.mp4", sound=tone(3), pictures=3))
    assert (source.live, source.has_audio, source.has_video) == (False, True, True)
    assert source.duration == pytest.approx(3, abs=0.05)
    media = await read(source)
    times = [item.t for item in media]
    assert times == sorted(times)
    assert [frame.t for frame in pictures(media)] == pytest.approx(np.arange(15) / 5, abs=0.01)
    for frame in pictures(media):
        assert frame.image.shape == (180, 320, 3)
        assert float(frame.image.mean()) == pytest.approx(grey(frame.t), abs=3)
    end = 0.0
    for block in (item for item in media if isinstance(item, AudioBlock)):
        assert block.t == pytest.approx(end, abs=1e-3)
        assert 0 < len(block.samples) <= 0.04 * SAMPLE_RATE
        end = block.end
    assert end == pytest.approx(3, abs=0.05)
    assert np.abs(joined(media)[4_000:-4_000]).max() == pytest.approx(0.5, abs=0.05)
    assert source.warning is None


async def test_closing_a_file_frees_its_decoders_at_once(
    tmp_path: Path, no_collection: None
) -> None:
    path = write(tmp_path / "both.mp4", sound=tone(1), pictures=1)

    async def threads_after(files: int) -> int:
        for _ in range(files):
            source = FileSource(path)
            await anext(aiter(source))
            await source.close()
        return psutil.Process().num_threads()

    # A decoder has several threads; the event loop may start some of its executor.
    at_first = await threads_after(1)
    assert await threads_after(20) - at_first < 20


@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.flac", "a.ogg", "a.m4a", "a.mka", "a.ts"])
async def test_audio_only(tmp_path: Path, name: str) -> None:
    source = FileSource(write(tmp_path / name, sound=tone(2)))
    assert (source.has_audio, source.has_video) == (True, False)
    media = await read(source)
    end = 0.0
    for block in (item for item in media if isinstance(item, AudioBlock)):
        assert block.t == pytest.approx(end, abs=0.03)
        assert len(block.samples) <= 0.04 * SAMPLE_RATE
        end = block.end
    samples = joined(media)
    assert len(samples) / SAMPLE_RATE == pytest.approx(2, abs=0.1)
    middle = samples[8_000:24_000] * np.hanning(16_000)
    assert abs(int(np.abs(np.fft.rfft(middle)).argmax()) - 440) <= 1
    assert source.warning is None


async def test_cover_art_is_not_a_video_track(tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    with av.open(str(path), "w") as container:
        audio = container.add_stream("libmp3lame", rate=48_000, layout="mono")
        cover = container.add_stream("png")
        cover.width = cover.height = 64
        cover.pix_fmt = "rgb24"
        cover.disposition = Disposition.attached_pic
        picture = np.zeros((64, 64, 3), dtype=np.uint8)
        container.mux(cover.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        block = av.AudioFrame.from_ndarray(tone(1)[None], "fltp", "mono")
        block.sample_rate = 48_000
        container.mux(audio.encode(block))
        container.mux(audio.encode(None))
    with av.open(str(path)) as container:
        assert len(container.streams.video) == 1
    source = FileSource(path)
    assert (source.has_audio, source.has_video) == (True, False)
    await source.close()


async def test_video_only(tmp_path: Path) -> None:
    source = FileSource(write(tmp_path / "silent.mkv", pictures=2))
    assert (source.has_audio, source.has_video) == (False, True)
    assert len(await read(source)) == 10


async def test_a_later_start_of_one_track_is_kept(tmp_path: Path) -> None:
    quiet_start = np.concatenate([np.zeros(48_000, dtype=np.float32), tone(1)])
    media = await read(FileSource(write(tmp_path / "late.mkv", sound=quiet_start, pictures=2)))
    samples = joined(media)
    assert np.flatnonzero(np.abs(samples) > 0.1)[0] == pytest.approx(SAMPLE_RATE, abs=400)


async def test_large_frames_are_scaled_down(tmp_path: Path) -> None:
    media = await read(FileSource(write(tmp_path / "hd.mp4", pictures=0.4, size=(1280, 720))))
    assert {frame.image.shape for frame in pictures(media)} == {(360, 640, 3)}


async def test_a_rotation_in_the_container_is_applied(tmp_path: Path) -> None:
    path = write(tmp_path / "phone.mp4", pictures=0.4, bright_left=True)
    upright = bytes.fromhex("00010000 00000000 00000000 00000000 00010000")
    turned = bytes.fromhex("00000000 00010000 00000000 ffff0000 00000000")
    data = path.read_bytes()
    track_header = data.index(b"tkhd")
    matrix = data.index(upright, track_header)
    path.write_bytes(data[:matrix] + turned + data[matrix + len(upright) :])
    media = await read(FileSource(path))
    for frame in pictures(media):
        assert frame.image.shape == (320, 180, 3)
        assert frame.image[:150].mean() > frame.image[170:].mean() + 50


def no_file(path: Path) -> None:
    pass


def directory(path: Path) -> None:
    path.mkdir()


def pipe(path: Path) -> None:
    os.mkfifo(path)


def text(path: Path) -> None:
    path.write_text("This is not a film.\n" * 100)


def empty(path: Path) -> None:
    path.touch()


def playlist(path: Path) -> None:
    other = write(path.with_name("other.ts"), pictures=1)
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{other.as_uri()}\n")


def subtitles(path: Path) -> None:
    path.write_text("1\n00:00:00,000 --> 00:00:01,000\nHello\n")


def no_tracks(path: Path) -> None:
    box = b"isom\0\0\0\0isom"
    header = bytes(4) + bytes(8) + (1000).to_bytes(4, "big") + bytes(84)
    mvhd = (len(header) + 8).to_bytes(4, "big") + b"mvhd" + header
    path.write_bytes(
        (len(box) + 8).to_bytes(4, "big")
        + b"ftyp"
        + box
        + (len(mvhd) + 8).to_bytes(4, "big")
        + b"moov"
        + mvhd
    )


def no_index(path: Path) -> None:
    write(path, sound=tone(1), pictures=1)
    path.write_bytes(path.read_bytes()[:-3_000])


@pytest.mark.parametrize(
    ("make", "message", "code"),
    [
        (no_file, "no such file", None),
        (directory, "directory", None),
        (pipe, "device", None),
        (text, "can't be read as video or audio", "file_unreadable"),
        (empty, "can't be read as video or audio", "file_unreadable"),
        (playlist, "can't be read as video or audio", "file_unreadable"),
        (subtitles, "can't be read as video or audio", "file_unreadable"),
        (no_tracks, "no audio or video", "file_without_media"),
        (no_index, "index", "file_cut_off"),
    ],
)
async def test_errors_are_one_line(
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    make: Callable[[Path], None],
    message: str,
    code: str | None,
) -> None:
    path = tmp_path / "film.mp4"
    make(path)
    with pytest.raises(SourceError, match=message) as caught:
        FileSource(path)
    assert "\n" not in str(caught.value)
    assert "film.mp4" in str(caught.value)
    assert (caught.value.code, caught.value.facts) == (code, {"file": "film.mp4"} if code else {})
    assert capfd.readouterr() == ("", "")


async def test_nothing_decodable_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "garbled.wav", sound=tone(1))
    header = path.read_bytes()[: path.read_bytes().index(b"data") + 8]
    path.write_bytes(header)
    with pytest.raises(SourceError, match="could be decoded") as caught:
        await read(FileSource(path))
    assert (caught.value.code, caught.value.facts) == ("nothing_decoded", {"file": "garbled.wav"})


@pytest.mark.parametrize("name", ["cut.mp4", "cut.mkv", "cut.flv"])
async def test_a_truncated_file_is_read_to_its_end(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    path = tmp_path / name
    index_first = {"movflags": "+faststart"} if path.suffix == ".mp4" else None
    write(path, sound=tone(6), pictures=6, options=index_first)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    source = FileSource(path)
    media = await read(source)
    assert 1.5 < max(item.t for item in media) < 4.5
    assert source.warning is not None
    assert "truncated" in source.warning
    assert capfd.readouterr() == ("", "")


def stamped(path: Path, stamps: list[int]) -> Path:
    """Write 25 frames per second with these timestamps."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        for stamp in stamps:
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), dtype=np.uint8), "rgb24")
            frame.pts = stamp
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
    return path


async def test_time_starts_with_the_first_frame(tmp_path: Path) -> None:
    media = await read(FileSource(stamped(tmp_path / "part.mkv", list(range(2_500, 2_525)))))
    assert [item.t for item in media] == pytest.approx(np.arange(5) / 5, abs=1e-3)


async def test_a_corrupt_timestamp_ends_the_track(tmp_path: Path) -> None:
    source = FileSource(stamped(tmp_path / "wild.mkv", [*range(50), 1_000_000]))
    assert len(await read(source)) == 10
    assert source.warning is not None


async def test_a_track_that_appears_later_is_ignored(tmp_path: Path) -> None:
    silent = write(tmp_path / "silent.ts", pictures=8)
    both = write(tmp_path / "both.ts", sound=tone(1), pictures=1)
    path = tmp_path / "joined.ts"
    # Null packets (ISO/IEC 13818-1), more than FFmpeg probes when it opens a file.
    padding = (b"\x47\x1f\xff\x10" + b"\xff" * 184) * 40_000
    parts = [silent.read_bytes(), padding, both.read_bytes(), padding, silent.read_bytes()]
    path.write_bytes(b"".join(parts))
    source = FileSource(path)
    assert not source.has_audio
    assert len(await read(source)) >= 40


async def test_restarting_timestamps_cause_a_warning(tmp_path: Path) -> None:
    part = write(tmp_path / "part.ts", sound=tone(4), pictures=4).read_bytes()
    path = tmp_path / "joined.ts"
    path.write_bytes(part + part)
    source = FileSource(path)
    await read(source)
    assert source.warning is not None
    assert "joined.ts" in source.warning


async def test_tags_in_another_encoding_are_tolerated(tmp_path: Path) -> None:
    path = write(tmp_path / "tagged.mkv", sound=tone(1), title="Cafe de Flore")
    path.write_bytes(path.read_bytes().replace(b"Cafe", b"Caf\xe9"))
    source = FileSource(path)
    assert await read(source)


async def test_a_file_name_with_a_colon_is_not_a_url(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "plain.wav", sound=tone(1)).rename(tmp_path / "http:clip.wav")
    monkeypatch.chdir(tmp_path)
    assert await read(FileSource(Path("http:clip.wav")))


async def test_damage_in_the_middle_causes_a_warning(tmp_path: Path) -> None:
    path = write(tmp_path / "scratched.mp4", sound=tone(4), pictures=4)
    data = bytearray(path.read_bytes())
    start = data.index(b"mdat") + 4
    middle = start + (data.index(b"moov") - start) // 2
    data[middle : middle + 2_000] = bytes(range(250)) * 8
    path.write_bytes(data)
    source = FileSource(path)
    media = await read(source)
    assert max(item.t for item in media) > 3.5
    assert source.warning is not None
    assert "damaged" in source.warning


def test_a_live_file_keeps_pace_with_the_clock(tmp_path: Path) -> None:
    path = write(tmp_path / "both.mp4", sound=tone(2), pictures=2)
    clock = VirtualClock()

    async def main() -> None:
        await clock.sleep_until(10)
        source = FileSource(path, pace=clock)
        assert source.live
        async for item in source:
            end = item.end if isinstance(item, AudioBlock) else item.t
            # An audio block may be due a little before a frame that comes first in order of time.
            assert end - 1e-9 <= clock.now() <= end + 0.04
        assert clock.now() == pytest.approx(12, abs=0.1)
        await source.close()

    clock.run(main())


def test_live_and_analysis_give_the_same_windows(tmp_path: Path) -> None:
    path = write(tmp_path / "both.mp4", sound=tone(4.6, hz=300), pictures=4.6)

    def cut(live: bool) -> list[Window]:
        clock = VirtualClock()

        async def main() -> list[Window]:
            source = FileSource(path, pace=clock if live else None)
            try:
                return [window async for window in Windows(source, clock, WindowSpec())]
            finally:
                await source.close()

        return clock.run(main())

    live, analysis = cut(live=True), cut(live=False)
    assert [window.t for window in analysis[:-1]] == [1, 2, 3, 4]
    assert analysis[-1].t == pytest.approx(4.6, abs=0.05)
    assert [window.t for window in live] == pytest.approx([window.t for window in analysis])
    for one, other in zip(live, analysis, strict=True):
        assert one.audio is not None
        assert other.audio is not None
        assert one.audio.end == pytest.approx(other.audio.end, abs=0.05)
        assert len(one.audio.samples) == pytest.approx(len(other.audio.samples), abs=800)
        assert one.frames is not None
        assert other.frames is not None
        assert [f.t for f in one.frames] == pytest.approx([f.t for f in other.frames])
