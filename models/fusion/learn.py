"""Fit of the fusion's parameters: ``python -m models.fusion.learn fer2013.zip``.

The printed metrics are cross-validated (:mod:`models.fusion.cross_validation`). The parameters
printed at the end are fitted to all data; copy them by hand to :mod:`inference.fusion`,
:mod:`inference.conformal`, :mod:`inference.voice`, :mod:`inference.face.quality` and
:data:`models.fusion.parameters.LEARNED`.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from inference.face.emotion import as_emotions
from inference.runtime import LocalRuntime
from models.face_emotion.faces import LABELS, read_fer2013
from models.fusion.cross_validation import cross_validate
from models.fusion.held_out import read_held_out
from models.fusion.pairs import CLEAN, draw_faces, draw_voices, mean_output, pair, predict_faces
from models.fusion.parameters import fit, fit_sets
from models.fusion.report import report
from models.voice.examples import DEGRADED, LIVE


def main(
    archive: Annotated[Path, typer.Argument(help="fer2013.zip.")],
    seed: Annotated[int, typer.Option(help="Random seed.")] = 0,
) -> None:
    """Cross-validate and fit the parameters, and print metrics and parameters."""
    random = np.random.default_rng(seed)
    held_out = read_held_out()
    voices = draw_voices(held_out[np.isin(held_out.conditions, (LIVE, DEGRADED))], random)
    validation = read_fer2013(archive, "validation")
    faces = draw_faces(validation, random)
    runtime = LocalRuntime([Path(__file__).parents[1]], ["face_emotion"], workers=1)
    predictions = predict_faces(runtime, faces, random)
    runtime.close()
    frequencies = mean_output(predictions[CLEAN], faces, validation.targets.mean(axis=0))
    shown = as_emotions(faces.targets, LABELS) > 0
    print(report(cross_validate(voices, predictions, shown, frequencies, random), [*predictions]))
    print()
    pairs = pair(voices, predictions, shown, random)
    parameters = fit(pairs, frequencies)
    for name, value in asdict(parameters).items():
        print(f"{name} = {value:g}")
    print(f"frequencies = {[float(f'{p:.4f}') for p in frequencies]}")
    print(f"threshold = {fit_sets(pairs, parameters, frequencies):.3f}")


if __name__ == "__main__":
    typer.run(main)
