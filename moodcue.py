"""The command line: ``moodcue serve``, ``analyze``, ``monitor``, ``eval`` and ``bench``."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import socket
import sys
import webbrowser
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from functools import wraps
from importlib import import_module
from importlib.metadata import version
from itertools import chain, islice
from pathlib import Path
from time import sleep
from typing import Annotated, Any, Final, Literal, NoReturn, ParamSpec

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.progress import MofNCompleteColumn, Progress
from rich.table import Column, Table

from inference import EMOTIONS, MODELS, Distribution, Emotion, LocalRuntime, ModelError, Runtime
from models.labelled import LabelError, read_labels
from recommender import (
    CatalogueError,
    Download,
    DownloadLog,
    Learner,
    LicenceClass,
    Ranker,
    Selection,
    ShownLog,
    TrackIndex,
)
from recommender.exchange import ImportFileError, read_catalogue, write_catalogue
from recommender.library import Library, LibraryError, Scanned
from recommender.lmc import read_lmc
from stream import SourceError
from web.settings import Settings

app = typer.Typer(
    help="Reads the mood of a live feed from voice and face, and cues music that fits it.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
evaluation = typer.Typer(help="Score the models on labelled files.")
app.add_typer(evaluation, name="eval", no_args_is_help=True)
catalog = typer.Typer(help="The tracks that can be cued: import, list and export them.")
app.add_typer(catalog, name="catalog", no_args_is_help=True)
own_music = typer.Typer(help="Your own music: folders of it, and how it sounds.")
app.add_typer(own_music, name="library", no_args_is_help=True)
bench = typer.Typer(help="Measure this machine, as ratios to a baseline of the same run.")
app.add_typer(bench, name="bench", no_args_is_help=True)
logged = typer.Typer()
app.add_typer(logged, name="log")
errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)

P = ParamSpec("P")

LOG_ROWS: Final = 20
"""Downloads that a table of the log shows."""

FOLLOW_EVERY: Final = 0.5
"""Seconds between two looks at the log: the server that writes it is another process."""

LabelledPath = Annotated[
    Path,
    typer.Argument(
        help="A file, a folder or a table (path,emotion,speaker). Without a table, or a "
        "labels.csv in the folder, the label is a RAVDESS file name or the parent folder's name.",
        show_default=False,
    ),
]
ModelsIn = Annotated[Path | None, typer.Option(help="Where own models are, in models/NAME/.")]
VoiceModel = Annotated[
    str | None,
    typer.Option(help="What reads the voice: voice, mfcc-conv1d of the 2020 system, or your own."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DataDir = Annotated[Path | None, typer.Option(help="Where the database is kept.")]
FromSource = Annotated[str | None, typer.Option(help="Those of this catalogue alone.")]

PROBLEMS: Final = (
    *(CatalogueError, ImportFileError, LabelError, LibraryError, ModelError, SourceError),
)
"""What a user can mend."""

TOLD: Final = 20
"""Problems of an import that are printed; the others are counted."""


def say_version(wanted: bool) -> None:
    """Print the version and end."""
    if wanted:
        print(f"moodcue {version('moodcue')}")
        raise typer.Exit


@app.callback()
def common(
    _: Annotated[
        bool,
        typer.Option("--version", callback=say_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Take what goes before any command."""


def fail(message: str) -> NoReturn:
    """Say on stderr in one line what is wrong, and end with exit code 2."""
    errors.print(f"moodcue: {message}", style="bold red" if errors.is_terminal else None)
    raise typer.Exit(2)


