"""Analyse a recording or a live source without a server."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from pathlib import Path

from inference import DWELL, Analyser, Mood, Runtime, analyse_windows, load_models
from stream import FileSource, SessionClock, Source, WindowSpec


def analyze(
    recording: str | os.PathLike[str],
    *,
    models: Runtime | None = None,
    windows: WindowSpec | None = None,
    dwell: float = DWELL,
) -> MoodIterator:
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
    MoodIterator
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
    source = FileSource(Path(recording))
    return MoodIterator(source, listen(source, models=models, windows=windows, dwell=dwell))


class MoodIterator(Iterator[Mood]):
    """The moods of a recording, computed as they are taken.

    Parameters
    ----------
    source : Source
        Closed at the end.
    moods : AsyncGenerator
        The moods of the source.
    """

    def __init__(self, source: Source, moods: AsyncGenerator[Mood, None]) -> None:
        self._source = source
        self._moods = moods
        self._runner = asyncio.Runner()
        self._closed = False

    def __next__(self) -> Mood:
        """Return the next mood."""
        if self._closed:
            raise StopIteration
        try:
            mood = self._runner.run(self._next())
        except BaseException:
            self.close()
            raise
        if mood is None:
            self.close()
            raise StopIteration
        return mood

    def close(self) -> None:
        """Stop the analysis and close the recording; idempotent."""
        if not self._closed:
            self._closed = True
            with self._runner as runner:
                runner.run(self._moods.aclose())
                runner.run(self._source.close())

    async def _next(self) -> Mood | None:
        return await anext(self._moods, None)


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
        Not closed, and not yet iterated; a :class:`UrlSource` must be open.
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
    loaded = None
    try:
        if models is None:
            models = loaded = await asyncio.to_thread(load_models)
        analyser = Analyser(models, spec.length, dwell)
        clock = source.clock or SessionClock()
        async with aclosing(analyse_windows(source, clock, spec, analyser.update)) as steps:
            async for step in steps:
                yield step.result
    finally:
        await source.close()
        if loaded is not None:
            await asyncio.to_thread(loaded.close)


def _in_coroutine() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
