"""A PulseAudio server with one device, whose input is what is played to it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

from moodcue.bench.process import BenchError

DEVICE = "booth"
RATE = 48_000
ALSA = """
</usr/share/alsa/alsa.conf>
pcm.booth { type pulse device "booth.monitor" hint { show on description "Booth" } }
"""


class SoundServer:
    """PulseAudio with a null sink, visible to programs started after :meth:`start`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket = folder / "native"
        self._processes: list[subprocess.Popen[bytes]] = []
        (folder / "asound.conf").write_text(ALSA)
        self.environment = {
            "PULSE_SERVER": f"unix:{self._socket}",
            "ALSA_CONFIG_PATH": str(folder / "asound.conf"),
            "XDG_RUNTIME_DIR": str(folder),
            "HOME": str(folder),
        }

    def start(self) -> None:
        """Start the server and wait until it is ready."""
        self._run(
            *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"),
            *("-L", f"module-native-protocol-unix socket={self._socket} auth-anonymous=1"),
            *("-L", f"module-null-sink sink_name={DEVICE} rate={RATE}"),
        )
        while b"null-sink" not in self._pactl("list", "short", "sinks"):
            if self._processes[-1].poll() is not None:
                raise BenchError("PulseAudio has stopped")
            time.sleep(0.02)

    def play(self, path: Path) -> None:
        """Play a WAV file to the device in the background."""
        self._run("paplay", f"--device={DEVICE}", str(path))

    def stop(self) -> None:
        """Stop the server and all playback, as if the device were unplugged."""
        for process in self._processes:
            process.kill()
            process.wait()
        self._processes.clear()
        self._socket.unlink(missing_ok=True)

    def _pactl(self, *command: str) -> bytes:
        return subprocess.run(
            ["pactl", *command], env=os.environ | self.environment, capture_output=True, check=False
        ).stdout

    def _run(self, *command: str) -> None:
        self._processes.append(
            subprocess.Popen(
                command,
                env=os.environ | self.environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )


def installed() -> bool:
    """Return whether PulseAudio is installed."""
    return shutil.which("pulseaudio") is not None
