"""The command line: ``moodcue COMMAND``, one module for each command or group of commands."""

from moodcue.commands.app import app

__all__ = ["app"]
