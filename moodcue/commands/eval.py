"""``moodcue eval``: score the models on labelled files."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from inference import EMOTIONS, Emotion, Runtime, load_models
from inference.people import FILE, Population
from models.labelled import Labelled, read_labels
from moodcue.commands.terminal import (
    AsJson,
    FaceModel,
    VoiceModel,
    errors,
    fail,
    report_errors,
    settings_from,
)
from stream import SourceError
from web.settings import Settings

if TYPE_CHECKING:
    from models.enrolment import Enrolment
    from models.evaluation import Score
    from models.scoring import Answer

app = typer.Typer(help="Score the models on labelled files.")

LabelledPath = Annotated[
    Path,
    typer.Argument(
        help="A file, a folder, or a table with the columns path, emotion and speaker. Without a "
        "table or a labels.csv in the folder, labels come from RAVDESS file names or folder names.",
        show_default=False,
    ),
]
ModelsIn = Annotated[Path | None, typer.Option(help="Folder with your own models in models/NAME/.")]


@app.command("voice")
@report_errors
def eval_voice(
    path: LabelledPath,
    data_dir: ModelsIn = None,
    voice_model: VoiceModel = None,
    enrol: Annotated[
        int,
        typer.Option(
            min=0,
            max=100,
            help="Also score what is left after this number of recordings of each mood of each "
            "speaker made a profile.",
        ),
    ] = 0,
    moods: Annotated[
        str, typer.Option(help="Moods of the profile, separated by commas; all by default.")
    ] = ",".join(EMOTIONS),
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws of recordings.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Score the voice model on labelled recordings.

    Recordings without speech count as errors. If speakers are known, the scores of each are added.
    """
    from models.enrolment import Enrolment
    from models.scoring import read_voice

    settings = settings_from(data_dir=data_dir, voice_model=voice_model)
    enrolment = Enrolment(enrol, parse_moods(moods)) if enrol else None
    evaluate(path, read_voice, "no_speech", settings, as_json, enrolment, seed)


@app.command("face")
@report_errors
def eval_face(
    path: LabelledPath,
    crops: Annotated[
        bool, typer.Option("--crops", help="Read pictures as cropped faces, without detection.")
    ] = False,
    data_dir: ModelsIn = None,
    face_model: FaceModel = None,
    as_json: AsJson = False,
) -> None:
    """Score the face model on labelled pictures or videos.

    Files without a face count as errors.
    """
    from models.scoring import read_crop, read_face

    settings = settings_from(data_dir=data_dir, face_model=face_model)
    evaluate(path, read_crop if crops else read_face, "no_face", settings, as_json)


def evaluate(
    path: Path,
    read: Callable[[Runtime, Path], Answer],
    unanswered: str,
    settings: Settings,
    as_json: bool,
    enrolment: Enrolment | None = None,
    seed: int = 0,
) -> None:
    """Score the labelled files and print the result.

    Parameters
    ----------
    path : Path
        File, folder or table of labels.
    read : callable
        Returns the answer to a file.
    unanswered : str
        Name of the number of unanswered files in the JSON report.
    settings : Settings
        Where the models are.
    as_json : bool
        Whether to print JSON.
    enrolment : Enrolment, optional
        Profile of the voice of each speaker, with which the other recordings are scored, too.
    seed : int
        Seed of its draws.
    """
    from models.evaluation import score, score_groups

    labelled = labelled_files(path)
    with closing(
        load_models(
            settings.own_models,
            voice=settings.voice_model,
            face=settings.face_model,
            workers=1,
        )
    ) as runtime:
        population = read_population(runtime) if enrolment else None
        truth, answers, speakers = predict(labelled, read, runtime)
    if not answers:
        fail(f"none of the labelled files in {path} can be read")
    probs = [answer.probs for answer in answers]
    result = score(truth, probs)
    enrolled = (
        score_profiles(truth, answers, speakers, population, enrolment, seed)
        if enrolment and population
        else None
    )
    if not as_json:
        Console().print(score_table(result))
        if enrolled:
            Console().print(
                f"With a profile: accuracy {enrolled.accuracy:.3f}, UAR {enrolled.uar:.3f}, "
                f"calibration error {enrolled.ece:.3f}"
            )
        return
    report = asdict(result)
    if any(speakers):
        # No mood is adapted to a speaker without a profile: this is what a session shows.
        report["adapted"] = {"accuracy": result.accuracy, "uar": result.uar}
        report["by_speaker"] = {
            speaker: {"n": own.n, "accuracy": own.accuracy, "uar": own.uar}
            for speaker, own in score_groups(speakers, truth, probs).items()
        }
    if enrolment and enrolled:
        report["enrolled"] = {
            "k": enrolment.count,
            "moods": enrolment.emotions,
            "n": enrolled.n,
            "accuracy": enrolled.accuracy,
            "uar": enrolled.uar,
            "ece": enrolled.ece,
        }
    report[unanswered] = report.pop("unanswered")
    report["labels"] = EMOTIONS
    report["skipped"] = len(labelled.unlabelled) + len(labelled.bad_rows)
    report["unreadable"] = len(labelled.recordings) - result.n
    print(json.dumps(report, indent=2))


