from __future__ import annotations

import asyncio
from contextlib import aclosing

import psutil
import pytest

from stream.contained import ContainedSource
from stream.sample import sample_path
from stream.source import SourceError


async def test_it_can_be_closed_while_nobody_takes_what_was_decoded() -> None:
    source = await ContainedSource.open(sample_path())
    async with asyncio.timeout(20), aclosing(aiter(source)) as media:  # type: ignore[type-var]
        await anext(media)
        await asyncio.sleep(0.2)  # The process decodes on, until all that lies between is full.
        await source.close()
        assert [item async for item in media] == []


async def test_a_decoder_that_crashes_ends_its_own_source_alone() -> None:
    before = psutil.Process().children()
    source = await ContainedSource.open(sample_path())
    (decoder,) = set(psutil.Process().children()) - {*before}
    decoder.kill()
    with pytest.raises(SourceError, match="decoder has failed"):
        [item async for item in source]
    await source.close()
