"""Errors of the library: folders that cannot be scanned, and files that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

LibraryCode: TypeAlias = Literal[
    "folder_locked", "folder_missing", "library_not_installed", "too_many_files"
]
"""Why a folder cannot be added or scanned, as a code that clients translate."""

LibraryFact: TypeAlias = Literal["folder", "limit", "package"]
"""Facts that the translated messages mention."""

UnreadableCode: TypeAlias = Literal[
    "damaged",
    "name_not_utf8",
    "no_sound",
    "not_readable",
    "silent",
    "too_large",
    "too_short",
]
"""Why a file cannot be read, as a code that clients translate."""


class LibraryError(Exception):
    """A folder cannot be added or scanned; the message says why and what to do.

    Parameters
    ----------
    message : str
        Message in English.
    code : LibraryCode, optional
        Code for clients.
    facts : mapping of LibraryFact to str or float
        Facts that the message mentions.
    """

    def __init__(
        self,
        message: str,
        code: LibraryCode | None = None,
        facts: Mapping[LibraryFact, str | float] = {},
    ) -> None:
        super().__init__(message)
        self.code = code
        self.facts = dict(facts)


class UnreadableError(Exception):
    """A file contains no readable music; the message says why.

    Parameters
    ----------
    message : str
        Message in English.
    code : UnreadableCode, optional
        Code for clients.
    """

    def __init__(self, message: str, code: UnreadableCode | None = None) -> None:
        super().__init__(message)
        self.code = code
