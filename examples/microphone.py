"""Print the moods of a microphone until Ctrl+C.

Run ``python examples/microphone.py [PART OF THE DEVICE'S NAME]``.
"""

import asyncio
import sys

import moodcue


async def main(device: str | None) -> None:
    """Listen to a sound input."""
    source = moodcue.DeviceSource(moodcue.SessionClock(), device)
    async for mood in moodcue.listen(source):
        speech = mood.voice is not None and mood.voice.speech
        print(
            f"{mood.t:6.1f} s  {mood.label:<9}  {'speech' if speech else 'no speech'}", flush=True
        )


if __name__ == "__main__":
    try:
        asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else None))
    except KeyboardInterrupt:
        sys.exit(130)
