from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from stream import contained
from stream.contained import ContainedSource
from stream.sample import sample_path
from stream.source import SourceError


async def test_a_decoder_that_crashes_ends_its_own_source_alone() -> None:
    before = psutil.Process().children()
    source = await ContainedSource.open(sample_path())
    (decoder,) = set(psutil.Process().children()) - {*before}
    decoder.kill()
    with pytest.raises(SourceError, match="decoder has failed") as caught:
        [item async for item in source]
    assert caught.value.code == "decoder_failed"
    await source.close()


async def test_why_it_cannot_be_decoded_is_told_by_the_process(tmp_path: Path) -> None:
    (tmp_path / "words.mp4").write_text("no film")
    with pytest.raises(SourceError, match="cannot open") as caught:
        await ContainedSource.open(tmp_path / "words.mp4")
    assert (caught.value.code, caught.value.facts) == ("file_unreadable", {"file": "words.mp4"})


async def test_a_decoder_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contained, "PATIENCE", 0.01)
    with pytest.raises(SourceError) as caught:
        await ContainedSource.open(sample_path())
    assert (caught.value.code, caught.value.facts) == ("decoder_stalled", {"seconds": 0.01})


def test_a_process_may_tell_anything() -> None:
    told = {"error": "odd", "code": "of its own", "facts": {"host": "h"}}
    assert (SourceError.of(told).code, SourceError.of(told).facts) == (None, {})
    told = {"error": "odd", "code": "unknown_host", "facts": {"host": "h", "file": [], "x": "y"}}
    assert (SourceError.of(told).code, SourceError.of(told).facts) == (
        "unknown_host",
        {"host": "h"},
    )
    assert str(SourceError.of({"error": "odd"})) == "odd"
