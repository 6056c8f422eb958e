"""Protocol that every source implements, and the errors of sources."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, Literal, Protocol, Self, TypeAlias, get_args

from stream.clock import Clock
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
"""Machine-readable reason why a source cannot be used."""

SourceFact: TypeAlias = Literal[
    "channels", "choices", "device", "file", "host", "hours", "reason", "seconds"
]
"""Names of the values that a localized message for a :data:`SourceCode` may mention."""


class SourceError(Exception):
    """A source cannot be used; the message tells the user why and what to do.

    Parameters
    ----------
    message : str
        In English.
    code : SourceCode, optional
        Machine-readable reason, for errors that the page can show.
    facts : mapping of SourceFact to str or float
        Values that the message mentions.
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
    def from_json(cls, message: Mapping[str, Any]) -> Self:
        """Return the error that an untrusted child process reports; drop unknown codes and facts.

        Parameters
        ----------
        message : mapping
            ``error``, the text, and optionally ``code`` and ``facts``.
        """
        code, facts = message.get("code"), message.get("facts")
        if code not in get_args(SourceCode) or not isinstance(facts, dict):
            return cls(str(message["error"]))
        known = get_args(SourceFact)
        facts = {
            name: fact
            for name, fact in facts.items()
            if name in known and isinstance(fact, str | int | float)
        }
        return cls(str(message["error"]), code, facts)


class Source(Protocol):
    """Asynchronous iterable of media in order of session time; can be iterated once.

    Audio and video may be out of order relative to each other by the decoding delay.
    """

    @property
    def clock(self) -> Clock | None:
        """Session clock of a live source; None for a recording."""

    @property
    def live(self) -> bool:
        """Whether media arrives at the pace of the session clock, without back-pressure."""

    @property
    def has_audio(self) -> bool:
        """Whether the source has an audio track at the moment.

        A muted or stalled track counts. A live source may gain and lose tracks: it has none before
        a browser connects, and a reconnect may change them.
        """

    @property
    def has_video(self) -> bool:
        """Whether the source has a video track at the moment; see :attr:`has_audio`."""

    @property
    def dropped(self) -> int:
        """Number of audio blocks and sampled frames that were not consumed in time."""

    def __aiter__(self) -> AsyncIterator[Media]:
        """Yield the media until the source ends or is closed.

        Raises
        ------
        SourceError
            If the source fails.
        """

    async def close(self) -> None:
        """End the iteration and free all resources; idempotent."""


class Feed(Source, Protocol):
    """Live source that can be interrupted and resume."""

    @property
    def last_media_at(self) -> float:
        """Session time at which media last arrived, in seconds; initially the creation time."""

    @property
    def problem(self) -> SourceError | None:
        """Why no media arrives at the moment and what to do; None if all is well or unknown."""
