"""Print the moods of a recording, and music whenever the mood changes.

Run ``python examples/file.py clip.mp4``.
"""

import sys

import moodcue


def main(path: str) -> None:
    """Analyse a recording."""
    cues = moodcue.Cues(moodcue.builtin_tracks())
    for mood in moodcue.analyze(path):
        print(f"{mood.t:6.1f} s  {mood.label:<9}  {mood.confidence:.0%}")
        for cue in (cues.update(mood) or ())[:3]:
            print(f"          {cue.track.title} ({cue.track.credit})")


if __name__ == "__main__":
    main(sys.argv[1])