def labelled_files(path: Path) -> Labelled:
    """Read the labels, and report files without one; fail if there is no labelled file."""
    labelled = read_labels(path)
    for problem in labelled.bad_rows:
        errors.print(f"moodcue: {problem}")
    if not labelled.recordings:
        fail(
            f"no file of {path} has a known label: put files into folders named after emotions, "
            "or add a labels.csv with the columns path, emotion and speaker"
        )
    if count := len(labelled.unlabelled):
        names = ", ".join(labelled.unlabelled[:3]) + (", ..." if count > 3 else "")
        errors.print(f"moodcue: skipped files without a known label: {count} ({names})")
    return labelled


def parse_moods(text: str) -> tuple[Emotion, ...]:
    """Return the moods of a list separated by commas; fail if one is unknown."""
    names = {name.strip() for name in text.split(",")}
    if unknown := sorted(names - set(EMOTIONS)):
        fail(f"--moods: unknown mood '{unknown[0]}'; choose from {', '.join(EMOTIONS)}")
    return tuple(emotion for emotion in EMOTIONS if emotion in names)


def read_population(runtime: Runtime) -> Population:
    """Return the population of the voice network; fail if it has none."""
    card = runtime.card("voice")
    try:
        return Population.read(card.model.parent / FILE)
    except FileNotFoundError:
        fail(f"--enrol: the model {card.name} can't adapt to people: it has no {FILE}")


def score_profiles(
    truth: list[Emotion],
    answers: list[Answer],
    speakers: list[str],
    population: Population,
    enrolment: Enrolment,
    seed: int,
) -> Score:
    """Score the recordings that are not drawn for a profile; fail if none is left."""
    from models.enrolment import Clips, score_enrolled

    if not all(speakers):
        fail("--enrol needs to know who speaks: add the column speaker to labels.csv")
    unheard = np.full(len(population.projection), np.nan, np.float32)
    clips = Clips(
        probs=np.stack([answer.probs for answer in answers]),
        embeddings=np.stack(
            [unheard if answer.embedding is None else answer.embedding for answer in answers]
        ),
        emotions=np.array([EMOTIONS.index(emotion) for emotion in truth]),
        speakers=np.array(speakers),
    )
    if (result := score_enrolled(clips, population, enrolment, seed)) is None:
        fail("--enrol leaves no speaker with three recordings: draw fewer, or add recordings")
    return result


def predict(
    labelled: Labelled, read: Callable[[Runtime, Path], Answer], runtime: Runtime
) -> tuple[list[Emotion], list[Answer], list[str]]:
    """Return true emotions, answers and speakers of all readable files."""
    truth, answers, speakers = [], [], []
    with Progress(console=errors, transient=True, disable=not errors.is_terminal) as bar:
        for recording in bar.track(labelled.recordings, description="Scoring"):
            try:
                answers.append(read(runtime, recording.path))
            except SourceError as error:
                errors.print(f"moodcue: skipped {recording.path}: {error}")
            else:
                truth.append(recording.emotion)
                speakers.append(recording.speaker)
    return truth, answers, speakers


def score_table(score: Score) -> Table:
    """Return the metrics and the confusion matrix as a table."""
    table = Table(
        title=f"n {score.n}, accuracy {score.accuracy:.3f}, UAR {score.uar:.3f}, "
        f"calibration error {score.ece:.3f}",
        caption=f"Unanswered, counted as errors: {score.unanswered}",
        box=box.SIMPLE_HEAD,
        padding=0,
        pad_edge=False,
    )
    for heading in ("true", *EMOTIONS, "recall"):
        table.add_column(heading, justify="left" if heading == "true" else "right")
    for emotion, row in zip(EMOTIONS, score.confusion, strict=True):
        if emotion in score.per_class:
            table.add_row(emotion, *map(str, row), f"{score.per_class[emotion]:.2f}")
    return table
