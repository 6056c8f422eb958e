"""Descriptions of errors: in English, and as a code that the page translates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from recommender import StorageError
from recommender.library import LibraryCode, LibraryError, LibraryFact
from stream import SourceCode, SourceError, SourceFact

ServerCode: TypeAlias = Literal["internal_error", "scan_running", "server_full", "storage_failed"]
"""Failures of the server itself."""

ServerFact: TypeAlias = Literal["sessions"]
"""Facts that their messages mention."""

Code: TypeAlias = Literal[LibraryCode, ServerCode, SourceCode]
Fact: TypeAlias = Literal[LibraryFact, ServerFact, SourceFact]


class RefusedError(Exception):
    """The server refuses a request in its current state.

    Parameters
    ----------
    message : str
        In English.
    code : ServerCode
        Code for programs.
    facts : mapping of ServerFact to str or float
        Facts that the message mentions.
    """

    def __init__(
        self, message: str, code: ServerCode, facts: Mapping[ServerFact, str | float] = {}
    ) -> None:
        super().__init__(message)
        self.code = code
        self.facts = dict(facts)


class Problem(BaseModel):
    """Why a request failed and what to do; empty if nothing failed."""

    model_config = ConfigDict(frozen=True)

    detail: str | None = Field(default=None, description="In English.")
    code: Code | None = Field(default=None, description="Code for programs, if there is one.")
    facts: dict[Fact, str | float] = Field(default={}, description="Facts that `detail` mentions.")

    @classmethod
    def of(cls, error: Exception) -> Self:
        """Describe an error."""
        match error:
            case SourceError() | LibraryError() | RefusedError():
                return cls(detail=str(error), code=error.code, facts=dict(error.facts.items()))
            case StorageError():
                return cls(detail=str(error), code="storage_failed")
        return cls(detail=str(error))


INTERNAL_ERROR: Final = Problem(
    detail="internal error: see the log of the server", code="internal_error"
)
"""The description of an unexpected error."""

NO_PROBLEM: Final = Problem()
"""The description of no error."""
