"""Settings, from command-line options or environment variables ``MOODCUE_*``."""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Final

from platformdirs import user_data_path
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from inference import DWELL
from stream import WINDOW_HOP, WINDOW_LENGTH, WindowSpec

MODEL_NAME: Final = r"^[A-Za-z0-9_-]+$"
STUN_ADDRESS: Final = re.compile(r"stuns?:[A-Za-z0-9.-]+(?::([0-9]{1,5}))?")
"""A STUN address (RFC 7064) by host name or IPv4."""


class Settings(BaseSettings):
    """The settings of a user.

    Attributes
    ----------
    data_dir : Path
        Folder of the database, and of the user's own models in ``models/NAME/``, which replace
        shipped models of the same name.
    host, port : str, int
        Address to listen on; port 0 takes a free one.
    database_url : str
        SQLAlchemy URL; by default SQLite in ``data_dir``.
    ice_servers : tuple of str
        STUN addresses, separated by commas. None by default: other servers are not contacted.
    ice_addresses : tuple of str
        Local addresses to offer for media, separated by commas; loopback is allowed. By default
        those of the machine's network interfaces.
    max_sessions : int
        Maximum number of running sessions.
    max_upload : int
        Maximum size of an uploaded recording in bytes.
    max_length : float
        Maximum length that is analysed of a recording, in seconds.
    allow_private_addresses : bool
        Whether a session may play addresses on private networks and on this machine.
    token : SecretStr or None
        Token required to open a session or to read the log; mandatory beyond loopback.
    window, hop : float
        Length of the windows and time between two of them, in seconds.
    retention : float or None
        Days after which a session is deleted; None keeps sessions until a user deletes them.
    now_playing : Path or None
        Text file to write the current track to, for programs that show it.
    voice_model : str
        Voice model: ``voice``, ``voice-open`` for commercial use, ``mfcc-conv1d`` of the 2020
        system, or one in ``data_dir``.
    face_model : str
        Model of the face's emotion: ``face_emotion``, ``mini-xception`` of the 2020 system, or one
        in ``data_dir``.
    dwell : float
        Mean duration of a mood in seconds: more makes the mood steadier and slower.
    """

    model_config = SettingsConfigDict(env_prefix="MOODCUE_", extra="ignore")

    data_dir: Path = Field(default_factory=lambda: user_data_path("moodcue", appauthor=False))
    host: str = "127.0.0.1"
    port: int = Field(default=8600, ge=0, le=65535)
    database_url: str = ""
    ice_servers: Annotated[tuple[str, ...], NoDecode] = ()
    ice_addresses: Annotated[tuple[str, ...], NoDecode] = ()
    max_sessions: int = Field(default=8, ge=1, le=256)
    max_upload: int = Field(default=4 * 2**30, ge=1)
    max_length: float = Field(default=4 * 3600, gt=0)
    allow_private_addresses: bool = False
    token: SecretStr | None = None
    window: float = Field(default=WINDOW_LENGTH, ge=1.0, le=10.0)
    hop: float = Field(default=WINDOW_HOP, ge=0.25, le=10.0)
    retention: float | None = Field(default=None, gt=0, le=36_500)
    now_playing: Path | None = None
    voice_model: str = Field(default="voice", pattern=MODEL_NAME)
    face_model: str = Field(default="face_emotion", pattern=MODEL_NAME)
    dwell: float = Field(default=DWELL, gt=0, le=600)

    @field_validator("ice_servers", "ice_addresses", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("ice_addresses")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            ip_address(address)
        return value

    @field_validator("ice_servers")
    @classmethod
    def _servers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for server in value:
            match = STUN_ADDRESS.fullmatch(server)
            if match is None or int(match[1] or 0) > 65_535:
                raise ValueError(f"{server} must look like stun:stun.example.org:3478")
        return value

    @field_validator("retention", "now_playing", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("now_playing")
    @classmethod
    def _folder_exists(cls, value: Path | None) -> Path | None:
        if value is not None and not value.parent.is_dir():
            raise ValueError(
                f"the folder {value.parent} does not exist: create it, or choose another file"
            )
        return value

    @field_validator("token")
    @classmethod
    def _blank_is_none(cls, value: SecretStr | None) -> SecretStr | None:
        return value if value and value.get_secret_value() else None

    @model_validator(mode="after")
    def _token_beyond_loopback(self) -> Settings:
        if not self.loopback and self.token is None:
            raise ValueError(
                f"listening on {self.host} lets other machines connect: set MOODCUE_TOKEN to "
                "require a token"
            )
        if not self.database_url:
            self.database_url = f"sqlite:///{self.data_dir / 'moodcue.db'}"
        return self

    @model_validator(mode="after")
    def _windows_without_gaps(self) -> Settings:
        if self.hop > self.window:
            raise ValueError(
                f"a hop of {self.hop:g} s leaves gaps between windows of {self.window:g} s: "
                "set MOODCUE_HOP to at most MOODCUE_WINDOW"
            )
        return self

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def windows(self) -> WindowSpec:
        """Length and hop of the windows."""
        return WindowSpec(self.window, self.hop)

    @property
    def own_models(self) -> Path:
        """Folder of the user's own models."""
        return self.data_dir / "models"
