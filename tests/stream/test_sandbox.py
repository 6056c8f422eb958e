from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from stream import sandbox
from stream.sample import sample_path
from stream.sandbox import SandboxedSource
from stream.source import SourceError


async def test_a_crashed_decoder_ends_its_source() -> None:
    before = psutil.Process().children()
    source = await SandboxedSource.open(sample_path())
    (decoder,) = set(psutil.Process().children()) - {*before}
    decoder.kill()
    with pytest.raises(SourceError, match="decoder crashed") as caught:
        [item async for item in source]
    assert caught.value.code == "decoder_failed"
    await source.close()


async def test_the_process_reports_why_decoding_fails(tmp_path: Path) -> None:
    (tmp_path / "words.mp4").write_text("no film")
    with pytest.raises(SourceError, match="can't be read as video or audio") as caught:
        await SandboxedSource.open(tmp_path / "words.mp4")
    assert (caught.value.code, caught.value.facts) == ("file_unreadable", {"file": "words.mp4"})


async def test_a_silent_decoder_times_out() -> None:
    with pytest.raises(SourceError) as caught:
        await SandboxedSource.open(sample_path(), time_limit=0.01)
    assert (caught.value.code, caught.value.facts) == ("decoder_stalled", {"seconds": 0.01})


def test_unknown_codes_and_facts_of_a_process_are_dropped() -> None:
    message = {"error": "odd", "code": "of its own", "facts": {"host": "h"}}
    assert (SourceError.from_json(message).code, SourceError.from_json(message).facts) == (None, {})
    message = {"error": "odd", "code": "unknown_host", "facts": {"host": "h", "file": [], "x": "y"}}
    assert (SourceError.from_json(message).code, SourceError.from_json(message).facts) == (
        "unknown_host",
        {"host": "h"},
    )
    assert str(SourceError.from_json({"error": "odd"})) == "odd"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
@pytest.mark.parametrize(
    ("attempt", "error"),
    [
        ("open('taken', 'wb', buffering=0).write(b'x')", "File too large"),
        (f"import mmap; mmap.mmap(-1, {sandbox.MAX_MEMORY})", "Cannot allocate memory"),
    ],
)
def test_the_decoder_has_limited_memory_and_cannot_write_to_files(
    tmp_path: Path, attempt: str, error: str
) -> None:
    def run(*lines: str) -> subprocess.CompletedProcess[str]:
        program = "\n".join(("from stream.sandbox import _limit_resources", *lines))
        command = [sys.executable, "-P", "-c", program]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert run(attempt).returncode == 0, "without the limits it can be done"
    (tmp_path / "taken").unlink(missing_ok=True)
    refused = run("_limit_resources()", attempt)
    assert refused.returncode == 1
    assert error in refused.stderr.splitlines()[-1]
    assert not any(path.stat().st_size for path in tmp_path.iterdir())
