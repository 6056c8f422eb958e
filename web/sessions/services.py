"""The services that all sessions of a server share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Final, ParamSpec, TypeVar

import numpy as np
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from inference import Analyser, LocalRuntime, load_models
from recommender import (
    Catalogue,
    CueList,
    DownloadLog,
    FeedbackLog,
    History,
    IndexUpdater,
    Learner,
    Ranker,
    ShownLog,
    StorageError,
    TrackIndex,
)
from recommender.library import Library
from web.library import Scanner
from web.sessions.engine import Engine
from web.sessions.now_playing import NowPlaying
from web.sessions.signal import Signal
from web.settings import Settings

STORAGE_THREADS: Final = 4
"""Threads that wait for the database, which has one writer at a time."""

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Metrics:
    """The metrics of ``/metrics``."""

    registry: CollectorRegistry
    sessions: Gauge
    windows: Counter
    dropped: Counter
    latency: Histogram

    @classmethod
    def new(cls) -> Metrics:
        """Return metrics in a registry of their own."""
        registry = CollectorRegistry()
        return cls(
            registry,
            Gauge("moodcue_sessions", "Sessions running now.", registry=registry),
            Counter("moodcue_windows", "Windows analysed.", registry=registry),
            Counter("moodcue_windows_dropped", "Windows dropped as too late.", registry=registry),
            Histogram(
                "moodcue_latency_seconds",
                "Time from the end of a window to its mood.",
                registry=registry,
                buckets=(0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5),
            ),
        )


@dataclass(frozen=True, slots=True)
class Services:
    """The services that all sessions share.

    Attributes
    ----------
    settings : Settings
        The user's settings.
    runtime : LocalRuntime
        Runs the networks.
    catalogue : Catalogue
        The tracks.
    library : Library
        The folders of the user's own music.
    scanner : Scanner
        Scans the library.
    ranker : Ranker
        Ranks the tracks.
    index_updater : IndexUpdater
        Updates the index of tracks that the ranker uses.
    shown : ShownLog
        The lists of cues that were shown.
    learner : Learner
        Learns the user's taste from the log.
    feedback : FeedbackLog
        The feedback of users.
    downloads : DownloadLog
        The downloads in the feedback.
    history : History
        All stored sessions.
    now_playing : NowPlaying
        Writes the current track to a file.
    analysis_threads : ThreadPoolExecutor
        One thread per session, in which it waits for the networks.
    storage_threads : ThreadPoolExecutor
        The threads of :meth:`offload`.
    metrics : Metrics
        The metrics of ``/metrics``.
    downloaded : Signal
        Announced whenever a download has been logged.
    """

    settings: Settings
    runtime: LocalRuntime
    catalogue: Catalogue
    library: Library
    scanner: Scanner
    ranker: Ranker
    index_updater: IndexUpdater
    shown: ShownLog
    learner: Learner
    feedback: FeedbackLog
    downloads: DownloadLog
    history: History
    now_playing: NowPlaying
    analysis_threads: ThreadPoolExecutor
    storage_threads: ThreadPoolExecutor
    metrics: Metrics = field(default_factory=Metrics.new)
    downloaded: Signal = field(default_factory=Signal)

    @classmethod
    def open(cls, settings: Settings) -> Services:
        """Load the models and open the database.

        Raises
        ------
        ModelError
            If a model is missing or damaged.
        StorageError
            If the database, or the folder it is kept in, cannot be used.
        """
        catalogue = open_catalogue(settings)
        try:
            runtime = load_models(
                settings.own_models, voice=settings.voice_model, face=settings.face_model
            )
        except BaseException:
            catalogue.close()
            raise
        ranker, shown = Ranker(TrackIndex(())), ShownLog(catalogue.engine)
        library, updater = Library(catalogue), IndexUpdater(catalogue, ranker)
        return cls(
            settings=settings,
            runtime=runtime,
            catalogue=catalogue,
            library=library,
            scanner=Scanner(library, updater.refresh),
            ranker=ranker,
            index_updater=updater,
            shown=shown,
            learner=Learner(shown, ranker),
            feedback=FeedbackLog(catalogue.engine),
            downloads=DownloadLog(catalogue.engine),
            history=History(catalogue.engine, server_started_at=datetime.now(UTC)),
            now_playing=NowPlaying(settings.now_playing),
            analysis_threads=ThreadPoolExecutor(
                settings.max_sessions, thread_name_prefix="session"
            ),
            storage_threads=ThreadPoolExecutor(STORAGE_THREADS, thread_name_prefix="storage"),
        )

    def new_engine(self, rng: np.random.Generator | None = None) -> Engine:
        """Return an engine for one session or recording.

        Parameters
        ----------
        rng : Generator, optional
            Makes the cues explore the user's taste; without it they are deterministic.
        """
        settings = self.settings
        return Engine(
            Analyser(self.runtime, settings.window, settings.dwell), CueList(self.ranker, rng)
        )

    async def offload(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a blocking database call in a storage thread.

        A slow or locked database then does not block the threads of :func:`asyncio.to_thread`,
        which convert the media of live sessions.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.storage_threads, partial(call, *args, **kwargs))

    def close(self) -> None:
        """Wait for running work, and release all resources."""
        self.scanner.close()
        self.index_updater.close()
        self.analysis_threads.shutdown()
        self.storage_threads.shutdown()
        self.runtime.close()
        self.catalogue.close()


def open_catalogue(settings: Settings) -> Catalogue:
    """Open the database, and create it if it does not exist.

    Raises
    ------
    StorageError
        If the database or its folder cannot be used.
    """
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"cannot create the data folder {settings.data_dir}: {error.strerror}. "
            "Set MOODCUE_DATA_DIR to a writable folder."
        ) from error
    return Catalogue.open(settings.database_url)
