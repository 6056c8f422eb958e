"""The identity of a session: id, tokens and start time."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self

from recommender.vocabulary import SourceKind
from stream import Clock
from web.security import hashed, new_token


@dataclass(frozen=True, slots=True)
class Identity:
    """Facts about a session that are fixed when it is opened.

    Attributes
    ----------
    kind : SourceKind
        Where its media come from.
    started_at : datetime
        When its clock read 0, in UTC.
    id : str
        Public id.
    token, viewer_token : str
        Secrets of the owner, who may do everything, and of viewers, who may only watch.
    """

    kind: SourceKind
    started_at: datetime
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    token: str = field(default_factory=new_token, repr=False)
    viewer_token: str = field(default_factory=new_token, repr=False)

    @classmethod
    def new(cls, kind: SourceKind, clock: Clock) -> Self:
        """Return a new identity for a session whose clock may already be running."""
        return cls(kind, datetime.now(UTC) - timedelta(seconds=clock.now()))

    @property
    def token_hash(self) -> str:
        """SHA-256 of :attr:`token`."""
        return hashed(self.token)

    @property
    def viewer_hash(self) -> str:
        """SHA-256 of :attr:`viewer_token`."""
        return hashed(self.viewer_token)
