"""What the catalogue knows about one piece of music."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

import numpy as np

from inference.emotion import EMOTIONS, Distribution, Emotion

PUBLISHABLE: Final = frozenset(
    {"CC0-1.0", "CC-PDM-1.0", "CC-BY-2.0", "CC-BY-2.5", "CC-BY-3.0", "CC-BY-4.0", "MIT"}
)
"""SPDX identifiers of licences under which a track may go into a published video as it is."""

_PACKAGE: Final = "package:"
_FILE: Final = "file:"

_PART: Final = re.compile(
    r"""
    \s*(?: \( .* | \s-\s .* | : .* | ,\s .* )$      # Title (fast), Title - Part 1, Title, take 2
    | \s+(?: \d+ | [ivx]+ | one | two | three | four | five | six )$     # Title 2, Title Two
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """A song or sound that can be cued.

    Attributes
    ----------
    id : str
        Stays the same for ever; needs no escaping in a URL.
    title, artist : str
        As the artist writes them.
    licence : str
        SPDX identifier.
    duration : float or None
        Seconds; None where unknown.
    bpm : float or None
        Tempo in beats per minute; None where unknown or without a beat.
    feels, instruments : tuple of str
        Words of the source about the music.
    emotions : Distribution
        How well it fits each emotion: float32 of shape (8,), sums to 1.
    valence, arousal : float
        Position in the circumplex, each in [-1, 1].
    source : str
        The catalogue it comes from.
    page : str or None
        Where to read more about it.
    audio : str
        Address of the audio: ``https:``, or a file that is here, as ``file:`` and its path or
        ``package:`` and the name of an installed package with the path inside it.
    """

    id: str
    title: str
    artist: str
    licence: str
    duration: float | None
    bpm: float | None
    feels: tuple[str, ...]
    instruments: tuple[str, ...]
    emotions: Distribution
    valence: float
    arousal: float
    source: str
    page: str | None
    audio: str

    @property
    def emotion(self) -> Emotion:
        """The emotion it fits best."""
        return EMOTIONS[int(np.argmax(self.emotions))]

    @property
    def publishable(self) -> bool:
        """Whether it may go into a published video as it is."""
        return self.licence in PUBLISHABLE

    @property
    def path(self) -> Path | None:
        """The audio file, where it is on this machine and can be played without a network."""
        if self.audio.startswith(_FILE):
            return Path(self.audio.removeprefix(_FILE))
        if self.audio.startswith(_PACKAGE):
            package, _, name = self.audio.removeprefix(_PACKAGE).partition("/")
            return Path(str(files(package))) / name
        return None

    @property
    def offline(self) -> bool:
        """Whether it can be played without a network."""
        return self.audio.startswith((_FILE, _PACKAGE))

    @property
    def credit(self) -> str:
        """The line that names title, artist, source and licence, for the credits of a video."""
        origin = f" ({self.page})" if self.page else ""
        return f"“{self.title}” by {self.artist}{origin}, {_licence_name(self.licence)}"

    @property
    def family(self) -> str:
        """What several cuts, parts or takes of one title have in common.

        The title in lower case, up to a bracket, dash, colon or comma, without a number at its end.
        """
        return _PART.sub("", _PART.sub("", self.title.casefold())) or self.title.casefold()


def _licence_name(licence: str) -> str:
    """Return a licence as credits write it, with its address where it is Creative Commons'."""
    match licence.rsplit("-", 1):
        case [kind, version] if kind.startswith("CC-BY"):
            address = f"https://creativecommons.org/licenses/{kind[3:].lower()}/{version}/"
            return f"licensed under CC {kind[3:]} {version} ({address})"
        case _:
            return f"{licence} licence"
