"""``moodcue analyze`` with addresses."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from moodcue.bench.site import Site
from moodcue.commands import app
from tests.media import clip
from tests.stream.recording import tone, write


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    write(tmp_path / "second.ts", sound=tone(1), pictures=1)
    site = Site(tmp_path)
    site.start()
    yield site
    site.stop()


def test_an_address_gives_what_the_file_gives(site: Site) -> None:
    (site.folder / "clip.mp4").symlink_to(clip())
    url = f"{site.address}/clip.mp4"
    refused = CliRunner().invoke(app, ["analyze", url])
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "MOODCUE_ALLOW_PRIVATE_ADDRESSES" in refused.stderr
    moods = []
    for words in ([str(clip())], [url, "--allow-private-addresses"]):
        result = CliRunner().invoke(app, ["analyze", *words])
        assert (result.exit_code, result.stderr) == (0, "")
        moods.append([(m["t"], m["label"]) for m in json.loads(result.stdout)["timeline"]])
    assert moods[0] == moods[1]


def test_ctrl_c_gives_what_was_analysed_so_far(site: Site) -> None:
    terminal, other_end = pty.openpty()
    url = f"{site.address}/broadcast/second.ts"
    command = (sys.executable, "-m", "moodcue", "analyze", "--allow-private-addresses", url)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=other_end) as analysing:
        os.close(other_end)
        shown = b""
        while not re.search(rb"[2-9] s", shown):
            shown += os.read(terminal, 4096)
            assert len(shown) < 300_000, shown
        analysing.send_signal(signal.SIGINT)
        assert analysing.stdout
        analysis = json.load(analysing.stdout)
    os.close(terminal)
    assert analysing.returncode == 0, "there was no end that it has missed"
    assert b"goes on and on" in shown
    assert [mood["t"] for mood in analysis["timeline"][:2]] == [1, 2]
