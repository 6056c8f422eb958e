"""Mood estimation from a window of media: voice, face, fusion, smoothing."""

from inference.analyser import MODELS, Analyser, Overall, overall
from inference.card import ModelCard, ModelError
from inference.emotion import (
    EMOTIONS,
    Distribution,
    Emotion,
    as_mapping,
    most_likely,
    valence_arousal,
)
from inference.reading import (
    Face,
    FaceDoubt,
    FaceReading,
    Mood,
    Reading,
    VoiceDoubt,
    VoiceReading,
)
from inference.runtime import LocalRuntime, Runtime

__all__ = [
    "EMOTIONS",
    "MODELS",
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
    "as_mapping",
    "most_likely",
    "overall",
    "valence_arousal",
]
