"""``moodcue eval``: the models on labelled files."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from inference import EMOTIONS, Distribution, Runtime, load_models
from models.labelled import read_labels
from moodcue.commands.terminal import AsJson, VoiceModel, clearly, errors, fail, settings_from
from stream import SourceError
from web.settings import Settings

app = typer.Typer(help="Score the models on labelled files.")

LabelledPath = Annotated[
    Path,
    typer.Argument(
        help="A file, a folder or a table (path,emotion,speaker). Without a table, or a "
        "labels.csv in the folder, the label is a RAVDESS file name or the parent folder's name.",
        show_default=False,
    ),
]
ModelsIn = Annotated[Path | None, typer.Option(help="Where own models are, in models/NAME/.")]


@app.command("voice")
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


@app.command("face")
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
        closing(load_models(settings.own_models, voice=settings.voice_model, workers=1)) as runtime,
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
