"""Vocabulary that the database, the ranking and the wire share."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

Action: TypeAlias = Literal["shown", "previewed", "downloaded", "liked", "skipped"]

ACTIONS: Final[tuple[Action, ...]] = get_args(Action)
"""Actions on a track that are logged as feedback."""

Mode: TypeAlias = Literal["match", "contrast", "lift", "split"]

MODES: Final[tuple[Mode, ...]] = get_args(Mode)
"""Cue modes: how a list of cues relates to the mood; see :mod:`recommender.ranking.modes`."""

SessionState: TypeAlias = Literal["waiting", "live", "lost", "ended"]
"""``waiting`` for the first media, ``live``, ``lost`` while media are interrupted, ``ended``."""

SESSION_STATES: Final[tuple[SessionState, ...]] = get_args(SessionState)

EndReason: TypeAlias = Literal["stopped", "lost", "finished", "failed", "interrupted"]
"""Why a session ended; ``interrupted`` if its process was killed."""

END_REASONS: Final[tuple[EndReason, ...]] = get_args(EndReason)

SourceKind: TypeAlias = Literal["browser", "whip", "device", "file", "url"]
"""Kind of media source of a session."""

Range: TypeAlias = tuple[float | None, float | None]
"""Closed interval; None is no bound. An unknown value is in no interval with a bound."""

ANY: Final[Range] = (None, None)
"""The unbounded interval."""
