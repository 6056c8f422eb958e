"""What every input looks like to the rest of Moodcue."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, Literal, Protocol, Self, TypeAlias, get_args

from stream.media import Media

SourceCode: TypeAlias = Literal[
    "address_not_opened",
    "address_without_media",
    "codecs_unknown",
    "connection_failed",
    "decoder_failed",
    "decoder_stalled",
    "file_cut_off",
    "file_unreadable",
    "file_without_media",
    "invalid_address",
    "no_network_address",
    "no_such_channel",
    "no_sound_input",
    "nothing_decoded",
    "nothing_on_page",
    "page_not_read",
    "pages_not_supported",
    "portaudio_missing",
    "private_address",
    "recording_too_long",
    "rtsp_not_allowed",
    "sound_input_ambiguous",
    "sound_input_busy",
    "sound_input_missing",
    "sound_input_silent",
    "sound_input_stopped",
    "sound_system_failed",
    "stream_interrupted",
    "unknown_host",
]
"""Why an input cannot be used, for programs that have words of their own for it."""

SourceFact: TypeAlias = Literal[
    "channels", "choices", "device", "file", "host", "hours", "reason", "seconds"
]
"""What such words may have to mention."""


class SourceError(Exception):
    """An input cannot be used; the message tells a person why and what to do.

    Parameters
    ----------
    message : str
        In English.
    code : SourceCode, optional
        The same for programs, where a user of the page may meet it.
    facts : mapping of SourceFact to str or float
        What the message mentions.
    """

    def __init__(
        self,
        message: str,
        code: SourceCode | None = None,
        facts: Mapping[SourceFact, str | float] = {},
    ) -> None:
        super().__init__(message)
        self.code = code
        self.facts = dict(facts)

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """Return what another process tells of, which is not trusted to know what there is.

        Parameters
        ----------
        told : mapping
            ``error``, the message, and perhaps ``code`` and ``facts``.
        """
        code, facts = told.get("code"), told.get("facts")
        if code not in get_args(SourceCode) or not isinstance(facts, dict):
            return cls(str(told["error"]))
        known = get_args(SourceFact)
        facts = {
            name: fact
            for name, fact in facts.items()
            if name in known and isinstance(fact, str | int | float)
        }
        return cls(str(told["error"]), code, facts)


class Source(Protocol):
    """Yields time-stamped media, once, in the order of their times on the session clock.

    Sound and picture may lag behind each other by as much as the input needs for decoding them.
    """

    @property
    def live(self) -> bool:
        """Whether media arrive at the pace of the session clock, whoever is ready for them."""

    @property
    def has_audio(self) -> bool:
        """Whether the input has an audio track at this moment.

        A muted or stalled track is a track. A live input may gain and lose tracks: before a browser
        has connected there is none, and reconnecting may change them.
        """

    @property
    def has_video(self) -> bool:
        """Whether the input has a video track at this moment; see :attr:`has_audio`."""

    @property
    def dropped(self) -> int:
        """Audio blocks and due video frames given up because nobody took them in time."""

    def __aiter__(self) -> AsyncIterator[Media]:
        """Yield the media until the input ends or is closed.

        Raises
        ------
        SourceError
            If the input fails.
        """

    async def close(self) -> None:
        """End the iteration and free everything the input holds; may be called again."""


class Feed(Source, Protocol):
    """A live source that may fall silent, and come back."""

    @property
    def last_media_at(self) -> float:
        """Session time at which media last arrived; until then, at which the source was made."""

    @property
    def problem(self) -> SourceError | None:
        """Why nothing arrives at the moment and what to do, as far as this side knows."""
