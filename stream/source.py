"""What every input looks like to the rest of Moodcue."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from stream.media import Media


class SourceError(Exception):
    """An input cannot be used; the message tells a person why and what to do."""


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
    def problem(self) -> str | None:
        """Why nothing arrives at the moment and what to do, as far as this side knows."""