def clearly(command: Callable[P, None]) -> Callable[P, None]:
    """Turn what a user can mend into one line; anything else is a defect and keeps its trace."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except PROBLEMS as error:
            fail(str(error))
        except KeyboardInterrupt:
            raise typer.Exit(130) from None

    return run


def settings_from(**flags: Any) -> Settings:
    """Return the settings of flags that were given, and of the environment otherwise."""
    given_flags = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**given_flags)
    except ValidationError as error:
        problem = error.errors()[0]
        name = "_".join(str(part) for part in problem["loc"])
        given = f"--{name.replace('_', '-')}" if name in given_flags else f"MOODCUE_{name.upper()}"
        what = problem["msg"].removeprefix("Value error, ")
        fail(f"{given}: {what}" if name else what)


@app.command()
@clearly
def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; by default 127.0.0.1.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on; by default 8600, and 0 takes a free one.")
    ] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where the database is kept.")] = None,
    voice_model: VoiceModel = None,
    show: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> None:
    """Start the server of the page."""
    import uvicorn

    from web import create_app

    settings = settings_from(host=host, port=port, data_dir=data_dir, voice_model=voice_model)
    # A taken port is told at once, before the models are loaded.
    with listen(settings.host, settings.port) as listener:
        application = create_app(settings)
        name = f"[{settings.host}]" if listener.family == socket.AF_INET6 else settings.host
        address = f"http://{name}:{listener.getsockname()[1]}/"
        Console(soft_wrap=True).print(f"Moodcue listens on {address}  (stop it with Ctrl+C)")
        if show and displays():
            webbrowser.open(address)
        # The access log would hold the tokens of WebSocket addresses.
        config = uvicorn.Config(
            application,
            ws="websockets-sansio",
            ws_max_size=65_536,
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=5,
        )
        uvicorn.Server(config).run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; where none can, say why and end."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            fail(
                f"port {port} of {host} is taken. Is Moodcue running already? "
                "Choose another port with --port."
            )
        fail(f"cannot listen on {host}, port {port}: {error.strerror}")


def displays() -> bool:
    """Return whether there is a screen that a browser could open on."""
    return sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )


@app.command()
@clearly
def analyze(
    file: Annotated[Path | None, typer.Argument(help="A recording.", show_default=False)] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Take Moodcue's own clip.")] = False,
    _: Annotated[Literal["json"], typer.Option("--format", help="What to print.")] = "json",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write here instead of to stdout.")
    ] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Where the database is kept.")] = None,
    voice_model: VoiceModel = None,
) -> None:
    """Analyse a recording as fast as possible; print its moods and cues."""
    from stream import FileSource, sample_path
    from web.analysis import analyse
    from web.services import Services

    if (file is None) != sample:
        fail("name one file to analyse, or --sample")
    if output is not None and not output.parent.is_dir():
        fail(f"cannot write {output}: there is no folder {output.parent}")
    settings = settings_from(data_dir=data_dir, voice_model=voice_model)
    source = FileSource(sample_path() if file is None else file)
    with (
        closing(Services.open(settings)) as services,
        Progress(console=errors, transient=True, disable=not errors.is_terminal) as bar,
    ):
        task = bar.add_task("Analysing", total=source.duration)
        result = asyncio.run(analyse(source, services, lambda t: bar.update(task, completed=t)))
    if source.warning:
        errors.print(f"moodcue: warning: {source.warning}")
    text = result.model_dump_json(indent=2)
    if output is None:
        print(text)
        return
    try:
        output.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        fail(f"cannot write {output}: {error.strerror}")


@app.command()
@clearly
def monitor(
    device: Annotated[
        str | None, typer.Option(help="Number of the input, or words in its name.")
    ] = None,
    channels: Annotated[
        str, typer.Option(help="Channels to mix, as in 1,2; the first two by default.")
    ] = "",
    camera: Annotated[int | None, typer.Option(min=0, help="Number of a camera beside it.")] = None,
    listing: Annotated[bool, typer.Option("--list", help="List the inputs, and end.")] = False,
    data_dir: Annotated[Path | None, typer.Option(help="Where the database is kept.")] = None,
) -> None:
    """Listen to a studio feed: its level, its mood, and what to play."""
    from stream import input_devices
    from web.monitor import inputs, monitor
    from web.services import Services
    from web.sources import DeviceOpening

    if listing:
        Console().print(inputs(asyncio.run(input_devices())))
        return
    numbers = [part.strip() for part in channels.split(",") if part.strip()]
    if not all(number.isdecimal() and int(number) > 0 for number in numbers):
        fail(f"--channels: name them by numbers from 1 on, as in 1,2, not {channels!r}")
    opening = DeviceOpening(
        source="device",
        consent=True,
        title="Studio feed",
        device=int(device) if device and device.isdecimal() else device,
        channels=[int(number) for number in numbers],
        camera=camera,
    )
    with closing(Services.open(settings_from(data_dir=data_dir))) as services:
        asyncio.run(monitor(opening, services, Console()))


@logged.callback(invoke_without_command=True)
@clearly
def show_log(
    context: typer.Context,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with each download as it happens.")
    ] = False,
    format_: Annotated[
        Literal["table", "csv", "json"], typer.Option("--format", help="What to print.")
    ] = "table",
    limit: Annotated[
        int | None,
        typer.Option(
            "-n", "--limit", min=1, help="How many; by default 20 in a table, and all otherwise."
        ),
    ] = None,
    since: Annotated[datetime | None, typer.Option(help="From this local time on.")] = None,
    until: Annotated[datetime | None, typer.Option(help="Before this local time.")] = None,
    emotion: Annotated[Emotion | None, typer.Option(help="Those in this mood.")] = None,
    session: Annotated[str | None, typer.Option(help="Those of this session.")] = None,
    search: Annotated[str, typer.Option(help="Words in the title or the artist.")] = "",
    data_dir: Annotated[Path | None, typer.Option(help="Where the database is kept.")] = None,
) -> None:
    """Print the log of downloads, newest first; with --follow oldest first."""
    from web.services import open_catalogue

    if context.invoked_subcommand:
        return
    selection = Selection(
        since and since.astimezone(), until and until.astimezone(), emotion, session, search
    )
    with closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue:
        log = DownloadLog(catalogue.engine)
        seen = log.latest()
        rows = (row for row in chain.from_iterable(log.batches(selection)) if row.id <= seen)
        newest = islice(rows, limit or (LOG_ROWS if follow or format_ == "table" else None))
        if not follow:
            write_log(newest, format_)
            return
        write_log(reversed([*newest]), format_, follow=True)
        while True:
            while news := log.since(seen, selection):
                write_log(news, format_, header=False, follow=True)
                seen = news[-1].id
            sleep(FOLLOW_EVERY)


@logged.command("evaluate")
@clearly
def evaluate_log(
    data_dir: Annotated[Path | None, typer.Option(help="Where the database is kept.")] = None,
    as_json: AsJson = False,
) -> None:
    """Estimate from the log what the mapping alone, and what was learned, would have earned."""
    from recommender.evaluation import evaluate, table
    from web.services import open_catalogue

    with closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue:
        try:
            result = evaluate(ShownLog(catalogue.engine), TrackIndex(catalogue.tracks()))
        except ValueError as error:
            fail(str(error))
    print(json.dumps(asdict(result), indent=2)) if as_json else Console().print(table(result))


@app.command()
@clearly
def taste(
    reset: Annotated[bool, typer.Option("--reset", help="Forget it, for good.")] = False,
    data_dir: Annotated[Path | None, typer.Option(help="Where the database is kept.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print what was learned about the music its user likes."""
    from recommender.taste import table
    from web.services import open_catalogue

    with closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue:
        ranker = Ranker(TrackIndex(catalogue.tracks()))
        learner = Learner(ShownLog(catalogue.engine), ranker)
        if reset:
            learner.reset()
    words = ranker.taste.words()
    if as_json:
        print(json.dumps([asdict(word) for word in words], indent=2))
    else:
        Console().print(table(words))


