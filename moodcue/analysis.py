"""Analyse a recording or a live source without a server."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, closing, nullcontext
from pathlib import Path

from inference import DWELL, Analyser, Mood, Runtime, analyse_windows, load_models
from stream import FileSource, SessionClock, Source, WindowSpec


def analyze(
    recording: str | os.PathLike[str],
    *,
    models: Runtime | None = None,
    windows: WindowSpec | None = None,
    dwell: float = DWELL,
) -> Iterator[Mood]:
    """Analyse a recording as fast as possible; return one mood per window.

    Parameters
    ----------
    recording : path
        An audio or video file.
    models : Runtime, optional
        Networks from :func:`load_models`; by default the shipped ones, loaded for this call.
    windows : WindowSpec, optional
        Length and hop of the windows; by default 3 s and 1 s.
    dwell : float
        Mean duration of a mood in seconds: more makes the mood steadier and slower.

    Returns
    -------
    iterator of Mood
        Close it, or iterate it to its end.

    Raises
    ------
    SourceError
        If the file cannot be read as audio or video.
    ModelError
        If a network is missing or cannot be run.
    RuntimeError
        In a coroutine, which this would block: use :func:`listen` there.
    """
    if _in_coroutine():
        raise RuntimeError(
            "analyze() would block the event loop: use 'async for mood in listen(FileSource(path))'"
        )
    return _iterate(
        listen(FileSource(Path(recording)), models=models, windows=windows, dwell=dwell)
    )


async def listen(
    source: Source,
    *,
    models: Runtime | None = None,
    windows: WindowSpec | None = None,
    dwell: float = DWELL,
) -> AsyncGenerator[Mood, None]:
    """Yield one mood per window of a source, and close the source at the end.

    If the analysis is too slow for a live source, windows are dropped; a recording loses none.

    Parameters
    ----------
    source : Source
        Open, and not yet iterated.
    models, windows, dwell
        See :func:`analyze`.

    Raises
    ------
    SourceError
        If the source fails.
    ModelError
        If a network is missing or cannot be run.
    """
    spec = WindowSpec() if windows is None else windows
    try:
        with nullcontext(models) if models is not None else closing(load_models()) as runtime:
            analyser = Analyser(runtime, spec.length, dwell)
            clock = source.clock or SessionClock()
            async with aclosing(analyse_windows(source, clock, spec, analyser.update)) as steps:
                async for step in steps:
                    yield step.result
    finally:
        await source.close()


def _in_coroutine() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _iterate(moods: AsyncGenerator[Mood, None]) -> Iterator[Mood]:
    with asyncio.Runner() as runner:
        try:
            while (mood := runner.run(_next(moods))) is not None:
                yield mood
        finally:
            runner.run(moods.aclose())


async def _next(moods: AsyncGenerator[Mood, None]) -> Mood | None:
    return await anext(moods, None)
