from __future__ import annotations

import av
import numpy as np

from stream import SAMPLE_RATE, AudioBlock, FileSource, Media, VideoFrame, sample_path


async def read() -> list[Media]:
    source = FileSource(sample_path())
    media = [item async for item in source]
    await source.close()
    assert source.warning is None
    return media


def test_every_browser_can_play_it() -> None:
    assert sample_path().stat().st_size < 1_000_000
    with av.open(str(sample_path())) as container:
        (video,), (audio,) = container.streams.video, container.streams.audio
        assert (video.codec_context.name, video.pix_fmt) == ("h264", "yuv420p")
        assert audio.codec_context.name == "aac"
        assert (video.width, video.height) == (640, 360)
    assert sample_path().read_bytes().index(b"moov") < 100


async def test_the_voice_pauses_and_the_picture_goes_dark() -> None:
    media = await read()
    samples = np.concatenate([item.samples for item in media if isinstance(item, AudioBlock)])
    loud = [
        float(np.sqrt(np.mean(samples[second * SAMPLE_RATE :][:SAMPLE_RATE] ** 2))) > 0.01
        for second in range(26)
    ]
    assert {second for second in range(26) if not loud[second]} >= {7, 19, 20}
    assert sum(loud) >= 20
    dark = {round(i.t) for i in media if isinstance(i, VideoFrame) and i.image.mean() < 10}
    assert dark == {19, 20, 21}