def write_log(
    downloads: Iterable[Download],
    format_: Literal["table", "csv", "json"],
    *,
    header: bool = True,
    follow: bool = False,
) -> None:
    """Write downloads to stdout; JSON is one array, or a line for each where more will follow."""
    from web.downloads import CSV_HEADER, WIDTH, as_csv, as_json, json_array, table

    match format_:
        case "table":
            console = Console(highlight=False, markup=False, emoji=False)
            console.width = max(console.width, WIDTH)
            console.print(table(downloads, header=header))
        case "csv":
            if header:
                sys.stdout.write(CSV_HEADER)
            sys.stdout.writelines(as_csv([download]) for download in downloads)
        case "json" if follow:
            sys.stdout.writelines(f"{as_json(download)}\n" for download in downloads)
        case "json":
            sys.stdout.writelines(json_array(downloads))
    sys.stdout.flush()


@catalog.command("import")
@clearly
def import_catalogue(
    kind: Annotated[
        Literal["lmc", "csv"],
        typer.Argument(help="lmc: the 2020 catalogue's table; csv: any other.", show_default=False),
    ],
    file: Annotated[
        Path,
        typer.Argument(help="A CSV file; of lmc also its tar.bz2.", show_default=False),
    ],
    source: Annotated[
        str | None, typer.Option(help="csv: what to call it; by default as the file is called.")
    ] = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Take tracks into the catalogue; imported again, they are brought up to date."""
    from web.services import open_catalogue

    if kind == "lmc" and source is not None:
        fail("--source names a csv: the songs of an lmc are in the catalogue lmc")
    imported = read_lmc(file) if kind == "lmc" else read_catalogue(file, source or file.stem)
    for problem in imported.problems[:TOLD]:
        errors.print(f"moodcue: {file.name}, line {problem.line}: {problem.reason}")
    if more := len(imported.problems[TOLD:]):
        errors.print(f"moodcue: {file.name}: {more} more rows were left out")
    if not imported.tracks:
        fail(f"no row of {file} could be taken")
    with closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue:
        new = catalogue.store(imported.tracks)
    counts = Counter(track.emotion for track in imported.tracks)
    if as_json:
        report = {
            "tracks": len(imported.tracks),
            "new": new,
            "left_out": len(imported.problems),
            "emotions": {emotion: counts[emotion] for emotion in EMOTIONS},
        }
        print(json.dumps(report, indent=2))
        return
    table = Table(title=f"{len(imported.tracks):,} tracks, {new:,} of them new")
    for emotion in EMOTIONS:
        table.add_column(emotion, justify="right")
    table.add_row(*(f"{counts[emotion]:,}" for emotion in EMOTIONS))
    Console().print(table)


@catalog.command("list")
@clearly
def list_catalogue(
    words: Annotated[str, typer.Argument(help="Words in title, artist, feel or instruments.")] = "",
    emotion: Annotated[Emotion | None, typer.Option(help="Those that fit it best.")] = None,
    licence: Annotated[
        LicenceClass | None, typer.Option(help="Those whose licence allows it.")
    ] = None,
    source: FromSource = None,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, help="How many.")] = 20,
    data_dir: DataDir = None,
) -> None:
    """List tracks, in the order of their titles."""
    from web.services import open_catalogue

    with closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue:
        page = catalogue.search(
            words,
            emotion=emotion,
            licences=licence and [licence],
            sources=source and [source],
            limit=limit,
        )
    table = Table("title", "artist", "emotion", "bpm", "licence", "source", "id")
    for track in page.tracks:
        bpm = "" if track.bpm is None else f"{track.bpm:.0f}"
        facts = (track.title, track.artist, track.emotion, bpm, track.licence, track.source)
        table.add_row(*map(escape, (*facts, track.id)))
    Console().print(table)
    print(f"{len(page.tracks):,} of {page.total:,} tracks")


@catalog.command("export")
@clearly
def export_catalogue(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write here instead of to stdout.")
    ] = None,
    source: FromSource = None,
    data_dir: DataDir = None,
) -> None:
    """Write tracks as CSV, with the columns that an import reads."""
    from web.services import open_catalogue

    with closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue:
        tracks = (track for track in catalogue.tracks() if source in (None, track.source))
        if output is None:
            write_catalogue(tracks, sys.stdout)
            return
        try:
            with output.open("w", encoding="utf-8", newline="") as file:
                write_catalogue(tracks, file)
        except OSError as error:
            fail(f"cannot write {output}: {error.strerror}")


@own_music.command("add")
@clearly
def add_to_library(
    folder: Annotated[Path, typer.Argument(help="A folder of music.", show_default=False)],
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processors to use.")] = 1,
    data_dir: DataDir = None,
) -> None:
    """Add a folder of your own music, or take up what has changed in it.

    MP3, FLAC, Ogg, Opus, M4A and WAV. It may be stopped at any time: the same command goes on.
    """
    from web.services import open_catalogue

    with (
        closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue,
        Progress(
            *Progress.get_default_columns(),
            MofNCompleteColumn(),
            console=errors,
            transient=True,
            disable=not errors.is_terminal,
        ) as bar,
    ):
        library = Library(catalogue)
        task = bar.add_task("Listening", total=None)

        def told(scanned: Scanned) -> None:
            bar.update(task, total=scanned.total, completed=scanned.done)

        end = library.scan(library.add(folder), workers=workers, progress=told)
        unreadable = library.unreadable(limit=TOLD)
    for file in unreadable:
        errors.print(f"moodcue: left out {file.path}: {file.reason}")
    print(
        f"{end.total:,} files: {end.heard:,} listened to, {end.total - end.done:,} left to do, "
        f"{end.unreadable:,} unreadable, {end.missing:,} missing"
    )


@own_music.command("list")
@clearly
def list_library(data_dir: DataDir = None) -> None:
    """List the folders of your own music."""
    from web.services import open_catalogue

    with closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue:
        folders = Library(catalogue).folders()
    table = Table(Column("folder", overflow="fold"), "files", "unreadable", "missing")
    for folder in folders:
        table.add_row(
            escape(folder.path), *map(str, (folder.files, folder.unreadable, folder.missing))
        )
    Console().print(table)


@own_music.command("remove")
@clearly
def remove_from_library(
    folder: Annotated[Path, typer.Argument(help="A folder that was added.", show_default=False)],
    data_dir: DataDir = None,
) -> None:
    """Forget a folder; its files stay where they are."""
    from web.services import open_catalogue

    with closing(open_catalogue(settings_from(data_dir=data_dir))) as catalogue:
        if not Library(catalogue).remove(folder):
            fail(f"{folder} is none of the library's folders: see moodcue library list")


@evaluation.command("voice")
@clearly
def eval_voice(
    path: LabelledPath,
    data_dir: ModelsIn = None,
    voice_model: VoiceModel = None,
    as_json: AsJson = False,
) -> None:
    """Score the voice on labelled recordings; one without speech counts as an error.

    Where the speakers are known, also as it gets used to each of them, file by file.
    """
    from models.scoring import read_voice

    settings = settings_from(data_dir=data_dir, voice_model=voice_model)
    evaluate(path, read_voice, "no_speech", settings, as_json, adapts="voice")


@evaluation.command("face")
@clearly
def eval_face(
    path: LabelledPath,
    crops: Annotated[
        bool, typer.Option("--crops", help="The pictures are faces already cut out.")
    ] = False,
    data_dir: ModelsIn = None,
    as_json: AsJson = False,
) -> None:
    """Score the face on labelled pictures or videos; one without a face counts as an error."""
    from models.scoring import read_crop, read_face

    settings = settings_from(data_dir=data_dir)
    evaluate(path, read_crop if crops else read_face, "no_face", settings, as_json)


def evaluate(
    path: Path,
    read: Callable[[Runtime, Path], Distribution],
    unanswered: str,
    settings: Settings,
    as_json: bool,
    adapts: str | None = None,
) -> None:
    """Read all labelled files and print how well that went; ``adapts`` is a model that does."""
    from models.evaluation import score, score_groups, table
    from models.scoring import adapt_by_speaker

    labelled = read_labels(path)
    for problem in labelled.bad_rows:
        errors.print(f"moodcue: {problem}")
    if not labelled.recordings:
        fail(
            f"no file of {path} has a label that is known: put them into folders named after "
            "emotions, or write a labels.csv (path,emotion,speaker)"
        )
    if count := len(labelled.unlabelled):
        names = ", ".join(labelled.unlabelled[:3]) + (", ..." if count > 3 else "")
        errors.print(f"moodcue: skipped for want of a known label: {count} ({names})")
    truth, answers, speakers = [], [], []
    with (
        closing(
            LocalRuntime(settings.model_directories, MODELS, 1, settings.substitutes)
        ) as runtime,
        Progress(console=errors, transient=True, disable=not errors.is_terminal) as bar,
    ):
        for recording in bar.track(labelled.recordings, description="Scoring"):
            try:
                answers.append(read(runtime, recording.path))
            except SourceError as error:
                errors.print(f"moodcue: left out {recording.path}: {error}")
            else:
                truth.append(recording.emotion)
                speakers.append(recording.speaker)
    if not answers:
        fail(f"none of the labelled files of {path} can be read")
    result = score(truth, answers)
    used = adapts and adapt_by_speaker(runtime.card(adapts), answers, speakers)
    adapted = score(truth, used) if used else None
    if not as_json:
        Console().print(table(result))
        if adapted:
            print(f"Used to each speaker: accuracy {adapted.accuracy:.3f}, UAR {adapted.uar:.3f}")
        return
    report = asdict(result)
    if adapted:
        report["adapted"] = {"accuracy": adapted.accuracy, "uar": adapted.uar}
    if any(speakers):
        report["by_speaker"] = {
            speaker: {"n": own.n, "accuracy": own.accuracy, "uar": own.uar}
            for speaker, own in score_groups(speakers, truth, answers).items()
        }
    report[unanswered] = report.pop("unanswered")
    report["labels"] = EMOTIONS
    report["skipped"] = len(labelled.unlabelled) + len(labelled.bad_rows)
    report["unreadable"] = len(labelled.recordings) - result.n
    print(json.dumps(report, indent=2))


@bench.command("live")
@clearly
def bench_live(
    sessions: Annotated[int, typer.Option(min=1, max=256, help="Sessions at once.")] = 1,
    seconds: Annotated[float, typer.Option(min=2, help="How long to measure.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Play media from other processes into a server, and measure its cost and its latency."""
    measure("live", as_json, sessions, seconds)


@bench.command("log")
@clearly
def bench_log(
    rows: Annotated[int, typer.Option(min=1000, help="Downloads in the long log.")] = 1_000_000,
    postgresql: Annotated[
        bool, typer.Option("--postgresql", help="In a PostgreSQL of its own, not in SQLite.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List, filter and chart a long log of downloads, and one of 1,000."""
    measure("log", as_json, rows, "postgresql" if postgresql else "sqlite")


@bench.command("mood")
@clearly
def bench_mood(
    speakers: Annotated[int, typer.Option(min=1, max=20, help="Feeds, a speaker in each.")] = 20,
    window: Annotated[float, typer.Option(min=1, max=10, help="Seconds in a window.")] = 3.0,
    picture: Annotated[Path | None, typer.Option(help="Draw it into this PNG file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Play labelled moods, and measure how soon, surely and calmly their changes are shown."""
    measure("mood", as_json, speakers, window, picture)


def measure(name: str, as_json: bool, *arguments: Any) -> None:
    """Run one of :mod:`tests.bench` and print its report."""
    try:
        module = import_module(f"tests.bench.{name}")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "tests":
            raise
        fail("the bench is a part of the sources: run it in a clone of them")
    with errors.status("") as status:
        try:
            report = module.measure(*arguments, status.update)
        except module.BenchError as error:
            fail(f"nothing could be measured: {error}")
    if as_json:
        print(json.dumps(asdict(report), indent=2))
    else:
        Console().print(module.table(report))


@bench.command("ranking")
@clearly
def bench_ranking(
    seeds: Annotated[int, typer.Option(min=1, max=100, help="Users of each taste.")] = 5,
    picture: Annotated[
        Path | None, typer.Option(help="Draw how hits add up, as PNG or SVG; needs matplotlib.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Let simulated users choose from lists, and measure the time of a list."""
    measure("ranking", as_json, seeds, picture)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
