"""What the catalogue knows about one piece of music."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import numpy as np

from inference.emotion import EMOTIONS, Distribution, Emotion
from recommender.music.licence import WARNINGS, LicenceClass, licence_class, licence_clause

_PACKAGE: Final = "package:"
_FILE: Final = "file:"
_SEARCH: Final = "https://www.youtube.com/results?"

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
        Stays the same for ever; needs no escaping in a URL. At most 64 characters.
    title, artist : str
        As the artist writes them.
    licence : str
        SPDX identifier, or a clear name; see :func:`recommender.music.licence.licence_name`.
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
    audio : str or None
        Address of the audio: ``https:``, or a file that is here, as ``file:`` and its path or
        ``package:`` and the name of an installed package with the path inside it. None where no
        address is known.
    attribution : str or None
        The credit line that the source asks for; None to make one.
    cover : bool
        Whether its file holds a picture.
    corrected : bool
        Whether a person has set its mood, which no estimate changes any more.
    missing : bool
        Whether its file is no longer where it was.
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
    audio: str | None
    attribution: str | None = None
    cover: bool = False
    corrected: bool = False
    missing: bool = False

    @property
    def emotion(self) -> Emotion:
        """The emotion it fits best."""
        return EMOTIONS[int(np.argmax(self.emotions))]

    @property
    def licence_class(self) -> LicenceClass:
        """What its licence allows."""
        return licence_class(self.licence)

    @property
    def publishable(self) -> bool:
        """Whether it may go into a published video as it is."""
        return self.licence_class == "publishable"

    @property
    def warning(self) -> str | None:
        """What to know before it is published, or None."""
        return WARNINGS.get(self.licence_class)

    @property
    def path(self) -> Path | None:
        """The audio file, where it is on this machine and can be played without a network."""
        if self.audio is None:
            return None
        if self.audio.startswith(_FILE):
            return Path(self.audio.removeprefix(_FILE))
        if self.audio.startswith(_PACKAGE):
            package, _, name = self.audio.removeprefix(_PACKAGE).partition("/")
            return Path(str(files(package))) / name
        return None

    @property
    def offline(self) -> bool:
        """Whether it can be played without a network."""
        return self.audio is not None and self.audio.startswith((_FILE, _PACKAGE))

    @property
    def in_file(self) -> bool:
        """Whether its audio is a file of the user's, rather than one that came with a program."""
        return self.audio is not None and self.audio.startswith(_FILE)

    @property
    def search(self) -> str | None:
        """Where to look for a track whose address is not known; None where it is."""
        if self.audio is not None:
            return None
        return _SEARCH + urlencode({"search_query": f"{self.artist} {self.title}"})

    @property
    def credit(self) -> str:
        """The line that names title, artist, source and licence, for the credits of a video."""
        if self.attribution:
            return self.attribution
        origin = f" ({self.page})" if self.page else ""
        return f"“{self.title}” by {self.artist}{origin}, {licence_clause(self.licence)}"

    @property
    def family(self) -> str:
        """What several cuts, parts or takes of one title have in common.

        The title in lower case, up to a bracket, dash, colon or comma, without a number at its end.
        """
        return _PART.sub("", _PART.sub("", self.title.casefold())) or self.title.casefold()
