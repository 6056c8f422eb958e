"""A track: the metadata of one piece of music."""

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
        Permanent identifier of at most 64 characters; needs no escaping in a URL.
    title, artist : str
        As the artist writes them.
    licence : str
        SPDX identifier or name; see :func:`recommender.music.licence.licence_name`.
    duration : float or None
        Seconds; None if unknown.
    bpm : float or None
        Tempo in beats per minute; None if unknown or without a beat.
    feels, instruments : tuple of str
        Words by which the source describes the music.
    emotions : Distribution
        How well it fits each emotion: float32 of shape (8,), sums to 1.
    valence, arousal : float
        Position in the circumplex, each in [-1, 1].
    source : str
        Name of the catalogue it comes from.
    page : str or None
        Web page about the track.
    audio : str or None
        Address of the audio: ``https:``; ``file:`` and a local path; or ``package:``, the name of
        an installed package and a path in it. None if no address is known.
    attribution : str or None
        Credit line that the source requires; None to compose one.
    cover : bool
        Whether its file contains a cover picture.
    corrected : bool
        Whether a person has set its mood, which later estimates do not change.
    missing : bool
        Whether its file is gone.
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
        """Class of its licence."""
        return licence_class(self.licence)

    @property
    def publishable(self) -> bool:
        """Whether it may be used in a published video without conditions on the video."""
        return self.licence_class == "publishable"

    @property
    def warning(self) -> str | None:
        """Warning to show before it is published; None if there is none."""
        return WARNINGS.get(self.licence_class)

    @property
    def path(self) -> Path | None:
        """Path of the audio file; None if it is not on this machine."""
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
        """Whether its audio is a file of the user, not of an installed package."""
        return self.audio is not None and self.audio.startswith(_FILE)

    @property
    def search(self) -> str | None:
        """Address of a web search for the track; None if the address of its audio is known."""
        if self.audio is not None:
            return None
        return _SEARCH + urlencode({"search_query": f"{self.artist} {self.title}"})

    @property
    def credit(self) -> str:
        """Credit line with title, artist, web page and licence."""
        if self.attribution:
            return self.attribution
        origin = f" ({self.page})" if self.page else ""
        return f"“{self.title}” by {self.artist}{origin}, {licence_clause(self.licence)}"

    @property
    def family(self) -> str:
        """Key that versions, parts and takes of one title share.

        The title in lower case, up to a bracket, dash, colon or comma, without a final number.
        """
        return _PART.sub("", _PART.sub("", self.title.casefold())) or self.title.casefold()
