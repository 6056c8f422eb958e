"""Name, colours and icon of each emotion, the same as on the page."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from inference import Emotion


class Style(NamedTuple):
    """How an emotion is shown.

    Attributes
    ----------
    name : str
        The name to display.
    light, dark : str
        Colour on a light and on a dark background.
    marker : str
        The nearest marker colour of editing software, as OpenTimelineIO names it.
    shape : str
        SVG path of the icon on a 24 x 24 grid; emotions must not differ by colour alone.
    """

    name: str
    light: str
    dark: str
    marker: str
    shape: str


_SUN: Final = (
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22"
    "M4.9 4.9l1.8 1.8M17.3 17.3l1.8 1.8M4.9 19.1l1.8-1.8M17.3 6.7l1.8-1.8"
)
_WAVES: Final = "M3 10c3-4 6-4 9 0s6 4 9 0M3 16c3-4 6-4 9 0s6 4 9 0"
_DROP: Final = "M12 3c3.6 4.8 6 7.9 6 11a6 6 0 0 1-12 0c0-3.1 2.4-6.2 6-11"
_EYE: Final = "M2 12c4-6.5 16-6.5 20 0-4 6.5-16 6.5-20 0M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6"
_CROSSED: Final = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8.5 8.5l7 7M15.5 8.5l-7 7"
_BURST: Final = (
    "M12 2l2.2 6.2 6.3-1.7-4.3 4.9 4.3 4.9-6.3-1.7L12 20.8"
    "l-2.2-6.2-6.3 1.7 4.3-4.9-4.3-4.9 6.3 1.7z"
)

STYLES: Final[Mapping[Emotion, Style]] = MappingProxyType(
    {
        "neutral": Style("Neutral", "#434951", "#6d6d6e", "WHITE", "M4 12h16"),
        "calm": Style("Calm", "#199b83", "#57c3b8", "GREEN", _WAVES),
        "happy": Style("Happy", "#c27f11", "#fbd379", "ORANGE", _SUN),
        "sad": Style("Sad", "#3432ce", "#5181fd", "BLUE", _DROP),
        "angry": Style("Angry", "#822511", "#d95316", "RED", "M3 18l4-11 4 8 3-11 3 9 4-4"),
        "fearful": Style("Fearful", "#ad5ffd", "#aa5dba", "PURPLE", _EYE),
        "disgust": Style("Disgusted", "#696f19", "#afb91f", "YELLOW", _CROSSED),
        "surprised": Style("Surprised", "#1272a0", "#33eeff", "CYAN", _BURST),
    }
)

_LIGHT: Final = {
    "ground": "#f4f5f3",
    "surface": "#ffffff",
    "line": "#dde2de",
    "muted": "#56625d",
    "ink": "#17201d",
}
_DARK: Final = {
    "ground": "#121514",
    "surface": "#1b201e",
    "line": "#323a37",
    "muted": "#a3b0aa",
    "ink": "#e9eeeb",
}


def colours(*, dark: bool = False) -> dict[str, str]:
    """Return the colours of emotions, background and text by name."""
    moods = {emotion: style.dark if dark else style.light for emotion, style in STYLES.items()}
    return (_DARK if dark else _LIGHT) | moods
