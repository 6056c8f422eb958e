"""What a session is known by."""

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
    """Fixed when a session is opened.

    Attributes
    ----------
    kind : SourceKind
        Where its media come from.
    started_at : datetime
        When its clock read 0, in UTC.
    id : str
        Public name.
    token, viewer_token : str
        Secrets that allow everything, and watching only.
    """

    kind: SourceKind
    started_at: datetime
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    token: str = field(default_factory=new_token)
    viewer_token: str = field(default_factory=new_token)

    @classmethod
    def new(cls, kind: SourceKind, clock: Clock) -> Self:
        """Return a new identity for a session whose clock may run already."""
        return cls(kind, datetime.now(UTC) - timedelta(seconds=clock.now()))

    @property
    def token_hash(self) -> str:
        """SHA-256 of :attr:`token`."""
        return hashed(self.token)

    @property
    def viewer_hash(self) -> str:
        """SHA-256 of :attr:`viewer_token`."""
        return hashed(self.viewer_token)
