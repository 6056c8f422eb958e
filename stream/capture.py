"""Child process that captures audio from a sound card and writes it to standard output.

Without arguments this program lists the inputs; with a JSON object ``{"device", "channels"}`` it
captures from one of them. It runs in a process of its own because PortAudio sees only the devices
that existed when it was loaded, and a driver may hang or crash when its device is unplugged: a
process can be restarted.

The first line of the output is JSON: ``{"devices": [...]}``, or ``{"error", "code", "facts",
"retryable"}`` (see :class:`stream.source.SourceError`), or ``{"name", "rate", "channels"}``
followed by samples (float32, interleaved, little-endian). The process exits when the device stops
or when its output is no longer read.
"""

from __future__ import annotations

import json
import os
import queue
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    import sounddevice

    from stream.source import SourceCode, SourceFact

BLOCK: Final = 0.05
"""Length of a block, in seconds."""

STALLED: Final = 3.0
"""Seconds without a block after which the device counts as gone."""

MAX_QUEUED: Final = 100
"""Maximum number of queued blocks: 5 s."""

NO_PORTAUDIO: Final = (
    "PortAudio, which is needed to record from sound cards, is missing: install libportaudio2 "
    "(Debian, Ubuntu: sudo apt-get install libportaudio2) or portaudio (Fedora, Arch, Homebrew)"
)


class DeviceError(Exception):
    """The device cannot be captured.

    Parameters
    ----------
    message : str
        What is wrong and what to do.
    code, facts : SourceCode, mapping of SourceFact to str or float
        See :class:`stream.source.SourceError`, which this program cannot import.
    retryable : bool
        Whether the same request may succeed later.
    """

    def __init__(
        self,
        message: str,
        code: SourceCode,
        facts: Mapping[SourceFact, str | float] = {},
        *,
        retryable: bool,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.facts = dict(facts)
        self.retryable = retryable


def inputs(sound: Any) -> list[dict[str, Any]]:
    """Return the audio inputs of this machine; ``sound`` is the module sounddevice."""
    default = sound.default.device[0]
    return [
        {
            "number": device["index"],
            "name": device["name"],
            "channels": device["max_input_channels"],
            "rate": round(device["default_samplerate"]),
            "default": device["index"] == default,
        }
        for device in sound.query_devices()
        if device["max_input_channels"] > 0
    ]


def choose(devices: Sequence[dict[str, Any]], wanted: int | str | None) -> dict[str, Any]:
    """Return the device with a number, or with a text in its name; for None, the default.

    Raises
    ------
    DeviceError
        If no device matches, or several do.
    """
    if not devices:
        raise DeviceError(
            "this machine has no audio input: plug one in, or start the sound server",
            "no_sound_input",
            retryable=True,
        )
    if wanted is None:
        return next((device for device in devices if device["default"]), devices[0])
    if isinstance(wanted, int):
        found = [device for device in devices if device["number"] == wanted]
    else:
        text = wanted.casefold()
        found = [device for device in devices if device["name"].casefold() == text] or [
            device for device in devices if text in device["name"].casefold()
        ]
    names = "; ".join(f"{device['number']}: {device['name']}" for device in found or devices)
    if not found:
        raise DeviceError(
            f"audio input {wanted!r} not found: plug it in, or choose one of {names}",
            "sound_input_missing",
            {"device": wanted, "choices": names},
            retryable=True,
        )
    if len(found) > 1:
        raise DeviceError(
            f"several audio inputs match {wanted!r}: {names}",
            "sound_input_ambiguous",
            {"device": wanted, "choices": names},
            retryable=False,
        )
    return found[0]


def capture(sound: Any, wanted: int | str | None, channels: Sequence[int]) -> None:
    """Write the header and then the samples, until the device stops or the reader is gone.

    Parameters
    ----------
    sound : module
        sounddevice.
    wanted : int, str or None
        See :func:`choose`.
    channels : sequence of int
        Channels to use, counted from 1; empty for the first two. All channels up to the highest
        are written.

    Raises
    ------
    DeviceError
        If the device cannot be opened.
    """
    device = choose(inputs(sound), wanted)
    name, count, rate = device["name"], device["channels"], device["rate"]
    if channels and not 1 <= min(channels) <= max(channels) <= count:
        raise DeviceError(
            f"{name} has channels 1 to {count}",
            "no_such_channel",
            {"device": name, "channels": count},
            retryable=False,
        )
    # Two by default: interfaces have up to 32 channels, and ALSA's plugins claim even more.
    opened = max(channels, default=min(count, 2))
    blocks: queue.Queue[bytes | None] = queue.Queue(MAX_QUEUED)

    def on_block(data: Any, frames: int, time: Any, status: sounddevice.CallbackFlags) -> None:
        if not blocks.full():
            blocks.put_nowait(bytes(data))

    try:
        stream = sound.RawInputStream(
            device=device["number"],
            channels=opened,
            samplerate=rate,
            dtype="float32",
            blocksize=round(rate * BLOCK),
            callback=on_block,
            finished_callback=lambda: blocks.put(None),
        )
        stream.start()
    except sound.PortAudioError as error:
        raise DeviceError(
            f"can't open {name}; another program may be using it: {error}",
            "sound_input_busy",
            {"device": name, "reason": str(error)},
            retryable=True,
        ) from error
    output = sys.stdout.buffer
    output.write(json.dumps({"name": name, "rate": rate, "channels": opened}).encode() + b"\n")
    output.flush()
    while data := blocks.get(timeout=STALLED):
        output.write(data)
        output.flush()


def main(arguments: Sequence[str]) -> NoReturn:
    """List inputs or capture from one, as the module docstring describes."""
    answer: dict[str, Any] | None = None
    try:
        import sounddevice as sound

        if arguments:
            request = json.loads(arguments[0])
            capture(sound, request["device"], request["channels"])
        else:
            answer = {"devices": inputs(sound)}
    except BrokenPipeError:
        pass
    except OSError:
        answer = _as_json(DeviceError(NO_PORTAUDIO, "portaudio_missing", retryable=False))
    except DeviceError as error:
        answer = _as_json(error)
    except queue.Empty:
        pass
    except Exception as error:  # PortAudioError has no name until sounddevice is imported.
        problem = f"the audio system failed: {error}"
        answer = _as_json(
            DeviceError(problem, "sound_system_failed", {"reason": str(error)}, retryable=True)
        )
    if answer is not None:
        print(json.dumps(answer), flush=True)
    # A normal exit could block forever in the driver of an unplugged device.
    os._exit(0)


def _as_json(error: DeviceError) -> dict[str, Any]:
    return {
        "error": str(error),
        "code": error.code,
        "facts": error.facts,
        "retryable": error.retryable,
    }


if __name__ == "__main__":
    main(sys.argv[1:])
