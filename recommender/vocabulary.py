"""The words that the database, the ranking and the wire share."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

Action: TypeAlias = Literal["shown", "previewed", "downloaded", "liked", "skipped"]

ACTIONS: Final[tuple[Action, ...]] = get_args(Action)
"""What can happen to a cue."""

Mode: TypeAlias = Literal["match", "contrast", "lift", "split"]

MODES: Final[tuple[Mode, ...]] = get_args(Mode)
"""How a list of cues answers a mood."""

SessionState: TypeAlias = Literal["waiting", "live", "lost", "ended"]
"""``waiting`` for the first media, ``live``, ``lost`` while none arrive, ``ended``."""

SESSION_STATES: Final[tuple[SessionState, ...]] = get_args(SessionState)

EndReason: TypeAlias = Literal["stopped", "lost", "finished", "failed", "interrupted"]
"""Why a session ended; ``interrupted`` if its process was killed."""

END_REASONS: Final[tuple[EndReason, ...]] = get_args(EndReason)

SourceKind: TypeAlias = Literal["browser", "whip", "device", "file", "url"]
"""Where the media of a session come from."""
