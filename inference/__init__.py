"""Mood estimation from a window of media: voice, face, fusion, smoothing."""

from inference.analyser import DWELL, MODELS, Analyser, Overall, overall
from inference.card import ModelCard, ModelError
from inference.emotion import (
    EMOTIONS,
    Distribution,
    Emotion,
    as_mapping,
    most_likely,
    valence_arousal,
)
from inference.models import load_models
from inference.pipeline import Analysed, analyse_windows
from inference.reading import (
    Alternative,
    Face,
    FaceDoubt,
    FaceReading,
    Mood,
    Reading,
    VoiceDoubt,
    VoiceReading,
    Without,
)
from inference.runtime import LocalRuntime, Runtime

__all__ = [
    "DWELL",
    "EMOTIONS",
    "MODELS",
    "Alternative",
    "Analysed",
    "Analyser",
    "Distribution",
    "Emotion",
    "Face",
    "FaceDoubt",
    "FaceReading",
    "LocalRuntime",
    "ModelCard",
    "ModelError",
    "Mood",
    "Overall",
    "Reading",
    "Runtime",
    "VoiceDoubt",
    "VoiceReading",
    "Without",
    "analyse_windows",
    "as_mapping",
    "load_models",
    "most_likely",
    "overall",
    "valence_arousal",
]
