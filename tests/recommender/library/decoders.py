"""What the workers run in place of a decoder; apart from the tests, so that they start quickly."""

from __future__ import annotations

import os
from pathlib import Path


def crash(path: Path) -> str:
    """Return the name of a file, unless it is ``crash``."""
    if path.name == "crash":
        os.abort()
    return path.name


def raise_anything(path: Path) -> str:
    raise ZeroDivisionError("in the middle of a decoder")


def nothing() -> None:
    pass
