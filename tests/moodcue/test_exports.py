"""The public face of the package."""

from __future__ import annotations

import inspect
import subprocess
import sys
from types import ModuleType

import pytest

import moodcue
from moodcue import public


def test_exported_members() -> None:
    imported = {
        name
        for name, member in vars(public).items()
        if not name.startswith("_") and not isinstance(member, ModuleType)
    }
    assert imported == set(public.__all__)
    assert [name for name in moodcue.__all__ if name != "__version__"] == public.__all__
    assert all(hasattr(moodcue, name) for name in moodcue.__all__)
    assert dir(moodcue) == sorted(moodcue.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        _ = moodcue.nothing


def test_every_exported_member_is_documented() -> None:
    undocumented = [
        name
        for name in moodcue.__all__
        if inspect.isroutine(member := getattr(moodcue, name)) or inspect.isclass(member)
        if not member.__doc__
    ]
    assert undocumented == []


def test_networks_are_imported_on_first_use() -> None:
    program = "import moodcue, sys; assert 'onnxruntime' not in sys.modules; moodcue.analyze"
    subprocess.run([sys.executable, "-P", "-c", program], check=True)
