"""A process of its own that listens to a sound card and writes what it hears to its output.

Run without an argument this file lists the inputs; with a JSON object ``{"device", "channels"}`` it
captures one of them. PortAudio knows only the devices that were there when it was loaded, and a
driver may hang or crash when one is unplugged: a process can be begun anew.

The first line of the output is JSON: ``{"devices": [...]}``, or ``{"error", "code", "facts",
"waiting_helps"}`` (see :class:`stream.source.SourceError`), or ``{"name", "rate", "channels"}`` and
then samples (float32, interleaved, little-endian). The process ends when the device does, or when
nobody reads on.
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
"""Seconds of sound in a block."""

STALLED: Final = 3.0
"""Seconds without a block after which the device counts as gone."""

MAX_WAITING: Final = 100
"""Blocks that wait to be read, at most; 5 s."""

NO_PORTAUDIO: Final = (
    "PortAudio is missing, through which sound cards are heard: install the package libportaudio2 "
    "(Debian, Ubuntu: sudo apt-get install libportaudio2) or portaudio (Fedora, Arch, Homebrew)"
)


class UnusableError(Exception):
    """The device cannot be heard.

    Parameters
    ----------
    message : str
        Why, and what to do.
    code, facts : SourceCode, mapping of SourceFact to str or float
        The same for programs, and what the message mentions: see
        :class:`stream.source.SourceError`, which is not at hand here.
    waiting_helps : bool
        Whether it may be heard later without anybody's asking for something else.
    """

    def __init__(
        self,
        message: str,
        code: SourceCode,
        facts: Mapping[SourceFact, str | float] = {},
        *,
        waiting_helps: bool,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.facts = dict(facts)
        self.waiting_helps = waiting_helps


def inputs(sound: Any) -> list[dict[str, Any]]:
    """Return what can be listened to."""
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
    """Return the device of a number, or whose name has these words in it; the default for None.

    Raises
    ------
    UnusableError
        If there is none, or several.
    """
    if not devices:
        raise UnusableError(
            "there is no sound input on this machine: plug one in, or start its sound server",
            "no_sound_input",
            waiting_helps=True,
        )
    if wanted is None:
        return next((device for device in devices if device["default"]), devices[0])
    if isinstance(wanted, int):
        found = [device for device in devices if device["number"] == wanted]
    else:
        words = wanted.casefold()
        found = [device for device in devices if device["name"].casefold() == words] or [
            device for device in devices if words in device["name"].casefold()
        ]
    names = "; ".join(f"{device['number']}: {device['name']}" for device in found or devices)
    if not found:
        raise UnusableError(
            f"there is no sound input {wanted!r}: plug it in, or choose one of {names}",
            "sound_input_missing",
            {"device": wanted, "choices": names},
            waiting_helps=True,
        )
    if len(found) > 1:
        raise UnusableError(
            f"several sound inputs are called {wanted!r}: {names}",
            "sound_input_ambiguous",
            {"device": wanted, "choices": names},
            waiting_helps=False,
        )
    return found[0]


def capture(sound: Any, wanted: int | str | None, channels: Sequence[int]) -> None:
    """Write the header and then the samples of a device, until it stops or nobody reads.

    Parameters
    ----------
    sound : module
        sounddevice.
    wanted : int, str or None
        See :func:`choose`.
    channels : sequence of int
        Which to write, counted from 1; all for none.

    Raises
    ------
    UnusableError
        If it cannot be opened.
    """
    device = choose(inputs(sound), wanted)
    name, count, rate = device["name"], device["channels"], device["rate"]
    if channels and not 1 <= min(channels) <= max(channels) <= count:
        raise UnusableError(
            f"{name} has the channels 1 to {count}",
            "no_such_channel",
            {"device": name, "channels": count},
            waiting_helps=False,
        )
    # Nobody listens to 32 channels unasked; ALSA's plugins claim even more.
    opened = max(channels, default=min(count, 2))
    heard: queue.Queue[bytes | None] = queue.Queue(MAX_WAITING)

    def arrived(data: Any, frames: int, time: Any, status: sounddevice.CallbackFlags) -> None:
        if not heard.full():
            heard.put_nowait(bytes(data))

    try:
        stream = sound.RawInputStream(
            device=device["number"],
            channels=opened,
            samplerate=rate,
            dtype="float32",
            blocksize=round(rate * BLOCK),
            callback=arrived,
            finished_callback=lambda: heard.put(None),
        )
        stream.start()
    except sound.PortAudioError as error:
        raise UnusableError(
            f"{name} cannot be opened, perhaps because another program uses it: {error}",
            "sound_input_busy",
            {"device": name, "reason": str(error)},
            waiting_helps=True,
        ) from error
    output = sys.stdout.buffer
    output.write(json.dumps({"name": name, "rate": rate, "channels": opened}).encode() + b"\n")
    output.flush()
    while data := heard.get(timeout=STALLED):
        output.write(data)
        output.flush()


def main(arguments: Sequence[str]) -> NoReturn:
    """List or capture, as the module's text says."""
    answer: dict[str, Any] | None = None
    try:
        import sounddevice as sound

        if arguments:
            asked = json.loads(arguments[0])
            capture(sound, asked["device"], asked["channels"])
        else:
            answer = {"devices": inputs(sound)}
    except BrokenPipeError:
        pass
    except OSError:
        answer = _told(UnusableError(NO_PORTAUDIO, "portaudio_missing", waiting_helps=False))
    except UnusableError as error:
        answer = _told(error)
    except queue.Empty:
        pass
    except Exception as error:  # What PortAudio raises while it is imported has no name yet.
        problem = f"the sound system cannot be used: {error}"
        answer = _told(
            UnusableError(
                problem, "sound_system_failed", {"reason": str(error)}, waiting_helps=True
            )
        )
    if answer is not None:
        print(json.dumps(answer), flush=True)
    # The driver of a device that is gone may wait for it for ever.
    os._exit(0)


def _told(error: UnusableError) -> dict[str, Any]:
    return {
        "error": str(error),
        "code": error.code,
        "facts": error.facts,
        "waiting_helps": error.waiting_helps,
    }


if __name__ == "__main__":
    main(sys.argv[1:])
